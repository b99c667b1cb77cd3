/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * thread_state.h: what of a thread's state the processor holds while the kernel runs: the thread pointers, which users
 * set themselves, and the FPU's registers.
 *
 * The thread pointers (registers.h) are in the processor for the thread that entered the kernel (core_thread). The FPU
 * is switched eagerly: what another thread left in it could be read. A thread without FPU leaves it as it is, and
 * traps.
 */
#ifndef LONA_ARM_THREAD_STATE_H
#define LONA_ARM_THREAD_STATE_H

#include <lona/base.h>

struct arch_fpu;

/* fpu.S */
void fpu_save(struct arch_fpu *to);
void fpu_load(const struct arch_fpu *from);

#endif
