/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * maps.h: persistent maps and sets: flat up to 8 entries (insertion order kept), CHAMP above (Steindorfer & Vinju
 * 2015). Keys must be realised data (lazy sequences forced: key_ready); equality and hash are term/equal.h's, seeded at
 * boot. All that answer a term may answer NONE (pending) and MAY_GC unless said otherwise.
 *
 * Functions map_* take FLATMAP or HASHMAP, set_* take SET; other kinds (records, sorted) are the callers' to ask.
 * A HASHMAP from which entries are taken stays one down to 1 entry; no entries: the empty FLATMAP.
 *
 * Transient map or set (T_TRANSIENT, aux TRANSIENT_MAP or TRANSIENT_SET): count; root a FLATMAP with room for 8 entries
 * of which count are there, or a CHAMP root NODE; extra true when the root is the transient's own (champ.h).
 */
#ifndef LONA_MAPS_H
#define LONA_MAPS_H

#include "term/heap.h"

#define FLATMAP_MAX 8

extern term empty_map, empty_set;
void maps_init(void);

/* --- maps --- */
word map_count(term m);
term map_get(term m, term key); /* ABSENT; never collects */
/* The key as stored, *value: its value; or ABSENT. Never collects. */
term map_find(term m, term key, term *value);
term map_assoc(struct proc *p, term m, term key, term value);
term map_dissoc(struct proc *p, term m, term key);
term map_meta(term m);
term map_with_meta(struct proc *p, term m, term meta);
/* n pairs at ARG(from) ...; a later equal key wins, or with unique set raises :illegal-argument "Duplicate key". */
term map_from_args(struct proc *p, unsigned from, unsigned n_pairs, bool unique);

/* Iteration without allocation: struct map_iter it = map_iter(m); while (map_next(&it)) it.key, it.value. Not across
 * MAY_GC. */
struct map_iter {
    term key, value;
    term map;
    unsigned depth;
    u32 at[16];
    term node[16];
};
struct map_iter map_iter(term m);
bool map_next(struct map_iter *it);

/*
 * Positions for sequence views (SEQ_MAP, SEQ_KEYS, SEQ_VALS): two terms that the view keeps in its fields position and
 * extra, which the collector may move. Stepping is O(1) amortised and shares: position counts inside one node, extra is
 * that node's frame, a TUPLE [node, index, outer frame or nil] (nil for a flat map). Same order as map_iter.
 * The caller reserves MAP_STEP_WORDS (beside its own needs) before map_seq_first and map_seq_next; they never collect.
 */
#define MAP_STEP_WORDS 64
struct map_pos {
    term position, extra;
};
/* False: the map is empty. */
bool map_seq_first(struct proc *p, term m, struct map_pos *pos);
/* False: that was the last entry. */
bool map_seq_next(struct proc *p, term m, struct map_pos *pos);
void map_seq_entry(term m, const struct map_pos *pos, term *key, term *value);

/* --- transient maps; t is not done. assoc and dissoc answer t itself (it may have moved) --- */
term map_transient(struct proc *p, term m);
term map_persistent(struct proc *p, term t); /* t is done after it; no metadata */
term tmap_assoc(struct proc *p, term t, term key, term value);
term tmap_dissoc(struct proc *p, term t, term key);
term tmap_get(term t, term key); /* ABSENT; never collects; sets too: the element */
word tmap_count(term t);

/* --- sets --- */
bool is_set(term t); /* hash set; sorted ones are asked separately */
word set_count(term s);
bool set_has(term s, term x);
term set_get(term s, term x); /* the element as stored, or ABSENT */
term set_conj(struct proc *p, term s, term x);
term set_disj(struct proc *p, term s, term x);
term set_meta(term s);
term set_with_meta(struct proc *p, term s, term meta);
/* The map element -> element: iterate and step a set through it. */
static inline term set_map(term s)
{
    return OBJ(set, s)->map;
}
term set_transient(struct proc *p, term s);
term set_persistent(struct proc *p, term t);

/* --- any transient: reads for get, nth, count, contains?; raise when it is done --- */
term transient_count(struct proc *p, term t);
term transient_get(struct proc *p, term t, term key, term otherwise); /* key is ready */
term transient_nth(struct proc *p, term t, term i, term otherwise);   /* otherwise ABSENT: raises :range-error */

#endif
