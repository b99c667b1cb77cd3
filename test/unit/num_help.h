/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num_help.h: what the tests of numbers share: terms from texts, terms against GMP's mpz and mpq (which the VM itself
 * does not use), and random numbers that like the edges.
 *
 * Terms in C locals are stale after anything that may collect, so operands are kept where the collector looks: in
 * p->result (A) and a scratch slot (B).
 */
#ifndef LONA_NUM_HELP_H
#define LONA_NUM_HELP_H

#include "data/buf.h"
#include "data/num_impl.h"
#include "pure.h"
#include "unit.h"

#define A (p->result)
#define B SCRATCH(SCRATCH_NAMES)

static inline term number(struct proc *p, const char *text)
{
    return num_parse(p, (const u8 *)text, strlen(text));
}

/* The printed form, in one of a few static buffers; what is wrong instead of a number: its condition. */
static inline const char *text_of(struct proc *p, term t)
{
    static char texts[4][200];
    static unsigned next;
    char *out = texts[next++ % 4];
    if (is_none(t)) {
        term kind = unit_raised(p);
        for (unsigned i = 0; i < ERROR_COUNT; i++) {
            extern term error_keywords[];
            if (same(error_keywords[i], kind))
                return snprintf(out, 200, "error %u", i), out;
        }
        return "error";
    }
    if (is_absent(t))
        return "absent";
    if (!is_number(t))
        return same(t, NIL) ? "nil" : same(t, TRUE_TERM) ? "true" : same(t, FALSE_TERM) ? "false" : "?";
    struct buf b = BUF_INIT;
    bool done = num_print(&b, t, 10);
    snprintf(out, 200, "%.*s", done ? (int)(b.count < 190 ? b.count : 190) : 2, done ? (char *)b.data : "??");
    buf_free(&b);
    return out;
}
#define CHECK_TEXT(t, expected)                                                         \
    do {                                                                                \
        const char *unit_text = text_of(p, t);                                          \
        if (strcmp(unit_text, expected) != 0)                                           \
            unit_fail(__FILE__, __LINE__, "%s is %s, not %s", #t, unit_text, expected); \
    } while (0)
#define CHECK_ERROR(t, kind)                                                       \
    do {                                                                           \
        char unit_wanted[20];                                                      \
        snprintf(unit_wanted, sizeof unit_wanted, "error %u", (unsigned)E_##kind); \
        CHECK_TEXT(t, unit_wanted);                                                \
    } while (0)

static inline u64 chance(void)
{
    static u64 x = 88172645463325252u;
    x ^= x << 13;
    x ^= x >> 7;
    return x ^= x << 17;
}

static inline void mpz_of(mpz_t z, term t)
{
    struct int_view v;
    int_open(&v, t);
    mpz_import(z, v.n, -1, 8, 0, 0, v.limb);
    if (v.negative)
        mpz_neg(z, z);
}
static inline term term_of_mpz(struct proc *p, const mpz_t z)
{
    size_t n = mpz_size(z);
    if (!heap_reserve(p, n + 2))
        return NONE;
    for (size_t i = 0; i < n; i++)
        int_place(p)[i] = mpz_getlimbn(z, i);
    return int_close(p, n, mpz_sgn(z) < 0);
}
/* Mostly near powers of two; up to about `limbs` limbs. */
static inline void random_mpz(mpz_t z, unsigned limbs)
{
    mpz_set_ui(z, 0);
    if (chance() % 2) {
        static const unsigned char edges[] = {0, 1, 31, 32, 59, 60, 61, 62, 63, 64, 65, 119, 120, 128, 192};
        mpz_setbit(z, edges[chance() % sizeof edges]);
        if (chance() % 2)
            mpz_add_ui(z, z, chance() % 3);
        else
            mpz_sub_ui(z, z, chance() % 3);
    } else {
        for (u64 n = chance() % (limbs + 1); n > 0; n--) {
            mpz_mul_2exp(z, z, 64);
            u64 limb = chance() % 4 ? chance() : chance() % 2 ? 0 : ~0ull;
            mpz_t low;
            mpz_init(low);
            mpz_import(low, 1, -1, 8, 0, 0, &limb);
            mpz_add(z, z, low);
            mpz_clear(low);
        }
        if (chance() % 3 == 0)
            mpz_fdiv_q_2exp(z, z, chance() % 64);
    }
    if (chance() % 2)
        mpz_neg(z, z);
}
static inline bool is_normal_integer(term t)
{
    if (is_int(t))
        return true;
    if (!is_bigint(t))
        return false;
    word n = box_words(t);
    u64 low = OBJ(bigint, t)->limb[0], high = OBJ(bigint, t)->limb[n - 1];
    return high && (n > 1 || low > (u64)1 << 60 || (low == (u64)1 << 60 && !box_aux(t)));
}

#endif
