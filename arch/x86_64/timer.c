/* SPDX-License-Identifier: GPL-3.0-only */
#include "timer.h"

#include "apic.h"
#include "arch.h"
#include "cpu.h"

typedef unsigned __int128 u128;

#define PRECISION_US 5
#define US_A_SECOND 1000000ull
#define SHIFT 32

static struct {
    u64 ticks_a_us;  /* << SHIFT */
    u64 us_a_tick;   /* << 64 */
    u64 apic_a_tick; /* ticks of the APIC's timer, << SHIFT */
    u64 deadline;
    bool by_deadline;
} timer;

/* high : 0 / by, which fits a word. */
static u64 divide_high(u64 high, u64 by)
{
    u64 quotient, rest;
    __asm__("divq %4" : "=a"(quotient), "=d"(rest) : "a"(0ull), "d"(high), "r"(by));
    return quotient;
}

void timer_init(u64 tsc_hz, u64 apic_hz)
{
    ENSURE(tsc_hz > US_A_SECOND && apic_hz < 1ull << 32, "the timers tick at a plausible rate");
    timer.ticks_a_us = ((tsc_hz << 26) / US_A_SECOND) << 6; /* the counter is slower than 2^38 Hz */
    timer.us_a_tick = divide_high(US_A_SECOND, tsc_hz);
    timer.apic_a_tick = (apic_hz << SHIFT) / tsc_hz;
    timer.by_deadline = apic_has_deadline();
    timer.deadline = ~0ull;
    apic_timer_mode(timer.by_deadline);
}

static void timer_set(void)
{
    if (timer.by_deadline) {
        cpu_msr_write(MSR_TSC_DEADLINE, timer.deadline);
        return;
    }
    u64 now = cpu_tsc();
    u64 ticks = timer.deadline > now ? (u64)((u128)(timer.deadline - now) * timer.apic_a_tick >> SHIFT) + 1 : 1;
    apic_timer_count(ticks < ~0u ? (u32)ticks : ~0u);
}

bool timer_expired(void)
{
    if (cpu_tsc() >= timer.deadline)
        return true;
    timer_set();
    return false;
}

void arch_set_deadline(u64 ticks)
{
    timer.deadline = ticks;
    timer_set();
}
u64 arch_us_to_ticks(u64 us)
{
    return (u64)((u128)us * timer.ticks_a_us >> SHIFT);
}
u64 arch_ticks_to_us(u64 ticks)
{
    return (u64)((u128)ticks * timer.us_a_tick >> 64);
}
u64 arch_timer_precision(void)
{
    return arch_us_to_ticks(PRECISION_US);
}
