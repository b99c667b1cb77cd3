/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * room.h: bounded mailboxes. A process may set a limit to the messages that wait in its mailbox; a send beyond it
 * either fails or suspends the sender until the receiver has taken some. The count that senders see is renewed by the
 * owner whenever it takes messages in or out, so it may be passed by as many as are sending at that moment.
 */
#ifndef LONA_ROOM_H
#define LONA_ROOM_H

#include "run/procs.h"

enum room { ROOM, ROOM_NOT, ROOM_FAIL };
/* May one more message be sent to p? */
enum room room_for_message(const struct proc *p);
void room_set_limit(struct proc *p, u32 limit, bool fails); /* own process; 0: none */
/* The limit of p as process-flag takes it: n, [:fail n] or nil. NONE: pending. MAY_GC */
term room_limit(struct proc *p);
/* Does p wait for room in a mailbox? */
bool room_is_awaited(const struct proc *p);
/* A message is going to be sent to p: counted before p can take it in, so that p's next count is never behind by what
 * is already gone. False: nobody counts. */
static inline bool room_count(struct proc *p)
{
    if (LIKELY(!__atomic_load_n(&p->message_limit, __ATOMIC_RELAXED)))
        return false;
    __atomic_add_fetch(&p->queued, 1, __ATOMIC_SEQ_CST);
    return true;
}
void room_count_back(struct proc *p); /* it was not: p ended, and its block may be another process's */
/* The owner changed what waits. */
void room_renew_slow(struct proc *p);
static inline void room_renew(struct proc *p)
{
    if (UNLIKELY(p->message_limit))
        room_renew_slow(p);
}
/* p ends: wakes all that wait for it. */
void room_close(struct proc *p);

/*
 * A sender that waits leaves a SIGNAL_RETRY in the receiver's list, which the receiver sends back to it when there is
 * room. Such a call is never lost: who cannot make use of it passes it on to the next sender.
 */
void room_retry(struct proc *p, term receiver); /* it arrived at p */
void room_refuse(term receiver);                /* it arrived at a process that ends */
void room_give_up(const term *fp);              /* a frame of step_send_when_room is given up */

#endif
