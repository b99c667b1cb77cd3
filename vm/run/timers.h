/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * timers.h: hierarchical timer wheels, one a core, with a tick of a millisecond: starting and stopping a timer costs
 * the same however many there are (Varghese and Lauck, 1987). Timers lie in one array (by number), so that a reference
 * that names one may be looked at after it is gone.
 */
#ifndef LONA_TIMERS_H
#define LONA_TIMERS_H

#include "run/mailbox.h"

struct timer_wheel;
struct timer_wheel *timer_wheel_new(void); /* NULL: no memory */
/* When there may be something to do (monotonic ns; PORT_FOREVER: never). */
u64 timers_due(const struct timer_wheel *w);
/* Fires what is due. */
void timers_run(struct timer_wheel *w, u64 now_ns);

/* Wakes p at the time; restarts its timer if there is one. False: no memory. */
MUST_CHECK bool timer_start_receive(struct proc *p, u64 at_ns);
void timer_stop_receive(struct proc *p);
bool timer_has_fired(const struct timer *t); /* what is not active, has */
/* Sends m at the time to a pid, or to who has the interned name then; *id names the timer. Takes m. False: no memory.
 */
MUST_CHECK bool timer_start_send(term to, struct message *m, u64 at_ns, u64 ref, u64 *id);
/* True when it had not fired; *left_ns: how long it would have taken. */
bool timer_cancel(u64 id, u64 ref, u64 *left_ns);
bool timer_left(u64 id, u64 ref, u64 *left_ns);
word timers_count(void);
/* Visits the message of timer number *at, if it holds one, and steps on; false: there are no more. Timers that start
 * meanwhile may be visited or not. */
bool timers_each_message(u32 *at, void (*visit)(void *context, struct message *m), void *context);

#endif
