/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * asid.h: capabilities of address spaces, and the numbers (ASIDs) by which they name each other.
 *
 *   type       address        size         flags      rights       second word
 *   frame      physical       12, 21, 30   0: device  read, write  63..48 ASID, 47..12 where it is mapped
 *   table      its memory     level        -          -            63..48 ASID, 47..12 where it is mapped
 *   vspace     its memory     -            -          -            63..48 ASID
 *   ASID pool  its memory     -            -          -            63..48 its first ASID
 *
 * A table's level is the bits that one of its entries covers, 12, 21 or 30; 0 where a table is of the level where it is
 * mapped.
 *
 * ASID 0 is none: not mapped, not assigned. Each copy of a frame's capability has a mapping of its own. A capability
 * may outlive the address space that it was mapped in: then its ASID leads nowhere, or to an address space whose entry
 * there is not this object's, and unmapping does nothing.
 *
 * A pool is a page of pointers to top tables; a table has the pools.
 */
#ifndef LONA_ARCH_ASID_H
#define LONA_ARCH_ASID_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"
#include "page.h"

FIELD(mapping, asid, 63, 48)
#define MAPPING_ADDRESS 0x0000fffffffff000ull

static inline u64 mapping_make(u64 asid, u64 address)
{
    return mapping_with_asid(address & MAPPING_ADDRESS, asid);
}
static inline u64 mapping_address(u64 mapping)
{
    return mapping & MAPPING_ADDRESS;
}
static inline u64 cap_asid(struct cap c)
{
    return mapping_asid(c.word[1]);
}

#define ASID_POOL_BITS 9
#define ASID_POOL_ENTRIES (1u << ASID_POOL_BITS)
#define ASID_POOLS (1u << (16 - ASID_POOL_BITS))
struct asid_pool {
    u64 *top[ASID_POOL_ENTRIES]; /* entry 0 of the first pool stays empty */
};
extern struct asid_pool *asid_pools[ASID_POOLS];

/* The address space of an ASID; NULL: none. */
static inline u64 *asid_find(u64 asid)
{
    const struct asid_pool *pool = asid_pools[asid >> ASID_POOL_BITS];
    return pool ? pool->top[asid % ASID_POOL_ENTRIES] : NULL;
}
/* c is a VSpace that may be mapped into: *top. Argument is its place among the invocation's capabilities. */
MUST_CHECK enum error asid_check(struct cap c, unsigned argument, u64 **top, struct failure *f);
/* The failure: no address space has c's ASID any more. */
MUST_CHECK enum error asid_fail(struct failure *f);
void asid_forget(u64 asid, const u64 *top);
void asid_pool_forget(u64 first, const void *pool);
/* At boot: a pool with the root task's address space in it. */
struct cap asid_boot_pool(u64 *top, u64 *asid);

MUST_CHECK enum error asid_invoke_control(struct invocation *v);
MUST_CHECK enum error asid_invoke_pool(struct invocation *v);

#endif
