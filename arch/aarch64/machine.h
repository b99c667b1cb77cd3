/* SPDX-License-Identifier: GPL-3.0-only */
/* machine.h: what the processor's code asks of the machine around it, beyond platform.h: the interrupt controller. */
#ifndef LONA_ARM_MACHINE_H
#define LONA_ARM_MACHINE_H

#include <lona/base.h>

#define MACHINE_NO_IRQ (~0ull)

/* The interrupt that waits is taken: it is in service until machine_irq_end. MACHINE_NO_IRQ: there is none. */
u64 machine_irq_take(void);
void machine_irq_end(u64 irq);

#endif
