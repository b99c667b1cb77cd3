/* SPDX-License-Identifier: GPL-3.0-only */
/* let, loop and fn: destructuring, functions of several clauses, conditions before and after. */
#include "data/maps.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "lang/destructure.h"
#include "lang/reader.h"

static bool all_symbols(term vector, word step)
{
    for (word i = 0; i < vec_count(vector); i += step)
        if (!is_symbol(vec_nth(vector, i)))
            return false;
    return true;
}

term macro_let(struct proc *p, unsigned n)
{
    struct macro m;
    if (!macro_begin(p, &m, 1, "(let [name value ...] body ...)"))
        return NONE;
    if (!is_vector(m.first))
        return macro_error(p, "(let [name value ...] body ...)");
    term bindings = destructure(p, m.first);
    if (is_none(bindings) || !heap_reserve(p, 8, &bindings))
        return NONE;
    term body = spine_next(spine_next(spine_cell(ARG(0))));
    return mk_cons(p, S_let_, mk_cons(p, bindings, body));
}

/* (loop [pattern e ...] body): (let [l1 e, pattern l1 ...] (loop* [l1 l1 ...] (let [pattern l1 ...] body))), so that
 * later values see the names bound by earlier patterns. */
term macro_loop(struct proc *p, unsigned n)
{
    struct macro m;
    const char *usage = "(loop [name value ...] body ...)";
    if (!macro_begin(p, &m, 1, usage))
        return NONE;
    if (!is_vector(m.first) || vec_count(m.first) % 2)
        return macro_error(p, usage);
    if (all_symbols(m.first, 2))
        return mk_cons(p, S_loop_, m.args);
    word count = vec_count(m.first);
    if (!heap_reserve(p, MACRO_WORDS + 16 * count))
        return NONE;
    term v = cons_head(spine_next(spine_cell(ARG(0))));
    term outer = NIL, loop = NIL, inner = NIL;
    for (word i = 0; i < count; i += 2) {
        term pattern = vec_nth(v, i), name = is_symbol(pattern) ? pattern : temp_name("l", i / 2 + 1);
        outer = mk_cons(p, vec_nth(v, i + 1), mk_cons(p, name, outer));
        loop = mk_cons(p, name, mk_cons(p, name, loop));
        if (!is_symbol(pattern)) {
            outer = mk_cons(p, name, mk_cons(p, pattern, outer));
            inner = mk_cons(p, name, mk_cons(p, pattern, inner));
        }
    }
    outer = vector_from_reversed_rooted(p, outer, &loop, &inner);
    if (!is_none(outer))
        loop = vector_from_reversed_rooted(p, loop, &outer, &inner);
    if (!is_none(outer) && !is_none(loop))
        inner = vector_from_reversed_rooted(p, inner, &outer, &loop);
    if (is_none(outer) || is_none(loop) || is_none(inner) || !heap_reserve(p, MACRO_WORDS, &outer, &loop, &inner))
        return NONE;
    term body = spine_next(spine_next(spine_cell(ARG(0))));
    body = mk_cons(p, W(core_let), mk_cons(p, inner, body));
    return list(p, 3, W(core_let), outer, list(p, 3, S_loop_, loop, body));
}

/* --- fn ---------------------------------------------------------------------------------------------------------- */

/*
 * Clauses are looked at in rounds, one for each arity: the clauses of as many parameters. One clause without guard
 * destructures; several, or a guard, match: (fn* ([p1 p2] (match* [p1 p2] [pattern pattern] guard body ...)))
 */
#define MAX_CLAUSE 24 /* parameters, & included */
struct clause_shape {
    word n;        /* fixed parameters */
    bool variadic; /* and one for the rest */
    bool guarded;
};

static bool shape_of(struct proc *p, term clause, struct clause_shape *shape)
{
    term cell = is_seq(clause) ? spine_cell(clause) : NIL;
    if (!is_cons(cell) || !is_vector(cons_head(cell))) {
        raise(p, E_COMPILE_ERROR, "fn: ([parameter ...] body ...) is wanted, not %T", clause);
        return false;
    }
    term ps = cons_head(cell);
    word n = vec_count(ps), fixed = n;
    for (word i = 0; i < n; i++)
        if (same(vec_nth(ps, i), S_amp)) {
            fixed = i;
            break;
        }
    if (n > MAX_CLAUSE) {
        raise(p, E_COMPILE_ERROR, "more than 20 parameters: %T", ps);
        return false;
    }
    if (fixed < n && fixed + 2 != n) {
        raise(p, E_COMPILE_ERROR, "one parameter is wanted after &, at the end: %T", ps);
        return false;
    }
    term body = spine_next(cell);
    *shape = (struct clause_shape){fixed, fixed < n,
                                   is_cons(body) && same(cons_head(body), K_when) && is_cons(spine_next(body))};
    return true;
}

static term condition_checks(struct proc *p, term conditions, term tail) /* 20 words a condition reserved */
{
    if (!is_vector(conditions))
        return tail;
    for (word i = vec_count(conditions); i-- > 0;)
        tail = mk_cons(p, list(p, 2, W(core_assert), vec_nth(conditions, i)), tail);
    return tail;
}

/* The body of a clause with {:pre [...] :post [...]} in front. *clause is rooted. NONE: pending. MAY_GC */
static term checked_body(struct proc *p, term *clause, term *roots)
{
    term body = spine_next(spine_cell(*clause));
    if (!is_cons(body) || !is_map(cons_head(body)) || !is_cons(spine_next(body)))
        return body;
    term m = cons_head(body), pre = map_get(m, K_pre), post = map_get(m, K_post);
    if (is_absent(pre) && is_absent(post))
        return body;
    word words = 64 + (is_vector(pre) ? 20 * vec_count(pre) : 0) + (is_vector(post) ? 20 * vec_count(post) : 0);
    if (!heap_reserve(p, words, clause, roots))
        return NONE;
    body = spine_next(spine_cell(*clause));
    m = cons_head(body);
    body = spine_next(body);
    if (!is_absent(map_get(m, K_post))) {
        term checks = condition_checks(p, map_get(m, K_post), list(p, 1, W(percent)));
        term value = mk_cons(p, S_do, body);
        body = list(p, 1, mk_cons(p, S_let_, mk_cons(p, vector_of(p, 2, W(percent), value), checks)));
    }
    return condition_checks(p, map_get(m, K_pre), body);
}

/* A single clause: parameters that are no symbols are destructured in the body. NONE: pending. MAY_GC */
static term plain_arity(struct proc *p, term clause, term *roots)
{
    term body = checked_body(p, &clause, roots);
    if (is_none(body))
        return NONE;
    word n = vec_count(cons_head(spine_cell(clause)));
    if (!heap_reserve(p, MACRO_WORDS + 12 * n, &clause, &body, roots))
        return NONE;
    term ps = cons_head(spine_cell(clause));
    if (all_symbols(ps, 1))
        return mk_cons(p, ps, body);
    term names = NIL, lets = NIL;
    for (word i = 0; i < n; i++) {
        term x = vec_nth(ps, i), name = x;
        if (!is_symbol(x)) {
            name = temp_name("p", i + 1);
            bool rest = i && same(vec_nth(ps, i - 1), S_amp);
            if (rest && is_map(x)) /* by way of [& {...}]: the rest are keys and values */
                x = vector_of(p, 2, S_amp, x);
            lets = mk_cons(p, name, mk_cons(p, x, lets));
        }
        names = mk_cons(p, name, names);
    }
    names = vector_from_reversed_rooted(p, names, &lets, &body, roots);
    if (!is_none(names))
        lets = vector_from_reversed_rooted(p, lets, &names, &body, roots);
    if (is_none(names) || is_none(lets) || !heap_reserve(p, 16, &names, &lets, &body, roots))
        return NONE;
    return list(p, 2, names, mk_cons(p, W(core_let), mk_cons(p, lets, body)));
}

/* [a b & r] as the pattern [a b r] of the vector of the parameters; one parameter stands for itself. */
static term clause_pattern(struct proc *p, term ps,
                           const struct clause_shape *shape) /* 1 + MAX_CLAUSE words reserved */
{
    word n = shape->n + shape->variadic;
    if (n == 1)
        return vec_nth(ps, vec_count(ps) - 1);
    if (!shape->variadic)
        return ps;
    struct obj_tuple *t = heap_take_tuple(p, n);
    for (word i = 0; i < n; i++)
        t->item[i] = vec_nth(ps, i + 1 < n ? i : i + 1);
    return mk_box_ptr(t);
}

/* All clauses of the shape, matched in order. cells: those from the first such clause on. NONE: pending. MAY_GC */
static term matching_arity(struct proc *p, term cells, const struct clause_shape *shape, term *roots)
{
    word count = shape->n + shape->variadic;
    term clauses = NIL, params = NIL, subject = NIL; /* clauses: body, guard, pattern ..., the last one first */
    for (; is_cons(cells); cells = spine_next(cells)) {
        struct clause_shape other;
        if (!shape_of(p, cons_head(cells), &other))
            return NONE;
        if (other.n != shape->n || other.variadic != shape->variadic)
            continue;
        if (!heap_reserve(p, 16 + 1 + MAX_CLAUSE, &cells, &clauses, roots))
            return NONE;
        term pattern = clause_pattern(p, cons_head(spine_cell(cons_head(cells))), shape);
        term body = spine_next(spine_cell(cons_head(cells))), guard = NIL;
        if (other.guarded) {
            guard = cons_head(spine_next(body));
            body = spine_next(spine_next(body));
        }
        clauses = mk_cons(p, guard, mk_cons(p, pattern, clauses));
        clauses = mk_cons(p, mk_cons(p, S_do, body), clauses);
    }
    if (!heap_reserve(p, 4 * count + 8, &clauses, roots))
        return NONE;
    for (word i = 0; i < count; i++) {
        if (shape->variadic && i + 1 == count)
            params = mk_cons(p, S_amp, params);
        params = mk_cons(p, temp_name("p", i + 1), params);
        subject = mk_cons(p, temp_name("p", i + 1), subject);
    }
    params = vector_from_reversed_rooted(p, params, &clauses, &subject, roots);
    if (is_none(params))
        return NONE;
    if (count == 1) {
        subject = cons_head(subject);
    } else {
        subject = vector_from_reversed_rooted(p, subject, &clauses, &params, roots);
        if (is_none(subject))
            return NONE;
    }
    word words = MACRO_WORDS;
    for (term l = clauses; is_cons(l); l = cons_tail(l))
        words += CONS_WORDS;
    if (!heap_reserve(p, words, &clauses, &params, &subject, roots))
        return NONE;
    term match = EMPTY_LIST;
    for (term l = clauses; is_cons(l); l = cons_tail(l))
        match = mk_cons(p, cons_head(l), match);
    return list(p, 2, params, mk_cons(p, S_match_, mk_cons(p, subject, match)));
}

/* Is there a clause of this shape among the first `before` ones? */
static int shape_seen(struct proc *p, term cells, word before, const struct clause_shape *shape)
{
    struct clause_shape other;
    for (word i = 0; i < before; i++, cells = spine_next(cells)) {
        if (!shape_of(p, cons_head(cells), &other))
            return -1;
        if (other.n == shape->n && other.variadic == shape->variadic)
            return 1;
    }
    return 0;
}

term expand_clauses(struct proc *p, term cells)
{
    term arities = NIL, here = cells;
    for (word i = 0; is_cons(here); i++, here = spine_next(here)) {
        struct clause_shape shape, other;
        bool several = false;
        if (!shape_of(p, cons_head(here), &shape))
            return NONE;
        int seen = shape_seen(p, cells, i, &shape);
        if (seen < 0)
            return NONE;
        if (seen)
            continue;
        for (term c = spine_next(here); is_cons(c) && !several; c = spine_next(c)) {
            if (!shape_of(p, cons_head(c), &other))
                return NONE;
            several = other.n == shape.n && other.variadic == shape.variadic;
        }
        term *roots[] = {&cells, &here, &arities};
        term kept = NIL; /* one root that holds all three */
        if (!heap_reserve_roots(p, 6, roots, 3))
            return NONE;
        kept = list(p, 3, cells, here, arities);
        term arity =
            several || shape.guarded ? matching_arity(p, here, &shape, &kept) : plain_arity(p, cons_head(here), &kept);
        if (is_none(arity))
            return NONE;
        cells = cons_head(kept);
        here = cons_head(cons_tail(kept));
        arities = cons_head(cons_tail(cons_tail(kept)));
        if (!heap_reserve(p, CONS_WORDS + 4, &cells, &here, &arities, &arity))
            return NONE;
        term clause = cons_head(here);
        if (is_type(clause, T_LIST) && !is_nil(OBJ(list, clause)->meta)) { /* the arity has the clause's position */
            struct obj_list *l = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
            l->cells = arity;
            l->count = mk_int(spine_count(arity));
            l->meta = OBJ(list, clause)->meta;
            arity = mk_box_ptr(l);
        }
        arities = mk_cons(p, arity, arities);
    }
    word n = 0;
    for (term l = arities; is_cons(l); l = cons_tail(l))
        n++;
    if (!heap_reserve(p, CONS_WORDS * n, &arities))
        return NONE;
    term forward = EMPTY_LIST;
    for (term l = arities; is_cons(l); l = cons_tail(l))
        forward = mk_cons(p, cons_head(l), forward);
    return forward;
}

/* (fn name? [p ...] body ...) or (fn name? ([p ...] body ...) ...) */
term macro_fn(struct proc *p, unsigned n)
{
    struct macro m;
    term answer;
    if (!macro_begin(p, &m, 1, "(fn name? [parameter ...] body ...)"))
        return NONE;
    term name = is_symbol(m.first) ? m.first : NIL;
    term clauses = is_nil(name) ? m.args : m.rest;
    if (is_cons(clauses) && is_vector(cons_head(clauses)))
        clauses = list(p, 1, clauses);
    else if (!clauses_realised(p, clauses, &answer))
        return answer;
    if (!is_cons(clauses))
        return macro_error(p, "(fn name? [parameter ...] body ...)");
    term arities = expand_clauses(p, clauses);
    if (is_none(arities) || !heap_reserve(p, 8, &arities))
        return NONE;
    name = cons_head(spine_next(spine_cell(ARG(0))));
    if (is_symbol(name))
        arities = mk_cons(p, name, arities);
    return mk_cons(p, S_fn_, arities);
}

/* (letfn [(f [x] ...) ...] body ...): (letfn* [f (fn f [x] ...) ...] body ...) */
term macro_letfn(struct proc *p, unsigned n)
{
    struct macro m;
    const char *usage = "(letfn [(name [parameter ...] body ...) ...] body ...)";
    if (!macro_begin(p, &m, 1, usage))
        return NONE;
    if (!is_vector(m.first))
        return macro_error(p, usage);
    if (!heap_reserve(p, 8 * vec_count(m.first)))
        return NONE;
    term v = cons_head(spine_next(spine_cell(ARG(0)))), reversed = NIL;
    for (word i = 0; i < vec_count(v); i++) {
        term f = vec_nth(v, i), lazy;
        if (has_lazy_part(f, &lazy))
            return retry_after_force_all(p, lazy);
        term cell = is_seq(f) ? spine_cell(f) : NIL;
        term tail = is_cons(cell) && is_symbol(cons_head(cell)) ? spine_next(cell) : NIL;
        if (!is_cons(tail) || !(is_vector(cons_head(tail)) || is_seq(cons_head(tail))))
            return macro_error(p, usage);
        reversed = mk_cons(p, mk_cons(p, W(core_fn), cell), mk_cons(p, cons_head(cell), reversed));
    }
    term bindings = vector_from_reversed(p, reversed);
    if (is_none(bindings) || !heap_reserve(p, 8, &bindings))
        return NONE;
    return mk_cons(p, S_letfn_, mk_cons(p, bindings, spine_next(spine_next(spine_cell(ARG(0))))));
}
