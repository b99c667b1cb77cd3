/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sched.h: who runs on a core, and until when.
 *
 * Ready threads other than the current one are in queues by priority; threads whose context's next refill lies in the
 * future are in the release queue, earliest first. A thread is in at most one of the two. Time is charged to the
 * current context when another becomes current or its refills change: until then `charged` is when that was last done.
 *
 * A kernel entry looks at the clock once (sched_enter) and ends with sched_exit.
 */
#ifndef LONA_KERNEL_SCHED_H
#define LONA_KERNEL_SCHED_H

#include "arch.h"
#include "sched_context.h"
#include "tcb.h"

struct core {
    struct tcb *current;
    struct sched_context *context; /* that is being charged: current's at the last exit; NULL: idle */
    struct tcb *candidate;         /* became ready in this entry and may be the best */
    bool choose;                   /* current may not be the best */
    bool reprogram;                /* the deadline may have changed */
    u64 now, charged;
    u64 precision;                     /* the timer's: a deadline is set so much before its time */
    u64 ready_levels[PRIORITIES / 64]; /* a bit a priority: somebody is ready */
    u64 ready_words;                   /* a bit a word of ready_levels: it is not zero */
    struct {
        struct tcb *head, *tail;
    } ready[PRIORITIES];
    struct tcb *release;
    struct tcb idle;
};
extern struct core sched_cores[ARCH_CORES];
static inline struct core *this_core(void)
{
    return &sched_cores[ARCH_CORES > 1 ? arch_core() : 0];
}

void sched_init(void);
static inline void sched_enter(void)
{
    this_core()->now = arch_time_now();
}
/* The current context's budget is over: its thread is put off, or faults. used: since it was last charged. */
void sched_end_budget(u64 used);
/* Current has budget for the kernel's work; else it was charged, and put off or made to fault: true: go on. */
MUST_CHECK static inline bool sched_check_budget(void)
{
    struct core *k = this_core();
    struct sched_context *c = k->context;
    u64 used = k->now - k->charged;
    if (!c || !c->refill_max || refill_sufficient(c, used))
        return true;
    sched_end_budget(used);
    return false;
}
/* Chooses, switches and sets the deadline; answers the thread to return to. */
struct tcb *sched_exit(void);

/* t is runnable, has a context with budget and is not put off. */
bool sched_is_schedulable(const struct tcb *t);
/* t became ready: it runs next, if nobody better does. No-op for a thread that is not schedulable. */
void sched_offer(struct tcb *t);
void sched_enqueue_first(struct tcb *t);
void sched_enqueue_last(struct tcb *t);
/* t leaves ready and release queue. */
void sched_dequeue(struct tcb *t);
void sched_choose_anew(void);
/* c's thread waits until its head refill may be used. */
void sched_postpone(struct sched_context *c);
/* Charges the current context up to now. */
void sched_charge(void);
/* The current thread's turn ends: Yield. */
void sched_skip_turn(void);
/* c's thread was blocked: see refill_unblock; sporadic contexts only, others when they become current. */
void sched_unblocked(struct sched_context *c);

#endif
