/* SPDX-License-Identifier: GPL-3.0-only */
/* edu.h: QEMU's device for teaching (-device edu), of which nothing is used but that it interrupts when told to, by a
 * message. */
#ifndef LONA_TEST_EDU_H
#define LONA_TEST_EDU_H

#include "task.h"

/* Its registers; NULL: the machine has none. From now on it sends its messages as interrupt irq. */
volatile u32 *edu_open(u64 irq);
void edu_raise(volatile u32 *registers);
void edu_lower(volatile u32 *registers);

#endif
