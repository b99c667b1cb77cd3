/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * exact.h: integers in working memory, for results that need steps in between (ratios, decimals, comparisons across
 * kinds). Nothing here touches a heap or collects, so operands are read in place and only the end reserves:
 *
 *     struct workspace s;
 *     work_begin(&s);
 *     struct zint x = z_of(&s, a), y = z_of(&s, b);
 *     return z_finish_ratio(p, &s, z_mul(&s, x, y), ...);     // reserves, builds, frees the working memory; or raises
 *
 * Failure is sticky: when memory or the size limit is passed, s.failed says so, every later result is zero, and
 * z_finish_* raises. Values are never changed once made.
 */
#ifndef LONA_EXACT_H
#define LONA_EXACT_H

#include "data/bigint.h"

#define WORK_INLINE_LIMBS 96

enum work_failure { WORK_FINE, WORK_MEMORY, WORK_SIZE, WORK_NON_TERMINATING, WORK_INEXACT, WORK_STOPPED };
struct work_block;
struct workspace {
    enum work_failure failed;
    word used;                  /* of the inline limbs */
    struct work_block *blocks;  /* from port_alloc */
    word work;                  /* reductions to charge at the end */
    const struct proc *process; /* that may be asked to stop: WORK_STOPPED; NULL: it is not looked at */
    u64 limbs[WORK_INLINE_LIMBS];
};
struct zint { /* magnitude limb[0..n), n = 0 for zero, else limb[n - 1] != 0 */
    const u64 *limb;
    word n;
    bool negative; /* false for zero */
    bool in_place; /* limb lies in a heap: valid while nothing collects */
};

static inline void work_begin(struct workspace *s)
{
    s->failed = WORK_FINE;
    s->used = 0;
    s->blocks = NULL;
    s->process = NULL;
    s->work = 0;
}
void work_end(struct workspace *s);
u64 *work_limbs(struct workspace *s, word n); /* NULL: failed is set */

struct zint z_of(struct workspace *s, term integer); /* bigints in place */
struct zint z_of_u64(struct workspace *s, u64 magnitude, bool negative);
static inline bool z_is_zero(struct zint x)
{
    return x.n == 0;
}
static inline bool z_is_one(struct zint x)
{
    return x.n == 1 && x.limb[0] == 1 && !x.negative;
}
static inline struct zint z_negate(struct zint x)
{
    x.negative = !x.negative && x.n;
    return x;
}
static inline struct zint z_abs(struct zint x)
{
    x.negative = false;
    return x;
}
static inline u64 z_bits(struct zint x)
{
    return limbs_bit_length(x.limb, x.n);
}
static inline int z_compare_abs(struct zint x, struct zint y)
{
    return limbs_compare(x.limb, x.n, y.limb, y.n);
}
u64 z_trailing_zeros(struct zint x); /* x is not zero */

struct zint z_add(struct workspace *s, struct zint x, struct zint y);
static inline struct zint z_sub(struct workspace *s, struct zint x, struct zint y)
{
    return z_add(s, x, z_negate(y));
}
struct zint z_mul(struct workspace *s, struct zint x, struct zint y);
/* Truncating; y is not zero (unless s has failed). rem may be NULL. */
struct zint z_divide(struct workspace *s, struct zint x, struct zint y, struct zint *rem);
struct zint z_gcd(struct workspace *s, struct zint x, struct zint y); /* >= 0 */
struct zint z_shift_left(struct workspace *s, struct zint x, u64 by);
struct zint z_shift_right(struct workspace *s, struct zint x, u64 by); /* of the magnitude: truncates */
struct zint z_power_of_5(struct workspace *s, u64 exponent);
struct zint z_times_power_of_10(struct workspace *s, struct zint x, u64 exponent);
/* Divides by 10 while that is exact and at most `most` times; *times says how often. */
struct zint z_strip_zeros(struct workspace *s, struct zint x, u64 most, u64 *times);

/* --- ends: reserve, build, work_end; NONE with a condition pending when s failed. MAY_GC --- */
term z_finish(struct proc *p, struct workspace *s, struct zint x);
term z_finish_ratio(struct proc *p, struct workspace *s, struct zint num, struct zint den); /* den not zero; reduces */
term z_finish_decimal(struct proc *p, struct workspace *s, struct zint unscaled, i64 scale);
term z_finish_failed(struct proc *p, struct workspace *s);

#endif
