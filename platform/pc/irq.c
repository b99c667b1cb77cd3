/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * irq.c: interrupts of users (arch.h). Number n comes as vector 0x30 + n, from the pin of an I/O APIC that it was
 * issued for, or as a message of a device.
 *
 * Between its arrival and the user's acknowledgement an interrupt does not reach the kernel again. A level stays masked
 * at its pin meanwhile. An edge would be lost if it were masked: the first that comes is remembered instead, and
 * delivered at the acknowledgement; only then is the pin masked, so that a wild device costs one interrupt.
 *
 * A pin leads to one number. A handler that is issued for a pin of another's takes it; the other gets nothing more, and
 * neither its acknowledgement nor its end touches the pin.
 */
#include "irq.h"
#include "apic.h"
#include "arch.h"
#include "ioapic.h"
#include "machine.h"
#include "trap.h"

#define PCI_BUSES 256
#define PCI_DEVICES 32
#define PCI_FUNCTIONS 8

static void line_set_masked(u64 irq, const struct arch_irq *l, bool masked)
{
    if (l && l->by_pin)
        ioapic_set_masked(l->pin, (u8)(VECTOR_USER_IRQS + irq), masked);
}

/* One that was on its way when its handler ended is none. */
bool irq_arrived(u64 irq)
{
    struct arch_irq *l = irq_arch(irq);
    if (!l)
        return false;
    bool again = l->busy;
    if (again || (l->by_pin && l->pin.level))
        line_set_masked(irq, l, true);
    l->remembered = again;
    l->busy = true;
    return !again;
}

void arch_irq_mask(u64 irq)
{
    line_set_masked(irq, irq_arch(irq), true);
}
/* Handlers are issued below: none by its number alone. */
void arch_irq_unmask(u64 irq)
{
}
void arch_irq_ack(u64 irq)
{
    struct arch_irq *l = irq_arch(irq);
    bool deliver = l->remembered;
    l->remembered = false;
    l->busy = deliver;
    line_set_masked(irq, l, deliver && l->pin.level);
    if (deliver)
        irq_deliver(irq);
}
void arch_irq_forget(u64 irq)
{
}
bool arch_interrupt_pending(void)
{
    return apic_pending(VECTOR_USER_IRQS);
}

/* --- issuing handlers --- */

/* Words 2 to 5 of the message, which name the source, are below these limits. */
static enum error source_check(struct invocation *v, const u64 *limit, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (invocation_word(v, 2 + i) >= limit[i])
            return fail_range(&v->failure, 0, limit[i] - 1);
    }
    return ERROR_NONE;
}
/* (..., ioapic, pin, level, polarity, ...) */
static enum error pin_decode(struct invocation *v, struct arch_irq *line)
{
    u64 ioapic = invocation_word(v, 2);
    u64 pins = ioapic < ioapic_count() ? ioapic_pins((unsigned)ioapic) : 1;
    u64 limit[] = {ioapic_count(), pins, 2, 2};
    struct ioapic_pin pin = {(u8)ioapic, (u8)invocation_word(v, 3), invocation_word(v, 4) != 0,
                             invocation_word(v, 5) != 0};
    *line = (struct arch_irq){.by_pin = true, .pin = pin};
    return source_check(v, limit, ARRAY_LEN(limit));
}
/* (..., bus, device, function, handle, ...) */
static enum error message_decode(struct invocation *v, struct arch_irq *line)
{
    static const u64 limit[] = {PCI_BUSES, PCI_DEVICES, PCI_FUNCTIONS};
    *line = (struct arch_irq){0};
    return source_check(v, limit, ARRAY_LEN(limit));
}

/* An interrupt whose source is not named cannot be had where there are I/O APICs. */
enum error arch_irq_check(u64 irq, struct failure *f)
{
    return fail(f, ERROR_ILLEGAL_OPERATION);
}

/* (index, depth, four words that name the source, number; root) */
enum error arch_invoke_irq_control(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct slot *dest;
    struct arch_irq line;
    if (v->label != LABEL_IRQ_ISSUE_IOAPIC && v->label != LABEL_IRQ_ISSUE_MSI)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 7 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 irq = invocation_word(v, 6);
    if (irq >= USER_IRQS)
        return fail_range(f, 0, USER_IRQS - 1);
    if (irq_is_issued(irq))
        return fail(f, ERROR_REVOKE_FIRST);
    enum error error = invocation_empty_slot(v, v->extra[0]->cap, invocation_word(v, 0), invocation_word(v, 1), &dest);
    if (error == ERROR_NONE)
        error = v->label == LABEL_IRQ_ISSUE_IOAPIC ? pin_decode(v, &line) : message_decode(v, &line);
    if (error == ERROR_NONE)
        error = irq_issue(irq, v->slot, dest, f);
    if (error != ERROR_NONE)
        return error;
    *irq_arch(irq) = line;
    if (line.by_pin)
        ioapic_route(line.pin, (u8)(VECTOR_USER_IRQS + irq), apic_id());
    line_set_masked(irq, &line, false);
    return ERROR_NONE;
}
