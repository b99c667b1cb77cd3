/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * platform.h: the machine contract, what a kernel needs of the board around its processor. Implemented by
 * platform/NAME; one is linked. Nothing here allocates or waits for an interrupt; all of it runs on the core that
 * booted, with interrupts off.
 */
#ifndef LONA_PLATFORM_H
#define LONA_PLATFORM_H

#include <lona/base.h>

/* The polled serial line. Before platform_console_init bytes may be lost; without a serial port they always are. */
void platform_console_init(void);
void platform_console_put(u8 byte);

/* The end: an emulator that offers it exits with a status that tells `failed`; else the processor stops for good. */
NORETURN void platform_stop(bool failed);

#endif
