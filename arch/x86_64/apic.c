/* SPDX-License-Identifier: GPL-3.0-only */
#include "apic.h"

#include "cpu.h"
#include "trap.h"
#include "window.h"

#define BASE_ENABLED (1u << 11)
#define BASE_X2APIC (1u << 10)
#define X2APIC_MSRS 0x800

enum apic_register {
    APIC_ID = 0x20,
    APIC_PRIORITY = 0x80,
    APIC_END = 0xb0,
    APIC_SPURIOUS = 0xf0,
    APIC_REQUESTED = 0x200, /* eight, one bit a vector */
    APIC_TIMER = 0x320,
    APIC_LINT0 = 0x350,
    APIC_LINT1 = 0x360,
    APIC_ERROR = 0x370,
    APIC_TIMER_START = 0x380,
    APIC_TIMER_NOW = 0x390,
    APIC_TIMER_DIVIDER = 0x3e0,
};
#define SPURIOUS_ENABLE (1u << 8)
#define ENTRY_MASKED (1u << 16)
#define TIMER_DEADLINE (2u << 17)
#define DIVIDE_BY_1 0xb

static struct {
    volatile u32 *registers;
    bool by_msr;
} apic;

static u32 apic_read(unsigned at)
{
    return apic.by_msr ? (u32)cpu_msr_read((enum cpu_msr)(X2APIC_MSRS + (at >> 4))) : apic.registers[at / 4];
}
static void apic_write(unsigned at, u32 value)
{
    if (apic.by_msr)
        cpu_msr_write((enum cpu_msr)(X2APIC_MSRS + (at >> 4)), value);
    else
        apic.registers[at / 4] = value;
}

void apic_init(u64 physical)
{
    u64 base = cpu_msr_read(MSR_APIC_BASE);
    ENSURE(base & BASE_ENABLED, "the firmware leaves the local APIC on");
    apic.by_msr = base & BASE_X2APIC;
    if (!apic.by_msr)
        apic.registers = window_device(physical, 4096);
    ENSURE(apic.by_msr || apic.registers, "there is room for the local APIC's registers");
    apic_write(APIC_PRIORITY, 0);
    apic_write(APIC_TIMER, ENTRY_MASKED | VECTOR_TIMER);
    apic_write(APIC_LINT0, ENTRY_MASKED);
    apic_write(APIC_LINT1, ENTRY_MASKED);
    apic_write(APIC_ERROR, ENTRY_MASKED | VECTOR_SPURIOUS);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
}

u32 apic_id(void)
{
    return apic.by_msr ? apic_read(APIC_ID) : apic_read(APIC_ID) >> 24;
}

void apic_end(void)
{
    apic_write(APIC_END, 0);
}

bool apic_pending(unsigned first)
{
    for (unsigned i = first / 32; i < 8; i++) {
        u32 wanted = i == first / 32 ? ~0u << first % 32 : ~0u;
        if (apic_read(APIC_REQUESTED + 16 * i) & wanted)
            return true;
    }
    return false;
}

bool apic_has_deadline(void)
{
    return cpu_id(1, 0).c >> 24 & 1;
}

void apic_timer_mode(bool deadline)
{
    apic_write(APIC_TIMER_DIVIDER, DIVIDE_BY_1);
    apic_write(APIC_TIMER, VECTOR_TIMER | (deadline ? TIMER_DEADLINE : 0));
    __asm__ volatile("mfence" : : : "memory"); /* the mode is set before the first deadline is */
}
void apic_timer_count(u32 ticks)
{
    apic_write(APIC_TIMER_START, ticks);
}
u32 apic_timer_left(void)
{
    return apic_read(APIC_TIMER_NOW);
}
