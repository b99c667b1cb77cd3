/* SPDX-License-Identifier: GPL-3.0-only */
/* The expander and the compiler, run: texts of macros in C, special forms and natives; nothing of lib/ is loaded. */
#include "data/buf.h"
#include "data/str.h"
#include "lang/code.h"
#include "lang/printer.h"
#include "lang/reader.h"
#include "run/interp.h"
#include "run/names.h"
#include "unit.h"

#include <string.h>

static term run_eval(struct proc *p, term form, term ns)
{
    static term file;
    if (!file.w)
        file = str_shared("test.lona-s", 11);
    term eval = *var_cell(ns_var(NS_core, intern_symbol(NULL, 0, "%eval", 5)));
    term args[3] = {form, ns, file};
    p->flags = 0;
    if (!interp_start(p, eval, 3, args))
        return NONE;
    while (!(p->flags & PROC_DONE)) {
        __atomic_and_fetch(&p->flags, ~PROC_YIELD, __ATOMIC_RELAXED);
        p->reductions = SLICE_REDUCTIONS;
        interp_run(p);
    }
    return p->flags & PROC_FAILED ? NONE : p->result;
}

static void print_result(char *out, word room, struct proc *p, term value)
{
    struct buf b = BUF_INIT;
    struct print_options options = {.readable = true, .force_not = true, .length = -1, .level = -1};
    term stopped;
    if (is_none(value)) {
        term c = p->result;
        buf_text(&b, "!");
        if (is_type(c, T_CONDITION)) {
            struct str_view kind = str_view(OBJ(symbol, OBJ(condition, c)->kind)->name);
            buf_append(&b, kind.data, kind.bytes);
            if (is_string(OBJ(condition, c)->message)) {
                buf_text(&b, " ");
                struct str_view text = str_view(OBJ(condition, c)->message);
                buf_append(&b, text.data, text.bytes);
            }
        } else {
            print_term(&b, c, &options, &stopped);
        }
    } else {
        print_term(&b, value, &options, &stopped);
    }
    word n = b.count < room - 1 ? b.count : room - 1;
    memcpy(out, b.data, n);
    out[n] = 0;
    buf_free(&b);
}

/* The forms of the text one after the other; the printed value of the last, or "!kind message". */
static void check_eval(const char *file, int line, const char *text, const char *expected, bool prefix)
{
    struct reader r = {.text = (const u8 *)text, .bytes = strlen(text), .line = 1, .column = 1, .intern = true};
    r.positions = true;
    r.ns = ns_find_or_create(intern_symbol(NULL, 0, "compile-test", 12));
    char shown[4096] = "";
    term form;
    struct proc *p = unit_proc();
    while (read_form(p, &r, &form) == READ_FORM) {
        term value = run_eval(p, form, r.ns);
        print_result(shown, sizeof shown, p, value);
        if (is_none(value))
            break;
    }
    if (r.error)
        unit_fail(file, line, "cannot read %s: %s", text, r.error);
    if (prefix ? strncmp(shown, expected, strlen(expected)) != 0 : strcmp(shown, expected) != 0)
        unit_fail(file, line, "%s is %s, not %s", text, shown, expected);
}
#define EVAL(text, expected) check_eval(__FILE__, __LINE__, text, expected, false)
#define FAILS(text, expected) check_eval(__FILE__, __LINE__, text, "!" expected, true)

TEST(constants_and_collections_are_their_own_values)
{
    EVAL("nil", "nil");
    EVAL("42", "42");
    EVAL("123456789012345678901234567890", "123456789012345678901234567890");
    EVAL("-4096", "-4096");
    EVAL("\"text\"", "\"text\"");
    EVAL("[1 [2 \"x\"] {:a 1}]", "[1 [2 \"x\"] {:a 1}]");
    EVAL("['a 'b]", "[a b]");
    EVAL("{:a (+ 1 2)}", "{:a 3}");
    EVAL("#{(+ 1 2)}", "#{3}");
    EVAL("()", "()");
    EVAL("'(1 (2 3))", "(1 (2 3))");
    EVAL("[(inc 0) 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 (inc 33)]",
         "[1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34]");
    EVAL("(meta ^{:a (inc 1)} [(inc 1)])", "{:a 2}");
}

TEST(conditionals_choose)
{
    EVAL("(if nil 1 2)", "2");
    EVAL("(if false 1)", "nil");
    EVAL("(if 0 1 2)", "1");
    EVAL("(let [x 5] (if (< x 6) :less :more))", ":less");
    EVAL("(let [x 5] (if (< 6 x) :less :more))", ":more");
    EVAL("(let [x 5 y 6] (if (not (>= x y)) 1 2))", "1");
    EVAL("(let [x 5] (if (= x 5) 1 2))", "1");
    EVAL("(let [x nil] (if (nil? x) 1 2))", "1");
    EVAL("(let [x 5] (if (and (> x 1) (or (< x 2) (= x 5))) 1 2))", "1");
    EVAL("(let [x 5] (and x nil 3))", "nil");
    EVAL("(let [x 5] [(and) (or) (and x 3) (or nil x) (and (< x 3) 1)])", "[true nil 3 5 false]");
    EVAL("(cond false 1 nil 2 :else 3)", "3");
    EVAL("(cond)", "nil");
    EVAL("(when 1 2 3)", "3");
    EVAL("(when-not 1 2 3)", "nil");
    EVAL("(if-not nil 1 2)", "1");
    EVAL("(if-let [x 3] (inc x) :none)", "4");
    EVAL("(if-let [x nil] (inc x) :none)", ":none");
    EVAL("(when-let [[a b] [1 2]] (+ a b))", "3");
    EVAL("(if-some [x false] [x] :none)", "[false]");
    EVAL("(when-some [x nil] [x])", "nil");
    EVAL("(if (let [x 1] (do 5 (< x 2))) :a :b)", ":a");
    EVAL("(case 3 1 :a (2 3) :b :c)", ":b");
    EVAL("(case \"x\" \"y\" 1 \"x\" 2)", "2");
    EVAL("(case 'q q 2 3)", "2");
    EVAL("(case :z 1 2 :none)", ":none");
    FAILS("(case 1 2 3)", "match-error");
}

TEST(arithmetic_uses_instructions_with_the_same_results)
{
    EVAL("(let [a 1 b 2 c 3] [(+ a b c) (- a b c) (* a b c) (- a) (+ a 5) (+ 5 a) (- a 5) (- 5 a) (+ a -200) (inc a) "
         "(dec a)])",
         "[6 -4 6 -1 6 6 -4 4 -199 2 0]");
    EVAL("[(+) (*) (+ 1) (/ 6 4) (quot 7 2) (rem -7 2) (mod -7 2)]", "[0 1 1 3/2 3 -1 1]");
    EVAL("(let [a 6 b 3] [(bit-and a b) (bit-or a b) (bit-xor a b) (bit-shift-left a b) (bit-shift-right a 1)])",
         "[2 7 5 48 3]");
    EVAL("(let [a 1 b 2] [(< a b) (<= a b) (> a b) (>= a b) (= a b) (not a) (nil? a) (identical? a a) (< a b 3)])",
         "[true true false false false false false true true]");
    FAILS("(let [a :x] (+ a 1))", "type-error");
    FAILS("(let [a :x] (if (< a 1) 1 2))", "type-error");
}

TEST(pairs_of_instructions_compute_what_two_would)
{
    /* small integers, floats, both; results that are boxed, or only what is between is; each operand order */
    EVAL("(defn paired [a b c] [(+ (* a b) c) (+ c (* a b)) (- (* a b) c) (- c (* a b)) (* (+ a b) c) (* c (- a b)) "
         "(- (+ a b) c) (- c (- a b)) (+ (- a b) c)]) "
         "[(paired 2 3 4) (paired 2.0 3.0 4.0) (paired 2 3.0 4)]",
         "[[10 10 2 -2 20 -4 1 5 3] [10.0 10.0 2.0 -2.0 20.0 -4.0 1.0 5.0 3.0] [10.0 10.0 2.0 -2.0 20.0 -4.0 1.0 5.0 "
         "3.0]]");
    EVAL("(paired 1152921504606846975 2 -5)",
         "[2305843009213693945 2305843009213693945 2305843009213693955 -2305843009213693955 -5764607523034234885 "
         "-5764607523034234865 1152921504606846982 -1152921504606846978 1152921504606846968]");
    EVAL("[(first (paired 1e200 1e200 1.0)) (first (paired 1e-200 1e-200 3.0)) (nth (paired 1e300 1.0 1e300) 2) (first "
         "(paired 0.0 5.0 "
         "0.0)) "
         "(first (paired 1/2 2 3))]",
         "[##Inf 3.0 0.0 0.0 4]");
    EVAL("(let [a 3.0 b (* a a)] [(+ b (* b 2.0)) (* b b) (let [c (+ a 1.0)] (* c c)) (- 1.0 (* 2.0 a)) (+ (* a 2.0) "
         "a)])",
         "[27.0 81.0 16.0 -5.0 9.0]");
    EVAL("(loop [x 1.0 y 2.0 i 0] (if (= i 3) [x y] (recur (+ (* x y) x) (- (* 2.0 (* x y)) y) (inc i))))",
         "[99.0 170.0]");
    FAILS("((fn [a b c] (+ (* a b) c)) 1.0 2.0 :k)", "type-error");
    FAILS("((fn [a b c] (+ (* a b) c)) 1 :k 2)", "type-error");
}

TEST(three_instructions_done_at_once_compute_what_they_would_alone)
{
    EVAL("(defn tripled [a b c d] [(+ (* 2.0 (* a b)) c) (+ c (* 2.0 (* a b))) (- (* 2.0 (* a b)) c) (- c (* 2.0 (* a "
         "b))) "
         "(+ (* a b) (* c d)) (- (* a b) (* c d))]) "
         "[(tripled 1.5 3.0 4.0 5.0) (tripled 2 3 4 5) (tripled 2.0 3 4 5.0) (tripled 0.0 3.0 4.0 5.0)]",
         "[[13.0 13.0 5.0 -5.0 24.5 -15.5] [16.0 16.0 8.0 -8.0 26 -14] [16.0 16.0 8.0 -8.0 26.0 -14.0] "
         "[4.0 4.0 -4.0 4.0 20.0 -20.0]]");
    /* what is between does not fit a word, or the result does not */
    EVAL("[(tripled 1e200 1e200 1.0 1.0) (tripled 1e-200 1e-200 1.0 1.0) (tripled 1e100 1e60 1.0 ##Inf)]",
         "[[##Inf ##Inf ##Inf ##-Inf ##Inf ##Inf] [1.0 1.0 -1.0 1.0 1.0 -1.0] [2.0E160 2.0E160 2.0E160 -2.0E160 ##Inf "
         "##-Inf]]");
    /* a result in between that the last one takes twice, or that is wanted later */
    EVAL("((fn [a b] (let [p (* a b) q (* 2.0 p) r (* a p) s (* b b)] [(+ q p) (+ r p) (+ p s) (- p s) p q r s])) 3.0 "
         "5.0)",
         "[45.0 60.0 40.0 -10.0 15.0 30.0 45.0 25.0]");
    EVAL("(loop [x 1.5 y 2.0 i 0] (if (= i 2) [x y] (recur (- (* x x) (* y y)) (+ (* 2.0 (* x y)) 0.5) (inc i))))",
         "[-39.1875 -22.25]");
    FAILS("(tripled 1.0 2.0 :k 3.0)", "type-error");
    FAILS("(tripled 1.0 2.0 3.0 :k)", "type-error");
    FAILS("(tripled 1.0 :k 3.0 4.0)", "type-error");
}

TEST(square_roots_have_an_instruction)
{
    EVAL("(defn root [x] (lona.math/sqrt x)) [(root 2.25) (root 4) (root 0.0) (root -0.0) (root 1e300) (root 1e-300) "
         "(root 1/4) (root ##Inf)]",
         "[1.5 2.0 0.0 -0.0 1.0E150 1.0E-150 0.5 ##Inf]");
    EVAL("[(root -1.0) (root -1) (root ##NaN)]", "[##NaN ##NaN ##NaN]");
    FAILS("(root :k)", "type-error");
}

TEST(constant_floats_are_operands)
{
    EVAL("(defn paired [x] [(+ x 1.5) (+ 1.5 x) (- x 1.5) (- 1.5 x) (* x 2.0) (* 2.0 x) (/ x 2.0) (/ 2.0 x)]) "
         "[(paired 4) (paired 4.0) (paired 1e-300)]",
         "[[5.5 5.5 2.5 -2.5 8.0 8.0 2.0 0.5] [5.5 5.5 2.5 -2.5 8.0 8.0 2.0 0.5] [1.5 1.5 -1.5 1.5 2.0E-300 2.0E-300 "
         "5.0E-301 1.9999999999999998E300]]");
    EVAL("(defn paired [x] [(if (< x 2.5) 1 0) (if (<= x 2.5) 1 0) (if (> x 2.5) 1 0) (if (>= x 2.5) 1 0) (if (< 2.5 "
         "x) 1 0) "
         "(if (<= 2.5 x) 1 0) (if (> 2.5 x) 1 0) (if (not (>= 2.5 x)) 1 0)]) [(paired 2) (paired 2.5) (paired 1e300) "
         "(paired ##NaN) (paired "
         "5/2)]",
         "[[1 1 0 0 0 0 1 0] [0 1 0 1 0 1 0 0] [0 0 1 1 1 1 0 1] [0 0 0 0 0 0 0 1] [0 1 0 1 0 1 0 0]]");
    FAILS("((fn [x] (if (< x 2.5) 1 0)) :k)", "type-error");
    FAILS("((fn [x] (* 2.5 x)) :k)", "type-error");
    EVAL("((fn ([x] :when (< x 2.5) :less) ([x] :other)) :k)", ":other");
}

TEST(transient_vectors_are_changed_in_place)
{
    EVAL("(let [t (transient [1 2 3])] (assoc! t 0 9) (assoc! t (inc 0) 8) (assoc! t 3 7) (persistent! t))",
         "[9 8 3 7]");
    EVAL("(let [t (transient [1 2 3]) u (assoc! t 2 5)] [(nth t 2) (nth u 2) (identical? t u)])", "[5 5 true]");
    EVAL("(subvec (persistent! (loop [t (transient []) i 0] (if (< i 70) (recur (conj! t i) (inc i)) (assoc! t 3 :b 1 "
         ":a)))) 0 5)",
         "[0 :a 2 :b 4]");
    EVAL("(let [t (loop [t (transient []) i 0] (if (< i 70) (recur (conj! t i) (inc i)) t))] (assoc! t 5 :a) "
         "(loop [t t i 60] (if (< i 69) (recur (assoc! t i 0) (inc i)) [(nth t 5) (nth t 60) (nth t 64) (nth t 69)])))",
         "[:a 0 0 69]");
    FAILS("(let [t (transient [1])] (assoc! t 5 0))", "range-error");
    FAILS("(let [t (transient [1])] (assoc! t -1 0))", "range-error");
    FAILS("(let [t (transient [1])] (persistent! t) (assoc! t 0 0))", "illegal-state");
    FAILS("(let [t (transient [1])] (persistent! t) (nth t 0))", "illegal-state");
    FAILS("(let [t (transient [1])] (persistent! t) (conj! t 0))", "illegal-state");
    FAILS("(assoc! 5 0 0)", "type-error");
}

TEST(locals_shadow_core_functions_and_macros)
{
    EVAL("(let [+ -] (+ 5 3))", "2");
    EVAL("(let [when vector] (when 1 2))", "[1 2]");
    EVAL("((fn [first] (first 1)) inc)", "2");
    EVAL("(let [x 1 x (inc x) x (+ x x)] x)", "4");
}

TEST(destructuring_is_lenient)
{
    EVAL("(let [[a b & r :as all] [1 2 3 4]] [a b r all])", "[1 2 (3 4) [1 2 3 4]]");
    EVAL("(let [[a b] [1]] [a b])", "[1 nil]");
    EVAL("(let [[a [b c]] [1 [2 3]]] [a b c])", "[1 2 3]");
    EVAL("(let [[a & [b & c]] '(1 2 3)] [a b c])", "[1 2 (3)]");
    EVAL("(let [{:keys [a b] :or {b 7} :as m} {:a 1}] [a b m])", "[1 7 {:a 1}]");
    EVAL("(let [{x :x [y z] :yz} {:x 1 :yz [2 3]}] [x y z])", "[1 2 3]");
    EVAL("(let [{:strs [s] :syms [t]} {\"s\" 1 't 2}] [s t])", "[1 2]");
    EVAL("(let [{:n/keys [a] :keys [n/b :c]} {:n/a 1 :n/b 2 :c 3}] [a b c])", "[1 2 3]");
    EVAL("(let [[x y] nil {:keys [z]} nil] [x y z])", "[nil nil nil]");
    EVAL("((fn [[a b] {:keys [c]}] [a b c]) [1 2] {:c 3})", "[1 2 3]");
    EVAL("((fn [a & [b]] [a b]) 1 2)", "[1 2]");
    EVAL("((fn [& {:keys [a b]}] [a b]) :a 1 :b 2)", "[1 2]");
    EVAL("(loop [[a b] [1 2] n 0] (if (< n 3) (recur [b a] (inc n)) [a b n]))", "[2 1 3]");
    FAILS("(let [[a & b c] 1] 1)", "compile-error");
    FAILS("(let [a] 1)", "compile-error");
    FAILS("(let [1 2] 1)", "compile-error");
}

TEST(functions_have_arities_and_rest)
{
    EVAL("((fn [] 1))", "1");
    EVAL("((fn ([a] [:one a]) ([a b] [:two a b]) ([a b & c] [:more a b c])) 1 2)", "[:two 1 2]");
    EVAL("((fn ([a] [:one a]) ([a b] [:two a b]) ([a b & c] [:more a b c])) 1 2 3 4)", "[:more 1 2 (3 4)]");
    EVAL("((fn [& r] r))", "nil");
    EVAL("((fn self [n] (if (< n 1) :done (self (dec n)))) 100000)", ":done");
    EVAL("((fn [n acc] (if (= n 0) acc (recur (dec n) (+ acc n)))) 100000 0)", "5000050000");
    EVAL("(defn f1 [n] (if (= n 0) :even (f2 (dec n)))) (defn f2 [n] (if (= n 0) :odd (f1 (dec n)))) (f1 100001)",
         "!compile-error unable to resolve symbol: f2; is it f1 or fn?");
    EVAL("(declare f2) (defn f1 [n] (if (= n 0) :even (f2 (dec n)))) (defn f2 [n] (if (= n 0) :odd (f1 (dec n)))) (f1 "
         "100001)",
         ":odd");
    FAILS("((fn [a] a))", "arity-error");
    FAILS("(fn ([a] 1) ([a & b] 1) ([& c] 2))", "compile-error");
    FAILS("(fn [a & b c] 1)", "compile-error");
    EVAL("(apply (fn [a b & c] [a b c]) 1 [2 3 4])", "[1 2 (3 4)]");
}

TEST(closures_capture_values)
{
    EVAL("(let [a 1 b 2] ((fn [c] (+ a b c)) 3))", "6");
    EVAL("((((fn [a] (fn [b] (fn [c] [a b c]))) 1) 2) 3)", "[1 2 3]");
    EVAL(
        "(let [fs (loop [i 0 fs []] (if (< i 3) (recur (inc i) (conj fs (fn [] i))) fs))] [((nth fs 0)) ((nth fs 2))])",
        "[0 2]");
    EVAL("(letfn [(even [n] (if (= n 0) true (odd (dec n)))) (odd [n] (if (= n 0) false (even (dec n))))] (even 1001))",
         "false");
    EVAL("(letfn [(a [] (b)) (b [] (c)) (c [] 7)] (a))", "7");
    EVAL("((fn f [x] ((fn [] (if (< x 1) :end (f (dec x)))))) 5)", ":end");
}

TEST(recur_assigns_in_parallel)
{
    EVAL("(loop [a 0 b 1 n 0] (if (< n 50) (recur b (+ a b) (inc n)) a))", "12586269025");
    EVAL("(loop [a 1 b 2 c 3 n 0] (if (< n 4) (recur b c a (inc n)) [a b c]))", "[2 3 1]");
    EVAL("(loop [a 1 b 2 n 0] (if (< n 3) (recur (vector b a) (vector a b) (inc n)) [a b]))",
         "[[[[2 1] [1 2]] [[1 2] [2 1]]] [[[1 2] [2 1]] [[2 1] [1 2]]]]");
    EVAL("(loop [a 1 b 2 n 0] (if (< n 1) (recur (or nil b) (and 1 a) (inc n)) [a b]))", "[2 1]");
    EVAL("(loop [x [1 2 3] s 0] (if (nil? (seq x)) s (recur (next x) (+ s (first x)))))", "6");
    EVAL("(loop [x 1] (if (< x 5) (recur (let [y x] (+ y x))) x))", "8");
    EVAL("(loop [i 0 a 0] (if (< i 10) (recur (inc i) (loop [j 0 s a] (if (< j i) (recur (inc j) (+ s j)) s))) a))",
         "120");
    FAILS("(recur 1)", "compile-error");
    FAILS("(loop [x 1] (recur))", "compile-error recur wants 1 value, not 0");
    FAILS("(loop [x 1] (inc (recur 2)))", "compile-error recur is possible in tail position only");
    FAILS("(loop [x 1] (try (recur 2) (catch :default e e)))", "compile-error");
    EVAL("(dotimes [i 3] i)", "nil");
}

TEST(threading_macros_keep_their_order)
{
    EVAL("(-> 5 (- 3) inc)", "3");
    EVAL("(->> 5 (- 3) inc)", "-1");
    EVAL("(doto 5 (- 3) inc)", "5");
}

TEST(try_catches_and_cleans_up)
{
    EVAL("(try 1)", "1");
    EVAL("(try (throw :x) (catch :default e [e]))", "[:x]");
    EVAL("(try (+ 1 :a) (catch :arithmetic-error e 1) (catch :type-error e 2))", "2");
    EVAL("(try (/ 1 0) (catch ArithmeticException e 1) (catch Exception e 2))", "1");
    EVAL("(let [v (volatile! [])] [(try (vreset! v [1]) 5 (finally (vreset! v (conj (deref v) 2)))) (deref v)])",
         "[5 [1 2]]");
    EVAL("(let [v (volatile! [])] [(try (try (throw 1) (finally (vreset! v [:f]))) (catch _ e e)) (deref v)])",
         "[1 [:f]]");
    EVAL("(let [f (fn [x] (try (if x (throw x) :ok) (catch :default e [:caught e]) (finally 3)))] [(f nil) (f 1)])",
         "[:ok [:caught 1]]");
    EVAL("(loop [i 0] (if (< i 3) (recur (try (throw i) (catch :default e (inc e)))) i))", "3");
    EVAL("((fn [n] (try (throw 1) (catch :default e (if (< n 3) (recur (inc n)) n)))) 0)", "3");
    EVAL("(+ 1 (try (throw 2) (catch :default e e)))", "3");
    FAILS("(try (throw :x) (finally 1))", "");
    FAILS("(try 1 (finally 2) (catch :default e 3))", "compile-error");
    FAILS("(try 1 (catch 5 e 3))", "compile-error");
    EVAL("(try (throw :a) (catch :default e (try (throw :b) (catch :default f [e f]))))", "[:a :b]");
}

TEST(dynamic_vars_are_bound_on_the_stack)
{
    EVAL("(def ^:dynamic *d* 1) (defn get-d [] *d*) [(get-d) (binding [*d* 2] (get-d)) (binding [*d* 2] (binding [*d* "
         "3] (get-d))) (get-d)]",
         "[1 2 3 1]");
    EVAL("(def ^:dynamic *e* 1) (binding [*e* 2] (set! *e* 5) *e*)", "5");
    EVAL("(def ^:dynamic *e* 1) [(try (binding [*e* 2] (throw 1)) (catch :default x *e*)) *e*]", "[1 1]");
    FAILS("(def nd 1) (binding [nd 2] 1)", "compile-error");
    FAILS("(binding [no-such 2] 1)", "compile-error");
}

TEST(restarts_and_handlers_compile)
{
    EVAL("(handler-bind* [:default (fn [c] nil)] (+ 1 2))", "3");
    EVAL("(restart-case* (+ 1 2) (:use nil (fn [x] x)))", "3");
    EVAL("(restart-case* (%invoke-restart :use [5]) (:skip \"Skip\" (fn [] 0)) (:use nil (fn [x] (inc x))))", "6");
    EVAL("(restart-case* (handler-bind* [:type-error (fn [c] (%invoke-restart :use '(8)))] (inc :a)) (:use \"Use\" (fn "
         "[x] x)))",
         "8");
}

TEST(patterns_match)
{
    EVAL("(match 1 2 :two 1 :one)", ":one");
    EVAL("(match [1 2] [a a] :same [a b] [b a])", "[2 1]");
    EVAL("(match [2 2] [a a] :same [a b] [b a])", ":same");
    EVAL("(match [:tag 5] [:other x] x [:tag x] [x])", "[5]");
    EVAL("(match [:b 1 2] [:a] 1 [:b x] 2 [:b x y] [x y])", "[1 2]");
    EVAL("(match [1 2 3] [a & r] [a r])", "[1 [2 3]]");
    EVAL("(match '(1 2 3) (seq a & r) [a r])", "[1 (2 3)]");
    EVAL("(match '(1 2) [a b] :vector (seq a b) :seq)", ":seq");
    EVAL("(match {:a 1 :b 2} {:a 2} :no {:a 1 :b b} b)", "2");
    EVAL("(match {:a nil} {:b x} :b {:a x} [x])", "[nil]");
    EVAL("(match {:a 1} {:keys [a b] :or {b 9}} [a b])", "[1 9]");
    EVAL("(match {:a 1} {:keys [a b]} [a b] _ :none)", ":none");
    EVAL("(match {:k 1 :l 2} {:k k :as m} [k m])", "[1 {:k 1, :l 2}]");
    EVAL("(match #{1 2} #{3} :no #{1} :yes)", ":yes");
    EVAL("(match 'x 'y 1 'x 2)", "2");
    EVAL("(match \"s\" \"t\" 1 \"s\" 2)", "2");
    EVAL("(match 3 (or 1 2) :low (or 3 4) :high)", ":high");
    EVAL("(match [:p 3] (or [:q x] [:p x]) x)", "3");
    EVAL("(match [:y 2] (or [:x a] (or [a] [:y a])) a)", "2");
    EVAL("(match [3 2 [4 3]] [a _ (or [b a] [a b])] [a b])", "[3 4]");
    EVAL("(let [c [1 2 3]] (match {} (or {:keys [c d] :or {c 1}} {:keys [c d] :or {c (count c) d 5}}) [c d]))",
         "[3 5]");
    FAILS("(match [1] (or [:x a] (or [a b] [a])) a)", "compile-error each alternative");
    EVAL("(match [1 [2 3]] [a (as [b c] p)] [a b c p])", "[1 2 3 [2 3]]");
    EVAL("(let [y 5] (match [5 6] [(= y) z] z))", "6");
    EVAL("(let [y 5] (match 6 (= (inc y)) :yes _ :no))", ":yes");
    EVAL("(match 5 x :when (< x 3) :small x :when (> x 3) :big)", ":big");
    EVAL("(match :a x :when (< x 3) :small x :other)", ":other");
    EVAL("(match :a x :when (< (count x) 3) :small x :other)", ":other");
    EVAL("(match [1 :a] [x y] :when (and (< x 3) (number? y)) :n [x y] :when (vector? x) :v [x y] :o)", ":o");
    EVAL("((fn [n] (match n 0 :zero x (recur (dec x)))) 10)", ":zero");
    EVAL("(+ 1 (match 2 x (inc x)))", "4");
    EVAL("(match [] [] :empty)", ":empty");
    EVAL("(match [nil true \\a 1.5] [nil true \\a 1.5] :yes)", ":yes");
    FAILS("(match 1 2 3)", "match-error no pattern matches 1");
    FAILS("(match 1 (or x 2) 3)", "compile-error each alternative");
    FAILS("(match 1 x)", "compile-error");
    FAILS("(match 1 (foo) 3)", "compile-error");
}

TEST(clauses_of_one_arity_match)
{
    EVAL("(defn area ([[:square s]] (* s s)) ([[:rect w h]] (* w h))) [(area [:square 2]) (area [:rect 2 3])]",
         "[4 6]");
    EVAL("(defn fact ([0] 1) ([n] (* n (fact (dec n))))) (fact 20)", "2432902008176640000");
    EVAL("(defn sign ([n] :when (< n 0) :neg) ([0] :zero) ([_] :pos)) [(sign -1) (sign 0) (sign 1)]",
         "[:neg :zero :pos]");
    EVAL("(defn cmp ([a a] :same) ([a b] :when (< a b) :less) ([_ _] :more) ([x] :one)) [(cmp 1 1) (cmp 1 2) (cmp 2 1) "
         "(cmp 1)]",
         "[:same :less :more :one]");
    EVAL("(defn rest-of ([1 & r] [:one r]) ([x & r] [:other x r])) [(rest-of 1 2) (rest-of 3)]",
         "[[:one (2)] [:other 3 nil]]");
    EVAL("(defn count-down ([0 acc] acc) ([n acc] (recur (dec n) (conj acc n)))) (count-down 3 [])", "[3 2 1]");
    FAILS("(defn only ([1 2] 3) ([3 4] 5)) (only 1 1)", "match-error no pattern matches [1 1]");
}

TEST(bit_syntax_builds_and_matches)
{
    EVAL("(match #bits[1:8 2:16] #bits[a:8 b:16] [a b])", "[1 2]");
    EVAL("(match #bits[4:4 5:4 3:16] #bits[4:4 ihl:4 len:16/big rest/bytes] [ihl len (bit-size rest)])", "[5 3 0]");
    EVAL("(match #bits[2:8 7:8 8:8] #bits[n:8 data:n/bytes] (bit-size data))", "16");
    EVAL("(match #bits[\"GET \" \"x\"] #bits[\"PUT \" r/bytes] :put #bits[\"GET \" r/bytes] (bit-size r))", "8");
    FAILS("(match #bits[1:8] #bits[a:16] a)", "match-error");
}

TEST(definitions_know_their_metadata)
{
    EVAL("(defn f \"doc\" {:added 1} [x] x) (get (meta (var f)) :arglists)", "([x])");
    EVAL("(get (meta (var f)) :doc)", "\"doc\"");
    EVAL("(defn- g [x] x) (get (meta (var g)) :private)", "true");
    EVAL("(def ^{:a (+ 1 2)} h 1) (get (meta (var h)) :a)", "3");
    EVAL("(def i) (def i 2) i", "2");
    EVAL("(defonce j 1) (defonce j 2) j", "1");
    EVAL("(defn other.ns/k [] 5) (other.ns/k)", "5");
    FAILS("(def)", "compile-error");
    FAILS("(def 1 2)", "compile-error");
    FAILS("(def x \"doc\" 1 2 3)", "compile-error");
}

TEST(macros_of_the_user_expand)
{
    EVAL("(defmacro twice [x] (list 'do x x)) (twice 3)", "3");
    EVAL("(defmacro infix [a op b] (list op a b)) (infix 1 + 2)", "3");
    EVAL("(defmacro env-names [] (list 'quote (vec (keys &env)))) (let [a 1 b 2] (env-names))", "[a b]");
    EVAL("(defmacro many [a b c d e f g h] (vector a h)) (many 1 2 3 4 5 6 7 8)", "[1 8]");
    EVAL("(defmacro unless ([c x] `(if ~c nil ~x)) ([c x y] `(if ~c ~y ~x))) [(unless false 1) (unless true 1 2)]",
         "[1 2]");
    EVAL("(defmacro lazily [& xs] (lazy-seq (cons 'vector (lazy-seq xs)))) (lazily 1 2)", "[1 2]");
    EVAL("(defmacro lazy-clause [& xs] (list 'fn (lazy-seq (list ['x] (list 'inc 'x))))) ((lazy-clause) 1)", "2");
    EVAL("(macroexpand-1 '(when a b))", "(if a (do b))");
    EVAL("(macroexpand '(when-not a b))", "(if a nil (do b))");
    EVAL("(macroexpand '(inc 1))", "(inc 1)");
    FAILS("(defmacro bad [] (throw :bad)) (bad)", ":bad");
    FAILS("(defmacro wants-two [a b] a) (wants-two 1)", "arity-error");
    FAILS("(when)", "compile-error");
    FAILS("when", "compile-error can't take the value of a macro");
}

TEST(errors_name_what_is_wrong)
{
    FAILS("(frist [1])", "compile-error unable to resolve symbol: frist; is it first?");
    FAILS("(no.ns/foo 1)", "compile-error no such namespace: no.ns");
    FAILS("(.foo 1)", "compile-error there are no host objects");
    FAILS("(Foo. 1)", "compile-error there are no host objects");
    FAILS("(if)", "compile-error too few arguments to if");
    FAILS("(quote)", "compile-error");
    FAILS("(fn* [x] x)", "compile-error");
    FAILS("(let* 5 1)", "compile-error");
    FAILS("(var nope)", "compile-error");
    FAILS("(set! x 1)", "compile-error");
}

TEST(a_pair_does_not_hide_a_value_that_is_read_later)
{
    EVAL("(defn kept [a b c] (let [t (* a b) u (+ t c)] [t u])) [(kept 2.0 3.0 4.0) (kept 2 3 4)]",
         "[[6.0 10.0] [6 10]]");
    EVAL("((fn [a b c] (let [t (* a b) u (* 2.0 t)] [(+ u c) t u])) 2.0 3.0 4.0)", "[16.0 6.0 12.0]");
    EVAL("((fn [a b c] (let [t (* a b) u (* b c)] [(- t u) t u])) 2.0 3.0 4.0)", "[-6.0 6.0 12.0]");
    EVAL("((fn [a b] (loop [t a i 0] (let [t (* t b)] (if (< i 2) (recur (+ t 1.0) (inc i)) [(+ t a) i])))) 2.0 3.0)",
         "[68.0 2]");
    const char *why = NULL;
    term f = *var_cell(
        ns_var(ns_find_or_create(intern_symbol(NULL, 0, "compile-test", 12)), intern_symbol(NULL, 0, "kept", 4)));
    struct code *c = (struct code *)OBJ(fn, f)->code;
    CHECK(code_verify(c, &why));
    CHECK_EQ_INT(INSN_OP(c->insns[0]), OP_MUL);
    c->insns[0] += OP_MUL_ADD_B - OP_MUL;
    CHECK(!code_verify(c, &why));
    CHECK(strstr(why, "pair"));
    c->insns[0] -= OP_MUL_ADD_B - OP_MUL;
}

TEST(code_of_all_functions_is_well_formed)
{
    struct proc *p = unit_proc();
    const char *why = NULL;
    unsigned checked = 0;
    (void)p;
    for (word i = 0; i < 20000; i++) {
        term var = var_of_cell(i);
        if (!is_type(var, T_VAR))
            continue;
        term f = *var_cell(var);
        if (!is_type(f, T_FN) || hdr_type(*OBJ(fn, f)->code) != T_CODE)
            continue;
        const struct code *c = (const struct code *)OBJ(fn, f)->code;
        if (c->flags & CODE_STEP)
            continue;
        checked++;
        if (!code_verify(c, &why))
            unit_fail(__FILE__, __LINE__, "%s", why);
    }
    CHECK(checked > 0);
}
