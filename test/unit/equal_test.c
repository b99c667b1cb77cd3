/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/equal.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "run/names.h"
#include "unit.h"

static bool equal(term a, term b)
{
    term lazy;
    return term_equal(a, b, &lazy) == TRUTH_YES;
}
/* (((... bottom ...))) */
static term nested(struct proc *p, word depth, term bottom)
{
    if (!heap_reserve(p, CONS_WORDS * depth, &bottom))
        return NONE;
    while (depth--)
        bottom = mk_cons(p, bottom, EMPTY_LIST);
    return bottom;
}
TEST(lists_a_million_deep_are_compared_and_hashed)
{
    struct proc *p = unit_proc();
    word depth = 1000000;
    p->pending_value = nested(p, depth, mk_int(1));
    p->result = nested(p, depth, mk_int(1));
    term a = p->pending_value, b = p->result, lazy;
    CHECK(equal(a, b));
    CHECK(key_ready(p, a, &lazy));
    CHECK(key_hash(a) == key_hash(b));
    term c = nested(p, depth, mk_int(2));
    a = p->pending_value;
    CHECK(!equal(a, c));
    CHECK(key_hash(a) != key_hash(c));
    p->pending_value = p->result = NIL;
}
TEST(deeply_nested_vectors_have_an_order)
{
    struct proc *p = unit_proc();
#ifdef LONA_GC_ALWAYS
    word depth = 1000;
#else
    word depth = 100000;
#endif
    p->pending_value = mk_int(1);
    p->result = mk_int(2);
    for (word i = 0; i < depth; i++) {
        if (!heap_reserve(p, 4))
            return;
        struct obj_tuple *a = heap_take_tuple(p, 1);
        a->item[0] = p->pending_value;
        p->pending_value = mk_box_ptr(a);
        struct obj_tuple *b = heap_take_tuple(p, 1);
        b->item[0] = p->result;
        p->result = mk_box_ptr(b);
    }
    int order;
    term lazy;
    CHECK_EQ_INT(term_compare(p->pending_value, p->result, &order, &lazy), TRUTH_YES);
    CHECK_EQ_INT(order, -1);
    CHECK_EQ_INT(term_compare(p->result, p->pending_value, &order, &lazy), TRUTH_YES);
    CHECK_EQ_INT(order, 1);
    p->pending_value = p->result = NIL;
}
/* #{#{#{... 1 ...}}}: a set in a set is a key in a key. */
static term nested_sets(struct proc *p, unsigned depth)
{
    term s = mk_int(1);
    while (depth-- && !is_none(s))
        s = set_conj(p, empty_set, s);
    return s;
}
TEST(sets_nested_in_sets_are_compared_without_deep_recursion)
{
    struct proc *p = unit_proc();
    for (unsigned depth = 1; depth < 2000; depth = depth * 3 + 1) {
        p->pending_value = nested_sets(p, depth);
        p->result = nested_sets(p, depth);
        CHECK(equal(p->pending_value, p->result));
        p->result = nested_sets(p, depth + 1);
        CHECK(!equal(p->pending_value, p->result));
    }
    p->pending_value = p->result = NIL;
}
TEST(equality_of_leaves)
{
    struct proc *p = unit_proc();
    CHECK(equal(NIL, NIL));
    CHECK(!equal(NIL, EMPTY_LIST));
    CHECK(!equal(NIL, FALSE_TERM));
    CHECK(equal(EMPTY_LIST, EMPTY_VECTOR));
    CHECK(!equal(EMPTY_VECTOR, empty_map));
    CHECK(!equal(empty_set, empty_map));
    CHECK(!equal(mk_int(97), mk_char(97)));
    p->pending_value = str_from_c(p, "abc");
    p->result = str_from_c(p, "abc");
    CHECK(equal(p->pending_value, p->result));
    CHECK(key_hash(p->pending_value) == key_hash(p->result));
    CHECK(!equal(p->pending_value, intern_symbol(NULL, 0, "abc", 3)));
    CHECK(!equal(intern_keyword(NULL, 0, "abc", 3), intern_symbol(NULL, 0, "abc", 3)));
    CHECK(key_hash(intern_keyword(NULL, 0, "abc", 3)) != key_hash(intern_symbol(NULL, 0, "abc", 3)));
    p->pending_value = p->result = NIL;
}
TEST(hash_bytes_depends_on_every_byte)
{
    u8 text[100] = {0};
    for (word n = 0; n < sizeof text; n++) {
        u64 h = hash_bytes(text, n);
        CHECK(h != hash_bytes(text, n + 1));
        for (word i = 0; i < n; i++) {
            text[i] ^= 1;
            CHECK(hash_bytes(text, n) != h);
            text[i] ^= 1;
        }
    }
}
TEST(a_cursor_over_a_bit_string_yields_its_bytes)
{
    struct proc *p = unit_proc();
    term b = binary_make(p, "\x01\x80\xff", 3), x, lazy;
    struct cursor c = cursor_at(b);
    CHECK_EQ_INT(cursor_next(&c, &x, &lazy), SEQ_OK);
    CHECK_EQ_INT(int_value(x), 1);
    CHECK_EQ_INT(cursor_next(&c, &x, &lazy), SEQ_OK);
    CHECK_EQ_INT(int_value(x), 0x80);
    CHECK_EQ_INT(cursor_next(&c, &x, &lazy), SEQ_OK);
    CHECK_EQ_INT(int_value(x), 0xff);
    CHECK_EQ_INT(cursor_next(&c, &x, &lazy), SEQ_END);
}
