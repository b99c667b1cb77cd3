/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sched.h: who runs when. A *core* has run queues (one a priority) and a timer wheel; a *worker* is a thread. A worker
 * that has a core runs the processes in its queues, a slice each; one whose queues are empty takes from other cores,
 * and sleeps when there is nothing.
 *
 * A slice ends by reductions, so it is short, but for long work inside one native, instruction or collection (a huge
 * multiplication, a match that backtracks, a large collection, a blocking call of the port). No such work needs to know
 * about it: a *watcher* thread that finds a worker in the same slice twice gives its core to a spare worker, with the
 * queues and timers; the old one finishes its slice without a core, behind the others, puts the process back into a
 * queue and becomes spare. So nothing that a process does holds a core.
 *
 * Between slices workers also do the work of the shared area's collector (term/sweep.h), a step at a time.
 */
#ifndef LONA_SCHED_H
#define LONA_SCHED_H

#include "run/procs.h"

#define MAX_CORES 64

/* Runs `first` and all that it starts on so many cores, until it has ended or sched_stop. */
void sched_run(struct proc *first, unsigned cores);
/* Ends sched_run: nothing more is run. */
void sched_stop(void);
unsigned sched_cores(void);

/* A process that is ready for the first time. */
void sched_start_proc(struct proc *p);
/* p may have something to do: wakes it if it waits. */
void sched_wake(struct proc *p);
/* The wheel of the calling worker's core (any core's where it has none). */
struct timer_wheel *sched_wheel(void);
void sched_timer_started(struct timer_wheel *w, u64 at_ns);

/* The calling thread, which runs no process, is going to send messages: between begin and end, as if in a slice. */
void sched_join(void);
void sched_send_begin(void);
void sched_send_end(void);

/* Around calls of the port that may block and touch no term: nobody waits for them. */
void sched_block_begin(struct proc *p);
void sched_block_end(struct proc *p);

/* A grace period: over once each worker, but the caller's, has been between two slices since its beginning. */
u64 sched_grace_begin(void);
bool sched_grace_is_over(u64 grace);
/* Makes p the caller's for a while if it waits or is blocked; answers its state then, else PROC_FREE. */
MUST_CHECK u32 sched_hold(struct proc *p);
void sched_let_go(struct proc *p, u32 state);

struct sched_counts {
    u64 slices, steals, handovers;
};
struct sched_counts sched_counts(void);

#endif
