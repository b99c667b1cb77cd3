/* SPDX-License-Identifier: GPL-3.0-only */
/* fault.h: a thread that cannot go on: its fault handler's endpoint gets a message, whose answer lets it go on. */
#ifndef LONA_KERNEL_FAULT_H
#define LONA_KERNEL_FAULT_H

#include "tcb.h"

/* t stops with this fault. Without a handler it stays so, and is reported on the console in debug builds. */
void fault_raise(struct tcb *t, struct fault f);
/* t's budget is used up: true when its time-out handler was told. */
MUST_CHECK bool fault_time_out(struct tcb *t);
bool fault_has_time_out_handler(const struct tcb *t);
/* c is allowed as a handler: null, or an endpoint that one can send to and be answered from. */
bool fault_handler_is_valid(struct cap c);

/* Words of t's fault's message go to receiver's; answers how many. */
unsigned fault_write_message(const struct tcb *t, struct tcb *receiver);
/* Takes sender's answer; true: t goes on. */
MUST_CHECK bool fault_take_answer(struct tcb *t, struct tcb *sender);

/* What a failed lookup says goes to receiver's words from first on; answers the first word behind. */
unsigned lookup_failure_write(struct lookup_failure f, struct tcb *receiver, unsigned first);

#endif
