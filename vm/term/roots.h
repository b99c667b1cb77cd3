/* SPDX-License-Identifier: GPL-3.0-only */
/* roots.h: every slot of a process's control block and stack that holds a live term. */
#ifndef LONA_ROOTS_H
#define LONA_ROOTS_H

#include "run/frames.h"

/* What frames that stand at the same instruction have in common; deep recursion has few such places. */
#define LIVE_CACHE 16
struct live_cache {
    struct {
        const u32 *pc;
        struct reg_sets sets;
    } entry[LIVE_CACHE];
};

typedef void visit_slot(void *context, term *slot);

static ALWAYS_INLINE void visit_registers(term *fp, const u64 set[4], visit_slot *visit, void *context)
{
    for (unsigned i = 0; i < 4; i++) {
        for (u64 bits = set[i]; bits; bits &= bits - 1)
            visit(context, &fp[-(iword)(i * 64 + (unsigned)__builtin_ctzll(bits))]);
    }
}

/* A function slot is visited before the frame's liveness is read, so a visitor may move the function. */
static ALWAYS_INLINE void frame_each_root(struct frame f, struct live_cache *cache, visit_slot *visit,
                                          visit_slot *visit_spent, void *context)
{
    struct reg_sets top, *sets = &top;
    visit(context, &f.fp[FRAME_FN]);
    if (f.waits) {
        unsigned i = ((word)f.pc >> 3) % LIVE_CACHE;
        sets = &cache->entry[i].sets;
        if (cache->entry[i].pc != f.pc) {
            cache->entry[i].pc = f.pc;
            frame_registers(f, sets);
        }
    } else {
        frame_registers(f, &top);
    }
    visit_registers(f.fp, sets->live, visit, context);
    visit_registers(f.fp, sets->spent, visit_spent, context);
}

/* visit_spent sees the registers that only the debugger reads (struct reg_sets). */
static ALWAYS_INLINE void proc_each_root(struct proc *p, visit_slot *visit, visit_slot *visit_spent, void *context)
{
    struct live_cache cache;
    for (unsigned i = 0; i < LIVE_CACHE; i++)
        cache.entry[i].pc = NULL;
    for (struct frame f = frame_top(p); f.fp; f = frame_up(f))
        frame_each_root(f, &cache, visit, visit_spent, context);
    for (u32 i = 0; i < p->nargs; i++)
        visit(context, &ARG(i));
    visit(context, &p->pending_value);
    if (p->worker) {
        visit(context, &p->worker->tail.fn);
        for (unsigned i = 0; i < TAIL_ARGS_MAX; i++)
            visit(context, &p->worker->tail.arg[i]);
        visit(context, &p->worker->tail.spread);
    }
    if (p->extra) {
        visit(context, &p->extra->dictionary);
        visit(context, &p->extra->label);
    }
    visit(context, &p->result);
}

#endif
