/* SPDX-License-Identifier: GPL-3.0-only */
/* boot.c: the root task's address space (arch.h, "boot"). */
#include "arch.h"
#include "kernel.h"
#include "vspace.h"
#include "window.h"

static struct cap pool;

/* The tables whose entries cover 1 << bits bytes, all that [start, end) needs. Those above them exist. */
static void tables_make(u64 *pml4, u64 asid, unsigned bits, u64 start, u64 end)
{
    u64 reach = 1ull << (bits + 9);
    for (u64 at = start & ~(reach - 1); at < end; at += reach) {
        unsigned missing;
        u64 *table = boot_object(PAGE_BITS), *entry = vspace_entry(pml4, at, bits + 9, &missing);
        ENSURE(entry, "tables are made from the top");
        *entry = window_physical(table) | PTE_PRESENT | PTE_WRITE | PTE_USER;
        boot_provide(cap_make_object(CAP_TABLE, table, bits, 0, mapping_make(asid, at)));
    }
}

struct cap arch_boot_vspace(u64 start, u64 end)
{
    u64 *pml4 = boot_object(PAGE_BITS), asid;
    window_share(pml4);
    pool = asid_boot_pool(pml4, &asid);
    for (unsigned bits = HUGE_BITS; bits >= PAGE_BITS; bits -= 9)
        tables_make(pml4, asid, bits, start, end);
    return cap_make_object(CAP_VSPACE, pml4, 0, 0, mapping_make(asid, 0));
}

struct cap arch_boot_map(struct cap vspace, u64 physical, u64 address)
{
    unsigned missing;
    u64 *entry = vspace_entry(cap_object(vspace), address, PAGE_BITS, &missing);
    ENSURE(entry && !*entry, "each page of the root task has its place");
    *entry = physical | PTE_PRESENT | PTE_WRITE | PTE_USER;
    return cap_make(CAP_FRAME, physical, PAGE_BITS, 0, RIGHT_READ | RIGHT_WRITE,
                    mapping_make(cap_asid(vspace), address));
}

struct cap arch_boot_cap(unsigned slot)
{
    static const u8 slots[] = {[5] = CAP_ASID_CONTROL, [7] = CAP_IO_PORT_CONTROL};
    if (slot == 6)
        return pool;
    return slot < ARRAY_LEN(slots) && slots[slot] ? cap_make((enum cap_type)slots[slot], 0, 0, 0, 0, 0) : cap_null();
}
