/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * registers.h: registers of a thread by the interface's numbers (UserContext), of which the last two are the thread
 * pointers. The processor's context.c has the tables; its thread_state.c knows which thread pointers the processor
 * holds.
 */
#ifndef LONA_ARCH_REGISTERS_H
#define LONA_ARCH_REGISTERS_H

#include "arch_types.h"

enum user_register { USER_PC, USER_SP, USER_FLAGS, USER_TLS = ARCH_REGISTERS - 2 };

/* Where register i is in struct arch_context. */
extern const u16 register_offsets[ARCH_REGISTERS];
/* The message of an unknown system call: these registers, then the system call's number. */
extern const u8 registers_of_syscall[ARCH_UNKNOWN_SYSCALL_WORDS - 1];
/* value, or what a user may have instead in register i. */
u64 register_harmless(unsigned i, u64 value);

/* c's thread pointers are true afterwards, also when it is the current thread's. */
void thread_pointers_save(struct arch_context *c);
/* c's were written: the processor has them, if c is the current thread's. */
void thread_pointers_changed(const struct arch_context *c);

#endif
