/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bits.h: bit syntax: building binaries from segments and taking them apart.
 *
 *     #bits[version:4 ihl:4 len:16 src:32/big rest/bytes]
 *
 * The reader turns this into (bits* [segment ...]), each segment a vector [form size-form-or-nil [option ...]]:
 *
 *     (bits* [[version 4 []] [ihl 4 []] [len 16 []] [src 32 [:big]] [rest nil [:bytes]]])
 *
 * In the text a segment is  form [":" size] ["/" option {"-" option}]  where form is a symbol, a number, a character, a
 * string or a form in parentheses, and size a number, a symbol or a form in parentheses. An option is a keyword, or the
 * number n of "unit:n". As an expression (bits* ...) builds, as a pattern it matches; sizes may mention names bound by
 * segments before.
 *
 *     kind      options                     size counts   default   value
 *     integer   :int :integer               bits (unit 1) 8         unsigned, with :signed two's complement
 *     float     :float                      bits (unit 1) 64        16, 32 or 64 bits, IEEE 754
 *     bytes     :bytes :binary              bytes (8)     the rest  a binary of whole bytes; building: or a string
 *     bits      :bits :bitstring            bits (1)      the rest  a binary
 *     utf8      :utf8                       none                    one character
 *
 * further: :big (default) :little :signed :unsigned, and a unit 1..256 by which the size is multiplied. Little-endian
 * integers whose size is not a multiple of 8 keep their highest bits in the last, partial byte, as in Erlang.
 *
 * The compiler turns the options of a segment into a spec, a small integer (bits_spec), at compile time. A form that is
 * a string literal without options stands for its UTF-8 bytes: kind bytes, in a pattern with that many bytes as size.
 * An expression becomes one call
 *
 *     (%bits-build spec size value  spec size value ...)          size nil: the default
 *
 * and a pattern steps a bit offset, 0 at first, through the binary without making sub-binaries on the way:
 *
 *     (%bits-end binary at spec size)    offset behind the segment; nil: it does not match (too short, bad UTF-8 ...)
 *     (%bits-read binary at spec size)   its value, once %bits-end has said that it fits
 *
 * It matches when the last offset equals (bit-size binary). A size that is no natural number does not match.
 * (%bits-take binary spec size) is both in one, [value rest] or nil; (%bits-append binary spec size value) extends.
 */
#ifndef LONA_BITS_H
#define LONA_BITS_H

#include "data/str.h"

enum bits_kind { BITS_INT, BITS_FLOAT, BITS_BYTES, BITS_BITS, BITS_UTF8 };
FIELD(spec, kind, 2, 0)
FIELD(spec, signed, 3, 3)
FIELD(spec, little, 4, 4)
FIELD(spec, unit, 14, 5) /* 0: the kind's own */

/* Spec of a vector of options (keywords and a unit); false: *error says what is wrong. Never allocates. */
bool bits_spec(term options, word *spec, const char **error);

/* --- access to bits (binary.c) --- */
/* n <= 64 bits from bit position at of data on, right-aligned. Reads only the bytes that hold them. */
u64 bits_load(const u8 *data, word at, unsigned n);
/* Copies n bits from bit position at of data to out, left-aligned, the last byte filled up with zeros. */
void bits_copy(u8 *out, const u8 *data, word at, word n);

/* A binary growing outside the heaps, bit by bit. */
struct buf;
struct bits_buf {
    struct buf *bytes;
    unsigned used; /* bits used of the last byte, 0: all */
};
void bits_put(struct bits_buf *b, const u8 *data, word at, word n);
word bits_count(const struct bits_buf *b);

#endif
