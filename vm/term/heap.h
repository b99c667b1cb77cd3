/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * heap.h: memory for terms. Reserve, then build:
 *
 *     if (!heap_reserve(p, 2 + FLOAT_WORDS, &list))   // may collect; updates the roots named, and ARG()s
 *         return NONE;                                // :out-of-memory is pending
 *     return mk_cons(p, mk_float(p, d), list);        // cannot fail
 *
 * heap_reserve alone may collect. Roots are the frames (by their liveness maps), the running native's ARG()s, the
 * struct proc itself, and the C locals whose addresses are passed. What is allocated past the reservation is an ASSERT.
 *
 * Mutable objects (lazy cells, transients, volatiles, delays, atoms of a process) are written with heap_write only.
 */
#ifndef LONA_HEAP_H
#define LONA_HEAP_H

#include "run/proc.h"
#include "term/sweep.h"

#define CONS_WORDS 2
#define FLOAT_WORDS 2

/* For words, and bytes outside the heap, which shall fit into the process's limit. MAY_GC */
MUST_CHECK bool heap_reserve_bytes(struct proc *p, word words, word bytes, term *const *roots, unsigned n);

static inline MUST_CHECK bool heap_reserve_roots(struct proc *p, word words, term *const *roots, unsigned n)
{
#ifndef LONA_GC_ALWAYS
    if (LIKELY(words <= (word)(p->limit - p->hp)))
        return true;
#endif
    return heap_reserve_bytes(p, words, 0, roots, n);
}

/* heap_reserve(p, words, &root, ...): room for words more words; false with :out-of-memory pending. MAY_GC */
#define heap_reserve(p, words, ...)                                            \
    heap_reserve_roots((p), (words), (term *const[]){NULL, ##__VA_ARGS__} + 1, \
                       sizeof((term *const[]){NULL, ##__VA_ARGS__}) / sizeof(term *) - 1)

/* Takes words that were reserved. */
static inline word *heap_take(struct proc *p, word words)
{
    word *at = p->hp;
    ASSERT(words <= (word)(p->limit - p->hp), "what is built was reserved");
    p->hp += words;
    return at;
}
static inline term mk_cons(struct proc *p, term head, term tail)
{
    struct cons *c = (struct cons *)heap_take(p, CONS_WORDS);
    c->head = head;
    c->tail = tail;
    return mk_cons_ptr(c);
}
/* A boxed object of words words after the header, whose payload the caller fills completely at once. */
static inline word *heap_take_box(struct proc *p, enum type type, unsigned aux, word words)
{
    word *o = heap_take(p, 1 + words);
    *o = mk_header(type, aux, words);
    return o;
}
/* FLOAT_WORDS must be reserved. */
static inline term mk_float(struct proc *p, double d)
{
    term t = float_encode(d);
    if (LIKELY(float_fits(t)))
        return t;
    struct obj_float *o = (struct obj_float *)heap_take_box(p, T_FLOAT, 0, 1);
    o->value = d;
    return mk_box_ptr(o);
}
/* 1 + n words must be reserved; n <= TUPLE_MAX; items are filled by the caller at once. */
static inline struct obj_tuple *heap_take_tuple(struct proc *p, word n)
{
    return (struct obj_tuple *)heap_take_box(p, T_TUPLE, 0, n);
}

/* Stores value into *slot of object (a pointer term), keeping the remembered set right. */
void heap_write(struct proc *p, term object, term *slot, term value);

/* --- process memory --- */
MUST_CHECK bool heap_init(struct proc *p, word block_words); /* NULLs all, empty stack; false: no memory */
void heap_destroy(struct proc *p);                           /* frees block, old generation and off-heap references */
/* Makes room for words more words of stack below sp (also moves limit). May move the block: fp, args, sp are stale
 * after. False: :stack-overflow is pending. */
MUST_CHECK bool heap_grow_stack(struct proc *p, word words); /* MAY_GC */
void heap_collect(struct proc *p, bool full);                /* MAY_GC, with no C roots */
/* The same after a message was taken. Past the limit of the process, who asks for room next collects all, or is
 * refused. MAY_GC */
void heap_collect_received(struct proc *p);
/* Words in use: young, old. For process-info and tests. */
word heap_used_words(const struct proc *p);
/* Bytes that the process may hold in all. */
word heap_limit_bytes(const struct proc *p);

/* --- the shared immutable area (term/shared.c; its collector: term/sweep.h) --- */
void shared_init(void); /* the address range (map.h) is reserved; also makes ready for heap_init */
/* Before something that takes memory of the shared area for good, a few kilobytes at most: false where memory is short,
 * then :out-of-memory is pending. */
MUST_CHECK bool shared_has_room(struct proc *p);
/* A new shared object; its payload must be filled before the next allocation. Panics only when there is no memory at
 * all: who asked shared_has_room may take from what is kept for such cases. */
word *shared_alloc(word words_with_header);
word *shared_alloc_box(enum type type, unsigned aux, word words);
/* Copies a value into the shared area, keeping sharing inside it. Shared parts are not copied. NONE: an unsendable
 * cell (or running lazy cell) is inside, a :not-sendable condition that names it is pending. Lazy sequences are copied
 * as they are (thunk included); atoms, volatiles, delays and lazy cells become domain cells. MAY_GC: never. */
term shared_copy(struct proc *p, term value);
term shared_copy_if(struct proc *p, term value); /* the same, but NONE and nothing pending where it cannot be */
/* Stores value in *slot of a mutable cell (a pointer term). What goes into a domain cell is copied into the shared area
 * first. False: it cannot be, pending. */
MUST_CHECK bool cell_write(struct proc *p, term cell, term *slot, term value);
/* The same if the slot holds old: TRUE, FALSE, or NONE: pending. */
term cell_change(struct proc *p, term cell, term *slot, term old, term value);
/* Tells that the value lost a reference in the shared area (sweep.h); a sweep begins when enough did. */
void shared_retire(term value);
/* Registers a C variable that holds a shared term for the life of the VM. */
void shared_root(term *variable);
/* Stores value, which is shared, into a slot that others read; what was there is retired. */
void shared_swap(term *slot, term value);
/* The same if the slot holds old; else value is retired. */
bool shared_swap_if(term *slot, term old, term value);
word shared_used_bytes(void);

/* --- copying between heaps (term/copy.c) --- */
/* Words that copy needs elsewhere, sharing counted once. COPY_NO_MEMORY: they could not be counted (a reservation of so
 * many words fails, too). COPY_STAYS: *cell belongs to its process (cell NULL: not asked). The value's heap is written
 * to during the call, and as before afterwards. */
#define COPY_NO_MEMORY (~(word)0)
#define COPY_STAYS (~(word)1)
word copy_size(term value, term *cell);
const char *cell_that_stays(term cell); /* "an atom" ... */
/* Copies value to *to, which has copy_size words of room and is moved on; views of bytes outside the heaps are put
 * before the list *off_heap. NONE: no memory for the copier's list (nothing is pending; what was copied is whole). */
term copy_into(word **to, word **off_heap, term value);
/* The same to a heap that has the words reserved. */
term copy_to(struct proc *to, term value);

#endif
