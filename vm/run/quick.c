/* SPDX-License-Identifier: GPL-3.0-only */
/* The quick ways of quick.def: small integers, floats that are no boxes, identity, what is flat. Each answers what its
 * native would, or NONE.
 */
#include "run/quick.h"

#include "data/num.h"
#include "data/seqs.h"
#include "pure.h"
#include "run/names.h"

/* --- arithmetic --- */

static inline term quick_float(double d)
{
    term f = float_encode(d);
    return float_fits(f) ? f : NONE;
}
#define QUICK_ARITHMETIC(name, overflows, op)                           \
    static term name(term a, term b)                                    \
    {                                                                   \
        iword r;                                                        \
        if (are_ints(a, b))                                             \
            return overflows ? NONE : TERM(r);                          \
        if (is_unboxed_number(a) && is_unboxed_number(b))               \
            return quick_float(unboxed_double(a) op unboxed_double(b)); \
        return NONE;                                                    \
    }
QUICK_ARITHMETIC(quick_add, __builtin_add_overflow((iword)a.w, (iword)b.w, &r), +)
QUICK_ARITHMETIC(quick_sub, __builtin_sub_overflow((iword)a.w, (iword)b.w, &r), -)
QUICK_ARITHMETIC(quick_mul, __builtin_mul_overflow((iword)a.w, int_value(b), &r), *)

static term quick_inc(term a, term b)
{
    return quick_add(a, mk_int(1));
}
static term quick_dec(term a, term b)
{
    return quick_sub(a, mk_int(1));
}
/* Of two that compare the same the later one. */
#define QUICK_EXTREME(name, op)                                      \
    static term name(term a, term b)                                 \
    {                                                                \
        if (are_ints(a, b))                                          \
            return (iword)a.w op(iword) b.w ? a : b;                 \
        if (both_floats(a, b))                                       \
            return float_imm_value(a) op float_imm_value(b) ? a : b; \
        return NONE;                                                 \
    }
QUICK_EXTREME(quick_max, >)
QUICK_EXTREME(quick_min, <)

#define QUICK_BITWISE(name, op)                          \
    static term name(term a, term b)                     \
    {                                                    \
        return are_ints(a, b) ? TERM(a.w op b.w) : NONE; \
    }
QUICK_BITWISE(quick_bit_and, &)
QUICK_BITWISE(quick_bit_or, |)
QUICK_BITWISE(quick_bit_xor, ^)

/* --- comparison --- */

#define QUICK_COMPARISON(name, op)                                    \
    static term name(term a, term b)                                  \
    {                                                                 \
        if (are_ints(a, b))                                           \
            return mk_bool((iword)a.w op(iword) b.w);                 \
        if (both_floats(a, b))                                        \
            return mk_bool(float_imm_value(a) op float_imm_value(b)); \
        return NONE;                                                  \
    }
QUICK_COMPARISON(quick_less, <)
QUICK_COMPARISON(quick_less_or_same, <=)
QUICK_COMPARISON(quick_more, >)
QUICK_COMPARISON(quick_more_or_same, >=)
QUICK_COMPARISON(quick_num_same, ==)

static term quick_same(term a, term b)
{
    int r = quick_equal(a, b);
    return r < 0 ? NONE : mk_bool(r);
}
static term quick_compare(term a, term b)
{
    return are_ints(a, b) ? mk_int(((iword)a.w > (iword)b.w) - ((iword)a.w < (iword)b.w)) : NONE;
}

/* --- predicates --- */

static term quick_is_zero(term a, term b)
{
    return is_int(a) ? mk_bool(same(a, mk_int(0))) : NONE;
}
static term quick_is_pos(term a, term b)
{
    return is_int(a) ? mk_bool((iword)a.w > 0) : NONE;
}
static term quick_is_neg(term a, term b)
{
    return is_int(a) ? mk_bool((iword)a.w < 0) : NONE;
}
static term quick_is_even(term a, term b)
{
    return is_int(a) ? mk_bool(!(int_value(a) & 1)) : NONE;
}
static term quick_is_odd(term a, term b)
{
    return is_int(a) ? mk_bool(int_value(a) & 1) : NONE;
}
static term quick_is_number(term a, term b)
{
    return mk_bool(is_number(a));
}
static term quick_not(term a, term b)
{
    return mk_bool(!is_truthy(a));
}
static term quick_is_nil(term a, term b)
{
    return mk_bool(is_nil(a));
}
static term quick_is_some(term a, term b)
{
    return mk_bool(!is_nil(a));
}

/* --- data --- */

static term quick_first(term a, term b)
{
    if (is_cons(a))
        return cons_head(a);
    return is_type(a, T_TUPLE) && tuple_count(a) ? OBJ(tuple, a)->item[0] : NONE;
}
static term quick_nth(term a, term b)
{
    bool inside = is_type(a, T_TUPLE) && is_int(b) && (word)int_value(b) < tuple_count(a);
    return inside ? OBJ(tuple, a)->item[int_value(b)] : NONE;
}
static term quick_is_chunked_seq(term a, term b)
{
    return mk_bool(is_chunked(a));
}
static term quick_is_reduced(term a, term b)
{
    return mk_bool(is_type(a, T_REDUCED));
}

/* --- which native --- */

static const struct {
    const char *name;
    unsigned arguments;
    quick_fn *function;
} quick[] = {
#define QUICK(name, arguments, function) {name, arguments, function},
#include "run/quick.def"
#undef QUICK
};

void quick_install(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(quick); i++) {
        term native = var_root(ns_intern_text(quick[i].name));
        ENSURE(is_type(native, T_NATIVE), "what has a quick way is a native");
        OBJ(native, native)->quick = quick[i].function;
        OBJ(native, native)->hdr = mk_header(T_NATIVE, quick[i].arguments, box_words(native));
    }
}
