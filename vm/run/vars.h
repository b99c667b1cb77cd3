/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vars.h: vars beyond their value: making them, what a definition records, where the code being loaded comes from.
 *
 * var->def is nil or a shared tuple of up to VAR_VERSIONS records, the newest first; the last one is that of the first
 * definition, however many came after it. A record is a shared tuple
 *
 *   [origin file line column source comment timestamp-in-milliseconds serial evaluation declared]
 *
 * of which all but origin, a keyword (:file :repl :net :native), and serial may be nil. Serials count the records of
 * the domain, evaluations the forms: a form may define several vars. declared is true where the definition gave no
 * value. What the library made without a record (functions in C, functions that wait for their first call) gets one
 * when something else is put in its place.
 */
#ifndef LONA_VARS_H
#define LONA_VARS_H

#include "run/names.h"

#define VAR_VERSIONS 8
enum def_field {
    DEF_ORIGIN,
    DEF_FILE,
    DEF_LINE,
    DEF_COLUMN,
    DEF_SOURCE,
    DEF_COMMENT,
    DEF_TIMESTAMP,
    DEF_SERIAL,
    DEF_EVALUATION,
    DEF_DECLARED,
    DEF_FIELDS
};

/* A new unbound var with a cell of its own. Cells are never used again: code embeds their numbers. */
term var_new(term ns, term name);
void vars_init(void);
void vars_each_root(void (*visit)(void *context, term *root), void *context);

/* Sets the innermost binding of a dynamic var in p; false when there is none. The value may be p's own. */
bool var_set_binding(struct proc *p, term var, term value);
/* (def var value): copies the value, sets metadata (map or nil) and flags, records the definition. UNBOUND: declares,
 * a var without a value; one that has a value stays as it is. Where a stub waits for this definition, it is filled
 * instead. NONE: pending. MAY_GC */
term var_define(struct proc *p, term var, term value, term meta);
/* Sets the root value (already shared) otherwise than by a definition. */
void var_alter(term var, term shared_value);
/* A record of the form under evaluation, a shared tuple; ABSENT when nothing is being loaded. */
term var_record_here(const struct proc *p);
/* Makes var what it was when natives_install was done. */
void var_restore_native(term var, term native, word flags);
/* What meta answers for a var: its metadata and :ns :name, :file :line :column of the definition. MAY_GC */
term var_meta(struct proc *p, term var);
term var_set_meta(struct proc *p, term var, term meta); /* answers the shared copy, or NONE */
/* The same if that is old (as in the var, without what var_meta adds): TRUE, FALSE, NONE. */
term var_change_meta(struct proc *p, term var, term old, term meta);

/* Where the top-level form under evaluation comes from (load_context_find in run/eval.h). */
struct load_context {
    term origin;                /* keyword */
    term evaluation;            /* number, or nil */
    term file;                  /* shared string, or nil */
    const u8 *source, *comment; /* outside the heaps */
    word source_bytes, comment_bytes;
    u32 line, column;
    term restored; /* it is an earlier definition of this var (run/versions.c); nil: a new one */
    word restored_serial;
    term stub, stub_var; /* it is the definition of stub_var that stub waits for (stub_fill); nil: another form */
};

/* Dynamic vars of lona.core that C knows: VAR_out is *out* ... */
#define DYNAMIC(id, name, root) extern term VAR_##id;
#include "run/dynamic.def"
#undef DYNAMIC

#endif
