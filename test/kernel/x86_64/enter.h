/* SPDX-License-Identifier: GPL-3.0-only */
/* enter.h: the system call on x86_64, for root tasks of the tests. */
#ifndef LONA_TEST_ENTER_X86_H
#define LONA_TEST_ENTER_X86_H

#include "system_call.h"

static ALWAYS_INLINE void enter(i64 number, struct message *m)
{
    register u64 r10 __asm__("r10") = m->word[0];
    register u64 r8 __asm__("r8") = m->word[1];
    register u64 r9 __asm__("r9") = m->word[2];
    register u64 r15 __asm__("r15") = m->word[3];
    register u64 r12 __asm__("r12") = m->reply;
    register u64 r13 __asm__("r13") = m->dest;
    __asm__ volatile("mov %%rsp, %%rbx; syscall; mov %%rbx, %%rsp"
                     : "+D"(m->cap), "+S"(m->tag), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15), "+r"(r12), "+r"(r13),
                       "+d"(number)
                     :
                     : "rax", "rbx", "rcx", "r11", "r14", "memory");
    m->word[0] = r10;
    m->word[1] = r8;
    m->word[2] = r9;
    m->word[3] = r15;
}

#endif
