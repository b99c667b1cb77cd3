/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * worker.h: what belongs to a thread that runs processes. A process's state is all its own between two of its slices;
 * while it runs, p->worker leads to the scratch space that natives use within one call.
 */
#ifndef LONA_WORKER_H
#define LONA_WORKER_H

#include "term/term.h"

#define TAIL_ARGS_MAX 6

struct worker {
    struct { /* a tail call being made ready: roots of the process that runs */
        term fn;
        term arg[TAIL_ARGS_MAX];
        term spread; /* realised list, nil when unused */
        u32 n;
    } tail;
};

/* Forgets all scratch values. */
void worker_clear(struct worker *w);
/* The calling thread's. */
struct worker *worker_this(void);

#endif
