/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * text.h: what the natives on strings share: values as text, case, white space, searching, slices.
 */
#ifndef LONA_TEXT_H
#define LONA_TEXT_H

#include "data/buf.h"
#include "data/str.h"
#include "lang/printer.h"

/* Appends x as (str x) has it: nil is nothing, strings and characters are themselves, others as pr writes them. It
 * stops at records, which may have a text of their own. What it stopped at is in *at. */
enum print_status text_append(struct proc *p, struct buf *b, term x, term *at);
/* The native's answer to a status other than PRINT_OK: it runs again with the lazy cell forced, goes on in slow (a
 * record prints itself), or :out-of-memory or :interrupt. Frees the buffer. */
term text_stopped(struct proc *p, struct buf *b, enum print_status status, term at, term slow);

/* --- case and classes (casing.c): full Unicode mappings, without locales --- */
void text_upper(struct buf *b, const u8 *data, word bytes);
void text_lower(struct buf *b, const u8 *data, word bytes);
u32 char_upper(u32 c); /* simple mappings, one to one */
u32 char_lower(u32 c);
bool char_is_space(u32 c); /* what trim removes: white space but for no-break spaces */

/* --- searching bytes (search.c): linear time whatever the input --- */
#define NOT_FOUND (~(word)0)
word bytes_find(const u8 *text, word n, const u8 *needle, word m);      /* first occurrence */
word bytes_find_last(const u8 *text, word n, const u8 *needle, word m); /* last one */

/* --- slices of one string, collected first and made at once --- */
#define NO_SLICE (~(u32)0)
struct slice { /* byte offsets, which are below 4 GiB as a string's length is; from NO_SLICE: nil */
    u32 from, to;
};
void slice_add(struct buf *slices, word from, word to);
/* The vector of slices of ARG(arg); frees the buffer, also on failure. MAY_GC */
term slices_vector(struct proc *p, unsigned arg, struct buf *slices);

#endif
