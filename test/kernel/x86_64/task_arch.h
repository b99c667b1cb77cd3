/* SPDX-License-Identifier: GPL-3.0-only */
/* task_arch.h: the interface's numbers on x86_64, and how a root task starts and prints: by COM1. */
#ifndef LONA_TEST_TASK_X86_H
#define LONA_TEST_TASK_X86_H

#include "task.h"

enum arch_label {
    PDPT_MAP = 39,
    PDPT_UNMAP = 40,
    DIRECTORY_MAP = 41,
    TABLE_MAP = 43,
    TABLE_UNMAP = 44,
    PAGE_MAP = 45,
    PAGE_UNMAP = 46,
    PAGE_ADDRESS = 47,
    POOL_MAKE = 48,
    POOL_ASSIGN = 49,
    PORT_ISSUE = 50,
    PORT_IN8 = 51,
    PORT_IN32 = 53,
    PORT_OUT8 = 54,
    PORT_OUT32 = 56,
    IRQ_ISSUE_IOAPIC = 57,
    IRQ_ISSUE_MSI = 58,
};
enum arch_type { PDPT = 7, VSPACE_OBJECT = 8, PAGE = 10, LARGE_PAGE = 11, TABLE = 12, DIRECTORY = 13 };
enum { PORT_CONTROL = 7 };
#define ATTRIBUTES 0 /* of a page that is memory */

extern u64 ports; /* COM1's */
void console_open(void);

#endif
