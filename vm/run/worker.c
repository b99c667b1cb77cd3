/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/worker.h"

#include "port.h"
#include "pure.h"

void worker_clear(struct worker *w)
{
    w->tail.fn = w->tail.spread = NIL;
    for (unsigned i = 0; i < TAIL_ARGS_MAX; i++)
        w->tail.arg[i] = NIL;
}

static __thread struct worker *here;

struct worker *worker_new(void)
{
    struct worker *w = port_alloc(sizeof *w);
    if (!w)
        return NULL;
    memset(w, 0, sizeof *w);
    worker_clear(w);
    return w;
}
struct worker *worker_this(void)
{
    if (UNLIKELY(!here)) {
        here = worker_new();
        ENSURE(here, "there is memory for what belongs to a thread");
    }
    return here;
}
void worker_adopt(struct worker *w)
{
    here = w;
}
