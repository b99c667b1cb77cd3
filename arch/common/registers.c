/* SPDX-License-Identifier: GPL-3.0-only */
/* Registers of a thread: UserContext, fault messages and the answers to them. */
#include "registers.h"

#include "arch.h"

/* The message of a user exception: the first registers, then number and code. */
#define EXCEPTION_REGISTERS (USER_FLAGS + 1)

static u64 *register_at(struct arch_context *c, unsigned i)
{
    return (u64 *)((u8 *)c + register_offsets[i]);
}
static bool is_thread_pointer(unsigned i)
{
    return i >= USER_TLS;
}

u64 arch_register_read(const struct arch_context *c, unsigned i)
{
    if (is_thread_pointer(i))
        thread_pointers_save((struct arch_context *)c);
    return *register_at((struct arch_context *)c, i);
}
void arch_register_write(struct arch_context *c, unsigned i, u64 value)
{
    if (is_thread_pointer(i))
        thread_pointers_save(c);
    *register_at(c, i) = register_harmless(i, value);
    if (is_thread_pointer(i))
        thread_pointers_changed(c);
}
void arch_set_tls_base(struct arch_context *c, u64 base)
{
    arch_register_write(c, USER_TLS, base);
}

u64 arch_fault_word(const struct tcb *t, unsigned i)
{
    if (t->fault.kind == FAULT_UNKNOWN_SYSCALL)
        return i < ARRAY_LEN(registers_of_syscall) ? arch_register_read(&t->context, registers_of_syscall[i])
                                                   : t->fault.detail[0];
    return i < EXCEPTION_REGISTERS ? arch_register_read(&t->context, i) : t->fault.detail[i - EXCEPTION_REGISTERS];
}

/* An answer to a time-out is a UserContext, as far as it goes. */
void arch_fault_answer(struct tcb *t, enum fault_kind kind, unsigned i, u64 value)
{
    arch_registers_changed(t);
    if (kind == FAULT_UNKNOWN_SYSCALL && i < ARRAY_LEN(registers_of_syscall))
        arch_register_write(&t->context, registers_of_syscall[i], value);
    if (kind == FAULT_USER_EXCEPTION && i < EXCEPTION_REGISTERS)
        arch_register_write(&t->context, i, value);
    if (kind == FAULT_TIMEOUT && i < ARCH_TIMEOUT_REPLY_WORDS)
        arch_register_write(&t->context, i, value);
}
