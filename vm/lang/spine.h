/* SPDX-License-Identifier: GPL-3.0-only */
/* spine.h: walking the elements of a form that is a list, whatever kind of realised list it is. Never collects. */
#ifndef LONA_SPINE_H
#define LONA_SPINE_H

#include "data/seqs.h"

/* The cons cell where the list t goes on, or NIL at its end. ABSENT: something that must be realised first, or no list.
 */
static inline term spine_cell(term t)
{
    while (is_box(t)) {
        if (box_type(t) == T_LIST)
            t = OBJ(list, t)->cells;
        else if (box_type(t) == T_LAZY && lazy_is_done(t))
            t = OBJ(lazy, t)->thunk_or_value;
        else
            return ABSENT;
    }
    if (same(t, EMPTY_LIST))
        return NIL;
    return is_cons(t) || is_nil(t) ? t : ABSENT;
}

/* Number of elements; -1 when it is no realised list. */
static inline iword spine_count(term t)
{
    iword n = 0;
    for (t = spine_cell(t); is_cons(t); t = spine_cell(cons_tail(t)))
        n++;
    return is_nil(t) ? n : -1;
}

/* Elements, and the rest as a cell or NIL. */
static inline term spine_next(term cell)
{
    return spine_cell(cons_tail(cell));
}

#endif
