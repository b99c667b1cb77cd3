/* SPDX-License-Identifier: GPL-3.0-only */
#include "reply.h"
#include "fault.h"
#include "message.h"
#include "sched.h"
#include "sched_context.h"
#include "thread.h"

void reply_unlink(struct reply *r)
{
    r->tcb->reply = NULL;
    r->tcb = NULL;
}
void reply_push(struct tcb *caller, struct tcb *callee, struct reply *r, bool may_donate)
{
    struct sched_context *c = caller->context_of_time;
    ASSERT(!r->tcb, "a reply object serves one caller at a time");
    r->tcb = caller;
    caller->reply = r;
    thread_set_state(caller, THREAD_BLOCKED_REPLY);
    if (!c || !may_donate || callee->context_of_time)
        return;
    if (c->reply) {
        c->reply->next = r;
        c->reply->context = NULL;
    }
    r->prev = c->reply;
    r->context = c;
    c->reply = r;
    sched_context_donate(c, callee);
}
/* r leaves the stack of calls. What was above and below it no longer hangs together. */
static void leave_stack(struct reply *r)
{
    if (r->context)
        r->context->reply = NULL;
    if (r->next)
        r->next->prev = NULL;
    if (r->prev)
        r->prev->next = NULL;
    r->prev = r->next = NULL;
    r->context = NULL;
}
void reply_remove(struct reply *r)
{
    struct sched_context *c = r->context;
    struct reply *below = r->prev;
    struct tcb *caller = r->tcb;
    leave_stack(r);
    reply_unlink(r);
    if (!c)
        return;
    c->reply = below;
    if (below)
        below->context = c;
    if (!caller->context_of_time)
        sched_context_donate(c, caller);
}
void reply_forget_caller(struct tcb *t)
{
    struct reply *r = t->reply;
    leave_stack(r);
    reply_unlink(r);
}
void reply_finalise(struct reply *r)
{
    struct tcb *t = r->tcb;
    if (!t)
        return;
    if (t->state == THREAD_BLOCKED_REPLY) {
        reply_remove(r);
        thread_stop(t);
        t->fault.kind = FAULT_NONE;
    } else {
        thread_cancel(t);
    }
}

/* An answered thread whose budget is gone meanwhile: its time-out handler hears of it, or it waits. */
static void go_on(struct tcb *t, bool timed_out_before)
{
    struct sched_context *c = t->context_of_time;
    if (!c || !thread_is_runnable(t))
        return;
    if (c->refill_max && refill_ready(c, this_core()->now) && refill_sufficient(c, 0))
        sched_offer(t);
    else if (timed_out_before || !fault_time_out(t))
        sched_postpone(c);
}
void reply_send(struct tcb *sender, struct reply *r, bool may_grant)
{
    struct tcb *t = r->tcb;
    if (!t || t->state != THREAD_BLOCKED_REPLY)
        return;
    enum fault_kind fault = t->fault.kind;
    reply_remove(r);
    sched_unblocked(t->context_of_time);
    if (fault == FAULT_NONE) {
        message_transfer(sender, NULL, 0, may_grant, t);
        thread_set_state(t, THREAD_RUNNING);
    } else {
        bool goes_on = fault_take_answer(t, sender);
        t->fault.kind = FAULT_NONE;
        thread_set_state(t, goes_on ? THREAD_RUNNING : THREAD_INACTIVE);
    }
    go_on(t, fault == FAULT_TIMEOUT);
}
