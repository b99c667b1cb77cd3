/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * names.c: the tables of interned symbols and keywords, the names that C code mentions, and the start of the naming
 * world. Namespaces are in ns.c, vars in vars.c.
 *
 * A table is an array of terms outside the heaps, a power of two long, linear probing, at most three quarters full
 * where memory allows. The hash is in the object, so growing looks at no text. Nothing is ever taken out.
 */
#include "run/names.h"

#include "data/str.h"
#include "port.h"
#include "pure.h"
#include "run/native.h"
#include "run/ns.h"
#include "run/vars.h"
#include "term/equal.h"

struct intern_table {
    enum type type;
    term *slot; /* word 0: free */
    word count, size;
};
static struct nested_lock tables; /* of symbols and keywords */
static struct intern_table symbols = {.type = T_SYMBOL}, keywords = {.type = T_KEYWORD};

#define FIRST_SIZE 4096
#define NAME_WORDS 4 /* after the header */

#define SYM(id, ...) term S_##id;
#define KEY(id, ...) term K_##id;
#include "run/names.def"
#undef SYM
#undef KEY
term error_keywords[ERROR_COUNT];
#define SLOW(id, name) term SLOW_##id;
#include "run/slow.def"
#undef SLOW

/* A namespace and a name as bytes; n_ns 0: none. */
struct name {
    const char *ns;
    word n_ns;
    const char *name;
    word n_name;
};

static u64 name_hash(const struct name *n)
{
    u64 h = hash_bytes(n->name, n->n_name);
    return n->n_ns ? hash_mix(hash_bytes(n->ns, n->n_ns), h) : h;
}

static bool string_has(term s, const char *text, word count)
{
    struct str_view v = str_view(s);
    return v.bytes == count && !memcmp(v.data, text, count);
}

static bool object_has(const struct obj_symbol *o, u64 hash, const struct name *n)
{
    if (o->hash != hash || !string_has(o->name, n->name, n->n_name))
        return false;
    return is_nil(o->ns) ? !n->n_ns : n->n_ns && string_has(o->ns, n->ns, n->n_ns);
}

/* --- the tables --- */

/* Keeps the table as it is when there is no memory: it then fills up further, and the next insertion tries again. */
static void table_grow(struct intern_table *t)
{
    word size = t->size ? t->size * 2 : FIRST_SIZE;
    term *slot = port_alloc(size * sizeof(term));
    if (!slot)
        return;
    memset(slot, 0, size * sizeof(term));
    for (word i = 0; i < t->size; i++) {
        if (!t->slot[i].w)
            continue;
        word at = OBJ(symbol, t->slot[i])->hash & (size - 1);
        while (slot[at].w)
            at = (at + 1) & (size - 1);
        slot[at] = t->slot[i];
    }
    port_free(t->slot);
    t->slot = slot;
    t->size = size;
}

/* The slot of the name, or the free one where it belongs. */
static term *table_slot(const struct intern_table *t, u64 hash, const struct name *n)
{
    word at = hash & (t->size - 1);
    while (t->slot[at].w && !object_has(OBJ(symbol, t->slot[at]), hash, n))
        at = (at + 1) & (t->size - 1);
    return &t->slot[at];
}

static term table_find(const struct intern_table *t, u64 hash, const struct name *n)
{
    HOLD(&tables);
    term found = *table_slot(t, hash, n);
    return found.w ? found : ABSENT;
}

static term table_intern(struct intern_table *t, const struct name *n)
{
    u64 hash = name_hash(n);
    HOLD(&tables);
    if (t->count * 4 >= t->size * 3)
        table_grow(t);
    ENSURE(t->count + 1 < t->size, "there is memory for the table of names");
    term *slot = table_slot(t, hash, n);
    if (slot->w)
        return *slot;
    term ns = n->n_ns ? str_shared(n->ns, n->n_ns) : NIL;
    term name = str_shared(n->name, n->n_name);
    struct obj_symbol *o = (struct obj_symbol *)shared_alloc_box(t->type, 0, NAME_WORDS);
    o->hash = hash;
    o->ns = ns;
    o->name = name;
    o->meta = NIL;
    *slot = mk_box_ptr(o);
    t->count++;
    return *slot;
}

term intern_symbol(const char *ns, word n_ns, const char *name, word n_name)
{
    return table_intern(&symbols, &(struct name){ns, n_ns, name, n_name});
}

term intern_keyword(const char *ns, word n_ns, const char *name, word n_name)
{
    return table_intern(&keywords, &(struct name){ns, n_ns, name, n_name});
}

static struct intern_table *table_for(term t)
{
    return box_type(t) == T_SYMBOL ? &symbols : &keywords;
}

static struct name name_of(term t)
{
    const struct obj_symbol *o = OBJ(symbol, t);
    struct str_view name = str_view(o->name);
    struct name n = {.name = (const char *)name.data, .n_name = name.bytes};
    if (!is_nil(o->ns)) {
        struct str_view ns = str_view(o->ns);
        n.ns = (const char *)ns.data;
        n.n_ns = ns.bytes;
    }
    return n;
}

term intern_name(term t)
{
    struct name n = name_of(t);
    return table_intern(table_for(t), &n);
}

term name_interned(term t)
{
    struct name n = name_of(t);
    return table_find(table_for(t), OBJ(symbol, t)->hash, &n);
}

static term if_interned(const struct intern_table *t, struct name n)
{
    return table_find(t, name_hash(&n), &n);
}

term symbol_if_interned(const char *name, word n_name)
{
    return if_interned(&symbols, (struct name){NULL, 0, name, n_name});
}

term keyword_if_interned(const char *ns, word n_ns, const char *name, word n_name)
{
    return if_interned(&keywords, (struct name){ns, n_ns, name, n_name});
}

bool names_equal(term a, term b)
{
    if (same(a, b))
        return true;
    const struct obj_symbol *x = OBJ(symbol, a), *y = OBJ(symbol, b);
    if (x->hash != y->hash || !str_equal(x->name, y->name))
        return false;
    return is_nil(x->ns) || is_nil(y->ns) ? same(x->ns, y->ns) : str_equal(x->ns, y->ns);
}

/* --- names made from data --- */

/* The bytes are outside the heaps. Each string is a collection point, so the first made waits in a scratch root. */
static term make_from_copy(struct proc *p, enum type type, u64 hash, const struct name *n)
{
    term ns = NIL;
    if (n->n_ns && is_none(ns = str_make(p, n->ns, n->n_ns)))
        return NONE;
    SCRATCH(SCRATCH_NAMES) = ns;
    term name = str_make(p, n->name, n->n_name);
    ns = SCRATCH(SCRATCH_NAMES);
    SCRATCH(SCRATCH_NAMES) = NIL;
    if (is_none(name) || !heap_reserve(p, 1 + NAME_WORDS, &ns, &name))
        return NONE;
    struct obj_symbol *o = (struct obj_symbol *)heap_take_box(p, type, 0, NAME_WORDS);
    o->hash = hash;
    o->ns = ns;
    o->name = name;
    o->meta = NIL;
    return mk_box_ptr(o);
}

/* The bytes may lie in p's heap, which moves: they are copied out first. */
static term make_name(struct proc *p, enum type type, u64 hash, const struct name *n)
{
    char small[256];
    word total = n->n_ns + n->n_name;
    char *copy = total <= sizeof(small) ? small : port_alloc(total);
    if (!copy)
        return raise(p, E_OUT_OF_MEMORY, "no memory for a name of %lu bytes", (unsigned long)total);
    if (n->n_ns)
        memcpy(copy, n->ns, n->n_ns);
    memcpy(copy + n->n_ns, n->name, n->n_name);
    term made = make_from_copy(p, type, hash, &(struct name){copy, n->n_ns, copy + n->n_ns, n->n_name});
    if (copy != small)
        port_free(copy);
    return made;
}

static term find(struct proc *p, struct intern_table *t, const struct name *n)
{
    u64 hash = name_hash(n);
    term found = table_find(t, hash, n);
    return is_absent(found) ? make_name(p, t->type, hash, n) : found;
}

term find_symbol(struct proc *p, const char *ns, word n_ns, const char *name, word n_name)
{
    return find(p, &symbols, &(struct name){ns, n_ns, name, n_name});
}

term find_keyword(struct proc *p, const char *ns, word n_ns, const char *name, word n_name)
{
    return find(p, &keywords, &(struct name){ns, n_ns, name, n_name});
}

term symbol_with_meta(struct proc *p, term symbol, term meta)
{
    if (!heap_reserve(p, 1 + NAME_WORDS, &symbol, &meta))
        return NONE;
    const struct obj_symbol *from = OBJ(symbol, symbol);
    struct obj_symbol *o = (struct obj_symbol *)heap_take_box(p, T_SYMBOL, 0, NAME_WORDS);
    o->hash = from->hash;
    o->ns = from->ns;
    o->name = from->name;
    o->meta = meta;
    return mk_box_ptr(o);
}

/* --- start --- */

static term symbol_c(const char *ns, const char *name)
{
    return intern_symbol(ns, strlen(ns), name, strlen(name));
}

static term keyword_c(const char *name)
{
    return intern_keyword(NULL, 0, name, strlen(name));
}

void names_init(void)
{
    table_grow(&symbols);
    table_grow(&keywords);
    ENSURE(symbols.size && keywords.size, "there is memory for the tables of names");
#define SYM(id, ns, name) S_##id = symbol_c(ns, name);
#define KEY(id, name) K_##id = keyword_c(name);
#include "run/names.def"
#undef SYM
#undef KEY
#define ERROR(id, keyword, doc) error_keywords[E_##id] = keyword_c(keyword);
#include "run/errors.def"
#undef ERROR
    namespaces_init();
#define SLOW(id, name) SLOW_##id = ns_intern(NS_core, symbol_c("", name));
#include "run/slow.def"
#undef SLOW
    vars_init();
}

static void each_in_table(struct intern_table *t, void (*visit)(void *, term *), void *context)
{
    HOLD(&tables);
    for (word i = 0; i < t->size; i++) {
        if (t->slot[i].w)
            visit(context, &t->slot[i]);
    }
}

void names_each_root(void (*visit)(void *context, term *root), void *context)
{
    each_in_table(&symbols, visit, context);
    each_in_table(&keywords, visit, context);
    namespaces_each_root(visit, context);
    vars_each_root(visit, context);
    natives_each_root(visit, context);
}
