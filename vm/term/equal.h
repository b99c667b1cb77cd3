/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * equal.h: `=`, hash and compare over realised data, with an explicit stack: nesting of any depth costs no C stack.
 * Sequences are equal by elements whatever their kind, maps and sets by content, records also by type, as in Clojure.
 */
#ifndef LONA_EQUAL_H
#define LONA_EQUAL_H

#include "term/heap.h"

/* What equality, hash and the sequence functions see in a value. */
enum value_kind {
    VALUE_OTHER, /* equal only to itself: functions, vars, cells, regular expressions ... */
    VALUE_NIL,
    VALUE_BOOL,
    VALUE_CHAR,
    VALUE_PID,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_BINARY,
    VALUE_SYMBOL,
    VALUE_KEYWORD,
    VALUE_UUID,
    VALUE_INST,
    VALUE_REF,
    VALUE_TAGGED,
    VALUE_SEQ, /* cons cells, (), LIST, LAZY, CHUNKED, SEQ, RANGE */
    VALUE_VECTOR,
    VALUE_MAP, /* FLATMAP, HASHMAP */
    VALUE_SET,
    VALUE_SORTED, /* sorted map or set: aux */
    VALUE_RECORD,
};
extern const u8 value_kind_of_type[TYPE_COUNT];
extern const u8 value_kind_of_imm[32];
static inline enum value_kind value_kind(term t)
{
    switch ((enum term_tag)term_tag(t)) {
    case TAG_CONS:
        return VALUE_SEQ;
    case TAG_BOX: {
        enum value_kind kind = (enum value_kind)value_kind_of_type[box_type(t)];
        return kind == VALUE_RECORD && box_aux(t) ? VALUE_OTHER : kind;
    }
    case TAG_IMM:
        return (enum value_kind)value_kind_of_imm[(t.w >> 3) & 31];
    case TAG_INT:
    case TAG_FLOAT_TINY:
    case TAG_FLOAT_LOW:
    case TAG_FLOAT_HIGH:
    case TAG_HDR:
        break;
    }
    return VALUE_NUMBER;
}
static inline bool is_collection(term t)
{
    return value_kind(t) >= VALUE_TAGGED;
}

enum truth {
    TRUTH_NO,
    TRUTH_YES,
    TRUTH_LAZY,   /* a lazy cell not yet realised is inside: *lazy; take the slow path */
    TRUTH_MEMORY, /* no memory for the stack */
    TRUTH_TYPES,  /* compare only: not comparable */
};
enum truth term_equal(term a, term b, term *lazy);
/* The same for what takes little time; TRUTH_LAZY also where it takes more. */
enum truth term_equal_soon(struct proc *p, term a, term b, term *lazy);
/* For keys that are known to be realised. Never fails: depth beyond memory counts as unequal. */
bool key_equal(term a, term b);

/* --- hash: seeded at boot, 128-bit products folded, as in Wang Yi's wyhash --- */

extern u64 hash_seed[4];
void hash_init(void); /* seeds */
static inline u64 hash_fold(u64 a, u64 b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (u64)product ^ (u64)(product >> 64);
}
static inline u64 hash_mix(u64 a, u64 b)
{
    return hash_fold(a ^ hash_seed[0], b ^ hash_seed[1]) ^ hash_fold(b + hash_seed[2], a ^ hash_seed[3]);
}
u64 hash_bytes(const void *bytes, word count);
static inline u64 hash_int(term t) /* is_int(t) */
{
    return hash_fold(t.w ^ hash_seed[0], hash_seed[1]);
}
u64 key_hash_any(term t);
/* Consistent with key_equal. Lazy cells inside must be realised (key_ready). */
static inline u64 key_hash(term t)
{
    return is_int(t) ? hash_int(t) : key_hash_any(t);
}
/* The same; false when p is asked to stop meanwhile. */
MUST_CHECK bool key_hash_unless_stopped(const struct proc *p, term t, u64 *h);
bool key_ready_deep(struct proc *p, term t, term *lazy); /* of a collection */
/* True when the value has no unrealised lazy cell inside; else *lazy is the first. Where p is asked to stop meanwhile
 * it is false too, *lazy something that needs no forcing, and the slice is over. Immediate, strings, keywords: O(1). */
static inline bool key_ready(struct proc *p, term t, term *lazy)
{
    return is_int(t) || !is_collection(t) || key_ready_deep(p, t, lazy);
}
/* compare: *order is -1, 0 or 1 where TRUTH_YES. */
enum truth term_compare(term a, term b, int *order, term *lazy);
/* Is it of a kind whose values compare orders? */
bool term_has_order(term t);

#endif
