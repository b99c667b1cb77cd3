/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * arch_types.h: registers of a thread and the sizes that the portable kernel asks for (arch.h).
 *
 * While a user thread runs, the stack pointer that the processor takes for traps points at the end of its frame
 * (entry.S): the processor writes rip to ss itself, the entry code pushes the rest below. The idle thread halts with
 * its own stack pointer there.
 */
#ifndef LONA_X86_ARCH_TYPES_H
#define LONA_X86_ARCH_TYPES_H

#include "lona/base.h"
#include "machine.h"

#define ARCH_TCB_BITS 11
#define ARCH_CORES 1
#define ARCH_PAGE_BITS 12
#define ARCH_USER_TOP 0x00007ffffffff000ull
#define ARCH_PHYSICAL_BITS 47
#define ARCH_UNTYPED_MAX_BITS 47
#define ARCH_REGISTERS 20
#define ARCH_FRAME_REGISTERS 18
#define ARCH_UNKNOWN_SYSCALL_WORDS 19
#define ARCH_USER_EXCEPTION_WORDS 5
#define ARCH_TIMEOUT_REPLY_WORDS 19

#define FPU_BYTES 512 /* what FXSAVE writes */

struct arch_context {
    /* The frame: the order of pushing, backwards. entry.S knows it. */
    u64 r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    u64 trap; /* what the thread entered by; TRAP_SYSCALL: rcx and r11 may be lost, so SYSRET leads back */
    u64 error;
    u64 rip, cs, rflags, rsp, ss;
    /* The frame's end: 16 bytes aligned, as the processor has it. */
    u64 fs_base, gs_base;
    u8 fpu[FPU_BYTES];
} __attribute__((aligned(16)));
#define ARCH_FRAME_BYTES 176
STATIC_ASSERT(offsetof(struct arch_context, fs_base) == ARCH_FRAME_BYTES, "the frame has the size that entry.S takes");
STATIC_ASSERT(offsetof(struct arch_context, fpu) % 16 == 0, "FXSAVE wants its area aligned");

#define TRAP_SYSCALL 256 /* beyond all vectors */

#endif
