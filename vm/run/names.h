/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * names.h: symbols, keywords, namespaces and vars: who is called what.
 *
 * Interned symbols and keywords live in the shared area for ever; only the reader of code interns. Others made from
 * data (intern false) are looked up first and are otherwise collectable objects of the process; two keywords or symbols
 * are equal when they are the same object or, where one of them is not shared, have the same names (names_equal).
 */
#ifndef LONA_NAMES_H
#define LONA_NAMES_H

#include "publish.h"
#include "term/heap.h"

void names_init(void);

/* ns may be NULL (n_ns 0). Bytes are valid UTF-8. */
term intern_symbol(const char *ns, word n_ns, const char *name, word n_name);
term intern_keyword(const char *ns, word n_ns, const char *name, word n_name);
/* Looks up, else makes a collectable one. The bytes may lie in p's heap. NONE: out of memory, pending. MAY_GC */
term find_symbol(struct proc *p, const char *ns, word n_ns, const char *name, word n_name);
term find_keyword(struct proc *p, const char *ns, word n_ns, const char *name, word n_name);
/* The interned symbol or keyword of the same name (symbols: without metadata). */
term intern_name(term symbol_or_keyword);
/* The same, if it is there already: ABSENT. */
term name_interned(term symbol_or_keyword);
bool names_equal(term a, term b); /* both symbols, or both keywords */
/* The symbol again, not interned, with metadata. NONE: pending. MAY_GC */
term symbol_with_meta(struct proc *p, term symbol, term meta);
/* Visits every shared term that names keep alive, for the sweeper of the shared area. */
void names_each_root(void (*visit)(void *context, term *root), void *context);

/* Well-known names, declared in names.def: S_quote is the symbol quote, K_line the keyword :line. */
#define SYM(id, ...) extern term S_##id;
#define KEY(id, ...) extern term K_##id;
#include "run/names.def"
#undef SYM
#undef KEY
extern term error_keywords[]; /* by enum error */

/* --- namespaces --- */
struct ns;
extern term NS_core;               /* lona.core, as NS object */
term ns_find(term name);           /* NS by its symbol (aliases such as clojure.core known); ABSENT */
term ns_real_name(term name);      /* lona.string for clojure.string; other symbols unchanged */
term ns_find_or_create(term name); /* refers lona.core into a new one */
word ns_count(void);
term ns_at(word i); /* i < ns_count() */
term ns_name(term ns);

/* The var interned in ns under the unqualified symbol; ABSENT. */
term ns_var(term ns, term name);
/* The same, created unbound where there is none. */
term ns_intern(term ns, term name);
/* The var whose name is in C text: of lona.core where the name says no namespace. */
term ns_intern_text(const char *name);
void ns_unmap(term ns, term name);
/* What name means in ns: own var, referred var, lona.core's; ABSENT. */
term ns_lookup(term ns, term name);
/* Resolves a possibly qualified symbol (through aliases of ns); ABSENT. */
term ns_resolve(term ns, term symbol);
bool ns_refer(term ns, term name, term var); /* false: another var is there */
void ns_alias(term ns, term alias, term target_ns);
term ns_alias_target(term ns, term alias); /* NS or ABSENT */
void ns_unalias(term ns, term alias);
bool ns_stays(term ns);    /* lona.core and user cannot be removed */
term ns_remove(term name); /* the namespace, whose vars stay alive where code refers to them, or ABSENT */
/* Calls visit for each own var (what 0), referred var (1); alias (2, value is a NS). */
void ns_each(term ns, int what, void (*visit)(void *context, term name, term value), void *context);

/* --- vars --- */
static inline term *var_cell(term var)
{
    return &CELLS[OBJ(var, var)->cell];
}
/* The root value; UNBOUND. */
static inline term var_root(term var)
{
    return slot_read(var_cell(var));
}
static inline word var_flags(term var)
{
    return __atomic_load_n(&OBJ(var, var)->flags, __ATOMIC_RELAXED);
}
static inline bool var_is(term var, u32 flag)
{
    return var_flags(var) & flag;
}
static inline void var_add_flags(term var, u32 flags)
{
    __atomic_fetch_or(&OBJ(var, var)->flags, flags, __ATOMIC_RELAXED);
}
static inline void var_drop_flags(term var, u32 flags)
{
    __atomic_fetch_and(&OBJ(var, var)->flags, ~(word)flags, __ATOMIC_RELAXED);
}
/* Sets the root value (already shared), retires the old one, and swaps instruction handlers where an instruction stands
 * for this var (run/generic.c). */
void var_set(term var, term shared_value);
/* Alters it (var_alter in run/vars.h), if it holds old still. */
bool var_change(term var, term old, term shared_value);
void ops_var_changed(term var); /* run/slow_ops.c: the handlers' part of that */
term var_of_cell(word cell);
/* Current value: innermost binding of a dynamic var, else the root; UNBOUND. */
term var_value(struct proc *p, term var);

/* Makes a var for every entry of natives.def, in its namespace, and binds it. */
void natives_install(void);
void natives_each_root(void (*visit)(void *context, term *root), void *context);

#endif
