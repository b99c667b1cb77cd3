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
    term known = slot_read(&interned[id]);
    if (!known.w) {
        const char *ns = words[id].ns[0] ? words[id].ns : NULL;
        known = intern_symbol(ns, ns ? strlen(ns) : 0, words[id].name, strlen(words[id].name));
        slot_publish(&interned[id], known);
    }
    return known;
}
