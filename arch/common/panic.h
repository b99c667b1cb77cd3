/* SPDX-License-Identifier: GPL-3.0-only */
/* panic.h: the last words, for lona_panic (base.h) and for traps of the kernel itself. */
#ifndef LONA_ARCH_PANIC_H
#define LONA_ARCH_PANIC_H

#include <lona/base.h>

/* Before anything is printed. What panics while it panics says no more: the machine stops. */
void panic_begin(void);
/* Prints the rule, who called whom from address and frame pointer on, what was running; stops the machine. */
NORETURN void panic_from(u64 address, u64 frame, const char *rule);

#endif
