/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * eval.h: from text to effects: the STEP natives that read, expand, compile and run top-level forms one by one.
 *
 *   (%eval form ns file)            expand, compile, run
 *   (%load text file origin after evaluate place)  all forms of a text, *ns* and *file* bound; the last value
 *   (%load-archive path)            the same for a file of the boot archive; in lona.core, bodies of functions wait for
 *                                   their first call (%compile-lazy)
 */
#ifndef LONA_EVAL_H
#define LONA_EVAL_H

#include "run/native.h"
#include "run/vars.h"

void eval_init(void);
/* Where the innermost form being loaded by p comes from; false: nothing is being loaded. The bytes stay while it is. */
bool load_context_find(const struct proc *p, struct load_context *context);
/* The var of a definition that waits for its first call, when fn is its stub; else ABSENT. */
term stub_var(term fn);
/* Makes the stub the function fn, if it is one still. Lock: names. */
void stub_fill(term stub, term fn);
/* Where the definition comes from that fn, if it is a stub, waits for. */
bool stub_context(term fn, struct load_context *context);
/* Where the definition comes from that a frame of %restore-var evaluates again (run/versions.c); false: none yet. */
bool restore_context(const term *fp, struct load_context *context);

/* The number of one more evaluation of a top-level form. */
iword new_evaluation(void);
/* For STEP natives: binds the dynamic var from now on, in a record in the registers from reg on (CHAIN_WORDS). */
void bind_here(struct proc *p, unsigned reg, term var, term value);

#endif
