/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bigint_bits.c: integers as infinitely extended two's complement. Limbs hold magnitudes, so negative operands are
 * converted limb by limb on the way: ~magnitude + 1, with a carry that runs along.
 */
#include "data/bigint.h"

#include "run/native.h"

struct twos { /* reads an operand as two's complement, low limb first */
    const struct int_view *v;
    u64 carry;
};

static u64 twos_next(struct twos *t, word i)
{
    u64 limb = i < t->v->n ? t->v->limb[i] : 0;
    if (!t->v->negative)
        return limb;
    u64 out = ~limb + t->carry;
    t->carry = t->carry && !out;
    return out;
}

static ALWAYS_INLINE u64 combine(enum int_bits what, u64 x, u64 y)
{
    switch (what) {
    case INT_AND:
        return x & y;
    case INT_OR:
        return x | y;
    case INT_XOR:
        return x ^ y;
    case INT_AND_NOT:
        return x & ~y;
    }
    return 0;
}

term int_bits(struct proc *p, term a, term b, enum int_bits what)
{
    if (are_ints(a, b))
        return mk_int((iword)combine(what, (u64)int_value(a), (u64)int_value(b)));
    word n = 1 + (int_limbs(a) > int_limbs(b) ? int_limbs(a) : int_limbs(b));
    if (!heap_reserve(p, 1 + n, &a, &b))
        return NONE;
    native_charge(p, n / 64);
    struct int_view x, y;
    int_open(&x, a);
    int_open(&y, b);
    bool negative = combine(what, x.negative, y.negative) & 1;
    struct twos tx = {&x, 1}, ty = {&y, 1};
    u64 *r = int_place(p), carry = 1;
    for (word i = 0; i < n; i++) {
        u64 limb = combine(what, twos_next(&tx, i), twos_next(&ty, i));
        if (negative) {
            limb = ~limb + carry;
            carry = carry && !limb;
        }
        r[i] = limb;
    }
    return int_close(p, n, negative);
}

static term shift_left(struct proc *p, term a, u64 by)
{
    word whole = by / 64, n = int_limbs(a) + whole + 1;
    if (by > NUM_MAX_BITS || n > INT_MAX_LIMBS + 1)
        return int_too_large(p);
    if (!heap_reserve(p, 1 + n, &a))
        return NONE;
    native_charge(p, n / 128);
    struct int_view x;
    int_open(&x, a);
    u64 *r = int_place(p);
    mpn_zero(r, whole);
    r[n - 1] = 0;
    if (by % 64)
        r[n - 1] = mpn_lshift(r + whole, x.limb, x.n, by % 64);
    else
        mpn_copyi(r + whole, x.limb, x.n);
    return int_close(p, n, x.negative);
}

/* Rounds down: a negative magnitude goes up by one when a bit falls off. */
static term shift_right(struct proc *p, term a, u64 by)
{
    word whole = by / 64;
    if (whole >= int_limbs(a))
        return mk_int(int_negative(a) ? -1 : 0);
    word n = int_limbs(a) - whole;
    if (!heap_reserve(p, 2 + n, &a))
        return NONE;
    native_charge(p, n / 128);
    struct int_view x;
    int_open(&x, a);
    u64 *r = int_place(p), lost = 0;
    if (by % 64)
        lost = mpn_rshift(r, x.limb + whole, n, by % 64);
    else
        mpn_copyi(r, x.limb + whole, n);
    r[n] = 0;
    if (x.negative) {
        lost |= limbs_trim(x.limb, whole);
        if (lost)
            mpn_add_1(r, r, n + 1, 1);
    }
    return int_close(p, n + 1, x.negative);
}

term int_shift(struct proc *p, term a, i64 left)
{
    if (same(a, mk_int(0)) || left == 0)
        return a;
    if (left < 0) {
        u64 by = -(u64)left;
        return is_int(a) ? mk_int(int_value(a) >> (by > 63 ? 63 : by)) : shift_right(p, a, by);
    }
    if (is_int(a) && left < 60) {
        iword n = int_value(a), shifted = (iword)((u64)n << left);
        if (shifted >> left == n)
            return int_result(p, shifted);
    }
    return shift_left(p, a, (u64)left);
}

bool int_bit(term a, u64 i)
{
    if (is_int(a))
        return int_value(a) >> (i > 63 ? 63 : i) & 1;
    struct int_view x;
    int_open(&x, a);
    word limb = i / 64;
    if (limb >= x.n)
        return x.negative;
    u64 bits = x.limb[limb];
    if (x.negative) /* -m = ~(m - 1): the borrow reaches this limb when all below are zero */
        bits = limbs_trim(x.limb, limb) ? ~bits : -bits;
    return bits >> (i % 64) & 1;
}
