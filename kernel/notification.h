/* SPDX-License-Identifier: GPL-3.0-only */
/* notification.h: signals: a word of bits that collects badges until somebody takes it. */
#ifndef LONA_KERNEL_NOTIFICATION_H
#define LONA_KERNEL_NOTIFICATION_H

#include "queue.h"
#include "tcb.h"

struct notification {
    struct queue queue; /* who waits; empty while active */
    struct tcb *bound;
    struct sched_context *context; /* lent to a passive thread that takes a signal */
    u64 badge;
    u64 active; /* was signalled; the badges may be 0 */
    u64 spare[2];
};
STATIC_ASSERT(sizeof(struct notification) == 64, "a notification has the size that the interface says");

void notification_signal(struct notification *n, u64 badge);
void notification_wait(struct notification *n, struct tcb *t, bool blocking);
/* n is active: t, who would receive on an endpoint, gets the signal. */
void notification_take(struct notification *n, struct tcb *t);
/* t, about to block, runs on what n lends: gives it back. */
void notification_return_context(struct notification *n, struct tcb *t);

void notification_bind(struct notification *n, struct tcb *t);
void notification_unbind(struct tcb *t);
/* One that waits makes its system call again. False: nobody waited. */
bool notification_cancel_one(struct notification *n);
/* Nobody waits any more. */
void notification_finalise(struct notification *n);

#endif
