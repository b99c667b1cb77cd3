/* SPDX-License-Identifier: GPL-3.0-only */
/* Registers of a thread by the interface's numbers: UserContext, fault messages and the answers to them. */
#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "layout.h"
#include "thread_state.h"
#include "trap.h"

#define FLAGS_OF_USERS 0x40dd5u /* what a user may set without harm: the arithmetic ones, TF, DF, AC */
#define SYSCALL_BYTES 2         /* of the instruction */
#define CANONICAL_LOW 0x0000800000000000ull
#define CANONICAL_HIGH 0xffff800000000000ull

enum user_register { USER_RIP, USER_RSP, USER_RFLAGS, USER_RAX, USER_FS_BASE = 18, USER_GS_BASE };

#define REGISTER(name) offsetof(struct arch_context, name)
static const u16 user_registers[ARCH_REGISTERS] = {
    REGISTER(rip), REGISTER(rsp), REGISTER(rflags), REGISTER(rax), REGISTER(rbx),     REGISTER(rcx),     REGISTER(rdx),
    REGISTER(rsi), REGISTER(rdi), REGISTER(rbp),    REGISTER(r8),  REGISTER(r9),      REGISTER(r10),     REGISTER(r11),
    REGISTER(r12), REGISTER(r13), REGISTER(r14),    REGISTER(r15), REGISTER(fs_base), REGISTER(gs_base),
};

/* Fault messages by the number of the register in UserContext. */
static const u8 unknown_syscall[] = {3,  4,  5,  6,  7,  8,  9,        10,       11,
                                     12, 13, 14, 15, 16, 17, USER_RIP, USER_RSP, USER_RFLAGS};
static const u8 user_exception[] = {USER_RIP, USER_RSP, USER_RFLAGS};

static u64 *register_at(struct arch_context *c, unsigned i)
{
    return (u64 *)((u8 *)c + user_registers[i]);
}
/* An address that the processor would not take when the kernel returns there. */
static bool is_impossible(u64 address)
{
    return address >= CANONICAL_LOW && address < CANONICAL_HIGH;
}
static u64 harmless(unsigned i, u64 value)
{
    switch (i) {
    case USER_RFLAGS:
        return (value & FLAGS_OF_USERS) | FLAG_RESERVED | FLAG_INTERRUPTS;
    case USER_RIP:
    case USER_FS_BASE:
    case USER_GS_BASE:
        return is_impossible(value) ? 0 : value;
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
    c->rip = harmless(USER_RIP, program_counter);
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

static bool is_base(unsigned i)
{
    return i == USER_FS_BASE || i == USER_GS_BASE;
}
u64 arch_register_read(const struct arch_context *c, unsigned i)
{
    if (is_base(i))
        bases_save((struct arch_context *)c);
    return *register_at((struct arch_context *)c, i);
}
void arch_register_write(struct arch_context *c, unsigned i, u64 value)
{
    if (is_base(i))
        bases_save(c);
    *register_at(c, i) = harmless(i, value);
    if (is_base(i))
        bases_changed(c);
}
void arch_set_tls_base(struct arch_context *c, u64 base)
{
    arch_register_write(c, USER_FS_BASE, base);
}

/* IRET restores all registers, SYSRET all but two. */
void arch_registers_changed(struct tcb *t)
{
    t->context.trap = 0;
}

u64 arch_fault_word(const struct tcb *t, unsigned i)
{
    if (t->fault.kind == FAULT_UNKNOWN_SYSCALL)
        return i < ARRAY_LEN(unknown_syscall) ? arch_register_read(&t->context, unknown_syscall[i])
                                              : t->fault.detail[0];
    return i < ARRAY_LEN(user_exception) ? arch_register_read(&t->context, user_exception[i])
                                         : t->fault.detail[i - ARRAY_LEN(user_exception)];
}

void arch_fault_answer(struct tcb *t, enum fault_kind kind, unsigned i, u64 value)
{
    static const u8 timeout[ARCH_TIMEOUT_REPLY_WORDS] = {
        USER_RIP, USER_RSP, USER_RFLAGS, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, USER_FS_BASE};
    arch_registers_changed(t);
    if (kind == FAULT_UNKNOWN_SYSCALL && i < ARRAY_LEN(unknown_syscall))
        arch_register_write(&t->context, unknown_syscall[i], value);
    if (kind == FAULT_USER_EXCEPTION && i < ARRAY_LEN(user_exception))
        arch_register_write(&t->context, user_exception[i], value);
    if (kind == FAULT_TIMEOUT && i < ARRAY_LEN(timeout))
        arch_register_write(&t->context, timeout[i], value);
}
