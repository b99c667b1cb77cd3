/* SPDX-License-Identifier: GPL-3.0-only */
/* random.h: numbers by chance, the same on each run. */
#ifndef LONA_TEST_RANDOM_H
#define LONA_TEST_RANDOM_H

#include <lona/base.h>

/* xorshift64*: state is not 0. */
static inline u64 random_next(u64 *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dull;
}
static inline u64 random_below(u64 *state, u64 limit)
{
    return random_next(state) % limit;
}
/* One byte of a file is another one; often one that counts: all ones, zero, a single bit changed. */
static inline void random_damage(u64 *state, u8 *file, u64 bytes)
{
    u8 *at = file + random_below(state, bytes);
    switch (random_below(state, 4)) {
    case 0:
        *at = 0xff;
        break;
    case 1:
        *at = 0;
        break;
    case 2:
        *at ^= (u8)(1 << random_below(state, 8));
        break;
    default:
        *at = (u8)random_next(state);
    }
}

#endif
