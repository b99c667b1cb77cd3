/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * worker.h: what belongs to a thread that runs processes. A process's state is all its own between two of its slices;
 * while it runs, p->worker leads to the scratch space that natives use within one call.
 */
#ifndef LONA_WORKER_H
#define LONA_WORKER_H

#include "term/blocks.h"
#include "term/term.h"

#define TAIL_ARGS_MAX 6

struct core;
struct worker {
    struct { /* a tail call being made ready: roots of the process that runs */
        term fn;
        term arg[TAIL_ARGS_MAX];
        term spread; /* realised list, nil when unused */
        u32 n;
    } tail;
    struct block_cache cache;
    word **grey; /* shared objects to scan (term/sweep.c) */
    word n_grey, max_grey;

    /* run/sched.c */
    struct core
        *core; /* whose processes it runs; NULL: it finishes a long slice, or is spare. Lock: its core's lease */
    struct proc *proc; /* that it runs */
    u32 mode;          /* atomic: enum worker_mode */
    u64 epoch;         /* atomic: grace periods that had begun when it last began to run something */
    u32 signal;        /* atomic: what it parks on */
    word thread;       /* of the port */
    bool took_long;    /* atomic: its core was taken in a slice in which it always had a processor */
    bool background; /* its thread was told to run behind others. Lock: that of the workers, as for setting took_long */
    bool wants_thread; /* atomic: the watcher is to start one; it has none */
    struct worker *next_spare, *next;
    u32 behind;     /* reductions of this slice for sends to somebody who was behind with its messages */
    u8 behind_core; /* where that last was run */
    u64 refs;       /* references made: the low part of their numbers */
    u32 cells;      /* atoms, volatiles and delays made */
    u32 number;
    u64 random; /* of hostile builds: state of slice_reductions */
};

/* Forgets all scratch values. */
void worker_clear(struct worker *w);
/* NULL: no memory. It lasts for ever: others may look at it at any time. */
MUST_CHECK struct worker *worker_new(void);
/* The calling thread's: a new one if it has none. */
struct worker *worker_this(void);
/* Makes the worker, which another thread has done with, the calling thread's. */
void worker_adopt(struct worker *w);

#endif
