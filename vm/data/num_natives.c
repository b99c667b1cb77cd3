/* SPDX-License-Identifier: GPL-3.0-only */
/* num_natives.c: arithmetic, comparison and predicates of numbers in lona.core. Bits and casts have files of their own.
 */
#include "data/num_impl.h"
#include "data/seqs.h"

#include "pure.h"
#include "run/native.h"

/* --- arithmetic of any number of arguments --- */

typedef term binary_op(struct proc *p, term a, term b);

/* The second argument is checked by op itself, which also counts arguments from one. */
static term fold(struct proc *p, unsigned n, const char *name, binary_op *op)
{
    if (!is_number(ARG(0)))
        return num_wrong_operand(p, n, 0, name, "numbers");
    term acc = ARG(0);
    for (unsigned i = 1; i < n; i++) {
        if (UNLIKELY(!is_number(ARG(i))))
            return num_wrong_operand(p, n, i, name, "numbers");
        acc = op(p, acc, ARG(i));
        if (is_none(acc))
            return NONE;
        if (UNLIKELY(interrupt_asked(p)) && i + 1 < n) { /* what is done stays done */
            ARG(i) = acc;
            term args = list_from_args(p, i, n);
            proc_end_slice(p);
            return is_none(args) ? NONE : tail_call(p, SLOW_again, 2, ARG(-1), args);
        }
    }
    native_charge(p, n / 32);
    return acc;
}

term n_add(struct proc *p, unsigned n)
{
    return n ? fold(p, n, "+", num_add) : mk_int(0);
}

term n_mul(struct proc *p, unsigned n)
{
    return n ? fold(p, n, "*", num_mul) : mk_int(1);
}

term n_sub(struct proc *p, unsigned n)
{
    return n == 1 && is_number(ARG(0)) ? num_negate(p, ARG(0)) : fold(p, n, "-", num_sub);
}

term n_div(struct proc *p, unsigned n)
{
    return n == 1 && is_number(ARG(0)) ? num_div(p, mk_int(1), ARG(0)) : fold(p, n, "/", num_div);
}

term n_inc(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? num_add(p, ARG(0), mk_int(1)) : raise_arg(p, 0, "a number");
}

term n_dec(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? num_sub(p, ARG(0), mk_int(1)) : raise_arg(p, 0, "a number");
}

static bool both_numbers(struct proc *p)
{
    for (unsigned i = 0; i < 2; i++)
        if (!is_number(ARG(i))) {
            raise_arg(p, i, "a number");
            return false;
        }
    return true;
}

term n_quot(struct proc *p, unsigned n)
{
    return both_numbers(p) ? num_quot(p, ARG(0), ARG(1)) : NONE;
}

term n_rem(struct proc *p, unsigned n)
{
    return both_numbers(p) ? num_rem(p, ARG(0), ARG(1)) : NONE;
}

term n_mod(struct proc *p, unsigned n)
{
    return both_numbers(p) ? num_mod(p, ARG(0), ARG(1)) : NONE;
}

term n_abs(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_float(t))
        return num_float(p, fabs(float_value(t)));
    if (!is_number(t))
        return raise_arg(p, 0, "a number");
    return num_sign(t) < 0 ? num_negate(p, t) : t;
}

/* --- comparison --- */

/* True when each pair of neighbours is in one of the orders of the set, a bit each: 1 less, 2 same, 4 more. */
static term chain(struct proc *p, unsigned n, unsigned orders)
{
    for (unsigned i = 0; i + 1 < n; i++) {
        for (unsigned k = i; k <= i + 1; k++) {
            if (UNLIKELY(!is_number(ARG(k))))
                return raise_arg(p, k, "a number");
        }
        enum num_order order = num_order(ARG(i), ARG(i + 1));
        if (order == NUM_UNORDERED || !(orders >> ((int)order + 1) & 1))
            return FALSE_TERM;
    }
    native_charge(p, n / 32);
    return TRUE_TERM;
}

term n_less(struct proc *p, unsigned n)
{
    return chain(p, n, 1);
}

term n_less_or_same(struct proc *p, unsigned n)
{
    return chain(p, n, 1 | 2);
}

term n_more(struct proc *p, unsigned n)
{
    return chain(p, n, 4);
}

term n_more_or_same(struct proc *p, unsigned n)
{
    return chain(p, n, 2 | 4);
}

term n_num_same(struct proc *p, unsigned n)
{
    return chain(p, n, 2);
}

/* A NaN wins; of two that compare the same the later one does, as in Clojure. */
static term extreme(struct proc *p, unsigned n, enum num_order keep)
{
    unsigned best = 0;
    for (unsigned i = 0; i < n && n > 1; i++) {
        if (UNLIKELY(!is_number(ARG(i))))
            return raise_arg(p, i, "a number");
        if (i && !num_is_nan(ARG(best)) && num_order(ARG(best), ARG(i)) != keep)
            best = i;
    }
    native_charge(p, n / 32);
    return ARG(best);
}

term n_max(struct proc *p, unsigned n)
{
    return extreme(p, n, NUM_MORE);
}

term n_min(struct proc *p, unsigned n)
{
    return extreme(p, n, NUM_LESS);
}

/* --- kinds --- */

term n_is_number(struct proc *p, unsigned n)
{
    return mk_bool(is_number(ARG(0)));
}

term n_is_integer(struct proc *p, unsigned n)
{
    return mk_bool(is_integer(ARG(0)));
}

/* An integer of at most 64 bits, as Clojure's fixed-precision ones; `sign` is that of what is asked, 2: any. */
static term is_fixed(term t, int sign)
{
    i64 value;
    return mk_bool(integer_to_i64(t, &value) && (sign == 2 || int_sign(t) == sign));
}

term n_is_int(struct proc *p, unsigned n)
{
    return is_fixed(ARG(0), 2);
}

term n_is_pos_int(struct proc *p, unsigned n)
{
    return is_fixed(ARG(0), 1);
}

term n_is_neg_int(struct proc *p, unsigned n)
{
    return is_fixed(ARG(0), -1);
}

term n_is_nat_int(struct proc *p, unsigned n)
{
    return same(ARG(0), mk_int(0)) ? TRUE_TERM : is_fixed(ARG(0), 1);
}

term n_is_float(struct proc *p, unsigned n)
{
    return mk_bool(is_float(ARG(0)));
}

term n_is_ratio(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_RATIO));
}

term n_is_decimal(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_DECIMAL));
}

term n_is_rational(struct proc *p, unsigned n)
{
    return mk_bool(num_kind(ARG(0)) <= NUM_DECIMAL);
}

/* --- values --- */

term n_is_zero(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? mk_bool(num_is_zero(ARG(0))) : raise_arg(p, 0, "a number");
}

term n_is_pos(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? mk_bool(num_sign(ARG(0)) > 0) : raise_arg(p, 0, "a number");
}

term n_is_neg(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? mk_bool(num_sign(ARG(0)) < 0) : raise_arg(p, 0, "a number");
}

term n_is_even(struct proc *p, unsigned n)
{
    return is_integer(ARG(0)) ? mk_bool(!int_odd(ARG(0))) : raise_arg(p, 0, "an integer");
}

term n_is_odd(struct proc *p, unsigned n)
{
    return is_integer(ARG(0)) ? mk_bool(int_odd(ARG(0))) : raise_arg(p, 0, "an integer");
}

term n_is_nan(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? mk_bool(num_is_nan(ARG(0))) : raise_arg(p, 0, "a number");
}

term n_is_infinite(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    return mk_bool(is_float(ARG(0)) && isinf(float_value(ARG(0))));
}

/* --- integers --- */

term n_numerator(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_RATIO) ? OBJ(ratio, ARG(0))->num : raise_arg(p, 0, "a ratio");
}

term n_denominator(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_RATIO) ? OBJ(ratio, ARG(0))->den : raise_arg(p, 0, "a ratio");
}

term n_isqrt(struct proc *p, unsigned n)
{
    if (!is_integer(ARG(0)))
        return raise_arg(p, 0, "an integer");
    if (int_negative(ARG(0)))
        return raise(p, E_ARITHMETIC_ERROR, "the square root of a negative integer, %T", ARG(0));
    return int_sqrt(p, ARG(0));
}

term n_gcd(struct proc *p, unsigned n)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!is_integer(ARG(i)))
            return raise_arg(p, i, "an integer");
    }
    struct workspace s;
    work_begin(&s);
    struct zint x = z_of(&s, ARG(0)), y = z_of(&s, ARG(1));
    return z_finish(p, &s, z_gcd(&s, x, y));
}

/* integer ^ natural number */
term n_pow(struct proc *p, unsigned n)
{
    if (!is_integer(ARG(0)))
        return raise_arg(p, 0, "an integer");
    if (!is_integer(ARG(1)) || int_negative(ARG(1)))
        return raise_arg(p, 1, "an integer that is not negative");
    u64 exponent = is_int(ARG(1)) ? (u64)int_value(ARG(1)) : (u64)1 << 62 | int_odd(ARG(1));
    return int_power(p, ARG(0), exponent);
}
