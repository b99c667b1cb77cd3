/* SPDX-License-Identifier: GPL-3.0-only */
/* Definitions: defn, defmacro, ns and their kin; #bits as an expression. */
#include "data/bits.h"
#include "data/maps.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "lang/macros.h"

/*
 * (defn name doc? attributes? [p ...] body ...), or clauses and perhaps attributes after them. The metadata is gathered
 * in ARG(1), the environment, which no definition needs.
 */
struct definition {
    term name, doc; /* doc: string or nil */
    term cells;     /* [p ...] body ... or clauses */
    word n_clauses; /* 0: one without parentheses */
};

static const char *definition_usage(term flag)
{
    return same(flag, K_macro)     ? "(defmacro name \"docstring\" [parameter ...] body ...)"
           : same(flag, K_private) ? "(defn- name \"docstring\" [parameter ...] body ...)"
                                   : "(defn name \"docstring\" [parameter ...] body ...)";
}

/* Reads ARG(0) again: nothing here collects. False: it is none. */
static bool read_definition(struct proc *p, struct definition *d, term *before, term *after)
{
    term cell = spine_next(spine_cell(ARG(0)));
    *before = *after = NIL;
    if (!is_cons(cell) || !is_symbol(cons_head(cell)))
        return false;
    *d = (struct definition){.name = cons_head(cell), .doc = NIL};
    cell = spine_next(cell);
    if (is_cons(cell) && is_string(cons_head(cell))) {
        d->doc = cons_head(cell);
        cell = spine_next(cell);
    }
    if (is_cons(cell) && is_map(cons_head(cell))) {
        *before = cons_head(cell);
        cell = spine_next(cell);
    }
    d->cells = cell;
    if (!is_cons(cell))
        return false;
    if (is_vector(cons_head(cell)))
        return true;
    for (; is_cons(cell); cell = spine_next(cell)) {
        if (is_map(cons_head(cell)) && !is_cons(spine_next(cell)) && d->n_clauses)
            *after = cons_head(cell);
        else if (is_seq(cons_head(cell)))
            d->n_clauses++;
        else
            return false;
    }
    return true;
}

static bool add_meta(struct proc *p, term key, term value)
{
    term m = map_assoc(p, ARG(1), key, value);
    if (is_none(m))
        return false;
    ARG(1) = m;
    return true;
}

/* The entries of the attributes before (or after) the clauses. */
static bool add_attributes(struct proc *p, bool after)
{
    for (word i = 0;; i++) {
        struct definition d;
        term maps[2];
        read_definition(p, &d, &maps[0], &maps[1]);
        if (is_nil(maps[after]) || i >= map_count(maps[after]))
            return true;
        struct map_iter it = map_iter(maps[after]);
        for (word k = 0; k <= i; k++)
            if (!map_next(&it))
                return true;
        if (!add_meta(p, it.key, it.value))
            return false;
    }
}

/* :arglists '([p ...] ...) */
static bool add_arglists(struct proc *p)
{
    struct definition d;
    term before, after;
    read_definition(p, &d, &before, &after);
    if (!heap_reserve(p, 2 * CONS_WORDS * (d.n_clauses + 4)))
        return false;
    read_definition(p, &d, &before, &after);
    term reversed = NIL, lists = EMPTY_LIST;
    if (!d.n_clauses)
        reversed = mk_cons(p, cons_head(d.cells), NIL);
    for (term c = d.cells; d.n_clauses && is_cons(c); c = spine_next(c)) {
        term cell = is_seq(cons_head(c)) ? spine_cell(cons_head(c)) : NIL;
        if (is_cons(cell))
            reversed = mk_cons(p, cons_head(cell), reversed);
    }
    for (; is_cons(reversed); reversed = cons_tail(reversed))
        lists = mk_cons(p, cons_head(reversed), lists);
    return add_meta(p, K_arglists, list(p, 2, S_quote, lists));
}

/* A clause with &form and &env as first parameters. */
static term macro_clause(struct proc *p, term cell) /* 3 + TUPLE_MAX words reserved; NONE: pending */
{
    word n = is_cons(cell) && is_vector(cons_head(cell)) ? vec_count(cons_head(cell)) : TUPLE_MAX;
    if (n + 2 > TUPLE_MAX)
        return raise(p, E_COMPILE_ERROR, "defmacro: at most 18 parameters are wanted");
    struct obj_tuple *t = heap_take_tuple(p, n + 2);
    t->item[0] = S_form;
    t->item[1] = S_env;
    for (word i = 0; i < n; i++)
        t->item[i + 2] = vec_nth(cons_head(cell), i);
    return mk_cons(p, mk_box_ptr(t), spine_next(cell));
}

static term with_position_of(struct proc *p, term form, term cells) /* 4 words reserved */
{
    if (!is_type(form, T_LIST) || is_nil(OBJ(list, form)->meta))
        return cells;
    struct obj_list *l = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
    l->cells = cells;
    l->count = mk_int(spine_count(cells));
    l->meta = OBJ(list, form)->meta;
    return mk_box_ptr(l);
}

/* (lona.core/fn clause ...); NONE: pending. MAY_GC */
static term function_form(struct proc *p, bool is_macro)
{
    struct definition d;
    term before, after;
    read_definition(p, &d, &before, &after);
    if (!heap_reserve(p, 16 + (10 + TUPLE_MAX) * (d.n_clauses + 1)))
        return NONE;
    read_definition(p, &d, &before, &after);
    if (!is_macro && is_nil(after))
        return mk_cons(p, W(core_fn), d.cells);
    if (!d.n_clauses) {
        term clause = macro_clause(p, d.cells);
        return is_none(clause) ? NONE : mk_cons(p, W(core_fn), clause);
    }
    term first = list(p, 1, W(core_fn));
    struct cons *end = cons_ptr(first);
    term c = d.cells;
    for (word i = 0; i < d.n_clauses; i++, c = spine_next(c)) {
        term clause = cons_head(c);
        if (is_macro) {
            term with_env = macro_clause(p, spine_cell(clause));
            if (is_none(with_env))
                return NONE;
            clause = with_position_of(p, clause, with_env);
        }
        end->tail = mk_cons(p, clause, EMPTY_LIST);
        end = cons_ptr(end->tail);
    }
    return first;
}

static term define_function(struct proc *p, term flag)
{
    struct definition d;
    term before, after, answer;
    if (spine_count(ARG(0)) < 0)
        return macro_error(p, definition_usage(flag));
    if (!clauses_realised(p, spine_cell(ARG(0)), &answer))
        return answer;
    if (!read_definition(p, &d, &before, &after))
        return macro_error(p, definition_usage(flag));
    term meta = OBJ(symbol, d.name)->meta;
    ARG(1) = is_map(meta) ? meta : empty_map;
    if (!add_arglists(p) || !add_attributes(p, false) || !add_attributes(p, true))
        return NONE;
    if (!is_nil(flag) && !add_meta(p, flag, TRUE_TERM))
        return NONE;
    read_definition(p, &d, &before, &after);
    term name = term_with_meta(p, d.name, ARG(1));
    if (is_none(name))
        return NONE;
    ARG(1) = name;
    term f = function_form(p, same(flag, K_macro));
    if (is_none(f) || !heap_reserve(p, 8, &f))
        return NONE;
    read_definition(p, &d, &before, &after);
    return is_nil(d.doc) ? list(p, 3, S_def, ARG(1), f) : list(p, 4, S_def, ARG(1), d.doc, f);
}

term macro_defn(struct proc *p, unsigned n)
{
    return define_function(p, NIL);
}
term macro_defn_private(struct proc *p, unsigned n)
{
    return define_function(p, K_private);
}
term macro_defmacro(struct proc *p, unsigned n)
{
    return define_function(p, K_macro);
}

/* (declare a b): (do (def a) (def b)) */
term macro_declare(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 0, "(declare name ...)"))
        return NONE;
    term first = list(p, 1, S_do);
    struct cons *end = cons_ptr(first);
    for (term c = m.args; is_cons(c); c = spine_next(c)) {
        end->tail = mk_cons(p, list(p, 2, S_def, cons_head(c)), EMPTY_LIST);
        end = cons_ptr(end->tail);
    }
    return first;
}

/* (defonce x e): (do (def x) (if (bound? (var x)) nil (def x e))) */
term macro_defonce(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 2, "(defonce name value)"))
        return NONE;
    term bound = list(p, 2, W(core_bound), list(p, 2, S_var, m.first));
    term define = mk_cons(p, S_def, mk_cons(p, m.first, m.rest));
    return list(p, 3, S_do, list(p, 2, S_def, m.first), list(p, 4, S_if, bound, NIL, define));
}

/* --- ns ---------------------------------------------------------------------------------------------------------- */

/* (:require a [b :as c]): (lona.core/require 'a '[b :as c]). Words: 8 an argument. NIL: nothing to do; NONE: pending.
 */
static term ns_reference(struct proc *p, term clause)
{
    static const struct {
        const char *key, *function;
    } references[] = {{"require", "require"},
                      {"use", "use"},
                      {"require-macros", "require"},
                      {"use-macros", "use"},
                      {"refer-clojure", "refer-clojure"},
                      {"refer-lona", "refer-clojure"},
                      {"refer", "refer"},
                      {"load", "load"},
                      {"import", "import"}};
    term cell = is_seq(clause) ? spine_cell(clause) : NIL;
    if (!is_cons(cell) || !is_keyword(cons_head(cell)))
        return raise(p, E_COMPILE_ERROR, "ns: (:require ...) and the like are wanted, not %T", clause);
    term key = OBJ(symbol, cons_head(cell))->name;
    if (str_is(key, "gen-class"))
        return NIL;
    for (unsigned i = 0; i < ARRAY_LEN(references); i++) {
        if (!str_is(key, references[i].key))
            continue;
        const char *name = references[i].function;
        word length = 0;
        while (name[length])
            length++;
        term first = list(p, 1, intern_symbol("lona.core", 9, name, length));
        struct cons *end = cons_ptr(first);
        for (term c = spine_next(cell); is_cons(c); c = spine_next(c)) {
            end->tail = mk_cons(p, list(p, 2, S_quote, cons_head(c)), EMPTY_LIST);
            end = cons_ptr(end->tail);
        }
        return first;
    }
    return raise(p, E_COMPILE_ERROR, "ns: unknown reference %T", cons_head(cell));
}

/* The references of (ns name doc? attributes? reference ...), as cells. */
static term ns_references(term form, term *name)
{
    term cell = spine_next(spine_cell(form));
    *name = cons_head(cell);
    cell = spine_next(cell);
    if (is_cons(cell) && is_string(cons_head(cell)))
        cell = spine_next(cell);
    return is_cons(cell) && is_map(cons_head(cell)) ? spine_next(cell) : cell;
}

/* Gathers the metadata of a namespace in ARG(1): the attributes, otherwise what the name has, and the docstring. */
static bool ns_metadata(struct proc *p)
{
    term cell = spine_next(spine_cell(ARG(0))), name = cons_head(cell), doc = NIL;
    cell = spine_next(cell);
    if (is_cons(cell) && is_string(cons_head(cell))) {
        doc = cons_head(cell);
        cell = spine_next(cell);
    }
    ARG(1) = is_cons(cell) && is_map(cons_head(cell)) ? cons_head(cell) : OBJ(symbol, name)->meta;
    if (is_nil(doc))
        return true;
    if (!is_map(ARG(1)))
        ARG(1) = empty_map;
    return add_meta(p, K_doc, doc);
}

/* (ns name doc? attributes? reference ...): (do (in-ns 'name) reference ... nil) */
term macro_ns(struct proc *p, unsigned n)
{
    struct macro m;
    term answer;
    if (!macro_begin(p, &m, 1, "(ns name \"docstring\" reference ...)"))
        return NONE;
    if (!is_symbol(m.first))
        return macro_error(p, "(ns name \"docstring\" reference ...)");
    if (!clauses_realised(p, m.rest, &answer))
        return answer;
    if (!ns_metadata(p))
        return NONE;
    term name, rest = ns_references(ARG(0), &name);
    word words = MACRO_WORDS;
    for (term c = rest; is_cons(c); c = spine_next(c))
        words += 8 + 8 * (word)(is_seq(cons_head(c)) ? spine_count(cons_head(c)) : 1);
    if (!heap_reserve(p, words))
        return NONE;
    rest = ns_references(ARG(0), &name);
    term meta = ARG(1);
    term quoted = list(p, 2, S_quote, name);
    term enter =
        is_map(meta) ? list(p, 3, W(core_in_ns), quoted, list(p, 2, S_quote, meta)) : list(p, 2, W(core_in_ns), quoted);
    term first = list(p, 2, S_do, enter);
    struct cons *end = cons_ptr(cons_tail(first));
    for (; is_cons(rest); rest = spine_next(rest)) {
        term reference = ns_reference(p, cons_head(rest));
        if (is_none(reference))
            return NONE;
        if (is_nil(reference))
            continue;
        end->tail = mk_cons(p, reference, EMPTY_LIST);
        end = cons_ptr(end->tail);
    }
    end->tail = mk_cons(p, NIL, EMPTY_LIST);
    return first;
}

/* --- bit syntax: see data/bits.h ------------------------------------------------------------------------------------
 */

term macro_bits(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 1, "(bits* [segment ...])"))
        return NONE;
    if (!is_vector(m.first))
        return macro_error(p, "(bits* [segment ...])");
    if (!heap_reserve(p, 16 + 8 * vec_count(m.first)))
        return NONE;
    term segments = cons_head(spine_next(spine_cell(ARG(0))));
    term first = list(p, 1, W(core_bits_build));
    struct cons *end = cons_ptr(first);
    for (word i = 0; i < vec_count(segments); i++) {
        term s = vec_nth(segments, i);
        word spec;
        const char *why;
        if (!is_vector(s) || vec_count(s) != 3 || !is_vector(vec_nth(s, 2)))
            return raise(p, E_COMPILE_ERROR, "bits: not a segment: %T", s);
        if (!bits_spec(vec_nth(s, 2), &spec, &why))
            return raise(p, E_COMPILE_ERROR, "%s, not %T", why, vec_nth(s, 2));
        if (is_string(vec_nth(s, 0)) && !vec_count(vec_nth(s, 2)))
            spec = spec_with_kind(spec, BITS_BYTES);
        end->tail = list(p, 3, mk_int((iword)spec), vec_nth(s, 1), vec_nth(s, 0));
        end = cons_ptr(cons_tail(cons_tail(end->tail)));
    }
    return first;
}
