/* SPDX-License-Identifier: GPL-3.0-only */
#include "check.h"
#include "notification.h"
#include "reply.h"

#ifdef LONA_DEBUG

/* Calls are nested deeper in no test; a ring would be without end. */
#define CALLS_MAX 1000
#define LEVELS_AT_ONCE 8

static void check_calls(const struct sched_context *c)
{
    unsigned n = 0;
    for (const struct reply *r = c->reply, *above = NULL; r; above = r, r = r->prev) {
        ASSERT(r->context == (above ? NULL : c), "the last call, and no other, knows its scheduling context");
        ASSERT(r->next == above, "calls on one context form a list");
        ASSERT(r->tcb && r->tcb->state == THREAD_BLOCKED_REPLY && r->tcb->reply == r, "a caller waits for the answer");
        ASSERT(n++ < CALLS_MAX, "calls form no ring");
    }
}
static void check_refills(struct sched_context *c)
{
    ASSERT(c->count >= 1 && c->count <= c->refill_max, "a configured context has a refill");
    for (u32 i = 0; i + 1 < c->count && !sched_context_takes_turns(c); i++) {
        const struct refill *a = &c->refills[(c->head + i) % c->refill_max],
                            *b = &c->refills[(c->head + i + 1) % c->refill_max];
        ASSERT(a->time + a->amount <= b->time, "refills are in order and do not overlap");
    }
}
static void check_runnable(const struct tcb *t)
{
    struct sched_context *c = t->context_of_time;
    ASSERT(t->state == THREAD_RUNNING, "who is in the scheduler's queues runs");
    ASSERT(c && c->tcb == t && c->refill_max, "who runs has a scheduling context of its own");
    ASSERT(!t->waits_in && !t->reply, "who runs waits for nothing");
    ASSERT(!t->bound || t->bound->bound == t, "a bound notification knows its thread");
    ASSERT(!t->yielded_to || t->yielded_to->yield_from == t, "who is yielded to knows by whom");
    ASSERT(!c->notification || c->notification->context == c, "a notification knows the context that it lends");
    check_refills(c);
    check_calls(c);
}
static void check_level(const struct core *k, unsigned i)
{
    bool marked = k->ready_levels[i / 64] >> i % 64 & 1;
    ASSERT(marked == (k->ready[i].head != NULL), "a level is marked when somebody is ready there");
    for (const struct tcb *t = k->ready[i].head, *before = NULL; t; before = t, t = t->ready_next) {
        ASSERT(t != k->current && t->queued && !t->releasing && t->priority == i && t->ready_prev == before,
               "ready queues are lists of those who are ready");
        check_runnable(t);
        ASSERT(refill_sufficient(t->context_of_time, 0), "who is ready has budget");
    }
}
/* All levels that are marked, and of the others some, each time the next ones. */
static void check_ready(const struct core *k)
{
    static unsigned next;
    for (unsigned n = 0; n < LEVELS_AT_ONCE; n++)
        check_level(k, next++ % PRIORITIES);
    for (unsigned i = 0; i < PRIORITIES / 64; i++) {
        ASSERT((k->ready_words >> i & 1) == (k->ready_levels[i] != 0),
               "a word of levels is marked when one of them is");
        for (u64 levels = k->ready_levels[i]; levels; levels &= levels - 1)
            check_level(k, i * 64 + (unsigned)__builtin_ctzll(levels));
    }
}
static void check_release(const struct core *k)
{
    u64 earliest = 0;
    for (const struct tcb *t = k->release, *before = NULL; t; before = t, t = t->ready_next) {
        check_runnable(t);
        u64 time = refill_head(t->context_of_time)->time;
        ASSERT(t != k->current && t->releasing && !t->queued && t->ready_prev == before && earliest <= time,
               "the release queue is in the order of time");
        earliest = time;
    }
}
static bool better_is_ready(const struct core *k)
{
    unsigned lowest = k->current == &k->idle ? 0 : k->current->priority + 1;
    for (unsigned i = 0; i < PRIORITIES / 64; i++) {
        u64 levels = k->ready_levels[i];
        if (levels && i * 64 + 63 - (unsigned)__builtin_clzll(levels) >= lowest)
            return true;
    }
    return false;
}
void check_core(const struct core *k)
{
    check_ready(k);
    check_release(k);
    ASSERT(k->context == k->current->context_of_time, "who runs is charged");
    ASSERT(!better_is_ready(k), "the highest priority runs");
    if (k->current == &k->idle)
        return;
    ASSERT(!k->current->queued && !k->current->releasing, "who runs is in no queue");
    check_runnable(k->current);
}

#endif
