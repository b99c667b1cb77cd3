/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_TYPES_H
#define LONA_USER_ARCH_TYPES_H

#include "sel4/types.h"

/* A thread's registers, in the order of their numbers. */
typedef struct seL4_UserContext {
    seL4_Word rip, rsp, rflags, rax, rbx, rcx, rdx, rsi, rdi, rbp;
    seL4_Word r8, r9, r10, r11, r12, r13, r14, r15;
    seL4_Word fs_base, gs_base;
} seL4_UserContext;

#endif
