/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * costs_arch.h: what counting costs asks of x86_64: the time-stamp counter, which counts instructions under QEMU's
 * -icount shift=0, and the interrupts of the PC's timer, which come by themselves.
 */
#ifndef LONA_BENCH_COSTS_X86_H
#define LONA_BENCH_COSTS_X86_H

#include "task.h"

#define STACK_SKEW 8 /* of a stack pointer at a function's entry */
#define COUNTER_STEP 1

static inline u64 now(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
}

/* Puts the handler into a slot. Answers an error. */
u64 interrupt_issue(u64 handler);
/* Its driver waits, in that address space. Answers an error. */
u64 interrupt_start(u64 driver_vspace);
/* From here on there may be one. */
static inline void interrupt_raise(void)
{
}
/* By the driver: there was one. */
static inline void interrupt_lower(void)
{
}

#endif
