/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * compile.h: from a form to a function, in two phases:
 *
 *   expand (STEP native %expand, expand.c): a work list that macroexpands a form completely; macros are called as
 *   ordinary frames. Its result contains only special forms, calls, symbols, literals.
 *   compile (compile.c ...): one C function over the expanded form, which calls nothing of Lonala.
 */
#ifndef LONA_COMPILE_H
#define LONA_COMPILE_H

#include "lang/code.h"
#include "term/heap.h"

/* Compiles an expanded form to a function of no parameters that evaluates it. file: string or nil. NONE: a
 * :compile-error with {:file :line :column} in its data is pending. MAY_GC */
term compile_form(struct proc *p, term form, term ns, term file);

#endif
