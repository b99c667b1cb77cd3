/* SPDX-License-Identifier: GPL-3.0-only */
/* debug.h: the interface's debug system calls; release builds know none. */
#ifndef LONA_KERNEL_DEBUG_H
#define LONA_KERNEL_DEBUG_H

#include "tcb.h"

/* What CapIdentify answers: the interface's number of a portable kind. Those of an architecture's kinds are odd, in
 * the order of its table. */
static inline u64 debug_cap_identity(enum cap_type type)
{
    static const u8 identities[] = {
        [CAP_NULL] = 0,    [CAP_UNTYPED] = 2,        [CAP_ENDPOINT] = 4,       [CAP_NOTIFICATION] = 6, [CAP_REPLY] = 8,
        [CAP_CNODE] = 10,  [CAP_TCB] = 12,           [CAP_IRQ_CONTROL] = 14,   [CAP_IRQ_HANDLER] = 16, [CAP_DYING] = 18,
        [CAP_DOMAIN] = 20, [CAP_SCHED_CONTEXT] = 22, [CAP_SCHED_CONTROL] = 24,
    };
    return type <= CAP_DYING ? identities[type] : 2 * (u64)(type - CAP_DYING) - 1;
}

/* False: number is none of them. */
bool debug_syscall(struct tcb *t, i64 number);

#endif
