/* SPDX-License-Identifier: GPL-3.0-only */
/* arity.h: the error of a call with a number of arguments that the function does not take. */
#ifndef LONA_ARITY_H
#define LONA_ARITY_H

#include "run/native.h"

/* Raises :arity-error for f, a function or native, called with n arguments; says how many it takes. MAY_GC */
term raise_arity(struct proc *p, term f, unsigned n);

#endif
