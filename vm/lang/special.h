/* SPDX-License-Identifier: GPL-3.0-only */
/* special.h: analysis of the special forms that use the chain of handlers, and of match*. Inside vm/lang only. */
#ifndef LONA_SPECIAL_H
#define LONA_SPECIAL_H

#include "lang/ast.h"
#include "lang/special_names.h"

bool is_chain_form(term symbol);
struct node *analyse_chain_form(struct compiler *c, term symbol, const struct elements *e, bool tail);

#endif
