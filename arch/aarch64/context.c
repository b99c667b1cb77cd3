/* SPDX-License-Identifier: GPL-3.0-only */
/* Registers of a thread by the interface's numbers: UserContext, fault messages and the answers to them. */
#include "arch.h"
#include "core.h"
#include "thread_state.h"
#include "trap.h"

#define SVC_BYTES 4 /* of the instruction */

enum user_register { USER_PC, USER_SP, USER_SPSR, USER_X0, USER_X30 = 16, USER_TLS = 34, USER_TLS_READ_ONLY };

#define X(i) offsetof(struct arch_context, x[i])
#define REGISTER(name) offsetof(struct arch_context, name)
static const u16 user_registers[ARCH_REGISTERS] = {
    REGISTER(pc), REGISTER(sp), REGISTER(spsr), X(0),  X(1),  X(2),  X(3),  X(4),          X(5),
    X(6),         X(7),         X(8),           X(16), X(17), X(18), X(29), X(30),         X(9),
    X(10),        X(11),        X(12),          X(13), X(14), X(15), X(19), X(20),         X(21),
    X(22),        X(23),        X(24),          X(25), X(26), X(27), X(28), REGISTER(tls), REGISTER(tls_read_only),
};

/* Fault messages by the number of the register in UserContext. */
static const u8 unknown_syscall[] = {3, 4, 5, 6, 7, 8, 9, 10, USER_PC, USER_SP, USER_X30, USER_SPSR};
static const u8 user_exception[] = {USER_PC, USER_SP, USER_SPSR};

static u64 *register_at(struct arch_context *c, unsigned i)
{
    return (u64 *)((u8 *)c + user_registers[i]);
}

void arch_context_init(struct arch_context *c)
{
    __builtin_memset(c, 0, sizeof *c);
    c->spsr = PSTATE_USER;
}

void arch_idle_init(struct arch_context *c)
{
    arch_context_init(c);
    c->spsr = PSTATE_IDLE;
    c->pc = (u64)trap_idle;
    core_this()->idle = (struct tcb *)((u8 *)c - TCB_CONTEXT);
}

void arch_start_at(struct arch_context *c, u64 program_counter, u64 argument)
{
    c->pc = program_counter;
    c->x[0] = argument;
}

void arch_rewind_syscall(struct arch_context *c)
{
    c->pc -= SVC_BYTES;
}
u64 arch_program_counter(const struct arch_context *c)
{
    return c->pc;
}

static bool is_thread_pointer(unsigned i)
{
    return i == USER_TLS || i == USER_TLS_READ_ONLY;
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
    *register_at(c, i) = i == USER_SPSR ? (value & PSTATE_USER_FLAGS) | PSTATE_USER : value;
    if (is_thread_pointer(i))
        thread_pointers_changed(c);
}
void arch_set_tls_base(struct arch_context *c, u64 base)
{
    arch_register_write(c, USER_TLS, base);
}

/* There is one way out, and it restores all registers. */
void arch_registers_changed(struct tcb *t)
{
}

u64 arch_fault_word(const struct tcb *t, unsigned i)
{
    if (t->fault.kind == FAULT_UNKNOWN_SYSCALL)
        return i < ARRAY_LEN(unknown_syscall) ? arch_register_read(&t->context, unknown_syscall[i])
                                              : t->fault.detail[0];
    return i < ARRAY_LEN(user_exception) ? arch_register_read(&t->context, user_exception[i])
                                         : t->fault.detail[i - ARRAY_LEN(user_exception)];
}

/* An answer to a time-out is a UserContext without the thread pointers. */
void arch_fault_answer(struct tcb *t, enum fault_kind kind, unsigned i, u64 value)
{
    if (kind == FAULT_UNKNOWN_SYSCALL && i < ARRAY_LEN(unknown_syscall))
        arch_register_write(&t->context, unknown_syscall[i], value);
    if (kind == FAULT_USER_EXCEPTION && i < ARRAY_LEN(user_exception))
        arch_register_write(&t->context, user_exception[i], value);
    if (kind == FAULT_TIMEOUT && i < ARCH_TIMEOUT_REPLY_WORDS)
        arch_register_write(&t->context, i, value);
}
