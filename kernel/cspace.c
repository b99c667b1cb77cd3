/* SPDX-License-Identifier: GPL-3.0-only */
/* cspace.c: guarded page tables of capabilities. */
#include "cspace.h"

static struct cspace_found failed(struct lookup_failure *failure, struct lookup_failure why)
{
    *failure = why;
    return (struct cspace_found){0};
}

struct cspace_found cspace_resolve(struct cap root, u64 address, unsigned depth, struct lookup_failure *failure)
{
    struct cap node = root;
    unsigned left = depth;
    if (!cap_is(root, CAP_CNODE))
        return failed(failure, (struct lookup_failure){LOOKUP_INVALID_ROOT});
    for (;;) {
        unsigned guard_bits = cnode_guard_bits(node), bits = cnode_radix(node) + guard_bits;
        u64 mask = (1ull << guard_bits) - 1;
        if (guard_bits > left || (guard_bits && (address >> (left - guard_bits) & mask) != cnode_guard(node)))
            return failed(failure,
                          (struct lookup_failure){LOOKUP_GUARD_MISMATCH, {left, cnode_guard(node), guard_bits}});
        if (bits > left)
            return failed(failure, (struct lookup_failure){LOOKUP_DEPTH_MISMATCH, {left, bits}});
        left -= bits;
        struct slot *s = cnode_slots(node) + (address >> left & ((1ull << cnode_radix(node)) - 1));
        if (left == 0 || !cap_is(s->cap, CAP_CNODE))
            return (struct cspace_found){s, left};
        node = s->cap;
    }
}

struct slot *cspace_lookup(const struct tcb *t, u64 pointer, struct lookup_failure *failure)
{
    struct slot *s = cspace_lookup_flat(t, pointer);
    return s ? s : cspace_resolve(t->slot[TCB_CSPACE].cap, pointer, 64, failure).slot;
}

enum error cspace_slot(struct cap root, u64 address, u64 depth, bool is_source, struct slot **found, struct failure *f)
{
    f->from_source = is_source;
    if (!cap_is(root, CAP_CNODE)) {
        f->lookup = (struct lookup_failure){LOOKUP_INVALID_ROOT};
        return fail(f, ERROR_FAILED_LOOKUP);
    }
    if (depth < 1 || depth > 64)
        return fail_range(f, 1, 64);
    struct cspace_found r = cspace_resolve(root, address, (unsigned)depth, &f->lookup);
    if (!r.slot)
        return fail(f, ERROR_FAILED_LOOKUP);
    if (r.bits_left != 0) {
        f->lookup = (struct lookup_failure){LOOKUP_DEPTH_MISMATCH, {r.bits_left, 0}};
        return fail(f, ERROR_FAILED_LOOKUP);
    }
    *found = r.slot;
    return ERROR_NONE;
}
