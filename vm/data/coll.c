/* SPDX-License-Identifier: GPL-3.0-only */
/* get, find, conj, assoc, dissoc over all kinds of collections: the dispatch. The work is done by their own modules. */
#include "data/maps.h"
#include "data/num.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/names.h"
#include "term/equal.h"

bool is_invocable(term t)
{
    return is_function(t) || is_symbol(t) || is_keyword(t) || is_type(t, T_VAR) || is_vector(t) || is_map(t) ||
           is_sorted_map(t) || is_set(t) || is_sorted_set(t) || is_type(t, T_TRANSIENT);
}

/* get with an index: the index when it is one of n, else -1. */
static iword index_below(term k, word n)
{
    return is_int(k) && (word)int_value(k) < n ? int_value(k) : -1;
}
static term or_other(term found, term otherwise)
{
    return is_absent(found) ? otherwise : found;
}
static bool hashes_keys(enum value_kind kind)
{
    return kind == VALUE_MAP || kind == VALUE_SET || kind == VALUE_RECORD || kind == VALUE_OTHER;
}

/* What :splicing? is of a reader conditional, which is a literal with the tag ? or ?@. */
static term splicing_of(term tag, term k, term otherwise)
{
    if (!same(k, K_splicing) || !is_symbol(tag) || !is_nil(OBJ(symbol, tag)->ns))
        return otherwise;
    term name = OBJ(symbol, tag)->name;
    return str_is(name, "?@") ? TRUE_TERM : str_is(name, "?") ? FALSE_TERM : otherwise;
}
term coll_get(struct proc *p, term c, term k, term otherwise)
{
    enum value_kind kind = value_kind(c);
    term lazy;
    iword i;
    if (hashes_keys(kind) && !key_ready(p, k, &lazy))
        return call_when_ready(p, k, SLOW_get, 3, c, k, otherwise);
    switch (kind) {
    case VALUE_MAP:
        return or_other(map_get(c, k), otherwise);
    case VALUE_SET:
        return or_other(set_get(c, k), otherwise);
    case VALUE_RECORD:
        return or_other(record_get(c, k), otherwise);
    case VALUE_SORTED:
        return sorted_do(p, c, SORTED_GET, k, otherwise, NIL);
    case VALUE_VECTOR:
        i = index_below(k, vec_count(c));
        return i < 0 ? otherwise : vec_nth(c, (word)i);
    case VALUE_STRING:
        i = index_below(k, str_view(c).code_points);
        return i < 0 ? otherwise : mk_char(str_char_at(c, (word)i));
    case VALUE_BINARY:
        i = index_below(k, binary_bytes(c));
        return i < 0 ? otherwise : binary_byte(c, (word)i);
    case VALUE_OTHER:
        if (may_be_own(c))
            return tail_call(p, SLOW_own_get, 3, c, k, otherwise);
        return is_type(c, T_TRANSIENT) ? transient_get(p, c, k, otherwise) : otherwise;
    case VALUE_TAGGED:
        return same(k, K_tag)    ? OBJ(tagged, c)->tag
               : same(k, K_form) ? OBJ(tagged, c)->form
                                 : splicing_of(OBJ(tagged, c)->tag, k, otherwise);
    case VALUE_NIL:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_SEQ:
        break;
    }
    return otherwise;
}
static term entry(struct proc *p, term key, term value)
{
    if (!heap_reserve(p, ENTRY_WORDS, &key, &value))
        return NONE;
    return mk_entry(p, key, value);
}
term coll_find(struct proc *p, term c, term k)
{
    enum value_kind kind = value_kind(c);
    term lazy, v;
    if (hashes_keys(kind) && !key_ready(p, k, &lazy))
        return call_when_ready(p, k, SLOW_find, 2, c, k);
    if (kind == VALUE_NIL)
        return NIL;
    if (kind == VALUE_MAP) {
        k = map_find(c, k, &v);
        return is_absent(k) ? NIL : entry(p, k, v);
    }
    if (is_sorted_map(c))
        return sorted_do(p, c, SORTED_FIND, k, NIL, NIL);
    if (kind == VALUE_RECORD) {
        v = record_get(c, k);
        return is_absent(v) ? NIL : entry(p, k, v);
    }
    if (kind == VALUE_VECTOR) {
        iword i = index_below(k, vec_count(c));
        return i < 0 ? NIL : entry(p, k, vec_nth(c, (word)i));
    }
    if (is_type(c, T_TRANSIENT)) {
        v = transient_get(p, c, k, ABSENT);
        return is_absent(v) ? NIL : is_none(v) ? NONE : entry(p, k, v);
    }
    return raise(p, E_TYPE_ERROR, "find works on maps and vectors, not on %T", c);
}

/* --- conj --- */

static term conj_seq(struct proc *p, term c, term x)
{
    if (is_type(c, T_LIST)) {
        const struct obj_list *l = OBJ(list, c);
        if (!is_nil(term_meta(c))) {
            if (!heap_reserve(p, CONS_WORDS + 4, &c, &x))
                return NONE;
            l = OBJ(list, c);
            iword n = int_value(l->count);
            return mk_list(p, mk_cons(p, x, l->cells), (word)(n < 0 ? n : n + 1), l->meta);
        }
        c = l->cells;
    }
    if (!heap_reserve(p, CONS_WORDS, &c, &x))
        return NONE;
    return mk_cons(p, x, is_nil(c) ? EMPTY_LIST : c);
}
/* All entries of a map or record x, from a list of them: MAY_GC at each. */
static term conj_entries(struct proc *p, term c, term x)
{
    term list, lazy;
    word n;
    SCRATCH(SCRATCH_COLL) = c;
    enum seq_status status = list_of(p, x, &list, &n, &lazy);
    c = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    if (status != SEQ_OK)
        return NONE;
    if (value_kind(c) == VALUE_SORTED) { /* its comparator may be Lonala's: one call for all */
        if (!heap_reserve(p, CONS_WORDS * 2 * n, &c, &list))
            return NONE;
        term more = NIL;
        for (term l = list; is_cons(l); l = cons_tail(l)) {
            const term *e = OBJ(tuple, cons_head(l))->item;
            more = mk_cons(p, e[0], mk_cons(p, e[1], more));
        }
        if (!n)
            return c;
        term rest = cons_tail(more);
        return sorted_do(p, c, SORTED_ASSOC, cons_head(more), cons_head(rest), cons_tail(rest));
    }
    for (; is_cons(list) && !is_none(c); native_charge(p, 1)) {
        const term *e = OBJ(tuple, cons_head(list))->item;
        SCRATCH(SCRATCH_SEQS) = cons_tail(list);
        c = coll_assoc(p, c, e[0], e[1]);
        list = SCRATCH(SCRATCH_SEQS);
        SCRATCH(SCRATCH_SEQS) = NIL;
    }
    return c;
}
bool may_hold_entries(term x)
{
    enum value_kind kind = value_kind(x);
    return kind == VALUE_SEQ || kind == VALUE_SET || kind == VALUE_SORTED || kind == VALUE_RECORD ||
           kind == VALUE_STRING;
}
static term conj_map(struct proc *p, term c, term x)
{
    enum value_kind kind = value_kind(x);
    if (kind == VALUE_NIL)
        return c;
    if (kind == VALUE_VECTOR && vec_count(x) == 2)
        return coll_assoc(p, c, vec_nth(x, 0), vec_nth(x, 1));
    if (kind == VALUE_MAP || kind == VALUE_RECORD || is_sorted_map(x))
        return conj_entries(p, c, x);
    if (may_hold_entries(x))
        return tail_call(p, SLOW_conj_entries, 2, c, x);
    return raise(p, E_TYPE_ERROR, "conj on a map wants a vector of key and value or a map, not %T", x);
}
term coll_conj(struct proc *p, term c, term x)
{
    term lazy;
    switch (value_kind(c)) {
    case VALUE_NIL:
    case VALUE_SEQ:
        return conj_seq(p, c, x);
    case VALUE_VECTOR:
        return vec_conj(p, c, x);
    case VALUE_MAP:
    case VALUE_RECORD:
        return conj_map(p, c, x);
    case VALUE_SET:
        if (!key_ready(p, x, &lazy))
            return call_when_ready(p, x, SLOW_conj, 2, c, x);
        return set_conj(p, c, x);
    case VALUE_SORTED:
        return is_sorted_map(c) ? conj_map(p, c, x) : sorted_do(p, c, SORTED_ASSOC, x, x, NIL);
    case VALUE_OTHER:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_STRING:
    case VALUE_BINARY:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_TAGGED:
        break;
    }
    return raise(p, E_TYPE_ERROR, "conj wants a collection, not %T", c);
}

/* --- assoc and dissoc --- */

term coll_assoc(struct proc *p, term c, term k, term v)
{
    enum value_kind kind = value_kind(c);
    term lazy;
    if (kind == VALUE_VECTOR) {
        word n = vec_count(c);
        if (!is_int(k))
            return raise_index(p, k);
        if ((word)int_value(k) > n)
            return raise(p, E_RANGE_ERROR, "index %ld is not within 0 to %lu", (long)int_value(k), (unsigned long)n);
        return vec_assoc(p, c, (word)int_value(k), v);
    }
    if (is_sorted_map(c))
        return sorted_do(p, c, SORTED_ASSOC, k, v, NIL);
    if (kind != VALUE_NIL && kind != VALUE_MAP && kind != VALUE_RECORD)
        return raise(p, E_TYPE_ERROR, "assoc works on maps and vectors, not on %T", c);
    if (!key_ready(p, k, &lazy))
        return call_when_ready(p, k, SLOW_assoc, 3, c, k, v);
    if (kind == VALUE_RECORD)
        return record_assoc(p, c, k, v);
    return map_assoc(p, kind == VALUE_NIL ? empty_map : c, k, v);
}
term coll_dissoc(struct proc *p, term c, term k)
{
    enum value_kind kind = value_kind(c);
    term lazy;
    if (kind == VALUE_NIL)
        return NIL;
    if (is_sorted_map(c))
        return sorted_do(p, c, SORTED_DISSOC, k, NIL, NIL);
    if (kind != VALUE_MAP && kind != VALUE_RECORD)
        return raise(p, E_TYPE_ERROR, "dissoc works on maps, not on %T", c);
    if (!key_ready(p, k, &lazy))
        return call_when_ready(p, k, SLOW_dissoc, 2, c, k);
    return kind == VALUE_RECORD ? record_dissoc(p, c, k) : map_dissoc(p, c, k);
}
