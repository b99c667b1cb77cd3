/* SPDX-License-Identifier: GPL-3.0-only */
/* arch_inline.h: the short functions of arch.h. */
#ifndef LONA_X86_ARCH_INLINE_H
#define LONA_X86_ARCH_INLINE_H

#include "arch.h"
#include "buffer.h"
#include "cpu.h"

static inline u64 *arch_register_at(struct arch_context *c, enum arch_register r)
{
    switch (r) {
    case ARCH_CAP:
        return &c->rdi;
    case ARCH_INFO:
        return &c->rsi;
    case ARCH_MR0:
        return &c->r10;
    case ARCH_MR1:
        return &c->r8;
    case ARCH_MR2:
        return &c->r9;
    case ARCH_MR3:
        return &c->r15;
    case ARCH_REPLY:
        return &c->r12;
    case ARCH_NB_DEST:
        return &c->r13;
    }
    __builtin_unreachable();
}
static inline u64 arch_get(const struct arch_context *c, enum arch_register r)
{
    return *arch_register_at((struct arch_context *)c, r);
}
static inline void arch_set(struct arch_context *c, enum arch_register r, u64 value)
{
    *arch_register_at(c, r) = value;
}
static inline u64 arch_time_now(void)
{
    return cpu_tsc();
}

#endif
