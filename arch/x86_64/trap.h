/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * trap.h: vectors, and the labels of entry.S.
 *
 *   0..31       exceptions
 *   0x20..0x2f  the two 8259, which are masked: only spurious ones come
 *   0x30..0x9b  interrupts of users: 0x30 + number
 *   0xef        the core's timer
 *   0xff        spurious
 */
#ifndef LONA_X86_TRAP_H
#define LONA_X86_TRAP_H

#include <lona/base.h>

struct tcb;

#define VECTORS 256
#define VECTOR_DEVICE_NOT_AVAILABLE 7
#define VECTOR_NMI 2
#define VECTOR_BREAKPOINT 3
#define VECTOR_OVERFLOW 4
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_PAGE_FAULT 14
#define VECTOR_MACHINE_CHECK 18
#define VECTOR_EXCEPTIONS_END 32
#define VECTOR_PICS 0x20
#define VECTOR_USER_IRQS 0x30
#define USER_IRQS 108
#define VECTOR_TIMER 0xef
#define VECTOR_SPURIOUS 0xff

#define PAGE_FAULT_FETCH (1u << 4)

/* An address that no return leads to: the processor would raise an exception of the kernel's. */
static inline bool trap_is_impossible(u64 address)
{
    return address >= 0x0000800000000000ull && address < 0xffff800000000000ull;
}

extern const u8 trap_stubs[], trap_syscall[], trap_idle[];
NORETURN void trap_start(struct tcb *t);

#endif
