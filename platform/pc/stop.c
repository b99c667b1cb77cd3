/* SPDX-License-Identifier: GPL-3.0-only */
/* QEMU's isa-debug-exit, at its usual port: a written N ends QEMU with status 2 N + 1. It reads as 0; nothing at all
 * reads as ones. */
#include "../platform.h"

#include "arch.h"
#include "cpu.h"

#define DEBUG_EXIT 0xf4
#define EXIT_DONE 0x10   /* status 33 */
#define EXIT_FAILED 0x11 /* status 35 */

void platform_stop(bool failed)
{
    if (cpu_in8(DEBUG_EXIT) == 0)
        cpu_out8(DEBUG_EXIT, failed ? EXIT_FAILED : EXIT_DONE);
    cpu_stop();
}

void arch_halt(void)
{
    platform_stop(false);
}
