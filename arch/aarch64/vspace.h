/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vspace.h: address spaces of users, as capabilities.
 *
 *   type       address        size          flags      rights       second word
 *   frame      physical       12, 21, 30    0: device  read, write  63..48 ASID, 47..12 where it is mapped
 *   table      its memory     -             -          -            63..48 ASID, 47..12 where it is mapped
 *   vspace     its memory     -             -          -            63..48 ASID
 *   ASID pool  its memory     -             -          -            63..48 its first ASID
 *
 * ASID 0 is none: not mapped, not assigned; the processor's tag of the kernel's own. Each copy of a frame's capability
 * has a mapping of its own. A capability may outlive the address space that it was mapped in: then its ASID leads
 * nowhere, or to an address space whose entry there is not this object's, and unmapping does nothing. A table is of the
 * level where it is mapped.
 */
#ifndef LONA_ARM_VSPACE_H
#define LONA_ARM_VSPACE_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"
#include "pte.h"

FIELD(mapping, asid, 63, 48)

static inline u64 mapping_make(u64 asid, u64 address)
{
    return mapping_with_asid(address & PTE_ADDRESS, asid);
}
static inline u64 mapping_address(u64 mapping)
{
    return mapping & PTE_ADDRESS;
}
static inline u64 cap_asid(struct cap c)
{
    return mapping_asid(c.word[1]);
}

/* Attributes of a mapping. */
#define ATTRIBUTE_CACHED 1u
#define ATTRIBUTE_NO_EXECUTE 4u

/* --- walking --- */

/*
 * The entry for address in the last table on the way down to tables whose entries cover 1 << least bits bytes: the one
 * of that level, or one above that leads to no table. *bits: what the entry covers.
 */
u64 *vspace_entry(u64 *top, u64 address, unsigned least, unsigned *bits);

/* --- ASIDs (asid.c) --- */

/* The address space of an ASID; NULL: none. */
u64 *asid_find(u64 asid);
/* c is a VSpace that may be mapped into: *top. Argument is its place among the invocation's capabilities. */
MUST_CHECK enum error asid_check(struct cap c, unsigned argument, u64 **top, struct failure *f);
/* No address space has c's ASID any more. */
MUST_CHECK enum error asid_fail(struct failure *f);
void asid_forget(u64 asid, const u64 *top);
void asid_pool_forget(u64 first, const void *pool);
/* At boot: a pool with the root task's address space in it. */
struct cap asid_boot_pool(u64 *top, u64 *asid);

MUST_CHECK enum error asid_invoke_control(struct invocation *v);
MUST_CHECK enum error asid_invoke_pool(struct invocation *v);

/* --- the current address space of the core --- */

/* What TTBR0 is to hold for a thread with this VSpace: its own, or none when that is not valid. */
u64 vspace_root(struct cap c);
void vspace_switch(u64 root);
/* top goes: if it is the current one, users have none. */
void vspace_leave(const u64 *top);

/* --- mapping (mapping.c) --- */

void frame_unmap(struct cap frame);
void table_unmap(struct cap table);
MUST_CHECK enum error frame_invoke(struct invocation *v);
MUST_CHECK enum error table_invoke(struct invocation *v);
/* What an entry that shows the frame to users holds. */
u64 frame_entry(struct cap frame, u64 rights, u64 attributes);

/* --- caches (cache.c) --- */

MUST_CHECK enum error vspace_invoke(struct invocation *v);
/* An invocation of a frame's with one of the labels of the cache; ERROR_ILLEGAL_OPERATION for any other. */
MUST_CHECK enum error frame_invoke_cache(struct invocation *v);

#endif
