/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cpu.h: single instructions of the processor that C has no words for. Nothing here knows the kernel.
 */
#ifndef LONA_X86_CPU_H
#define LONA_X86_CPU_H

#include <lona/base.h>

#define CPU_CALL_BYTES 1 /* at least, of the instruction that a return address is behind */

enum cpu_msr {
    MSR_APIC_BASE = 0x1b,
    MSR_TSC_DEADLINE = 0x6e0,
    MSR_PAT = 0x277,
    MSR_EFER = 0xc0000080,
    MSR_STAR = 0xc0000081,
    MSR_LSTAR = 0xc0000082,
    MSR_FMASK = 0xc0000084,
    MSR_FS_BASE = 0xc0000100,
    MSR_GS_BASE = 0xc0000101,
    MSR_KERNEL_GS_BASE = 0xc0000102,
};

#define CR0_TASK_SWITCHED (1u << 3)
#define CR4_GLOBAL_PAGES (1u << 7)
#define CR4_FSGSBASE (1u << 16)
#define EFER_NO_EXECUTE (1u << 11)

#define FLAG_RESERVED 0x2u
#define FLAG_TRAP 0x100u
#define FLAG_INTERRUPTS 0x200u
/* What the kernel or C would mind, and users can set some of: TF, IF, DF, IOPL, NT, AC. The kernel runs without. */
#define FLAGS_MINDED 0x47700u

struct cpuid {
    u32 a, b, c, d;
};
static inline struct cpuid cpu_id(u32 leaf, u32 subleaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
    return r;
}

static inline u64 cpu_msr_read(enum cpu_msr msr)
{
    u32 low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (u64)high << 32 | low;
}
static inline void cpu_msr_write(enum cpu_msr msr, u64 value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

static inline u64 cpu_flags(void)
{
    u64 r;
    __asm__ volatile("pushfq; pop %0" : "=r"(r));
    return r;
}
static inline u64 cpu_cr0(void)
{
    u64 r;
    __asm__ volatile("mov %%cr0, %0" : "=r"(r));
    return r;
}
static inline void cpu_cr0_set(u64 value)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}
static inline u64 cpu_cr2(void)
{
    u64 r;
    __asm__ volatile("mov %%cr2, %0" : "=r"(r));
    return r;
}
static inline u64 cpu_cr3(void)
{
    u64 r;
    __asm__ volatile("mov %%cr3, %0" : "=r"(r));
    return r;
}
static inline void cpu_cr3_set(u64 value)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}
static inline u64 cpu_cr4(void)
{
    u64 r;
    __asm__ volatile("mov %%cr4, %0" : "=r"(r));
    return r;
}
static inline void cpu_cr4_set(u64 value)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}
static inline void cpu_page_forget(u64 address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline u64 cpu_tsc(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
}
static inline u64 cpu_frame(void)
{
    return (u64)__builtin_frame_address(0);
}
static inline NORETURN void cpu_stop(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

static inline u8 cpu_in8(u16 port)
{
    u8 r;
    __asm__ volatile("inb %1, %0" : "=a"(r) : "Nd"(port));
    return r;
}
static inline u16 cpu_in16(u16 port)
{
    u16 r;
    __asm__ volatile("inw %1, %0" : "=a"(r) : "Nd"(port));
    return r;
}
static inline u32 cpu_in32(u16 port)
{
    u32 r;
    __asm__ volatile("inl %1, %0" : "=a"(r) : "Nd"(port));
    return r;
}
static inline void cpu_out8(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
static inline void cpu_out16(u16 port, u16 value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}
static inline void cpu_out32(u16 port, u32 value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

#endif
