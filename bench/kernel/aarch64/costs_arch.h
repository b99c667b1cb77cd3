/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * costs_arch.h: what counting costs asks of aarch64, on QEMU's machine `virt`. Under -icount shift=0 an instruction is
 * a nanosecond, and the virtual counter ticks every 16: means over many rounds are exact. The PL011 interrupts while
 * it is let, for it has sent what was printed.
 */
#ifndef LONA_BENCH_COSTS_ARM_H
#define LONA_BENCH_COSTS_ARM_H

#include "task.h"

#define STACK_SKEW 0
#define COUNTER_STEP 16

static inline u64 now(void)
{
    u64 ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks * COUNTER_STEP;
}

/* Puts the handler into a slot. Answers an error. */
u64 interrupt_issue(u64 handler);
/* Its driver waits, in that address space. Answers an error. */
u64 interrupt_start(u64 driver_vspace);
/* From here on there is one. */
static inline void interrupt_raise(void)
{
    *uart(UART_INTERRUPTS) = UART_SENT;
}
/* By the driver: there was one. The next begins at another part of a tick. */
void interrupt_lower(void);

#endif
