/* SPDX-License-Identifier: GPL-3.0-only */
#include "core.h"

#include "cpu.h"
#include "trap.h"

#define FPU_FOR_ALL (3u << 20)        /* CPACR_EL1 */
#define COUNTERS_FOR_USERS 3u         /* CNTKCTL_EL1: both may be read; no timer may be set */
#define SCTLR_USER_ZEROING (1u << 14) /* DC ZVA */
#define SCTLR_USER_CACHE_TYPE (1u << 15)
#define SCTLR_USER_WFI (1u << 16)
#define SCTLR_USER_WFE (1u << 18)
#define SCTLR_KEEP_PAN (1u << 23) /* clear: entries set PAN; a 1 where there is no PAN */
#define SCTLR_USER_CACHES (1u << 26)

extern u8 kernel_stack_top[];

struct arm_core core_boot;

static bool has_pan(void)
{
    return CPU_READ(id_aa64mmfr1_el1) >> 20 & 0xf;
}

void core_init(void)
{
    struct arm_core *c = &core_boot;
    c->stack = (u64)kernel_stack_top;
    CPU_WRITE(tpidr_el1, (u64)c);
    CPU_WRITE(vbar_el1, (u64)trap_vectors);
    CPU_WRITE(cpacr_el1, FPU_FOR_ALL);
    CPU_WRITE(cntkctl_el1, COUNTERS_FOR_USERS);
    CPU_WRITE(mdscr_el1, 0); /* no single steps */
    u64 control = CPU_READ(sctlr_el1) | SCTLR_USER_ZEROING | SCTLR_USER_CACHE_TYPE | SCTLR_USER_WFI | SCTLR_USER_WFE |
                  SCTLR_USER_CACHES;
    if (has_pan())
        control &= ~(u64)SCTLR_KEEP_PAN;
    CPU_WRITE(sctlr_el1, control);
    cpu_instruction_barrier();
}
