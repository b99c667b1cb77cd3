/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * thread_state.h: what of a thread's state the processor holds while other threads or the kernel run, so that switching
 * is cheap: the thread pointers (registers.h), which are the bases of FS and GS, and the FPU's registers.
 *
 * The bases are in the processor for the thread that entered the kernel (core_thread), and may have changed there where
 * users can set them (FSGSBASE). The FPU is switched eagerly: what another thread left in it could be guessed at. A
 * thread without FPU leaves it as it is, and traps.
 */
#ifndef LONA_X86_THREAD_STATE_H
#define LONA_X86_THREAD_STATE_H

#include <lona/base.h>

struct arch_context;

/* The FPU as a new thread finds it. */
void fpu_state_init(struct arch_context *c);

#endif
