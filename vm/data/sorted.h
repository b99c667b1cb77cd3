/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sorted.h: sorted maps and sets: AVL trees of NODE {map: height, left, right, key, value} (Adelson-Velsky & Landis
 * 1962); in a set value is the key. With the default order (compare nil) everything happens in C; with a comparator of
 * the user the same descent is the STEP native %sorted-on, which calls it.
 */
#ifndef LONA_SORTED_H
#define LONA_SORTED_H

#include "run/native.h"

#define SORTED_DEPTH 64 /* an AVL tree of this height has more nodes than the address space has words */

/* Iteration in order without allocation: struct sorted_iter it = sorted_iter(root, false); while (sorted_next(&it)) ...
 */
struct sorted_iter {
    term key, value;
    unsigned depth; /* nodes on the stack: the next one is on top */
    bool descending;
    term node[SORTED_DEPTH];
};
struct sorted_iter sorted_iter(term root, bool descending);
bool sorted_next(struct sorted_iter *it);

static inline bool is_sorted_map(term t)
{
    return is_type(t, T_SORTED) && box_aux(t) == 0;
}
static inline bool is_sorted_set(term t)
{
    return is_type(t, T_SORTED) && box_aux(t) == 1;
}

/* What %sorted-on does at the place of a key. */
enum sorted_op {
    SORTED_GET,    /* the value (in a set the element), or other */
    SORTED_FIND,   /* [key value] or nil */
    SORTED_HAS,    /* true or false */
    SORTED_ASSOC,  /* with other as value (in a set: the key), then with the pairs (elements) of the list more */
    SORTED_DISSOC, /* then the keys of the list more */
    SORTED_SEEK,   /* the sequence from the key on, downwards where other is true */
};
/* Any of these; NONE: pending, perhaps a tail call. other may be ABSENT with SORTED_GET. MAY_GC */
term sorted_do(struct proc *p, term sorted, enum sorted_op op, term key, term other, term more);
term sorted_empty(struct proc *p, bool set, term compare, term meta); /* MAY_GC */
term sorted_with_meta(struct proc *p, term sorted, term meta);        /* MAY_GC */
enum step step_sorted_on(struct proc *p);

#endif
