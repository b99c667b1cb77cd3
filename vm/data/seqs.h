/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * seqs.h: what first, next and seq mean in C, for realised data. A lazy cell that is not done stops them: the native then
 * goes on in its Lonala slow path, which forces it (STEP native %force).
 */
#ifndef LONA_SEQS_H
#define LONA_SEQS_H

#include "term/heap.h"

enum seq_status {
    SEQ_OK,
    SEQ_END,
    SEQ_LAZY,  /* *lazy is a lazy cell that must be forced first */
    SEQ_ERROR, /* not a sequence, or out of memory: a condition is pending */
};
/* seq of any collection, nil or string: *s becomes a non-empty sequence (cons, LIST, SEQ, CHUNKED, RANGE) or END. MAY_GC */
enum seq_status seq_of(struct proc *p, term coll, term *s, term *lazy);
/* One step over anything seqable: *x gets the first element, *s the rest (to be given to seq_step again). MAY_GC: *s and
 * *x are updated, other locals are stale. */
enum seq_status seq_step(struct proc *p, term *s, term *x, term *lazy);
/* (first s), (rest s), (next s), (count c) (nth c i default-or-ABSENT), (get c k default): NONE: pending, perhaps a tail call. MAY_GC */
term seq_first(struct proc *p, term s);
term seq_rest(struct proc *p, term s);
term seq_next(struct proc *p, term s);
term seq_seq(struct proc *p, term s);
term coll_count(struct proc *p, term c);
term coll_nth(struct proc *p, term c, term i, term otherwise);
term coll_get(struct proc *p, term c, term k, term otherwise);
term coll_conj(struct proc *p, term c, term x);
term coll_assoc(struct proc *p, term c, term k, term v);
bool is_seq(term t);        /* seq? */
bool is_sequential(term t); /* sequential? */
term mk_list(struct proc *p, term cells, word count, term meta); /* LIST wrapper; 4 + 1 words reserved by it. MAY_GC */
term list_from_args(struct proc *p, unsigned from, unsigned n);  /* ARG(from..n-1), EMPTY_LIST when none. MAY_GC */
term term_meta(term t);                                          /* nil when it has none */
term term_with_meta(struct proc *p, term t, term meta);          /* MAY_GC */

#endif
