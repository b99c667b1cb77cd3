/* SPDX-License-Identifier: GPL-3.0-only */
/* shared.h: what the parts of the shared area share; others use term/heap.h. */
#ifndef LONA_SHARED_H
#define LONA_SHARED_H

#include "term/heap.h"
#include "term/sweep.h"

MUST_CHECK word *shared_try_alloc(word words); /* NULL: there is no room */
/* Frees an object that nobody has seen yet. */
void shared_free(word *object);

/* --- shared.c for the collector (sweep.c) --- */
void shared_each_root(void (*visit)(void *context, term *root), void *context);
bool shared_holds(word address); /* it lies among the objects */
bool shared_is_object(const word *o);
bool shared_is_marked(const word *o);
bool shared_mark(const word *o); /* true: it was not */
/* Each does a part, from *at on, which is 0 at the start; false: nothing is left. */
bool shared_clear_marks(word *at);
bool shared_free_unmarked(word *at, word *freed_bytes);
void shared_each_marked(void (*f)(void *context, word *o), void *context);

/* A cycle is due: so much was retired, or made. */
bool shared_is_due(void);
bool shared_is_behind(void); /* half as much again was made as makes one due */
struct shared_amounts {
    word retired_bytes, new_bytes;
};
struct shared_amounts shared_amounts(void); /* since they were counted in the end of a cycle */
void shared_swept(const struct shared_amounts *before, word freed_bytes);

/* --- the collector for shared.c --- */
void sweep_born(word *o); /* a new object, about to be filled in */

#endif
