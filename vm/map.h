/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * map.h: the address space of a domain.
 *
 *   MAP_BASE      dispatch table: one term a var, MAP_DISPATCH_BYTES
 *   VARS_BASE     the vars, by number of their cell
 *   SHARED_BASE   shared immutable area: symbols, keywords, vars, code, literals, values of vars
 *   HEAPS_BASE    blocks of process heaps and stacks, messages
 *   PROCS_BASE    control blocks of processes, by number
 *   TIMERS_BASE   timers, by number
 *   MAP_END
 *
 * Everything below HEAPS_BASE (the VM image's own static objects too) is left alone by a process's collector: the test
 * is one compare (is_shared). So the C stacks of threads must lie above HEAPS_BASE: short messages are put together
 * there and then copied. The ranges are reserved at boot and are the same in every domain.
 */
#ifndef LONA_MAP_H
#define LONA_MAP_H

#include "term/term.h"

#ifndef MAP_BASE
#define MAP_BASE 0x550000000000ull
#endif
#define MAP_DISPATCH_BYTES (1ull << 28)
#define VARS_BASE (MAP_BASE + MAP_DISPATCH_BYTES)
#define SHARED_BASE (MAP_BASE + (1ull << 30))
#define SHARED_BYTES (64ull << 30)
#define HEAPS_BASE (SHARED_BASE + SHARED_BYTES)
/* The whole map ends below 0x555555554000, from where Linux places programs (emulators too) and their heaps. */
#define HEAPS_BYTES (236ull << 30)
#define PROCS_BASE (HEAPS_BASE + HEAPS_BYTES)
#define PROCS_BYTES (32ull << 30)
#define TIMERS_BASE (PROCS_BASE + PROCS_BYTES)
#define TIMERS_BYTES (4ull << 30)
#define MAP_END (TIMERS_BASE + TIMERS_BYTES)

/* The dispatch table: the root value of var number i is CELLS[i]. */
#define CELLS ((term *)MAP_BASE)
#define MAX_CELLS (MAP_DISPATCH_BYTES / sizeof(term))

static inline bool is_shared(term pointer)
{
    return pointer.w < HEAPS_BASE;
}

#endif
