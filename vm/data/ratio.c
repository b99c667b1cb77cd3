/* SPDX-License-Identifier: GPL-3.0-only */
/* ratio.c: fractions in lowest terms. Operands are ratios or integers; where all parts are small, two words suffice. */
#include "data/num_impl.h"

#include "run/native.h"

typedef __int128 wide;

static term numerator_of(term t)
{
    return is_type(t, T_RATIO) ? OBJ(ratio, t)->num : t;
}
static term denominator_of(term t)
{
    return is_type(t, T_RATIO) ? OBJ(ratio, t)->den : mk_int(1);
}

static unsigned __int128 gcd_wide(unsigned __int128 x, unsigned __int128 y)
{
    while (y) {
        if (!((x | y) >> 64)) {
            u64 a = (u64)x, b = (u64)y;
            while (b) {
                u64 r = a % b;
                a = b;
                b = r;
            }
            return a;
        }
        unsigned __int128 r = x % y;
        x = y;
        y = r;
    }
    return x;
}

/* num / den with den > 0; false when a reduced part does not fit a small integer. */
static bool reduce_small(wide num, wide den, iword *n, iword *d)
{
    unsigned __int128 magnitude = num < 0 ? -(unsigned __int128)num : (unsigned __int128)num;
    wide g = (wide)gcd_wide(magnitude, (unsigned __int128)den);
    num /= g;
    den /= g;
    if (num > SMALL_MAX || num < SMALL_MIN || den > SMALL_MAX)
        return false;
    *n = (iword)num;
    *d = (iword)den;
    return true;
}

/* ABSENT: a part does not fit. Products of two small integers need 122 bits, their sums 123. */
static term small_arith(struct proc *p, enum num_op op, wide an, wide ad, wide bn, wide bd)
{
    wide num, den = ad * bd;
    switch (op) {
    case NUM_ADD:
        num = an * bd + bn * ad;
        break;
    case NUM_SUB:
        num = an * bd - bn * ad;
        break;
    case NUM_MUL:
        num = an * bn;
        break;
    case NUM_DIV:
        num = bn < 0 ? -(an * bd) : an * bd;
        den = bn < 0 ? -(ad * bn) : ad * bn;
        break;
    default: {
        wide n = an * bd, d = ad * bn, q = n / d, r = n % d; /* r over ad * bd is the remainder */
        if (op == NUM_QUOT)
            return q >= SMALL_MIN && q <= SMALL_MAX ? mk_int((iword)q) : ABSENT;
        num = op == NUM_MOD && r && (r < 0) != (d < 0) ? r + d : r;
    }
    }
    iword n, d;
    if (!reduce_small(num, den, &n, &d))
        return ABSENT;
    if (d == 1)
        return mk_int(n);
    if (!heap_reserve(p, 3))
        return NONE;
    struct obj_ratio *o = (struct obj_ratio *)heap_take_box(p, T_RATIO, 0, 2);
    o->num = mk_int(n);
    o->den = mk_int(d);
    return mk_box_ptr(o);
}

static term large_arith(struct proc *p, enum num_op op, term an_t, term ad_t, term bn_t, term bd_t)
{
    struct workspace s;
    work_begin(&s);
    struct zint an = z_of(&s, an_t), ad = z_of(&s, ad_t), bn = z_of(&s, bn_t), bd = z_of(&s, bd_t);
    struct zint r;
    switch (op) {
    case NUM_ADD:
        return z_finish_ratio(p, &s, z_add(&s, z_mul(&s, an, bd), z_mul(&s, bn, ad)), z_mul(&s, ad, bd));
    case NUM_SUB:
        return z_finish_ratio(p, &s, z_sub(&s, z_mul(&s, an, bd), z_mul(&s, bn, ad)), z_mul(&s, ad, bd));
    case NUM_MUL:
        return z_finish_ratio(p, &s, z_mul(&s, an, bn), z_mul(&s, ad, bd));
    case NUM_DIV:
        return z_finish_ratio(p, &s, z_mul(&s, an, bd), z_mul(&s, ad, bn));
    case NUM_QUOT:
        return z_finish(p, &s, z_divide(&s, z_mul(&s, an, bd), z_mul(&s, ad, bn), NULL));
    case NUM_REM:
    case NUM_MOD:
        break;
    }
    struct zint d = z_mul(&s, ad, bn);
    z_divide(&s, z_mul(&s, an, bd), d, &r);
    if (op == NUM_MOD && r.n && r.negative != d.negative)
        r = z_add(&s, r, d);
    return z_finish_ratio(p, &s, r, z_mul(&s, ad, bd));
}

term ratio_arith(struct proc *p, enum num_op op, term a, term b)
{
    term an = numerator_of(a), ad = denominator_of(a), bn = numerator_of(b), bd = denominator_of(b);
    if (are_ints(an, ad) && are_ints(bn, bd)) {
        term t = small_arith(p, op, int_value(an), int_value(ad), int_value(bn), int_value(bd));
        if (!is_absent(t))
            return t;
    }
    return large_arith(p, op, an, ad, bn, bd);
}
