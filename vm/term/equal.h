/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * equal.h: `=`, hash and compare over realised data, with an explicit stack: nesting of any depth costs no C stack.
 * Sequences are equal by elements whatever their kind, maps and sets by content, records also by type, as in Clojure.
 */
#ifndef LONA_EQUAL_H
#define LONA_EQUAL_H

#include "term/heap.h"

enum truth {
    TRUTH_NO,
    TRUTH_YES,
    TRUTH_LAZY,   /* a lazy cell not yet realised is inside: *lazy; take the slow path */
    TRUTH_MEMORY, /* no memory for the stack */
    TRUTH_TYPES,  /* compare only: not comparable */
};
enum truth term_equal(term a, term b, term *lazy);
/* For keys that are known to be realised. Never fails: depth beyond memory counts as unequal. */
bool key_equal(term a, term b);
/* Seeded at boot; consistent with key_equal. Lazy cells inside must be realised (key_ready). */
u64 key_hash(term t);
/* True when the value has no unrealised lazy cell inside; else *lazy is the first. Immediate, strings, keywords: O(1). */
bool key_ready(term t, term *lazy);
/* compare: *order is -1, 0 or 1 where TRUTH_YES. */
enum truth term_compare(term a, term b, int *order, term *lazy);
void hash_init(void); /* seeds */
u64 hash_mix(u64 a, u64 b);
u64 hash_bytes(const void *bytes, word count);

#endif
