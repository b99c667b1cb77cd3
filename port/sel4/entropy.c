/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * entropy.c: chance. What the machine gives is the key of ChaCha20 (RFC 8439), whose blocks are handed out; each
 * request ends with a new key, so that no earlier answer can be found from what is in memory.
 */
#include "lock.h"
#include "machine.h"
#include "port.h"
#include "pure.h"

static struct {
    struct lock lock;
    bool ready;
    u32 key[8];
} chance;

static u32 rotate(u32 x, unsigned n)
{
    return x << n | x >> (32 - n);
}
static void quarter(u32 *s, unsigned a, unsigned b, unsigned c, unsigned d)
{
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 7);
}
static void block(const u32 *key, u64 counter, u32 *out)
{
    u32 from[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(from + 4, key, 32);
    from[12] = (u32)counter;
    from[13] = (u32)(counter >> 32);
    memcpy(out, from, sizeof from);
    for (unsigned i = 0; i < 10; i++) {
        for (unsigned c = 0; c < 4; c++)
            quarter(out, c, 4 + c, 8 + c, 12 + c);
        for (unsigned c = 0; c < 4; c++)
            quarter(out, c, 4 + (c + 1) % 4, 8 + (c + 2) % 4, 12 + (c + 3) % 4);
    }
    for (unsigned i = 0; i < 16; i++)
        out[i] += from[i];
}

void port_entropy(void *buffer, word bytes)
{
    u32 out[16];
    u8 *to = buffer;
    u64 counter = 0;
    lock_take(&chance.lock);
    if (!chance.ready) {
        ENSURE(machine_entropy((u8 *)chance.key, sizeof chance.key) == sizeof chance.key,
               "the machine has a source of chance");
        chance.ready = true;
    }
    while (bytes) {
        word n = bytes < sizeof out ? bytes : sizeof out;
        block(chance.key, ++counter, out);
        memcpy(to, out, n);
        to += n;
        bytes -= n;
    }
    block(chance.key, 0, out);
    memcpy(chance.key, out, sizeof chance.key);
    lock_release(&chance.lock);
}
