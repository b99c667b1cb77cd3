/* SPDX-License-Identifier: GPL-3.0-only */
/* trap.h: the labels of entry.S, and why there was an exception (ESR_EL1). */
#ifndef LONA_ARM_TRAP_H
#define LONA_ARM_TRAP_H

#include <lona/base.h>

struct tcb;

FIELD(syndrome, class, 31, 26)
#define CLASS_INSTRUCTION_ABORT 0x20 /* of a lower level */
#define CLASS_DATA_ABORT 0x24        /* likewise */

/* PSTATE of threads: of users the flags of arithmetic are theirs; FIQ and asynchronous errors are masked. */
#define PSTATE_USER 0x140u
#define PSTATE_USER_FLAGS 0xf0000000u
#define PSTATE_IDLE 0x3c5u /* EL1 with its own stack pointer, all masked */

extern const u8 trap_vectors[], trap_idle[];
NORETURN void trap_start(struct tcb *t);

#endif
