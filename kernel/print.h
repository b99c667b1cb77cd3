/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * print.h: text on the machine's console, for boot, debug calls and the last words of a panic. Polled: each byte waits
 * for the line.
 */
#ifndef LONA_KERNEL_PRINT_H
#define LONA_KERNEL_PRINT_H

#include "lona/base.h"

/* %s %c %d %u %x %p, with l, a least width, and 0 to pad numbers with zeros; no more. A width of %s pads on the right.
 */
void kernel_print(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
