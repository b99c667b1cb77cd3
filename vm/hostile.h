/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * hostile.h: build switches that make rare things happen all the time, so that tests meet them.
 *
 *   LONA_DEBUG         ASSERT is checked; freed memory is poisoned with POISON
 *   LONA_GC_ALWAYS     every heap_reserve collects and moves everything
 *   LONA_CHECK_HEAP    the whole heap is walked and checked after every collection and native
 *   LONA_PREEMPT       a slice is at random up to LONA_PREEMPT reductions (a small number)
 *   LONA_FAIL_ALLOC    every LONA_FAIL_ALLOC-th port_alloc after start-up fails (set from the environment in
 * port/posix) LONA_BOXED_FLOATS  floats are boxed, as out-of-range ones are LONA_DISPATCH_LOOP the interpreter returns
 * to a loop after each instruction (sanitizers, -O0) LONA_TSAN          ThreadSanitizer watches: it knows no order by
 * dependence of addresses (lock.h)
 *
 * They combine; `make test` builds and runs several combinations.
 */
#ifndef LONA_HOSTILE_H
#define LONA_HOSTILE_H
#include "lona/base.h"

#define POISON 0xdeadbeefdeadbeefull

/* Reductions of a slice. */
#ifdef LONA_PREEMPT
#define SLICE_REDUCTIONS LONA_PREEMPT
#else
#define SLICE_REDUCTIONS 4000
#endif
/* Of the next slice of the worker whose generator's state it is. */
static inline i32 slice_reductions(u64 *random)
{
#ifdef LONA_PREEMPT
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return 1 + (i32)((*random >> 33) % LONA_PREEMPT);
#else
    return SLICE_REDUCTIONS;
#endif
}
#endif
