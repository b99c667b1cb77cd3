/* SPDX-License-Identifier: GPL-3.0-only */
/* machine.h: what the processor's code asks of the machine around it, beyond platform.h: interrupts that come by an I/O
 * APIC. */
#ifndef LONA_X86_MACHINE_H
#define LONA_X86_MACHINE_H

#include <lona/base.h>

/* Interrupt `irq` of users came; the local APIC is told that it is over only after this. False: the kernel need not
 * know. */
bool irq_arrived(u64 irq);

#endif
