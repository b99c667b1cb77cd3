/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vectors.h: persistent vectors: a flat TUPLE up to 32 elements, above that a radix tree of 32-way nodes with a tail.
 * All that answer a term may answer NONE (pending) and MAY_GC unless said otherwise; index ranges are the caller's duty.
 */
#ifndef LONA_VECTORS_H
#define LONA_VECTORS_H

#include "term/heap.h"

word vec_count(term v);
term vec_nth(term v, word i);              /* i < count; never collects */
const term *vec_chunk(term v, word i, word *count); /* the run of elements that holds i, from i on; borrowed */
term vec_conj(struct proc *p, term v, term x);
term vec_assoc(struct proc *p, term v, word i, term x); /* i <= count */
term vec_pop(struct proc *p, term v);                   /* count > 0 */
term vec_from_list(struct proc *p, term realised_list);
term vec_from_args(struct proc *p, unsigned n); /* from ARG(0..n-1), any n */
term vec_subvec(struct proc *p, term v, word from, word to);
term vec_with_meta(struct proc *p, term v, term meta);
term vec_meta(term v);
/* Transients: the cell and the nodes it made are written in place. */
term vec_transient(struct proc *p, term v);
term vec_persistent(struct proc *p, term t);
term tvec_conj(struct proc *p, term t, term x);
term tvec_assoc(struct proc *p, term t, word i, term x);
term tvec_pop(struct proc *p, term t);
term tvec_nth(term t, word i);
#define EMPTY_VECTOR (empty_vector) /* a shared TUPLE of 0 */
extern term empty_vector;
void vectors_init(void);

#endif
