/* SPDX-License-Identifier: GPL-3.0-only */
/* arch_types.h: a processor that exists in tests only: registers are an array, time is a variable. */
#ifndef LONA_ARCH_TYPES_H
#define LONA_ARCH_TYPES_H

#include "lona/base.h"

#define FAKE_REGISTERS 16
struct arch_context {
    u64 program_counter;
    u64 tls_base;
    u64 registers[FAKE_REGISTERS]; /* the first ones by enum arch_register */
};
struct arch_irq {
};
#define ARCH_TCB_BITS 11
#define ARCH_CORES 1
#define ARCH_PAGE_BITS 12
#define ARCH_USER_TOP 0x7ffffffff000ull
#define ARCH_PHYSICAL_BITS 47
#define ARCH_UNTYPED_MAX_BITS 47
#define ARCH_REGISTERS 18
#define ARCH_FRAME_REGISTERS 10
#define ARCH_UNKNOWN_SYSCALL_WORDS 19
#define ARCH_USER_EXCEPTION_WORDS 5
#define ARCH_TIMEOUT_REPLY_WORDS 19

#endif
