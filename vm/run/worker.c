/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/worker.h"

void worker_clear(struct worker *w)
{
    w->tail.fn = w->tail.spread = NIL;
    for (unsigned i = 0; i < TAIL_ARGS_MAX; i++)
        w->tail.arg[i] = NIL;
}

struct worker *worker_this(void)
{
    static __thread struct worker here;
    if (UNLIKELY(!here.tail.fn.w))
        worker_clear(&here);
    return &here;
}
