/* SPDX-License-Identifier: GPL-3.0-only */
#include "lang/words.h"

#include "pure.h"
#include "run/names.h"

static const struct {
    const char *ns, *name;
} words[N_WORDS] = {
#define WORD(id, ns, name) {ns, name},
#include "lang/words.def"
#undef WORD
};
static term interned[N_WORDS]; /* interned symbols stay for ever, so that these need no root */

term word_symbol(enum word_id id)
{
    term known = TERM(__atomic_load_n(&interned[id].w, __ATOMIC_RELAXED));
    if (!known.w) {
        const char *ns = words[id].ns[0] ? words[id].ns : NULL;
        known = intern_symbol(ns, ns ? strlen(ns) : 0, words[id].name, strlen(words[id].name));
        __atomic_store_n(&interned[id].w, known.w, __ATOMIC_RELEASE);
    }
    return known;
}
