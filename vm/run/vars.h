/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vars.h: vars beyond their value: making them, what a definition records, where the code being loaded comes from.
 *
 * var->def is nil or a shared tuple of up to VAR_VERSIONS records, the newest first. A record is a shared tuple
 *
 *   [origin file line column source comment timestamp-in-milliseconds]
 *
 * of which all but origin, a keyword (:file :repl :net :native), and the timestamp may be nil.
 */
#ifndef LONA_VARS_H
#define LONA_VARS_H

#include "run/names.h"

#define VAR_VERSIONS 8
enum def_field { DEF_ORIGIN, DEF_FILE, DEF_LINE, DEF_COLUMN, DEF_SOURCE, DEF_COMMENT, DEF_TIMESTAMP, DEF_FIELDS };

/* A new unbound var with a cell of its own. Cells are never used again: code embeds their numbers. */
term var_new(term ns, term name);
void vars_init(void);
void vars_each_root(void (*visit)(void *context, term *root), void *context);

/* Sets the innermost binding of a dynamic var in p; false when there is none. The value may be p's own. */
bool var_set_binding(struct proc *p, term var, term value);
/* (def var value): copies the value, sets metadata (map or nil) and flags, records the definition. UNBOUND: declares,
 * the value stays. NONE: pending. MAY_GC */
term var_define(struct proc *p, term var, term value, term meta);
/* What meta answers for a var: its metadata and :ns :name, :file :line :column of the definition. MAY_GC */
term var_meta(struct proc *p, term var);
term var_set_meta(struct proc *p, term var, term meta); /* answers the shared copy, or NONE */

/* Where the top-level form under evaluation comes from. The loader sets it before each form and clears it at the end.
 * Bytes are outside the heaps and stay until then; strings are made only when something is defined. */
struct load_context {
    term origin; /* keyword, or nil: nothing is being loaded */
    term file;   /* shared string, or nil */
    const u8 *source, *comment;
    word source_bytes, comment_bytes;
    u32 line, column;
};
void load_context_set(const struct load_context *context); /* copied; NULL clears */
struct load_context load_context_get(void);                /* for nested loads, to be set again afterwards */

#endif
