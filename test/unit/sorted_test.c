/* SPDX-License-Identifier: GPL-3.0-only */
#include "data/sorted.h"

#include "evaluate.h"
#include "term/equal.h"

#include <stdlib.h>
#include <string.h>

/* Checks order, balance and heights; answers the number of nodes. */
static word check_tree(term root)
{
    struct sorted_iter up = sorted_iter(root, false), down = sorted_iter(root, true);
    word n = 0, m = 0;
    iword last = SMALL_MIN;
    while (sorted_next(&up)) {
        CHECK(int_value(up.key) > last);
        last = int_value(up.key);
        n++;
    }
    last = SMALL_MAX;
    while (sorted_next(&down)) {
        CHECK(int_value(down.key) < last);
        last = int_value(down.key);
        m++;
    }
    CHECK_EQ_INT(n, m);
    return n;
}
static word check_balance(term node)
{
    if (is_nil(node))
        return 0;
    const term *item = OBJ(node, node)->item;
    word l = check_balance(item[0]), r = check_balance(item[1]);
    CHECK(l <= r + 1 && r <= l + 1);
    CHECK_EQ_INT(OBJ(node, node)->map, 1 + (l > r ? l : r));
    return 1 + (l > r ? l : r);
}
TEST(a_sorted_map_behaves_like_an_array_of_its_keys)
{
    struct proc *p = unit_proc();
    enum { KEYS = 300 };
    iword model[KEYS];
    memset(model, -1, sizeof model);
    word count = 0;
    srand(7);
    p->pending_value = sorted_empty(p, false, NIL, NIL);
    for (int i = 0; i < 6000; i++) {
        iword k = rand() % KEYS, v = rand();
        bool remove = rand() % (i < 3000 ? 3 : 2) == 0;
        enum sorted_op op = remove ? SORTED_DISSOC : SORTED_ASSOC;
        term m = sorted_do(p, p->pending_value, op, mk_int(k), mk_int(v), NIL);
        CHECK(!is_none(m));
        p->pending_value = m;
        count += remove ? -(word)(model[k] >= 0) : (word)(model[k] < 0);
        model[k] = remove ? -1 : v;
        CHECK_EQ_INT(OBJ(sorted, m)->count, count);
        if (i % 50 == 0) {
            CHECK_EQ_INT(check_tree(OBJ(sorted, m)->root), count);
            check_balance(OBJ(sorted, m)->root);
            for (iword j = 0; j < KEYS; j++) {
                term found = sorted_do(p, p->pending_value, SORTED_GET, mk_int(j), ABSENT, NIL);
                CHECK_SAME(found, model[j] < 0 ? ABSENT : mk_int(model[j]));
            }
        }
    }
    p->pending_value = NIL;
}
TEST(ascending_and_descending_insertion_stay_balanced)
{
    struct proc *p = unit_proc();
    for (int down = 0; down < 2; down++) {
        p->pending_value = sorted_empty(p, true, NIL, NIL);
        for (iword i = 0; i < 2000; i++) {
            term k = mk_int(down ? -i : i);
            p->pending_value = sorted_do(p, p->pending_value, SORTED_ASSOC, k, k, NIL);
        }
        CHECK(check_balance(OBJ(sorted, p->pending_value)->root) <= 15);
        CHECK_EQ_INT(check_tree(OBJ(sorted, p->pending_value)->root), 2000);
    }
    p->pending_value = NIL;
}
TEST(sorted_collections_follow_their_comparator)
{
    CHECK_TRUE("(= [3 2 1] (seq (sorted-set-by > 1 2 3)) (keys (sorted-map-by > 1 :a 2 :b 3 :c)))");
    CHECK_TRUE("(= [3 2 1] (seq (sorted-set-by (fn* ([a b] (- b a))) 1 2 3 2 1)))");
    CHECK_TRUE("(def m (sorted-map-by > 1 :a 2 :b 3 :c)) (= [:b nil :x [2 :b] nil true false] "
               "[(get m 2) (get m 5) (get m 5 :x) (find m 2) (find m 9) (contains? m 1) (contains? m 7)])");
    CHECK_TRUE("(def m (sorted-map-by > 1 :a 2 :b 3 :c)) (= {1 :a 3 :z 4 :d} (dissoc (assoc m 4 :d 3 :z) 2 7))");
    CHECK_TRUE("(def m (sorted-map-by > 1 :a)) (= {1 :b 2 :c} (conj m {1 :b 2 :c}) (conj m [1 :b] [2 :c]) (conj m [1 "
               ":b] nil {2 :c}))");
    CHECK_TRUE("(= {} (dissoc (sorted-map-by > 1 2 3 4) 1 3 5 6) (dissoc (sorted-map 1 2 3 4) 1 3 5 6) (sorted-map))");
    CHECK_TRUE("(= #{1} (disj (sorted-set-by > 1 2 3) 2 3) (disj (sorted-set 1 2 3) 2 3))");
    CHECK_TRUE("(= :c (get (sorted-map-by > 1 :a 3 :c) 3) (get (sorted-map 1 :a 3 :c) 3))");
    CHECK_FAILS("(sorted-set-by (fn* ([a b] :less)) 1 2)", "type-error");
    CHECK_FAILS("(sorted-map 1 2 :a 3)", "type-error");
    CHECK_FAILS("(get (sorted-map 1 2) :a)", "type-error");
    CHECK_FAILS("(sorted-map 1)", "illegal-argument");
    CHECK_TRUE("(= (range 999 -1 -1) (seq (apply sorted-set-by > (range 1000))))");
}
TEST(sorted_sequences_start_anywhere)
{
    CHECK_TRUE("(def s (apply sorted-set (range 0 1000 2))) "
               "(= [(range 500 1000 2) (range 500 -1 -2) (range 502 1000 2) (range 500 -1 -2)] "
               "[(%sorted-from s 500) (%sorted-from s 500 true) (%sorted-from s 501) (%sorted-from s 501 true)])");
    CHECK_TRUE(
        "(= nil (%sorted-from (sorted-set 1 2) 3) (%sorted-from (sorted-set) 3) (%sorted-from (sorted-set 1) 0 true))");
    CHECK_TRUE("(= [[2 :b] [1 :a]] (rseq (sorted-map 1 :a 2 :b)) (%sorted-from (sorted-map-by > 1 :a 2 :b 3 :c) 2))");
    CHECK_TRUE("(= (range 99 -1 -1) (rseq (apply sorted-set (range 100))))");
    CHECK_TRUE("(identical? compare (%sorted-comparator (sorted-set)))");
}
