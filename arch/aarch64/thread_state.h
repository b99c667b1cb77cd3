/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * thread_state.h: what of a thread's state the processor holds while the kernel runs: the thread pointers, which users
 * set themselves, and the FPU's registers.
 *
 * The thread pointers are in the processor for the thread that entered the kernel (struct arm_core, thread). The FPU is
 * switched eagerly: what another thread left in it could be read. A thread without FPU leaves it as it is, and traps.
 */
#ifndef LONA_ARM_THREAD_STATE_H
#define LONA_ARM_THREAD_STATE_H

#include <lona/base.h>

struct arch_context;
struct arch_fpu;

/* c's thread pointers are true afterwards, also when it is the current thread's. */
void thread_pointers_save(struct arch_context *c);
/* c's were written: the processor has them, if c is the current thread's. */
void thread_pointers_changed(const struct arch_context *c);

/* fpu.S */
void fpu_save(struct arch_fpu *to);
void fpu_load(const struct arch_fpu *from);

#endif
