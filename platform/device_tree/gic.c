/* SPDX-License-Identifier: GPL-3.0-only */
#include "gic.h"

#include "arch.h"
#include "cpu.h"
#include "derive.h"
#include "irq.h"
#include "machine.h"
#include "machine_tree.h"
#include "own_caps.h"
#include "timer.h"
#include "window.h"

#define FIRST_DEVICE 32
#define SPURIOUS 1020 /* and the numbers behind it */

/* The distributor, and in version 3 the core's own part of it, by bytes. */
#define DIST_CONTROL 0x000
#define DIST_TYPE 0x004
#define DIST_GROUP 0x080
#define DIST_ON 0x100
#define DIST_OFF 0x180
#define DIST_PRIORITY 0x400
#define DIST_TARGETS 0x800 /* version 2: a byte an interrupt */
#define DIST_TRIGGER 0xc00 /* two bits an interrupt, the upper: by edge */
#define DIST_SGI 0xf00     /* version 2: sends one */
#define SGI_TARGETS 8
#define DIST_ROUTES 0x6000 /* version 3: a word of 64 bits an interrupt */
#define CONTROL_ON 1u
#define CONTROL_ON_AFFINE 0x12u /* version 3: group 1, routing by affinity */
#define CONTROL_PENDING (1u << 31)
#define PRIORITY 0xa0a0a0a0u

/* The core's interface of version 2. */
#define CORE_CONTROL 0x00
#define CORE_PRIORITY 0x04
#define CORE_TAKE 0x0c
#define CORE_END 0x10

/* Redistributors of version 3: two frames of 64 KiB a core, with virtual ones four. */
#define REDIST_TYPE 0x008
#define REDIST_WAKE 0x014
#define REDIST_FRAME 0x10000
#define TYPE_VIRTUAL (1u << 1)
#define TYPE_LAST (1u << 4)
#define WAKE_SLEEP (1u << 1)
#define WAKE_ASLEEP (1u << 2)

static struct {
    bool by_registers;               /* version 3 */
    volatile u8 *distributor, *core; /* core: its interface, or its redistributor's frame of interrupts */
    u64 irqs;
} gic;

static volatile u32 *word_at(volatile u8 *base, u64 at)
{
    return (volatile u32 *)(base + at);
}
/* Where the registers of irq's part are: in version 3 those below 32 are the redistributor's. */
static volatile u8 *part_of(u64 irq)
{
    return gic.by_registers && irq < FIRST_DEVICE ? gic.core : gic.distributor;
}
static void set_bit(u64 array, u64 irq)
{
    *word_at(part_of(irq), array + irq / 32 * 4) = 1u << irq % 32;
}

/* --- the way an interrupt goes --- */

u64 machine_irq_take(void)
{
    u64 irq = gic.by_registers ? CPU_READ(s3_0_c12_c12_0) /* ICC_IAR1_EL1 */ : *word_at(gic.core, CORE_TAKE);
    if (gic.by_registers)
        cpu_barrier();
    return (irq & 0xffffff) >= SPURIOUS && (irq & 0xffffff) < SPURIOUS + 4 ? MACHINE_NO_IRQ : irq;
}
void machine_irq_end(u64 irq)
{
    if (gic.by_registers)
        CPU_WRITE(s3_0_c12_c12_1, irq); /* ICC_EOIR1_EL1 */
    else
        *word_at(gic.core, CORE_END) = (u32)irq;
    cpu_instruction_barrier();
}
bool arch_interrupt_pending(void)
{
    return CPU_READ(isr_el1) >> 7 & 1;
}

void arch_irq_mask(u64 irq)
{
    set_bit(DIST_OFF, irq);
}
void arch_irq_unmask(u64 irq)
{
    set_bit(DIST_ON, irq);
}
void arch_irq_ack(u64 irq)
{
    arch_irq_unmask(irq);
}
void arch_irq_forget(u64 irq)
{
    arch_irq_mask(irq);
}

/* --- from core to core --- */

bool machine_sgi_names(u64 core)
{
    return core <= (gic.by_registers ? 0xffffffffu : SGI_TARGETS - 1);
}
/* Of version 3: affinities 3 to 1 each in their place, the lowest as a bit of 16 in its group. */
static u64 sgi_register(u64 irq, u64 core)
{
    u64 lowest = core & 0xff, range = lowest / 16;
    return (core >> 24 & 0xff) << 48 | range << 44 | (core >> 16 & 0xff) << 32 | irq << 24 | (core >> 8 & 0xff) << 16 |
           1u << lowest % 16;
}
void machine_sgi_send(u64 irq, u64 core)
{
    cpu_barrier(); /* what was written before is seen by who is interrupted */
    if (gic.by_registers)
        CPU_WRITE(s3_0_c12_c11_5, sgi_register(irq, core)); /* ICC_SGI1R_EL1 */
    else
        *word_at(gic.distributor, DIST_SGI) = 1u << (16 + core) | (u32)irq;
    cpu_instruction_barrier();
}

/* --- start --- */

static void part_init(volatile u8 *part, u64 first, u64 end)
{
    for (u64 irq = first; irq < end; irq += 32) {
        *word_at(part, DIST_OFF + irq / 8) = ~0u;
        if (gic.by_registers)
            *word_at(part, DIST_GROUP + irq / 8) = ~0u;
    }
    for (u64 irq = first; irq < end; irq += 4)
        *word_at(part, DIST_PRIORITY + irq) = PRIORITY;
}
static volatile u8 *region(unsigned i)
{
    ENSURE(i < machine_tree.gic.n, "the device tree tells where the interrupt controller's parts are");
    struct boot_range r = machine_tree.gic.region[i];
    volatile u8 *at = window_device(r.start, r.end - r.start);
    ENSURE(at, "there is room for the interrupt controller's registers");
    return at;
}

static void core_init_v2(void)
{
    gic.core = region(1);
    /* This core's bit is what the targets of its own interrupts read as; a controller for one core has none. */
    u32 targets = *word_at(gic.distributor, DIST_TARGETS);
    for (u64 irq = FIRST_DEVICE; irq < gic.irqs; irq += 4)
        *word_at(gic.distributor, DIST_TARGETS + irq) = targets;
    part_init(gic.distributor, 0, gic.irqs);
    *word_at(gic.distributor, DIST_CONTROL) = CONTROL_ON;
    *word_at(gic.core, CORE_PRIORITY) = 0xff;
    *word_at(gic.core, CORE_CONTROL) = CONTROL_ON;
}

static u64 affinity(void)
{
    u64 id = CPU_READ(mpidr_el1);
    return (id & 0xffffff) | (id >> 32 & 0xff) << 24;
}
static volatile u8 *redistributor_in(unsigned i)
{
    volatile u8 *at = region(i), *end = at + (machine_tree.gic.region[i].end - machine_tree.gic.region[i].start);
    while (at < end) {
        u64 type = *(volatile u64 *)(at + REDIST_TYPE);
        if (type >> 32 == affinity())
            return at;
        if (type & TYPE_LAST)
            return NULL;
        at += (type & TYPE_VIRTUAL ? 4 : 2) * REDIST_FRAME;
    }
    return NULL;
}
static volatile u8 *redistributor(void)
{
    volatile u8 *found = NULL;
    for (unsigned i = 1; i < machine_tree.gic.n && !found; i++)
        found = redistributor_in(i);
    ENSURE(found, "this core has a redistributor");
    return found;
}
static void settle(void)
{
    while (*word_at(gic.distributor, DIST_CONTROL) & CONTROL_PENDING)
        continue;
}
static void core_init_v3(void)
{
    CPU_WRITE(s3_0_c12_c12_5, CPU_READ(s3_0_c12_c12_5) | 1); /* ICC_SRE_EL1: system registers */
    cpu_instruction_barrier();
    ENSURE(CPU_READ(s3_0_c12_c12_5) & 1, "the interrupt controller is to be had by system registers");
    volatile u8 *own = redistributor();
    *word_at(own, REDIST_WAKE) &= ~WAKE_SLEEP;
    while (*word_at(own, REDIST_WAKE) & WAKE_ASLEEP)
        continue;
    gic.core = own + REDIST_FRAME;
    *word_at(gic.distributor, DIST_CONTROL) = CONTROL_ON_AFFINE;
    settle();
    part_init(gic.core, 0, FIRST_DEVICE);
    part_init(gic.distributor, FIRST_DEVICE, gic.irqs);
    u64 id = CPU_READ(mpidr_el1) & 0xff00ffffffull;
    for (u64 irq = FIRST_DEVICE; irq < gic.irqs; irq++)
        *(volatile u64 *)(gic.distributor + DIST_ROUTES + 8 * irq) = id;
    settle();
    CPU_WRITE(s3_0_c4_c6_0, 0xff); /* ICC_PMR_EL1: all priorities */
    CPU_WRITE(s3_0_c12_c12_7, 1);  /* ICC_IGRPEN1_EL1 */
    cpu_instruction_barrier();
}
void gic_init(void)
{
    ENSURE(machine_tree.gic.version, "the device tree tells of an interrupt controller, a GIC of version 2 or 3");
    gic.by_registers = machine_tree.gic.version == 3;
    gic.distributor = region(0);
    gic.irqs = 32 * ((*word_at(gic.distributor, DIST_TYPE) & 31) + 1);
    gic.irqs = gic.irqs < SPURIOUS ? gic.irqs : SPURIOUS;
    if (gic.by_registers)
        core_init_v3();
    else
        core_init_v2();
}
u64 gic_irqs(void)
{
    return gic.irqs;
}

/* --- issuing handlers --- */

enum error arch_irq_check(u64 irq, struct failure *f)
{
    if (irq >= gic.irqs)
        return fail_range(f, 0, gic.irqs - 1);
    return irq == timer_irq() ? fail(f, ERROR_REVOKE_FIRST) : ERROR_NONE; /* the kernel's */
}
static void set_trigger(u64 irq, bool by_edge)
{
    volatile u32 *kinds = word_at(part_of(irq), DIST_TRIGGER + irq / 16 * 4);
    u32 bit = 2u << irq % 16 * 2;
    *kinds = by_edge ? *kinds | bit : *kinds & ~bit;
}
/* (number, by edge, index, depth; root) */
static enum error issue_by_trigger(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct slot *dest;
    u64 irq = invocation_word(v, 0);
    bool by_edge = invocation_word(v, 1) != 0;
    enum error error = arch_irq_check(irq, f);
    if (error)
        return error;
    if (irq_is_issued(irq))
        return fail(f, ERROR_REVOKE_FIRST);
    error = invocation_empty_slot(v, v->extra[0]->cap, invocation_word(v, 2), invocation_word(v, 3), &dest);
    if (!error)
        error = irq_issue(irq, v->slot, dest, f);
    if (error)
        return error;
    set_trigger(irq, by_edge);
    arch_irq_unmask(irq);
    return ERROR_NONE;
}
/* (number, core, index, depth; root) */
static enum error issue_sgi(struct invocation *v)
{
    struct slot *dest;
    u64 irq = invocation_word(v, 0), core = invocation_word(v, 1);
    if (irq >= MACHINE_SGIS)
        return fail_range(&v->failure, 0, MACHINE_SGIS - 1);
    if (!machine_sgi_names(core))
        return fail_argument(&v->failure, 1);
    enum error error = invocation_empty_slot(v, v->extra[0]->cap, invocation_word(v, 2), invocation_word(v, 3), &dest);
    if (!error)
        derive_original(v->slot, dest, sgi_cap(irq, core));
    return error;
}
enum error arch_invoke_irq_control(struct invocation *v)
{
    if (v->label != LABEL_IRQ_ISSUE_TRIGGER && v->label != LABEL_IRQ_ISSUE_SGI)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    if (v->words < 4 || v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    return v->label == LABEL_IRQ_ISSUE_SGI ? issue_sgi(v) : issue_by_trigger(v);
}
