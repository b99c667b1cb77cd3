/* SPDX-License-Identifier: GPL-3.0-only */
/* roots.h: every slot of a process's control block and stack that holds a live term. */
#ifndef LONA_ROOTS_H
#define LONA_ROOTS_H

#include "run/frames.h"

/* A function slot is visited before the frame's liveness is read, so a visitor may move the function. */
static ALWAYS_INLINE void frame_each_root(struct frame f, void (*visit)(void *context, term *slot), void *context)
{
    u64 live[4];
    visit(context, &f.fp[FRAME_FN]);
    frame_live(f, live);
    for (unsigned i = 0; i < ARRAY_LEN(live); i++) {
        for (u64 bits = live[i]; bits; bits &= bits - 1)
            visit(context, &f.fp[-(iword)(i * 64 + (unsigned)__builtin_ctzll(bits))]);
    }
}

static ALWAYS_INLINE void proc_each_root(struct proc *p, void (*visit)(void *context, term *slot), void *context)
{
    for (struct frame f = frame_top(p); f.fp; f = frame_up(f))
        frame_each_root(f, visit, context);
    for (u32 i = 0; i < p->nargs; i++)
        visit(context, &ARG(i));
    visit(context, &p->pending_value);
    visit(context, &p->tail.fn);
    for (unsigned i = 0; i < TAIL_ARGS_MAX; i++)
        visit(context, &p->tail.arg[i]);
    visit(context, &p->tail.spread);
    visit(context, &p->result);
    visit(context, &p->bindings);
}

/* Lowest word of the stack that is in use. */
static inline word *proc_stack_low(const struct proc *p)
{
    term *low = proc_stack_end(p);
    if (p->fp)
        low = p->fp - (frame_running_code(frame_top(p))->nregs - 1);
    if (p->nargs && p->args - (p->nargs - 1) < low)
        low = p->args - (p->nargs - 1);
    return (word *)low;
}

#endif
