/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * printer.h: values to text, without recursion, without allocation in a heap.
 *
 * Data is written so that it reads back equal; the rest as #<kind what>. A cell that contains itself is cut there.
 */
#ifndef LONA_PRINTER_H
#define LONA_PRINTER_H

#include "data/buf.h"
#include "term/heap.h"

enum print_status {
    PRINT_OK,
    PRINT_LAZY /* met an unrealised lazy cell */,
    PRINT_MEMORY,
    PRINT_METHOD /* a record */,
    PRINT_INTERRUPTED
};
struct print_options {
    bool readable;              /* pr: strings quoted, characters escaped */
    bool force_not;             /* write unrealised lazy cells as #<lazy> and records plainly instead of stopping */
    bool meta;                  /* *print-meta* */
    bool ns_maps;               /* *print-namespace-maps* */
    iword length;               /* *print-length*, -1: all */
    iword level;                /* *print-level*, -1: all */
    word max_bytes;             /* cut with ... after about so many; 0: never */
    const struct proc *process; /* whose interrupt ends it; NULL: nobody's */
};
enum print_status print_term(struct buf *b, term t, const struct print_options *options, term *stopped_at);

/* Whether records stop the printer with PRINT_METHOD: once print-method knows more than its defaults. */
extern bool print_methods_known;

/* What is no collection, or of no interest inside; false: it is a collection or a cell (print_leaf.c). */
bool print_leaf(struct buf *b, term t, const struct print_options *options);
void print_name(struct buf *b, term symbol_or_keyword);

#endif
