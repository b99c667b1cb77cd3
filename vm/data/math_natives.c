/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * math_natives.c: lona.math, Clojure's clojure.math: functions of doubles, which any number is converted to, with
 * Java's edges (which are C's but for pow), and the exact operations, which raise where the result needs more than 64
 * bits.
 */
#include "data/num_impl.h"

#include "pure.h"
#include "run/native.h"

/* --- doubles to doubles --- */

static term real(struct proc *p, double (*f)(double))
{
    return is_number(ARG(0)) ? num_float(p, f(num_to_double(ARG(0)))) : raise_arg(p, 0, "a number");
}

static term real_pair(struct proc *p, double (*f)(double, double))
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    if (!is_number(ARG(1)))
        return raise_arg(p, 1, "a number");
    return num_float(p, f(num_to_double(ARG(0)), num_to_double(ARG(1))));
}

static double to_radians(double degrees)
{
    return degrees * 0.017453292519943295;
}

static double to_degrees(double radians)
{
    return radians * 57.29577951308232;
}

static double signum(double d)
{
    return d > 0 ? 1.0 : d < 0 ? -1.0 : d;
}

static double ulp(double d)
{
    d = fabs(d);
    if (!isfinite(d))
        return d;
    double above = nextafter(d, INFINITY);
    return isinf(above) ? d - nextafter(d, 0) : above - d;
}

static double next_up(double d)
{
    return nextafter(d, INFINITY);
}

static double next_down(double d)
{
    return nextafter(d, -INFINITY);
}

/* The C library's is off by one unit at cubes as small as 27; one Newton step with an exact residue mends that. */
static double cube_root(double x)
{
    if (x == 0 || !isfinite(x))
        return x;
    bool tiny = fabs(x) < 0x1p-700;
    if (tiny)
        x *= 0x1p300;
    double r = cbrt(x), square = r * r;
    double residue = fma(square, r, -x) + fma(r, r, -square) * r;
    r -= residue / (3 * square);
    return tiny ? r * 0x1p-100 : r;
}

/* C has 1 for 1^NaN and for 1 and -1 to the infinite. */
static double java_pow(double x, double y)
{
    if (isnan(y) || (isinf(y) && fabs(x) == 1))
        return NAN;
    return pow(x, y);
}

term n_math_sin(struct proc *p, unsigned n)
{
    return real(p, sin);
}

term n_math_cos(struct proc *p, unsigned n)
{
    return real(p, cos);
}

term n_math_tan(struct proc *p, unsigned n)
{
    return real(p, tan);
}

term n_math_asin(struct proc *p, unsigned n)
{
    return real(p, asin);
}

term n_math_acos(struct proc *p, unsigned n)
{
    return real(p, acos);
}

term n_math_atan(struct proc *p, unsigned n)
{
    return real(p, atan);
}

term n_math_sinh(struct proc *p, unsigned n)
{
    return real(p, sinh);
}

term n_math_cosh(struct proc *p, unsigned n)
{
    return real(p, cosh);
}

term n_math_tanh(struct proc *p, unsigned n)
{
    return real(p, tanh);
}

term n_math_exp(struct proc *p, unsigned n)
{
    return real(p, exp);
}

term n_math_expm1(struct proc *p, unsigned n)
{
    return real(p, expm1);
}

term n_math_log(struct proc *p, unsigned n)
{
    return real(p, log);
}

term n_math_log10(struct proc *p, unsigned n)
{
    return real(p, log10);
}

term n_math_log1p(struct proc *p, unsigned n)
{
    return real(p, log1p);
}

term n_math_sqrt(struct proc *p, unsigned n)
{
    return real(p, sqrt);
}

term n_math_cbrt(struct proc *p, unsigned n)
{
    return real(p, cube_root);
}

term n_math_ceil(struct proc *p, unsigned n)
{
    return real(p, ceil);
}

term n_math_floor(struct proc *p, unsigned n)
{
    return real(p, floor);
}

term n_math_rint(struct proc *p, unsigned n)
{
    return real(p, rint);
}

term n_math_to_radians(struct proc *p, unsigned n)
{
    return real(p, to_radians);
}

term n_math_to_degrees(struct proc *p, unsigned n)
{
    return real(p, to_degrees);
}

term n_math_signum(struct proc *p, unsigned n)
{
    return real(p, signum);
}

term n_math_ulp(struct proc *p, unsigned n)
{
    return real(p, ulp);
}

term n_math_next_up(struct proc *p, unsigned n)
{
    return real(p, next_up);
}

term n_math_next_down(struct proc *p, unsigned n)
{
    return real(p, next_down);
}

term n_math_atan2(struct proc *p, unsigned n)
{
    return real_pair(p, atan2);
}

term n_math_hypot(struct proc *p, unsigned n)
{
    return real_pair(p, hypot);
}

term n_math_pow(struct proc *p, unsigned n)
{
    return real_pair(p, java_pow);
}

term n_math_next_after(struct proc *p, unsigned n)
{
    return real_pair(p, nextafter);
}

term n_math_copy_sign(struct proc *p, unsigned n)
{
    return real_pair(p, copysign);
}

term n_math_remainder(struct proc *p, unsigned n)
{
    return real_pair(p, remainder);
}

/* --- to and from integers --- */

/* The nearest integer, halves up, inside 64 bits; NaN: 0. */
term n_math_round(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    double d = num_to_double(ARG(0)), whole = floor(d);
    if (isnan(d))
        return mk_int(0);
    whole += d - whole >= 0.5;
    return int_result(p, whole >= 0x1p63 ? INT64_MAX : whole < -0x1p63 ? INT64_MIN : (i64)whole);
}

/* The exponent of d = m * 2^e, 1 <= m < 2: 1024 for infinities and NaN, -1023 for zero and subnormal ones. */
term n_math_get_exponent(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    union {
        double d;
        u64 u;
    } x = {.d = num_to_double(ARG(0))};
    return mk_int((iword)(x.u >> 52 & 0x7ff) - 1023);
}

/* d * 2^e */
term n_math_scalb(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    if (!is_integer(ARG(1)))
        return raise_arg(p, 1, "an integer");
    iword e = is_int(ARG(1)) ? int_value(ARG(1)) : int_negative(ARG(1)) ? -5000 : 5000;
    return num_float(p, scalbn(num_to_double(ARG(0)), e > 5000 ? 5000 : e < -5000 ? -5000 : (int)e));
}

static bool integers(struct proc *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!is_integer(ARG(i))) {
            raise_arg(p, i, "an integer");
            return false;
        }
    }
    return true;
}

/* The largest integer not above x / y. */
term n_math_floor_div(struct proc *p, unsigned n)
{
    if (!integers(p, 2))
        return NONE;
    if (same(ARG(1), mk_int(0)))
        return num_divide_by_zero(p);
    bool down = int_sign(ARG(0)) * int_sign(ARG(1)) < 0;
    if (down) {
        term r = int_divide(p, ARG(0), ARG(1), INT_REM);
        if (is_none(r))
            return NONE;
        down = !same(r, mk_int(0));
    }
    term q = int_divide(p, ARG(0), ARG(1), INT_QUOT);
    return is_none(q) || !down ? q : int_add(p, q, mk_int(1), true);
}

term n_math_floor_mod(struct proc *p, unsigned n)
{
    if (!integers(p, 2))
        return NONE;
    return same(ARG(1), mk_int(0)) ? num_divide_by_zero(p) : int_divide(p, ARG(0), ARG(1), INT_MOD);
}

/* --- exact: 64 bits or an error --- */

static term exact_result(struct proc *p, term t)
{
    i64 value;
    if (is_none(t) || integer_to_i64(t, &value))
        return t;
    return raise(p, E_ARITHMETIC_ERROR, "the result needs more than 64 bits: %T", t);
}

term n_math_add_exact(struct proc *p, unsigned n)
{
    return integers(p, 2) ? exact_result(p, int_add(p, ARG(0), ARG(1), false)) : NONE;
}

term n_math_subtract_exact(struct proc *p, unsigned n)
{
    return integers(p, 2) ? exact_result(p, int_add(p, ARG(0), ARG(1), true)) : NONE;
}

term n_math_multiply_exact(struct proc *p, unsigned n)
{
    return integers(p, 2) ? exact_result(p, int_mul(p, ARG(0), ARG(1))) : NONE;
}

term n_math_increment_exact(struct proc *p, unsigned n)
{
    return integers(p, 1) ? exact_result(p, int_add(p, ARG(0), mk_int(1), false)) : NONE;
}

term n_math_decrement_exact(struct proc *p, unsigned n)
{
    return integers(p, 1) ? exact_result(p, int_add(p, ARG(0), mk_int(1), true)) : NONE;
}

term n_math_negate_exact(struct proc *p, unsigned n)
{
    return integers(p, 1) ? exact_result(p, int_add(p, mk_int(0), ARG(0), true)) : NONE;
}
