/* SPDX-License-Identifier: GPL-3.0-only */
/* shared.h: what the parts of the shared area share; others use term/heap.h. */
#ifndef LONA_SHARED_H
#define LONA_SHARED_H

#include "term/heap.h"

MUST_CHECK word *shared_try_alloc(word words); /* NULL: there is no room */
/* Frees an object that nobody has seen yet. */
void shared_free(word *object);

#endif
