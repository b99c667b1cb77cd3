/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cspace.h: finding slots by address. A CNode capability consumes its guard and then as many bits as its radix, from
 * the most significant of `depth` bits downwards; what the slot then found holds goes on if it is a CNode and bits are
 * left.
 */
#ifndef LONA_KERNEL_CSPACE_H
#define LONA_KERNEL_CSPACE_H

#include "cap.h"
#include "failure.h"
#include "object.h"
#include "tcb.h"

struct cspace_found {
    struct slot *slot;  /* NULL: failure says why */
    unsigned bits_left; /* the slot holds no CNode that could use them */
};
struct cspace_found cspace_resolve(struct cap root, u64 address, unsigned depth, struct lookup_failure *failure);
/* The slot that a thread's capability pointer names where its CSpace is one CNode whose guard and radix are all of the
 * pointer, as root tasks and most others have it; NULL: it is not, or the guard is another. */
static ALWAYS_INLINE struct slot *cspace_lookup_flat(const struct tcb *t, u64 pointer)
{
    struct cap root = t->slot[TCB_CSPACE].cap;
    unsigned radix = cnode_radix(root);
    if (!cap_is(root, CAP_CNODE) || cnode_guard_bits(root) + radix != 64 || pointer >> radix != cnode_guard(root))
        return NULL;
    return &cnode_slots(root)[pointer & ((1ull << radix) - 1)];
}
/* The slot that a thread's capability pointer names, or NULL. */
struct slot *cspace_lookup(const struct tcb *t, u64 pointer, struct lookup_failure *failure);
/* The slot that an operation on CNodes names: all depth bits are used up. */
MUST_CHECK enum error cspace_slot(struct cap root, u64 address, u64 depth, bool is_source, struct slot **found,
                                  struct failure *f);

#endif
