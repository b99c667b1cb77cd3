/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * ns.c: namespaces: three maps each (own vars, referred vars, aliases) and the map of them all. Interning a var here
 * asks vars.c for its cell. All tables live outside the heaps; their symbols and vars are shared.
 *
 * Names of lona.core need no referring: they are seen wherever nothing else has the name (ns_lookup).
 */
#include "run/ns.h"

#include "data/str.h"
#include "lock.h"
#include "port.h"
#include "pure.h"
#include "run/vars.h"

struct ns {
    term self; /* the NS */
    struct ns *older;
    struct name_map own, refers, aliases;
};

static struct nested_lock spaces;  /* guards all of this, and what namespaces hold */
static struct name_map namespaces; /* name -> NS */
static struct name_map real_names; /* clojure.core -> lona.core ... */
static struct {                    /* the living ones */
    term *item;
    word count, max;
} living;
static struct ns *newest; /* of all that ever were: functions of a removed one may still look at its tables */
term NS_core;

/* --- symbol maps --- */

static word map_home(const struct name_map *m, term name)
{
    return OBJ(symbol, name)->hash & (m->size - 1);
}

static struct name_entry *map_entry(const struct name_map *m, term name)
{
    word at = map_home(m, name);
    while (m->entry[at].name.w && !names_equal(m->entry[at].name, name))
        at = (at + 1) & (m->size - 1);
    return &m->entry[at];
}

term name_map_get(const struct name_map *m, term name)
{
    if (!m->size)
        return ABSENT;
    const struct name_entry *e = map_entry(m, name);
    return e->name.w ? e->value : ABSENT;
}

static void map_grow(struct name_map *m)
{
    struct name_map grown = {.size = m->size ? m->size * 2 : 8, .count = m->count};
    grown.entry = port_alloc(grown.size * sizeof(*grown.entry));
    if (!grown.entry)
        return; /* it fills up further; the next one tries again */
    memset(grown.entry, 0, grown.size * sizeof(*grown.entry));
    for (word i = 0; i < m->size; i++) {
        if (m->entry[i].name.w)
            *map_entry(&grown, m->entry[i].name) = m->entry[i];
    }
    port_free(m->entry);
    *m = grown;
}

void name_map_put(struct name_map *m, term name, term value)
{
    if (m->count * 4 >= m->size * 3)
        map_grow(m);
    ENSURE(m->count + 1 < m->size, "there is memory for the table of a namespace");
    struct name_entry *e = map_entry(m, name);
    if (!e->name.w) {
        e->name = intern_name(name);
        m->count++;
    }
    shared_keep(e->value);
    shared_keep(value);
    e->value = value;
}

/* Closes the gap: entries behind it that would no longer be found move up. */
void name_map_remove(struct name_map *m, term name)
{
    if (!m->size)
        return;
    struct name_entry *gap = map_entry(m, name);
    if (!gap->name.w)
        return;
    shared_keep(gap->value);
    word mask = m->size - 1, hole = gap - m->entry;
    for (word at = (hole + 1) & mask; m->entry[at].name.w; at = (at + 1) & mask) {
        word home = map_home(m, m->entry[at].name);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        m->entry[hole] = m->entry[at];
        hole = at;
    }
    m->entry[hole] = (struct name_entry){0};
    m->count--;
}

/* --- the namespaces --- */

static struct ns *table_of(term ns)
{
    return OBJ(ns, ns)->table;
}

term ns_real_name(term name)
{
    HOLD(&spaces);
    term real = name_map_get(&real_names, name);
    return is_absent(real) ? name : real;
}

term ns_find(term name)
{
    HOLD(&spaces);
    term ns = name_map_get(&namespaces, name);
    if (!is_absent(ns))
        return ns;
    term real = name_map_get(&real_names, name);
    return is_absent(real) ? ABSENT : name_map_get(&namespaces, real);
}

static void list_append(term ns)
{
    if (living.count == living.max) {
        word max = living.max ? living.max * 2 : 64;
        term *item = port_realloc(living.item, max * sizeof(term));
        ENSURE(item, "there is memory for the list of namespaces");
        living.item = item;
        living.max = max;
    }
    living.item[living.count++] = ns;
}

term ns_find_or_create(term name)
{
    HOLD(&spaces);
    term ns = ns_find(name);
    if (!is_absent(ns))
        return ns;
    struct ns *table = port_alloc(sizeof(*table));
    ENSURE(table, "there is memory for a namespace");
    memset(table, 0, sizeof(*table));
    name = intern_name(ns_real_name(name));
    struct obj_ns *o = (struct obj_ns *)shared_alloc_box(T_NS, 0, 4);
    o->table = table;
    o->name = name;
    o->meta = NIL;
    o->comment = NIL;
    ns = mk_box_ptr(o);
    name_map_put(&namespaces, name, ns);
    list_append(ns);
    table->self = ns;
    table->older = newest;
    newest = table;
    return ns;
}

bool ns_stays(term ns)
{
    return same(ns, NS_core) || same(OBJ(ns, ns)->name, S_user);
}
term ns_remove(term name)
{
    HOLD(&spaces);
    term ns = ns_find(name);
    if (is_absent(ns) || ns_stays(ns))
        return ABSENT;
    name_map_remove(&namespaces, OBJ(ns, ns)->name);
    word at = 0;
    while (!same(living.item[at], ns))
        at++;
    living.count--;
    memmove(&living.item[at], &living.item[at + 1], (living.count - at) * sizeof(term));
    return ns;
}

word ns_count(void)
{
    HOLD(&spaces);
    return living.count;
}

term ns_at(word i)
{
    HOLD(&spaces);
    return i < living.count ? living.item[i] : living.item[0];
}

term ns_name(term ns)
{
    return OBJ(ns, ns)->name;
}

/* --- what a namespace holds --- */

term ns_var(term ns, term name)
{
    HOLD(&spaces);
    return name_map_get(&table_of(ns)->own, name);
}

term ns_intern(term ns, term name)
{
    HOLD(&spaces);
    term var = ns_var(ns, name);
    if (!is_absent(var))
        return var;
    var = var_new(ns, intern_name(name));
    name_map_put(&table_of(ns)->own, name, var);
    return var;
}

term ns_intern_text(const char *name)
{
    const char *slash = *name ? strchr(name + 1, '/') : NULL; /* the name "/" has no namespace */
    if (!slash)
        return ns_intern(NS_core, intern_symbol(NULL, 0, name, strlen(name)));
    term ns = ns_find_or_create(intern_symbol(NULL, 0, name, (word)(slash - name)));
    return ns_intern(ns, intern_symbol(NULL, 0, slash + 1, strlen(slash + 1)));
}

void ns_unmap(term ns, term name)
{
    HOLD(&spaces);
    name_map_remove(&table_of(ns)->own, name);
    name_map_remove(&table_of(ns)->refers, name);
}

term ns_lookup(term ns, term name)
{
    HOLD(&spaces);
    const struct ns *t = table_of(ns);
    term var = name_map_get(&t->own, name);
    if (!is_absent(var))
        return var;
    var = name_map_get(&t->refers, name);
    if (!is_absent(var) || same(ns, NS_core))
        return var;
    var = name_map_get(&table_of(NS_core)->own, name);
    return !is_absent(var) && var_is(var, VAR_PRIVATE) ? ABSENT : var;
}

/* The unqualified symbol of a name, if somebody has interned it; nothing is called by any other. */
static term symbol_of_string(term string)
{
    struct str_view v = str_view(string);
    return symbol_if_interned((const char *)v.data, v.bytes);
}

/* Class/MEMBER where there is no namespace Class: a name of lona.core with / in it (core/portable.lona-s). */
static term member_of_class(term qualifier, term name)
{
    char text[48];
    struct str_view class = str_view(qualifier), member = str_view(name);
    word n = class.bytes + 1 + member.bytes;
    if (n > sizeof text)
        return ABSENT;
    memcpy(text, class.data, class.bytes);
    text[class.bytes] = '/';
    memcpy(text + class.bytes + 1, member.data, member.bytes);
    term symbol = symbol_if_interned(text, n);
    return is_absent(symbol) ? ABSENT : ns_var(NS_core, symbol);
}
term ns_resolve(term ns, term symbol)
{
    HOLD(&spaces);
    term qualifier = OBJ(symbol, symbol)->ns;
    if (is_nil(qualifier))
        return ns_lookup(ns, symbol);
    term ns_symbol = symbol_of_string(qualifier), name = symbol_of_string(OBJ(symbol, symbol)->name);
    if (is_absent(ns_symbol) || is_absent(name))
        return ABSENT;
    term target = ns_alias_target(ns, ns_symbol);
    if (is_absent(target))
        target = ns_find(ns_symbol);
    return is_absent(target) ? member_of_class(qualifier, OBJ(symbol, symbol)->name) : ns_var(target, name);
}

bool ns_refer(term ns, term name, term var)
{
    HOLD(&spaces);
    struct ns *t = table_of(ns);
    term own = name_map_get(&t->own, name);
    if (!is_absent(own))
        return same(own, var);
    term there = name_map_get(&t->refers, name);
    if (!is_absent(there) && !same(there, var))
        return false;
    name_map_put(&t->refers, name, var);
    return true;
}

void ns_alias(term ns, term alias, term target_ns)
{
    HOLD(&spaces);
    name_map_put(&table_of(ns)->aliases, alias, target_ns);
}

term ns_alias_target(term ns, term alias)
{
    HOLD(&spaces);
    return name_map_get(&table_of(ns)->aliases, alias);
}

void ns_unalias(term ns, term alias)
{
    HOLD(&spaces);
    name_map_remove(&table_of(ns)->aliases, alias);
}

void ns_each(term ns, int what, void (*visit)(void *context, term name, term value), void *context)
{
    HOLD(&spaces);
    struct ns *t = table_of(ns);
    const struct name_map *m = what == 0 ? &t->own : what == 1 ? &t->refers : &t->aliases;
    for (word i = 0; i < m->size; i++) {
        if (m->entry[i].name.w)
            visit(context, m->entry[i].name, m->entry[i].value);
    }
}

/* --- start and sweep --- */

static void name_map_each_root(struct name_map *m, void (*visit)(void *, term *), void *context)
{
    for (word i = 0; i < m->size; i++) {
        if (m->entry[i].name.w) {
            visit(context, &m->entry[i].name);
            visit(context, &m->entry[i].value);
        }
    }
}

void namespaces_each_root(void (*visit)(void *context, term *root), void *context)
{
    HOLD(&spaces);
    name_map_each_root(&namespaces, visit, context);
    name_map_each_root(&real_names, visit, context);
    for (struct ns *t = newest; t; t = t->older) {
        visit(context, &t->self);
        name_map_each_root(&t->own, visit, context);
        name_map_each_root(&t->refers, visit, context);
        name_map_each_root(&t->aliases, visit, context);
    }
}

/* Has what is named by the text after `clojure` go by the name of the same text after `lona`. */
static void real_name_put(const char *clojure, const char *lona, const char *text)
{
    char from[40], to[40];
    int n = snprintf(from, sizeof(from), "%s%s", clojure, text);
    int m = snprintf(to, sizeof(to), "%s%s", lona, text);
    name_map_put(&real_names, intern_symbol(NULL, 0, from, n), intern_symbol(NULL, 0, to, m));
}

void namespaces_init(void)
{
    static const char *const siblings[] = {"core",   "string", "set",      "walk",   "edn",  "test",     "zip",
                                           "pprint", "data",   "template", "datafy", "math", "test.tap", "test.junit"};
    static const char *const checking[] = {"",        ".generators", ".properties", ".clojure-test",
                                           ".random", ".rose-tree",  ".results"};
    for (unsigned i = 0; i < ARRAY_LEN(siblings); i++)
        real_name_put("clojure.", "lona.", siblings[i]);
    for (unsigned i = 0; i < ARRAY_LEN(checking); i++)
        real_name_put("clojure.test.check", "lona.check", checking[i]);
    real_name_put("clojure.data.json", "lona.json", "");
    real_name_put("clojure.data.csv", "lona.csv", "");
    real_name_put("clojure.tools.cli", "lona.args", "");
    NS_core = ns_find_or_create(S_lona_core);
    ns_find_or_create(S_user);
}
