/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * off_heap.h: the list of a process's objects that hold references to bytes outside the heaps (obj_lstring,
 * obj_lbinary). Young objects stand before old ones, so that a minor collection walks the young ones only.
 */
#ifndef LONA_OFF_HEAP_H
#define LONA_OFF_HEAP_H

#include "run/proc.h"

/* After a collection has copied what is reached out of all that is not old, and when full out of the old generation,
 * which p->more->old and p->more->old_hp still are: what was not copied drops its reference; the list and its accounts
 * are renewed.
 */
void off_heap_sweep(struct proc *p, bool full);
/* Young objects, linked as such a list, that came with a message: they join the process's. */
void off_heap_adopt(struct proc *p, word *list);
void off_heap_adopt_one(struct proc *p, word *object);
/* All drop their references. */
void off_heap_drop(struct proc *p);

static inline void view_set_charged(word *object, bool charged)
{
    unsigned aux = hdr_aux(*object);
    *object = hdr_with_aux(*object, charged ? aux | VIEW_CHARGED : aux & ~VIEW_CHARGED);
}

/* Bytes between two collections on its account, at least: an eighth of what a small process may have. */
#define OFF_HEAP_STEP ((word)16 << 20)
word off_heap_step(const struct proc *p);
/* Past so many bytes outside a collection is due. */
static inline word off_heap_limit(const struct proc *p)
{
    return p->more == &no_more ? off_heap_step(p) : p->more->off_heap_limit;
}

#endif
