/* SPDX-License-Identifier: GPL-3.0-only */
/* sched_context.c: who runs on a scheduling context, and the invocations of contexts and of their control. */
#include "sched_context.h"
#include "message.h"
#include "notification.h"
#include "object.h"
#include "reply.h"
#include "sched.h"
#include "thread.h"

static void tie(struct sched_context *c, struct tcb *t)
{
    ASSERT(!c->tcb && !t->context_of_time, "a scheduling context is one thread's, and a thread has one");
    c->tcb = t;
    t->context_of_time = c;
}
void sched_context_unbind(struct tcb *t)
{
    struct sched_context *c = t->context_of_time;
    if (t == this_core()->current)
        sched_choose_anew();
    sched_dequeue(t);
    c->tcb = NULL;
    t->context_of_time = NULL;
}
void sched_context_donate(struct sched_context *c, struct tcb *t)
{
    if (c->tcb)
        sched_context_unbind(c->tcb);
    tie(c, t);
}
void sched_context_unbind_notification(struct sched_context *c)
{
    if (c->notification)
        c->notification->context = NULL;
    c->notification = NULL;
}
void sched_context_resume(struct sched_context *c)
{
    if (!c || !c->tcb || !c->refill_max || !thread_is_runnable(c->tcb))
        return;
    if (!refill_ready(c, this_core()->now) || !refill_sufficient(c, 0))
        sched_postpone(c);
}
static void unbind_all(struct sched_context *c)
{
    if (c->tcb)
        sched_context_unbind(c->tcb);
    sched_context_unbind_notification(c);
    if (c->reply)
        c->reply->context = NULL;
    c->reply = NULL;
}
void sched_context_finalise(struct sched_context *c)
{
    unbind_all(c);
    if (c->yield_from)
        sched_context_complete_yield(c->yield_from);
    if (this_core()->context == c) {
        sched_charge();
        this_core()->context = NULL;
    }
    c->refill_max = 0;
}
u64 sched_context_consumed(struct sched_context *c)
{
    struct core *k = this_core();
    if (c == k->context)
        sched_charge();
    u64 ticks = c->consumed;
    c->consumed = 0;
    return arch_ticks_to_us(ticks);
}

void sched_context_cancel_yield(struct tcb *t)
{
    if (t->yielded_to)
        t->yielded_to->yield_from = NULL;
    t->yielded_to = NULL;
}
void sched_context_complete_yield(struct tcb *t)
{
    struct sched_context *c = t->yielded_to;
    sched_context_cancel_yield(t);
    message_set_word(t, 0, sched_context_consumed(c));
    message_set(t, 0, message_make_info(ERROR_NONE, 1));
}

/* --- invocations --- */

/* A thread that is blocked and gets a context without budget would be woken into nothing. */
enum error sched_context_check_bind(struct sched_context *c, const struct tcb *t, struct failure *f)
{
    bool has_budget = c->refill_max && refill_ready(c, this_core()->now) && refill_sufficient(c, 0);
    if (c->tcb || t->context_of_time || (thread_is_blocked(t) && !has_budget))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    return ERROR_NONE;
}
void sched_context_bind(struct sched_context *c, struct tcb *t)
{
    tie(c, t);
    sched_unblocked(c);
    sched_context_resume(c);
    if (sched_is_schedulable(t)) {
        sched_enqueue_first(t);
        sched_choose_anew();
    }
}
static enum error invoke_bind(struct invocation *v, struct sched_context *c)
{
    if (v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    struct cap object = v->extra[0]->cap;
    if (cap_is(object, CAP_TCB)) {
        enum error e = sched_context_check_bind(c, cap_object(object), &v->failure);
        if (e == ERROR_NONE)
            sched_context_bind(c, cap_object(object));
        return e;
    }
    if (!cap_is(object, CAP_NOTIFICATION))
        return fail_capability(&v->failure, 1);
    struct notification *n = cap_object(object);
    if (c->notification || n->context)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    c->notification = n;
    n->context = c;
    return ERROR_NONE;
}
static enum error invoke_unbind_object(struct invocation *v, struct sched_context *c)
{
    if (v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    struct cap object = v->extra[0]->cap;
    if (cap_is(object, CAP_TCB)) {
        if (c->tcb != cap_object(object) || c->tcb == v->caller)
            return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
        sched_context_unbind(c->tcb);
        return ERROR_NONE;
    }
    if (!cap_is(object, CAP_NOTIFICATION))
        return fail_capability(&v->failure, 1);
    if (c->notification != cap_object(object))
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    sched_context_unbind_notification(c);
    return ERROR_NONE;
}
static enum error invoke_unbind(struct invocation *v, struct sched_context *c)
{
    if (c->tcb == v->caller)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    unbind_all(c);
    return ERROR_NONE;
}
static enum error invoke_yield_to(struct invocation *v, struct sched_context *c)
{
    struct tcb *t = c->tcb, *caller = v->caller;
    if (!t || t == caller || t->priority > caller->max_priority || caller->yielded_to)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    if (c->yield_from)
        sched_context_complete_yield(c->yield_from);
    sched_context_resume(c);
    if (!sched_is_schedulable(t) || t->priority < caller->priority) {
        if (sched_is_schedulable(t)) {
            sched_dequeue(t);
            sched_enqueue_first(t);
        }
        invocation_answer(v, 0, sched_context_consumed(c));
        return ERROR_NONE;
    }
    caller->yielded_to = c;
    c->yield_from = caller;
    sched_dequeue(t);
    sched_enqueue_first(caller);
    sched_enqueue_first(t);
    sched_choose_anew();
    v->is_call = false; /* sched_exit answers when the caller runs again */
    return ERROR_NONE;
}
enum error sched_context_invoke(struct invocation *v)
{
    struct sched_context *c = cap_object(v->cap);
    switch (v->label) {
    case LABEL_SCHED_CONTEXT_CONSUMED:
        invocation_answer(v, 0, sched_context_consumed(c));
        return ERROR_NONE;
    case LABEL_SCHED_CONTEXT_BIND:
        return invoke_bind(v, c);
    case LABEL_SCHED_CONTEXT_UNBIND_OBJECT:
        return invoke_unbind_object(v, c);
    case LABEL_SCHED_CONTEXT_UNBIND:
        return invoke_unbind(v, c);
    case LABEL_SCHED_CONTEXT_YIELD_TO:
        return invoke_yield_to(v, c);
    default:
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    }
}

static void configure(struct sched_context *c, u64 budget, u64 period, u32 refills)
{
    struct core *k = this_core();
    struct tcb *t = c->tcb;
    bool configured = c->refill_max && t && thread_is_runnable(t);
    if (c == k->context)
        sched_charge();
    if (t)
        sched_dequeue(t);
    if (budget == period) {
        period = 0;
        refills = REFILLS_MIN;
    }
    if (configured)
        refill_update(c, budget, period, refills, k->now);
    else
        refill_new(c, budget, period, refills, k->now);
    k->reprogram = true;
    if (!t)
        return;
    sched_context_resume(c);
    if (t != k->current)
        sched_offer(t);
    sched_choose_anew();
}
enum error sched_control_invoke(struct invocation *v)
{
    struct failure *f = &v->failure;
    if (v->label != LABEL_SCHED_CONTROL_CONFIGURE_FLAGS)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 5 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 budget_us = invocation_word(v, 0), period_us = invocation_word(v, 1), extra = invocation_word(v, 2);
    struct cap target = v->extra[0]->cap;
    if (!cap_is(target, CAP_SCHED_CONTEXT))
        return fail_capability(f, 1);
    if (budget_us < BUDGET_MIN_US || budget_us > PERIOD_MAX_US || period_us < BUDGET_MIN_US ||
        period_us > PERIOD_MAX_US)
        return fail_range(f, BUDGET_MIN_US, PERIOD_MAX_US);
    if (budget_us > period_us)
        return fail_range(f, BUDGET_MIN_US, period_us);
    u32 max = sched_context_refills_max(cap_size(target));
    if (extra > max - REFILLS_MIN)
        return fail_range(f, 0, max - REFILLS_MIN);
    struct sched_context *c = cap_object(target);
    c->badge = invocation_word(v, 3);
    c->sporadic = invocation_word(v, 4) & 1;
    c->core = (u16)v->cap.word[1];
    configure(c, arch_us_to_ticks(budget_us), arch_us_to_ticks(period_us), (u32)extra + REFILLS_MIN);
    return ERROR_NONE;
}
