/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * maps.c: persistent maps, flat and hashed, and iteration over them. Trees are champ.c's, transients tmaps.c's.
 */
#include "data/maps.h"

#include "data/maps_impl.h"
#include "run/native.h"

term empty_map, empty_set;

void maps_init(void)
{
    struct obj_flatmap *m = (struct obj_flatmap *)shared_alloc_box(T_FLATMAP, 0, 1);
    m->meta = NIL;
    empty_map = mk_box_ptr(m);
    shared_root(&empty_map);
    struct obj_set *s = (struct obj_set *)shared_alloc_box(T_SET, 0, SET_WORDS - 1);
    s->map = empty_map;
    s->meta = NIL;
    empty_set = mk_box_ptr(s);
    shared_root(&empty_set);
}

/* --- reading --- */

word map_count(term m)
{
    return is_flat(m) ? flat_count(m) : OBJ(hashmap, m)->count;
}

word flat_index(term m, word n, term key)
{
    const term *kv = OBJ(flatmap, m)->kv;
    for (word i = 0; i < n; i++) {
        if (same(kv[2 * i], key))
            return i;
    }
    if (key_is_lone_immediate(key))
        return n;
    for (word i = 0; i < n; i++) {
        if (key_same(kv[2 * i], key))
            return i;
    }
    return n;
}

term map_get(term m, term key)
{
    if (!is_flat(m))
        return champ_get(OBJ(hashmap, m)->root, key, key_hash(key));
    word n = flat_count(m), i = flat_index(m, n, key);
    return i < n ? OBJ(flatmap, m)->kv[2 * i + 1] : ABSENT;
}

term map_find(term m, term key, term *value)
{
    if (!is_flat(m))
        return champ_find(OBJ(hashmap, m)->root, key, key_hash(key), value);
    word n = flat_count(m), i = flat_index(m, n, key);
    if (i == n)
        return ABSENT;
    *value = OBJ(flatmap, m)->kv[2 * i + 1];
    return OBJ(flatmap, m)->kv[2 * i];
}

term map_meta(term m)
{
    return is_flat(m) ? OBJ(flatmap, m)->meta : OBJ(hashmap, m)->meta;
}

/* --- changing --- */

/* A flat map with room for `entries` entries beginning with those of m; their values and keys shared. */
static struct obj_flatmap *copy_flat(struct proc *p, term m, word entries)
{
    word n = flat_count(m);
    struct obj_flatmap *c = take_flat(p, entries, OBJ(flatmap, m)->meta);
    memcpy(c->kv, OBJ(flatmap, m)->kv, 2 * (n < entries ? n : entries) * sizeof(term));
    return c;
}

term map_with_meta(struct proc *p, term m, term meta)
{
    if (same(map_meta(m), meta))
        return m;
    if (!is_flat(m)) {
        if (!heap_reserve(p, HASHMAP_WORDS, &m, &meta))
            return NONE;
        return mk_hashmap(p, OBJ(hashmap, m)->count, OBJ(hashmap, m)->root, meta);
    }
    word n = flat_count(m);
    if (n == 0 && is_nil(meta))
        return empty_map;
    if (!heap_reserve(p, FLATMAP_WORDS(n), &m, &meta))
        return NONE;
    struct obj_flatmap *c = copy_flat(p, m, n);
    c->meta = meta;
    return mk_box_ptr(c);
}

bool flat_to_champ(struct proc *p, struct champ_op *op, word n)
{
    word extra = op->extra;
    if (!heap_reserve(p, CHAMP_ROOT_WORDS, &op->key, &op->value, &op->keep))
        return false;
    op->root = champ_empty_root(p);
    op->transient = op->owned = true;
    op->extra = 0;
    for (word i = 0; i <= n; i++) {
        if (i == n)
            op->extra = extra;
        if (!champ_assoc(p, op))
            return false;
        if (i < n) {
            const term *pair = &OBJ(flatmap, held_map(op->keep))->kv[2 * i];
            op->key = pair[0];
            op->value = pair[1];
            op->hash = key_hash(op->key);
        }
    }
    return true;
}

static term hash_assoc(struct proc *p, term *holder, term key, term value, word extra)
{
    term m = held_map(*holder);
    struct champ_op op = {.root = OBJ(hashmap, m)->root,
                          .key = key,
                          .value = value,
                          .keep = *holder,
                          .hash = key_hash(key),
                          .extra = HASHMAP_WORDS + extra};
    if (!champ_assoc(p, &op))
        return NONE;
    *holder = op.keep;
    m = held_map(*holder);
    if (!op.changed)
        return m;
    return mk_hashmap(p, OBJ(hashmap, m)->count + op.added, op.root, OBJ(hashmap, m)->meta);
}

term map_assoc_in(struct proc *p, term *holder, term key, term value, word extra)
{
    term m = held_map(*holder);
    if (!is_flat(m))
        return hash_assoc(p, holder, key, value, extra);
    word n = flat_count(m), i = flat_index(m, n, key);
    if (i < n && same(OBJ(flatmap, m)->kv[2 * i + 1], value))
        return m;
    if (i == FLATMAP_MAX) {
        struct champ_op op = {.root = NIL,
                              .key = key,
                              .value = value,
                              .keep = *holder,
                              .hash = key_hash(key),
                              .extra = HASHMAP_WORDS + extra};
        if (!flat_to_champ(p, &op, n))
            return NONE;
        *holder = op.keep;
        return mk_hashmap(p, n + 1, op.root, OBJ(flatmap, held_map(op.keep))->meta);
    }
    word entries = i < n ? n : n + 1;
    if (!heap_reserve(p, FLATMAP_WORDS(entries) + extra, holder, &key, &value))
        return NONE;
    struct obj_flatmap *c = copy_flat(p, held_map(*holder), entries);
    if (i == n)
        c->kv[2 * i] = key;
    c->kv[2 * i + 1] = value;
    return mk_box_ptr(c);
}
term map_assoc(struct proc *p, term m, term key, term value)
{
    return map_assoc_in(p, &m, key, value, 0);
}

/* No entries: FLATMAP_WORDS(0) are reserved. */
static term mk_empty(struct proc *p, term meta)
{
    return is_nil(meta) ? empty_map : mk_box_ptr(take_flat(p, 0, meta));
}

static term hash_dissoc(struct proc *p, term *holder, term key, word extra)
{
    term m = held_map(*holder);
    struct champ_op op = {.root = OBJ(hashmap, m)->root,
                          .key = key,
                          .value = NIL,
                          .keep = *holder,
                          .hash = key_hash(key),
                          .extra = HASHMAP_WORDS + extra};
    if (!champ_dissoc(p, &op))
        return NONE;
    *holder = op.keep;
    m = held_map(*holder);
    if (!op.changed)
        return m;
    word n = OBJ(hashmap, m)->count - 1;
    return n ? mk_hashmap(p, n, op.root, OBJ(hashmap, m)->meta) : mk_empty(p, OBJ(hashmap, m)->meta);
}

term map_dissoc_in(struct proc *p, term *holder, term key, word extra)
{
    term m = held_map(*holder);
    if (!is_flat(m))
        return hash_dissoc(p, holder, key, extra);
    word n = flat_count(m), i = flat_index(m, n, key);
    if (i == n)
        return m;
    if (!heap_reserve(p, FLATMAP_WORDS(n - 1) + extra, holder))
        return NONE;
    m = held_map(*holder);
    if (n == 1)
        return mk_empty(p, OBJ(flatmap, m)->meta);
    const term *kv = OBJ(flatmap, m)->kv;
    struct obj_flatmap *c = take_flat(p, n - 1, OBJ(flatmap, m)->meta);
    memcpy(c->kv, kv, 2 * i * sizeof(term));
    memcpy(c->kv + 2 * i, kv + 2 * i + 2, 2 * (n - 1 - i) * sizeof(term));
    return mk_box_ptr(c);
}
term map_dissoc(struct proc *p, term m, term key)
{
    return map_dissoc_in(p, &m, key, 0);
}

/* Few enough pairs for a flat map: it is filled in place, then cut to what is distinct. */
static term flat_from_args(struct proc *p, unsigned from, unsigned n_pairs, bool unique)
{
    if (!heap_reserve(p, FLATMAP_WORDS(n_pairs)))
        return NONE;
    struct obj_flatmap *o = take_flat(p, n_pairs, NIL);
    term m = mk_box_ptr(o);
    word n = 0;
    for (unsigned i = 0; i < n_pairs; i++) {
        term key = ARG(from + 2 * i);
        word at = flat_index(m, n, key);
        if (at < n && unique) {
            p->hp = (word *)o;
            return raise(p, E_ILLEGAL_ARGUMENT, "Duplicate key: %T", key);
        }
        if (at == n)
            o->kv[2 * n++] = key;
        o->kv[2 * at + 1] = ARG(from + 2 * i + 1);
    }
    if (n < n_pairs) { /* nothing was allocated behind it */
        o->hdr = mk_header(T_FLATMAP, 0, 1 + 2 * n);
        p->hp = (word *)o + FLATMAP_WORDS(n);
    }
    return m;
}

term map_from_args(struct proc *p, unsigned from, unsigned n_pairs, bool unique)
{
    if (!n_pairs)
        return empty_map;
    if (n_pairs <= FLATMAP_MAX)
        return flat_from_args(p, from, n_pairs, unique);
    term t = map_transient(p, empty_map);
    for (unsigned i = 0; i < n_pairs && !is_none(t); i++) {
        word before = tmap_count(t);
        t = tmap_assoc(p, t, ARG(from + 2 * i), ARG(from + 2 * i + 1));
        if (unique && !is_none(t) && tmap_count(t) == before)
            return raise(p, E_ILLEGAL_ARGUMENT, "Duplicate key: %T", ARG(from + 2 * i));
    }
    native_charge(p, n_pairs / 16);
    return is_none(t) ? NONE : map_persistent(p, t);
}

/* --- iteration --- */

struct map_iter map_iter(term m)
{
    struct map_iter it;
    it.key = it.value = ABSENT;
    it.map = m;
    it.depth = 1;
    it.at[0] = 0;
    it.node[0] = is_flat(m) ? m : OBJ(hashmap, m)->root;
    return it;
}

static bool flat_next(struct map_iter *it)
{
    word i = it->at[0]++;
    if (i >= flat_count(it->map)) {
        it->depth = 0;
        return false;
    }
    it->key = OBJ(flatmap, it->map)->kv[2 * i];
    it->value = OBJ(flatmap, it->map)->kv[2 * i + 1];
    return true;
}

bool map_next(struct map_iter *it)
{
    if (it->depth && is_flat(it->map))
        return flat_next(it);
    while (it->depth) {
        const struct obj_node *n = champ_node(it->node[it->depth - 1]);
        word i = it->at[it->depth - 1]++, pairs = champ_pairs(n);
        if (i < pairs) {
            it->key = n->item[2 * i];
            it->value = n->item[2 * i + 1];
            return true;
        }
        if (i - pairs < champ_children(n)) {
            it->at[it->depth] = 0;
            it->node[it->depth] = champ_child(n, i - pairs);
            it->depth++;
        } else {
            it->depth--;
        }
    }
    return false;
}

/* --- positions --- */

enum { FRAME_NODE, FRAME_INDEX, FRAME_OUTER, FRAME_ITEMS };
STATIC_ASSERT((CHAMP_DEPTH + 1) * (1 + FRAME_ITEMS) <= MAP_STEP_WORDS, "a step makes a frame a level at most");

static term mk_frame(struct proc *p, term node, word index, term outer)
{
    struct obj_tuple *f = heap_take_tuple(p, FRAME_ITEMS);
    f->item[FRAME_NODE] = node;
    f->item[FRAME_INDEX] = mk_int((iword)index);
    f->item[FRAME_OUTER] = outer;
    return mk_box_ptr(f);
}
static inline const struct obj_node *frame_node(term frame)
{
    return champ_node(OBJ(tuple, frame)->item[FRAME_NODE]);
}

/* To the first pair at or below child number child of the frame's node, or behind that node. */
static bool seek_pair(struct proc *p, struct map_pos *pos, term frame, word child)
{
    for (;;) {
        const struct obj_node *n = frame_node(frame);
        if (child < champ_children(n)) {
            term node = champ_child(n, child);
            frame = mk_frame(p, node, child, frame);
            if (champ_pairs(champ_node(node))) {
                pos->extra = frame;
                pos->position = mk_int(0);
                return true;
            }
            child = 0;
            continue;
        }
        const struct obj_tuple *f = OBJ(tuple, frame);
        if (is_nil(f->item[FRAME_OUTER]))
            return false;
        child = (word)int_value(f->item[FRAME_INDEX]) + 1;
        frame = f->item[FRAME_OUTER];
    }
}

bool map_seq_first(struct proc *p, term m, struct map_pos *pos)
{
    if (map_count(m) == 0)
        return false;
    *pos = (struct map_pos){mk_int(0), NIL};
    if (is_flat(m))
        return true;
    pos->extra = mk_frame(p, OBJ(hashmap, m)->root, 0, NIL);
    return champ_pairs(frame_node(pos->extra)) || seek_pair(p, pos, pos->extra, 0);
}

bool map_seq_next(struct proc *p, term m, struct map_pos *pos)
{
    word next = (word)int_value(pos->position) + 1;
    word pairs = is_flat(m) ? flat_count(m) : champ_pairs(frame_node(pos->extra));
    if (next < pairs) {
        pos->position = mk_int((iword)next);
        return true;
    }
    return !is_flat(m) && seek_pair(p, pos, pos->extra, 0);
}

void map_seq_entry(term m, const struct map_pos *pos, term *key, term *value)
{
    const term *items = is_flat(m) ? OBJ(flatmap, m)->kv : frame_node(pos->extra)->item;
    word i = (word)int_value(pos->position);
    *key = items[2 * i];
    *value = items[2 * i + 1];
}
