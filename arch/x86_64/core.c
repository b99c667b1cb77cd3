/* SPDX-License-Identifier: GPL-3.0-only */
#include "core.h"

#include "cpu.h"
#include "layout.h"
#include "trap.h"

#define EMERGENCY_STACK_BYTES 4096
#define GATE_INTERRUPT 0x8e
#define GATE_USER 0x60
#define SEGMENT_KERNEL_CODE 0x00209a0000000000
#define SEGMENT_KERNEL_DATA 0x0000920000000000
#define SEGMENT_USER_CODE 0x0020fa0000000000
#define SEGMENT_USER_DATA 0x0000f20000000000
#define SEGMENT_TSS 0x0000890000000000

#define CR4_NO_USER_EXECUTION (1u << 20) /* SMEP */
#define CR4_NO_USER_ACCESS (1u << 21)    /* SMAP */
#define CR4_NO_USER_TABLES (1u << 11)    /* UMIP */

struct PACKED table_pointer {
    u16 limit;
    u64 base;
};
struct gate {
    u16 offset_low, selector;
    u8 stack, kind;
    u16 offset_middle;
    u32 offset_high, reserved;
};

extern u8 kernel_stack_top[];

struct x86_core core_boot;
static u64 segments[SELECTOR_TSS / 8 + 2];
static struct gate gates[VECTORS];
static u8 emergency_stack[EMERGENCY_STACK_BYTES] __attribute__((aligned(16)));

static void segments_init(struct x86_core *c)
{
    u64 base = (u64)&c->tss;
    segments[SELECTOR_KERNEL_CODE / 8] = SEGMENT_KERNEL_CODE;
    segments[SELECTOR_KERNEL_DATA / 8] = SEGMENT_KERNEL_DATA;
    segments[SELECTOR_USER_DATA / 8] = SEGMENT_USER_DATA;
    segments[SELECTOR_USER_CODE / 8] = SEGMENT_USER_CODE;
    segments[SELECTOR_TSS / 8] =
        SEGMENT_TSS | (sizeof c->tss - 1) | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
    segments[SELECTOR_TSS / 8 + 1] = base >> 32;
    struct table_pointer pointer = {sizeof segments - 1, (u64)segments};
    __asm__ volatile("lgdt %0" : : "m"(pointer) : "memory");
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS));
    __asm__ volatile("push %q0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:"
                     :
                     : "i"(SELECTOR_KERNEL_CODE)
                     : "rax", "memory");
    __asm__ volatile("mov %w0, %%ss; mov %w1, %%ds; mov %w1, %%es; mov %w1, %%fs; mov %w1, %%gs"
                     :
                     : "r"(SELECTOR_KERNEL_DATA), "r"(0));
}

/* What may come at any time, also when the kernel's stack is not to be trusted, has a stack of its own. */
static bool is_emergency(unsigned vector)
{
    return vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK;
}
static void gates_init(void)
{
    for (unsigned i = 0; i < VECTORS; i++) {
        u64 stub = (u64)trap_stubs + 16ull * i;
        bool for_users = i == VECTOR_BREAKPOINT || i == VECTOR_OVERFLOW;
        gates[i] = (struct gate){.offset_low = (u16)stub,
                                 .offset_middle = (u16)(stub >> 16),
                                 .offset_high = (u32)(stub >> 32),
                                 .selector = SELECTOR_KERNEL_CODE,
                                 .stack = is_emergency(i),
                                 .kind = GATE_INTERRUPT | (for_users ? GATE_USER : 0)};
    }
    struct table_pointer pointer = {sizeof gates - 1, (u64)gates};
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

/* SYSRET takes its selectors from the one before the user's data segment. */
static void syscall_init(void)
{
    u64 user_base = SELECTOR_USER_DATA - 8;
    cpu_msr_write(MSR_STAR, user_base << 48 | (u64)SELECTOR_KERNEL_CODE << 32);
    cpu_msr_write(MSR_LSTAR, (u64)trap_syscall);
    cpu_msr_write(MSR_FMASK, FLAGS_MINDED);
}

static void features_init(void)
{
    struct cpuid features = cpu_id(0, 0).a >= 7 ? cpu_id(7, 0) : (struct cpuid){0};
    u64 cr4 = cpu_cr4();
    if (features.b & 1u << 0)
        cr4 |= CR4_FSGSBASE;
    if (features.b & 1u << 7)
        cr4 |= CR4_NO_USER_EXECUTION;
    if (features.b & 1u << 20)
        cr4 |= CR4_NO_USER_ACCESS;
    if (features.c & 1u << 2)
        cr4 |= CR4_NO_USER_TABLES;
    cpu_cr4_set(cr4);
}

void core_init(void)
{
    struct x86_core *c = &core_boot;
    c->stack = (u64)kernel_stack_top;
    c->tss.interrupt_stack[0] = (u64)emergency_stack + sizeof emergency_stack;
    c->tss.port_map = sizeof c->tss; /* none: users reach no port */
    c->root = cpu_cr3();
    segments_init(c);
    gates_init();
    cpu_msr_write(MSR_GS_BASE, (u64)c);
    syscall_init();
    features_init();
    __asm__ volatile("fninit");
}
