/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num_bits_natives.c: integers as bits, of any size, and Clojure's unchecked operations, which wrap at 64 bits (at 32
 * where the name says int). Floats and other numbers are computed by those as usual.
 */
#include "data/num_impl.h"

#include "pure.h"
#include "run/native.h"

typedef term binary_op(struct proc *p, term a, term b);

static term fold_bits(struct proc *p, unsigned n, const char *name, binary_op *op)
{
    term acc = ARG(0);
    for (unsigned i = 0; i < n; i++) {
        if (UNLIKELY(!is_integer(ARG(i))))
            return num_wrong_operand(p, n, i, name, "integers");
        if (!i)
            continue;
        acc = op(p, acc, ARG(i));
        if (is_none(acc))
            return NONE;
    }
    native_charge(p, n / 32);
    return acc;
}

term n_bit_and(struct proc *p, unsigned n)
{
    return fold_bits(p, n, "bit-and", num_bit_and);
}

term n_bit_or(struct proc *p, unsigned n)
{
    return fold_bits(p, n, "bit-or", num_bit_or);
}

term n_bit_xor(struct proc *p, unsigned n)
{
    return fold_bits(p, n, "bit-xor", num_bit_xor);
}

static term bit_and_not(struct proc *p, term a, term b)
{
    return int_bits(p, a, b, INT_AND_NOT);
}

term n_bit_and_not(struct proc *p, unsigned n)
{
    return fold_bits(p, n, "bit-and-not", bit_and_not);
}

term n_bit_not(struct proc *p, unsigned n)
{
    return is_integer(ARG(0)) ? int_bits(p, ARG(0), mk_int(-1), INT_XOR) : raise_arg(p, 0, "an integer");
}

static bool both_integers(struct proc *p)
{
    for (unsigned i = 0; i < 2; i++)
        if (!is_integer(ARG(i))) {
            raise_arg(p, i, "an integer");
            return false;
        }
    return true;
}

term n_bit_shift_left(struct proc *p, unsigned n)
{
    return both_integers(p) ? num_bit_shift_left(p, ARG(0), ARG(1)) : NONE;
}

term n_bit_shift_right(struct proc *p, unsigned n)
{
    return both_integers(p) ? num_bit_shift_right(p, ARG(0), ARG(1)) : NONE;
}

/* The low 64 bits of the two's complement. */
static u64 low_bits(term integer)
{
    if (is_int(integer))
        return (u64)int_value(integer);
    u64 limb = OBJ(bigint, integer)->limb[0];
    return box_aux(integer) ? -limb : limb;
}

/* The 64-bit view: what fits in 64 bits with or without sign; the count is taken modulo 64. By none the sign stays. */
term n_unsigned_bit_shift_right(struct proc *p, unsigned n)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!is_integer(ARG(i)))
            return raise_arg(p, i, "an integer");
    }
    i64 value;
    bool fits = integer_to_i64(ARG(0), &value) || (int_limbs(ARG(0)) == 1 && !int_negative(ARG(0)));
    if (!fits)
        return raise(p, E_RANGE_ERROR, "unsigned-bit-shift-right wants an integer of 64 bits, not %T", ARG(0));
    unsigned count = (unsigned)low_bits(ARG(1)) & 63;
    return count ? int_result_u64(p, low_bits(ARG(0)) >> count) : ARG(0);
}

/* Bit number ARG(1) of ARG(0). False: raised. */
static bool bit_arguments(struct proc *p, u64 *i)
{
    if (!is_integer(ARG(0))) {
        raise_arg(p, 0, "an integer");
        return false;
    }
    if (!is_integer(ARG(1)) || int_negative(ARG(1))) {
        raise_arg(p, 1, "a bit number, an integer that is not negative");
        return false;
    }
    *i = is_int(ARG(1)) ? (u64)int_value(ARG(1)) : (u64)SMALL_MAX;
    return true;
}

term n_bit_test(struct proc *p, unsigned n)
{
    u64 i;
    return bit_arguments(p, &i) ? mk_bool(int_bit(ARG(0), i)) : NONE;
}

static term change_bit(struct proc *p, enum int_bits how)
{
    u64 i;
    if (!bit_arguments(p, &i))
        return NONE;
    term mask = int_shift(p, mk_int(1), (i64)i);
    return is_none(mask) ? NONE : int_bits(p, ARG(0), mask, how);
}

term n_bit_set(struct proc *p, unsigned n)
{
    return change_bit(p, INT_OR);
}

term n_bit_clear(struct proc *p, unsigned n)
{
    u64 i;
    if (!bit_arguments(p, &i))
        return NONE;
    return int_bit(ARG(0), i) ? change_bit(p, INT_AND_NOT) : ARG(0);
}

term n_bit_flip(struct proc *p, unsigned n)
{
    return change_bit(p, INT_XOR);
}

/* Bits needed without the sign, as Java's bitLength: -1 and 0 need none. */
term n_bit_length(struct proc *p, unsigned n)
{
    if (!is_integer(ARG(0)))
        return raise_arg(p, 0, "an integer");
    struct int_view v;
    int_open(&v, ARG(0));
    u64 bits = limbs_bit_length(v.limb, v.n);
    if (v.negative && mpn_scan1(v.limb, 0) == bits - 1) /* minus a power of two */
        bits--;
    return mk_int((iword)bits);
}

/* --- unchecked --- */

enum unchecked { UNCHECKED_ADD, UNCHECKED_SUB, UNCHECKED_MUL };

static u64 wrapped(enum unchecked op, u64 x, u64 y)
{
    switch (op) {
    case UNCHECKED_ADD:
        return x + y;
    case UNCHECKED_SUB:
        return x - y;
    case UNCHECKED_MUL:
        return x * y;
    }
    return 0;
}

static term unchecked(struct proc *p, enum unchecked op, term a, term b)
{
    if (is_integer(a) && is_integer(b))
        return int_result(p, (i64)wrapped(op, low_bits(a), low_bits(b)));
    return op == UNCHECKED_ADD ? num_add(p, a, b) : op == UNCHECKED_SUB ? num_sub(p, a, b) : num_mul(p, a, b);
}

term n_unchecked_add(struct proc *p, unsigned n)
{
    return unchecked(p, UNCHECKED_ADD, ARG(0), ARG(1));
}

term n_unchecked_subtract(struct proc *p, unsigned n)
{
    return unchecked(p, UNCHECKED_SUB, ARG(0), ARG(1));
}

term n_unchecked_multiply(struct proc *p, unsigned n)
{
    return unchecked(p, UNCHECKED_MUL, ARG(0), ARG(1));
}

term n_unchecked_inc(struct proc *p, unsigned n)
{
    return unchecked(p, UNCHECKED_ADD, ARG(0), mk_int(1));
}

term n_unchecked_dec(struct proc *p, unsigned n)
{
    return unchecked(p, UNCHECKED_SUB, ARG(0), mk_int(1));
}

term n_unchecked_negate(struct proc *p, unsigned n)
{
    if (!is_integer(ARG(0)))
        return num_negate(p, ARG(0));
    return unchecked(p, UNCHECKED_SUB, mk_int(0), ARG(0));
}

/* The int variants want integers and keep the low 32 bits, with their sign. */
static term unchecked_int(struct proc *p, unsigned n, enum unchecked op, bool reversed, iword with)
{
    for (unsigned i = 0; i < n; i++) {
        if (!is_integer(ARG(i)))
            return raise_arg(p, i, "an integer");
    }
    u64 x = low_bits(ARG(0)), y = n > 1 ? low_bits(ARG(1)) : (u64)with;
    return mk_int((i32)wrapped(op, reversed ? y : x, reversed ? x : y));
}

term n_unchecked_add_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_ADD, false, 0);
}

term n_unchecked_subtract_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_SUB, false, 0);
}

term n_unchecked_multiply_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_MUL, false, 0);
}

term n_unchecked_inc_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_ADD, false, 1);
}

term n_unchecked_dec_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_SUB, false, 1);
}

term n_unchecked_negate_int(struct proc *p, unsigned n)
{
    return unchecked_int(p, n, UNCHECKED_SUB, true, 0);
}

/* Truncated division of 32-bit integers; the one case that wraps is -2^31 by -1. */
static term unchecked_int_division(struct proc *p, bool remainder)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!is_integer(ARG(i)))
            return raise_arg(p, i, "an integer");
    }
    i64 x = (i32)low_bits(ARG(0)), y = (i32)low_bits(ARG(1));
    if (y == 0)
        return num_divide_by_zero(p);
    return mk_int((i32)(remainder ? x % y : x / y));
}

term n_unchecked_divide_int(struct proc *p, unsigned n)
{
    return unchecked_int_division(p, false);
}

term n_unchecked_remainder_int(struct proc *p, unsigned n)
{
    return unchecked_int_division(p, true);
}

/* What an unchecked cast starts from. Floats saturate at 64 bits (32 for narrower results) and NaN is 0, as in Java. */
static bool cast_bits(struct proc *p, unsigned width, u64 *out)
{
    term t = ARG(0);
    if (is_char(t)) {
        *out = char_value(t);
        return true;
    }
    if (is_float(t)) {
        double d = float_value(t), limit = width == 64 ? 0x1p63 : 0x1p31;
        i64 most = width == 64 ? INT64_MAX : INT32_MAX;
        *out = isnan(d) ? 0 : d >= limit ? (u64)most : d < -limit ? (u64)(-most - 1) : (u64)(i64)d;
        return true;
    }
    if (!is_number(t)) {
        raise_arg(p, 0, "a number or a character");
        return false;
    }
    term whole = num_truncate(p, t);
    if (is_none(whole))
        return false;
    *out = low_bits(whole);
    return true;
}

term n_unchecked_long(struct proc *p, unsigned n)
{
    u64 bits;
    return cast_bits(p, 64, &bits) ? int_result(p, (i64)bits) : NONE;
}

term n_unchecked_int(struct proc *p, unsigned n)
{
    u64 bits;
    return cast_bits(p, 32, &bits) ? mk_int((i32)bits) : NONE;
}

term n_unchecked_short(struct proc *p, unsigned n)
{
    u64 bits;
    return cast_bits(p, 16, &bits) ? mk_int((i16)bits) : NONE;
}

term n_unchecked_byte(struct proc *p, unsigned n)
{
    u64 bits;
    return cast_bits(p, 8, &bits) ? mk_int((i8)bits) : NONE;
}
