/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * apic.h: the core's own interrupt controller (Intel SDM 3, chapter 11), by memory or, where the firmware chose x2APIC,
 * by MSRs.
 */
#ifndef LONA_X86_APIC_H
#define LONA_X86_APIC_H

#include <lona/base.h>

/* physical: where the firmware says the registers are. */
void apic_init(u64 physical);
u32 apic_id(void);
/* The interrupt in service is done with. */
void apic_end(void);
/* A vector from first on has arrived and waits for the kernel to unmask interrupts. */
bool apic_pending(unsigned first);

/* The timer, which counts down once and then raises VECTOR_TIMER. */
bool apic_has_deadline(void); /* it can wait for a value of the time-stamp counter instead */
void apic_timer_mode(bool deadline);
void apic_timer_count(u32 ticks);
u32 apic_timer_left(void);

#endif
