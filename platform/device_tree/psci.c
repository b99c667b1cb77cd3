/* SPDX-License-Identifier: GPL-3.0-only */
/* The firmware's power calls (Arm DEN 0022), as the device tree says they are made; for a failure, a debugger's. */
#include "../platform.h"

#include "arch.h"
#include "cpu.h"
#include "machine_tree.h"

#define SYSTEM_OFF 0x84000008u

#define EXIT_EXTENDED 0x20
#define STOPPED_BY_ITSELF 0x20026
#define STATUS_FAILED 35 /* as on a PC, stop.c */

static void psci_call(u64 function)
{
    register u64 x0 __asm__("x0") = function;
    if (machine_tree.psci == PSCI_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
    if (machine_tree.psci == PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

/*
 * Semihosting (Arm, "Semihosting for AArch32 and AArch64"): a debugger or emulator that is asked to listen for it ends
 * the program with a status. Where nobody listens the instruction is an exception, and what panics in a panic just
 * stops.
 */
static void semihosting_exit(u64 status)
{
    const u64 why[] = {STOPPED_BY_ITSELF, status};
    register u64 x0 __asm__("x0") = EXIT_EXTENDED;
    register const u64 *x1 __asm__("x1") = why;
    __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

/* After a failure the machine stays on: what was printed last should be read. */
void platform_stop(bool failed)
{
    if (failed)
        semihosting_exit(STATUS_FAILED);
    else
        psci_call(SYSTEM_OFF);
    cpu_stop();
}

void arch_halt(void)
{
    platform_stop(false);
}
