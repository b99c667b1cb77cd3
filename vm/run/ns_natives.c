/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * ns_natives.c: natives on namespaces. Where one is wanted, its symbol does too.
 */
#include "data/maps.h"
#include "data/str.h"
#include "pure.h"
#include "run/eval.h"
#include "run/native.h"
#include "run/ns.h"
#include "run/vars.h"

term ns_argument(struct proc *p, unsigned i)
{
    if (is_type(ARG(i), T_NS))
        return ARG(i);
    if (!is_symbol(ARG(i)))
        return raise_arg(p, i, "a namespace or a symbol");
    term ns = ns_find(ARG(i));
    return is_absent(ns) ? raise(p, E_NO_SUCH_NAMESPACE, "there is no namespace %T", ARG(i)) : ns;
}

/* An argument that names something in a namespace. */
static bool is_plain_symbol(struct proc *p, unsigned i)
{
    if (is_symbol(ARG(i)) && is_nil(OBJ(symbol, ARG(i))->ns))
        return true;
    raise_arg(p, i, "a symbol without namespace");
    return false;
}

static void set_current(struct proc *p, term ns)
{
    if (!var_set_binding(p, VAR_ns, ns))
        var_set(VAR_ns, ns);
}

/* (in-ns name), (%in-ns name meta): current from now on, made where it does not exist. */
/* Keeps the comment above the form under evaluation where that is an ns form, as definitions keep theirs. */
static void keep_comment(struct proc *p, term ns)
{
    struct load_context c;
    if (!load_context_find(p, &c) || !c.comment_bytes || c.source_bytes < 4 || memcmp(c.source, "(ns", 3) != 0 ||
        c.source[3] > ' ' || utf8_valid(c.comment, c.comment_bytes, &(word){0}) != c.comment_bytes)
        return;
    shared_swap(&OBJ(ns, ns)->comment, str_shared(c.comment, c.comment_bytes));
}
term native_in_ns(struct proc *p, unsigned n)
{
    if (!is_plain_symbol(p, 0) || !shared_has_room(p))
        return NONE;
    term meta = n > 1 ? ARG(1) : NIL;
    if (!is_nil(meta)) {
        if (!is_map(meta))
            return raise_arg(p, 1, "a map or nil");
        meta = shared_copy(p, meta);
        if (is_none(meta))
            return NONE;
    }
    term ns = ns_find_or_create(ARG(0));
    if (n > 1)
        shared_swap(&OBJ(ns, ns)->meta, meta);
    keep_comment(p, ns);
    set_current(p, ns);
    return ns;
}

/* (%ns-comment ns): a string or nil */
term native_ns_comment(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    return is_none(ns) ? NONE : slot_read(&OBJ(ns, ns)->comment);
}

term native_ns_current(struct proc *p, unsigned n)
{
    return var_value(p, VAR_ns);
}

term native_set_ns(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (!is_none(ns))
        set_current(p, ns);
    return ns;
}

/* The name that a namespace goes by here: lona.string for clojure.string. */
term native_ns_real_name(struct proc *p, unsigned n)
{
    return is_plain_symbol(p, 0) ? ns_real_name(ARG(0)) : NONE;
}

term native_find_ns(struct proc *p, unsigned n)
{
    if (!is_plain_symbol(p, 0))
        return NONE;
    term ns = ns_find(ARG(0));
    return is_absent(ns) ? NIL : ns;
}

term native_create_ns(struct proc *p, unsigned n)
{
    return is_plain_symbol(p, 0) && shared_has_room(p) ? ns_find_or_create(ARG(0)) : NONE;
}

term native_remove_ns(struct proc *p, unsigned n)
{
    if (!is_plain_symbol(p, 0))
        return NONE;
    term ns = ns_find(ARG(0));
    if (!is_absent(ns) && ns_stays(ns))
        return raise(p, E_ILLEGAL_ARGUMENT, "the namespace %T cannot be removed", ARG(0));
    ns = ns_remove(ARG(0)); /* another process may have been first */
    return is_absent(ns) ? NIL : ns;
}

term native_the_ns(struct proc *p, unsigned n)
{
    return ns_argument(p, 0);
}

term native_is_ns(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_NS));
}

term native_all_ns(struct proc *p, unsigned n)
{
    word count = ns_count();
    if (!heap_reserve(p, count * CONS_WORDS))
        return NONE;
    term list = EMPTY_LIST;
    while (count)
        list = mk_cons(p, ns_at(--count), list);
    return list;
}

term native_ns_name(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    return is_none(ns) ? NONE : ns_name(ns);
}

/* --- contents --------------------------------------------------------------------------------------------------------
 */

enum contents { OWN, REFERRED, ALIASES }; /* ns_each's numbers */

/* Names and values as cells, collected without allocation between: all of them are shared. */
struct collecting {
    struct proc *p;
    term cells;
    word count;
    bool counting, public_only;
};

static void collect(void *context, term name, term value)
{
    struct collecting *c = context;
    if (c->public_only && var_is(value, VAR_PRIVATE))
        return;
    c->count++;
    if (!c->counting)
        c->cells = mk_cons(c->p, name, mk_cons(c->p, value, c->cells));
}

/* The map with the names and values of one table added. */
static term add_table(struct proc *p, term map, term ns, enum contents what, bool public_only)
{
    struct collecting c = {.p = p, .cells = EMPTY_LIST, .counting = true, .public_only = public_only};
    ns_each(ns, what, collect, &c);
    if (!heap_reserve(p, c.count * 2 * CONS_WORDS, &map))
        return NONE;
    c.counting = false;
    ns_each(ns, what, collect, &c);
    SCRATCH(SCRATCH_NAMES) = c.cells;
    term t = map_transient(p, map);
    while (is_cons(SCRATCH(SCRATCH_NAMES)) && !is_none(t)) {
        term at = SCRATCH(SCRATCH_NAMES), value_at = cons_tail(at);
        SCRATCH(SCRATCH_NAMES) = cons_tail(value_at);
        t = tmap_assoc(p, t, cons_head(at), cons_head(value_at));
    }
    SCRATCH(SCRATCH_NAMES) = NIL;
    return is_none(t) ? NONE : map_persistent(p, t);
}

static term table_map(struct proc *p, enum contents what, bool public_only)
{
    term ns = ns_argument(p, 0);
    return is_none(ns) ? NONE : add_table(p, empty_map, ns, what, public_only);
}

term native_ns_interns(struct proc *p, unsigned n)
{
    return table_map(p, OWN, false);
}

term native_ns_publics(struct proc *p, unsigned n)
{
    return table_map(p, OWN, true);
}

term native_ns_aliases(struct proc *p, unsigned n)
{
    return table_map(p, ALIASES, false);
}

/* What lona.core lends, then what was referred, which hides it. */
static term referred(struct proc *p, term ns)
{
    term map = same(ns, NS_core) ? empty_map : add_table(p, empty_map, NS_core, OWN, true);
    return is_none(map) ? NONE : add_table(p, map, ns, REFERRED, false);
}

term native_ns_refers(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    return is_none(ns) ? NONE : referred(p, ns);
}

term native_ns_map(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (is_none(ns))
        return NONE;
    term map = referred(p, ns);
    return is_none(map) ? NONE : add_table(p, map, ns, OWN, false);
}

/* --- resolving and changing ------------------------------------------------------------------------------------------
 */

/* What the symbol in ARG(i) means in ns; nil where an environment (a map or set of locals) in ARG(i-1) hides it. */
static term resolved(struct proc *p, term ns, unsigned i, bool env)
{
    if (!is_symbol(ARG(i)))
        return raise_arg(p, i, "a symbol");
    if (env && ((is_map(ARG(i - 1)) && !is_absent(map_get(ARG(i - 1), ARG(i)))) ||
                (is_set(ARG(i - 1)) && set_has(ARG(i - 1), ARG(i)))))
        return NIL;
    term var = ns_resolve(ns, ARG(i));
    return is_absent(var) ? NIL : var;
}

term native_ns_resolve(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    return is_none(ns) ? NONE : resolved(p, ns, n - 1, n == 3);
}

term native_resolve(struct proc *p, unsigned n)
{
    term ns = var_value(p, VAR_ns);
    if (!is_type(ns, T_NS))
        return raise(p, E_ILLEGAL_STATE, "*ns* must be a namespace, not %T", ns);
    return resolved(p, ns, n - 1, n == 2);
}

/* (%refer ns name var) */
term native_refer_var(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (is_none(ns) || !is_plain_symbol(p, 1))
        return NONE;
    if (!is_type(ARG(2), T_VAR))
        return raise_arg(p, 2, "a var");
    if (!ns_refer(ns, ARG(1), ARG(2)))
        return raise(p, E_ILLEGAL_STATE, "%T is already %T in %T", ARG(1), ns_lookup(ns, ARG(1)), ns_name(ns));
    return NIL;
}

/* (alias name namespace), in the current one */
term native_alias(struct proc *p, unsigned n)
{
    if (!is_plain_symbol(p, 0))
        return NONE;
    term target = ns_argument(p, 1), ns = var_value(p, VAR_ns);
    if (is_none(target))
        return NONE;
    if (!is_type(ns, T_NS))
        return raise(p, E_ILLEGAL_STATE, "*ns* must be a namespace, not %T", ns);
    term there = ns_alias_target(ns, ARG(0));
    if (!is_absent(there) && !same(there, target))
        return raise(p, E_ILLEGAL_STATE, "the alias %T is taken: it means %T in %T", ARG(0), ns_name(there),
                     ns_name(ns));
    ns_alias(ns, ARG(0), target);
    return NIL;
}

term native_ns_unalias(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (is_none(ns) || !is_plain_symbol(p, 1))
        return NONE;
    ns_unalias(ns, ARG(1));
    return NIL;
}

term native_ns_unmap(struct proc *p, unsigned n)
{
    term ns = ns_argument(p, 0);
    if (is_none(ns) || !is_plain_symbol(p, 1))
        return NONE;
    ns_unmap(ns, ARG(1));
    return NIL;
}
