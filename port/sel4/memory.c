/* SPDX-License-Identifier: GPL-3.0-only */
#include "memory.h"

#include "caps.h"
#include "guardian.h"
#include "layout.h"
#include "paging.h"
#include "port.h"
#include "pure.h"

#define LARGE_FRAMES ((1ull << 39) / LARGE_SIZE)
#define FREE_MAX 65536u

/* The guardian's. */
static struct {
    u32 frame[LARGE_FRAMES]; /* what is mapped there, by number of 2 MiB; 0: nothing */
    u32 free[FREE_MAX];      /* frames given back, zero-filled */
    u32 n_free;
    word used; /* atomic: bytes in frames that are mapped */
} memory;

static bool in_range(word address, word from, word to)
{
    return address >= from && address < to;
}
/* Only the part that is stack: not the guard page below it. */
static bool in_stack(word address)
{
    word offset = (address - THREADS_BASE) % THREAD_AREA;
    return in_range(address, THREADS_BASE, THREADS_BASE + THREADS_MAX * THREAD_AREA) && offset >= PAGE_SIZE &&
           offset < STACK_TOP;
}
static void used_add(iword bytes)
{
    __atomic_fetch_add(&memory.used, (word)bytes, __ATOMIC_RELAXED);
}
word memory_used_bytes(void)
{
    return __atomic_load_n(&memory.used, __ATOMIC_RELAXED);
}

static seL4_CPtr large_frame_map(word address)
{
    if (!memory.n_free)
        return paging_add(address, true, PAGING_WRITE);
    seL4_CPtr frame = memory.free[memory.n_free - 1];
    if (!paging_map(frame, address, PAGING_WRITE))
        return 0;
    memory.n_free--;
    return frame;
}

enum touched memory_touched(word address)
{
    if (in_stack(address)) {
        if (!paging_add(address & ~(PAGE_SIZE - 1), false, PAGING_WRITE))
            return TOUCH_NO_MEMORY;
        used_add((iword)PAGE_SIZE);
        return TOUCH_FILLED;
    }
    if (!in_range(address, MAP_BASE, MAP_END) && !in_range(address, ALLOC_BASE, ALLOC_END))
        return TOUCH_OUTSIDE;
    u32 *frame = &memory.frame[address / LARGE_SIZE];
    if (*frame) /* another thread's touch came first */
        return TOUCH_FILLED;
    *frame = (u32)large_frame_map(address & ~(LARGE_SIZE - 1));
    if (!*frame)
        return TOUCH_NO_MEMORY;
    used_add((iword)LARGE_SIZE);
    return TOUCH_FILLED;
}

void memory_give_back(word base, word bytes)
{
    for (word at = base; at < base + bytes; at += LARGE_SIZE) {
        u32 *frame = &memory.frame[at / LARGE_SIZE];
        if (!*frame || memory.n_free == FREE_MAX)
            continue;
        paging_unmap(*frame);
        memory.free[memory.n_free++] = *frame;
        *frame = 0;
        used_add(-(iword)LARGE_SIZE);
    }
}

/* --- port.h --- */

bool port_map_reserve(word base, word bytes)
{
    return base >= MAP_BASE && bytes <= MAP_END - base;
}

/* Frames of 2 MiB: what lies wholly inside is given back, the rest is only cleared. */
void port_map_advise(word base, word bytes, enum port_map_use use)
{
    word from = (base + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1), to = (base + bytes) & ~(PAGE_SIZE - 1);
    if (use != PORT_MAP_UNUSED || from >= to)
        return;
    word first = (from + LARGE_SIZE - 1) & ~(LARGE_SIZE - 1), last = to & ~(LARGE_SIZE - 1);
    for (word at = from; at < to; at += PAGE_SIZE) {
        /* What was never touched is not to get a frame now. */
        if (__atomic_load_n(&memory.frame[at / LARGE_SIZE], __ATOMIC_ACQUIRE))
            memset((void *)at, 0, PAGE_SIZE);
    }
    if (first < last)
        guardian_ask(ASK_GIVE_BACK, first, last - first, NULL);
}

word port_resident_bytes(void)
{
    return memory_used_bytes();
}
