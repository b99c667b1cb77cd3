/* SPDX-License-Identifier: GPL-3.0-only */
#include "notification.h"
#include "message.h"
#include "sched.h"
#include "sched_context.h"
#include "thread.h"

/* A passive thread that takes a signal gets what n has to lend. */
static void lend_context(struct notification *n, struct tcb *t)
{
    struct sched_context *c = n->context;
    if (!t->context_of_time && c && !c->tcb) {
        sched_context_donate(c, t);
        sched_context_resume(c);
    }
    sched_unblocked(t->context_of_time);
}
void notification_return_context(struct notification *n, struct tcb *t)
{
    struct sched_context *c = n->context;
    if (c && c == t->context_of_time)
        sched_context_unbind(t);
}
/* t, which waited, has the signal. */
static void wake(struct notification *n, struct tcb *t, u64 badge)
{
    thread_unblock(t);
    arch_set(&t->context, ARCH_CAP, badge);
    lend_context(n, t);
    sched_offer(t);
}
void notification_signal(struct notification *n, u64 badge)
{
    if (n->queue.head) {
        wake(n, n->queue.head, badge);
    } else if (n->bound && !n->active && n->bound->state == THREAD_BLOCKED_RECEIVE) {
        wake(n, n->bound, badge);
    } else {
        n->badge = n->active ? n->badge | badge : badge;
        n->active = true;
    }
}
void notification_take(struct notification *n, struct tcb *t)
{
    arch_set(&t->context, ARCH_CAP, n->badge);
    n->active = false;
    lend_context(n, t);
}
void notification_wait(struct notification *n, struct tcb *t, bool blocking)
{
    if (n->active) {
        notification_take(n, t);
    } else if (blocking) {
        thread_set_state(t, THREAD_BLOCKED_NOTIFICATION);
        notification_return_context(n, t);
        queue_add(&n->queue, t);
    } else {
        message_nothing(t);
    }
}

void notification_bind(struct notification *n, struct tcb *t)
{
    n->bound = t;
    t->bound = n;
}
void notification_unbind(struct tcb *t)
{
    if (t->bound)
        t->bound->bound = NULL;
    t->bound = NULL;
}
bool notification_cancel_one(struct notification *n)
{
    struct tcb *t = n->queue.head;
    if (t)
        thread_restart(t);
    return t;
}
void notification_finalise(struct notification *n)
{
    if (n->bound)
        notification_unbind(n->bound);
    if (n->context)
        sched_context_unbind_notification(n->context);
}
