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

#define OFF_HEAP_STEP ((word)16 << 20) /* bytes between two collections on its account */

#endif
