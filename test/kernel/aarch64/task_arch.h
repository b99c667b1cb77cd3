/* SPDX-License-Identifier: GPL-3.0-only */
/* task_arch.h: the interface's numbers on aarch64, and how a root task starts and prints: by the PL011 of
 * QEMU's machine `virt`. */
#ifndef LONA_TEST_TASK_ARM_H
#define LONA_TEST_TASK_ARM_H

#include "task.h"

enum arch_label {
    VSPACE_CLEAN = 39,
    VSPACE_INVALIDATE = 40,
    VSPACE_UNIFY = 42,
    TABLE_MAP = 44,
    TABLE_UNMAP = 45,
    PAGE_MAP = 46,
    PAGE_UNMAP = 47,
    PAGE_CLEAN = 48,
    PAGE_INVALIDATE = 49,
    PAGE_UNIFY = 51,
    PAGE_ADDRESS = 52,
    POOL_MAKE = 53,
    POOL_ASSIGN = 54,
    IRQ_ISSUE_TRIGGER = 55,
    IRQ_ISSUE_SGI = 56,
};
enum arch_type { VSPACE_OBJECT = 8, PAGE = 9, LARGE_PAGE = 10, TABLE = 11 };
#define CACHED 1
#define NO_EXECUTE 4
#define ATTRIBUTES CACHED /* of a page that is memory */

/* The PL011: its page, and registers. */
extern u64 uart_page;
#define UART_AT 0x200000000000ull /* where it is mapped */
#define UART_IRQ 33
#define UART_INTERRUPTS 0x38 /* which are let through */
#define UART_CLEAR 0x44
#define UART_SENT 0x20 /* the interrupt of what was sent */
static inline volatile u32 *uart(u64 at)
{
    return (volatile u32 *)(UART_AT + at);
}
void console_open(void);

#endif
