/* SPDX-License-Identifier: GPL-3.0-only */
/* enter.h: the system call on aarch64, for root tasks of the tests. */
#ifndef LONA_TEST_ENTER_ARM_H
#define LONA_TEST_ENTER_ARM_H

#include "system_call.h"

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
    register u64 x8 __asm__("x8") = m->dest;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7), "+r"(x8)
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
