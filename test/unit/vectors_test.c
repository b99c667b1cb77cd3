/* SPDX-License-Identifier: GPL-3.0-only */
/* Vectors: random operations mirrored by a C array; the vector under test is p->result, an older version UNIT_KEPT.
 */
#include "unit.h"

#include "data/seqs.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/names.h"

#define MODEL_MAX 40000
struct model {
    iword item[MODEL_MAX];
    word count;
};
static struct model now, old;

static u64 seed = 88172645463325252ull;
static u32 chance(u32 n)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (u32)((seed >> 33) % n);
}

/* A heap value most of the time, so that what is kept too long or too short shows. */
static term value(struct proc *p, iword n)
{
    if (n % 3 == 0)
        return mk_int(n);
    if (!heap_reserve(p, CONS_WORDS))
        return NONE;
    return mk_cons(p, mk_int(n), NIL);
}
static bool is_value(term t, iword n)
{
    return n % 3 == 0 ? same(t, mk_int(n)) : is_cons(t) && same(cons_head(t), mk_int(n));
}

static void check_is(term v, const struct model *m)
{
    CHECK_EQ_INT(vec_count(v), m->count);
    if (vec_count(v) != m->count)
        return;
    word bad = 0, run;
    for (word i = 0; i < m->count; i++)
        bad += !is_value(vec_nth(v, i), m->item[i]);
    for (word i = 0; i < m->count; i += run) {
        const term *items = vec_chunk(v, i, &run);
        bad += run == 0 || i + run > m->count;
        run = run ? run : 1;
        for (word k = 0; k < run && i + k < m->count; k++)
            bad += !is_value(items[k], m->item[i + k]);
    }
    CHECK_EQ_INT(bad, 0);
    CHECK(m->count > TUPLE_MAX || !is_nil(vec_meta(v)) || is_type(v, T_TUPLE));
}

static void snapshot(struct proc *p)
{
    check_is(UNIT_KEPT, &old);
    UNIT_KEPT = p->result;
    old.count = now.count;
    memcpy(old.item, now.item, now.count * sizeof now.item[0]);
}

static void step_grow(struct proc *p, word n)
{
    while (n-- && now.count < MODEL_MAX) {
        iword x = chance(1000000);
        term t = value(p, x);
        p->result = vec_conj(p, p->result, t);
        now.item[now.count++] = x;
    }
}
static void step_shrink(struct proc *p, word n)
{
    while (n-- && now.count) {
        p->result = vec_pop(p, p->result);
        now.count--;
    }
}
static void step_update(struct proc *p)
{
    word i = chance((u32)now.count + 1);
    iword x = chance(1000000);
    if (i == MODEL_MAX)
        return;
    term t = value(p, x);
    p->result = vec_assoc(p, p->result, i, t);
    now.item[i] = x;
    now.count += i == now.count;
}
static void step_slice(struct proc *p)
{
    word from = chance((u32)now.count + 1), to = from + chance((u32)(now.count - from) + 1);
    if (chance(2)) { /* small cuts keep it long */
        from = chance(now.count < 100 ? (u32)now.count + 1 : 100);
        to = now.count - (now.count - from < 100 ? 0 : chance(100));
    }
    p->result = vec_subvec(p, p->result, from, to);
    memmove(now.item, now.item + from, (to - from) * sizeof now.item[0]);
    now.count = to - from;
}
/* Many changes in place; nobody else may see them. */
static void step_transient(struct proc *p, word n)
{
    p->result = vec_transient(p, p->result);
    word bad = 0;
    while (n--) {
        u32 what = chance(8);
        iword x = chance(1000000);
        if (what < 3 && now.count < MODEL_MAX) {
            term t = value(p, x);
            p->result = tvec_conj(p, p->result, t);
            now.item[now.count++] = x;
        } else if (what < 6 && now.count) {
            word i = chance((u32)now.count);
            term t = value(p, x);
            p->result = tvec_assoc(p, p->result, i, t);
            now.item[i] = x;
        } else if (now.count) {
            p->result = tvec_pop(p, p->result);
            now.count--;
        }
        if (now.count) {
            word i = chance((u32)now.count);
            const term *slot = tvec_tail_slot(p->result, i);
            bad += !is_value(tvec_nth(p->result, i), now.item[i]);
            bad += slot && !is_value(*slot, now.item[i]);
            bad += !tvec_tail_slot(p->result, now.count - 1) || tvec_tail_slot(p->result, now.count);
        }
    }
    CHECK_EQ_INT(bad, 0);
    CHECK_EQ_INT(OBJ(transient, p->result)->count, now.count);
    p->result = vec_persistent(p, p->result);
}

static void random_run(word steps, word burst)
{
    struct proc *p = unit_proc();
    p->result = UNIT_KEPT = EMPTY_VECTOR;
    now.count = old.count = 0;
    for (word i = 0; i < steps; i++) {
        switch (chance(12)) {
        case 0:
        case 1:
        case 2:
            step_grow(p, chance((u32)burst));
            break;
        case 3:
            step_shrink(p, chance((u32)burst / 2));
            break;
        case 4:
        case 5:
        case 6:
            step_update(p);
            break;
        case 7:
            step_slice(p);
            break;
        case 8:
        case 9:
            step_transient(p, chance((u32)burst));
            break;
        case 10:
            p->result = vec_with_meta(p, p->result, chance(2) ? NIL : K_line);
            break;
        case 11:
            snapshot(p);
            break;
        }
        if (i % 16 == 0)
            check_is(p->result, &now);
    }
    check_is(p->result, &now);
    check_is(UNIT_KEPT, &old);
}

TEST(vectors_behave_as_arrays_while_short)
{
    random_run(3000, 12);
}
TEST(vectors_behave_as_arrays_at_two_levels)
{
    random_run(500, 300);
}
TEST(vectors_behave_as_arrays_at_three_levels)
{
#ifndef LONA_GC_ALWAYS
    random_run(300, 6000);
#endif
}

TEST(a_sliding_window_keeps_a_low_tree)
{
    struct proc *p = unit_proc();
    p->result = EMPTY_VECTOR;
    word n = 0;
    for (iword i = 0; i < 20000; i++) {
        p->result = vec_conj(p, p->result, mk_int(i));
        n++;
        if (n > 100) {
            p->result = vec_subvec(p, p->result, 1, n);
            n--;
        }
        if (n != vec_count(p->result) || !same(vec_nth(p->result, 0), mk_int(i + 1 - (iword)n)))
            CHECK(!"the window slides");
    }
    CHECK(OBJ(vector, p->result)->shift == 5);
    CHECK(OBJ(vector, p->result)->start < 1024);
}

TEST(a_slice_lets_go_of_what_lies_outside)
{
    struct proc *p = unit_proc();
    p->result = vec_filled(p, 40000, mk_int(7));
    p->result = vec_subvec(p, p->result, 20000, 20100);
    heap_collect(p, true);
    CHECK(heap_used_words(p) < 1000 || p->collections == 0);
    CHECK_EQ_INT(vec_count(p->result), 100);
    CHECK_SAME(vec_nth(p->result, 99), mk_int(7));
}

TEST(filled_vectors_have_all_elements)
{
    static const word counts[] = {0, 1, 31, 32, 33, 64, 65, 1024, 1056, 1057, 1088, 32768, 32800, 32801, 40000};
    for (unsigned k = 0; k < ARRAY_LEN(counts); k++) {
        struct proc *p = unit_proc();
        word n = counts[k], bad = 0;
        p->result = vec_filled(p, n, K_doc);
        CHECK_EQ_INT(vec_count(p->result), n);
        for (word i = 0; i < n; i++)
            bad += !same(vec_nth(p->result, i), K_doc);
        p->result = vec_conj(p, p->result, K_line);
        bad += !same(vec_nth(p->result, n), K_line);
        p->result = tvec_filled(p, n, mk_int(-1));
        for (word i = 0; i < n; i++) {
            bad += tvec_owned_leaf(p->result, i) == NULL;
            p->result = tvec_assoc(p, p->result, i, mk_int((iword)i));
        }
        p->result = tvec_conj(p, p->result, mk_int((iword)n));
        p->result = vec_persistent(p, p->result);
        for (word i = 0; i <= n; i++)
            bad += !same(vec_nth(p->result, i), mk_int((iword)i));
        CHECK_EQ_INT(bad, 0);
    }
}

TEST(a_vector_of_a_list_has_its_elements)
{
    struct proc *p = unit_proc();
    for (iword n = 0; n < 3000; n = n * 2 + 1) {
        p->result = NIL;
        for (iword i = n; i-- > 0;) {
            CHECK(heap_reserve(p, CONS_WORDS));
            p->result = mk_cons(p, mk_int(i), p->result);
        }
        p->result = vec_from_list(p, p->result);
        word bad = 0;
        for (iword i = 0; i < n; i++)
            bad += !same(vec_nth(p->result, (word)i), mk_int(i));
        CHECK_EQ_INT(bad, 0);
        CHECK_EQ_INT(vec_count(p->result), n);
    }
}

TEST(transient_after_transient_shares_nothing_it_may_write)
{
    struct proc *p = unit_proc();
    p->result = tvec_filled(p, 5000, mk_int(0));
    p->result = vec_persistent(p, p->result);
    UNIT_KEPT = p->result; /* first */
    p->result = vec_transient(p, p->result);
    for (word i = 0; i < 5000; i += 7)
        p->result = tvec_assoc(p, p->result, i, mk_int(1));
    p->result = vec_persistent(p, p->result);
    SCRATCH(0) = p->result; /* second */
    p->result = vec_transient(p, p->result);
    for (word i = 0; i < 5000; i++)
        p->result = tvec_assoc(p, p->result, i, mk_int(2));
    p->result = vec_persistent(p, p->result);
    word bad = 0;
    for (word i = 0; i < 5000; i++) {
        bad += !same(vec_nth(UNIT_KEPT, i), mk_int(0));
        bad += !same(vec_nth(SCRATCH(0), i), mk_int(i % 7 == 0));
        bad += !same(vec_nth(p->result, i), mk_int(2));
    }
    CHECK_EQ_INT(bad, 0);
    SCRATCH(0) = NIL;
}

native_fn native_vector, native_subvec, native_transient, native_persistent, native_conj_t, native_assoc_t,
    native_pop_t, native_array_of;
#define CALL(fn, ...) unit_call(p, fn, sizeof((term[]){__VA_ARGS__}) / sizeof(term), (term[]){__VA_ARGS__})

TEST(natives_on_vectors_check_their_arguments)
{
    struct proc *p = unit_proc();
    p->result = CALL(native_vector, mk_int(1), mk_int(2), mk_int(3));
    CHECK_EQ_INT(vec_count(p->result), 3);
    CHECK_EQ_INT(vec_count(CALL(native_subvec, p->result, mk_int(3))), 0);
    CHECK_EQ_INT(vec_count(CALL(native_subvec, p->result, mk_int(1), mk_int(2))), 1);
    CALL(native_subvec, p->result, mk_int(-1));
    CHECK_SAME(unit_raised(p), error_keywords[E_RANGE_ERROR]);
    CALL(native_subvec, p->result, mk_int(2), mk_int(1));
    CHECK_SAME(unit_raised(p), error_keywords[E_RANGE_ERROR]);
    CALL(native_subvec, p->result, mk_int(2), mk_int(4));
    CHECK_SAME(unit_raised(p), error_keywords[E_RANGE_ERROR]);
    CALL(native_subvec, NIL, mk_int(0));
    CHECK_SAME(unit_raised(p), error_keywords[E_TYPE_ERROR]);
    CALL(native_array_of, mk_int(-1), NIL);
    CHECK_SAME(unit_raised(p), error_keywords[E_RANGE_ERROR]);
    CALL(native_array_of, mk_int(SMALL_MAX), NIL);
    CHECK_SAME(unit_raised(p), error_keywords[E_SIZE_LIMIT]);
    CALL(native_transient, NIL);
    CHECK_SAME(unit_raised(p), error_keywords[E_TYPE_ERROR]);
}

TEST(a_transient_is_of_no_use_after_persistent)
{
    struct proc *p = unit_proc();
    UNIT_KEPT = unit_call(p, native_conj_t, 0, (term[]){NIL});
    CALL(native_pop_t, UNIT_KEPT);
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_STATE]);
    CALL(native_conj_t, UNIT_KEPT, mk_int(1));
    CALL(native_assoc_t, UNIT_KEPT, mk_int(1), mk_int(2), mk_int(2), mk_int(3));
    CALL(native_assoc_t, UNIT_KEPT, mk_int(0), mk_int(9), mk_int(4), mk_int(3));
    CHECK_SAME(unit_raised(p), error_keywords[E_RANGE_ERROR]);
    CALL(native_assoc_t, UNIT_KEPT, K_line, mk_int(9));
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_ARGUMENT]);
    CHECK_EQ_INT(OBJ(transient, UNIT_KEPT)->count, 3);
    p->result = CALL(native_persistent, UNIT_KEPT);
    for (word i = 0; i < 3; i++)
        CHECK_SAME(vec_nth(p->result, i), mk_int((iword)i + 1));
    CALL(native_persistent, UNIT_KEPT);
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_STATE]);
    CALL(native_conj_t, UNIT_KEPT, mk_int(1));
    CHECK_SAME(unit_raised(p), error_keywords[E_ILLEGAL_STATE]);
}
