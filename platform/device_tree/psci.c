/* SPDX-License-Identifier: GPL-3.0-only */
/* The firmware's power calls (Arm DEN 0022), as the device tree says they are made. */
#include "../platform.h"

#include "arch.h"
#include "cpu.h"
#include "machine_tree.h"

#define SYSTEM_OFF 0x84000008u

static void psci_call(u64 function)
{
    register u64 x0 __asm__("x0") = function;
    if (machine_tree.psci == PSCI_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
    if (machine_tree.psci == PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

/* After a failure the machine stays on: what was printed last should be read. */
void platform_stop(bool failed)
{
    if (!failed)
        psci_call(SYSTEM_OFF);
    cpu_stop();
}

void arch_halt(void)
{
    platform_stop(false);
}
