/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * core.h: what each core has for itself. In the kernel TPIDR_EL1 points to it.
 *
 * Assembly includes this file for the offsets.
 */
#ifndef LONA_ARM_CORE_H
#define LONA_ARM_CORE_H

#define CORE_STACK 0    /* top of the kernel's stack */
#define TCB_CONTEXT 192 /* struct tcb: context */

#ifndef __ASSEMBLER__
#include <lona/base.h>

struct tcb;

struct arm_core {
    u64 stack;
    struct tcb *thread;    /* whose thread pointers the processor holds: who entered the kernel last; NULL: nobody's */
    struct tcb *idle;      /* the idle thread */
    struct tcb *fpu_owner; /* whose state the FPU holds; may be none */
    u64 root;              /* what TTBR0 holds */
    bool fpu_off;          /* users' FPU instructions trap */
};
STATIC_ASSERT(offsetof(struct arm_core, stack) == CORE_STACK, "entry.S knows where the stack is");

extern struct arm_core core_boot; /* the only one so far */

static inline struct arm_core *core_this(void)
{
    return &core_boot;
}

/* Who entered the kernel last; NULL: nobody, or the idle thread. */
static inline struct tcb *core_thread(void)
{
    return core_this()->thread;
}

/* Vectors, what users may do, the protections that the processor has; traps work afterwards. */
void core_init(void);

#endif
#endif
