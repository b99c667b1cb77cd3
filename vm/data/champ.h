/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * champ.h: the trees behind hash maps: compressed hash-array mapped prefix trees (Steindorfer & Vinju 2015).
 * maps.c and tmaps.c build maps from them.
 *
 * A NODE at depth d tells its entries apart by bits 5d..5d+4 of the key's hash:
 *
 *   map    low half, datamap: the bit values that one entry alone has; high half, nodemap: those with a child
 *   item   | k v k v ...    | room ...    | ... child 1, child 0 | owned |
 *          pairs in order of datamap's bits    children likewise   only with CHAMP_OWNING in aux
 *
 *   owned  a small integer: bit b is set when the child of bit value b was made by the transient that made this node.
 *          Ownership is known from the top down only: the transient says whether the root is its own. Bits that remain
 *          after persistent! mean nothing, because the next transient starts by copying the root without them.
 *   room   nil words: only nodes made by transients have some, so that entries are added in place
 *
 * At depth CHAMP_DEPTH the hash is used up: a CHAMP_COLLISION node (aux) holds pairs of one hash; map counts them.
 * Below the root a node holds at least two entries in all, so equal maps have equal shapes (but for the order in
 * collision nodes).
 */
#ifndef LONA_CHAMP_H
#define LONA_CHAMP_H

#include "pure.h"
#include "term/equal.h"

#define CHAMP_OWNING 1u
#define CHAMP_COLLISION 2u
#define CHAMP_DEPTH 13 /* ceil(64 / 5) */

static inline unsigned bits_count(u32 x)
{
    return (unsigned)__builtin_popcount(x);
}
static inline struct obj_node *champ_node(term t)
{
    return OBJ(node, t);
}
static inline unsigned champ_aux(const struct obj_node *n)
{
    return (unsigned)hdr_aux(n->hdr);
}
static inline u32 champ_datamap(const struct obj_node *n) /* not of collision nodes */
{
    return (u32)n->map;
}
static inline u32 champ_nodemap(const struct obj_node *n)
{
    return (u32)(n->map >> 32);
}
static inline word champ_pairs(const struct obj_node *n)
{
    return UNLIKELY(champ_aux(n) & CHAMP_COLLISION) ? n->map : bits_count(champ_datamap(n));
}
static inline word champ_children(const struct obj_node *n)
{
    return UNLIKELY(champ_aux(n) & CHAMP_COLLISION) ? 0 : bits_count(champ_nodemap(n));
}
/* Items before the word of owned bits. */
static inline word champ_end(const struct obj_node *n)
{
    return hdr_words(n->hdr) - 1 - (champ_aux(n) & CHAMP_OWNING);
}
static inline term champ_child(const struct obj_node *n, word i)
{
    return n->item[champ_end(n) - 1 - i];
}

/*
 * Equality of keys: at once for what is equal only to itself and for short strings. () equals other empty sequences and
 * floats have two zeroes, so these go the long way, as collections and big numbers do.
 */
static inline bool key_is_lone_immediate(term t)
{
    return is_int(t) || (term_tag(t) == TAG_IMM && !same(t, EMPTY_LIST));
}
static inline bool key_same(term a, term b)
{
    if (same(a, b))
        return true;
    if (key_is_lone_immediate(a) || key_is_lone_immediate(b))
        return false;
    if (is_box(a) && is_box(b)) {
        enum type type = box_type(a);
        if (type == T_KEYWORD && box_type(b) == T_KEYWORD && is_shared(a) && is_shared(b))
            return false;
        if (type == T_STRING && box_type(b) == T_STRING) /* padded with NUL, so whole words compare */
            return box_words(a) == box_words(b) && !memcmp(box_ptr(a) + 1, box_ptr(b) + 1, box_words(a) * sizeof(word));
    }
    return key_equal(a, b);
}

term champ_get(term root, term key, u64 hash); /* ABSENT */
/* The key as stored, or ABSENT. */
term champ_find(term root, term key, u64 hash, term *value);

struct champ_op {
    term root, key, value;
    term keep;      /* the caller's own: kept alive, updated */
    u64 hash;       /* of key */
    word extra;     /* words that stay reserved for the caller afterwards */
    bool transient; /* new nodes are owning ones */
    bool owned;     /* the root belongs to the transient; true afterwards when root was replaced by a transient's */
    bool changed;   /* out: root or something below it differs */
    bool added;     /* out (assoc): there is one more entry */
};
/* False: out of memory, pending, nothing changed. MAY_GC */
MUST_CHECK bool champ_assoc(struct proc *p, struct champ_op *op);
MUST_CHECK bool champ_dissoc(struct proc *p, struct champ_op *op);
/* An empty root with room; CHAMP_ROOT_WORDS are reserved. */
#define CHAMP_ROOT_WORDS (2 + 2 * 12 + 1)
term champ_empty_root(struct proc *p);

#endif
