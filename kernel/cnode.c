/* SPDX-License-Identifier: GPL-3.0-only */
/* cnode.c: each operation looks its slots up and checks all, then changes the derivation tree (derive.c, destroy.c). */
#include "cnode.h"
#include "cspace.h"
#include "derive.h"
#include "destroy.h"
#include "endpoint.h"
#include "object.h"

static enum error missing(struct failure *f, u64 depth)
{
    f->from_source = true;
    f->lookup = (struct lookup_failure){LOOKUP_MISSING_CAPABILITY, {depth}};
    return fail(f, ERROR_FAILED_LOOKUP);
}

/* Copy, Mint, Move and Mutate: what goes into dest, words of the message from 4 on. */
static enum error new_capability(struct invocation *v, struct slot *source, struct cap *made)
{
    bool mint = v->label == LABEL_CNODE_MINT, mutate = v->label == LABEL_CNODE_MUTATE;
    unsigned words = mint ? 6 : v->label == LABEL_CNODE_MOVE ? 4 : 5;
    if (v->words < words)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    *made = source->cap;
    if (mutate)
        *made = cap_with_data(*made, invocation_word(v, 4), true);
    if (v->label == LABEL_CNODE_COPY || mint) {
        struct cap c = cap_mask_rights(*made, invocation_word(v, 4) & RIGHTS_ALL);
        if (mint)
            c = cap_with_data(c, invocation_word(v, 5), false);
        enum error e = derive_copy(source, c, made, &v->failure);
        if (e != ERROR_NONE)
            return e;
    }
    return cap_is_null(*made) ? fail(&v->failure, ERROR_ILLEGAL_OPERATION) : ERROR_NONE;
}
static enum error invoke_from_source(struct invocation *v, struct slot *dest)
{
    struct slot *source;
    struct cap made;
    if (v->words < 4 || v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    if (!slot_is_empty(dest))
        return fail(&v->failure, ERROR_DELETE_FIRST);
    u64 depth = invocation_word(v, 3);
    enum error e = cspace_slot(v->extra[0]->cap, invocation_word(v, 2), depth, true, &source, &v->failure);
    if (e == ERROR_NONE && slot_is_empty(source))
        e = missing(&v->failure, depth);
    if (e == ERROR_NONE)
        e = new_capability(v, source, &made);
    if (e != ERROR_NONE)
        return e;
    if (v->label == LABEL_CNODE_COPY || v->label == LABEL_CNODE_MINT)
        derive_insert(source, dest, made);
    else
        derive_move(source, dest, made);
    return ERROR_NONE;
}

/* Source goes to pivot's slot and pivot to dest's: dest is empty, or the same slot as source. */
static enum error invoke_rotate(struct invocation *v, struct slot *dest)
{
    struct slot *source, *pivot;
    struct failure *f = &v->failure;
    if (v->words < 8 || v->extras < 2)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 pivot_depth = invocation_word(v, 4), source_depth = invocation_word(v, 7);
    enum error e = cspace_slot(v->extra[1]->cap, invocation_word(v, 6), source_depth, true, &source, f);
    if (e == ERROR_NONE)
        e = cspace_slot(v->extra[0]->cap, invocation_word(v, 3), pivot_depth, true, &pivot, f);
    if (e != ERROR_NONE)
        return e;
    if (pivot == source || pivot == dest)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (source != dest && !slot_is_empty(dest))
        return fail(f, ERROR_DELETE_FIRST);
    if (slot_is_empty(source))
        return missing(f, source_depth);
    if (slot_is_empty(pivot))
        return missing(f, pivot_depth);
    struct cap for_dest = cap_with_data(pivot->cap, invocation_word(v, 2), true);
    struct cap for_pivot = cap_with_data(source->cap, invocation_word(v, 5), true);
    if (cap_is_null(for_dest) || cap_is_null(for_pivot))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (source == dest) {
        derive_swap(source, for_dest, pivot, for_pivot);
    } else {
        derive_move(pivot, dest, for_dest);
        derive_move(source, pivot, for_pivot);
    }
    return ERROR_NONE;
}

static enum error invoke_cancel_badged_sends(struct invocation *v, struct slot *s)
{
    if (!cap_is(s->cap, CAP_ENDPOINT) || cap_rights(s->cap) != RIGHTS_ALL)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    if (s->cap.word[1] == 0)
        return ERROR_NONE;
    return endpoint_cancel_badged(v->caller, cap_object(s->cap), s->cap.word[1]);
}

enum error cnode_invoke(struct invocation *v)
{
    struct slot *dest;
    if (v->label < LABEL_CNODE_REVOKE || v->label > LABEL_CNODE_ROTATE)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    if (v->words < 2)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    enum error e = cspace_slot(v->cap, invocation_word(v, 0), invocation_word(v, 1), false, &dest, &v->failure);
    if (e != ERROR_NONE)
        return e;
    switch (v->label) {
    case LABEL_CNODE_REVOKE:
        return destroy_descendants(dest);
    case LABEL_CNODE_DELETE:
        return destroy_capability(dest);
    case LABEL_CNODE_CANCEL_BADGED_SENDS:
        return invoke_cancel_badged_sends(v, dest);
    case LABEL_CNODE_ROTATE:
        return invoke_rotate(v, dest);
    default:
        return invoke_from_source(v, dest);
    }
}
