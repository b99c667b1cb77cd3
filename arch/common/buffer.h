/* SPDX-License-Identifier: GPL-3.0-only */
/* buffer.h: the short functions of arch.h that are the same for both processors: the window, and IPC buffers in it. */
#ifndef LONA_ARCH_BUFFER_H
#define LONA_ARCH_BUFFER_H

#include "arch.h"
#include "window.h"

static inline void *arch_kernel_address(u64 physical)
{
    return window_at(physical);
}
static inline u64 arch_physical(const void *kernel_address)
{
    return window_physical(kernel_address);
}

/* See asid.h for what a frame's capability holds. */
static inline u64 *arch_buffer(struct cap c, u64 address, bool write)
{
    unsigned needed = write ? RIGHT_READ | RIGHT_WRITE : RIGHT_READ;
    if (!cap_is(c, CAP_FRAME) || cap_flags(c) || (cap_rights(c) & needed) != needed)
        return NULL;
    return (u64 *)window_at(cap_physical(c) + (address & ((1ull << cap_size(c)) - 1)));
}

#endif
