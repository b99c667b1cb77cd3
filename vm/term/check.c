/* SPDX-License-Identifier: GPL-3.0-only */
/* check.c: the rules of a process's memory, checked word by word. For hostile builds and tests. */
#include "run/mailbox.h"
#include "term/gc.h"
#include "term/heap.h"
#include "term/off_heap.h"
#include "term/roots.h"
#include "term/scan.h"

struct heap_range {
    const word *from, *end;
};
static bool in_range(struct heap_range r, const word *o)
{
    return o >= r.from && o < r.end;
}

struct check {
    struct heap_range young, old;
    const struct message *fragments, *current; /* received; being looked at */
};
static struct heap_range range_of(const struct check *c, const word *o)
{
    if (in_range(c->young, o))
        return c->young;
    for (const struct message *m = c->fragments; m; m = m->next)
        if (in_range((struct heap_range){m->term, m->term + m->words}, o))
            return (struct heap_range){m->term, m->term + m->words};
    if (c->current && in_range((struct heap_range){c->current->term, c->current->term + c->current->words}, o))
        return (struct heap_range){c->current->term, c->current->term + c->current->words};
    return c->old;
}

static void check_reference(const struct check *c, word w)
{
    if (!is_pointer_word(w) || is_shared(TERM(w)))
        return;
    const word *o = pointer_target(w);
    struct heap_range r = range_of(c, o);
    ENSURE(in_range(r, o), "a reference leads into the process's heap or the shared area");
    if (w & 1) {
        ENSURE(is_header(*o) && hdr_type(*o) < TYPE_COUNT, "a box begins with a header");
        ENSURE(hdr_words(*o) < (word)(r.end - o), "a box ends inside its heap");
    } else {
        ENSURE(!is_header(o[0]) && !is_header(o[1]), "a cons cell holds two terms");
        ENSURE(o[0] != MOVED_MARK.w, "nothing refers to a cons cell that has moved");
    }
}

static void check_root(void *context, term *slot)
{
    ENSURE(!is_header(slot->w), "a root is a term");
    check_reference(context, slot->w);
}

/* Walks one generation. Old objects that refer to young ones must be remembered, or a full collection be due. */
static void check_generation(const struct proc *p, const struct check *c, struct heap_range r, bool is_old)
{
    const word *object = NULL;
    for (const word *at = r.from; at < r.end; at++) {
        word w = *at;
        if (is_header(w)) {
            ENSURE(hdr_type(w) < TYPE_COUNT && hdr_type(w) != T_CODE, "a header names a type of the heap");
            ENSURE(hdr_words(w) < (word)(r.end - at), "an object ends inside its heap");
            object = at;
            at += scan_skip(w);
            continue;
        }
        check_reference(c, w);
        if (is_old && is_pointer_word(w) && in_range(c->young, pointer_target(w))) {
            ENSURE(object && at <= object + hdr_words(*object), "cons cells are never written");
            ENSURE(p->full_due == FULL_NEEDED || (*object & (word)HDR_REMEMBERED << 3),
                   "an old object that refers to a young one is remembered");
        }
    }
}

void heap_check(struct proc *p)
{
    struct check c = {
        {p->block, p->hp}, {p->more->old, p->more->old_hp}, p->fragments, p->receiving ? mailbox_current(p) : NULL};
    ENSURE(p->block <= p->aged && p->aged <= p->hp, "what is aged lies before what is young");
    ENSURE(p->hp <= proc_stack_low(p), "heap and stack do not overlap");
    ENSURE(p->more->old_hp <= p->more->old_end, "the old generation stays in its block");
    check_generation(p, &c, c.young, false);
    check_generation(p, &c, c.old, true);
    proc_each_root(p, check_root, check_root, &c);
    for (u32 i = 0; i < p->more->n_remembered; i++)
        ENSURE(in_range(c.old, box_ptr(p->more->remembered[i])), "what is remembered is old");
    bool seen_old = false;
    for (const word *o = p->more->off_heap; o; o = ((const struct obj_lstring *)o)->next) {
        ENSURE(is_header(*o) && (hdr_type(*o) == T_LSTRING || hdr_type(*o) == T_LBINARY),
               "the off-heap list holds views");
        bool is_old = in_range(c.old, o);
        ENSURE(is_old || in_range(range_of(&c, o), o), "the off-heap list holds objects of this process");
        ENSURE(is_old || !seen_old, "young views come first in the off-heap list");
        seen_old = is_old;
    }
}
