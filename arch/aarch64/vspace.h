/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vspace.h: address spaces of users, as the processor has them: entries of tables, what it remembers of them, and the
 * current one. Its tags of translations are ASIDs (asid.h), of which it may have 8 bits only; 0 is the kernel's own.
 */
#ifndef LONA_ARM_VSPACE_H
#define LONA_ARM_VSPACE_H

#include "asid.h"
#include "core.h"
#include "cpu.h"
#include "pte.h"
#include "window.h"

/* Attributes of a mapping. */
#define ATTRIBUTE_CACHED 1u
#define ATTRIBUTE_NO_EXECUTE 4u
#define ATTRIBUTES_USUAL ATTRIBUTE_CACHED

/* The interface's ways: tables are of the level where they are mapped; an address is checked for alignment before it is
 * compared with where the frame is; a walk for a frame goes on below the frame's level, and tells where it ended. */
#define VSPACE_TABLES_HAVE_LEVELS false
#define VSPACE_ALIGNMENT_FIRST true
#define VSPACE_WALKS_ON true

/* --- entries --- */

/* What an entry that shows the frame to users holds. */
u64 frame_entry(struct cap frame, u64 rights, u64 attributes);

/* A page's entry gets a value, 0: none. A translation that the processor may hold is taken back before it gets another.
 */
static inline void vspace_set_page(u64 *entry, u64 value, u64 asid, const u64 *top, u64 address)
{
    if (pte_is_valid(*entry)) {
        *entry = 0;
        cpu_forget_page(asid, address);
    }
    if (value) {
        *entry = value;
        cpu_tables_written();
    }
}
/* An empty entry leads to a table. */
static inline void vspace_set_table(u64 *entry, u64 physical)
{
    *entry = physical | PTE_TO_TABLE;
    cpu_tables_written();
}
/* A table was taken out. */
static inline void vspace_forget(u64 asid, const u64 *top)
{
    cpu_forget_space(asid);
}

/* --- ASIDs and the current address space of the core --- */

/* ASIDs are below this. */
static inline u64 vspace_asids(void)
{
    return 1ull << window_asid_bits();
}
/* What TTBR0 is to hold for a thread with this VSpace: its own, or none when that is not valid. */
static inline u64 vspace_root(struct cap c)
{
    bool valid = cap_is(c, CAP_VSPACE) && asid_find(cap_asid(c)) == cap_object(c);
    return valid ? window_physical(cap_object(c)) | cap_asid(c) << 48 : window_no_users();
}
static inline void vspace_switch(u64 root)
{
    struct arm_core *c = core_this();
    if (c->root == root)
        return;
    c->root = root;
    CPU_WRITE(ttbr0_el1, root);
    cpu_instruction_barrier();
}
/* top goes, and its ASID may be another's next: if it is the current one, users have none. */
void vspace_leave(u64 asid, const u64 *top);

/* --- caches (cache.c) --- */

MUST_CHECK enum error vspace_invoke(struct invocation *v);
/* An invocation of a frame's with one of the labels of the cache; ERROR_ILLEGAL_OPERATION for any other. */
MUST_CHECK enum error frame_invoke_cache(struct invocation *v);

#endif
