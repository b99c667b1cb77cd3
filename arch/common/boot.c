/* SPDX-License-Identifier: GPL-3.0-only */
/* boot.c: the root task's address space (arch.h, "boot"). */
#include "arch.h"
#include "asid.h"
#include "kernel.h"
#include "mapping.h"
#include "own_caps.h"
#include "vspace.h"
#include "window.h"

#define ROOT_ASID_CONTROL 5
#define ROOT_ASID_POOL 6

static struct cap pool;

/* The tables that entries covering 1 << bits bytes lead to, all that [start, end) needs. Those above them exist. */
static void tables_make(u64 *top, u64 asid, unsigned bits, u64 start, u64 end)
{
    u64 reach = 1ull << bits;
    unsigned level = VSPACE_TABLES_HAVE_LEVELS ? bits - LEVEL_BITS : 0;
    for (u64 at = start & ~(reach - 1); at < end; at += reach) {
        unsigned found;
        u64 *table = boot_object(PAGE_BITS), *entry = vspace_entry(top, at, bits, &found);
        ENSURE(found == bits, "tables are made from the top");
        vspace_set_table(entry, window_physical(table));
        boot_provide(cap_make_object(CAP_TABLE, table, level, 0, mapping_make(asid, at)));
    }
}

struct cap arch_boot_vspace(u64 start, u64 end)
{
    u64 *top = boot_object(PAGE_BITS), asid;
    window_share(top);
    pool = asid_boot_pool(top, &asid);
    for (unsigned bits = TOP_BITS; bits > PAGE_BITS; bits -= LEVEL_BITS)
        tables_make(top, asid, bits, start, end);
    return cap_make_object(CAP_VSPACE, top, 0, 0, mapping_make(asid, 0));
}

struct cap arch_boot_map(struct cap vspace, u64 physical, u64 address)
{
    unsigned bits;
    u64 *entry = vspace_entry(cap_object(vspace), address, PAGE_BITS, &bits);
    ENSURE(bits == PAGE_BITS && !*entry, "each page of the root task has its place");
    struct cap frame =
        cap_make(CAP_FRAME, physical, PAGE_BITS, 0, RIGHT_READ | RIGHT_WRITE, mapping_make(cap_asid(vspace), address));
    *entry = frame_entry(frame, RIGHT_READ | RIGHT_WRITE, ATTRIBUTES_USUAL);
    return frame;
}

struct cap arch_boot_cap(unsigned slot)
{
    switch (slot) {
    case ROOT_ASID_CONTROL:
        return cap_make(CAP_ASID_CONTROL, 0, 0, 0, 0, 0);
    case ROOT_ASID_POOL:
        return pool;
    default:
        return own_cap_boot(slot);
    }
}
