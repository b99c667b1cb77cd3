/* SPDX-License-Identifier: GPL-3.0-only */
/* destructure.h: destructuring bindings into plain ones. Inside vm/lang only. */
#ifndef LONA_DESTRUCTURE_H
#define LONA_DESTRUCTURE_H

#include "lang/macros.h"

/* [pattern value ...] into [symbol form ...] for let*. The vector itself when it has only symbols; NONE: pending.
 * MAY_GC */
term destructure(struct proc *p, term bindings);

#endif
