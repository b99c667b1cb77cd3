/* SPDX-License-Identifier: GPL-3.0-only */
/* machine.h: what the processor's code asks of the machine around it, beyond platform.h: the interrupt controller. */
#ifndef LONA_ARM_MACHINE_H
#define LONA_ARM_MACHINE_H

#include <lona/base.h>

#define MACHINE_NO_IRQ (~0ull)

/* The interrupt that waits is taken: it is in service until machine_irq_end. MACHINE_NO_IRQ: there is none. */
u64 machine_irq_take(void);
void machine_irq_end(u64 irq);

#define MACHINE_SGIS 16
/* Whether the controller can name a core so: by its number (GIC of version 2) or its affinity, as MPIDR_EL1's lower
 * half has it (3). Whether there is such a core is not asked. */
bool machine_sgi_names(u64 core);
/* The interrupt irq (below MACHINE_SGIS) comes to that core. */
void machine_sgi_send(u64 irq, u64 core);

#endif
