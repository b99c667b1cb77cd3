/* SPDX-License-Identifier: GPL-3.0-only */
/* What came in by entry.S: which of the kernel's handlers it is for. */
#include "trap.h"

#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "kernel.h"
#include "machine.h"
#include "panic.h"
#include "timer.h"

STATIC_ASSERT(offsetof(struct tcb, context) == TCB_CONTEXT, "entry.S knows where a thread's context is");

struct tcb *trap_exception(u64 syndrome);
struct tcb *trap_interrupt(void);
NORETURN void trap_panic(const struct arch_context *frame);

static void registers_print(const struct arch_context *c)
{
    kernel_print("  pc  %016lx sp  %016lx lr  %016lx spsr %lx\n", c->pc, c->sp, c->x[30], c->spsr);
    for (unsigned i = 0; i < 30; i++)
        kernel_print("%sx%u %s%016lx%s", i % 5 ? " " : "  ", i, i < 10 ? " " : "", c->x[i], i % 5 == 4 ? "\n" : "");
    kernel_print("  far %016lx ttbr0 %016lx\n", CPU_READ(far_el1), CPU_READ(ttbr0_el1));
}

void trap_panic(const struct arch_context *c)
{
    panic_begin();
    kernel_print("\nkernel trap, syndrome %lx\n", CPU_READ(esr_el1));
    registers_print(c);
    panic_from(c->pc, c->x[29], "the kernel raises no exception, and the machine none of its own");
}

/* Tells the controller before the kernel looks at it: what the interrupt is for may be long work. */
struct tcb *trap_interrupt(void)
{
    u64 irq = machine_irq_take();
    if (irq == MACHINE_NO_IRQ)
        return handle_nothing();
    bool is_timer = irq == timer_irq();
    if (!is_timer)
        arch_irq_mask(irq);
    machine_irq_end(irq);
    return is_timer ? handle_timer() : handle_interrupt(irq);
}

/* From users, but for system calls. */
struct tcb *trap_exception(u64 syndrome)
{
    switch (syndrome_class(syndrome)) {
    case CLASS_DATA_ABORT:
    case CLASS_INSTRUCTION_ABORT:
        return handle_vm_fault(CPU_READ(far_el1), syndrome_class(syndrome) == CLASS_INSTRUCTION_ABORT, (u32)syndrome);
    }
    return handle_user_exception((u32)syndrome, 0);
}
