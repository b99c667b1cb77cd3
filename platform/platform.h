/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * platform.h: the machine contract beyond arch.h: what boot and a panic need of the board around the processor.
 * Implemented by platform/NAME; one is linked.
 */
#ifndef LONA_PLATFORM_H
#define LONA_PLATFORM_H

#include <lona/base.h>

/* The polled serial line, for arch_putc. Before, bytes may be lost; without a serial port they always are. */
void platform_console_init(void);

/* The end: an emulator that offers it exits with a status that tells `failed`; else the processor stops for good. */
NORETURN void platform_stop(bool failed);

#endif
