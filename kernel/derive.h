/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * derive.h: slots and the derivation tree, which says which capability was made from which.
 *
 * The tree is kept as the list of its nodes in preorder: a slot's descendants follow it. Nothing says where they end;
 * that follows from the capabilities: y, further on, is below x when x is *original* (made by Retype or by an operation
 * that makes an authority of its own) and y's object is part of x's. Badges divide what is below an endpoint or a
 * notification: the first capability with a badge starts a group, which ends where the next one starts.
 *
 *   untyped --- endpoint (original) --+-- copy
 *                                     +-- badge 5 (original, first) --- copy with badge 5
 *                                     +-- badge 7 (original, first)
 *   list: untyped, endpoint, badge 7, badge 5, copy, copy
 *
 *   link[0]: previous slot | 1 original | 2 first of a badge
 *   link[1]: next slot
 *
 * All capabilities to one object are next to each other: "is it the last one" is asked of the two neighbours.
 */
#ifndef LONA_KERNEL_DERIVE_H
#define LONA_KERNEL_DERIVE_H

#include "cap.h"
#include "failure.h"

#define LINK_ORIGINAL 1u
#define LINK_FIRST_BADGED 2u

static inline struct slot *slot_prev(const struct slot *s)
{
    return (struct slot *)(uintptr_t)(s->link[0] & ~3ull);
}
static inline struct slot *slot_next(const struct slot *s)
{
    return (struct slot *)(uintptr_t)s->link[1];
}
static inline bool slot_is_original(const struct slot *s)
{
    return s->link[0] & LINK_ORIGINAL;
}
static inline bool slot_is_first_badged(const struct slot *s)
{
    return s->link[0] & LINK_FIRST_BADGED;
}
static inline bool slot_is_empty(const struct slot *s)
{
    return cap_is_null(s->cap);
}

/* The first capability of a new object: becomes a child of parent (NULL at boot: a root). dest is empty. */
void derive_original(struct slot *parent, struct slot *dest, struct cap c);
/* c was made from source's capability by derive_copy or by giving it a badge; dest is empty. */
void derive_insert(struct slot *source, struct slot *dest, struct cap c);
/* c takes the place of source's capability in the tree; source is empty afterwards. dest is empty. */
void derive_move(struct slot *source, struct slot *dest, struct cap c);
/* The capabilities of two slots change places; a gets for_a, b for_b. */
void derive_swap(struct slot *a, struct cap for_a, struct slot *b, struct cap for_b);
/* Takes s out of the tree and empties it. Finalises nothing. */
void derive_remove(struct slot *s);
/* A slot, if any, whose capability is to go; wherever that is moved meanwhile (destroy.h). */
extern struct slot *derive_doomed;

bool derive_has_children(const struct slot *s);
/* The slot after s is its child. */
bool derive_is_parent(const struct slot *s, const struct slot *child);
/* No other slot has a capability to s's object. */
bool derive_is_final(const struct slot *s);

/* What a copy of s's capability is (*copy; null when that kind has no copies). An untyped with children has none. */
MUST_CHECK enum error derive_copy(const struct slot *s, struct cap c, struct cap *copy, struct failure *f);
bool cap_same_object(struct cap a, struct cap b);
/* c with fewer rights. */
struct cap cap_mask_rights(struct cap c, unsigned rights);
/* c with Mint's data (badge or guard), or, when moved, Mutate's; null when not allowed. */
struct cap cap_with_data(struct cap c, u64 data, bool mutate);

#endif
