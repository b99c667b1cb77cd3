/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gc.h: the collector of one process. Copying, in two generations, with ageing:
 *
 *   block  | aged | young ... hp →      ← stack |        old  | ...... old_hp → | old_end
 *
 * A minor collection copies the young objects that are reached to a fresh block, where they are `aged`, and what was
 * aged already to the old generation. A full one copies everything reached to a new old generation or, while the
 * process is small, to one fresh block. The stack moves with the block; frames address each other relatively.
 *
 * Old objects may point to young ones only where heap_write said so (remembered set), or where they were written
 * while they were young: promotion finds those.
 */
#ifndef LONA_GC_H
#define LONA_GC_H

#include "run/proc.h"
#include "term/blocks.h"

struct gc_request {
    word heap_words, stack_words; /* room wanted afterwards */
    word off_heap_bytes;          /* about to be allocated outside */
    term *const *roots;           /* C locals */
    unsigned n_roots;
    bool full;
    bool grow_stack; /* the stack is what ran out */
    bool needless;   /* a small heap has room, and a hostile build collects all the same */
    bool compact;    /* leave as little room as possible: the process will be idle */
};

/* Collects. Afterwards there is the room asked for between hp and the stack; the caller sets limit. False: there are no
 * blocks to copy to, and nothing has changed. */
MUST_CHECK bool gc_run(struct proc *p, const struct gc_request *r);

/* Words that a full collection would copy, at most; reads all of them. LIVE_UNKNOWN: no memory to count with. */
#define LIVE_UNKNOWN (~(word)0)
word live_words(struct proc *p, const struct gc_request *r);

/* p's, made when it has none. NULL: no memory. */
struct heap_more *heap_more(struct proc *p);
/* Puts an old object into the remembered set. */
void gc_remember(struct proc *p, word *object);

/* Where blocks of processes come from. */
extern struct blocks process_blocks;

/* Checks every word of the process's memory against the rules of the layout; panics where one is broken. */
void heap_check(struct proc *p);

#endif
