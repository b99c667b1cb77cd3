/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sched_context.h: scheduling contexts: the right to run for `budget` of every `period`, kept as a sporadic server.
 *
 * Refills are amounts with the time from which they may be used, oldest first, in a ring behind the object's header.
 * Running uses up the head; what was used comes back as a new refill one period after the head's time. When the ring is
 * full a new one joins the last. The head always holds at least the minimal budget: smaller ones join the next.
 *
 * A context whose budget equals its period takes turns instead (period 0): the head is what is left of the turn, the
 * tail what was used; when the turn is over both join.
 *
 * Times are in ticks. A context with refill_max 0 was never configured and lets nobody run.
 */
#ifndef LONA_KERNEL_SCHED_CONTEXT_H
#define LONA_KERNEL_SCHED_CONTEXT_H

#include "invocation.h"
#include "tcb.h"

struct refill {
    u64 time;
    u64 amount;
};
struct sched_context {
    u64 period;
    u64 consumed; /* since somebody asked */
    u64 badge;
    struct tcb *tcb; /* who runs on it */
    struct notification *notification;
    struct reply *reply;    /* the last call that passed it on */
    struct tcb *yield_from; /* who waits in YieldTo for tcb to have had its turn */
    u32 refill_max;
    u32 head, count;
    u16 core;
    bool sporadic; /* asked for: late wake-ups do not postpone refills */
    u8 size_bits;
    u64 spare[3];
    struct refill refills[]; /* the interface lets users count on two in 128 bytes, and 16 bytes for each more */
};
STATIC_ASSERT(sizeof(struct sched_context) == 96, "a context of the least size has room for two refills");
#define REFILLS_MIN 2

static inline u32 sched_context_refills_max(unsigned size_bits)
{
    return (u32)(((1ull << size_bits) - sizeof(struct sched_context)) / sizeof(struct refill));
}
static inline bool sched_context_takes_turns(const struct sched_context *c)
{
    return c->period == 0;
}
static inline struct refill *refill_head(struct sched_context *c)
{
    return &c->refills[c->head];
}

/* The least budget, in ticks: below it entering the kernel costs more than it lets run. */
#define BUDGET_MIN_US 20
#define KERNEL_WCET_US 10
/* Budgets and periods above this are refused: no sum of times overflows. */
#define PERIOD_MAX_US (8ull * 24 * 3600 * 1000000)

/* What the times above are in ticks. */
extern struct refill_ticks {
    u64 budget_min, kernel_wcet;
} refill_ticks;
void refill_init(void);
/* May c's head be used at `now`; is there enough left when `used` more is taken from it? */
static inline bool refill_ready(struct sched_context *c, u64 now)
{
    return refill_head(c)->time <= now + refill_ticks.kernel_wcet;
}
static inline bool refill_sufficient(struct sched_context *c, u64 used)
{
    u64 amount = refill_head(c)->amount;
    return amount >= used && amount - used >= refill_ticks.budget_min;
}
/* First parameters; others later, which keep what was used. */
void refill_new(struct sched_context *c, u64 budget, u64 period, u32 max, u64 now);
void refill_update(struct sched_context *c, u64 budget, u64 period, u32 max, u64 now);
/* The head was used for so long. */
void refill_charge(struct sched_context *c, u64 used);
/* The turn or the budget is over (takes_turns only): the next turn's budget. */
void refill_next_turn(struct sched_context *c);
/* Its thread was blocked and runs again: refills that could have been used before start now. True: the head changed. */
bool refill_unblock(struct sched_context *c, u64 now);

/* c becomes t's, whoever had it before. t has none. */
void sched_context_donate(struct sched_context *c, struct tcb *t);
/* Neither c nor t is bound to another; t is not blocked while c has no budget. */
MUST_CHECK enum error sched_context_check_bind(struct sched_context *c, const struct tcb *t, struct failure *f);
void sched_context_bind(struct sched_context *c, struct tcb *t);
/* t, which has one, becomes passive. */
void sched_context_unbind(struct tcb *t);
void sched_context_unbind_notification(struct sched_context *c);
/* c's thread may run: puts off what has no budget now. */
void sched_context_resume(struct sched_context *c);
void sched_context_finalise(struct sched_context *c);
/* YieldTo is over: t, who asked, gets its answer. */
void sched_context_complete_yield(struct tcb *t);
/* t no longer waits. */
void sched_context_cancel_yield(struct tcb *t);
/* Microseconds used since the last question. */
u64 sched_context_consumed(struct sched_context *c);

MUST_CHECK enum error sched_context_invoke(struct invocation *v);
MUST_CHECK enum error sched_control_invoke(struct invocation *v);

#endif
