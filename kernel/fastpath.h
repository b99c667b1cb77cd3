/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fastpath.h: Call to a passive server that waits, and ReplyRecv back to the caller, with messages in registers.
 *
 * The scheduling context goes along both ways, so nobody's time begins or ends: the clock is not read, and the next
 * interrupt of the timer stands. All is checked before anything is changed; what does not fit takes the common way,
 * which comes to the same.
 */
#ifndef LONA_KERNEL_FASTPATH_H
#define LONA_KERNEL_FASTPATH_H

#include "tcb.h"

/* The thread to return to; NULL: not one of these, nothing is changed. */
struct tcb *fastpath_call(void);
struct tcb *fastpath_reply_receive(void);

#endif
