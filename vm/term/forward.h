/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * forward.h: copying out of a heap that stays as it is. While a copy is made, each object that has been reached says
 * where its copy is (as in a collection: a box in place of its header, a cons in place of both words); the words that
 * this replaces are kept in a list, which is also the list of what is still to scan, and are put back at the end. So
 * sharing and cycles are preserved, any depth is fine, and an object costs one list entry.
 */
#ifndef LONA_FORWARD_H
#define LONA_FORWARD_H

#include "map.h"
#include "term/scan.h"

struct forward {
    word *object;
    word first, second; /* what stood there; second: cons cells only */
};
#define FORWARDS_FEW 16
struct forwards {
    struct forward *item;
    word n, room;
    struct forward few[FORWARDS_FEW]; /* most values are small */
};
static inline void forwards_init(struct forwards *f)
{
    f->item = f->few;
    f->n = 0;
    f->room = FORWARDS_FEW;
}

/* Replaces the pointer term *t by that of the copy, if there is one yet. */
static inline bool forward_known(term *t)
{
    const word *o = pointer_target(t->w);
    if (t->w & 1) {
        if (is_header(*o))
            return false;
        t->w = *o;
        return true;
    }
    if (*o != MOVED_MARK.w)
        return false;
    t->w = o[1];
    return true;
}
MUST_CHECK bool forwards_grow(struct forwards *f);
/* Makes room for one more. False: no memory. */
static inline MUST_CHECK bool forwards_reserve(struct forwards *f)
{
    return LIKELY(f->n < f->room) || forwards_grow(f);
}
/* t, an object not reached before, has its copy at copy. */
static inline void forward_put(struct forwards *f, term t, word *copy)
{
    word *o = pointer_target(t.w);
    f->item[f->n++] = (struct forward){o, o[0], t.w & 1 ? 0 : o[1]};
    word moved = (word)copy | (t.w & 7);
    o[0] = t.w & 1 ? moved : MOVED_MARK.w;
    if (!(t.w & 1))
        o[1] = moved;
}
/* Puts everything back and frees the list. */
void forwards_undo(struct forwards *f);

#endif
