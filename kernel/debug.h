/* SPDX-License-Identifier: GPL-3.0-only */
/* debug.h: the interface's debug system calls; release builds know none. */
#ifndef LONA_KERNEL_DEBUG_H
#define LONA_KERNEL_DEBUG_H

#include "tcb.h"

/* False: number is none of them. */
bool debug_syscall(struct tcb *t, i64 number);

#endif
