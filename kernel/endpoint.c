/* SPDX-License-Identifier: GPL-3.0-only */
#include "endpoint.h"
#include "destroy.h"
#include "message.h"
#include "notification.h"
#include "reply.h"
#include "sched.h"
#include "thread.h"

/* Of endpoint_cancel_badged, while an interrupt has stopped it. */
static struct {
    const struct tcb *caller; /* NULL: there is none */
    const struct endpoint *of;
    u64 badge, until; /* who arrived later is not meant */
    struct tcb *next; /* the first that was not looked at; NULL: all were */
} cancelling;
static u64 arrivals;

static bool has_senders(const struct endpoint *e)
{
    return e->queue.head && e->queue.head->state == THREAD_BLOCKED_SEND;
}
static bool has_receivers(const struct endpoint *e)
{
    return e->queue.head && e->queue.head->state == THREAD_BLOCKED_RECEIVE;
}
static void block(struct endpoint *e, struct tcb *t, enum thread_state state)
{
    thread_set_state(t, state);
    queue_add(&e->queue, t);
}

/* A message went from caller to callee and wants an answer. Without a way for one the caller stops. */
static void await_answer(struct tcb *caller, struct tcb *callee, struct reply *r, bool may_answer, bool may_donate)
{
    if (r && may_answer)
        reply_push(caller, callee, r, may_donate);
    else
        thread_stop(caller);
}

static void send_to_receiver(struct endpoint *e, struct send s)
{
    struct tcb *receiver = e->queue.head;
    struct reply *r = receiver->reply;
    queue_leave(receiver);
    message_transfer(s.sender, e, s.badge, s.may_grant, receiver);
    if (r)
        reply_unlink(r);
    if (s.is_call || s.sender->fault.kind != FAULT_NONE)
        await_answer(s.sender, receiver, r, s.may_grant || s.may_grant_reply, s.may_donate);
    else if (s.may_donate && !receiver->context_of_time)
        sched_context_donate(s.sender->context_of_time, receiver);
    thread_set_state(receiver, THREAD_RUNNING);
    sched_unblocked(receiver->context_of_time);
    sched_offer(receiver);
}
void endpoint_send(struct endpoint *e, struct send s)
{
    struct tcb *t = s.sender;
    if (has_receivers(e)) {
        send_to_receiver(e, s);
    } else if (s.blocking) {
        t->badge = s.badge;
        t->may_grant = s.may_grant;
        t->may_grant_reply = s.may_grant_reply;
        t->is_call = s.is_call;
        t->arrival = ++arrivals;
        block(e, t, THREAD_BLOCKED_SEND);
    }
}

static void receive_from_sender(struct endpoint *e, struct tcb *receiver, struct reply *r)
{
    struct tcb *sender = e->queue.head;
    enum fault_kind fault = sender->fault.kind;
    endpoint_leave(sender);
    message_transfer(sender, e, sender->badge, sender->may_grant, receiver);
    sched_unblocked(sender->context_of_time);
    if (sender->is_call || fault != FAULT_NONE) {
        bool may_donate = sender->context_of_time && fault != FAULT_TIMEOUT;
        await_answer(sender, receiver, r, sender->may_grant || sender->may_grant_reply, may_donate);
    } else {
        thread_set_state(sender, THREAD_RUNNING);
        sched_offer(sender);
    }
}
void endpoint_receive(struct cap cap, struct tcb *receiver, bool blocking, struct reply *r)
{
    struct endpoint *e = cap_object(cap);
    struct notification *n = receiver->bound;
    if (r && r->tcb && r->tcb != receiver)
        thread_cancel(r->tcb);
    if (n && n->active) {
        notification_take(n, receiver);
        return;
    }
    if (n && blocking)
        notification_return_context(n, receiver);
    if (has_senders(e)) {
        receive_from_sender(e, receiver, r);
    } else if (blocking) {
        receiver->may_grant = cap_rights(cap) & RIGHT_GRANT;
        receiver->reply = r;
        if (r)
            r->tcb = receiver;
        block(e, receiver, THREAD_BLOCKED_RECEIVE);
    } else {
        message_nothing(receiver);
    }
}

bool endpoint_cancel_one(struct endpoint *e)
{
    struct tcb *t = e->queue.head;
    if (t)
        thread_restart(t);
    return t;
}

/* --- cancelling --- */

static bool is_meant(const struct tcb *t)
{
    return t->badge == cancelling.badge && t->arrival <= cancelling.until;
}
enum error endpoint_cancel_badged(struct tcb *caller, struct endpoint *e, u64 badge)
{
    if (cancelling.caller != caller || cancelling.of != e || cancelling.badge != badge) {
        cancelling.caller = caller;
        cancelling.of = e;
        cancelling.badge = badge;
        cancelling.until = arrivals;
        cancelling.next = has_senders(e) ? e->queue.head : NULL;
    }
    while (cancelling.next) {
        if (destroy_should_stop())
            return ERROR_PREEMPTED;
        struct tcb *t = cancelling.next;
        cancelling.next = t->next;
        if (is_meant(t))
            thread_restart(t);
    }
    cancelling.caller = NULL;
    return ERROR_NONE;
}
void endpoint_caller_changed(const struct tcb *caller)
{
    if (cancelling.caller == caller) {
        cancelling.caller = NULL;
        cancelling.next = NULL;
    }
}
void endpoint_leave(struct tcb *t)
{
    if (t == cancelling.next)
        cancelling.next = t->next;
    queue_leave(t);
}
void endpoint_moved(struct tcb *t)
{
    if (cancelling.caller && t->waits_in == &cancelling.of->queue && t->state == THREAD_BLOCKED_SEND && is_meant(t))
        thread_restart(t);
}
