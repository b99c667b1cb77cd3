/* SPDX-License-Identifier: GPL-3.0-only */
#include "thread_state.h"

#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "registers.h"
#include "vspace.h"

#define FPU_FOR_KERNEL (1u << 20) /* CPACR_EL1: users' instructions trap */
#define FPU_FOR_ALL (3u << 20)

/* --- thread pointers --- */

static bool is_current(const struct arch_context *c)
{
    const struct tcb *t = core_this()->thread;
    return t && c == &t->context;
}
void thread_pointers_save(struct arch_context *c)
{
    if (!is_current(c))
        return;
    c->tls = CPU_READ(tpidr_el0);
    c->tls_read_only = CPU_READ(tpidrro_el0);
}
static void thread_pointers_load(const struct arch_context *c)
{
    CPU_WRITE(tpidr_el0, c->tls);
    CPU_WRITE(tpidrro_el0, c->tls_read_only);
}
void thread_pointers_changed(const struct arch_context *c)
{
    if (is_current(c))
        thread_pointers_load(c);
}

/* --- FPU --- */

static void fpu_set_off(struct arm_core *c, bool off)
{
    if (c->fpu_off == off)
        return;
    CPU_WRITE(cpacr_el1, off ? FPU_FOR_KERNEL : FPU_FOR_ALL);
    c->fpu_off = off;
}
static void fpu_switch(struct arm_core *c, struct tcb *t)
{
    fpu_set_off(c, t->flags & TCB_FLAG_FPU_OFF);
    if (c->fpu_off || c->fpu_owner == t)
        return;
    if (c->fpu_owner)
        fpu_save(&c->fpu_owner->context.fpu);
    fpu_load(&t->context.fpu);
    c->fpu_owner = t;
}

/* --- switching --- */

void arch_switch_to(struct tcb *t)
{
    struct arm_core *c = core_this();
    if (c->thread != t) {
        if (c->thread)
            thread_pointers_save(&c->thread->context);
        c->thread = t;
        thread_pointers_load(&t->context);
    }
    vspace_switch(vspace_root(t->slot[TCB_VSPACE].cap));
    fpu_switch(c, t);
}

void arch_switch_to_idle(void)
{
    struct arm_core *c = core_this();
    if (c->thread)
        thread_pointers_save(&c->thread->context);
    c->thread = NULL;
    vspace_switch(window_no_users());
}

void arch_flags_changed(struct tcb *t)
{
    if (t == core_this()->thread)
        fpu_switch(core_this(), t);
}

void arch_tcb_finalise(struct tcb *t)
{
    struct arm_core *c = core_this();
    if (c->fpu_owner == t)
        c->fpu_owner = NULL;
    if (c->thread == t)
        c->thread = NULL; /* nothing is saved there any more; the kernel goes on with another thread */
}

unsigned arch_core(void)
{
    return 0;
}
