/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * maps.h: persistent maps and sets: flat up to 8 entries (insertion order kept), CHAMP above (Steindorfer & Vinju 2015).
 * Keys must be realised data (lazy sequences forced: term_is_realised); equality and hash are term/equal.h's, seeded at boot.
 */
#ifndef LONA_MAPS_H
#define LONA_MAPS_H

#include "term/heap.h"

#define FLATMAP_MAX 8

word map_count(term m);
term map_get(term m, term key); /* ABSENT; never collects */
term map_assoc(struct proc *p, term m, term key, term value);
term map_dissoc(struct proc *p, term m, term key);
term map_meta(term m);
term map_with_meta(struct proc *p, term m, term meta);
/* Iteration without allocation: struct map_iter it = map_iter(m); while (map_next(&it)) it.key, it.value. Not across MAY_GC. */
struct map_iter {
    term key, value;
    term map;
    unsigned depth;
    u32 at[16];
    term node[16];
};
struct map_iter map_iter(term m);
bool map_next(struct map_iter *it);
/* Entry number i in iteration order is reached in O(depth) with a position made by map_seek (for seq views). */
term map_transient(struct proc *p, term m);
term map_persistent(struct proc *p, term t);
term tmap_assoc(struct proc *p, term t, term key, term value);
term tmap_dissoc(struct proc *p, term t, term key);
term tmap_get(term t, term key); /* ABSENT */
extern term empty_map, empty_set;

bool is_set(term t); /* hash set; sorted ones are asked separately */
word set_count(term s);
bool set_has(term s, term x);
term set_get(term s, term x); /* the element as stored, or ABSENT */
term set_conj(struct proc *p, term s, term x);
term set_disj(struct proc *p, term s, term x);
void maps_init(void);

#endif
