/* SPDX-License-Identifier: GPL-3.0-only */
/* derive.c: the derivation tree. Objects are not touched here; destroy.c finalises them. */
#include "derive.h"
#include "object.h"

/* --- links --- */

static void set_prev(struct slot *s, struct slot *prev)
{
    s->link[0] = (u64)(uintptr_t)prev | (s->link[0] & 3);
}
static void set_next(struct slot *s, struct slot *next)
{
    s->link[1] = (u64)(uintptr_t)next;
}
static u64 flags_of(const struct slot *s)
{
    return s->link[0] & 3;
}
static void check_neighbours(const struct slot *s)
{
    ASSERT(!slot_prev(s) || slot_next(slot_prev(s)) == s, "who comes before a slot knows it");
    ASSERT(!slot_next(s) || slot_prev(slot_next(s)) == s, "who comes after a slot knows it");
}
/* Neighbours of s point to it. */
static void link_neighbours(struct slot *s)
{
    if (slot_prev(s))
        set_next(slot_prev(s), s);
    if (slot_next(s))
        set_prev(slot_next(s), s);
}
static void insert_after(struct slot *before, struct slot *s, u64 flags)
{
    struct slot *after = before ? slot_next(before) : NULL;
    if (before)
        check_neighbours(before);
    s->link[0] = (u64)(uintptr_t)before | flags;
    set_next(s, after);
    link_neighbours(s);
}

/* --- what one capability is to another --- */

static bool has_badge(struct cap c)
{
    return cap_is(c, CAP_ENDPOINT) || cap_is(c, CAP_NOTIFICATION);
}
static bool untyped_contains(const struct slot *untyped, const struct slot *s)
{
    u64 start, from = cap_physical(untyped->cap);
    unsigned bits;
    if (!slot_memory(s, &start, &bits) || bits > cap_size(untyped->cap))
        return false;
    return start >= from && start - from < 1ull << cap_size(untyped->cap);
}
/* Two portable capabilities of one kind that are not untyped name the same thing. */
static bool same_thing(struct cap a, struct cap b)
{
    switch (cap_type(a)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
    case CAP_TCB:
    case CAP_SCHED_CONTEXT:
        return cap_object(a) == cap_object(b);
    case CAP_CNODE:
        return cnode_slots(a) == cnode_slots(b);
    case CAP_SCHED_CONTROL:
    case CAP_IRQ_HANDLER:
        return a.word[1] == b.word[1];
    case CAP_IRQ_CONTROL:
    case CAP_DOMAIN:
        return true;
    default:
        return false;
    }
}
bool cap_same_object(struct cap a, struct cap b)
{
    if (cap_is_arch(a))
        return cap_is_arch(b) && arch_cap_same_object(a, b);
    return cap_type(a) == cap_type(b) && same_thing(a, b);
}
static bool contains(const struct slot *s, const struct slot *child)
{
    if (cap_is(s->cap, CAP_UNTYPED))
        return untyped_contains(s, child);
    if (cap_is_arch(child->cap))
        return arch_cap_contains(s->cap, child->cap);
    if (cap_is(s->cap, CAP_IRQ_CONTROL) && cap_is(child->cap, CAP_IRQ_HANDLER))
        return true;
    return cap_same_object(s->cap, child->cap);
}
bool derive_is_parent(const struct slot *s, const struct slot *child)
{
    if (!slot_is_original(s) || !contains(s, child))
        return false;
    if (has_badge(s->cap) && s->cap.word[1] != 0)
        return child->cap.word[1] == s->cap.word[1] && !slot_is_first_badged(child);
    return true;
}
bool derive_has_children(const struct slot *s)
{
    const struct slot *next = slot_next(s);
    return next && derive_is_parent(s, next);
}
bool derive_is_final(const struct slot *s)
{
    const struct slot *prev = slot_prev(s), *next = slot_next(s);
    return !(prev && cap_same_object(prev->cap, s->cap)) && !(next && cap_same_object(s->cap, next->cap));
}

/* --- copies --- */

enum error derive_copy(const struct slot *s, struct cap c, struct cap *copy, struct failure *f)
{
    *copy = c;
    if (cap_is_arch(c))
        return arch_cap_derive(c, copy, f);
    switch (cap_type(c)) {
    case CAP_UNTYPED:
        return derive_has_children(s) ? fail(f, ERROR_REVOKE_FIRST) : ERROR_NONE;
    case CAP_IRQ_CONTROL:
    case CAP_DYING:
        *copy = cap_null();
        return ERROR_NONE;
    default:
        return ERROR_NONE;
    }
}
struct cap cap_mask_rights(struct cap c, unsigned rights)
{
    if (cap_is_arch(c))
        return arch_cap_mask_rights(c, rights);
    switch (cap_type(c)) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_REPLY:
        return cap_with_rights(c, cap_rights(c) & rights);
    default:
        return c;
    }
}
static struct cap with_guard(struct cap c, u64 data)
{
    unsigned bits = data & 63;
    if (bits + cnode_radix(c) > 64)
        return cap_null();
    return cnode_cap(cnode_slots(c), cnode_radix(c), bits, data >> 6 & ((1ull << bits) - 1));
}
struct cap cap_with_data(struct cap c, u64 data, bool mutate)
{
    if (cap_is_arch(c))
        return arch_cap_with_data(c, data, mutate);
    if (has_badge(c)) {
        if (mutate || c.word[1] != 0)
            return cap_null();
        c.word[1] = data;
        return c;
    }
    return cap_is(c, CAP_CNODE) ? with_guard(c, data) : c;
}

/* --- changing the tree --- */

struct slot *derive_doomed;

void derive_original(struct slot *parent, struct slot *dest, struct cap c)
{
    ASSERT(slot_is_empty(dest), "a capability is put into an empty slot");
    dest->cap = c;
    insert_after(parent, dest, LINK_ORIGINAL | LINK_FIRST_BADGED);
}
/* A copy that is an authority of its own: what it is copied to is below it. */
static bool copy_is_original(struct cap source, struct cap c)
{
    if (cap_is(c, CAP_UNTYPED))
        return true;
    return has_badge(c) && c.word[1] != source.word[1];
}
void derive_insert(struct slot *source, struct slot *dest, struct cap c)
{
    ASSERT(slot_is_empty(dest), "a capability is put into an empty slot");
    bool original = copy_is_original(source->cap, c);
    dest->cap = c;
    insert_after(source, dest, original ? LINK_ORIGINAL | LINK_FIRST_BADGED : 0);
    /* What is free belongs to one of the two only. */
    if (cap_is(c, CAP_UNTYPED))
        source->cap.word[1] = 1ull << cap_size(c);
}
void derive_move(struct slot *source, struct slot *dest, struct cap c)
{
    ASSERT(slot_is_empty(dest), "a capability is put into an empty slot");
    check_neighbours(source);
    *dest = *source;
    dest->cap = c;
    *source = (struct slot){0};
    link_neighbours(dest);
    if (derive_doomed == source)
        derive_doomed = dest;
}
void derive_swap(struct slot *a, struct cap for_a, struct slot *b, struct cap for_b)
{
    struct slot old_a = *a, old_b = *b;
    check_neighbours(a);
    check_neighbours(b);
    a->link[0] = old_b.link[0];
    a->link[1] = old_b.link[1];
    b->link[0] = old_a.link[0];
    b->link[1] = old_a.link[1];
    a->cap = for_a;
    b->cap = for_b;
    /* Next to each other they would now point to themselves. */
    if (slot_prev(a) == a)
        set_prev(a, b);
    if (slot_next(a) == a)
        set_next(a, b);
    if (slot_prev(b) == b)
        set_prev(b, a);
    if (slot_next(b) == b)
        set_next(b, a);
    link_neighbours(a);
    link_neighbours(b);
    if (derive_doomed == a || derive_doomed == b)
        derive_doomed = derive_doomed == a ? b : a;
}
void derive_remove(struct slot *s)
{
    struct slot *prev = slot_prev(s), *next = slot_next(s);
    check_neighbours(s);
    if (prev)
        set_next(prev, next);
    if (next) {
        set_prev(next, prev);
        /* The group of a badge starts with whoever is its first now. */
        next->link[0] |= flags_of(s) & LINK_FIRST_BADGED;
    }
    *s = (struct slot){0};
    if (derive_doomed == s)
        derive_doomed = NULL;
}
