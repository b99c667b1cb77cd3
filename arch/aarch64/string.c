/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The four functions that compilers call on their own. The instructions are written out: a compiler may make a call of
 * the function itself out of a loop. Nothing here runs while the MMU is off, since DC ZVA needs it.
 */
#include "memory.h"

#include "cpu.h"

static u64 load8(const void *at)
{
    u64 w;
    __asm__ volatile("ldr %0, [%1]" : "=r"(w) : "r"(at) : "memory");
    return w;
}
static void store8(void *at, u64 w)
{
    __asm__ volatile("str %0, [%1]" : : "r"(w), "r"(at) : "memory");
}
static u8 load1(const void *at)
{
    u32 b;
    __asm__ volatile("ldrb %w0, [%1]" : "=r"(b) : "r"(at) : "memory");
    return (u8)b;
}
static void store1(void *at, u8 b)
{
    __asm__ volatile("strb %w0, [%1]" : : "r"((u32)b), "r"(at) : "memory");
}
static bool are_aligned(const void *a, const void *b)
{
    return !(((u64)a | (u64)b) & 7);
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    u8 *t = to;
    const u8 *f = from;
    for (; are_aligned(t, f) && bytes >= 8; bytes -= 8, t += 8, f += 8)
        store8(t, load8(f));
    for (; bytes; bytes--)
        store1(t++, load1(f++));
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    if ((u64)to - (u64)from >= bytes)
        return memcpy(to, from, bytes);
    while (bytes--)
        store1((u8 *)to + bytes, load1((const u8 *)from + bytes));
    return to;
}

/* How many bytes DC ZVA clears; 0: it may not be used. */
static u64 zeroed_at_once(void)
{
    u64 id = CPU_READ(dczid_el0);
    return id & 16 ? 0 : 4ull << (id & 15);
}
/* Whole blocks in [at, end), which begins aligned to words. Answers where they end. */
static u8 *zero_blocks(u8 *at, const u8 *end)
{
    u64 block = zeroed_at_once();
    if (!block || (u64)(end - at) < 2 * block)
        return at;
    for (; (u64)at & (block - 1); at += 8)
        store8(at, 0);
    for (; (u64)(end - at) >= block; at += block)
        __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    return at;
}
void *memset(void *to, int byte, size_t bytes)
{
    u8 *at = to, *end = at + bytes;
    u64 pattern = (u8)byte * 0x0101010101010101ull;
    while (at < end && (u64)at & 7)
        store1(at++, (u8)byte);
    if (!pattern)
        at = zero_blocks(at, end);
    for (; end - at >= 8; at += 8)
        store8(at, pattern);
    while (at < end)
        store1(at++, (u8)byte);
    return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        u8 x = load1((const u8 *)a + i), y = load1((const u8 *)b + i);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}
