/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vspace.h: address spaces of users, as the processor has them: entries of tables, what it remembers of them, and the
 * current one. The processor's own tags of translations (PCID) are not used.
 */
#ifndef LONA_X86_VSPACE_H
#define LONA_X86_VSPACE_H

#include "asid.h"
#include "core.h"
#include "cpu.h"
#include "pte.h"
#include "window.h"

/* Attributes of a mapping: the low three bits are the type of memory (pte.h). */
#define ATTRIBUTE_NO_EXECUTE 8u /* seL4 has no such attribute on this architecture */
#define ATTRIBUTES_USUAL 0

/* The interface's ways: each table has its level; an address is checked for alignment after it was compared with where
 * the frame is; a walk for a frame ends at the frame's level. */
#define VSPACE_TABLES_HAVE_LEVELS true
#define VSPACE_ALIGNMENT_FIRST false
#define VSPACE_WALKS_ON false

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
static inline bool vspace_is_current(const u64 *top)
{
    return core_this()->root == window_physical(top);
}
/* top goes: if it is the current one, users have none. */
static inline void vspace_leave(u64 asid, const u64 *top)
{
    if (vspace_is_current(top))
        vspace_switch(window_pml4());
}
/* ASIDs are below this: the interface has 12 bits. */
static inline u64 vspace_asids(void)
{
    return 1u << 12;
}

/* --- entries --- */

/* What an entry that shows the frame to users holds. */
u64 frame_entry(struct cap frame, u64 rights, u64 attributes);

/* A page's entry gets a value, 0: none. */
static inline void vspace_set_page(u64 *entry, u64 value, u64 asid, const u64 *top, u64 address)
{
    *entry = value;
    if (vspace_is_current(top))
        cpu_page_forget(address);
}
/* An empty entry leads to a table. */
static inline void vspace_set_table(u64 *entry, u64 physical)
{
    *entry = physical | PTE_TO_TABLE;
}
/* A table was taken out. */
static inline void vspace_forget(u64 asid, const u64 *top)
{
    if (vspace_is_current(top))
        cpu_cr3_set(core_this()->root);
}

/* --- caches, which are coherent: there is nothing to ask --- */

MUST_CHECK static inline enum error vspace_invoke(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
MUST_CHECK static inline enum error frame_invoke_cache(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}

#endif
