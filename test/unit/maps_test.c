/* SPDX-License-Identifier: GPL-3.0-only */
/* Maps and sets against a model (maps_model.h), and their natives. */
#include "maps_model.h"

TEST(small_maps_behave_as_the_model)
{
    model_run(6, 2000, 6);
    model_run(12, 3000, 5);
}
TEST(maps_of_hundreds_behave_as_the_model)
{
    model_run(300, 2000, 7);
    model_run(300, 2000, 4);
}
TEST(maps_of_thousands_behave_as_the_model)
{
#ifndef LONA_GC_ALWAYS
    model_run(KEYS_MAX, 12000, 8);
#endif
}

TEST(small_maps_keep_insertion_order)
{
    struct proc *p = unit_proc();
    p->result = empty_map;
    for (iword i = 7; i >= 0; i--)
        p->result = map_assoc(p, p->result, mk_int(i), mk_int(i * 1000));
    p->result = map_dissoc(p, p->result, mk_int(5));
    p->result = map_assoc(p, p->result, mk_int(5), mk_int(5000));
    static const iword order[] = {7, 6, 4, 3, 2, 1, 0, 5};
    struct map_iter it = map_iter(p->result);
    for (unsigned i = 0; i < ARRAY_LEN(order); i++) {
        CHECK(map_next(&it));
        CHECK_SAME(it.key, mk_int(order[i]));
    }
    CHECK(!map_next(&it));
}

TEST(equal_keys_of_different_shape_are_one_key)
{
    struct proc *p = unit_proc();
    p->result = map_assoc(p, empty_map, mk_float(p, 0.0), mk_int(1));
    CHECK_SAME(map_get(p->result, mk_float(p, -0.0)), mk_int(1));
    CHECK(is_absent(map_get(p->result, mk_int(0))));
    p->result = map_assoc(p, p->result, EMPTY_LIST, mk_int(2));
    CHECK_SAME(map_get(p->result, vec_filled(p, 0, NIL)), mk_int(2));
    p->result = map_assoc(p, p->result, vec_filled(p, 0, NIL), mk_int(3));
    CHECK_EQ_INT(map_count(p->result), 2);
    CHECK(is_absent(map_get(p->result, NIL)));
}

TEST(assoc_of_what_is_there_answers_the_same_map)
{
    struct proc *p = unit_proc();
    p->result = empty_map;
    for (iword i = 0; i < 100; i++) {
        p->result = map_assoc(p, p->result, mk_int(i), mk_int(i));
        UNIT_KEPT = p->result;
        term again = map_assoc(p, p->result, mk_int(i / 2), mk_int(i / 2));
        CHECK_SAME(again, UNIT_KEPT);
        again = map_dissoc(p, p->result, mk_int(-1));
        CHECK_SAME(again, UNIT_KEPT);
    }
}

TEST(metadata_stays_with_a_map)
{
    struct proc *p = unit_proc();
    p->result = map_with_meta(p, empty_map, K_line);
    for (iword i = 0; i < 40; i++) {
        p->result = map_assoc(p, p->result, mk_int(i), NIL);
        CHECK_SAME(map_meta(p->result), K_line);
    }
    for (iword i = 0; i < 40; i++) {
        p->result = map_dissoc(p, p->result, mk_int(i));
        CHECK_SAME(map_meta(p->result), K_line);
    }
    CHECK_EQ_INT(map_count(p->result), 0);
}

TEST(sets_hold_each_element_once)
{
    struct proc *p = unit_proc();
    p->result = set_with_meta(p, empty_set, K_doc);
    for (word i = 0; i < 400; i++) {
        term key = model_key(p, i % 200);
        p->result = set_conj(p, p->result, key);
        CHECK_EQ_INT(set_count(p->result), i < 200 ? i + 1 : 200);
        CHECK_SAME(set_meta(p->result), K_doc);
    }
    UNIT_KEPT = p->result;
    for (word i = 0; i < 200; i++) {
        term key = model_key(p, i);
        CHECK(set_has(p->result, key));
        p->result = set_disj(p, p->result, key);
        key = model_key(p, i);
        CHECK(!set_has(p->result, key) && set_has(UNIT_KEPT, key));
        CHECK_EQ_INT(set_count(p->result), 199 - i);
        CHECK_SAME(set_meta(p->result), K_doc);
    }
    p->result = set_with_meta(p, p->result, NIL);
    CHECK_SAME(p->result, empty_set);
    CHECK_EQ_INT(set_count(UNIT_KEPT), 200);
}

native_fn native_hash_map, native_map_literal, native_hash_set, native_set_literal, native_transient, native_persistent,
    native_conj_t, native_assoc_t, native_dissoc_t, native_disj_t;
#define CALL(fn, ...) unit_call(p, fn, sizeof((term[]){__VA_ARGS__}) / sizeof(term), (term[]){__VA_ARGS__})

TEST(literals_refuse_duplicates_and_calls_do_not)
{
    struct proc *p = unit_proc();
    p->result = CALL(native_hash_map, mk_int(1), mk_int(2), mk_int(1), mk_int(3));
    CHECK_EQ_INT(map_count(p->result), 1);
    CHECK_SAME(map_get(p->result, mk_int(1)), mk_int(3));
    CALL(native_map_literal, mk_int(1), mk_int(2), mk_int(1), mk_int(3));
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_ARGUMENT]);
    CALL(native_hash_map, mk_int(1));
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_ARGUMENT]);
    CALL(native_set_literal, NIL, TRUE_TERM, NIL);
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_ARGUMENT]);
    CHECK_EQ_INT(set_count(CALL(native_hash_set, NIL, TRUE_TERM, NIL)), 2);
    term many[200];
    for (unsigned i = 0; i < 200; i++)
        many[i] = mk_int(i);
    CHECK_EQ_INT(map_count(unit_call(p, native_map_literal, 200, many)), 100);
    CHECK_EQ_INT(set_count(unit_call(p, native_set_literal, 200, many)), 200);
    many[198] = mk_int(0);
    unit_call(p, native_map_literal, 200, many);
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_ARGUMENT]);
    CHECK_SAME(unit_call(p, native_hash_map, 0, (term[]){NIL}), empty_map);
    CHECK_SAME(unit_call(p, native_hash_set, 0, (term[]){NIL}), empty_set);
}

TEST(transient_maps_take_entries_and_maps)
{
    struct proc *p = unit_proc();
    p->result = CALL(native_transient, empty_map);
    UNIT_KEPT = empty_map;
    for (iword i = 0; i < 50; i++)
        UNIT_KEPT = map_assoc(p, UNIT_KEPT, mk_int(i), mk_int(-i));
    p->result = CALL(native_conj_t, p->result, UNIT_KEPT);
    p->result = CALL(native_conj_t, p->result, NIL);
    term entry = CALL(native_conj_t, p->result, empty_map);
    CHECK(!is_none(entry));
    CHECK_EQ_INT(tmap_count(p->result), 50);
    CALL(native_conj_t, p->result, mk_int(3));
    CHECK_SAME(unit_raised(p), error_keywords[E_TYPE_ERROR]);
    p->result = CALL(native_assoc_t, p->result, mk_int(100), mk_int(1), K_line);
    CHECK(is_nil(tmap_get(p->result, K_line)));
    p->result = CALL(native_dissoc_t, p->result, mk_int(100), mk_int(0), mk_int(1));
    CALL(native_disj_t, p->result, mk_int(100));
    CHECK_SAME(unit_raised(p), error_keywords[E_TYPE_ERROR]);
    UNIT_KEPT = CALL(native_persistent, p->result);
    CHECK_EQ_INT(map_count(UNIT_KEPT), 49);
    for (iword i = 2; i < 50; i++)
        CHECK_SAME(map_get(UNIT_KEPT, mk_int(i)), mk_int(-i));
    CALL(native_assoc_t, p->result, mk_int(100), mk_int(1));
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_STATE]);
}
