/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * arch_types.h: registers of a thread and the sizes that the portable kernel asks for (arch.h).
 *
 * While a user thread runs, EL1's stack pointer points at its context (entry.S): the entry code stores there.
 */
#ifndef LONA_ARM_ARCH_TYPES_H
#define LONA_ARM_ARCH_TYPES_H

#include "lona/base.h"

#define ARCH_TCB_BITS 11
#define ARCH_CORES 1
#define ARCH_PAGE_BITS 12
#define ARCH_USER_TOP 0x0000800000000000ull
#define ARCH_PHYSICAL_BITS 48
#define ARCH_UNTYPED_MAX_BITS 47
#define ARCH_REGISTERS 36
#define ARCH_FRAME_REGISTERS 17
#define ARCH_UNKNOWN_SYSCALL_WORDS 13
#define ARCH_USER_EXCEPTION_WORDS 5
#define ARCH_TIMEOUT_REPLY_WORDS 34

struct arch_fpu {
    u64 vector[64]; /* v0 to v31 */
    u64 status, control;
};
struct arch_context {
    /* entry.S knows these. */
    u64 x[31];
    u64 sp, pc, spsr;
    /* In the processor while the thread is the one that runs or entered the kernel (thread_state.h). */
    u64 tls, tls_read_only;
    struct arch_fpu fpu;
} __attribute__((aligned(16)));
/* The interrupt controller keeps all. */
struct arch_irq {
};
STATIC_ASSERT(offsetof(struct arch_context, sp) == 248, "entry.S knows the context");
STATIC_ASSERT(offsetof(struct arch_context, spsr) == 264, "entry.S knows the context");
STATIC_ASSERT(offsetof(struct arch_context, fpu) == 288, "the FPU's state is aligned");

#endif
