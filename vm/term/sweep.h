/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sweep.h: the collector of the shared area. It marks what is reached from the names, the registered roots, tables,
 * timers and every process, and frees the rest, in short steps between the slices of processes, which go on running
 * meanwhile. Nothing ever waits for it, and it waits for no process's slice but to go on.
 *
 *   IDLE -> CLEARING -> KEEPING -> MARKING -> HANDING_OVER -> FINISHING -> FREEING -> IDLE
 *
 * Each change of phase that others must know of is followed by a grace period: until every worker has been between two
 * slices once (sched_grace), which is when no code of the VM holds a shared term in a C variable.
 *
 * It is a snapshot at the beginning (Yuasa, 1990), one of each process: a process is marked between two of its slices,
 * once in a cycle, and before its first slice in MARKING. What a marked process gets hold of later is marked, too,
 * because
 *   - what a shared slot held is kept when it is overwritten or its holder removed (shared_swap, shared_retire,
 *     shared_keep);
 *   - what leaves a process, which may not be marked yet, is kept: messages and entries of tables (copy.c), values of
 *     shared slots; what was copied out before the cycle is kept when it reaches another process (timers, entries);
 *   - new objects are born marked, and what they refer to is marked once their maker's slice is over.
 */
#ifndef LONA_SWEEP_H
#define LONA_SWEEP_H

#include "term/term.h"

enum sweep_phase {
    SWEEP_IDLE,
    SWEEP_CLEARING,     /* the marks of the last cycle */
    SWEEP_KEEPING,      /* grace period: all keep what they must */
    SWEEP_MARKING,      /* until all was visited once */
    SWEEP_HANDING_OVER, /* grace period: new objects of slices that began before come in */
    SWEEP_FINISHING,    /* until there is nothing to scan */
    SWEEP_FREEING,
};
extern u32 sweep_phase; /* atomic */

static inline u32 sweep_phase_now(void)
{
    return __atomic_load_n(&sweep_phase, __ATOMIC_RELAXED);
}
static inline bool sweep_keeps(void)
{
    u32 phase = sweep_phase_now();
    return UNLIKELY(phase >= SWEEP_KEEPING && phase <= SWEEP_FINISHING);
}
void sweep_keep(term t);
void sweep_keep_words(const word *from, const word *end);
/* t, which is about to leave a place where the collector may look for it, or to come to one it may have looked at. */
static inline void shared_keep(term t)
{
    if (sweep_keeps())
        sweep_keep(t);
}
/* What whole terms at from..end refer to. */
static inline void shared_keep_words(const word *from, const word *end)
{
    if (sweep_keeps())
        sweep_keep_words(from, end);
}

/* The number of the cycle: what processes that are born now need not be marked in. */
u8 sweep_cycle(void);
/* Marks p, the caller's, if it was not yet in this cycle. */
struct proc;
void sweep_mark_process(struct proc *p);
/* The caller's thread is between two slices: hands over what it has made. */
struct worker;
void sweep_hand_over(struct worker *w);

/* There is something to do. */
bool sweep_is_due(void);
bool sweep_is_behind(void); /* more is made than it gets to free: no pause */
void sweep_soon(void);      /* a whole cycle, even if little was retired */
/* Works until about then (monotonic ns); false: nothing can be done for now. */
bool sweep_step(u64 until_ns);
/* A whole cycle at once: no other thread runs processes. */
void sweep_whole(void);
u64 sweep_cycles(void); /* since the start */

#endif
