/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * maps_model.h: random operations on maps mirrored by a C array. The map under test is p->result, an older version
 * UNIT_KEPT. Included by maps_test.c, and by maps_collisions_test.c over maps with a poor hash.
 */
#ifndef LONA_MAPS_MODEL_H
#define LONA_MAPS_MODEL_H

#include "unit.h"

#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/names.h"

#define KEYS_MAX 4000
struct model {
    iword value[KEYS_MAX]; /* of key number i: i * 1000 + something; -1: absent */
    word count;
};
static struct model now, old;
static word n_keys;

static u64 model_seed = 99194853094755497ull;
static u32 chance(u32 n)
{
    model_seed = model_seed * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)((model_seed >> 33) % n);
}

/* Keys of several kinds: small integers, keywords, strings, vectors, nil. MAY_GC */
static term model_key(struct proc *p, word i)
{
    char text[32];
    snprintf(text, sizeof text, "key-number-%u", (unsigned)i);
    if (i == 0)
        return NIL;
    switch (i % 4) {
    case 0:
        return mk_int((iword)i * 977 - 5000);
    case 1:
        return intern_keyword(NULL, 0, text, strlen(text));
    case 2:
        return str_from_c(p, text);
    }
    ENSURE(heap_reserve(p, 3), "memory");
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = mk_int((iword)i);
    t->item[1] = TRUE_TERM;
    return mk_box_ptr(t);
}

static void model_clear(struct model *m)
{
    m->count = 0;
    for (word i = 0; i < KEYS_MAX; i++)
        m->value[i] = -1;
}
static void model_put(struct model *m, word i, iword value)
{
    m->count += m->value[i] < 0;
    m->value[i] = value;
}
static void model_remove(struct model *m, word i)
{
    m->count -= m->value[i] >= 0;
    m->value[i] = -1;
}

static void check_entries(struct proc *p, term m, const struct model *model)
{
    static u8 seen[KEYS_MAX];
    word bad = 0, n = 0;
    memset(seen, 0, sizeof seen);
    struct map_iter it = map_iter(m);
    while (map_next(&it)) {
        word i = (word)int_value(it.value) / 1000;
        bad += i >= KEYS_MAX || model->value[i] != int_value(it.value) || seen[i]++;
        n++;
    }
    CHECK_EQ_INT(bad, 0);
    CHECK_EQ_INT(n, model->count);
    /* the positions of views go the same way */
    SCRATCH(0) = m;
    struct map_pos pos = {NIL, NIL};
    ENSURE(heap_reserve(p, MAP_STEP_WORDS), "memory");
    bool more = map_seq_first(p, SCRATCH(0), &pos);
    for (n = 0; more; n++) {
        term key, value;
        map_seq_entry(SCRATCH(0), &pos, &key, &value);
        word i = (word)int_value(value) / 1000;
        bad += i >= KEYS_MAX || seen[i]++ != 1;
        ENSURE(heap_reserve(p, MAP_STEP_WORDS, &pos.position, &pos.extra), "memory");
        more = map_seq_next(p, SCRATCH(0), &pos);
    }
    SCRATCH(0) = NIL;
    CHECK_EQ_INT(bad, 0);
    CHECK_EQ_INT(n, model->count);
}

/* *m is a root, because making keys may collect. */
static void check_is(struct proc *p, term *m, const struct model *model)
{
    word bad = 0;
    CHECK_EQ_INT(map_count(*m), model->count);
    for (word i = 0; i < n_keys; i++) {
        term key = model_key(p, i), value = map_get(*m, key), again = ABSENT;
        bad += model->value[i] < 0 ? !is_absent(value) : !same(value, mk_int(model->value[i]));
        key = map_find(*m, key, &again);
        bad += is_absent(key) != is_absent(value) || !same(value, again);
    }
    CHECK_EQ_INT(bad, 0);
    check_entries(p, *m, model);
}

static void model_snapshot(struct proc *p)
{
    check_is(p, &UNIT_KEPT, &old);
    UNIT_KEPT = p->result;
    old = now;
}

static void step_transient(struct proc *p, word n, word range)
{
    p->result = map_transient(p, p->result);
    word bad = 0;
    while (n--) {
        word i = chance((u32)range);
        iword v = (iword)i * 1000 + chance(1000);
        term key = model_key(p, i);
        if (chance(3)) {
            p->result = tmap_assoc(p, p->result, key, mk_int(v));
            model_put(&now, i, v);
        } else {
            p->result = tmap_dissoc(p, p->result, key);
            model_remove(&now, i);
        }
        i = chance((u32)range);
        key = model_key(p, i);
        term value = tmap_get(p->result, key);
        bad += now.value[i] < 0 ? !is_absent(value) : !same(value, mk_int(now.value[i]));
        bad += tmap_count(p->result) != now.count;
    }
    CHECK_EQ_INT(bad, 0);
    p->result = map_persistent(p, p->result);
}

/* grow out of 10 changes of persistent maps add an entry, the others take one away. */
static void model_run(word keys, word steps, word grow)
{
    struct proc *p = unit_proc();
    n_keys = keys;
    p->result = UNIT_KEPT = empty_map;
    model_clear(&now);
    model_clear(&old);
    for (word s = 0; s < steps; s++) {
        word i = chance((u32)keys);
        term key = model_key(p, i);
        if (chance(10) < grow) {
            iword v = (iword)i * 1000 + chance(1000);
            p->result = map_assoc(p, p->result, key, mk_int(v));
            model_put(&now, i, v);
        } else {
            p->result = map_dissoc(p, p->result, key);
            model_remove(&now, i);
        }
        if (map_count(p->result) != now.count) {
            CHECK_EQ_INT(map_count(p->result), now.count);
            return;
        }
        switch (chance(64)) {
        case 0:
            model_snapshot(p);
            break;
        case 1:
            step_transient(p, chance((u32)keys), keys);
            break;
        case 2:
            check_is(p, &p->result, &now);
            break;
        case 3:
            p->result = map_with_meta(p, p->result, chance(2) ? NIL : K_line);
            break;
        }
    }
    check_is(p, &p->result, &now);
    check_is(p, &UNIT_KEPT, &old);
    /* all the way down to nothing */
    for (word i = 0; i < keys; i++) {
        term key = model_key(p, i);
        p->result = map_dissoc(p, p->result, key);
        model_remove(&now, i);
        if (i % 64 == 0)
            check_is(p, &p->result, &now);
    }
    p->result = map_with_meta(p, p->result, NIL);
    CHECK_SAME(p->result, empty_map);
    check_is(p, &UNIT_KEPT, &old);
}

#endif
