/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num.c: which arithmetic an operation on two numbers needs. What two small integers or two floats need is done here;
 * the others go to bigint.c, ratio.c and decimal.c. Comparison is in num_order.c.
 */
#include "data/num_impl.h"

#include "pure.h"
#include "run/native.h"

bool is_number(term t)
{
    return num_kind(t) != NUM_NOT;
}

term num_float(struct proc *p, double d)
{
    term t = float_encode(d);
    if (LIKELY(float_fits(t)))
        return t;
    return heap_reserve(p, FLOAT_WORDS) ? mk_float(p, d) : NONE;
}

term num_wrong(struct proc *p, const char *name, const char *wanted, term t)
{
    return raise(p, E_TYPE_ERROR, "%s wants %s, not %T", name, wanted, t);
}

/* Instructions for + and * may have swapped their operands, and of more than two arguments see two at a time. */
term num_wrong_operand(struct proc *p, unsigned n, unsigned i, const char *name, const char *wanted)
{
    if (n == 2)
        return raise(p, E_TYPE_ERROR, "%s wants %s, not %T; the other is %T", name, wanted, ARG(i), ARG(1 - i));
    if (n > 2)
        return raise(p, E_TYPE_ERROR, "%s wants %s, not %T as argument %u", name, wanted, ARG(i), i + 1);
    return num_wrong(p, name, wanted, ARG(i));
}

term num_divide_by_zero(struct proc *p)
{
    return raise(p, E_ARITHMETIC_ERROR, "Divide by zero");
}

static const char *const op_names[] = {"+", "-", "*", "/", "quot", "rem", "mod"};

/* quot truncates n / d; rem is n less that times d, with the rounding that brings; as in Clojure. */
static term float_division(struct proc *p, enum num_op op, double n, double d)
{
    if (d == 0)
        return num_divide_by_zero(p);
    double q = trunc(n / d);
    if (isnan(q) || isinf(q))
        return raise(p, E_ARITHMETIC_ERROR, "%s: the quotient is infinite or not a number", op_names[op]);
    if (op == NUM_QUOT)
        return num_float(p, q + 0.0);
    double r = n - q * d;
    if (op == NUM_MOD && r != 0 && (r > 0) != (d > 0))
        r += d;
    return num_float(p, r);
}

static term float_arith(struct proc *p, enum num_op op, double x, double y)
{
    switch (op) {
    case NUM_ADD:
        return num_float(p, x + y);
    case NUM_SUB:
        return num_float(p, x - y);
    case NUM_MUL:
        return num_float(p, x * y);
    case NUM_DIV:
        return num_float(p, x / y);
    case NUM_QUOT:
    case NUM_REM:
    case NUM_MOD:
        break;
    }
    return float_division(p, op, x, y);
}

static term int_quotient(struct proc *p, term a, term b) /* as integer or ratio; b is not zero */
{
    if (are_ints(a, b)) {
        if (int_value(a) % int_value(b) == 0)
            return int_result(p, int_value(a) / int_value(b));
        return ratio_arith(p, NUM_DIV, a, b);
    }
    struct workspace s;
    work_begin(&s);
    return z_finish_ratio(p, &s, z_of(&s, a), z_of(&s, b));
}

static term int_arith(struct proc *p, enum num_op op, term a, term b)
{
    switch (op) {
    case NUM_ADD:
    case NUM_SUB:
        return int_add(p, a, b, op == NUM_SUB);
    case NUM_MUL:
        return int_mul(p, a, b);
    case NUM_DIV:
        return int_quotient(p, a, b);
    case NUM_QUOT:
        return int_divide(p, a, b, INT_QUOT);
    case NUM_REM:
        return int_divide(p, a, b, INT_REM);
    case NUM_MOD:
        break;
    }
    return int_divide(p, a, b, INT_MOD);
}

static NOINLINE term arith(struct proc *p, enum num_op op, term a, term b)
{
    enum num_kind ka = num_kind(a), kb = num_kind(b), rung = ka > kb ? ka : kb;
    if (rung == NUM_FLOAT)
        return float_arith(p, op, num_to_double(a), num_to_double(b));
    if (rung == NUM_NOT)
        return ka == NUM_NOT ? num_wrong(p, op_names[op], "numbers", a) : num_wrong(p, op_names[op], "numbers", b);
    if (op >= NUM_DIV && num_is_zero(b))
        return num_divide_by_zero(p);
    switch (rung) {
    case NUM_RATIO:
        return ratio_arith(p, op, a, b);
    case NUM_DECIMAL:
        return decimal_arith(p, op, a, b);
    case NUM_INT:
    case NUM_BIG:
    case NUM_FLOAT:
    case NUM_NOT:
        break;
    }
    return int_arith(p, op, a, b);
}

term num_add(struct proc *p, term a, term b)
{
    if (LIKELY(are_ints(a, b)))
        return int_result(p, int_value(a) + int_value(b));
    if (is_float(a) && is_float(b))
        return num_float(p, float_value(a) + float_value(b));
    return arith(p, NUM_ADD, a, b);
}

term num_sub(struct proc *p, term a, term b)
{
    if (LIKELY(are_ints(a, b)))
        return int_result(p, int_value(a) - int_value(b));
    if (is_float(a) && is_float(b))
        return num_float(p, float_value(a) - float_value(b));
    return arith(p, NUM_SUB, a, b);
}

term num_mul(struct proc *p, term a, term b)
{
    if (LIKELY(are_ints(a, b)))
        return int_mul(p, a, b);
    if (is_float(a) && is_float(b))
        return num_float(p, float_value(a) * float_value(b));
    return arith(p, NUM_MUL, a, b);
}

term num_div(struct proc *p, term a, term b)
{
    if (is_float(a) && is_float(b))
        return num_float(p, float_value(a) / float_value(b));
    return arith(p, NUM_DIV, a, b);
}

term num_quot(struct proc *p, term a, term b)
{
    return arith(p, NUM_QUOT, a, b);
}

term num_rem(struct proc *p, term a, term b)
{
    return arith(p, NUM_REM, a, b);
}

term num_mod(struct proc *p, term a, term b)
{
    return arith(p, NUM_MOD, a, b);
}

term num_negate(struct proc *p, term a)
{
    switch (num_kind(a)) {
    case NUM_INT:
        return int_result(p, -int_value(a));
    case NUM_FLOAT:
        return num_float(p, -float_value(a));
    case NUM_BIG:
    case NUM_RATIO:
    case NUM_DECIMAL:
        return arith(p, NUM_SUB, mk_int(0), a);
    case NUM_NOT:
        break;
    }
    return num_wrong(p, "-", "numbers", a);
}

/* --- bits --- */

static term bits(struct proc *p, enum int_bits what, const char *name, term a, term b)
{
    if (UNLIKELY(!is_integer(a)))
        return num_wrong(p, name, "integers", a);
    if (UNLIKELY(!is_integer(b)))
        return num_wrong(p, name, "integers", b);
    return int_bits(p, a, b, what);
}

term num_bit_and(struct proc *p, term a, term b)
{
    return bits(p, INT_AND, "bit-and", a, b);
}

term num_bit_or(struct proc *p, term a, term b)
{
    return bits(p, INT_OR, "bit-or", a, b);
}

term num_bit_xor(struct proc *p, term a, term b)
{
    return bits(p, INT_XOR, "bit-xor", a, b);
}

/* A negative count shifts the other way. One that is a bigint is as good as the largest. */
static term shift(struct proc *p, const char *name, term a, term by, bool left)
{
    if (UNLIKELY(!is_integer(a)))
        return num_wrong(p, name, "integers", a);
    if (UNLIKELY(!is_integer(by)))
        return num_wrong(p, name, "integers", by);
    i64 n = is_int(by) ? int_value(by) : int_negative(by) ? SMALL_MIN : SMALL_MAX;
    return int_shift(p, a, left ? n : -n);
}

term num_bit_shift_left(struct proc *p, term a, term b)
{
    return shift(p, "bit-shift-left", a, b, true);
}

term num_bit_shift_right(struct proc *p, term a, term b)
{
    return shift(p, "bit-shift-right", a, b, false);
}
