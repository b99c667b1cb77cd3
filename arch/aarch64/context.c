/* SPDX-License-Identifier: GPL-3.0-only */
/* Registers of a thread by the interface's numbers (registers.h), and new threads'. */
#include "arch.h"
#include "core.h"
#include "registers.h"
#include "trap.h"

#define SVC_BYTES 4 /* of the instruction */
#define USER_X30 16

#define X(i) offsetof(struct arch_context, x[i])
#define REGISTER(name) offsetof(struct arch_context, name)
const u16 register_offsets[ARCH_REGISTERS] = {
    REGISTER(pc), REGISTER(sp), REGISTER(spsr), X(0),  X(1),  X(2),  X(3),  X(4),          X(5),
    X(6),         X(7),         X(8),           X(16), X(17), X(18), X(29), X(30),         X(9),
    X(10),        X(11),        X(12),          X(13), X(14), X(15), X(19), X(20),         X(21),
    X(22),        X(23),        X(24),          X(25), X(26), X(27), X(28), REGISTER(tls), REGISTER(tls_read_only),
};

const u8 registers_of_syscall[ARCH_UNKNOWN_SYSCALL_WORDS - 1] = {3, 4,  5,       6,       7,        8,
                                                                 9, 10, USER_PC, USER_SP, USER_X30, USER_FLAGS};

u64 register_harmless(unsigned i, u64 value)
{
    return i == USER_FLAGS ? (value & PSTATE_USER_FLAGS) | PSTATE_USER : value;
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

/* There is one way out, and it restores all registers. */
void arch_registers_changed(struct tcb *t)
{
}
