/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Destructuring as in Clojure: lenient, nil where there is nothing. The bindings still to be taken apart are a list of
 * cells (pattern . form); each step takes the first, binds a symbol or puts its parts in front.
 */
#include "lang/destructure.h"

#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"

struct work {
    struct proc *p;
    term todo; /* list of cells (pattern . form), the next one first */
    term done; /* form, symbol, form, symbol ..., the last one first */
    word temps;
};

static bool reserve(struct work *w, word words, term *pattern, term *form)
{
    return heap_reserve(w->p, words, &w->todo, &w->done, pattern, form);
}

/* 4 words reserved */
static void bind(struct work *w, term name, term form)
{
    w->done = mk_cons(w->p, form, mk_cons(w->p, name, w->done));
}

/* Puts n pairs (pattern, form) in front of what is to be done; they are on *list, the last one first. */
static void put_in_front(struct work *w, term list)
{
    for (; is_cons(list); list = cons_tail(list))
        w->todo = mk_cons(w->p, cons_head(list), w->todo);
}

static term pair(struct work *w, term pattern, term form) /* 2 words */
{
    return mk_cons(w->p, pattern, form);
}

/* [a b & r :as all] */
static bool take_vector(struct work *w, term pattern, term form)
{
    struct proc *p = w->p;
    word n = vec_count(pattern), elements = n, as = n, rest = n;
    bool has_rest = false;
    for (word i = 0; i < n; i++) {
        term x = vec_nth(pattern, i);
        if (same(x, S_amp) && !has_rest) {
            has_rest = true;
            rest = i + 1;
            if (i < elements)
                elements = i;
        } else if (same(x, K_as) && i + 2 == n) {
            as = i + 1;
            if (i < elements)
                elements = i;
            break;
        }
    }
    if (has_rest && rest + 1 != (as < n ? as - 1 : n)) {
        raise(p, E_COMPILE_ERROR, "one name is wanted after &, at the end: %T", pattern);
        return false;
    }
    if (!reserve(w, 64 + 32 * n, &pattern, &form))
        return false;
    term v = temp_name("v", ++w->temps), list_ = NIL;
    bind(w, v, form);
    if (as < n)
        list_ = mk_cons(p, pair(w, vec_nth(pattern, as), v), list_);
    if (rest >= n) {
        for (word i = 0; i < elements; i++) {
            term x = list(p, 4, W(core_nth), v, mk_int((iword)i), NIL);
            list_ = mk_cons(p, pair(w, vec_nth(pattern, i), x), list_);
        }
    } else { /* a walk: s1 (seq v), a (first s1), s2 (next s1) ... */
        term s = elements ? temp_name("s", ++w->temps) : v;
        if (elements)
            list_ = mk_cons(p, pair(w, s, list(p, 2, W(core_seq), v)), list_);
        for (word i = 0; i < elements; i++) {
            term t = temp_name("s", ++w->temps);
            list_ = mk_cons(p, pair(w, vec_nth(pattern, i), list(p, 2, W(core_first), s)), list_);
            list_ = mk_cons(p, pair(w, t, list(p, 2, W(core_next), s)), list_);
            s = t;
        }
        term r = vec_nth(pattern, rest), value = elements ? s : list(p, 2, W(core_seq), v);
        if (is_map(r))
            value = list(p, 2, W(core_kwargs), value);
        list_ = mk_cons(p, pair(w, r, value), list_);
    }
    put_in_front(w, list_);
    return true;
}

/* What (get v key) is, with a default where :or has one for the name. */
static term lookup(struct work *w, term v, term key, term name, term or_map) /* 10 words */
{
    struct proc *p = w->p;
    term otherwise = is_map(or_map) && is_symbol(name) ? map_get(or_map, name) : ABSENT;
    if (!is_absent(otherwise))
        return list(p, 4, W(core_get), v, key, otherwise);
    if (is_keyword(key))
        return list(p, 2, key, v);
    return list(p, 3, W(core_get), v, key);
}

/* {:keys [a b/c :d]} and its kin; false: pending. The words are reserved. */
static bool take_names(struct work *w, term v, term what, term ns, term names, term or_map, term *list_)
{
    struct proc *p = w->p;
    for (word i = 0; i < vec_count(names); i++) {
        term x = vec_nth(names, i);
        if (!is_symbol(x) && !is_keyword(x)) {
            raise(p, E_COMPILE_ERROR, "a symbol is wanted in %T, not %T", what, x);
            return false;
        }
        struct str_view name = str_view(OBJ(symbol, x)->name), n = {0};
        term key_ns = is_nil(OBJ(symbol, x)->ns) ? ns : OBJ(symbol, x)->ns, key;
        if (!is_nil(key_ns))
            n = str_view(key_ns);
        const char *text = (const char *)name.data, *ns_text = n.bytes ? (const char *)n.data : NULL;
        term local = is_symbol(x) && is_nil(OBJ(symbol, x)->ns) ? x : intern_symbol(NULL, 0, text, name.bytes);
        if (same(what, K_strs))
            key = OBJ(symbol, x)->name;
        else if (same(what, K_syms))
            key = list(p, 2, S_quote, intern_symbol(ns_text, n.bytes, text, name.bytes));
        else
            key = intern_keyword(ns_text, n.bytes, text, name.bytes);
        *list_ = mk_cons(p, pair(w, local, lookup(w, v, key, local, or_map)), *list_);
    }
    return true;
}

static term names_kind(term key)
{
    if (!is_keyword(key))
        return NIL;
    term name = OBJ(symbol, key)->name;
    return str_is(name, "keys") ? K_keys : str_is(name, "strs") ? K_strs : str_is(name, "syms") ? K_syms : NIL;
}

/* {a :a, [b c] :pair, :keys [d], :or {a 1}, :as m} */
static bool take_map(struct work *w, term pattern, term form)
{
    struct proc *p = w->p;
    word words = 64;
    struct map_iter it = map_iter(pattern);
    while (map_next(&it))
        words += 24 + (is_vector(it.value) && is_keyword(it.key) ? 24 * vec_count(it.value) : 0);
    if (!reserve(w, words, &pattern, &form))
        return false;
    term v = temp_name("v", ++w->temps), list_ = NIL;
    term as = map_get(pattern, K_as), or_map = map_get(pattern, K_or);
    bool is_kwargs = is_cons(form) && same(cons_head(form), W(core_kwargs));
    bind(w, v, is_kwargs ? form : list(p, 2, W(core_kwargs), form)); /* a sequence is one of keys and values */
    if (!is_absent(as))
        list_ = mk_cons(p, pair(w, as, v), list_);
    it = map_iter(pattern);
    while (map_next(&it)) {
        if (same(it.key, K_as) || same(it.key, K_or))
            continue;
        term what = names_kind(it.key);
        if (is_nil(what)) {
            if (is_keyword(it.key)) {
                raise(p, E_COMPILE_ERROR,
                      "can't destructure by %T: {name key} is wanted, :keys, :strs, :syms, :or or :as", it.key);
                return false;
            }
            list_ = mk_cons(p, pair(w, it.key, lookup(w, v, it.value, it.key, or_map)), list_);
        } else if (!is_vector(it.value)) {
            raise(p, E_COMPILE_ERROR, "%T wants a vector of names, not %T", it.key, it.value);
            return false;
        } else if (!take_names(w, v, what, OBJ(symbol, it.key)->ns, it.value, or_map, &list_)) {
            return false;
        }
    }
    put_in_front(w, list_);
    return true;
}

static bool take(struct work *w)
{
    term next = cons_head(w->todo), pattern = cons_head(next), form = cons_tail(next);
    w->todo = cons_tail(w->todo);
    if (is_vector(pattern))
        return take_vector(w, pattern, form);
    if (is_map(pattern))
        return take_map(w, pattern, form);
    if (!is_symbol(pattern)) {
        raise(w->p, E_COMPILE_ERROR, "can't bind %T: a symbol, [...] or {...} is wanted", pattern);
        return false;
    }
    if (!reserve(w, 2 * CONS_WORDS, &pattern, &form))
        return false;
    bind(w, pattern, form);
    return true;
}

term destructure(struct proc *p, term bindings)
{
    word n = vec_count(bindings);
    bool plain = true;
    for (word i = 0; i < n; i += 2)
        plain = plain && is_symbol(vec_nth(bindings, i));
    if (n % 2)
        return raise(p, E_COMPILE_ERROR, "a binding vector needs a value for each name: %T has none in %T",
                     vec_nth(bindings, n - 1), bindings);
    if (plain)
        return bindings;
    struct work w = {.p = p, .todo = NIL, .done = NIL};
    if (!heap_reserve(p, 4 * n, &bindings))
        return NONE;
    for (word i = n; i > 0; i -= 2)
        w.todo = mk_cons(p, pair(&w, vec_nth(bindings, i - 2), vec_nth(bindings, i - 1)), w.todo);
    while (is_cons(w.todo))
        if (!take(&w))
            return NONE;
    return vector_from_reversed(p, w.done);
}
