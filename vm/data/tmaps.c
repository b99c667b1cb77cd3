/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * tmaps.c: transient maps and sets, and the reads that all transients answer. A transient set is a transient map of
 * element to element.
 */
#include "data/maps_impl.h"
#include "data/num.h"
#include "data/seqs.h"
#include "run/native.h"

static term take_transient(struct proc *p, enum transient_kind kind, word count, term root, bool owned)
{
    struct obj_transient *o = (struct obj_transient *)heap_take_box(p, T_TRANSIENT, kind, MAP_TRANSIENT_WORDS - 1);
    o->count = count;
    o->shift = o->start = o->tail_from = 0;
    o->root = root;
    o->tail = NIL;
    o->extra = mk_bool(owned);
    return mk_box_ptr(o);
}

static term transient_of(struct proc *p, term m, enum transient_kind kind)
{
    if (!heap_reserve(p, MAP_TRANSIENT_WORDS + FLATMAP_WORDS(FLATMAP_MAX), &m))
        return NONE;
    if (!is_flat(m))
        return take_transient(p, kind, OBJ(hashmap, m)->count, OBJ(hashmap, m)->root, false);
    word n = flat_count(m);
    struct obj_flatmap *c = take_flat(p, FLATMAP_MAX, NIL);
    memcpy(c->kv, OBJ(flatmap, m)->kv, 2 * n * sizeof(term));
    for (word i = 2 * n; i < 2 * FLATMAP_MAX; i++)
        c->kv[i] = NIL;
    return take_transient(p, kind, n, mk_box_ptr(c), true);
}
term map_transient(struct proc *p, term m)
{
    return transient_of(p, m, TRANSIENT_MAP);
}
term set_transient(struct proc *p, term s)
{
    return transient_of(p, OBJ(set, s)->map, TRANSIENT_SET);
}

/* The map of a transient, which is done after it. Words: FLATMAP_WORDS(FLATMAP_MAX), which are reserved. */
static term finish(struct proc *p, term t)
{
    struct obj_transient *o = OBJ(transient, t);
    word n = o->count;
    term root = o->root;
    o->count = TRANSIENT_DONE;
    o->root = NIL;
    if (n == 0)
        return empty_map;
    if (!is_flat(root))
        return mk_hashmap(p, n, root, NIL);
    struct obj_flatmap *m = take_flat(p, n, NIL);
    memcpy(m->kv, OBJ(flatmap, root)->kv, 2 * n * sizeof(term));
    return mk_box_ptr(m);
}
STATIC_ASSERT(HASHMAP_WORDS <= FLATMAP_WORDS(FLATMAP_MAX), "finish has room for either map");

term map_persistent(struct proc *p, term t)
{
    if (!heap_reserve(p, FLATMAP_WORDS(FLATMAP_MAX), &t))
        return NONE;
    return finish(p, t);
}
term set_persistent(struct proc *p, term t)
{
    if (!heap_reserve(p, FLATMAP_WORDS(FLATMAP_MAX) + SET_WORDS, &t))
        return NONE;
    term m = finish(p, t);
    if (same(m, empty_map))
        return empty_set;
    struct obj_set *s = (struct obj_set *)heap_take_box(p, T_SET, 0, SET_WORDS - 1);
    s->map = m;
    s->meta = NIL;
    return mk_box_ptr(s);
}

word tmap_count(term t)
{
    return OBJ(transient, t)->count;
}

term tmap_get(term t, term key)
{
    const struct obj_transient *o = OBJ(transient, t);
    if (!is_flat(o->root))
        return champ_get(o->root, key, key_hash(key));
    word i = flat_index(o->root, o->count, key);
    return i < o->count ? OBJ(flatmap, o->root)->kv[2 * i + 1] : ABSENT;
}

/* What a change of the tree left in op goes back into the transient, op->keep. */
static term store(struct proc *p, const struct champ_op *op)
{
    term t = op->keep;
    struct obj_transient *o = OBJ(transient, t);
    if (!same(o->root, op->root)) {
        heap_write_inline(p, t, &o->root, op->root);
        o->extra = mk_bool(op->owned);
    }
    return t;
}

term tmap_assoc(struct proc *p, term t, term key, term value)
{
    struct obj_transient *o = OBJ(transient, t);
    struct champ_op op = {.root = o->root, .key = key, .value = value, .keep = t, .transient = true};
    if (is_flat(o->root)) {
        word n = o->count, i = flat_index(o->root, n, key);
        struct obj_flatmap *m = OBJ(flatmap, o->root);
        if (i < FLATMAP_MAX) {
            if (i == n) {
                heap_write_inline(p, o->root, &m->kv[2 * i], key);
                o->count++;
            }
            heap_write_inline(p, o->root, &m->kv[2 * i + 1], value);
            return t;
        }
        op.hash = key_hash(key);
        if (!flat_to_champ(p, &op, n))
            return NONE;
        OBJ(transient, op.keep)->count++;
        return store(p, &op);
    }
    op.owned = is_truthy(o->extra);
    op.hash = key_hash(key);
    if (!champ_assoc(p, &op))
        return NONE;
    OBJ(transient, op.keep)->count += op.added;
    return store(p, &op);
}

term tmap_dissoc(struct proc *p, term t, term key)
{
    struct obj_transient *o = OBJ(transient, t);
    if (is_flat(o->root)) {
        word n = o->count, i = flat_index(o->root, n, key);
        if (i == n)
            return t;
        struct obj_flatmap *m = OBJ(flatmap, o->root);
        memmove(&m->kv[2 * i], &m->kv[2 * i + 2], 2 * (n - 1 - i) * sizeof(term));
        m->kv[2 * n - 2] = m->kv[2 * n - 1] = NIL;
        o->count--;
        return t;
    }
    struct champ_op op = {.root = o->root,
                          .key = key,
                          .value = NIL,
                          .keep = t,
                          .hash = key_hash(key),
                          .transient = true,
                          .owned = is_truthy(o->extra)};
    if (!champ_dissoc(p, &op))
        return NONE;
    OBJ(transient, op.keep)->count -= op.changed;
    return store(p, &op);
}

/* --- reads of any transient --- */

static term raise_done(struct proc *p)
{
    return raise(p, E_ILLEGAL_STATE, "a transient is used after persistent!");
}

term transient_count(struct proc *p, term t)
{
    word n = OBJ(transient, t)->count;
    return n == TRANSIENT_DONE ? raise_done(p) : mk_int((iword)n);
}

term transient_get(struct proc *p, term t, term key, term otherwise)
{
    word n = OBJ(transient, t)->count;
    if (n == TRANSIENT_DONE)
        return raise_done(p);
    if (box_aux(t) == TRANSIENT_VECTOR)
        return is_int(key) && (word)int_value(key) < n ? tvec_nth(t, (word)int_value(key)) : otherwise;
    term value = tmap_get(t, key);
    return is_absent(value) ? otherwise : value;
}

term transient_nth(struct proc *p, term t, term i, term otherwise)
{
    word n = OBJ(transient, t)->count;
    if (n == TRANSIENT_DONE)
        return raise_done(p);
    if (box_aux(t) != TRANSIENT_VECTOR)
        return raise(p, E_TYPE_ERROR, "nth is not supported on a transient map or set");
    if (!is_int(i))
        return is_integer(i) && !is_absent(otherwise) ? otherwise : raise_index(p, i);
    if ((word)int_value(i) < n)
        return tvec_nth(t, (word)int_value(i));
    if (is_absent(otherwise))
        return raise(p, E_RANGE_ERROR, "index %T is out of bounds of a transient vector of %lu elements", i,
                     (unsigned long)n);
    return otherwise;
}
