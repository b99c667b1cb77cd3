/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vectors.h: persistent vectors: a flat TUPLE up to 32 elements, above that a radix tree of 32-way nodes with a tail.
 * All that answer a term may answer NONE (pending) and MAY_GC unless said otherwise; index ranges are the caller's
 * duty.
 *
 * VECTOR. Element i is at physical index i + start:
 *
 *   root   NODE of 32 children (nil where there is none); at shift 5 the children are leaves: TUPLEs of 32 elements,
 *          which also serve as chunks. Above shift 5 they are NODEs.
 *   tail   TUPLE of the last 1..32 elements, those from physical index (start + count - 1) & ~31 on
 *   start  below 1 << shift; not 0 only in what subvec made: elements before it are dead and mostly cut off
 *   A VECTOR of up to 32 elements exists to carry metadata only: root nil, shift 0, start 0.
 *
 * Transient vector (T_TRANSIENT, aux TRANSIENT_VECTOR): the same, but the tail is always a TUPLE of 32 slots, of which
 * the first ((start + count - 1) & 31) + 1 are elements; tail_from is vec_tail_offset(start + count) - start, so that
 * element i is in the tail when i - tail_from < 32; and it owns nodes, which are written in place:
 *   - the tail is always its own; the root is when extra is true;
 *   - child i of a NODE it owns is its own when bit i of that NODE's map word is set.
 * So ownership is known from the top down only. Bits left behind after persistent! mean nothing: the next transient
 * does not own the root, and a copy starts with no bits.
 *
 * Cost: nth, conj, assoc, pop and subvec O(log32 n); transient operations in place once a path is owned.
 */
#ifndef LONA_VECTORS_H
#define LONA_VECTORS_H

#include "term/heap.h"

#define EMPTY_VECTOR (empty_vector) /* a shared TUPLE of 0 */
extern term empty_vector;
void vectors_init(void);

/* heap_write, without a call where nothing need be remembered: the value is no pointer or the object is young. */
static inline void heap_write_inline(struct proc *p, term object, term *slot, term value)
{
    if (LIKELY(!is_pointer(value) || object.w - (word)p->block < p->block_words * sizeof(word)))
        *slot = value;
    else
        heap_write(p, object, slot, value);
}

/* --- reading: never collects --- */

/* Where the tail of so many physical elements begins. */
static inline word vec_tail_offset(word physical_count)
{
    return physical_count ? (physical_count - 1) & ~(word)31 : 0;
}
/* The leaf of a tree that holds physical index at. */
static inline struct obj_tuple *vec_leaf(term root, word shift, word at)
{
    NO_UNROLL /* few trees have three levels more */
    for (; shift > 5; shift -= 5)
        root = OBJ(node, root)->item[(at >> shift) & 31];
    return OBJ(tuple, OBJ(node, root)->item[(at >> 5) & 31]);
}
static inline word vec_count(term v)
{
    return box_type(v) == T_TUPLE ? tuple_count(v) : OBJ(vector, v)->count;
}
static inline term vec_nth(term v, word i) /* i < count */
{
    if (LIKELY(box_type(v) == T_TUPLE))
        return OBJ(tuple, v)->item[i];
    const struct obj_vector *o = OBJ(vector, v);
    word at = i + o->start;
    if (at >= vec_tail_offset(o->start + o->count))
        return OBJ(tuple, o->tail)->item[at & 31];
    return vec_leaf(o->root, o->shift, at)->item[at & 31];
}
/* The TUPLE with element i < count as item *offset, behind which elements follow to its end. */
term vec_leaf_of(term v, word i, word *offset);
/* The run of elements that holds i, from i on; borrowed. */
const term *vec_chunk(term v, word i, word *count);
term vec_meta(term v);

/* --- persistent operations --- */
term vec_conj(struct proc *p, term v, term x);
term vec_assoc(struct proc *p, term v, word i, term x);      /* i <= count */
term vec_pop(struct proc *p, term v);                        /* count > 0; keeps metadata */
term vec_subvec(struct proc *p, term v, word from, word to); /* from <= to <= count; shares; no metadata */
term vec_with_meta(struct proc *p, term v, term meta);
term vec_from_list(struct proc *p, term realised_list); /* cons cells, LIST, () or nil */
term vec_from_args(struct proc *p, unsigned n);         /* from ARG(0..n-1), any n */
term vec_filled(struct proc *p, word count, term x);    /* count times x */

/* --- transients --- */
enum transient_kind { TRANSIENT_VECTOR, TRANSIENT_MAP, TRANSIENT_SET }; /* aux of T_TRANSIENT */
#define TRANSIENT_DONE (~(word)0)                                       /* count once persistent! was called */
#define NO_TAIL ((word)1 << 62)                                         /* then tail_from: no index is there */

static inline bool is_transient(term t, enum transient_kind kind)
{
    return is_box(t) && (u32)*box_ptr(t) >> 8 == (u32)mk_header(T_TRANSIENT, kind, 0) >> 8;
}
/*
 * For t a transient vector and i < count (which fails when it is done, if the caller compares i with count other than
 * TRANSIENT_DONE): the TUPLE that holds element i, at item[tvec_offset(t, i)].
 */
static inline word tvec_offset(term t, word i)
{
    return (i + OBJ(transient, t)->start) & 31;
}
/* Any term, any i. The place of element i when t is a transient vector and its tail holds that; else NULL. */
static inline term *tvec_tail_slot(term t, word i)
{
    if (!is_transient(t, TRANSIENT_VECTOR))
        return NULL;
    const struct obj_transient *o = OBJ(transient, t);
    word slot = i - o->tail_from;
    return LIKELY(i < o->count) && LIKELY(slot < 32) ? &OBJ(tuple, o->tail)->item[slot] : NULL;
}
static inline struct obj_tuple *tvec_leaf(term t, word i)
{
    const struct obj_transient *o = OBJ(transient, t);
    word at = i + o->start;
    if (at >= vec_tail_offset(o->start + o->count))
        return OBJ(tuple, o->tail);
    return vec_leaf(o->root, o->shift, at);
}
/* The same when t owns it, so that heap_write may write the element; NULL when a copy must come first (tvec_assoc). */
static inline struct obj_tuple *tvec_owned_leaf(term t, word i)
{
    const struct obj_transient *o = OBJ(transient, t);
    word at = i + o->start;
    if (at >= vec_tail_offset(o->start + o->count))
        return OBJ(tuple, o->tail);
    if (!is_truthy(o->extra))
        return NULL;
    term node = o->root;
    for (word shift = o->shift; shift; shift -= 5) {
        unsigned child = (at >> shift) & 31;
        if (!((OBJ(node, node)->map >> child) & 1))
            return NULL;
        node = OBJ(node, node)->item[child];
    }
    return OBJ(tuple, node);
}
static inline term tvec_nth(term t, word i) /* i < count; never collects */
{
    return tvec_leaf(t, i)->item[tvec_offset(t, i)];
}
term vec_transient(struct proc *p, term v);
term vec_persistent(struct proc *p, term t); /* t is done after it; no metadata */
/* These answer t itself (it may have moved). t is not done. */
term tvec_conj(struct proc *p, term t, term x);
term tvec_assoc(struct proc *p, term t, word i, term x); /* i <= count */
term tvec_pop(struct proc *p, term t);                   /* count > 0 */
term tvec_filled(struct proc *p, word count, term x);    /* a new transient of count times x, all owned */

#endif
