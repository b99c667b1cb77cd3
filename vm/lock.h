/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * lock.h: how threads of one VM exclude and follow each other. All of it is written down here.
 *
 * Locks, each held for a bounded number of instructions and never while a process's code runs. Whoever holds one may
 * take only locks that stand further down:
 *
 *   names       interned names, namespaces, vars and their definitions      run/names.c, ns.c, vars.c
 *   io          handles of files and sockets, and who waits for them         run/io.c
 *   timers      the timer wheel of a core                                   run/timers.c
 *   room        who waits for room in a mailbox                             run/room.c
 *   tables      places and names of tables, their heirs                     run/table_life.c
 *   stripe      one part of a table (two stripes: never both)               run/tables.c
 *   registered  registered names of processes                               run/procs.c
 *   procs       free numbers of processes                                   run/procs.c
 *   core        the run queues of one core (two cores: never both)          run/sched.c
 *   workers     the list of threads and which of them are spare             run/sched.c
 *   blocks      pages and slabs of an address range                         term/blocks.c
 *   cells       lazy cells and delays in the shared area, not yet realised  data/force.c
 *   sweep       objects that the shared area's collector has still to scan  term/sweep.c
 *
 * Without locks:
 *
 *   proc.inbox      senders push with compare-and-swap (release); the owner takes all with an exchange (acquire). The
 *                   generation in the word makes a push to a process that is gone fail.
 *   proc.state      RUNNING -> WAITING by the owner (sequentially consistent), who then looks at the inbox again;
 *                   WAITING -> RUNNABLE by whoever wins the exchange, who then owns the duty to queue the process.
 *                   A sender pushes first and looks at the state afterwards, also sequentially consistent: one of the
 *                   two sees the other.
 *   slots           CELLS[i], what atoms, vars and namespaces hold, and words computed once: publish.h
 *   obj_fn          of a definition that waits for its first call: meta, then code, then the number of parameters in
 *                   the header, each with release; a quick call reads the header (acquire), then the code; others read
 *                   the code alone. No frame ever runs the code that is replaced (CODE_STUB).
 *   lazy cells      in the shared area: the state in the header says with release that the value is there
 *   ops.handler     relaxed: either handler gives the right answer, once var_set is over only the new one is met
 *   proc.name       of a registered process: who registers stores it (with the lock) and looks at the state
 *                   afterwards; who ends stores the state and looks at the name afterwards; both sequentially
 *                   consistent
 *   wheel.due_ns    lowered by who starts a timer, who then looks whether the core sleeps; a core that goes to sleep
 *                   says so first and looks at it afterwards
 *   core.lease      IN_SLICE by the worker that begins a slice, exchanged back by it, or by the watcher that gives the
 *                   core to another worker: whoever wins has the core
 *   bin.refs        counts; the last release is acquire-release
 *
 * Who stores and then looks does so with STORE_SEQ_CST (lona/base.h).
 *
 * A process belongs to the thread that runs it; between slices the queue's lock or the state hands it on. Its control
 * block is used again: the words that whoever holds an old pid looks at are atomic and never cleared (run/proc.h).
 *
 *   worker.mode     RUNNING and then the number of grace periods begun, both sequentially consistent, by the worker
 *                   that begins a slice; SAFE when it is over. Who changes a phase of the collector stores the phase
 *                   first, then begins a grace period, and waits until each worker was SAFE or has seen the number.
 */
#ifndef LONA_LOCK_H
#define LONA_LOCK_H

#include "lona/base.h"

struct lock {
    u32 word; /* 0 free, 1 held, 2 held and somebody may wait */
};
void lock_wait(struct lock *l); /* the slow way of lock_take */
void lock_wake(struct lock *l); /* of lock_release */

static inline void lock_take(struct lock *l)
{
    u32 free = 0;
    if (UNLIKELY(!__atomic_compare_exchange_n(&l->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
        lock_wait(l);
}
static inline void lock_release(struct lock *l)
{
    if (UNLIKELY(__atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE) == 2))
        lock_wake(l);
}

/* A lock that its holder may take again. */
struct nested_lock {
    struct lock lock;
    const void *holder; /* atomic: the thread, or NULL */
    unsigned depth;
};
struct nested_lock *nested_lock_take(struct nested_lock *l);
void nested_lock_release(struct nested_lock **l);
/* Holds the lock until the end of the block. */
#define HOLD(l) struct nested_lock *held_lock UNUSED __attribute__((cleanup(nested_lock_release))) = nested_lock_take(l)

#endif
