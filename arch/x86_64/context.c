/* SPDX-License-Identifier: GPL-3.0-only */
/* Registers of a thread by the interface's numbers (registers.h), and new threads'. */
#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "layout.h"
#include "registers.h"
#include "thread_state.h"
#include "trap.h"

#define FLAGS_OF_USERS 0x40dd5u /* what a user may set without harm: the arithmetic ones, TF, DF, AC */
#define SYSCALL_BYTES 2         /* of the instruction */

#define REGISTER(name) offsetof(struct arch_context, name)
const u16 register_offsets[ARCH_REGISTERS] = {
    REGISTER(rip), REGISTER(rsp), REGISTER(rflags), REGISTER(rax), REGISTER(rbx),     REGISTER(rcx),     REGISTER(rdx),
    REGISTER(rsi), REGISTER(rdi), REGISTER(rbp),    REGISTER(r8),  REGISTER(r9),      REGISTER(r10),     REGISTER(r11),
    REGISTER(r12), REGISTER(r13), REGISTER(r14),    REGISTER(r15), REGISTER(fs_base), REGISTER(gs_base),
};

const u8 registers_of_syscall[ARCH_UNKNOWN_SYSCALL_WORDS - 1] = {3,  4,  5,  6,  7,  8,  9,       10,      11,
                                                                 12, 13, 14, 15, 16, 17, USER_PC, USER_SP, USER_FLAGS};

u64 register_harmless(unsigned i, u64 value)
{
    switch (i) {
    case USER_FLAGS:
        return (value & FLAGS_OF_USERS) | FLAG_RESERVED | FLAG_INTERRUPTS;
    case USER_PC:
    case USER_TLS:
    case USER_TLS + 1:
        return trap_is_impossible(value) ? 0 : value;
    }
    return value;
}

void arch_context_init(struct arch_context *c)
{
    __builtin_memset(c, 0, sizeof *c);
    c->cs = SELECTOR_USER_CODE;
    c->ss = SELECTOR_USER_DATA;
    c->rflags = FLAG_RESERVED | FLAG_INTERRUPTS;
    fpu_state_init(c);
}

void arch_idle_init(struct arch_context *c)
{
    arch_context_init(c);
    c->cs = SELECTOR_KERNEL_CODE;
    c->ss = SELECTOR_KERNEL_DATA;
    c->rip = (u64)trap_idle;
    c->rsp = (u64)c + ARCH_FRAME_BYTES;
    core_this()->idle = (struct tcb *)((u8 *)c - TCB_CONTEXT);
}

void arch_start_at(struct arch_context *c, u64 program_counter, u64 argument)
{
    c->rip = register_harmless(USER_PC, program_counter);
    c->rdi = argument;
}

void arch_rewind_syscall(struct arch_context *c)
{
    c->rip -= SYSCALL_BYTES;
}
u64 arch_program_counter(const struct arch_context *c)
{
    return c->rip;
}

/* IRET restores all registers, SYSRET all but two. */
void arch_registers_changed(struct tcb *t)
{
    t->context.trap = 0;
}
