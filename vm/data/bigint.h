/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bigint.h: integers of any size as terms: small ones in the word, others limbs in the heap (obj_bigint).
 *
 * Operations read their operands in place, with GMP's mpn layer, and write the result straight to the top of the heap:
 *
 *     heap_reserve(p, 1 + limbs, &a, &b)    may collect; a and b are right again after it
 *     int_open(&x, a), int_open(&y, b)      views of the operands' limbs
 *     mpn_...(int_place(p), ...)            limbs right behind where the header will be
 *     return int_close(p, limbs, negative)  trims, makes it small if it fits, else keeps just what it needs
 *
 * All operands are integers (is_integer). Answers are normalised, or NONE with a condition pending.
 */
#ifndef LONA_BIGINT_H
#define LONA_BIGINT_H

#include "data/gmp_room.h"
#include "data/num.h"

#define INT_MAX_LIMBS (NUM_MAX_BITS / 64)

struct int_view { /* do not copy: limb may point at one */
    const u64 *limb;
    word n; /* 0 for zero, else limb[n - 1] != 0 */
    bool negative;
    u64 one;
};

static inline bool is_bigint(term t)
{
    return is_type(t, T_BIGINT);
}
static inline void int_open(struct int_view *v, term t)
{
    if (is_int(t)) {
        iword n = int_value(t);
        v->negative = n < 0;
        v->one = n < 0 ? -(u64)n : (u64)n;
        v->n = n != 0;
        v->limb = &v->one;
    } else {
        v->negative = box_aux(t);
        v->n = box_words(t);
        v->limb = OBJ(bigint, t)->limb;
    }
}
static inline word int_limbs(term t) /* at least 1 */
{
    return is_int(t) ? 1 : box_words(t);
}
static inline bool int_negative(term t)
{
    return is_int(t) ? int_value(t) < 0 : box_aux(t);
}
static inline int int_sign(term t)
{
    return is_int(t) ? (int_value(t) > 0) - (int_value(t) < 0) : box_aux(t) ? -1 : 1;
}
static inline bool int_odd(term t)
{
    return is_int(t) ? (t.w >> 3) & 1 : OBJ(bigint, t)->limb[0] & 1;
}

/* Where the limbs of the next result go; at least that many words plus one are reserved. */
static inline u64 *int_place(struct proc *p)
{
    return p->hp + 1;
}
term int_close(struct proc *p, word limbs, bool negative);
/* MAY_GC */
term int_result(struct proc *p, i64 n); /* an integer from a C value, with its own reserve */
term int_result_u64(struct proc *p, u64 n);
term int_too_large(struct proc *p); /* raises :size-limit */
term int_no_memory(struct proc *p); /* raises :out-of-memory: no working memory */

/* a + b, or a - b */
term int_add(struct proc *p, term a, term b, bool subtract);
term int_mul(struct proc *p, term a, term b);
/* b is not zero. quot truncates, rem has the sign of a, mod that of b. */
enum int_division { INT_QUOT, INT_REM, INT_MOD };
term int_divide(struct proc *p, term a, term b, enum int_division what);
term int_power(struct proc *p, term base, u64 exponent);
term int_sqrt(struct proc *p, term a); /* floor; a >= 0 */

enum int_bits { INT_AND, INT_OR, INT_XOR, INT_AND_NOT };
term int_bits(struct proc *p, term a, term b, enum int_bits what); /* two's complement, infinitely extended */
term int_shift(struct proc *p, term a, i64 left);                  /* negative: right, rounding down */
bool int_bit(term a, u64 i);                                       /* bit i of the two's complement */

/* Neither allocates. */
int int_compare(term a, term b);
u64 int_bit_length(term a); /* of the absolute value */

static inline u64 limbs_bit_length(const u64 *limb, word n)
{
    return n ? n * 64 - __builtin_clzll(limb[n - 1]) : 0;
}
static inline int limbs_compare(const u64 *a, word n_a, const u64 *b, word n_b)
{
    return n_a != n_b ? (n_a > n_b ? 1 : -1) : n_a ? mpn_cmp(a, b, n_a) : 0;
}
static inline word limbs_trim(const u64 *limb, word n)
{
    while (n && !limb[n - 1])
        n--;
    return n;
}
/* Reductions that a product or quotient of such sizes is worth. */
static inline word int_work(word n_a, word n_b)
{
    word smaller = n_a < n_b ? n_a : n_b;
    return smaller < 256 ? (n_a > n_b ? n_a : n_b) * smaller / 64 : (n_a + n_b) * 4;
}

#endif
