/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num.h: the numeric tower: small and big integers, ratios, decimals, floats. Exact results are always normalised: an
 * integer that fits is small, a ratio with denominator 1 is an integer. Functions answer NONE with a condition pending
 * (:type-error naming the value, :arithmetic-error for division by zero, :size-limit past NUM_MAX_BITS).
 */
#ifndef LONA_NUM_H
#define LONA_NUM_H

#include "term/heap.h"

#define NUM_MAX_BITS (1u << 26) /* limit of integer size: 8 MiB */

bool is_integer(term t); /* small or big */
bool is_number(term t);

/* Full generic operations behind the instructions' fast paths. Operands may be any terms. MAY_GC */
term num_add(struct proc *p, term a, term b);
term num_sub(struct proc *p, term a, term b);
term num_mul(struct proc *p, term a, term b);
term num_div(struct proc *p, term a, term b);
term num_quot(struct proc *p, term a, term b);
term num_rem(struct proc *p, term a, term b);
term num_mod(struct proc *p, term a, term b);
term num_negate(struct proc *p, term a);
term num_bit_and(struct proc *p, term a, term b);
term num_bit_or(struct proc *p, term a, term b);
term num_bit_xor(struct proc *p, term a, term b);
term num_bit_shift_left(struct proc *p, term a, term b);
term num_bit_shift_right(struct proc *p, term a, term b);

enum num_order { NUM_LESS = -1, NUM_SAME = 0, NUM_MORE = 1, NUM_UNORDERED = 2 /* a NaN is in it */ };
/* Exact comparison of two numbers of any kinds (1/3 and 0.333 too). Both must be numbers. Never allocates. */
enum num_order num_order(term a, term b);
/* `=`: same category (integer-ratio, decimal, float) and same value. Both must be numbers. */
bool num_equal(term a, term b);
/* Consistent with num_equal. */
u64 num_hash(term a);
double num_to_double(term a); /* nearest; a is a number */

/* An integer from a C value; room of INTEGER_WORDS must be reserved. */
#define INTEGER_WORDS 3
term mk_integer(struct proc *p, i64 n);
term mk_integer_u64(struct proc *p, u64 n);
/* True and *n when t is an integer that fits. */
bool integer_to_i64(term t, i64 *n);
bool integer_to_u64(term t, u64 *n);

/* Number literal as the reader finds it (0xFF, 1_000, 42N, 22/7, 6.02e23, 1M, 36rZZ, ##-less). ABSENT: not a number;
 * NONE: pending (:arithmetic-error for 1/0). The text is read before anything is reserved: it may lie in a heap. MAY_GC
 */
term num_parse(struct proc *p, const u8 *text, word bytes);
/* Writes the shortest text that reads back as the same number: into buffer when it fits (NUM_TEXT_MAX suffices for all
 * but big integers, ratios, decimals); returns the length needed. */
#define NUM_TEXT_MAX 32
word num_float_text(double d, char buffer[NUM_TEXT_MAX]);
struct buf;
/* Decimals end in M, infinities are ##Inf; radix (2..36) is for integers and ratios. False: no memory, b->failed is
 * set. True with b->stopped: b->process is asked to stop. */
bool num_print(struct buf *b, term number, unsigned radix);

#endif
