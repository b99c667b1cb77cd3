/* SPDX-License-Identifier: GPL-3.0-only */
/* sets.c: persistent hash sets: a SET is a map of element to element. */
#include "data/maps_impl.h"
#include "run/native.h"

bool is_set(term t)
{
    return is_type(t, T_SET);
}
word set_count(term s)
{
    return map_count(OBJ(set, s)->map);
}
term set_get(term s, term x)
{
    return map_get(OBJ(set, s)->map, x);
}
bool set_has(term s, term x)
{
    return !is_absent(set_get(s, x));
}
term set_meta(term s)
{
    return OBJ(set, s)->meta;
}

/* SET_WORDS are reserved. An empty set without metadata is empty_set. */
static term mk_set(struct proc *p, term map, term meta)
{
    if (same(map, empty_map) && is_nil(meta))
        return empty_set;
    struct obj_set *s = (struct obj_set *)heap_take_box(p, T_SET, 0, SET_WORDS - 1);
    s->map = map;
    s->meta = meta;
    return mk_box_ptr(s);
}

term set_with_meta(struct proc *p, term s, term meta)
{
    if (same(OBJ(set, s)->meta, meta))
        return s;
    if (!heap_reserve(p, SET_WORDS, &s, &meta))
        return NONE;
    return mk_set(p, OBJ(set, s)->map, meta);
}

term set_conj(struct proc *p, term s, term x)
{
    if (set_has(s, x))
        return s;
    term m = map_assoc_in(p, &s, x, x, SET_WORDS);
    return is_none(m) ? NONE : mk_set(p, m, OBJ(set, s)->meta);
}

term set_disj(struct proc *p, term s, term x)
{
    if (!set_has(s, x))
        return s;
    term m = map_dissoc_in(p, &s, x, SET_WORDS);
    return is_none(m) ? NONE : mk_set(p, m, OBJ(set, s)->meta);
}
