/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * macros.h: how macros in C read and build forms. A macro is a native of (&form &env): it looks at &form only, reserves
 * what the expansion needs, then builds it.
 *
 *     struct macro m;
 *     if (!macro_begin(p, &m, 1, "(when test body ...)"))   // at least one argument; reserves for a usual expansion
 *         return NONE;
 *     term test = m.first;                                  // m.rest: cells after the first argument
 *     return list(p, 3, S_if, test, mk_cons(p, S_do, m.rest));
 *
 * Names that expansions bind are of the form x__1: user code is only ever put where such a name is not used afterwards
 * in its scope, so that fixed names do.
 */
#ifndef LONA_MACROS_H
#define LONA_MACROS_H

#include "lang/spine.h"
#include "lang/words.h"
#include "run/names.h"
#include "run/native.h"

struct macro {
    word n;     /* arguments */
    term args;  /* cells of the arguments */
    term first; /* the first argument, or nil */
    term rest;  /* cells after it */
};
#define MACRO_WORDS 64   /* reserved by macro_begin */
#define WORDS_PER_ARG 16 /* and these for each argument */

/* False: pending (too few arguments: usage says what is wanted). MAY_GC */
bool macro_begin(struct proc *p, struct macro *m, word min_args, const char *usage);
term macro_error(struct proc *p, const char *usage);
term list(struct proc *p, unsigned n, ...);      /* 2 n words reserved */
term vector_of(struct proc *p, unsigned n, ...); /* 1 + n words reserved, n <= 32 */
term temp_name(const char *stem, word n);        /* interned stem__n */
/* The list form ends in something lazy: *lazy is to be forced first. */
bool has_lazy_part(term form, term *lazy);
/* All list forms among the clauses are realised; false: *answer is what the macro returns. MAY_GC */
bool clauses_realised(struct proc *p, term cells, term *answer);
/* The vector of the elements of a list of cons cells, the last one first. NONE: pending. MAY_GC */
term vector_from_reversed_roots(struct proc *p, term cells, term *const *roots, unsigned n);
#define vector_from_reversed_rooted(p, cells, ...)                         \
    vector_from_reversed_roots((p), (cells), (term *const[]){__VA_ARGS__}, \
                               sizeof((term *const[]){__VA_ARGS__}) / sizeof(term *))
static inline term vector_from_reversed(struct proc *p, term cells)
{
    return vector_from_reversed_roots(p, cells, NULL, 0);
}
/* The arities of fn* for clauses ([parameter ...] body ...), realised; NONE: pending. MAY_GC */
term expand_clauses(struct proc *p, term cells);

#endif
