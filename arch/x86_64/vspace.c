/* SPDX-License-Identifier: GPL-3.0-only */
#include "vspace.h"

#include "arch.h"

static u64 type_bits(u64 attributes, unsigned size_bits)
{
    u64 entry = 0;
    if (attributes & 1)
        entry |= PTE_WRITE_THROUGH;
    if (attributes & 2)
        entry |= PTE_CACHE_DISABLED;
    if (attributes & 4)
        entry |= size_bits == PAGE_BITS ? PTE_PAT : PTE_LARGE_PAT;
    return entry;
}
u64 frame_entry(struct cap frame, u64 rights, u64 attributes)
{
    unsigned size = cap_size(frame);
    rights &= cap_rights(frame);
    u64 entry = cap_physical(frame) | PTE_PRESENT | type_bits(attributes, size);
    if (rights & RIGHT_READ)
        entry |= PTE_USER | (rights & RIGHT_WRITE ? PTE_WRITE : 0);
    if (size != PAGE_BITS)
        entry |= PTE_LARGE;
    if (attributes & ATTRIBUTE_NO_EXECUTE)
        entry |= window_no_execute();
    return entry;
}

/* Caches are coherent with uncached mappings that begin after them: a device's user sees zeros. */
void arch_memory_cleared(void *start, u64 bytes)
{
}
