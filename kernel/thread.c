/* SPDX-License-Identifier: GPL-3.0-only */
/* thread.c: states of threads. Invocations are in tcb.c. */
#include "thread.h"
#include "arch.h"
#include "endpoint.h"
#include "notification.h"
#include "reply.h"
#include "sched.h"
#include "sched_context.h"

void thread_init(struct tcb *t)
{
    arch_context_init(&t->context);
    t->core = (u16)arch_core();
}
void thread_set_state(struct tcb *t, enum thread_state state)
{
    t->state = (u8)state;
    t->is_placed = t->is_placed && thread_is_blocked(t);
    if (t == this_core()->current && state != THREAD_RUNNING)
        sched_choose_anew();
}
static void leave_queues(struct tcb *t)
{
    switch ((enum thread_state)t->state) {
    case THREAD_BLOCKED_SEND:
    case THREAD_BLOCKED_NOTIFICATION:
        endpoint_leave(t);
        break;
    case THREAD_BLOCKED_RECEIVE:
        queue_leave(t);
        if (t->reply)
            reply_unlink(t->reply);
        break;
    case THREAD_BLOCKED_REPLY:
        reply_forget_caller(t);
        break;
    case THREAD_INACTIVE:
    case THREAD_RUNNING:
    case THREAD_IDLE:
        break;
    }
}
void thread_stop(struct tcb *t)
{
    bool again = thread_is_in_syscall(t);
    thread_set_state(t, THREAD_INACTIVE);
    if (again)
        arch_rewind_syscall(&t->context);
}
void thread_unblock(struct tcb *t)
{
    leave_queues(t);
    thread_set_state(t, THREAD_RUNNING);
}
void thread_cancel(struct tcb *t)
{
    if (thread_is_blocked(t)) {
        leave_queues(t);
        thread_stop(t);
    }
    t->fault.kind = FAULT_NONE;
}
void thread_place(struct tcb *t)
{
    t->is_placed = thread_is_blocked(t);
}
void thread_restart(struct tcb *t)
{
    bool had_fault = t->fault.kind != FAULT_NONE;
    thread_cancel(t);
    if (had_fault)
        return;
    thread_set_state(t, THREAD_RUNNING);
    sched_unblocked(t->context_of_time);
    sched_context_resume(t->context_of_time);
    sched_offer(t);
}
void thread_suspend(struct tcb *t)
{
    thread_cancel(t);
    sched_dequeue(t);
    sched_context_cancel_yield(t);
    thread_set_state(t, THREAD_INACTIVE);
}
void thread_resume(struct tcb *t)
{
    if (t->state != THREAD_INACTIVE && !thread_is_blocked(t))
        return;
    thread_cancel(t);
    thread_set_state(t, THREAD_RUNNING);
    sched_unblocked(t->context_of_time);
    sched_context_resume(t->context_of_time);
    sched_offer(t);
}
void thread_finalise(struct tcb *t)
{
    notification_unbind(t);
    endpoint_caller_changed(t);
    thread_suspend(t);
    if (t->context_of_time)
        sched_context_unbind(t);
    arch_tcb_finalise(t);
}

void thread_set_priority(struct tcb *t, u8 priority)
{
    struct queue *q = t->waits_in;
    if (q) {
        endpoint_leave(t);
        t->priority = priority;
        queue_add(q, t);
        endpoint_moved(t);
    } else if (t->queued) {
        sched_dequeue(t);
        t->priority = priority;
        sched_enqueue_first(t);
        sched_choose_anew();
    } else {
        t->priority = priority;
        if (t == this_core()->current || t == this_core()->candidate)
            sched_choose_anew();
    }
}
