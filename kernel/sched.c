/* SPDX-License-Identifier: GPL-3.0-only */
/* sched.c: queues of ready threads, the clock, and the choice of the next thread. */
#include "sched.h"
#include "check.h"
#include "fault.h"
#include "thread.h"

struct core sched_cores[ARCH_CORES];

void sched_init(void)
{
    struct core *k = this_core();
    k->idle.state = THREAD_IDLE;
    arch_idle_init(&k->idle.context);
    k->current = &k->idle;
    k->now = k->charged = arch_time_now();
    k->precision = arch_timer_precision();
    refill_init();
}

/* --- queues --- */

static void mark_level(struct core *k, u8 priority, bool ready)
{
    u64 bit = 1ull << priority % 64, its_word = 1ull << priority / 64, *levels = &k->ready_levels[priority / 64];
    *levels = ready ? *levels | bit : *levels & ~bit;
    k->ready_words = *levels ? k->ready_words | its_word : k->ready_words & ~its_word;
}
/* -1: nobody is ready. */
static int highest_level(const struct core *k)
{
    if (!k->ready_words)
        return -1;
    int i = 63 - __builtin_clzll(k->ready_words);
    return i * 64 + 63 - __builtin_clzll(k->ready_levels[i]);
}
void sched_enqueue_first(struct tcb *t)
{
    struct core *k = this_core();
    if (t->queued)
        return;
    t->queued = true;
    t->ready_prev = NULL;
    t->ready_next = k->ready[t->priority].head;
    *(t->ready_next ? &t->ready_next->ready_prev : &k->ready[t->priority].tail) = t;
    k->ready[t->priority].head = t;
    mark_level(k, t->priority, true);
}
void sched_enqueue_last(struct tcb *t)
{
    struct core *k = this_core();
    if (t->queued)
        return;
    t->queued = true;
    t->ready_next = NULL;
    t->ready_prev = k->ready[t->priority].tail;
    *(t->ready_prev ? &t->ready_prev->ready_next : &k->ready[t->priority].head) = t;
    k->ready[t->priority].tail = t;
    mark_level(k, t->priority, true);
}
static void leave_ready(struct core *k, struct tcb *t)
{
    *(t->ready_prev ? &t->ready_prev->ready_next : &k->ready[t->priority].head) = t->ready_next;
    *(t->ready_next ? &t->ready_next->ready_prev : &k->ready[t->priority].tail) = t->ready_prev;
    t->ready_next = t->ready_prev = NULL;
    t->queued = false;
    if (!k->ready[t->priority].head)
        mark_level(k, t->priority, false);
}
static void leave_release(struct core *k, struct tcb *t)
{
    if (k->release == t)
        k->reprogram = true;
    *(t->ready_prev ? &t->ready_prev->ready_next : &k->release) = t->ready_next;
    if (t->ready_next)
        t->ready_next->ready_prev = t->ready_prev;
    t->ready_next = t->ready_prev = NULL;
    t->releasing = false;
}
void sched_dequeue(struct tcb *t)
{
    struct core *k = this_core();
    if (t->queued)
        leave_ready(k, t);
    if (t->releasing)
        leave_release(k, t);
    if (k->candidate == t) {
        k->candidate = NULL;
        k->choose = true;
    }
}
void sched_postpone(struct sched_context *c)
{
    struct core *k = this_core();
    struct tcb *t = c->tcb, *before = NULL, *after = k->release;
    u64 time = refill_head(c)->time;
    sched_dequeue(t);
    after = k->release;
    while (after && refill_head(after->context_of_time)->time <= time) {
        before = after;
        after = after->ready_next;
    }
    t->ready_prev = before;
    t->ready_next = after;
    *(before ? &before->ready_next : &k->release) = t;
    if (after)
        after->ready_prev = t;
    t->releasing = true;
    k->reprogram = true;
    if (t == k->current)
        k->choose = true;
}

/* --- the clock --- */

void sched_charge(void)
{
    struct core *k = this_core();
    struct sched_context *c = k->context;
    u64 used = k->now - k->charged;
    k->charged = k->now;
    if (!c || !c->refill_max || used == 0)
        return;
    refill_charge(c, used);
    c->consumed += used;
}
void sched_unblocked(struct sched_context *c)
{
    struct core *k = this_core();
    if (c && c->sporadic && c->refill_max && c != k->context && refill_unblock(c, k->now))
        k->reprogram = true;
}
/* The current thread has used up its head refill. */
static void end_turn(struct core *k, bool may_time_out)
{
    struct tcb *t = k->current;
    struct sched_context *c = t->context_of_time;
    k->choose = k->reprogram = true;
    if (!sched_is_schedulable(t))
        return;
    if (may_time_out && !sched_context_takes_turns(c) && fault_time_out(t))
        return;
    if (refill_ready(c, k->now) && refill_sufficient(c, 0))
        sched_enqueue_last(t);
    else
        sched_postpone(c);
}
/* used: what the head loses; the time that passed is what is told as consumed. */
static void use_head(struct core *k, u64 used)
{
    struct sched_context *c = k->context;
    if (sched_context_takes_turns(c))
        refill_next_turn(c);
    else
        refill_charge(c, used);
    c->consumed += k->now - k->charged;
    k->charged = k->now;
}
void sched_end_budget(u64 used)
{
    struct core *k = this_core();
    use_head(k, used);
    end_turn(k, true);
}
void sched_skip_turn(void)
{
    struct core *k = this_core();
    use_head(k, refill_head(k->context)->amount);
    end_turn(k, false);
}

/* --- who is next --- */

bool sched_is_schedulable(const struct tcb *t)
{
    return thread_is_runnable(t) && t->context_of_time && t->context_of_time->refill_max && !t->releasing;
}
void sched_choose_anew(void)
{
    this_core()->choose = true;
}
void sched_offer(struct tcb *t)
{
    struct core *k = this_core();
    if (!sched_is_schedulable(t))
        return;
    if (!k->choose && !k->candidate && t != k->current) {
        k->candidate = t;
        return;
    }
    k->choose = true;
    if (k->candidate)
        sched_enqueue_first(k->candidate);
    k->candidate = NULL;
    sched_enqueue_first(t);
}
static struct tcb *take_highest(struct core *k)
{
    int level = highest_level(k);
    if (level < 0)
        return &k->idle;
    struct tcb *t = k->ready[level].head;
    leave_ready(k, t);
    return t;
}
/* Nobody who is ready comes before current, who goes on or is idle; t became ready. */
static struct tcb *better(struct core *k, struct tcb *t)
{
    struct tcb *current = k->current;
    if (current == &k->idle)
        return t;
    ASSERT(sched_is_schedulable(current), "who cannot go on has the best chosen anew");
    if (t->priority > current->priority) {
        sched_enqueue_first(current);
        return t;
    }
    if (t->priority == current->priority)
        sched_enqueue_last(t);
    else
        sched_enqueue_first(t);
    return current;
}
static struct tcb *choose(struct core *k)
{
    struct tcb *t = k->candidate;
    if (!k->choose)
        return better(k, t);
    if (sched_is_schedulable(k->current))
        sched_enqueue_first(k->current);
    if (t)
        sched_enqueue_first(t);
    return take_highest(k);
}
static void awaken(struct core *k)
{
    while (k->release && refill_ready(k->release->context_of_time, k->now)) {
        struct tcb *t = k->release;
        leave_release(k, t);
        sched_offer(t);
        k->reprogram = true;
    }
}
/* The context of who runs now is charged from now on. */
static void switch_context(struct core *k)
{
    struct sched_context *c = k->current->context_of_time;
    if (c != k->context) {
        k->reprogram = true;
        if (c && !c->sporadic)
            refill_unblock(c, k->now);
    }
    if (k->reprogram)
        sched_charge();
    k->context = c;
}
static void set_deadline(struct core *k)
{
    u64 deadline = k->context ? k->now + refill_head(k->context)->amount : UINT64_MAX;
    if (k->release) {
        u64 time = refill_head(k->release->context_of_time)->time;
        deadline = time < deadline ? time : deadline;
    }
    arch_set_deadline(deadline == UINT64_MAX || deadline < k->precision ? deadline : deadline - k->precision);
    k->reprogram = false;
}
struct tcb *sched_exit(void)
{
    struct core *k = this_core();
    awaken(k);
    if (k->choose || k->candidate) {
        struct tcb *next = choose(k);
        k->choose = false;
        k->candidate = NULL;
        k->current = next;
        if (next == &k->idle)
            arch_switch_to_idle();
        else
            arch_switch_to(next);
    }
    switch_context(k);
    if (k->reprogram)
        set_deadline(k);
    if (k->current->yielded_to)
        sched_context_complete_yield(k->current);
    check_core(k);
    return k->current;
}
