/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * timer.h: the kernel's only timer, the generic timer's virtual one, which waits for a value of the virtual counter.
 * Users may read the counters, and set no timer.
 */
#ifndef LONA_ARM_TIMER_H
#define LONA_ARM_TIMER_H

#include <lona/base.h>

/* hz: what the firmware's tables say, 0: the processor knows. irq: its interrupt, which the kernel takes. */
void timer_init(u64 hz, u64 irq);
u64 timer_irq(void);
u64 timer_hz(void);

#endif
