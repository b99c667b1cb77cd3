/* SPDX-License-Identifier: GPL-3.0-only */
/* copy.c: values out of one process's heap, into another's or a message. Shared parts are not copied; sharing inside
 * the value is kept.
 */
#include "data/str.h"
#include "hostile.h"
#include "port.h"
#include "pure.h"
#include "term/forward.h"
#include "term/heap.h"
#include "term/off_heap.h"
#include "term/sweep.h"

bool forwards_grow(struct forwards *f)
{
    word room = f->room * 4;
    struct forward *more = port_realloc(f->item == f->few ? NULL : f->item, room * sizeof *more);
    if (!more)
        return false;
    if (f->item == f->few)
        memcpy(more, f->few, sizeof f->few);
    f->item = more;
    f->room = room;
    return true;
}

void forwards_undo(struct forwards *f)
{
    for (word i = 0; i < f->n; i++) {
        struct forward *x = &f->item[i];
        x->object[0] = x->first;
        if (!is_header(x->first))
            x->object[1] = x->second;
    }
    if (f->item != f->few)
        port_free(f->item);
}

static inline bool is_copied(term t)
{
    return is_pointer(t) && !is_shared(t);
}

/* --- what may leave --- */

/* Cells belong to their process; so does a lazy sequence while its next element is being computed. */
static bool stays(word hdr)
{
    switch ((enum type)hdr_type(hdr)) {
    case T_ATOM:
    case T_VOLATILE:
    case T_DELAY:
    case T_TRANSIENT:
        return true;
    case T_LAZY:
        return hdr_aux(hdr) == LAZY_RUNNING;
    default:
        return false;
    }
}
const char *cell_that_stays(term cell)
{
    switch (box_type(cell)) {
    case T_ATOM:
        return "an atom";
    case T_VOLATILE:
        return "a volatile";
    case T_DELAY:
        return "a delay";
    case T_TRANSIENT:
        return "a transient";
    default:
        return "a lazy sequence whose next element is being computed";
    }
}

/* --- measuring: an object that was counted is forwarded to itself --- */

struct count {
    struct forwards f;
    word words;
    term *stays;
    word refused; /* COPY_NO_MEMORY, COPY_STAYS, or 0 */
};
static void count_object(struct count *c, term t)
{
    if (!is_copied(t) || forward_known(&t) || c->refused)
        return;
    const word *o = pointer_target(t.w);
    if (c->stays && (t.w & 1) && UNLIKELY(stays(*o))) {
        *c->stays = t;
        c->refused = COPY_STAYS;
        return;
    }
    if (!forwards_reserve(&c->f)) {
        c->refused = COPY_NO_MEMORY;
        return;
    }
    c->words += object_words(o);
    forward_put(&c->f, t, (word *)o);
}

word copy_size(term value, term *cell)
{
    if (!is_copied(value))
        return 0;
    struct count c = {.stays = cell};
    forwards_init(&c.f);
    count_object(&c, value);
    for (word i = 0; i < c.f.n && !c.refused; i++) {
        struct forward x = c.f.item[i];
        if (!is_header(x.first)) {
            count_object(&c, TERM(x.first));
            count_object(&c, TERM(x.second));
            continue;
        }
        const word *end = x.object + 1 + hdr_words(x.first);
        for (const word *slot = x.object + 1 + scan_skip(x.first); slot < end; slot++)
            count_object(&c, TERM(*slot));
    }
    forwards_undo(&c.f);
    return c.refused ? c.refused : c.words;
}

/* --- copying --- */

static bool copy_object(struct forwards *f, word **to, word **off_heap, term *slot)
{
    term t = *slot;
    if (!is_copied(t))
        return true;
    if (!forward_known(&t)) {
        if (!forwards_reserve(f))
            return false;
        const word *o = pointer_target(t.w);
        word n = object_words(o), *copy = *to;
        *to += n;
        memcpy(copy, o, n * sizeof(word));
        if (is_header(*copy)) {
            *copy &= ~HDR_FLAG_BITS;
            enum type type = (enum type)hdr_type(*copy);
            if (type == T_LSTRING || type == T_LBINARY) {
                struct obj_lstring *s = (struct obj_lstring *)copy;
                bin_retain(s->bin);
                s->next = *off_heap;
                *off_heap = copy;
            }
        }
        forward_put(f, t, copy);
        t = TERM((word)copy | (t.w & 7));
    }
    *slot = t;
    return true;
}

term copy_into(word **to, word **off_heap, term value)
{
    struct forwards f;
    forwards_init(&f);
    word *start = *to;
    bool ok = copy_object(&f, to, off_heap, &value);
    for (word *scan = start; scan < *to; scan++) {
        if (is_header(*scan))
            scan += scan_skip(*scan);
        else if (UNLIKELY(!ok || !copy_object(&f, to, off_heap, (term *)scan))) {
            *scan = NIL.w; /* what was copied must be whole terms, for the collector of the receiver */
            ok = false;
        }
    }
    forwards_undo(&f);
    shared_keep(value);
    shared_keep_words(start, *to);
    return ok ? value : NONE;
}

term copy_to(struct proc *to, term value)
{
    word *views = NULL;
    term copy = copy_into(&to->hp, &views, value);
    ASSERT(to->hp <= to->limit, "what is copied was reserved");
    off_heap_adopt(to, views);
    return copy;
}
