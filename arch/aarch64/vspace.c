/* SPDX-License-Identifier: GPL-3.0-only */
#include "vspace.h"

#include "core.h"
#include "cpu.h"
#include "window.h"

u64 *vspace_entry(u64 *top, u64 address, unsigned least, unsigned *bits)
{
    u64 *entry = &top[pte_index(address, TOP_BITS)];
    for (*bits = TOP_BITS; *bits > least && pte_is_table(*entry); *bits -= 9) {
        u64 *table = window_at(*entry & PTE_ADDRESS);
        entry = &table[pte_index(address, *bits - 9)];
    }
    return entry;
}

u64 vspace_root(struct cap c)
{
    bool valid = cap_is(c, CAP_VSPACE) && asid_find(cap_asid(c)) == cap_object(c);
    return valid ? window_physical(cap_object(c)) | cap_asid(c) << 48 : window_no_users();
}

void vspace_switch(u64 root)
{
    struct arm_core *c = core_this();
    if (c->root == root)
        return;
    c->root = root;
    CPU_WRITE(ttbr0_el1, root);
    cpu_instruction_barrier();
}

void vspace_leave(const u64 *top)
{
    if ((core_this()->root & PTE_ADDRESS) == window_physical(top))
        vspace_switch(window_no_users());
}
