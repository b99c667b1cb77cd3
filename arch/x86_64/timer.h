/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * timer.h: the kernel's only timer, on the core's local APIC. Time is the time-stamp counter. Where the APIC cannot
 * wait for a value of that, its own counter is set, for at most its 32 bits: it may come before the deadline, and is
 * set again.
 */
#ifndef LONA_X86_TIMER_H
#define LONA_X86_TIMER_H

#include <lona/base.h>

/* Ticks a second of the counter and of the APIC's timer. */
void timer_init(u64 tsc_hz, u64 apic_hz);
/* The interrupt came: is it time? If not, the timer runs again. */
bool timer_expired(void);

#endif
