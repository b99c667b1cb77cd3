/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * console.h: the polled console of this port. It stands on nothing but the serial line, so that it works before
 * anything else does, and in a crash.
 */
#ifndef LONA_SEL4_CONSOLE_H
#define LONA_SEL4_CONSOLE_H

#include "kernel.h"

#include "port.h"

/* At once, whatever others are writing: %s string, %u decimal, %x hexadecimal, %X 16 digits of it. */
void console_print(const char *format, ...);
/* A thread that looks for input. */
void console_thread(void *unused);

/* CONSOLE_TAKE of io.def: while somebody else drives the serial line, the console's thread looks for no input. Only
 * what it has read before is still there. */
#define CONSOLE_HANDLE ((word)1 << 57)
iword console_take(void);
iword console_give_back(void);
iword console_rest(struct port_request *r);
/* The user asked for an interrupt. */
void console_interrupt(void);

#endif
