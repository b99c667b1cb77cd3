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
#define PROMISED (~(u32)0)
/* Frames that only what is vital takes: tables of the VM's that no promise covers, code, the kernel's objects. */
#define VITAL_FRAMES 8

/* The guardian's. */
static struct {
    u32 frame[LARGE_FRAMES]; /* what is mapped there, by number of 2 MiB; 0: nothing; PROMISED: nothing yet */
    u32 free[FREE_MAX];      /* frames that are mapped nowhere, zero-filled */
    u32 n_free, n_promised;
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

/* As many free frames as that, if memory lasts. */
static bool frames_ready(word n)
{
    while (memory.n_free < n && memory.n_free < FREE_MAX) {
        seL4_CPtr frame = caps_make(paging_frame_type(true), 0, LARGE_BITS, 1);
        if (!frame)
            return false;
        memory.free[memory.n_free++] = (u32)frame;
    }
    return memory.n_free >= n;
}

bool memory_promise(word base, word bytes, bool vital)
{
    word first = base / LARGE_SIZE, last = (base + bytes - 1) / LARGE_SIZE, missing = 0;
    for (word i = first; i <= last; i++)
        missing += !memory.frame[i];
    if (!frames_ready(memory.n_promised + missing + (vital ? 0 : VITAL_FRAMES)))
        return false;
    for (word i = first; i <= last; i++) {
        if (!memory.frame[i])
            memory.frame[i] = PROMISED;
    }
    memory.n_promised += (u32)missing;
    return true;
}

static seL4_CPtr large_frame_map(word address)
{
    if (!frames_ready(1))
        return 0;
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
    if (*frame && *frame != PROMISED) /* another thread's touch came first */
        return TOUCH_FILLED;
    seL4_CPtr made = large_frame_map(address & ~(LARGE_SIZE - 1));
    if (!made)
        return TOUCH_NO_MEMORY;
    memory.n_promised -= *frame == PROMISED;
    *frame = (u32)made;
    used_add((iword)LARGE_SIZE);
    return TOUCH_FILLED;
}

void memory_give_back(word base, word bytes)
{
    for (word at = base; at < base + bytes; at += LARGE_SIZE) {
        u32 *frame = &memory.frame[at / LARGE_SIZE];
        if (*frame == PROMISED) {
            memory.n_promised--;
            *frame = 0;
        }
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

static u32 frame_at(word address)
{
    return __atomic_load_n(&memory.frame[address / LARGE_SIZE], __ATOMIC_ACQUIRE);
}
/* Only the caller speaks of this range now, so what is there stays. */
static bool needed(word base, word bytes, bool vital)
{
    for (word at = base & ~(LARGE_SIZE - 1); at < base + bytes; at += LARGE_SIZE) {
        if (!frame_at(at))
            return guardian_ask(ASK_PROMISE, base, bytes | vital, NULL);
    }
    return true;
}
/* Frames of 2 MiB: what lies wholly inside is given back, the rest is only cleared. */
static void unused(word from, word to)
{
    word first = (from + LARGE_SIZE - 1) & ~(LARGE_SIZE - 1), last = to & ~(LARGE_SIZE - 1);
    for (word at = from; at < to; at += PAGE_SIZE) {
        /* What was never touched is not to get a frame now. */
        if (frame_at(at) && frame_at(at) != PROMISED)
            memset((void *)at, 0, PAGE_SIZE);
    }
    if (first < last)
        guardian_ask(ASK_GIVE_BACK, first, last - first, NULL);
}
bool port_map_advise(word base, word bytes, enum port_map_use use)
{
    word from = (base + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1), to = (base + bytes) & ~(PAGE_SIZE - 1);
    if (use == PORT_MAP_NEEDED || use == PORT_MAP_VITAL)
        return needed(base, bytes, use == PORT_MAP_VITAL);
    if (use == PORT_MAP_UNUSED && from < to)
        unused(from, to);
    return true;
}

word port_resident_bytes(void)
{
    return memory_used_bytes();
}
