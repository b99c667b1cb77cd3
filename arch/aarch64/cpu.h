/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cpu.h: single instructions of the processor that C has no words for. Nothing here knows the kernel.
 */
#ifndef LONA_ARM_CPU_H
#define LONA_ARM_CPU_H

#include <lona/base.h>

#define CPU_CALL_BYTES 4 /* of the instruction that a return address is behind */

/* System registers by their names. */
#define CPU_READ(name)                                     \
    ({                                                     \
        u64 value_;                                        \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })
#define CPU_WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((u64)(value)) : "memory")

static inline void cpu_instruction_barrier(void)
{
    __asm__ volatile("isb" : : : "memory");
}
/* What was written to tables is seen by whoever walks them. */
static inline void cpu_tables_written(void)
{
    __asm__ volatile("dsb ishst; isb" : : : "memory");
}
static inline void cpu_barrier(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

/* Translations: of one page, of an address space, of all. Entries were changed before. */
static inline void cpu_forget_page(u64 asid, u64 address)
{
    u64 what = asid << 48 | (address >> 12 & 0xfffffffffffull);
    __asm__ volatile("dsb ishst; tlbi vae1is, %0; dsb ish; isb" : : "r"(what) : "memory");
}
static inline void cpu_forget_space(u64 asid)
{
    __asm__ volatile("dsb ishst; tlbi aside1is, %0; dsb ish; isb" : : "r"(asid << 48) : "memory");
}
static inline void cpu_forget_all(void)
{
    __asm__ volatile("dsb ishst; tlbi vmalle1is; dsb ish; isb" : : : "memory");
}

static inline u64 cpu_counter(void)
{
    u64 count;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count) : : "memory");
    return count;
}
static inline u64 cpu_frame(void)
{
    return (u64)__builtin_frame_address(0);
}
static inline NORETURN void cpu_stop(void)
{
    for (;;)
        __asm__ volatile("msr daifset, #15; wfi" : : : "memory");
}

#endif
