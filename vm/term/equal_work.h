/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * equal_work.h: an equality under way: pairs still to be compared, all of which must be equal. The native `=` keeps the
 * pairs of a run that stopped at a lazy cell and goes on later, so that nothing is compared twice.
 */
#ifndef LONA_EQUAL_WORK_H
#define LONA_EQUAL_WORK_H

#include "data/seqs.h"
#include "term/equal.h"

#define EQUAL_PLAIN (~(word)0) /* i of a cursor: compare s as a value instead of walking it */
struct equal_pair {
    struct cursor a, b;
};
#define EQUAL_INLINE 16
struct equal_work {
    struct equal_pair *pair;
    word count, room;
    const struct proc *process; /* that compares, and may be asked to stop; NULL: nobody's */
    bool stopped;               /* it was, within a collection */
    struct equal_pair inline_pair[EQUAL_INLINE];
};
void equal_begin(struct equal_work *w);
void equal_end(struct equal_work *w); /* frees what it holds */
/* plain: two values; else two sequences from their starts. False: no memory. */
MUST_CHECK bool equal_push(struct equal_work *w, term a, term b, bool plain);
/* Compares up to *budget elements and takes them from it. TRUTH_LAZY with *lazy nil: it is used up, or the process is
 * asked to stop. */
enum truth equal_run(struct equal_work *w, word *budget, term *lazy);

#endif
