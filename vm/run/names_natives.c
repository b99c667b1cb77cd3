/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * names_natives.c: natives on symbols, keywords and vars. Names made from data are looked up or collectable (names.h).
 */
#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "pure.h"
#include "run/chain.h"
#include "run/native.h"
#include "run/ns.h"
#include "run/vars.h"

/* --- symbols and keywords ------------------------------------------------------------------------------------------
 */

typedef term name_maker(struct proc *p, const char *ns, word n_ns, const char *name, word n_name);

/* From one string: what is before the first slash is the namespace. */
static term from_text(struct proc *p, term string, name_maker *make)
{
    struct str_view v = str_view(string);
    const char *text = (const char *)v.data;
    const char *slash = v.bytes > 1 ? memchr(text, '/', v.bytes) : NULL;
    if (!slash || slash == text)
        return make(p, NULL, 0, text, v.bytes);
    word n = slash - text;
    return make(p, text, n, slash + 1, v.bytes - n - 1);
}

static term from_parts(struct proc *p, term ns, term name, name_maker *make)
{
    struct str_view n = str_view(name), v = {0};
    if (!is_nil(ns))
        v = str_view(ns);
    return make(p, (const char *)v.data, v.bytes, (const char *)n.data, n.bytes);
}

/* The name part of a string, symbol or keyword given as an argument; ABSENT for others. */
static term name_string(term t)
{
    if (is_string(t))
        return t;
    return is_symbol(t) || is_keyword(t) ? OBJ(symbol, t)->name : ABSENT;
}

/* (f ns name), both strings; ns may be nil. */
static term from_two(struct proc *p, name_maker *make)
{
    if (!is_nil(ARG(0)) && !is_string(ARG(0)))
        return raise_arg(p, 0, "a string or nil");
    if (!is_string(ARG(1)))
        return raise_arg(p, 1, "a string");
    return from_parts(p, ARG(0), ARG(1), make);
}

term native_symbol(struct proc *p, unsigned n)
{
    term x = ARG(0);
    if (n == 2)
        return from_two(p, find_symbol);
    if (is_symbol(x))
        return x;
    if (is_string(x))
        return from_text(p, x, find_symbol);
    if (is_keyword(x))
        return from_parts(p, OBJ(symbol, x)->ns, OBJ(symbol, x)->name, find_symbol);
    if (is_type(x, T_VAR))
        return from_parts(p, OBJ(symbol, ns_name(OBJ(var, x)->ns))->name, OBJ(symbol, OBJ(var, x)->name)->name,
                          find_symbol);
    return raise_arg(p, 0, "a string, symbol, keyword or var");
}

term native_keyword(struct proc *p, unsigned n)
{
    term x = ARG(0);
    if (n == 2)
        return from_two(p, find_keyword);
    if (is_keyword(x))
        return x;
    if (is_string(x))
        return from_text(p, x, find_keyword);
    if (is_symbol(x))
        return from_parts(p, OBJ(symbol, x)->ns, OBJ(symbol, x)->name, find_keyword);
    return NIL;
}

static term interned_keyword(struct proc *p, const char *ns, word n_ns, const char *name, word n_name)
{
    term t = keyword_if_interned(ns, n_ns, name, n_name);
    return is_absent(t) ? NIL : t;
}

term native_find_keyword(struct proc *p, unsigned n)
{
    term x = ARG(0);
    if (n == 2)
        return from_two(p, interned_keyword);
    if (is_string(x))
        return from_text(p, x, interned_keyword);
    if (is_keyword(x) || is_symbol(x))
        return from_parts(p, OBJ(symbol, x)->ns, OBJ(symbol, x)->name, interned_keyword);
    return NIL;
}

term native_gensym(struct proc *p, unsigned n)
{
    static u64 count;
    char text[256] = "G__";
    word length = 3;
    if (n) {
        term prefix = name_string(ARG(0));
        if (is_absent(prefix))
            return raise_arg(p, 0, "a string, symbol or keyword");
        struct str_view v = str_view(prefix);
        if (v.bytes > sizeof(text) - 24)
            return raise(p, E_SIZE_LIMIT, "gensym: a prefix of at most %u bytes, not %u", (unsigned)sizeof(text) - 24,
                         (unsigned)v.bytes);
        memcpy(text, v.data, v.bytes);
        length = v.bytes;
    }
    u64 number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    length += (word)snprintf(text + length, 24, "%llu", (unsigned long long)number);
    return find_symbol(p, NULL, 0, text, length);
}

/* --- vars ----------------------------------------------------------------------------------------------------------
 */

bool var_argument(struct proc *p, unsigned i)
{
    if (is_type(ARG(i), T_VAR))
        return true;
    raise_arg(p, i, "a var");
    return false;
}

/* Answers `answer`, once the watches of var were told that its root was old before. */
static term tell_watches(struct proc *p, term var, term old, term answer)
{
    if (is_nil(slot_read(&OBJ(var, var)->watches)))
        return answer;
    return tail_call(p, SLOW_var_changed, 4, var, same(old, UNBOUND) ? NIL : old, var_root(var), answer);
}
/* var_define, and the watches are told. What fills the stub of a definition that waited changes no value. */
static term define(struct proc *p, term var, term value, term meta)
{
    term old = var_root(var);
    bool changes = !same(value, UNBOUND);
    var = var_define(p, var, value, meta);
    bool filled = !is_none(var) && same(old, var_root(var)) && is_type(old, T_FN);
    return is_none(var) || !changes || filled ? var : tell_watches(p, var, old, var);
}

/* (%def var value meta doc), meta a map or nil, doc a string or nil. */
term native_def(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term meta = n > 2 ? ARG(2) : NIL;
    if (!is_nil(meta) && !is_map(meta))
        return raise_arg(p, 2, "a map or nil");
    if (n > 3 && !is_nil(ARG(3))) {
        meta = map_assoc(p, is_nil(meta) ? empty_map : meta, K_doc, ARG(3));
        if (is_none(meta))
            return NONE;
    }
    return define(p, ARG(0), n > 1 ? ARG(1) : UNBOUND, meta);
}

/* (%declare var meta), meta a map or nil */
term native_declare(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    return var_define(p, ARG(0), UNBOUND, ARG(1));
}

/* (intern ns name), (intern ns name value) */
term native_intern(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (is_none(ns))
        return NONE;
    if (!is_symbol(ARG(1)) || !is_nil(OBJ(symbol, ARG(1))->ns))
        return raise_arg(p, 1, "a symbol without namespace");
    if (!shared_has_room(p))
        return NONE;
    term var = ns_intern(ns, ARG(1)), meta = OBJ(symbol, ARG(1))->meta;
    if (n == 3)
        return define(p, var, ARG(2), meta);
    return is_map(meta) && is_none(var_set_meta(p, var, meta)) ? NONE : var;
}

term native_find_var(struct proc *p, unsigned n)
{
    term symbol = ARG(0);
    if (!is_symbol(symbol) || is_nil(OBJ(symbol, symbol)->ns))
        return raise_arg(p, 0, "a symbol with a namespace");
    struct str_view v = str_view(OBJ(symbol, symbol)->ns);
    term name = symbol_if_interned((const char *)v.data, v.bytes);
    if (is_absent(name) || is_absent(ns_find(name)))
        return raise(p, E_NO_SUCH_NAMESPACE, "find-var: there is no namespace of the name in %T", symbol);
    term var = ns_resolve(ns_find(name), symbol);
    return is_absent(var) ? NIL : var;
}

static term bound_value(struct proc *p, term value)
{
    return same(value, UNBOUND) ? raise(p, E_UNBOUND, "%T has no value", ARG(0)) : value;
}

term native_var_get(struct proc *p, unsigned n)
{
    if (is_type(ARG(0), T_VOLATILE)) /* a local var */
        return slot_read(&OBJ(volatile, ARG(0))->value);
    return var_argument(p, 0) ? bound_value(p, var_value(p, ARG(0))) : NONE;
}

term native_var_root(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? bound_value(p, var_root(ARG(0))) : NONE;
}

/* (var-set var value): the innermost binding; roots are changed with def and alter-var-root. */
term native_var_set(struct proc *p, unsigned n)
{
    if (is_type(ARG(0), T_VOLATILE)) /* a local var */
        return native_vreset(p, n);
    if (!var_argument(p, 0))
        return NONE;
    if (same(ARG(0), VAR_ns) && !is_type(ARG(1), T_NS)) /* nothing could be evaluated any more */
        return raise(p, E_TYPE_ERROR, "*ns* is a namespace, not %T", ARG(1));
    if (!var_set_binding(p, ARG(0), ARG(1)))
        return raise(p, E_ILLEGAL_STATE,
                     "set!: %T has no binding here (its root value is changed with def or alter-var-root)", ARG(0));
    return ARG(1);
}

/* (%set-var-root! var value altered?): altered? false says that the value is that of the definition. */
term native_set_var_root(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term copy = shared_copy(p, ARG(1));
    if (is_none(copy))
        return NONE;
    term old = var_root(ARG(0));
    var_alter(ARG(0), copy);
    if (n > 2 && !is_truthy(ARG(2)))
        var_drop_flags(ARG(0), VAR_ALTERED);
    return tell_watches(p, ARG(0), old, ARG(1));
}

/* (%change-var-root! var old new): false when the root is not old any more. */
term native_change_var_root(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    term copy = shared_copy(p, ARG(2));
    if (is_none(copy) || !var_change(ARG(0), ARG(1), copy))
        return is_none(copy) ? NONE : FALSE_TERM;
    return tell_watches(p, ARG(0), ARG(1), TRUE_TERM);
}

term native_var_is_bound(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? mk_bool(!same(var_value(p, ARG(0)), UNBOUND)) : NONE;
}

term native_var_is_thread_bound(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? mk_bool(chain_binding(p, ARG(0)) != NULL) : NONE;
}

/* VAR_*: 1: dynamic, 2: macro, 4: private, 16: value altered, 32: metadata altered. */
term native_var_flags(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? mk_int((iword)var_flags(ARG(0))) : NONE;
}

term native_var_set_meta(struct proc *p, unsigned n)
{
    if (!var_argument(p, 0))
        return NONE;
    if (!is_nil(ARG(1)) && !is_map(ARG(1)))
        return raise_arg(p, 1, "a map or nil");
    return is_none(var_set_meta(p, ARG(0), ARG(1))) ? NONE : ARG(1);
}

term native_var_symbol(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? OBJ(var, ARG(0))->name : NONE;
}

term native_var_ns(struct proc *p, unsigned n)
{
    return var_argument(p, 0) ? OBJ(var, ARG(0))->ns : NONE;
}

/* (name x): the name of a keyword or symbol; a string is its own. */
term native_name(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_string(t))
        return t;
    return is_keyword(t) || is_symbol(t) ? OBJ(symbol, t)->name : raise_arg(p, 0, "a string, keyword or symbol");
}
/* (namespace x): the namespace of a keyword or symbol, or nil. */
term native_namespace(struct proc *p, unsigned n)
{
    term t = ARG(0);
    return is_keyword(t) || is_symbol(t) ? OBJ(symbol, t)->ns : raise_arg(p, 0, "a keyword or symbol");
}
