/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gic.h: Arm's generic interrupt controller, versions 2 and 3 (IHI 0048, IHI 0069), as the device tree describes it.
 * Numbers of interrupts are the controller's: 0 to 15 between cores, to 31 each core's own, from 32 on devices'.
 *
 * An interrupt that a user handles is off from its arrival to the acknowledgement. An edge that comes meanwhile is
 * remembered by the controller.
 */
#ifndef LONA_DEVICE_TREE_GIC_H
#define LONA_DEVICE_TREE_GIC_H

#include <lona/base.h>

/* All interrupts off. Panics where the tree tells of no controller that the kernel knows. */
void gic_init(void);
u64 gic_irqs(void); /* the first number that there is none of */

#endif
