/* SPDX-License-Identifier: GPL-3.0-only */
/* num_double.c: from exact numbers to the nearest double and back. */
#include "data/num_impl.h"

#include "pure.h"
#include "run/native.h"

/*
 * The double nearest to (top + a fraction) * 2^exponent, ties to even: top has bit 63 set, sticky says that the
 * fraction is not zero. Rounds once, also where the result is subnormal.
 */
static double compose(u64 top, bool sticky, i64 exponent, bool negative)
{
    i64 drop = 11; /* 64 bits to the 53 of a normal double */
    if (exponent + 11 < -1074)
        drop = -1074 - exponent;
    double r;
    if (exponent > 1024) {
        r = INFINITY;
    } else if (drop > 64) {
        r = 0;
    } else {
        u64 kept = drop == 64 ? 0 : top >> drop;
        u64 half = (u64)1 << (drop - 1), rest = drop == 64 ? top : top & ((half << 1) - 1);
        if (rest > half || (rest == half && (sticky || kept & 1)))
            kept++;
        r = ldexp((double)kept, (int)(exponent + drop));
    }
    return negative ? -r : r;
}

/* Magnitude limb[0..n) * 2^exponent, more below it if sticky. */
static double limbs_to_double(const u64 *limb, word n, bool sticky, i64 exponent, bool negative)
{
    if (!n)
        return negative ? -0.0 : 0.0;
    unsigned shift = (unsigned)__builtin_clzll(limb[n - 1]);
    u64 top = limb[n - 1] << shift;
    word below = n - 1;
    if (shift && n > 1) {
        top |= limb[n - 2] >> (64 - shift);
        sticky |= (limb[n - 2] << shift) != 0;
        below = n - 2;
    }
    sticky = sticky || limbs_trim(limb, below);
    return compose(top, sticky, exponent + (i64)(n - 1) * 64 - shift, negative);
}

/* num / den * 10^exp10 by a division that leaves at least 66 bits of quotient. */
static double exact_to_double(struct workspace *s, const struct exact *x)
{
    if (!x->num.n)
        return 0;
    double log2 = exact_log2(x);
    if (log2 > 1030 || log2 < -1080)
        return (log2 > 0 ? INFINITY : 0.0) * (x->num.negative ? -1 : 1);
    struct zint num = x->num, den = x->den;
    if (x->exp10 >= 0)
        num = z_times_power_of_10(s, num, (u64)x->exp10);
    else
        den = z_times_power_of_10(s, den, (u64)-x->exp10);
    i64 shift = 66 - ((i64)z_bits(num) - (i64)z_bits(den));
    if (shift > 0)
        num = z_shift_left(s, num, (u64)shift);
    else if (shift < 0)
        den = z_shift_left(s, den, (u64)-shift);
    struct zint rem, q = z_divide(s, num, den, &rem);
    if (s->failed) /* no memory: within 2^-40 or so */
        return exp2(log2) * (x->num.negative ? -1 : 1);
    return limbs_to_double(q.limb, q.n, rem.n != 0, x->exp2 - shift, x->num.negative);
}

double num_to_double(term a)
{
    switch (num_kind(a)) {
    case NUM_INT:
        return (double)int_value(a);
    case NUM_FLOAT:
        return float_value(a);
    case NUM_BIG:
        return limbs_to_double(OBJ(bigint, a)->limb, box_words(a), false, 0, box_aux(a));
    case NUM_RATIO:
    case NUM_DECIMAL: {
        struct workspace s;
        work_begin(&s);
        struct exact x = exact_of(&s, a);
        double d = exact_to_double(&s, &x);
        work_end(&s);
        return d;
    }
    case NUM_NOT:
        break;
    }
    return NAN;
}

term num_from_double(struct proc *p, double d)
{
    int exponent;
    double fraction = frexp(trunc(d), &exponent);
    if (exponent <= 60)
        return mk_int((iword)d);
    u64 mantissa = (u64)ldexp(fabs(fraction), 64);
    struct workspace s;
    work_begin(&s);
    struct zint z = z_of_u64(&s, mantissa, d < 0);
    return z_finish(p, &s, exponent < 64 ? z_shift_right(&s, z, 64 - exponent) : z_shift_left(&s, z, exponent - 64));
}
