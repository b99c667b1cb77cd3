/* SPDX-License-Identifier: GPL-3.0-only */
#include "vspace.h"

#include "core.h"
#include "cpu.h"
#include "window.h"

u64 *vspace_entry(u64 *pml4, u64 address, unsigned bits, unsigned *missing)
{
    u64 *table = pml4;
    for (unsigned level = TOP_BITS; level > bits; level -= 9) {
        u64 entry = table[pte_index(address, level)];
        if (!(entry & PTE_PRESENT) || (level != TOP_BITS && entry & PTE_LARGE)) {
            *missing = level;
            return NULL;
        }
        table = window_at(entry & PTE_ADDRESS);
    }
    return &table[pte_index(address, bits)];
}

bool vspace_is_current(const u64 *pml4)
{
    return core_this()->root == window_physical(pml4);
}
void vspace_forget_page(const u64 *pml4, u64 address)
{
    if (vspace_is_current(pml4))
        cpu_page_forget(address);
}
void vspace_forget_all(const u64 *pml4)
{
    if (vspace_is_current(pml4))
        cpu_cr3_set(core_this()->root);
}
