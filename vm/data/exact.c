/* SPDX-License-Identifier: GPL-3.0-only */
/* exact.c: integers in working memory; see exact.h. */
#include "data/exact.h"

#include "port.h"
#include "run/native.h"

/* Steps in between may be larger than what is kept: a product before it is reduced. */
#define STEP_MAX_LIMBS (4 * (word)INT_MAX_LIMBS)
/* 10^this has about twice NUM_MAX_BITS. */
#define MAX_POWER_OF_10 (NUM_MAX_BITS / 10 * 6)

struct work_block {
    struct work_block *next;
    u64 limb[];
};

static const struct zint ZERO;

void work_end(struct workspace *s)
{
    while (s->blocks) {
        struct work_block *next = s->blocks->next;
        port_free(s->blocks);
        s->blocks = next;
    }
}

u64 *work_limbs(struct workspace *s, word n)
{
    if (s->failed)
        return NULL;
    if (n <= WORK_INLINE_LIMBS - s->used) {
        s->used += n;
        return s->limbs + s->used - n;
    }
    if (n > STEP_MAX_LIMBS) {
        s->failed = WORK_SIZE;
        return NULL;
    }
    struct work_block *block = port_alloc(sizeof *block + n * 8);
    if (!block) {
        s->failed = WORK_MEMORY;
        return NULL;
    }
    block->next = s->blocks;
    s->blocks = block;
    s->work += n / 128;
    return block->limb;
}

static bool take_room(struct workspace *s, word limbs)
{
    if (gmp_room_take(limbs))
        return true;
    s->failed = WORK_MEMORY;
    return false;
}

static struct zint made(const u64 *limb, word n, bool negative)
{
    n = limbs_trim(limb, n);
    return (struct zint){limb, n, negative && n, false};
}

struct zint z_of_u64(struct workspace *s, u64 magnitude, bool negative)
{
    u64 *r = work_limbs(s, 1);
    if (!r)
        return ZERO;
    r[0] = magnitude;
    return made(r, 1, negative);
}

struct zint z_of(struct workspace *s, term integer)
{
    if (is_int(integer)) {
        iword n = int_value(integer);
        return z_of_u64(s, n < 0 ? -(u64)n : (u64)n, n < 0);
    }
    return (struct zint){OBJ(bigint, integer)->limb, box_words(integer), box_aux(integer), true};
}

u64 z_trailing_zeros(struct zint x)
{
    return mpn_scan1(x.limb, 0);
}

struct zint z_add(struct workspace *s, struct zint x, struct zint y)
{
    if (!y.n)
        return x;
    if (!x.n)
        return y;
    if (z_compare_abs(x, y) < 0) {
        struct zint swap = x;
        x = y;
        y = swap;
    }
    u64 *r = work_limbs(s, x.n + 1);
    if (!r)
        return ZERO;
    if (x.negative == y.negative) {
        r[x.n] = mpn_add(r, x.limb, x.n, y.limb, y.n);
        return made(r, x.n + 1, x.negative);
    }
    mpn_sub(r, x.limb, x.n, y.limb, y.n);
    return made(r, x.n, x.negative);
}

struct zint z_mul(struct workspace *s, struct zint x, struct zint y)
{
    if (!x.n || !y.n)
        return ZERO;
    word n = x.n + y.n;
    u64 *r = work_limbs(s, n);
    if (!r || !take_room(s, n))
        return ZERO;
    if (x.limb == y.limb && x.n == y.n)
        mpn_sqr(r, x.limb, x.n);
    else if (x.n >= y.n)
        mpn_mul(r, x.limb, x.n, y.limb, y.n);
    else
        mpn_mul(r, y.limb, y.n, x.limb, x.n);
    gmp_room_drop(n);
    s->work += int_work(x.n, y.n);
    return made(r, n, x.negative != y.negative);
}

struct zint z_divide(struct workspace *s, struct zint x, struct zint y, struct zint *rem)
{
    struct zint none;
    if (!rem)
        rem = &none;
    *rem = ZERO;
    if (s->failed)
        return ZERO;
    if (x.n < y.n) {
        *rem = x;
        return ZERO;
    }
    word n_q = x.n - y.n + 1;
    u64 *q = work_limbs(s, n_q), *r = work_limbs(s, y.n);
    if (!q || !r || !take_room(s, x.n + y.n))
        return ZERO;
    mpn_tdiv_qr(q, r, 0, x.limb, x.n, y.limb, y.n);
    gmp_room_drop(x.n + y.n);
    s->work += int_work(n_q, y.n);
    *rem = made(r, y.n, x.negative);
    return made(q, n_q, x.negative != y.negative);
}

/* GMP wants two copies that it destroys, the larger first, one of them odd: common twos are taken out before. */
struct zint z_gcd(struct workspace *s, struct zint x, struct zint y)
{
    if (!x.n || !y.n)
        return z_abs(x.n ? x : y);
    u64 twos_x = z_trailing_zeros(x), twos_y = z_trailing_zeros(y), twos = twos_x < twos_y ? twos_x : twos_y;
    x = z_shift_right(s, x, twos_x); /* fresh copies even when there is nothing to shift */
    y = z_shift_right(s, y, twos_y);
    if (s->failed)
        return ZERO;
    if (z_compare_abs(x, y) < 0) {
        struct zint swap = x;
        x = y;
        y = swap;
    }
    u64 *r = work_limbs(s, y.n);
    if (!r || !take_room(s, x.n + y.n))
        return ZERO;
    word n = mpn_gcd(r, (u64 *)x.limb, x.n, (u64 *)y.limb, y.n);
    gmp_room_drop(x.n + y.n);
    s->work += 4 * int_work(x.n, y.n);
    struct zint g = made(r, n, false);
    return twos ? z_shift_left(s, g, twos) : g;
}

struct zint z_shift_left(struct workspace *s, struct zint x, u64 by)
{
    if (!x.n || s->failed)
        return ZERO;
    word whole = by / 64, n = x.n + whole + 1;
    u64 *r = work_limbs(s, n);
    if (!r)
        return ZERO;
    mpn_zero(r, whole);
    r[n - 1] = 0;
    if (by % 64)
        r[n - 1] = mpn_lshift(r + whole, x.limb, x.n, by % 64);
    else
        mpn_copyi(r + whole, x.limb, x.n);
    return made(r, n, x.negative);
}

struct zint z_shift_right(struct workspace *s, struct zint x, u64 by)
{
    word whole = by / 64;
    if (whole >= x.n)
        return ZERO;
    word n = x.n - whole;
    u64 *r = work_limbs(s, n);
    if (!r)
        return ZERO;
    if (by % 64)
        mpn_rshift(r, x.limb + whole, n, by % 64);
    else
        mpn_copyi(r, x.limb + whole, n);
    return made(r, n, x.negative);
}

struct zint z_power_of_5(struct workspace *s, u64 exponent)
{
    if (exponent > MAX_POWER_OF_10) {
        s->failed = s->failed ? s->failed : WORK_SIZE;
        return ZERO;
    }
    u64 first = exponent % 27, small = 1; /* 5^27 is the largest power in a limb */
    for (u64 i = 0; i < first; i++)
        small *= 5;
    struct zint r = z_of_u64(s, small, false);
    struct zint square = z_of_u64(s, 7450580596923828125u, false);
    for (u64 rest = exponent / 27; rest && !s->failed; rest >>= 1) {
        if (rest & 1)
            r = z_mul(s, r, square);
        if (rest > 1)
            square = z_mul(s, square, square);
    }
    return r;
}

struct zint z_times_power_of_10(struct workspace *s, struct zint x, u64 exponent)
{
    if (!x.n || !exponent)
        return x;
    return z_shift_left(s, z_mul(s, x, z_power_of_5(s, exponent)), exponent);
}

/* Takes out 10^(2^i) from large i to small, so that the cost is that of a few divisions. */
struct zint z_strip_zeros(struct workspace *s, struct zint x, u64 most, u64 *times)
{
    *times = 0;
    if (!x.n || !most || s->failed)
        return x;
    u64 bound = z_trailing_zeros(x); /* 10^k divides x only if 2^k does */
    most = most < bound ? most : bound;
    if (!most)
        return x;
    for (int i = 63 - __builtin_clzll(most); i >= 0 && !s->failed; i--) {
        u64 step = (u64)1 << i;
        if (*times + step > most || step * 332 / 100 > z_bits(x))
            continue;
        struct zint power = z_power_of_5(s, step), rem;
        struct zint q = z_divide(s, x, z_shift_left(s, power, step), &rem);
        if (!rem.n && q.n) {
            x = q;
            *times += step;
        }
    }
    return x;
}

/* --- ends --- */

term z_finish_failed(struct proc *p, struct workspace *s)
{
    enum work_failure failed = s->failed;
    native_charge(p, s->work);
    work_end(s);
    switch (failed) {
    case WORK_NON_TERMINATING:
        return raise(p, E_ARITHMETIC_ERROR, "non-terminating decimal expansion; no exact representable decimal result");
    case WORK_INEXACT:
        return raise(p, E_ARITHMETIC_ERROR, "rounding necessary");
    case WORK_STOPPED:
        interrupt_take(p);
        return raise(p, E_INTERRUPT, "interrupted");
    case WORK_SIZE:
        return int_too_large(p);
    case WORK_MEMORY:
    case WORK_FINE:
        break;
    }
    return int_no_memory(p);
}

/* Checks the size, and brings what lies in a heap to safety before the reserve that may move it. */
static bool keep(struct workspace *s, struct zint *x)
{
    if (!s->failed && x->n > INT_MAX_LIMBS)
        s->failed = WORK_SIZE;
    if (!s->failed && x->in_place) {
        u64 *copy = work_limbs(s, x->n);
        if (!copy)
            return false;
        mpn_copyi(copy, x->limb, x->n);
        x->limb = copy;
        x->in_place = false;
    }
    return !s->failed;
}

static term build(struct proc *p, struct zint x) /* 1 + max(n, 1) words are reserved */
{
    mpn_copyi(int_place(p), x.limb, x.n);
    return int_close(p, x.n, x.negative);
}

term z_finish(struct proc *p, struct workspace *s, struct zint x)
{
    if (!keep(s, &x))
        return z_finish_failed(p, s);
    term t = heap_reserve(p, 2 + x.n) ? build(p, x) : NONE;
    native_charge(p, s->work);
    work_end(s);
    return t;
}

term z_finish_ratio(struct proc *p, struct workspace *s, struct zint num, struct zint den)
{
    struct zint g = z_gcd(s, num, den);
    if (!z_is_one(g)) {
        num = z_divide(s, num, g, NULL);
        den = z_divide(s, den, g, NULL);
    }
    if (den.negative) {
        num = z_negate(num);
        den = z_negate(den);
    }
    if (z_is_one(den))
        return z_finish(p, s, num);
    if (!keep(s, &num) || !keep(s, &den))
        return z_finish_failed(p, s);
    term t = NONE;
    if (heap_reserve(p, 3 + 2 + num.n + 2 + den.n)) {
        term tn = build(p, num), td = build(p, den);
        struct obj_ratio *o = (struct obj_ratio *)heap_take_box(p, T_RATIO, 0, 2);
        o->num = tn;
        o->den = td;
        t = mk_box_ptr(o);
    }
    native_charge(p, s->work);
    work_end(s);
    return t;
}

term z_finish_decimal(struct proc *p, struct workspace *s, struct zint unscaled, i64 scale)
{
    if (!s->failed && (scale > INT32_MAX || scale < INT32_MIN)) {
        native_charge(p, s->work);
        work_end(s);
        return raise(p, E_SIZE_LIMIT, "a decimal's scale of more than 31 bits");
    }
    if (!keep(s, &unscaled))
        return z_finish_failed(p, s);
    term t = NONE;
    if (heap_reserve(p, 3 + 2 + unscaled.n)) {
        term tu = build(p, unscaled);
        struct obj_decimal *o = (struct obj_decimal *)heap_take_box(p, T_DECIMAL, 0, 2);
        o->unscaled = tu;
        o->scale = mk_int(scale);
        t = mk_box_ptr(o);
    }
    native_charge(p, s->work);
    work_end(s);
    return t;
}
