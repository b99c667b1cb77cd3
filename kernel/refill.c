/* SPDX-License-Identifier: GPL-3.0-only */
/* refill.c: the ring of refills of a scheduling context (sporadic server, Stanovic et al., "Defects of the POSIX
 * sporadic server and how to correct them", RTAS 2010). */
#include "arch.h"
#include "sched_context.h"

struct refill_ticks refill_ticks;

void refill_init(void)
{
    refill_ticks.budget_min = arch_us_to_ticks(BUDGET_MIN_US);
    refill_ticks.kernel_wcet = arch_us_to_ticks(KERNEL_WCET_US);
}
static struct refill *refill_at(struct sched_context *c, u32 i)
{
    return &c->refills[(c->head + i) % c->refill_max];
}
static struct refill *refill_tail(struct sched_context *c)
{
    return refill_at(c, c->count - 1);
}
static struct refill pop_head(struct sched_context *c)
{
    struct refill r = *refill_head(c);
    c->head = (c->head + 1) % c->refill_max;
    c->count--;
    return r;
}
static void add_tail(struct sched_context *c, struct refill r)
{
    c->count++;
    *refill_tail(c) = r;
}
/* What was used comes back at r.time: joins the tail when they touch, or when there is no room. */
static void schedule(struct sched_context *c, struct refill r)
{
    if (c->count == 0) {
        add_tail(c, r);
        return;
    }
    struct refill *tail = refill_tail(c);
    if (r.time <= tail->time + tail->amount) {
        tail->amount += r.amount;
    } else if (c->count < c->refill_max) {
        add_tail(c, r);
    } else {
        /* Later rather than more: never above budget in any period. */
        tail->time = r.time - tail->amount;
        tail->amount += r.amount;
    }
}
/* A head too small to enter the kernel for goes to the next, started so much earlier. */
static void merge_small_heads(struct sched_context *c)
{
    while (c->count > 1 && refill_head(c)->amount < refill_ticks.budget_min) {
        struct refill r = pop_head(c);
        refill_head(c)->amount += r.amount;
        refill_head(c)->time -= r.amount;
    }
}

static void start(struct sched_context *c, u64 period, u32 max)
{
    c->period = period;
    c->refill_max = max;
    c->head = 0;
    c->count = 0;
}
/* Turns need a tail that takes what was used. */
static void add_empty_tail(struct sched_context *c)
{
    if (sched_context_takes_turns(c))
        add_tail(c, (struct refill){refill_head(c)->time + refill_head(c)->amount, 0});
}
void refill_new(struct sched_context *c, u64 budget, u64 period, u32 max, u64 now)
{
    start(c, period, max);
    add_tail(c, (struct refill){now, budget});
    add_empty_tail(c);
}
void refill_update(struct sched_context *c, u64 budget, u64 period, u32 max, u64 now)
{
    struct refill head = *refill_head(c);
    if (refill_ready(c, now))
        head.time = now;
    start(c, period, max);
    if (head.amount >= budget) {
        add_tail(c, (struct refill){head.time, budget});
        add_empty_tail(c);
        return;
    }
    add_tail(c, head);
    add_tail(c, (struct refill){head.time + period, budget - head.amount});
    merge_small_heads(c);
}
void refill_charge(struct sched_context *c, u64 used)
{
    if (sched_context_takes_turns(c)) {
        u64 taken = used < refill_head(c)->amount ? used : refill_head(c)->amount;
        refill_head(c)->amount -= taken;
        refill_tail(c)->amount += taken;
        return;
    }
    /* Bounded: each turn puts a head a period into the future; used is at most what passed between two entries. */
    while (used >= refill_head(c)->amount) {
        used -= refill_head(c)->amount;
        if (c->count == 1) {
            refill_head(c)->time += c->period;
        } else {
            struct refill r = pop_head(c);
            r.time += c->period;
            schedule(c, r);
        }
    }
    if (used > 0) {
        struct refill back = {refill_head(c)->time + c->period, used};
        refill_head(c)->amount -= used;
        refill_head(c)->time += used;
        schedule(c, back);
    }
    merge_small_heads(c);
}
void refill_next_turn(struct sched_context *c)
{
    refill_head(c)->amount += refill_tail(c)->amount;
    refill_tail(c)->amount = 0;
}
bool refill_unblock(struct sched_context *c, u64 now)
{
    if (sched_context_takes_turns(c) || !refill_ready(c, now))
        return false;
    refill_head(c)->time = now;
    while (c->count > 1 && refill_at(c, 1)->time <= refill_head(c)->time + refill_head(c)->amount) {
        struct refill r = pop_head(c);
        refill_head(c)->time = r.time;
        refill_head(c)->amount += r.amount;
    }
    return true;
}
