/* SPDX-License-Identifier: GPL-3.0-only */
/* arch_inline.h: the short functions of arch.h. */
#ifndef LONA_ARM_ARCH_INLINE_H
#define LONA_ARM_ARCH_INLINE_H

#include "arch.h"
#include "buffer.h"
#include "cpu.h"

static inline unsigned arch_register_number(enum arch_register r)
{
    switch (r) {
    case ARCH_CAP:
        return 0;
    case ARCH_INFO:
        return 1;
    case ARCH_MR0:
        return 2;
    case ARCH_MR1:
        return 3;
    case ARCH_MR2:
        return 4;
    case ARCH_MR3:
        return 5;
    case ARCH_REPLY:
        return 6;
    case ARCH_NB_DEST:
        return 8;
    }
    __builtin_unreachable();
}
static inline u64 arch_get(const struct arch_context *c, enum arch_register r)
{
    return c->x[arch_register_number(r)];
}
static inline void arch_set(struct arch_context *c, enum arch_register r, u64 value)
{
    c->x[arch_register_number(r)] = value;
}
static inline u64 arch_time_now(void)
{
    return cpu_counter();
}

#endif
