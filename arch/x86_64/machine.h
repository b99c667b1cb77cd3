/* SPDX-License-Identifier: GPL-3.0-only */
/* machine.h: what the processor's code asks of the machine around it, beyond platform.h: interrupts that come by an I/O
 * APIC. */
#ifndef LONA_X86_MACHINE_H
#define LONA_X86_MACHINE_H

#include <lona/base.h>

struct ioapic_pin {
    u8 ioapic, pin;
    bool level, active_low;
};
/* What the machine keeps of an interrupt for which there is a handler (arch_types.h). */
struct arch_irq {
    bool by_pin;     /* not: a message of a device */
    bool busy;       /* came and is not acknowledged */
    bool remembered; /* an edge came while busy */
    struct ioapic_pin pin;
};

/* Interrupt `irq` of users came; the local APIC is told that it is over only after this. False: the kernel need not
 * know. */
bool irq_arrived(u64 irq);

#endif
