/* SPDX-License-Identifier: GPL-3.0-only */
/* arch_inline.h: the short functions of arch.h. */
#ifndef LONA_ARM_ARCH_INLINE_H
#define LONA_ARM_ARCH_INLINE_H

#include "arch.h"
#include "window.h"

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

static inline void *arch_kernel_address(u64 physical)
{
    return window_at(physical);
}
static inline u64 arch_physical(const void *kernel_address)
{
    return window_physical(kernel_address);
}

/* See vspace.h for what a frame's capability holds. */
static inline u64 *arch_buffer(struct cap c, u64 address, bool write)
{
    unsigned needed = write ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    if (!cap_is(c, CAP_FRAME) || cap_flags(c) || (cap_rights(c) & needed) != needed)
        return NULL;
    return (u64 *)window_at(cap_physical(c) + (address & ((1ull << cap_size(c)) - 1)));
}

#endif
