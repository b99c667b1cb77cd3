/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * core.h: what each core has for itself. In the kernel the GS base points to it; on the way to a user SWAPGS puts it
 * aside.
 *
 * Assembly includes this file for the offsets.
 */
#ifndef LONA_X86_CORE_H
#define LONA_X86_CORE_H

#define CORE_STACK 0   /* top of the kernel's stack */
#define CORE_USER_SP 8 /* SYSCALL's entry keeps the user's stack pointer here for a moment */
#define CORE_FRAME 20  /* end of the current thread's frame: the stack pointer that the processor takes for traps */
#define CORE_FRAME_BYTES 176 /* ARCH_FRAME_BYTES */
#define TCB_CONTEXT 192      /* struct tcb: context */

#ifndef __ASSEMBLER__
#include <lona/base.h>

struct tcb;

struct PACKED tss {
    u32 reserved0;
    u64 rsp0; /* CORE_FRAME */
    u64 rsp1, rsp2, reserved1;
    u64 interrupt_stack[7];
    u64 reserved2;
    u16 reserved3, port_map;
};
STATIC_ASSERT(sizeof(struct tss) == 104, "a TSS is laid out as the processor has it");

struct x86_core {
    u64 stack, user_sp;
    struct tss tss;
    struct tcb *idle;
    struct tcb *fpu_owner; /* whose state the FPU holds; may be none */
    u64 root;              /* what CR3 holds */
    bool fpu_off;          /* CR0.TS is set: the FPU traps */
};
STATIC_ASSERT(offsetof(struct x86_core, stack) == CORE_STACK, "entry.S knows where the stack is");
STATIC_ASSERT(offsetof(struct x86_core, user_sp) == CORE_USER_SP, "entry.S knows where the stack pointer is kept");
STATIC_ASSERT(offsetof(struct x86_core, tss) + offsetof(struct tss, rsp0) == CORE_FRAME,
              "entry.S knows where the frame is");

extern struct x86_core core_boot; /* the only one so far */

static inline struct x86_core *core_this(void)
{
    return &core_boot;
}

/* Who entered the kernel last, as the entry code sees it; NULL before the first thread. */
static inline struct tcb *core_thread(void)
{
    u64 end = core_this()->tss.rsp0;
    return end ? (struct tcb *)(end - CORE_FRAME_BYTES - TCB_CONTEXT) : NULL;
}

/* Segments, TSS, interrupt descriptors, SYSCALL, FPU and the protections that the processor has; traps work afterwards.
 */
void core_init(void);

#endif
#endif
