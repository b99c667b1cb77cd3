/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * maps_impl.h: what maps.c, tmaps.c and sets.c share.
 */
#ifndef LONA_MAPS_IMPL_H
#define LONA_MAPS_IMPL_H

#include "data/champ.h"
#include "data/maps.h"
#include "data/vectors.h"

#define HASHMAP_WORDS (sizeof(struct obj_hashmap) / sizeof(word))
#define SET_WORDS (sizeof(struct obj_set) / sizeof(word))
#define MAP_TRANSIENT_WORDS (sizeof(struct obj_transient) / sizeof(word))
#define FLATMAP_WORDS(entries) (2 + 2 * (entries))

static inline word flat_count(term m)
{
    return (box_words(m) - 1) / 2;
}
static inline bool is_flat(term m)
{
    return box_type(m) == T_FLATMAP;
}
/* A FLATMAP of n entries; kv is the caller's to fill at once. FLATMAP_WORDS(n) */
static inline struct obj_flatmap *take_flat(struct proc *p, word n, term meta)
{
    struct obj_flatmap *m = (struct obj_flatmap *)heap_take_box(p, T_FLATMAP, 0, 1 + 2 * n);
    m->meta = meta;
    return m;
}
static inline term mk_hashmap(struct proc *p, word count, term root, term meta) /* HASHMAP_WORDS */
{
    struct obj_hashmap *m = (struct obj_hashmap *)heap_take_box(p, T_HASHMAP, 0, HASHMAP_WORDS - 1);
    m->count = count;
    m->root = root;
    m->meta = meta;
    return mk_box_ptr(m);
}
/* Which of the first n entries of the flat map has the key; n: none. Never collects. */
word flat_index(term m, word n, term key);

/* The map that a holder stands for: itself, a set's, or a transient's flat root. */
static inline term held_map(term holder)
{
    enum type type = box_type(holder);
    return type == T_SET ? OBJ(set, holder)->map : type == T_TRANSIENT ? OBJ(transient, holder)->root : holder;
}
/*
 * The holder's map (of a map or set) with the entry, or without the key. *holder is kept alive and updated; where the
 * map is another than before, extra words remain reserved. NONE: pending. MAY_GC
 */
term map_assoc_in(struct proc *p, term *holder, term key, term value, word extra);
term map_dissoc_in(struct proc *p, term *holder, term key, word extra);

/*
 * One entry more than a flat map of n entries can hold: op->root becomes a CHAMP root of all of them and op's new
 * entry. op->keep is the map's holder.
 */
MUST_CHECK bool flat_to_champ(struct proc *p, struct champ_op *op, word n); /* MAY_GC */

#endif
