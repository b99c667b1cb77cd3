/* SPDX-License-Identifier: GPL-3.0-only */
/* words.h: symbols of words.def, interned when first asked for. */
#ifndef LONA_WORDS_H
#define LONA_WORDS_H

#include "term/term.h"

enum word_id {
#define WORD(id, ns, name) WORD_##id,
#include "lang/words.def"
#undef WORD
    N_WORDS
};
term word_symbol(enum word_id id);
#define W(id) word_symbol(WORD_##id)

#endif
