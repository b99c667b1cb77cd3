/* SPDX-License-Identifier: GPL-3.0-only */
/* endpoint.h: where threads meet to pass messages. Queues are in order of priority, then of arrival. */
#ifndef LONA_KERNEL_ENDPOINT_H
#define LONA_KERNEL_ENDPOINT_H

#include "failure.h"
#include "queue.h"
#include "tcb.h"

struct endpoint {
    struct queue queue; /* of senders, or of receivers: its head's state says which */
};
STATIC_ASSERT(sizeof(struct endpoint) == 16, "an endpoint has the size that the interface says");

struct send {
    struct tcb *sender;
    u64 badge;
    bool blocking, is_call, may_grant, may_grant_reply, may_donate;
};
void endpoint_send(struct endpoint *e, struct send s);
/* cap: the endpoint's, with the receiver's rights. r: NULL, or a reply object for a caller. */
void endpoint_receive(struct cap cap, struct tcb *receiver, bool blocking, struct reply *r);

/* One that waits makes its system call again. False: nobody waited. */
bool endpoint_cancel_one(struct endpoint *e);
/*
 * Senders with this badge, of those that wait now, make their system calls again. Stops with ERROR_PREEMPTED when an
 * interrupt waits. How far it came is kept for one caller, who makes the same call again; where two cancel at once, one
 * of them begins anew.
 */
MUST_CHECK enum error endpoint_cancel_badged(struct tcb *caller, struct endpoint *e, u64 badge);
/* The caller goes, goes on elsewhere, or its call failed: what it makes next is another call. */
void endpoint_caller_changed(const struct tcb *caller);
/* t, which waits to send, or for something else than an endpoint, does no more. */
void endpoint_leave(struct tcb *t);
/* t, which waits to send, has another place in the queue: one that was to be cancelled there is. */
void endpoint_moved(struct tcb *t);

#endif
