/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * ns.h: what the files of run/ that keep names share. Everybody else uses names.h.
 */
#ifndef LONA_NS_H
#define LONA_NS_H

#include "run/names.h"

/* Symbol (unqualified) -> term: linear probing by the symbol's hash; memory from the port. All-zero is an empty map. */
struct name_map {
    struct name_entry {
        term name; /* interned symbol; word 0: free */
        term value;
    } *entry;
    word count, size;
};
term name_map_get(const struct name_map *m, term name); /* ABSENT */
void name_map_put(struct name_map *m, term name, term value);
void name_map_remove(struct name_map *m, term name);

/* The unqualified symbol, if it is interned; ABSENT. */
term symbol_if_interned(const char *name, word n_name);
term keyword_if_interned(const char *ns, word n_ns, const char *name, word n_name);
/* The namespace in ARG(i), or of the symbol in it. NONE: pending. */
term ns_argument(struct proc *p, unsigned i);
bool var_argument(struct proc *p, unsigned i); /* ARG(i) is a var; false: pending */

void namespaces_init(void);
void namespaces_each_root(void (*visit)(void *context, term *root), void *context);

#endif
