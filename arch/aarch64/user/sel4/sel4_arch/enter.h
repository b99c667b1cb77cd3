/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_ENTER_H
#define LONA_USER_ARCH_ENTER_H

#include "sel4/entry.h"

static ALWAYS_INLINE void lona_enter(enum lona_syscall number, struct lona_entry *e)
{
    register seL4_Word x0 __asm__("x0") = e->cap;
    register seL4_Word x1 __asm__("x1") = e->info;
    register seL4_Word x2 __asm__("x2") = e->word[0];
    register seL4_Word x3 __asm__("x3") = e->word[1];
    register seL4_Word x4 __asm__("x4") = e->word[2];
    register seL4_Word x5 __asm__("x5") = e->word[3];
    register seL4_Word x6 __asm__("x6") = e->reply;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)(i64)number;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7)
                     : "memory");
    e->cap = x0;
    e->info = x1;
    e->word[0] = x2;
    e->word[1] = x3;
    e->word[2] = x4;
    e->word[3] = x5;
}

#endif
