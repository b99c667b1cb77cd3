/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vspace.h: address spaces of users, as capabilities.
 *
 *   type       address        size                  flags      rights       second word
 *   frame      physical       12, 21, 30            0: device  read, write  63..52 ASID, 47..12 where it is mapped
 *   table      its memory     bits that an entry    -          -            63..52 ASID, 47..12 where it is mapped
 *                             covers: 12, 21, 30
 *   vspace     its memory     -                     -          -            63..52 ASID
 *   ASID pool  its memory     -                     -          -            63..52 its first ASID
 *
 * ASID 0 is none: not mapped, not assigned. Each copy of a frame's capability has a mapping of its own. A capability
 * may outlive the address space that it was mapped in: then its ASID leads nowhere, or to an address space whose entry
 * there is not this object's, and unmapping does nothing.
 */
#ifndef LONA_X86_VSPACE_H
#define LONA_X86_VSPACE_H

#include "cap.h"
#include "core.h"
#include "cpu.h"
#include "failure.h"
#include "invocation.h"
#include "pte.h"
#include "window.h"

FIELD(mapping, asid, 63, 52)
FIELD(mapping, page, 47, 12)

static inline u64 mapping_make(u64 asid, u64 address)
{
    return mapping_with_asid(address & 0x0000fffffffff000ull, asid);
}
static inline u64 mapping_address(u64 mapping)
{
    return mapping & 0x0000fffffffff000ull;
}
static inline u64 cap_asid(struct cap c)
{
    return mapping_asid(c.word[1]);
}

/* Attributes of a mapping: the low three bits are the type of memory (pte.h). */
#define ATTRIBUTE_CACHE_MASK 7u
#define ATTRIBUTE_NO_EXECUTE 8u /* seL4 has no such attribute on this architecture */

/* --- walking --- */

/*
 * The entry for address in the table whose entries cover 1 << bits bytes; NULL when a table above it is missing, and
 * then *missing is the bits that an entry of the level there covers.
 */
u64 *vspace_entry(u64 *pml4, u64 address, unsigned bits, unsigned *missing);

/* --- ASIDs (asid.c) --- */

#define ASID_POOL_BITS 9
#define ASID_POOL_ENTRIES (1u << ASID_POOL_BITS)
#define ASID_POOLS 8 /* ASIDs have 12 bits */
struct asid_pool {
    u64 *pml4[ASID_POOL_ENTRIES]; /* entry 0 of the first pool stays empty */
};
extern struct asid_pool *asid_pools[ASID_POOLS];

/* The address space of an ASID; NULL: none. */
static inline u64 *asid_find(u64 asid)
{
    const struct asid_pool *pool = asid_pools[asid >> ASID_POOL_BITS];
    return pool ? pool->pml4[asid % ASID_POOL_ENTRIES] : NULL;
}
/* c is a VSpace that may be mapped into: *pml4. Argument is its place among the invocation's capabilities. */
MUST_CHECK enum error asid_check(struct cap c, unsigned argument, u64 **pml4, struct failure *f);
void asid_forget(u64 asid, const u64 *pml4);
void asid_pool_forget(u64 first, const void *pool);
/* At boot: a pool with the root task's address space in it; the pool's first ASID is returned by its capability. */
struct cap asid_boot_pool(u64 *pml4, u64 *asid);

MUST_CHECK enum error asid_invoke_control(struct invocation *v);
MUST_CHECK enum error asid_invoke_pool(struct invocation *v);

/* --- the current address space of the core --- */

/* Physical address of the top table to use for a thread with this VSpace: its own, or the kernel's when that is not
 * valid. */
static inline u64 vspace_root(struct cap c)
{
    bool valid = cap_is(c, CAP_VSPACE) && asid_find(cap_asid(c)) == cap_object(c);
    return valid ? window_physical(cap_object(c)) : window_pml4();
}
static inline void vspace_switch(u64 root)
{
    struct x86_core *c = core_this();
    if (c->root == root)
        return;
    c->root = root;
    cpu_cr3_set(root);
}
bool vspace_is_current(const u64 *pml4);
/* An entry for address in pml4 changed that the processor may have seen: a page, or all of them. */
void vspace_forget_page(const u64 *pml4, u64 address);
void vspace_forget_all(const u64 *pml4);

/* --- mapping (mapping.c) --- */

void frame_unmap(struct cap frame);
void table_unmap(struct cap table);
MUST_CHECK enum error frame_invoke(struct invocation *v);
MUST_CHECK enum error table_invoke(struct invocation *v);

#endif
