/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * evaluate.h: tests of natives as expressions. The text is made of special forms in their expanded shape, calls of
 * natives and literals. Nothing of lib/ is loaded.
 */
#ifndef LONA_EVALUATE_H
#define LONA_EVALUATE_H

#include "unit.h"

/* Sizes as text: a collection at each allocation leaves no time for large ones. */
#ifdef LONA_GC_ALWAYS
#define HUNDRED_THOUSAND "300"
#define MILLIONS "3000"
#else
#define HUNDRED_THOUSAND "100000"
#define MILLIONS "3000000"
#endif

/* The value of the last form of the text in a fresh process; NONE after it failed: *p (if p is given) then holds the
 * condition in its result. */
term evaluate(const char *text, struct proc **p);

/* Each line is true, or fails the test. */
void check_true(const char *file, int line, const char *text);
/* The text fails with that kind of condition. */
void check_fails(const char *file, int line, const char *text, const char *kind);
#define CHECK_TRUE(text) check_true(__FILE__, __LINE__, text)
#define CHECK_FAILS(text, kind) check_fails(__FILE__, __LINE__, text, kind)

#endif
