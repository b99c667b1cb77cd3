/* SPDX-License-Identifier: GPL-3.0-only */
/* task_arch.h: the interface's numbers on aarch64, and how a root task starts, enters the kernel and prints: by a debug
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

static ALWAYS_INLINE void enter(i64 number, struct message *m)
{
    register u64 x0 __asm__("x0") = m->cap;
    register u64 x1 __asm__("x1") = m->tag;
    register u64 x2 __asm__("x2") = m->word[0];
    register u64 x3 __asm__("x3") = m->word[1];
    register u64 x4 __asm__("x4") = m->word[2];
    register u64 x5 __asm__("x5") = m->word[3];
    register u64 x6 __asm__("x6") = m->reply;
    register u64 x7 __asm__("x7") = (u64)number;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7)
                     :
                     : "memory");
    m->cap = x0;
    m->tag = x1;
    m->word[0] = x2;
    m->word[1] = x3;
    m->word[2] = x4;
    m->word[3] = x5;
}

#endif
