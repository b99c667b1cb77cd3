/* SPDX-License-Identifier: GPL-3.0-only */
/* arch_inline.h: the fake processor's kernel window is the program's address space: physical addresses are pointers. */
#ifndef LONA_ARCH_INLINE_H
#define LONA_ARCH_INLINE_H

#include "arch.h"

static inline u64 arch_get(const struct arch_context *c, enum arch_register r)
{
    return c->registers[r];
}
static inline void arch_set(struct arch_context *c, enum arch_register r, u64 value)
{
    c->registers[r] = value;
}
static inline void *arch_kernel_address(u64 physical)
{
    return (void *)(uintptr_t)physical;
}
static inline u64 arch_physical(const void *kernel_address)
{
    return (u64)(uintptr_t)kernel_address;
}
static inline u64 *arch_buffer(struct cap c, u64 address, bool write)
{
    unsigned need = write ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    if (!cap_is(c, CAP_FRAME) || (cap_rights(c) & need) != need)
        return NULL;
    return arch_kernel_address(cap_physical(c) + (address & 0xfff));
}
extern u64 fake_time;
static inline u64 arch_time_now(void)
{
    return fake_time;
}

#endif
