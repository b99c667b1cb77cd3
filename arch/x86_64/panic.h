/* SPDX-License-Identifier: GPL-3.0-only */
/* panic.h: the parts of a panic (lona_panic, base.h) that traps of the kernel itself use too. */
#ifndef LONA_X86_PANIC_H
#define LONA_X86_PANIC_H

#include <lona/base.h>

/* Prints who called, from the frame at rbp on. */
void panic_trace(u64 frame);

#endif
