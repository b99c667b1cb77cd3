/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * printer.h: values to text, without recursion, without allocation in a heap.
 */
#ifndef LONA_PRINTER_H
#define LONA_PRINTER_H

#include "data/buf.h"
#include "term/heap.h"

enum print_status { PRINT_OK, PRINT_LAZY /* met an unrealised lazy cell */, PRINT_MEMORY, PRINT_METHOD /* a record */ };
struct print_options {
    bool readable;      /* pr: strings quoted, characters escaped */
    bool force_not;     /* write unrealised lazy cells as #<lazy> and records plainly instead of stopping */
    bool meta;          /* *print-meta* */
    iword length;       /* *print-length*, -1: all */
    iword level;        /* *print-level*, -1: all */
    word max_bytes;     /* cut with ... after about so many; 0: never */
};
enum print_status print_term(struct buf *b, term t, const struct print_options *options, term *stopped_at);

#endif
