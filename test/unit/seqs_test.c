/* SPDX-License-Identifier: GPL-3.0-only */
#include "evaluate.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "term/gc.h"

/* (up n): the lazy sequence 0 1 ... n-1, one cell an element. */
#define UP "(def up (fn* up ([i n] (%lazy (fn* ([] (if (< i n) (cons i (up (+ i 1) n)) nil))))))) "

TEST(first_rest_and_next_of_every_kind)
{
    CHECK_TRUE("(= nil (first nil) (first []) (first ()) (first \"\") (first {}) (first #{}))");
    CHECK_TRUE(
        "(= 1 (first [1 2]) (first (quote (1 2))) (first (list 1 2)) (first (range 1 3)) (first (sorted-set 2 1)))");
    CHECK_TRUE("(= [:a 1] (first {:a 1}) (first (sorted-map :a 1 :b 2)))");
    CHECK_TRUE("(= \\a (first \"abc\"))");
    CHECK_TRUE("(= () (rest nil) (rest [1]) (rest (list 1)) (rest \"a\") (rest {:a 1}))");
    CHECK_TRUE("(= nil (next nil) (next [1]) (next (list 1)) (next \"a\") (next {:a 1}))");
    CHECK_TRUE("(= [2 3] (rest [1 2 3]) (next [1 2 3]) (rest (list 1 2 3)) (next (range 1 4)))");
    CHECK_TRUE("(= [\\b \\c] (next \"abc\") (rest \"äbc\"))");
    CHECK_TRUE("(= 2 (second [1 2]) (first (nnext [0 1 2])) (ffirst [[2]]) (first (nfirst [[1 2]])))");
    CHECK_TRUE("(identical? nil (second [1]))");
    CHECK_FAILS("(first 1)", "type-error");
    CHECK_FAILS("(seq :a)", "type-error");
}
TEST(sequences_of_every_kind_are_equal_by_elements)
{
    CHECK_TRUE("(= [1 2 3] (list 1 2 3) (quote (1 2 3)) (range 1 4) (seq [1 2 3]) (cons 1 [2 3]) (rest [0 1 2 3]))");
    CHECK_TRUE("(= [0 1 2] (%lazy (fn* ([] (range 3)))))");
    CHECK_TRUE("(= () [] (%lazy (fn* ([] nil))) (range 0))");
    CHECK_TRUE("(not (= nil ()))");
    CHECK_TRUE("(not (= [1 2] [1 2 3]))");
    CHECK_TRUE("(not (= [1 2] #{1 2}))");
    CHECK_TRUE("(not (= 1 1.0))");
    CHECK_TRUE("(= {:a 1 :b [1 2]} {:b (list 1 2) :a 1} (sorted-map :a 1 :b [1 2]))");
    CHECK_TRUE("(= #{1 2 3} (sorted-set 3 2 1))");
    CHECK_TRUE("(= (sorted-set 1 2 3) (sorted-set-by > 1 2 3))");
    CHECK_TRUE(UP "(= (up 0 1000) (range 1000) (up 0 1000))");
    CHECK_TRUE(UP "(not (= (up 0 1000) (up 0 1001)))");
    CHECK_TRUE(UP "(not (= (up 0 100000000000) (range 10)))");
    CHECK_TRUE(UP "(= [[{:a (up 0 100)}] (up 1 3)] [[{:a (up 0 100)}] [1 2]])");
}
/* (nest n): a lazy sequence of one element that is (nest n-1). (many n): n lazy sequences of one element. */
#define NEST                                                                                  \
    "(def nest (fn* nest ([n] (%lazy (fn* ([] (list (if (< 0 n) (nest (- n 1)) :end)))))))) " \
    "(def many (fn* many ([n] (%lazy (fn* ([] (if (< 0 n) (cons (%lazy (fn* ([] [n]))) (many (- n 1))) nil)))))) ) "
TEST(lazy_sequences_within_lazy_sequences_are_each_visited_once)
{
    CHECK_TRUE(NEST "(= (nest " HUNDRED_THOUSAND ") (nest " HUNDRED_THOUSAND "))");
    CHECK_TRUE(NEST "(= (hash (nest " HUNDRED_THOUSAND ")) (hash (nest " HUNDRED_THOUSAND ")))");
    CHECK_TRUE(NEST "(= (many " HUNDRED_THOUSAND ") (many " HUNDRED_THOUSAND "))");
    CHECK_TRUE(NEST "(= (hash (many " HUNDRED_THOUSAND ")) (hash (many " HUNDRED_THOUSAND ")))");
    CHECK_TRUE(NEST "(= 1 (get {{:a (nest 10)} 1} {:a (nest 10)}) (get (assoc {} {:a (many 9) :b (nest 3)} 1) {:a "
                    "(many 9) :b (nest 3)}))");
    CHECK_TRUE(NEST "(= #{[[:end]]} (conj #{} (nest 1)) (%into #{} [(nest 1)] nil))");
}
TEST(equal_values_hash_alike)
{
    CHECK_TRUE("(= (hash [1 2]) (hash (list 1 2)) (hash (range 1 3)) (hash (seq [1 2])))");
    CHECK_TRUE(UP "(= (hash (up 0 100)) (hash (range 100)))");
    CHECK_TRUE("(= (hash {:a 1 :b 2}) (hash {:b 2 :a 1}) (hash (sorted-map :b 2 :a 1)))");
    CHECK_TRUE("(= (hash #{1 2 3}) (hash (sorted-set 1 2 3)) (hash #{3 2 1}))");
    CHECK_TRUE("(not (= (hash [1 2]) (hash [2 1])))");
    CHECK_TRUE("(not (= (hash []) (hash {})))");
    CHECK_TRUE("(= 1 (get {[1 2] 1} (list 1 2)) (get {(range 3) 1} [0 1 2]))");
    CHECK_TRUE(UP "(= 1 (get {[0 1 2] 1} (up 0 3)))");
    CHECK_TRUE(UP "(= 1 (get (assoc {} (up 0 3) 1) [0 1 2]))");
    CHECK_TRUE("(= 1 (get #{1 2} 1))");
}
TEST(count_and_nth)
{
    CHECK_TRUE("(= 0 (count nil) (count ()) (count []) (count \"\") (count {}))");
    CHECK_TRUE("(= 3 (count [1 2 3]) (count (list 1 2 3)) (count \"äöü\") (count (range 3)) (count (cons 1 [2 3])))");
    CHECK_TRUE("(= 2 (count (next \"äöü\")) (count (next [1 2 3])) (count (rseq [1 2])) (count (next (range 3))))");
    CHECK_TRUE(UP "(= " HUNDRED_THOUSAND " (count (up 0 " HUNDRED_THOUSAND ")))");
    CHECK_TRUE("(= " MILLIONS " (count (reverse (range " MILLIONS "))) (count (vec (range " MILLIONS "))))");
    CHECK_TRUE("(= " MILLIONS " (+ -2 (count (cons 1 (cons 0 (range " MILLIONS "))))))");
    CHECK_FAILS("(count 1)", "type-error");
    CHECK_FAILS("(count :a)", "type-error");
    CHECK_TRUE("(= 7 (nth [5 6 7] 2) (nth (list 5 6 7) 2) (nth (range 10) 7) (nth [1] 5 7) (nth nil 0 7))");
    CHECK_TRUE(UP "(= 999 (nth (up 0 1000) 999))");
    CHECK_TRUE(UP "(= :no (nth (up 0 10) 10 :no) (nth [] 0 :no) (nth () 0 :no) (nth \"\" 0 :no))");
    CHECK_TRUE("(= nil (nth nil 3))");
    CHECK_TRUE("(= \\ö (nth \"äöü\" 1))");
    CHECK_TRUE("(= 1000000 (nth (range) 1000000))");
    CHECK_FAILS("(nth [1] 1)", "range-error");
    CHECK_FAILS("(nth [1] -1)", "range-error");
    CHECK_FAILS("(nth (list 1) 1)", "range-error");
    CHECK_FAILS("(nth {} 1)", "type-error");
    CHECK_FAILS("(nth [1] :a)", "type-error");
}
TEST(ranges_are_clojures)
{
    CHECK_TRUE("(= () (range 0) (range -1) (range 5 5) (range 5 1) (range 1 5 -1) (range 3 3 0))");
    CHECK_TRUE("(= [5 4 3] (range 5 2 -1) (range 5 2.5 -1))");
    CHECK_TRUE("(= [0 2 4] (range 0 5 2) (range 0 6 2))");
    CHECK_TRUE("(= [0.0 0.5 1.0] (range 0.0 1.5 0.5))");
    CHECK_TRUE("(= [0 1/3 2/3] (range 0 1 1/3))");
    CHECK_TRUE("(= 3 (count (range 1e0 4)))");
    CHECK_TRUE("(= [1152921504606846975 1152921504606846976] (range 1152921504606846975 1152921504606846977))");
    CHECK_TRUE("(= 1 (nth (range 1 10 0) 1000))");
    CHECK_TRUE("(= [3 4] (nthnext (range 5) 3) (nthrest (range 5) 3) (nthnext [1 2 3 4] 2))");
    CHECK_FAILS("(range :a)", "type-error");
}
TEST(nthrest_nthnext_and_last)
{
    CHECK_TRUE("(= [1 2] (nthrest [1 2] 0) (nthrest [1 2] -1) (nthnext [1 2] 0))");
    CHECK_TRUE("(= () (nthrest [1 2] 2) (nthrest [1 2] 3) (nthrest (list 1) 5) (nthrest nil 1))");
    CHECK_TRUE("(= nil (nthnext [1 2] 2) (nthnext () 1) (nthnext nil 1))");
    CHECK_TRUE(UP "(= [8 9] (nthnext (up 0 10) 8) (nthrest (up 0 10) 8))");
    CHECK_TRUE(UP "(= 9 (last (up 0 10)) (last (range 10)) (last [1 9]) (last (list 9)))");
    CHECK_TRUE("(= nil (last nil) (last []) (last ()))");
    CHECK_TRUE("(= 2 (count (last {:a 1})))");
}
TEST(lazy_cells_run_their_thunk_once_and_only_when_asked)
{
    CHECK_TRUE("(let* [n (volatile! 0) s (%lazy (fn* ([] (vreset! n (+ 1 (deref n))) [1 2])))]"
               "  (if (realized? s) false (do (first s) (first s) (count s) (= [1 1 true] [(deref n) (first s) "
               "(realized? s)]))))");
    CHECK_TRUE("(def deep (fn* deep ([n] (%lazy (fn* ([] (if (< 0 n) (deep (- n 1)) [:end]))))))) "
               "(= [:end] (deep " HUNDRED_THOUSAND "))");
    CHECK_FAILS(
        "(let* [me (volatile! nil)] (do (vreset! me (%lazy (fn* ([] (first (deref me)))))) (first (deref me))))",
        "illegal-state");
    CHECK_TRUE("(let* [me (volatile! 0) s (%lazy (fn* ([] (vreset! me (+ 1 (deref me))) (if (= 1 (deref me)) (first 1) "
               "[7]))))]"
               "  (do (try (first s) (catch :type-error e nil)) (= 7 (first s))))");
    CHECK_FAILS("(first (%lazy (fn* ([] 5))))", "type-error");
    CHECK_TRUE(UP "(def shared (up 0 50)) (= (range 50) shared shared (next (cons 1 shared)))");
    CHECK_TRUE("(def shared (range 0 1 1/4)) (= [0 1/4 1/2 3/4] shared (vec shared))");
    CHECK_TRUE("(def d (%delay (fn* ([] 5)))) (= 5 (deref d) (force d) (force 5))");
}
/* A frame of many registers in a process so small that gathering rest arguments often divides the room anew. */
#define FIVE(x) "a" x "0 (+ n 0) a" x "1 (+ n 1) a" x "2 (+ n 2) a" x "3 (+ n 3) a" x "4 (+ n 4) "
#define ALL(x) "a" x "0 a" x "1 a" x "2 a" x "3 a" x "4 "
#define EIGHT(f) f("a") f("b") f("c") f("d") f("e") f("f") f("g") f("h")
TEST(rest_arguments_leave_room_for_the_frame)
{
    CHECK_TRUE("(def wide (fn* ([n & r] (let* [" EIGHT(FIVE) "] (if (< n 0) [" EIGHT(
        ALL) "] ah4)))))"
             "(loop* [i 0] (if (< i 3000) (do (wide i 1 2 3 4 5 6 7 8 9) (recur (+ i 1))) (= 11 (wide 7))))");
}
TEST(vec_reverse_apply_and_list_star)
{
    CHECK_TRUE(UP "(= (range 100) (vec (up 0 100)) (vec (range 100)))");
    CHECK_TRUE("(vector? (vec (range 100)))");
    CHECK_TRUE(UP "(= [3 2 1 0] (reverse (up 0 4)) (reverse [0 1 2 3]) (rseq [0 1 2 3]) (reverse (range 4)))");
    CHECK_TRUE("(= () (reverse nil) (reverse []))");
    CHECK_TRUE(UP "(= 4950 (apply + (up 0 100)) (apply + 0 1 (range 2 100)))");
    CHECK_TRUE("(= [1 2 3 4] (%list* 1 2 [3 4]) (%list* (list 1 2 3 4)))");
    CHECK_TRUE("(= nil (%list* nil))");
    CHECK_TRUE("(= [1] (cons 1 nil) (cons 1 []) (cons 1 ()))");
    CHECK_TRUE("(= [1 [:a 2]] (cons 1 {:a 2}))");
    CHECK_FAILS("(cons 1 2)", "type-error");
}
TEST(chunks)
{
    CHECK_TRUE("(if (chunked-seq? (seq [1])) (if (chunked-seq? (range 5)) (not (chunked-seq? (list 1))) false) false)");
    CHECK_TRUE("(= 32 (count (chunk-first (range 100))) (count (chunk-first (seq (vec (range 100))))))");
    CHECK_TRUE("(= 32 (first (chunk-rest (range 100))) (first (chunk-next (seq (vec (range 100))))))");
    CHECK_TRUE("(= nil (chunk-next (seq [1 2])) (chunk-next (range 3)))");
    CHECK_TRUE("(= () (chunk-rest (seq [1 2])))");
    CHECK_TRUE("(let* [b (chunk-buffer 2)] (do (chunk-append b 1) (chunk-append b 2) (= [1 2 3] (chunk-cons (chunk b) "
               "[3]))))");
    CHECK_TRUE("(= [1 2] (chunk-cons [] [1 2]))");
    CHECK_TRUE("(= (range 101) (chunk-cons (vec (range 100)) [100]))");
    CHECK_TRUE("(= [2 3] (rest (chunk-cons [1 2] [3])))");
}
TEST(large_maps_are_walked_a_chunk_at_a_time)
{
#define BIG "(def big (loop* [i 0 m {}] (if (< i 2000) (recur (+ i 1) (assoc m i (* i i))) m))) "
    CHECK_TRUE(BIG "(= 2000 (count big) (count (seq big)) (count (keys big)) (count (vals big)) (count (vec big)))");
    CHECK_TRUE(BIG "(= big (%into {} (seq big) nil) (%into {} big nil) (%into {} (vec big) nil))");
    CHECK_TRUE(BIG "(= (range 2000) (%sort-default (keys big)) (keys (apply sorted-map (loop* [s (seq big) l ()] (if s "
                   "(recur (next s) (cons (key (first s)) (cons (val (first s)) l))) l)))))");
    CHECK_TRUE(BIG
               "(= (range 2000) (seq (apply sorted-set (keys big))) (%sort-default (vec (%into #{} (keys big) nil))))");
    CHECK_TRUE(BIG "(= (hash big) (hash (apply sorted-map (loop* [s (seq big) l ()] (if s (recur (next s) (cons (key "
                   "(first s)) (cons (val (first s)) l))) l)))))");
    CHECK_TRUE(BIG "(= (seq big) (seq big) (vec big))");
    CHECK_TRUE(BIG "(= (hash (seq big)) (hash (vec big)))");
    CHECK_TRUE(BIG "(= 1 (get {(seq big) 1} (vec big)))");
    CHECK_TRUE(BIG "(= (last big) (nth (seq big) 1999) (nth (vec big) 1999))");
    CHECK_FAILS(BIG "(nth (seq big) 2000)", "range-error");
    CHECK_TRUE("(def m (%into {} [[:b 1] [:a 2]] nil)) (= [[:b :a] [1 2]] [(keys m) (vals m)])");
    CHECK_TRUE("(= nil (keys {}) (vals nil) (seq #{}) (keys []) (vals (sorted-map)))");
    CHECK_TRUE("(= [:b :a] (keys (vec (seq m))))");
    CHECK_FAILS("(keys [[:b 1] [:a 2]])", "type-error");
    CHECK_FAILS("(keys [1])", "type-error");
}
/* Leaves words below the stack pointer that no scanner may meet. */
static NOINLINE void soil_c_stack(void)
{
    volatile word soil[512];
    for (unsigned i = 0; i < ARRAY_LEN(soil); i++)
        soil[i] = ~(word)0;
}
TEST(the_state_of_a_walk_over_a_map_holds_terms_only)
{
    struct proc *p = unit_proc();
    term s, lazy;
    p->result = empty_map;
    for (iword i = 0; i < 100; i++) {
        p->result = map_assoc(p, p->result, mk_int(i), mk_int(i));
        soil_c_stack();
        CHECK(seq_of(p, p->result, &s, &lazy) == SEQ_OK);
        heap_check(p);
    }
}
TEST(conj_assoc_dissoc_on_every_kind)
{
    CHECK_TRUE("(= [1 2] (conj [1] 2) (conj [] 1 2))");
    CHECK_TRUE("(= [2 1] (conj (list 1) 2) (conj nil 1 2) (conj () 1 2) (conj (quote (1)) 2))");
    CHECK_TRUE("(= {:a 1 :b 2} (conj {:a 1} [:b 2]) (conj {:a 1} {:b 2}) (conj {} nil [:a 1] {:b 2}) (conj {:a 1} "
               "(sorted-map :b 2)))");
    CHECK_TRUE("(= #{1 2} (conj #{1} 2 2 1))");
    CHECK_TRUE("(= [] (conj))");
    CHECK_FAILS("(conj {} [1])", "type-error");
    CHECK_FAILS("(conj 1 1)", "type-error");
    CHECK_TRUE("(= {:a 1} (assoc nil :a 1) (assoc {} :a 1) (dissoc {:a 1 :b 2} :b :c))");
    CHECK_TRUE("(= [1 2 3] (assoc [1 2] 2 3) (assoc [0 2 0] 0 1 2 3))");
    CHECK_FAILS("(assoc [] 1 1)", "range-error");
    CHECK_FAILS("(assoc [] :a 1)", "type-error");
    CHECK_FAILS("(assoc (list 1) 0 1)", "type-error");
    CHECK_FAILS("(assoc {} :a)", "arity-error");
    CHECK_FAILS("(assoc {} :a 1 :b)", "illegal-argument");
    CHECK_TRUE("(= nil (dissoc nil :a) (get nil :a) (get 1 2) (get (list 1) 0) (find {} 1) (disj nil 1))");
    CHECK_TRUE("(= #{1} (disj #{1 2 3} 2 3))");
    CHECK_TRUE("(= [0 :x] (find [:x] 0))");
    CHECK_TRUE("(if (contains? {:a nil} :a) (if (contains? [1] 0) (not (contains? [1] 1)) false) false)");
    CHECK_FAILS("(contains? (list 1) 1)", "type-error");
    CHECK_TRUE("(= 2 (peek [1 2]) (peek (list 2 1)) (count (pop [1 2 3])) (first (pop (list 1 2))))");
    CHECK_TRUE("(= nil (peek nil) (peek []) (pop nil) (peek ()))");
    CHECK_FAILS("(pop [])", "illegal-state");
    CHECK_FAILS("(pop ())", "illegal-state");
    CHECK_TRUE(UP "(= [0 1 2 3] (%into [0] (next (up 0 4)) nil))");
    CHECK_TRUE("(= {:m 1} (meta (%into [1] [2] {:m 1})))");
}
TEST(sorting_is_stable_and_total)
{
    CHECK_TRUE("(= (range 1000) (%sort-default (reverse (range 1000))))");
    CHECK_TRUE("(= [nil 1 2.5 3] (%sort-default [3 nil 2.5 1]))");
    CHECK_TRUE("(= [\"a\" \"b\"] (%sort-default [\"b\" \"a\"]))");
    CHECK_TRUE("(= [[1 2] [1 3] [0 0 0]] (%sort-default [[0 0 0] [1 3] [1 2]]))");
    CHECK_FAILS("(%sort-default [1 :a])", "type-error");
    CHECK_TRUE("(= [:a :b :a/a] (%sort-default [:a/a :b :a]))");
    CHECK_TRUE(
        "(= [-1 0 1 -1 1] [(compare nil 1) (compare nil nil) (compare 1 nil) (compare 1 1.5) (compare true false)])");
}
TEST(metadata_is_kept_and_ignored)
{
    CHECK_TRUE("(= [1] (with-meta [1] {:a 1}) (with-meta (list 1) {:a 1}))");
    CHECK_TRUE(
        "(= {:a 1} (meta (with-meta [1] {:a 1})) (meta (with-meta (list 1 2) {:a 1})) (meta (with-meta (quote x) {:a "
        "1})) "
        "(meta (with-meta {} {:a 1})) (meta (with-meta #{} {:a 1})) (meta (with-meta (fn* ([] 1)) {:a 1})) "
        "(meta (with-meta (sorted-map) {:a 1})) (meta (with-meta () {:a 1})) (meta (with-meta (range 3) {:a 1})) "
        "(meta (conj (with-meta (list 1) {:a 1}) 2)) (meta (with-meta (%lazy (fn* ([] [1]))) {:a 1})))");
    CHECK_TRUE("(= nil (meta 1) (meta [1]) (meta \"a\"))");
    CHECK_TRUE("(= 7 ((with-meta (fn* ([x] x)) {:a 1}) 7))");
    CHECK_FAILS("(with-meta 1 {})", "type-error");
    CHECK_FAILS("(with-meta [] 1)", "type-error");
}
TEST(records_are_maps_with_a_type)
{
#define POINT "(def P (%make-rtype (quote user/P) [:x :y])) (def p (%record P 1 2)) "
    CHECK_TRUE(POINT "(= 1 (:x p) (get p :x) (:z (assoc p :z 1)) (:x (%map->record P {:x 1 :w 3})))");
    CHECK_TRUE(POINT "(= 3 (count (assoc p :z 1)) (:w (%map->record P {:x 1 :w 3})))");
    CHECK_TRUE(POINT
               "(if (record? (assoc p :x 5)) (if (record? (assoc p :z 5)) (not (record? (dissoc p :x))) false) false)");
    CHECK_TRUE(POINT "(= {:y 2} (dissoc p :x))");
    CHECK_TRUE(POINT "(= p (%record P 1 2) (dissoc (assoc p :z 1) :z))");
    CHECK_TRUE(POINT "(= (hash p) (hash (%record P 1 2)))");
    CHECK_TRUE(POINT "(not (= p {:x 1 :y 2}))");
    CHECK_TRUE(POINT "(not (= {:x 1 :y 2} p))");
    CHECK_TRUE(POINT "(not (= p (%record (%make-rtype (quote user/Q) [:x :y]) 1 2)))");
    CHECK_TRUE(POINT "(= [[:x 1] [:y 2]] (seq p))");
    CHECK_TRUE(POINT "(= [:x :y :z] (keys (assoc p :z 3)))");
    CHECK_TRUE(POINT "(= (quote user/P) (%type p))");
    CHECK_TRUE(POINT "(= [:x :y] (%record-basis P))");
    CHECK_TRUE(POINT "(if (map? p) (not (record? (%opaque P 1 2 3))) false)");
    CHECK_TRUE(POINT "(not (= (%opaque P 1) (%opaque P 1)))");
    CHECK_TRUE(UP POINT "(= (assoc p :x (up 0 10)) (assoc p :x (range 10)))");
    CHECK_FAILS(POINT "(%record P 1)", "arity-error");
}
TEST(cells)
{
    CHECK_TRUE("(let* [a (atom 1)] (do (reset! a 2) (= 2 (deref a))))");
    CHECK_TRUE("(let* [a (atom 1)] (= [true false 2] [(compare-and-set! a 1 2) (compare-and-set! a 1 3) (deref a)]))");
    CHECK_TRUE("(def shared-atom (atom {:a 1})) (reset! shared-atom [1 2 3]) (= [1 2 3] (deref shared-atom))");
    CHECK_TRUE("(= {:m 1} (meta (atom 1 :meta {:m 1})))");
    CHECK_TRUE("(= 1 (deref (atom 1 :validator number?)))");
    CHECK_FAILS("(atom :a :validator number?)", "illegal-state");
    CHECK_TRUE("(= 5 (deref (reduced 5)) (unreduced (reduced 5)) (unreduced 5) (deref (ensure-reduced 5)))");
    CHECK_FAILS("(deref 1)", "type-error");
}
