/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * random.c: the generator behind rand and its kin: xoshiro256** (David Blackman, Sebastiano Vigna, "Scrambled linear
 * pseudorandom number generators", 2018), seeded from the port's entropy at its first use. Not for keys.
 */
#include "data/num_impl.h"

#include "port.h"
#include "run/native.h"

static __thread u64 state[4];

static u64 next_u64(void)
{
    while (!(state[0] | state[1] | state[2] | state[3]))
        port_entropy(state, sizeof state);
    u64 result = u64_rotl(state[1] * 5, 7) * 9, t = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = u64_rotl(state[3], 45);
    return result;
}

/* An integer of 0..2^64-1. */
term n_random_u64(struct proc *p, unsigned n)
{
    return int_result_u64(p, next_u64());
}

/* A float of 0 (inclusive) to 1 (exclusive), a multiple of 2^-53. */
term n_random_double(struct proc *p, unsigned n)
{
    return num_float(p, (double)(next_u64() >> 11) * 0x1p-53);
}
