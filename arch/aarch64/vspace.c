/* SPDX-License-Identifier: GPL-3.0-only */
#include "vspace.h"

/* What the window does not show is never cached: the kernel could not clean it. */
static u64 type_bits(struct cap frame, u64 attributes)
{
    bool cached = attributes & ATTRIBUTE_CACHED, is_device = cap_flags(frame);
    if (cached && !is_device)
        return PTE_CACHED;
    return PTE_ATTRIBUTES(cached || !is_device ? MEMORY_UNCACHED : MEMORY_DEVICE);
}
u64 frame_entry(struct cap frame, u64 rights, u64 attributes)
{
    rights &= cap_rights(frame);
    u64 entry = cap_physical(frame) | PTE_VALID | PTE_ACCESSED | PTE_NOT_GLOBAL | PTE_NO_EXECUTE_KERNEL |
                type_bits(frame, attributes);
    if (rights & RIGHT_READ)
        entry |= PTE_USER | (rights & RIGHT_WRITE ? 0 : PTE_READ_ONLY);
    if (cap_size(frame) == PAGE_BITS)
        entry |= PTE_TABLE;
    if (attributes & ATTRIBUTE_NO_EXECUTE)
        entry |= PTE_NO_EXECUTE_USER;
    return entry;
}

void vspace_leave(u64 asid, const u64 *top)
{
    if ((core_this()->root & PTE_ADDRESS) == window_physical(top))
        vspace_switch(window_no_users());
    cpu_forget_space(asid);
}
