/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * compile_fuzz.c: what the first byte chooses of
 *   0  the bytes as text are expanded and compiled, or refused with a condition
 *   1  the bytes grow a program of special forms and macros, which is compiled and run for a while
 *   2  the bytes change words of a compiled function: the verifier accepts or refuses it without harm
 * In debug builds every compiled function is verified on the way.
 */
#include "data/buf.h"
#include "lang/compile.h"
#include "lang/reader.h"
#include "pure.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/vm.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count);

#define SLICES 200
#define HEAP_WORDS (1u << 20)

static term native_of(const char *name)
{
    return *var_cell(ns_var(NS_core, intern_symbol(NULL, 0, name, strlen(name))));
}

/* False: still running after so many slices. */
static bool run_some(struct proc *p, term fn, unsigned n, const term *args)
{
    p->flags = 0;
    if (!interp_start(p, fn, n, args))
        return false;
    for (unsigned i = 0; i < SLICES && !(p->flags & PROC_DONE); i++) {
        __atomic_and_fetch(&p->flags, ~PROC_YIELD, __ATOMIC_RELAXED);
        p->reductions = 100;
        interp_run(p);
    }
    return p->flags & PROC_DONE;
}

/* --- programs ---------------------------------------------------------------------------------------------------- */

struct grower {
    const u8 *at, *end;
    struct buf *b;
    unsigned depth, size;
};

static unsigned choose(struct grower *g, unsigned n)
{
    return g->at < g->end ? *g->at++ % n : 0;
}
static void put_name(struct grower *g)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "*dyn*"};
    buf_text(g->b, names[choose(g, 7)]);
    buf_byte(g->b, ' ');
}

static void grow(struct grower *g);
static void grow_pattern(struct grower *g);

/* Each character of the template is text, but for: $ expression, @ name, ~ pattern. */
static void grow_template(struct grower *g, const char *template, void (*pattern)(struct grower *g))
{
    for (; *template; template ++)
        switch (*template) {
        case '$':
            grow(g);
            break;
        case '~':
            pattern(g);
            break;
        case '@':
            put_name(g);
            break;
        default:
            buf_byte(g->b, (u8) * template);
        }
}

static void grow(struct grower *g)
{
    static const char *const leaves[] = {"1 ",  "0 ",  "-7 ",  "nil ",    "true ",         ":k ",    "\"s\" ",
                                         "[] ", "'q ", "1.5 ", "{:k 1} ", "100000000000 ", "*dyn* ", "[1 2] "};
    static const char *const forms[] = {"(if $$$)",
                                        "(let [@$@$]$$)",
                                        "(do $$)",
                                        "(fn [@@]$)",
                                        "($ $)",
                                        "(+ $ $)",
                                        "(- $ 1)",
                                        "(< $ $)",
                                        "(= $ 3)",
                                        "(loop [@$@$] (if $ $ (recur $ $)))",
                                        "(loop [@$] $)",
                                        "(recur $)",
                                        "(recur $ $)",
                                        "(and $ $)",
                                        "(or $ $ $)",
                                        "(try $ (catch :default @ $))",
                                        "(try $ (finally $))",
                                        "(try $ (catch :type-error @ $) (catch :k @ $) (finally $))",
                                        "(match $ ~ $ ~ :when $ $ _ $)",
                                        "(match [$ $] [~ ~] $ [:k ~] $)",
                                        "(match $ ~ $)",
                                        "(binding [*dyn* $] $)",
                                        "(handler-bind* [:default (fn [@] $)] $)",
                                        "(restart-case* $ (:k nil (fn [@] $)) (:l \"l\" (fn [] $)))",
                                        "(letfn [(@ [@] $) (@ [@ @] $)] $)",
                                        "(fn ([@] $) ([@ @] $) ([@ & @] $))",
                                        "(let [[@ & @] $ {:keys [@ @]} $] $)",
                                        "(case $ 1 $ (:k :l) $ $)",
                                        "[$ $ $]",
                                        "{:k $ :l $}",
                                        "#{$}",
                                        "(not $)",
                                        "(when-let [@ $] $)",
                                        "(throw $)",
                                        "(cond $ $ :else $)",
                                        "(-> $ (+ $) inc)",
                                        "(dotimes [@ 3] $)",
                                        "(%invoke-restart :k [$])",
                                        "(set! *dyn* $)",
                                        "(conj $ $)",
                                        "(:k $)",
                                        "(first $)",
                                        "(nth $ 0)",
                                        "(get $ :k)",
                                        "(cons $ $)",
                                        "(fn @ [@] $)",
                                        "(fn ([~] $) ([~] :when $ $))",
                                        "(nil? $)",
                                        "(count $)",
                                        "((fn [@ @] $) $ $)",
                                        "(def @ $)",
                                        "(lazy-seq $)"};
    if (!g->depth || g->size > 20000 || g->at >= g->end) {
        unsigned leaf = choose(g, ARRAY_LEN(leaves) + 8);
        if (leaf < ARRAY_LEN(leaves))
            buf_text(g->b, leaves[leaf]);
        else
            put_name(g);
        return;
    }
    g->depth--;
    g->size++;
    unsigned form = choose(g, ARRAY_LEN(forms) + 12);
    if (form < ARRAY_LEN(forms))
        grow_template(g, forms[form], grow_pattern);
    else
        put_name(g);
    buf_byte(g->b, ' ');
    g->depth++;
}

static void grow_pattern(struct grower *g)
{
    static const char *const patterns[] = {"_ ",
                                           "@",
                                           "@",
                                           "1 ",
                                           ":k ",
                                           "\"s\" ",
                                           "nil ",
                                           "[~ ~]",
                                           "[:k ~]",
                                           "[~ & ~]",
                                           "(seq ~ & ~)",
                                           "{:k ~}",
                                           "{:keys [@] :or {@ $}}",
                                           "#{1}",
                                           "'q ",
                                           "(or ~ ~)",
                                           "(as ~ @)",
                                           "(= $)",
                                           "#bits[@:4 ~:4 @/bytes]"};
    if (!g->depth || g->at >= g->end) {
        buf_text(g->b, "_ ");
        return;
    }
    g->depth--;
    grow_template(g, patterns[choose(g, ARRAY_LEN(patterns))], grow_pattern);
    buf_byte(g->b, ' ');
    g->depth++;
}

/* --- the three ways -------------------------------------------------------------------------------------------------
 */

static void with_forms(struct proc *p, const u8 *text, word bytes, bool run)
{
    struct reader r = {.text = text, .bytes = bytes, .line = 1, .column = 1, .positions = true, .intern = true};
    r.ns = ns_find_or_create(intern_symbol(NULL, 0, "fuzz", 4));
    term form;
    while (read_form(p, &r, &form) == READ_FORM) {
        term args[3] = {form, r.ns, NIL};
        if (run) {
            if (!run_some(p, native_of("%eval"), 3, args))
                return;
        } else {
            if (!run_some(p, native_of("%expand"), 2, args))
                return;
            if (!(p->flags & PROC_FAILED))
                compile_form(p, p->result, r.ns, NIL);
        }
        p->pending = PENDING_NOTHING;
    }
}

static void program(struct proc *p, const u8 *bytes, word count)
{
    struct buf b = BUF_INIT;
    struct grower g = {.at = bytes, .end = bytes + count, .b = &b, .depth = 12};
    buf_text(&b, "(fn [a b c d e f g] ");
    grow(&g);
    buf_text(&b, ") ((fn [a b c d e f g] ");
    g.at = bytes;
    grow(&g);
    buf_text(&b, ") 1 [1 2] {:k 1} nil (fn [x] x) :k '(1 2))");
    if (!b.failed)
        with_forms(p, b.data, b.count, true);
    buf_free(&b);
}

static void changed_code(struct proc *p, const u8 *bytes, word count)
{
    static const char text[] = "(fn [a b c] (loop [i 0 s a] (if (< i 10) (recur (inc i) (+ s (try (b i) (catch "
                               ":default e (c e)) (finally (c 1)))))"
                               " (match [s c] [:k x] x [y (= c)] [y s]))))";
    static term function;
    if (!function.w) {
        struct reader r = {.text = (const u8 *)text, .bytes = sizeof text - 1, .line = 1, .column = 1, .intern = true};
        r.ns = NS_core;
        shared_root(&function);
        term form, args[3] = {NIL, NS_core, NIL};
        ENSURE(read_form(p, &r, &form) == READ_FORM, "the function is read");
        args[0] = form;
        ENSURE(run_some(p, native_of("%eval"), 3, args), "the function is made");
        function = shared_copy(p, p->result);
    }
    const struct code *original = (const struct code *)OBJ(fn, function)->code;
    word words = hdr_words(original->hdr) + 1;
    word *copy = port_alloc(words * sizeof(word));
    if (!copy)
        return;
    memcpy(copy, original, words * sizeof(word));
    struct code *c = (struct code *)copy;
    for (; count >= 4; count -= 4, bytes += 4) {
        u32 at = (bytes[0] | (u32)bytes[1] << 8) % (2 + c->n_insns);
        u8 *where = at < 2 ? (u8 *)&c->nregs + at : (u8 *)&c->insns[at - 2] + (bytes[2] & 3);
        *where = bytes[3];
    }
    const char *why;
    code_verify(c, &why);
    port_free(copy);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count)
{
    static bool ready;
    if (!ready) {
        ENSURE(vm_init(), "the address range of the VM is free");
        term dyn = ns_intern(ns_find_or_create(intern_symbol(NULL, 0, "fuzz", 4)), intern_symbol(NULL, 0, "*dyn*", 5));
        OBJ(var, dyn)->flags |= VAR_DYNAMIC;
        var_set(dyn, NIL);
    }
    ready = true;
    if (!count)
        return 0;
    struct proc *p = proc_first(256);
    ENSURE(p, "there is memory for a process");
    worker_clear(p->worker);
    p->max_words = HEAP_WORDS;
    switch (bytes[0] % 3) {
    case 0:
        with_forms(p, bytes + 1, count - 1, false);
        break;
    case 1:
        program(p, bytes + 1, count - 1);
        break;
    case 2:
        changed_code(p, bytes + 1, count - 1);
        break;
    }
    proc_drop(p);
    return 0;
}
