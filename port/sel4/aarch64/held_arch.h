/* SPDX-License-Identifier: GPL-3.0-only */
/* held_arch.h: what capabilities there are on this architecture only, and what invocations all have are called. */
#ifndef LONA_SEL4_HELD_ARCH_H
#define LONA_SEL4_HELD_ARCH_H

#define ARCH_MAKE_POOL ARMASIDControlMakePool
#define ARCH_FRAME_ADDRESS ARMPageGetAddress
#define ARCH_ROOTS {HELD_PORT_CONTROL, 0}

#endif
