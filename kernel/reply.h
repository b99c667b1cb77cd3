/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * reply.h: reply objects: who called and waits for the answer.
 *
 * Calls that passed a scheduling context on form a stack, newest first, so that it goes back the same way:
 *
 *   context -> reply of the last call -prev-> reply of the call before -prev-> ...
 *           <-next (tagged)           <-next
 */
#ifndef LONA_KERNEL_REPLY_H
#define LONA_KERNEL_REPLY_H

#include "tcb.h"

struct reply {
    struct tcb *tcb; /* waits with it in receive, or for an answer by it */
    struct reply *prev;
    struct reply *next;            /* a later call */
    struct sched_context *context; /* it is the last call: this context's reply is this one */
};
STATIC_ASSERT(sizeof(struct reply) == 32, "a reply object has the size that the interface says");

/* caller waits for an answer by r, which nobody uses; its context goes to callee if allowed and callee has none. */
void reply_push(struct tcb *caller, struct tcb *callee, struct reply *r, bool may_donate);
/* r's caller, blocked on reply, is given up or answered: the context comes back to it if r was the last call. */
void reply_remove(struct reply *r);
/* t, blocked on reply, no longer waits: the context stays where it is. */
void reply_forget_caller(struct tcb *t);
/* Ends the tie between r and its thread. */
void reply_unlink(struct reply *r);
void reply_finalise(struct reply *r);
/* An answer from sender. */
void reply_send(struct tcb *sender, struct reply *r, bool may_grant);

#endif
