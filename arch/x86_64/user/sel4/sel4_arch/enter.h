/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_ENTER_H
#define LONA_USER_ARCH_ENTER_H

#include "sel4/entry.h"

/* SYSCALL puts rip and rflags into rcx and r11. The interface promises nothing about rsp, so rbx keeps it. */
static ALWAYS_INLINE void lona_enter(enum lona_syscall number, struct lona_entry *e)
{
    register seL4_Word r10 __asm__("r10") = e->word[0];
    register seL4_Word r8 __asm__("r8") = e->word[1];
    register seL4_Word r9 __asm__("r9") = e->word[2];
    register seL4_Word r15 __asm__("r15") = e->word[3];
    register seL4_Word r12 __asm__("r12") = e->reply;
    __asm__ volatile("mov %%rsp, %%rbx; syscall; mov %%rbx, %%rsp"
                     : "+D"(e->cap), "+S"(e->info), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15)
                     : "d"((i64)number), "r"(r12)
                     : "rbx", "rcx", "r11", "memory");
    e->word[0] = r10;
    e->word[1] = r8;
    e->word[2] = r9;
    e->word[3] = r15;
}

#endif
