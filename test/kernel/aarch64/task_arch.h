/* SPDX-License-Identifier: GPL-3.0-only */
/* task_arch.h: the interface's numbers on aarch64, and how a root task starts and prints: by a debug
 * kernel. */
#ifndef LONA_TEST_TASK_ARM_H
#define LONA_TEST_TASK_ARM_H

#include "task.h"

enum arch_label {
    VSPACE_CLEAN = 39,
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
};
enum arch_type { VSPACE_OBJECT = 8, PAGE = 9, LARGE_PAGE = 10, TABLE = 11 };
#define CACHED 1
#define NO_EXECUTE 4
#define ATTRIBUTES CACHED /* of a page that is memory */

static inline void console_open(void)
{
}

#endif
