/* SPDX-License-Identifier: GPL-3.0-only */
#include "timer.h"

#include "arch.h"
#include "cpu.h"

#define PRECISION_US 5
#define US_A_SECOND 1000000ull
#define TIMER_ON 1

static struct {
    u64 hz, irq;
} timer;

void timer_init(u64 hz, u64 irq)
{
    timer.hz = hz ? hz : CPU_READ(cntfrq_el0);
    timer.irq = irq;
    ENSURE(timer.hz >= US_A_SECOND && timer.hz < 1ull << 32, "the counter ticks at a plausible rate");
    arch_set_deadline(UINT64_MAX);
    CPU_WRITE(cntv_ctl_el0, TIMER_ON);
    arch_irq_unmask(irq);
}
u64 timer_irq(void)
{
    return timer.irq;
}
u64 timer_hz(void)
{
    return timer.hz;
}

void arch_set_deadline(u64 ticks)
{
    CPU_WRITE(cntv_cval_el0, ticks);
    cpu_instruction_barrier();
}
/* value * to / from, without an overflow on the way. */
static u64 convert(u64 value, u64 from, u64 to)
{
    return value / from * to + value % from * to / from;
}
u64 arch_us_to_ticks(u64 us)
{
    return convert(us, US_A_SECOND, timer.hz);
}
u64 arch_ticks_to_us(u64 ticks)
{
    return convert(ticks, timer.hz, US_A_SECOND);
}
u64 arch_timer_precision(void)
{
    return arch_us_to_ticks(PRECISION_US);
}
