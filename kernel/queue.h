/* SPDX-License-Identifier: GPL-3.0-only */
/* queue.h: queues of threads that wait for an object (through next and prev), highest priority first. */
#ifndef LONA_KERNEL_QUEUE_H
#define LONA_KERNEL_QUEUE_H

#include "tcb.h"

struct queue {
    struct tcb *head, *tail;
};

static inline bool queue_is_empty(const struct queue *q)
{
    return !q->head;
}
/* t waits, behind all of its priority. Looks from the tail: the usual queue has one priority. */
static inline void queue_add(struct queue *q, struct tcb *t)
{
    struct tcb *before = q->tail;
    while (before && before->priority < t->priority)
        before = before->prev;
    t->prev = before;
    t->next = before ? before->next : q->head;
    *(t->next ? &t->next->prev : &q->tail) = t;
    *(before ? &before->next : &q->head) = t;
    t->waits_in = q;
}
/* t, which waits, does no more. */
static inline void queue_leave(struct tcb *t)
{
    struct queue *q = t->waits_in;
    *(t->prev ? &t->prev->next : &q->head) = t->next;
    *(t->next ? &t->next->prev : &q->tail) = t->prev;
    t->next = t->prev = NULL;
    t->waits_in = NULL;
}

#endif
