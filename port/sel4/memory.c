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
/* For stacks of threads, tables that nobody promises, and what maps frames. */
#define KEPT_BYTES ((word)8 << 20)

/* The guardian's. */
static struct {
    u32 frame[LARGE_FRAMES]; /* atomic: what is mapped there, by number of 2 MiB; NOTHING, or PROMISED */
    u32 free[FREE_MAX];      /* frames given back, zero-filled */
    u32 n_free;
    word used;  /* atomic: bytes in frames that are mapped */
    iword left; /* atomic: bytes that may still be promised, or mapped without */
} memory;
#define NOTHING 0u
#define PROMISED (~0u) /* nothing is mapped, but a frame was kept for it */

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

static void left_add(iword bytes)
{
    __atomic_fetch_add(&memory.left, bytes, __ATOMIC_RELAXED);
}
void memory_init(void)
{
    iword frames = (iword)caps_room(LARGE_BITS) << LARGE_BITS;
    memory.left = frames - frames / 64 - (iword)KEPT_BYTES;
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
    u32 *frame = &memory.frame[address / LARGE_SIZE], was = __atomic_load_n(frame, __ATOMIC_RELAXED);
    if (was != NOTHING && was != PROMISED) /* another thread's touch came first */
        return TOUCH_FILLED;
    u32 now = (u32)large_frame_map(address & ~(LARGE_SIZE - 1));
    if (!now)
        return TOUCH_NO_MEMORY;
    if (__atomic_exchange_n(frame, now, __ATOMIC_ACQ_REL) == NOTHING)
        left_add(-(iword)LARGE_SIZE);
    used_add((iword)LARGE_SIZE);
    return TOUCH_FILLED;
}

void memory_give_back(word base, word bytes)
{
    for (word at = base; at < base + bytes; at += LARGE_SIZE) {
        u32 *frame = &memory.frame[at / LARGE_SIZE];
        if (*frame == NOTHING || *frame == PROMISED || memory.n_free == FREE_MAX)
            continue;
        paging_unmap(*frame);
        memory.free[memory.n_free++] = *frame;
        __atomic_store_n(frame, NOTHING, __ATOMIC_RELEASE);
        left_add((iword)LARGE_SIZE);
        used_add(-(iword)LARGE_SIZE);
    }
}

/* --- port.h --- */

bool port_map_reserve(word base, word bytes)
{
    return base >= MAP_BASE && bytes <= MAP_END - base;
}

static bool change(word at, u32 from, u32 to, iword left)
{
    if (!__atomic_compare_exchange_n(&memory.frame[at / LARGE_SIZE], &from, to, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        return false;
    left_add(left);
    return true;
}
/* From the first frame that is touched by the range to the last; what was promised for it before stays. */
static bool promise(word base, word bytes)
{
    word first = base & ~(LARGE_SIZE - 1);
    for (word at = first; at < base + bytes; at += LARGE_SIZE) {
        if (change(at, NOTHING, PROMISED, -(iword)LARGE_SIZE) && __atomic_load_n(&memory.left, __ATOMIC_RELAXED) < 0) {
            change(at, PROMISED, NOTHING, (iword)LARGE_SIZE);
            port_map_use(base, at - base, PORT_USE_UNTOUCHED);
            return false;
        }
    }
    return true;
}
static void clear(word from, word to)
{
    for (word at = from; at < to; at += PAGE_SIZE) {
        u32 frame = __atomic_load_n(&memory.frame[at / LARGE_SIZE], __ATOMIC_ACQUIRE);
        /* What was never touched is not to get a frame now. */
        if (frame != NOTHING && frame != PROMISED)
            memset((void *)at, 0, PAGE_SIZE);
    }
}
/* Frames of 2 MiB: what lies wholly inside is given back, the rest is only cleared. */
bool port_map_use(word base, word bytes, enum port_use use)
{
    word from = (base + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1), to = (base + bytes) & ~(PAGE_SIZE - 1);
    word first = (from + LARGE_SIZE - 1) & ~(LARGE_SIZE - 1), last = to & ~(LARGE_SIZE - 1);
    if (use == PORT_USE_NEEDED)
        return promise(base, bytes);
    if (use == PORT_USE_EXPECTED || from >= to)
        return true;
    for (word at = first; at < last; at += LARGE_SIZE)
        change(at, PROMISED, NOTHING, (iword)LARGE_SIZE);
    if (use == PORT_USE_UNTOUCHED)
        return true;
    clear(from, to);
    if (first < last)
        guardian_ask(ASK_GIVE_BACK, first, last - first, NULL);
    return true;
}

word port_memory(enum port_memory what)
{
    if (what == PORT_MEMORY_RESIDENT)
        return memory_used_bytes();
    iword left = __atomic_load_n(&memory.left, __ATOMIC_RELAXED);
    return left < 0 ? 0 : (word)left;
}
