/* SPDX-License-Identifier: GPL-3.0-only */
/* special_names.h: names that the expander and the compiler understand alike. Inside vm/lang only. */
#ifndef LONA_SPECIAL_NAMES_H
#define LONA_SPECIAL_NAMES_H

#include "term/term.h"

/* The namespace that a definition of the symbol belongs to: a qualified name takes it there (analyse.c). */
term definition_ns(term ns, term symbol);
/* The word that a pattern in parentheses begins with, unqualified: syntax-quote may have qualified it (patterns.c). */
term pattern_head(term head);

#endif
