/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * str.h: strings: valid UTF-8, counted in code points. Below STR_INLINE_MAX bytes inside the heap, else in a
 * reference-counted struct bin, which substrings share. In the shared area always inline or with a bin of their own.
 */
#ifndef LONA_STR_H
#define LONA_STR_H

#include "term/heap.h"

#define STR_INLINE_MAX 64
#define STR_MAX_BYTES ((1ull << 32) - 16)

struct str_view { /* borrowed: valid until the next MAY_GC (bytes of long ones: while the string is referred to) */
    const u8 *data;
    u32 bytes, code_points;
    bool ascii;
};
struct str_view str_view(term string);

/* Copies bytes (valid UTF-8, else U+FFFD replaces the bad ones). NONE: pending. MAY_GC (the bytes must not be in a
 * heap) */
term str_make(struct proc *p, const void *bytes, word count);
term str_from_c(struct proc *p, const char *text);
struct buf;
/* A string whose bytes the caller writes to *data at once. NONE: pending. MAY_GC */
term str_room(struct proc *p, word bytes, word code_points, u8 **data);
/* They take the buffer (or free it), also on failure. The second does not check: it is made of strings; the third knows
 * how many code points it holds, too. MAY_GC */
term str_from_buf(struct proc *p, struct buf *b);
term str_from_valid(struct proc *p, struct buf *b);
term str_from_counted(struct proc *p, struct buf *b, word code_points);
term str_shared(const void *bytes, word count);                      /* in the shared area; for names and literals */
term str_substring(struct proc *p, term string, word from, word to); /* code points, in range. MAY_GC */
/* The same by byte offsets, which must be those of code points; code_points says how many lie between. MAY_GC */
term str_slice(struct proc *p, term string, word from_byte, word to_byte, word code_points);
/* Parts by byte offset without collecting: str_part_words must be reserved for each. A long part of a long string of
 * the shared area is copied into the heap whole. */
word str_part_words(term string, word bytes);
term mk_str_part(struct proc *p, term string, word from_byte, word bytes);
/* Text that is valid inside an LBINARY becomes a string that shares its bytes. MAY_GC */
term str_of_bin(struct proc *p, term binary, const u8 *data, word bytes, word code_points);
bool str_equal(term a, term b);
int str_compare(term a, term b); /* by code points; -1, 0, 1 */
int bytes_compare(const u8 *a, word n_a, const u8 *b, word n_b);
u64 str_hash(term s);
bool str_is(term s, const char *text);
/* Byte offset of code point i <= code_points. O(1) for ASCII, else by the sparse index or a short scan. */
word str_offset(term s, word i);
word str_index(term s, word offset); /* the inverse of str_offset */
u32 str_char_at(term s, word i);

/* --- UTF-8 (utf8.c) --- */
#define REPLACEMENT_CHARACTER 0xfffdu
/* A Unicode scalar value: what a character may be. */
static inline bool is_code_point(u32 c)
{
    return c < 0xd800 || (c >= 0xe000 && c <= 0x10ffff);
}
/* Decodes one code point at *at (advances); data is valid UTF-8. */
u32 utf8_next(const u8 *data, word *at);
/* Steps *at > 0 back to the code point before it and decodes it. */
u32 utf8_previous(const u8 *data, word *at);
unsigned utf8_put(u8 out[4], u32 code_point); /* U+FFFD for what is no code point */
/* Bytes of the valid prefix; counts code points into *code_points. */
word utf8_valid(const u8 *data, word bytes, word *code_points);
/* Code points in valid text, by lead bytes; in any bytes: those that are no continuation bytes. */
word utf8_count(const u8 *data, word bytes);
/* Byte offset behind code_points code points of valid text; bytes when there are fewer. */
word utf8_skip(const u8 *data, word bytes, word code_points);
/* Appends data with U+FFFD in place of each byte that belongs to no valid sequence; false: no memory. */
bool utf8_repair(struct buf *b, const u8 *data, word bytes);

/* --- reference-counted bytes --- */
struct bin *bin_new(word bytes); /* one reference; NULL: no memory */
void bin_retain(struct bin *b);
void bin_release(struct bin *b);
/* Hangs a new LSTRING or LBINARY (its next field) on the process's off-heap list and accounts its bytes. */
void off_heap_push(struct proc *p, word *object, word bytes);
/* heap_reserve before bytes are allocated outside the heap: it also collects once garbage may hold much memory there,
 * and refuses what the process's limit does not allow. root may be NULL. MAY_GC */
MUST_CHECK bool off_heap_reserve(struct proc *p, word words, word bytes, term *root);

/* --- binaries (binary.c) --- */
struct bin_view {
    const u8 *data;
    u64 bits;
    unsigned bit_offset; /* 0..7 */
};
bool is_binary(term t);
struct bin_view bin_view(term binary);
term binary_make(struct proc *p, const void *bytes, word count);  /* MAY_GC; bytes not in a heap */
term binary_make_bits(struct proc *p, const u8 *data, word bits); /* likewise */
struct bits_buf;
term binary_from_buf(struct proc *p, struct bits_buf *b);          /* frees the buffer, also on failure. MAY_GC */
term binary_part(struct proc *p, term binary, word from, word to); /* bits, in range; long ones share. MAY_GC */
term binary_of_string(struct proc *p, term string);                /* its UTF-8 bytes; long ones share. MAY_GC */
word binary_inline_words(word bits);                               /* heap words of a short one */
bool binary_equal(term a, term b);
int binary_compare(term a, term b);
u64 binary_hash(term b);

#endif
