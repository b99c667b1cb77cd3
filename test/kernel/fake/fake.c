/* SPDX-License-Identifier: GPL-3.0-only */
/* fake.c: arch.h for tests on the host: time and interrupts are variables, address spaces are not there.
 */
#include "fake.h"

#include "kernel.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

u64 fake_time, fake_deadline;
unsigned fake_interrupt_every, fake_acks;
u64 fake_cleaned, fake_cleaned_at_once;
static unsigned asked;

void lona_panic(const char *file, int line, const char *rule)
{
    printf("%s:%d: broken rule: %s\n", file, line, rule);
    abort();
}
void arch_context_init(struct arch_context *c)
{
    memset(c, 0, sizeof *c);
}
void arch_rewind_syscall(struct arch_context *c)
{
    c->program_counter -= FAKE_SYSCALL_BYTES;
}
u64 arch_program_counter(const struct arch_context *c)
{
    return c->program_counter;
}
void arch_start_at(struct arch_context *c, u64 program_counter, u64 argument)
{
    c->program_counter = program_counter;
    arch_set(c, ARCH_CAP, argument);
}
u64 arch_register_read(const struct arch_context *c, unsigned i)
{
    return i == 0 ? c->program_counter : i <= FAKE_REGISTERS ? c->registers[i - 1] : c->tls_base;
}
void arch_register_write(struct arch_context *c, unsigned i, u64 value)
{
    *(i == 0 ? &c->program_counter : i <= FAKE_REGISTERS ? &c->registers[i - 1] : &c->tls_base) = value;
}
void arch_set_tls_base(struct arch_context *c, u64 base)
{
    c->tls_base = base;
}
void arch_registers_changed(struct tcb *t)
{
}
u64 arch_fault_word(const struct tcb *t, unsigned i)
{
    return arch_register_read(&t->context, i % ARCH_REGISTERS);
}
void arch_fault_answer(struct tcb *t, enum fault_kind kind, unsigned i, u64 value)
{
    arch_register_write(&t->context, i % ARCH_REGISTERS, value);
}

void arch_switch_to(struct tcb *t)
{
}
void arch_switch_to_idle(void)
{
}
void arch_idle_init(struct arch_context *c)
{
}
void arch_flags_changed(struct tcb *t)
{
}
void arch_tcb_finalise(struct tcb *t)
{
}
unsigned arch_core(void)
{
    return 0;
}
void arch_memory_cleared(void *start, u64 bytes)
{
    fake_cleaned += bytes;
    fake_cleaned_at_once = bytes > fake_cleaned_at_once ? bytes : fake_cleaned_at_once;
}

enum error arch_cap_derive(struct cap c, struct cap *copy, struct failure *f)
{
    *copy = c;
    return ERROR_NONE;
}
struct cap arch_cap_mask_rights(struct cap c, unsigned rights)
{
    return cap_is(c, CAP_FRAME) ? cap_with_rights(c, cap_rights(c) & rights) : c;
}
struct cap arch_cap_with_data(struct cap c, u64 data, bool mutate)
{
    return c;
}
bool arch_cap_memory(struct cap c, u64 *physical, unsigned *bits)
{
    *physical = cap_physical(c);
    *bits = cap_is(c, CAP_FRAME) && cap_size(c) ? cap_size(c) : ARCH_PAGE_BITS;
    return true;
}
bool arch_cap_contains(struct cap parent, struct cap child)
{
    return cap_type(parent) == cap_type(child) && cap_physical(parent) == cap_physical(child);
}
bool arch_cap_same_object(struct cap a, struct cap b)
{
    return arch_cap_contains(a, b);
}
void arch_cap_finalise(struct cap c, bool is_final)
{
}
unsigned arch_object_bits(enum object_type type)
{
    if (type == OBJECT_ABSENT)
        return 0;
    return type == OBJECT_LARGE_FRAME ? FAKE_LARGE_BITS : ARCH_PAGE_BITS;
}
bool arch_object_is_frame(enum object_type type)
{
    return type == OBJECT_FRAME || type == OBJECT_LARGE_FRAME;
}
struct cap arch_object_create(enum object_type type, u64 physical, bool device)
{
    if (!arch_object_is_frame(type))
        return cap_make(CAP_VSPACE, physical, 0, 0, 0, 0);
    return cap_make(CAP_FRAME, physical, arch_object_bits(type), device, RIGHT_READ | RIGHT_WRITE, 0);
}
enum error arch_invoke(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
enum error arch_invoke_irq_control(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
bool arch_is_vspace(struct cap c)
{
    return cap_is(c, CAP_VSPACE);
}
enum error arch_check_buffer(struct cap c, u64 address, struct failure *f)
{
    if (!cap_is(c, CAP_FRAME))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    return address % 1024 ? fail(f, ERROR_ALIGNMENT) : ERROR_NONE;
}

void arch_set_deadline(u64 ticks)
{
    fake_deadline = ticks;
}
u64 arch_us_to_ticks(u64 us)
{
    return us * 10;
}
u64 arch_ticks_to_us(u64 ticks)
{
    return ticks / 10;
}
u64 arch_timer_precision(void)
{
    return 0;
}

enum error arch_irq_check(u64 irq, struct failure *f)
{
    return irq > FAKE_IRQ_MAX ? fail_range(f, 0, FAKE_IRQ_MAX) : ERROR_NONE;
}
void arch_irq_mask(u64 irq)
{
}
void arch_irq_unmask(u64 irq)
{
}
void arch_irq_ack(u64 irq)
{
    fake_acks++;
}
void arch_irq_forget(u64 irq)
{
}
bool arch_interrupt_pending(void)
{
    return fake_interrupt_every && ++asked % fake_interrupt_every == 0;
}
void arch_putc(char c)
{
    putchar(c);
}
void arch_halt(void)
{
    abort();
}

struct cap arch_boot_vspace(u64 start, u64 end)
{
    return arch_object_create(OBJECT_VSPACE, arch_physical(boot_object(ARCH_PAGE_BITS)), false);
}
struct cap arch_boot_map(struct cap vspace, u64 physical, u64 address)
{
    return arch_object_create(OBJECT_FRAME, physical, false);
}
struct cap arch_boot_cap(unsigned slot)
{
    return cap_null();
}
