/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gmp_room.c: an arena per thread that GMP's temporary blocks are cut from; they come and go in stack order.
 *
 * The factor was measured: over multiplication, division, roots, greatest common divisors and conversion of radix, with
 * operands of 300 to 130,000 limbs in many proportions, GMP 6.2 never held more than 7 limbs a limb of operands. Should
 * a version need more than is held, the rest comes from port_alloc.
 */
#include "data/gmp_room.h"

#include "port.h"
#include "pure.h"

#define LIMBS_A_LIMB 12
#define ALWAYS_BYTES (64 * 1024)

static __thread struct {
    u8 *base;
    word used, bytes;
} room;

static word rounded(word bytes)
{
    return (bytes + 15) & ~(word)15;
}

static void *room_alloc(size_t bytes)
{
    word n = rounded(bytes);
    if (n <= room.bytes - room.used) {
        room.used += n;
        return room.base + room.used - n;
    }
    void *memory = port_alloc(n);
    ENSURE(memory, "GMP's working memory was held before the call");
    return memory;
}

static bool in_room(const void *memory)
{
    return room.base && (const u8 *)memory >= room.base && (const u8 *)memory < room.base + room.bytes;
}

static void room_free(void *memory, size_t bytes)
{
    if (!in_room(memory))
        port_free(memory);
    else if ((u8 *)memory + rounded(bytes) == room.base + room.used)
        room.used -= rounded(bytes);
}

static void *room_realloc(void *memory, size_t old_bytes, size_t bytes)
{
    void *fresh = room_alloc(bytes);
    memcpy(fresh, memory, old_bytes < bytes ? old_bytes : bytes);
    room_free(memory, old_bytes);
    return fresh;
}

bool gmp_room_take_slow(word limbs)
{
    ASSERT(!room.base, "rooms do not nest");
    word bytes = limbs * LIMBS_A_LIMB * 8 + ALWAYS_BYTES;
    u8 *base = port_alloc(bytes);
    if (!base)
        return false;
    mp_set_memory_functions(room_alloc, room_realloc, room_free);
    room.base = base;
    room.used = 0;
    room.bytes = bytes;
    return true;
}

void gmp_room_drop_slow(void)
{
    port_free(room.base);
    room.base = NULL;
    room.used = room.bytes = 0;
}
