/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * courier.h: threads that wait in the kernel so that no worker does: for a notification, for a message, until a message
 * is taken. One works for one entry of held.h at a time and keeps the result until that is fetched.
 *
 *   FREE -> ASSIGNED -> BLOCKED -> DONE -> FREE       phase; from BLOCKED back to FREE when it is given up
 *
 * The courier alone makes a step out of ASSIGNED; who moves it out of BLOCKED by compare-and-swap owns what follows.
 */
#ifndef LONA_SEL4_COURIER_H
#define LONA_SEL4_COURIER_H

#include "held.h"

bool courier_done(const struct courier *c);
/* The entry wants nothing of it any more. With held_lock. */
void courier_give_up(struct courier *c);

/* CAP_BEGIN, CAP_RESULT, CAP_RECEIVED of io.def. */
iword courier_begin(struct port_request *r);
iword courier_result(struct port_request *r);
iword courier_received(struct port_request *r);

/* events.c: the notification that port_io_events sleeps on. */
MUST_CHECK bool events_init(void);
void events_tell(void); /* look again */
/* A capability in that slot to tell of a line, 1 to 63. */
MUST_CHECK bool events_mint(seL4_CPtr slot, unsigned line);

#endif
