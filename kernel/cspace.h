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
#include "tcb.h"

struct cspace_found {
    struct slot *slot;  /* NULL: failure says why */
    unsigned bits_left; /* the slot holds no CNode that could use them */
};
struct cspace_found cspace_resolve(struct cap root, u64 address, unsigned depth, struct lookup_failure *failure);
/* The slot that a thread's capability pointer names, or NULL. */
struct slot *cspace_lookup(const struct tcb *t, u64 pointer, struct lookup_failure *failure);
/* The slot that an operation on CNodes names: all depth bits are used up. */
MUST_CHECK enum error cspace_slot(struct cap root, u64 address, u64 depth, bool is_source, struct slot **found,
                                  struct failure *f);

#endif
