/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * console.h: the polled console of this port. It stands on nothing but the serial line, so that it works before
 * anything else does, and in a crash.
 */
#ifndef LONA_SEL4_CONSOLE_H
#define LONA_SEL4_CONSOLE_H

#include "kernel.h"

/* At once, whatever others are writing: %s string, %u decimal, %x hexadecimal, %X 16 digits of it. */
void console_print(const char *format, ...);
/* A thread that looks for input. */
void console_thread(void *unused);

#endif
