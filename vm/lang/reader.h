/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * reader.h: text to forms. Never recurses; any byte sequence gives a form or an error with a position.
 *
 * With `positions`, every list read is a LIST object whose meta slot holds a T_BYTES object instead of a map: u32 line,
 * u32 column of the list, then u32 line, u32 column of each element. form_position reads it, meta shows it as
 * {:line :column}, printing and equality ignore it.
 */
#ifndef LONA_READER_H
#define LONA_READER_H

#include "term/heap.h"

/* What becomes of #?( ): the form of a feature that is there; a tagged literal with the tag ? or ?@; an error. */
enum conditionals { CONDITIONALS_CHOSEN, CONDITIONALS_KEPT, CONDITIONALS_REFUSED };

struct reader {
    const u8 *text; /* outside the heaps; borrowed */
    word bytes;
    word at; /* next byte; after a form: just behind it */
    u32 line, column;
    word form_at; /* where the last form began; with comment_at..form_at the comment lines directly above it */
    word comment_at;
    u32 form_line, form_column;
    term ns;          /* NS for ::k and syntax-quote */
    bool positions;   /* keep positions (code) */
    bool intern;      /* code: intern names; data: look up only */
    bool data_only;   /* edn: what stands for code is an error */
    bool tagged;      /* leave tagged literals as TAGGED objects instead of reading #inst, #uuid */
    bool made_tagged; /* set when a form has a tagged literal in it */
    enum conditionals conditionals;
    const char *error; /* set with READ_ERROR and READ_INCOMPLETE: what is wrong and what was expected */
    char error_text[160];
    u32 error_line, error_column; /* set whenever reading fails */
};
enum read_status {
    READ_FORM,
    READ_END,        /* only white space and comments were left */
    READ_INCOMPLETE, /* the text ends inside a form: at a prompt ask for more */
    READ_ERROR,
    READ_MEMORY, /* a condition is pending */
};
enum read_status read_form(struct proc *p, struct reader *r, term *form); /* MAY_GC */

/* Position of element i of a list form (i = -1: the list itself); false when unknown. */
bool form_position(term form, int i, u32 *line, u32 *column);
/* A position as a small integer. */
term position_pack(u32 line, u32 column);
bool position_unpack(term at, u32 *line, u32 *column); /* false: at is nil */
/* The same in the text that is being compiled: a form that is a literal of compiled code has one in another text. */
bool text_position(term form, int i, u32 *line, u32 *column);

#endif
