/* SPDX-License-Identifier: GPL-3.0-only */
/* What came in by entry.S: which of the kernel's handlers it is for. */
#include "trap.h"

#include "apic.h"
#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "kernel.h"
#include "machine.h"
#include "panic.h"
#include "timer.h"

STATIC_ASSERT(offsetof(struct tcb, context) == TCB_CONTEXT, "entry.S knows where a thread's context is");
STATIC_ASSERT(offsetof(struct arch_context, trap) == 120, "entry.S knows the frame");
STATIC_ASSERT(offsetof(struct arch_context, rip) == 136, "entry.S knows the frame");
STATIC_ASSERT(offsetof(struct arch_context, rsp) == 160, "entry.S knows the frame");

struct tcb *trap_handle(struct arch_context *frame);
struct tcb *trap_interrupt(const struct arch_context *frame);
NORETURN void trap_panic(const struct arch_context *frame);

static void registers_print(const struct arch_context *f)
{
    kernel_print("  rip %016lx rsp %016lx rbp %016lx flags %lx\n", f->rip, f->rsp, f->rbp, f->rflags);
    kernel_print("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", f->rax, f->rbx, f->rcx, f->rdx);
    kernel_print("  rsi %016lx rdi %016lx r8  %016lx r9  %016lx\n", f->rsi, f->rdi, f->r8, f->r9);
    kernel_print("  r10 %016lx r11 %016lx r12 %016lx r13 %016lx\n", f->r10, f->r11, f->r12, f->r13);
    kernel_print("  r14 %016lx r15 %016lx cr2 %016lx cr3 %016lx\n", f->r14, f->r15, cpu_cr2(), cpu_cr3());
}

void trap_panic(const struct arch_context *f)
{
    panic_begin();
    kernel_print("\nkernel trap %lu, error %lx\n", f->trap, f->error);
    registers_print(f);
    panic_from(f->rip, f->rbp, "the kernel raises no exception, and the machine none of its own");
}

/* Tells the controller before the kernel looks at it: what the interrupt is for may be long work. */
struct tcb *trap_interrupt(const struct arch_context *f)
{
    u64 vector = f->trap;
    switch (vector) {
    case VECTOR_TIMER:
        apic_end();
        return timer_expired() ? handle_timer() : handle_nothing();
    case VECTOR_SPURIOUS:
        return handle_nothing();
    }
    if (vector < VECTOR_USER_IRQS || vector >= VECTOR_USER_IRQS + USER_IRQS)
        return handle_nothing(); /* of the 8259, which want no answer when spurious */
    bool is_new = irq_arrived(vector - VECTOR_USER_IRQS);
    apic_end();
    return is_new ? handle_interrupt(vector - VECTOR_USER_IRQS) : handle_nothing();
}

/*
 * From users. Some processors (AMD) take a jump to an impossible address and say so only then: the
 * thread is put where nothing can be mapped.
 */
struct tcb *trap_handle(struct arch_context *f)
{
    ASSERT(!(cpu_flags() & FLAGS_MINDED), "no flag of a user's reaches the kernel");
    if (trap_is_impossible(f->rip))
        f->rip = ARCH_USER_TOP;
    if (f->trap >= VECTOR_EXCEPTIONS_END)
        return trap_interrupt(f);
    if (f->trap == VECTOR_NMI || f->trap == VECTOR_DOUBLE_FAULT || f->trap == VECTOR_MACHINE_CHECK)
        trap_panic(f);
    if (f->trap == VECTOR_PAGE_FAULT)
        return handle_vm_fault(cpu_cr2(), (f->error & PAGE_FAULT_FETCH) != 0, f->error);
    return handle_user_exception(f->trap, f->error);
}
