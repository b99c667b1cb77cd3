/* SPDX-License-Identifier: GPL-3.0-only */
/* bigint.c: arithmetic on integers of any size. Bits and shifts are in bigint_bits.c. */
#include "data/bigint.h"

#include "port.h"
#include "run/native.h"

bool is_integer(term t)
{
    return is_int(t) || is_bigint(t);
}

/* Room of 2 words is reserved: enough for one limb. */
static term close_u64(struct proc *p, u64 magnitude, bool negative)
{
    if (magnitude <= (u64)SMALL_MAX)
        return mk_int(negative ? -(iword)magnitude : (iword)magnitude);
    if (negative && magnitude == (u64)1 << 60)
        return mk_int(SMALL_MIN);
    word *o = heap_take_box(p, T_BIGINT, negative, 1);
    o[1] = magnitude;
    return mk_box_ptr(o);
}

term int_close(struct proc *p, word limbs, bool negative)
{
    u64 *place = int_place(p);
    limbs = limbs_trim(place, limbs);
    if (limbs <= 1)
        return close_u64(p, limbs ? place[0] : 0, negative);
    if (UNLIKELY(limbs > INT_MAX_LIMBS))
        return int_too_large(p);
    return mk_box_ptr(heap_take_box(p, T_BIGINT, negative, limbs));
}

term mk_integer(struct proc *p, i64 n)
{
    return fits_small(n) ? mk_int(n) : close_u64(p, n < 0 ? -(u64)n : (u64)n, n < 0);
}

term mk_integer_u64(struct proc *p, u64 n)
{
    return close_u64(p, n, false);
}

term int_result(struct proc *p, i64 n)
{
    if (LIKELY(fits_small(n)))
        return mk_int(n);
    return heap_reserve(p, INTEGER_WORDS) ? mk_integer(p, n) : NONE;
}

term int_result_u64(struct proc *p, u64 n)
{
    return heap_reserve(p, INTEGER_WORDS) ? mk_integer_u64(p, n) : NONE;
}

bool integer_to_i64(term t, i64 *n)
{
    if (is_int(t)) {
        *n = int_value(t);
        return true;
    }
    if (!is_bigint(t) || box_words(t) != 1)
        return false;
    u64 magnitude = OBJ(bigint, t)->limb[0];
    bool negative = box_aux(t);
    if (magnitude > (u64)INT64_MAX + negative)
        return false;
    *n = negative ? (i64)-magnitude : (i64)magnitude;
    return true;
}

bool integer_to_u64(term t, u64 *n)
{
    if (is_int(t)) {
        *n = (u64)int_value(t);
        return int_value(t) >= 0;
    }
    if (!is_bigint(t) || box_words(t) != 1 || box_aux(t))
        return false;
    *n = OBJ(bigint, t)->limb[0];
    return true;
}

term int_too_large(struct proc *p)
{
    return raise(p, E_SIZE_LIMIT, "an integer of more than %u bits", NUM_MAX_BITS);
}

term int_no_memory(struct proc *p)
{
    return raise(p, E_OUT_OF_MEMORY, "no working memory for numbers of this size");
}

term int_add(struct proc *p, term a, term b, bool subtract)
{
    if (are_ints(a, b)) {
        iword y = subtract ? -int_value(b) : int_value(b);
        return int_result(p, int_value(a) + y);
    }
    word n = 1 + (int_limbs(a) > int_limbs(b) ? int_limbs(a) : int_limbs(b));
    if (!heap_reserve(p, 1 + n, &a, &b))
        return NONE;
    native_charge(p, n / 128);
    struct int_view va, vb;
    int_open(&va, a);
    int_open(&vb, b);
    vb.negative ^= subtract;
    const struct int_view *x = &va, *y = &vb; /* x has the larger magnitude */
    if (limbs_compare(va.limb, va.n, vb.limb, vb.n) < 0) {
        x = &vb;
        y = &va;
    }
    u64 *r = int_place(p);
    if (!y->n) {
        mpn_copyi(r, x->limb, x->n);
        return int_close(p, x->n, x->negative);
    }
    if (x->negative == y->negative) {
        r[x->n] = mpn_add(r, x->limb, x->n, y->limb, y->n);
        return int_close(p, x->n + 1, x->negative);
    }
    mpn_sub(r, x->limb, x->n, y->limb, y->n);
    return int_close(p, x->n, x->negative);
}

static term mul_small(struct proc *p, iword x, iword y)
{
    iword product;
    if (!__builtin_mul_overflow(x, y, &product) && fits_small(product))
        return mk_int(product);
    if (!heap_reserve(p, 3))
        return NONE;
    u64 *r = int_place(p);
    unsigned __int128 wide = (unsigned __int128)(x < 0 ? -(u64)x : (u64)x) * (y < 0 ? -(u64)y : (u64)y);
    r[0] = (u64)wide;
    r[1] = (u64)(wide >> 64);
    return int_close(p, 2, (x < 0) != (y < 0));
}

term int_mul(struct proc *p, term a, term b)
{
    if (are_ints(a, b))
        return mul_small(p, int_value(a), int_value(b));
    word n_a = int_limbs(a), n_b = int_limbs(b), n = n_a + n_b;
    if (same(a, mk_int(0)) || same(b, mk_int(0)))
        return mk_int(0);
    if (n > INT_MAX_LIMBS + 1)
        return int_too_large(p);
    if (!heap_reserve(p, 1 + n, &a, &b))
        return NONE;
    if (!gmp_room_take(n))
        return int_no_memory(p);
    native_charge(p, int_work(n_a, n_b));
    struct int_view x, y;
    int_open(&x, a);
    int_open(&y, b);
    u64 *r = int_place(p);
    if (x.limb == y.limb)
        mpn_sqr(r, x.limb, n_a);
    else if (n_a >= n_b)
        mpn_mul(r, x.limb, n_a, y.limb, n_b);
    else
        mpn_mul(r, y.limb, n_b, x.limb, n_a);
    gmp_room_drop(n);
    return int_close(p, n, x.negative != y.negative);
}

static term divide_small(struct proc *p, iword x, iword y, enum int_division what)
{
    if (what == INT_QUOT)
        return int_result(p, x / y);
    iword r = x % y;
    if (what == INT_MOD && r && (r < 0) != (y < 0))
        r += y;
    return mk_int(r);
}

/* The remainder limbs at int_place, of |a| by |b|, become mod's answer: b - r where the signs differ. */
static term close_mod(struct proc *p, word n, const struct int_view *a, const struct int_view *b)
{
    u64 *r = int_place(p);
    if (a->negative != b->negative && limbs_trim(r, n))
        mpn_sub_n(r, b->limb, r, n);
    return int_close(p, n, b->negative);
}

term int_divide(struct proc *p, term a, term b, enum int_division what)
{
    if (are_ints(a, b))
        return divide_small(p, int_value(a), int_value(b), what);
    word n_a = int_limbs(a), n_b = int_limbs(b), n_q = n_a >= n_b ? n_a - n_b + 1 : 1;
    if (n_a < n_b && what != INT_MOD)
        return what == INT_QUOT ? mk_int(0) : a;
    /* The part of the answer that is wanted comes first, where int_close finds it. */
    word n_first = what == INT_QUOT ? n_q : n_b, n_second = what == INT_QUOT ? n_b : n_q;
    if (!heap_reserve(p, 1 + n_first + n_second, &a, &b))
        return NONE;
    struct int_view x, y;
    int_open(&x, a);
    int_open(&y, b);
    u64 *first = int_place(p), *second = first + n_first;
    if (n_a < n_b) {
        mpn_zero(first, n_b);
        mpn_copyi(first, x.limb, x.n);
    } else {
        if (!gmp_room_take(n_a + n_b))
            return int_no_memory(p);
        native_charge(p, int_work(n_q, n_b));
        mpn_tdiv_qr(what == INT_QUOT ? first : second, what == INT_QUOT ? second : first, 0, x.limb, n_a, y.limb, n_b);
        gmp_room_drop(n_a + n_b);
    }
    if (what == INT_MOD)
        return close_mod(p, n_b, &x, &y);
    return int_close(p, n_first, what == INT_QUOT ? x.negative != y.negative : x.negative);
}

/* Square and multiply between two blocks of working memory, both of the size of the result. */
static word power_limbs(u64 *acc, u64 *other, const struct int_view *base, u64 exponent, u64 **result)
{
    mpn_copyi(acc, base->limb, base->n);
    word n = base->n;
    for (int bit = 62 - __builtin_clzll(exponent); bit >= 0; bit--) {
        mpn_sqr(other, acc, n);
        n = limbs_trim(other, 2 * n);
        u64 *swap = acc;
        acc = other;
        other = swap;
        if (exponent >> bit & 1) {
            mpn_mul(other, acc, n, base->limb, base->n);
            n = limbs_trim(other, n + base->n);
            swap = acc;
            acc = other;
            other = swap;
        }
    }
    *result = acc;
    return n;
}

term int_power(struct proc *p, term base, u64 exponent)
{
    if (exponent == 0 || same(base, mk_int(1)))
        return mk_int(1);
    if (exponent == 1 || same(base, mk_int(0)))
        return base;
    if (same(base, mk_int(-1)))
        return mk_int(exponent & 1 ? -1 : 1);
    u64 bits = int_bit_length(base);
    if (exponent > NUM_MAX_BITS || (bits - 1) * exponent > NUM_MAX_BITS)
        return int_too_large(p);
    /* An intermediate square may be one limb longer than it ends up, an intermediate product by the base's. */
    word n = bits * exponent / 64 + 2 + int_limbs(base);
    u64 *work = port_alloc(2 * n * 8);
    if (!work)
        return int_no_memory(p);
    if (!gmp_room_take(n)) {
        port_free(work);
        return int_no_memory(p);
    }
    struct int_view x;
    int_open(&x, base);
    bool negative = x.negative && exponent & 1;
    u64 *result;
    word n_result = power_limbs(work, work + n, &x, exponent, &result);
    gmp_room_drop(n);
    native_charge(p, int_work(n_result, n_result));
    term answer = NONE;
    if (n_result > INT_MAX_LIMBS) {
        answer = int_too_large(p);
    } else if (heap_reserve(p, 1 + n_result)) {
        mpn_copyi(int_place(p), result, n_result);
        answer = int_close(p, n_result, negative);
    }
    port_free(work);
    return answer;
}

term int_sqrt(struct proc *p, term a)
{
    if (same(a, mk_int(0)))
        return a;
    word n = int_limbs(a), n_root = (n + 1) / 2;
    if (!heap_reserve(p, 1 + n_root, &a))
        return NONE;
    if (!gmp_room_take(n))
        return int_no_memory(p);
    native_charge(p, int_work(n, n));
    struct int_view x;
    int_open(&x, a);
    mpn_sqrtrem(int_place(p), NULL, x.limb, n);
    gmp_room_drop(n);
    return int_close(p, n_root, false);
}

int int_compare(term a, term b)
{
    if (are_ints(a, b))
        return (int_value(a) > int_value(b)) - (int_value(a) < int_value(b));
    struct int_view x, y;
    int_open(&x, a);
    int_open(&y, b);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    int order = limbs_compare(x.limb, x.n, y.limb, y.n);
    order = (order > 0) - (order < 0);
    return x.negative ? -order : order;
}

u64 int_bit_length(term a)
{
    struct int_view x;
    int_open(&x, a);
    return limbs_bit_length(x.limb, x.n);
}
