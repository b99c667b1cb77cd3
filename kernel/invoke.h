/* SPDX-License-Identifier: GPL-3.0-only */
/* invoke.h: sending to a capability: a message to another thread, or an operation of the kernel's. */
#ifndef LONA_KERNEL_INVOKE_H
#define LONA_KERNEL_INVOKE_H

#include "tcb.h"

struct invoke_how {
    bool is_call, blocking, may_donate;
    bool first_half; /* of a system call that goes on to receive */
};
/* t sends what its registers say to the capability that pointer names. False: stopped for an interrupt. */
MUST_CHECK bool invoke(struct tcb *t, u64 pointer, struct invoke_how how);

#endif
