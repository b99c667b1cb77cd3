/* SPDX-License-Identifier: GPL-3.0-only */
/* held_arch.h: what capabilities there are on this architecture only, and what invocations all have are called. */
#ifndef LONA_SEL4_HELD_ARCH_H
#define LONA_SEL4_HELD_ARCH_H

#define ARCH_MAKE_POOL X86ASIDControlMakePool
#define ARCH_FRAME_ADDRESS X86PageGetAddress
#define ARCH_ROOTS {HELD_PORT_CONTROL, seL4_CapIOPortControl}

#endif
