/* SPDX-License-Identifier: GPL-3.0-only */
#include "thread_state.h"

#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "registers.h"
#include "vspace.h"

#define FPU_CONTROL 0x37f     /* all exceptions masked, 64-bit precision */
#define VECTOR_CONTROL 0x1f80 /* all exceptions masked */
#define FXSAVE_CONTROL 0
#define FXSAVE_VECTOR_CONTROL 24

/* --- bases --- */

static bool users_set_bases(void)
{
    return cpu_cr4() & CR4_FSGSBASE;
}
static bool is_current(const struct arch_context *c)
{
    const struct tcb *t = core_thread();
    return t && c == &t->context;
}

/* The user's GS base is the one put aside. */
void thread_pointers_save(struct arch_context *c)
{
    if (is_current(c) && users_set_bases())
        __asm__ volatile("rdfsbase %0; swapgs; rdgsbase %1; swapgs" : "=r"(c->fs_base), "=r"(c->gs_base));
}
static void thread_pointers_load(const struct arch_context *c)
{
    if (users_set_bases()) {
        __asm__ volatile("wrfsbase %0; swapgs; wrgsbase %1; swapgs" : : "r"(c->fs_base), "r"(c->gs_base));
        return;
    }
    cpu_msr_write(MSR_FS_BASE, c->fs_base);
    cpu_msr_write(MSR_KERNEL_GS_BASE, c->gs_base);
}
/* old, which has the processor, gives way to next; there may be no old one. */
static void thread_pointers_switch(struct arch_context *old, const struct arch_context *next)
{
    if (old && users_set_bases())
        __asm__ volatile("rdfsbase %0; wrfsbase %2; swapgs; rdgsbase %1; wrgsbase %3; swapgs"
                         : "=&r"(old->fs_base), "=&r"(old->gs_base)
                         : "r"(next->fs_base), "r"(next->gs_base));
    else
        thread_pointers_load(next);
}
void thread_pointers_changed(const struct arch_context *c)
{
    if (is_current(c))
        thread_pointers_load(c);
}

/* --- FPU --- */

void fpu_state_init(struct arch_context *c)
{
    *(u16 *)(c->fpu + FXSAVE_CONTROL) = FPU_CONTROL;
    *(u32 *)(c->fpu + FXSAVE_VECTOR_CONTROL) = VECTOR_CONTROL;
}

static void fpu_set_off(struct x86_core *c, bool off)
{
    if (c->fpu_off == off)
        return;
    cpu_cr0_set(off ? cpu_cr0() | CR0_TASK_SWITCHED : cpu_cr0() & ~(u64)CR0_TASK_SWITCHED);
    c->fpu_off = off;
}
static void fpu_switch(struct x86_core *c, struct tcb *t)
{
    fpu_set_off(c, t->flags & TCB_FLAG_FPU_OFF);
    if (c->fpu_off || c->fpu_owner == t)
        return;
    if (c->fpu_owner)
        __asm__ volatile("fxsave64 %0" : "=m"(c->fpu_owner->context.fpu));
    __asm__ volatile("fxrstor64 %0" : : "m"(t->context.fpu));
    c->fpu_owner = t;
}

/* --- switching --- */

static void frame_switch(struct x86_core *c, struct tcb *t)
{
    c->tss.rsp0 = (u64)&t->context + ARCH_FRAME_BYTES;
}

void arch_switch_to(struct tcb *t)
{
    struct x86_core *c = core_this();
    struct tcb *old = core_thread();
    ASSERT(!(cpu_flags() & FLAGS_MINDED), "no flag of a user's reaches the kernel");
    if (old != t) {
        thread_pointers_switch(old ? &old->context : NULL, &t->context);
        frame_switch(c, t);
    }
    vspace_switch(vspace_root(t->slot[TCB_VSPACE].cap));
    fpu_switch(c, t);
}

void arch_switch_to_idle(void)
{
    struct x86_core *c = core_this();
    struct tcb *old = core_thread();
    if (old && old != c->idle)
        thread_pointers_save(&old->context);
    frame_switch(c, c->idle);
    vspace_switch(window_pml4());
}

void arch_flags_changed(struct tcb *t)
{
    if (t == core_thread())
        fpu_switch(core_this(), t);
}

void arch_tcb_finalise(struct tcb *t)
{
    struct x86_core *c = core_this();
    if (c->fpu_owner == t)
        c->fpu_owner = NULL;
    if (t == core_thread())
        c->tss.rsp0 = 0; /* nothing is saved there any more; the kernel goes on with another thread */
}

unsigned arch_core(void)
{
    return 0;
}
