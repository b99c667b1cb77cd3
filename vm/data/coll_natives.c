/* SPDX-License-Identifier: GPL-3.0-only */
/* Natives over collections of any kind: get, conj, assoc, keys, peek, into, sorted collections. */
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

native_fn native_get, native_find, native_contains, native_key, native_val, native_is_map_entry, native_keys,
    native_vals, native_conj, native_assoc, native_dissoc, native_disj, native_peek, native_pop, native_empty,
    native_into, native_sorted_map, native_sorted_set, native_sorted_map_by, native_sorted_set_by, native_sorted_from,
    native_sorted_comparator;
step_fn step_conj_list;

/* --- look-up --- */

term native_get(struct proc *p, unsigned n)
{
    return coll_get(p, ARG(0), ARG(1), n == 3 ? ARG(2) : NIL);
}
term native_find(struct proc *p, unsigned n)
{
    return coll_find(p, ARG(0), ARG(1));
}
term native_contains(struct proc *p, unsigned n)
{
    term c = ARG(0), k = ARG(1), lazy;
    enum value_kind kind = value_kind(c);
    if (kind == VALUE_NIL)
        return FALSE_TERM;
    if (kind == VALUE_SORTED)
        return sorted_do(p, c, SORTED_HAS, k, NIL, NIL);
    if (kind == VALUE_VECTOR || kind == VALUE_STRING || kind == VALUE_BINARY) {
        if (kind != VALUE_VECTOR && !is_int(k))
            return raise_arg(p, 1, "an index");
        term count = coll_count(p, c);
        return mk_bool(is_int(k) && (word)int_value(k) < (word)int_value(count));
    }
    if (kind == VALUE_MAP || kind == VALUE_SET || kind == VALUE_RECORD || is_type(c, T_TRANSIENT)) {
        if (!key_ready(p, k, &lazy))
            return retry_when_ready(p, k);
        term found = coll_get(p, c, k, ABSENT);
        return is_none(found) ? NONE : mk_bool(!is_absent(found));
    }
    return raise(p, E_TYPE_ERROR, "contains? works on maps, sets and vectors, not on %T", c);
}
static bool is_entry(term t)
{
    return is_type(t, T_TUPLE) && box_aux(t) == TUPLE_ENTRY;
}
static term entry_part(struct proc *p, word i)
{
    if (!is_entry(ARG(0)))
        return raise_arg(p, 0, "a map entry");
    return OBJ(tuple, ARG(0))->item[i];
}
term native_key(struct proc *p, unsigned n)
{
    return entry_part(p, 0);
}
term native_val(struct proc *p, unsigned n)
{
    return entry_part(p, 1);
}
term native_is_map_entry(struct proc *p, unsigned n)
{
    return mk_bool(is_entry(ARG(0)));
}
/* keys and vals of a sequence of entries: the list of the parts. */
static term parts_of_entries(struct proc *p, word part)
{
    term list, lazy;
    word count;
    enum seq_status status = list_of(p, ARG(0), &list, &count, &lazy);
    if (status != SEQ_OK)
        return status == SEQ_LAZY ? retry_after_force_all(p, lazy) : NONE;
    for (term l = list; is_cons(l); l = cons_tail(l)) { /* the cells are fresh */
        term e = cons_head(l);
        if (!is_entry(e))
            return raise(p, E_TYPE_ERROR, "%T is not a map entry", e);
        cons_ptr(l)->head = OBJ(tuple, e)->item[part];
    }
    return count ? list : NIL;
}
static term parts(struct proc *p, enum view_part part)
{
    term c = ARG(0), s, lazy;
    enum value_kind kind = value_kind(c);
    if (kind != VALUE_MAP && kind != VALUE_RECORD && !is_sorted_map(c))
        return parts_of_entries(p, part == VIEW_KEYS ? 0 : 1);
    switch (view_of(p, c, part, &s, &lazy)) {
    case SEQ_OK:
        return s;
    case SEQ_END:
        return NIL;
    case SEQ_LAZY:
    case SEQ_ERROR:
        break;
    }
    return NONE;
}
term native_keys(struct proc *p, unsigned n)
{
    return parts(p, VIEW_KEYS);
}
term native_vals(struct proc *p, unsigned n)
{
    return parts(p, VIEW_VALS);
}

/* --- conj, assoc, dissoc, disj with any number of arguments --- */

/* Every step-th argument from `from` on may be a key of ARG(0), if it is of a kind that hashes. Else a retry is
 * pending. */
static bool keys_ready(struct proc *p, unsigned from, unsigned step, unsigned n)
{
    enum value_kind kind = value_kind(ARG(0));
    term lazy;
    if (kind != VALUE_MAP && kind != VALUE_SET && kind != VALUE_RECORD && kind != VALUE_NIL)
        return true;
    for (unsigned i = from; i < n; i += step) {
        if (!key_ready(p, ARG(i), &lazy)) {
            retry_when_ready(p, ARG(i));
            return false;
        }
    }
    return true;
}
/* op on the sorted collection ARG(0) with ARG(1), ARG(2) ...: the comparator may be Lonala's, so in one go. */
static term sorted_args(struct proc *p, enum sorted_op op, unsigned n, unsigned step)
{
    term more = list_from_args(p, 1 + step, n);
    if (is_none(more))
        return NONE;
    return sorted_do(p, ARG(0), op, ARG(1), ARG(step), more);
}
term native_conj(struct proc *p, unsigned n)
{
    if (n == 0)
        return EMPTY_VECTOR;
    if (is_sorted_set(ARG(0)) && n > 1)
        return sorted_args(p, SORTED_ASSOC, n, 1);
    /* A pair's key decides, but a value that is not ready does no harm by being made so: sets and maps alike. */
    if (value_kind(ARG(0)) == VALUE_SET && !keys_ready(p, 1, 1, n))
        return NONE;
    if (n > 2 && (is_sorted_map(ARG(0)) || value_kind(ARG(0)) == VALUE_MAP || value_kind(ARG(0)) == VALUE_RECORD)) {
        /* any of these may go on elsewhere: one, and then the rest of them */
        term rest = list_from_args(p, 1, n);
        return is_none(rest) ? NONE : tail_call(p, SLOW_conj_list, 2, ARG(0), rest);
    }
    for (unsigned i = 1; i < n; i++) {
        term c = coll_conj(p, ARG(0), ARG(i));
        if (is_none(c))
            return NONE;
        ARG(0) = c;
    }
    return ARG(0);
}
/* %conj-list: conjoins the elements of a list one by one, through %conj. */
enum { C_COLL, C_LIST, C_STARTED };
enum step step_conj_list(struct proc *p)
{
    if (is_truthy(REG(C_STARTED)))
        REG(C_COLL) = p->result;
    REG(C_STARTED) = TRUE_TERM;
    term list = REG(C_LIST);
    if (!is_cons(list))
        return step_return(p, REG(C_COLL));
    REG(C_LIST) = cons_tail(list);
    return step_call(p, SLOW_conj, 2, REG(C_COLL), cons_head(list));
}
term native_assoc(struct proc *p, unsigned n)
{
    if (n % 2 == 0)
        return raise(p, E_ILLEGAL_ARGUMENT, "assoc wants a value for each key");
    if (is_sorted_map(ARG(0)))
        return sorted_args(p, SORTED_ASSOC, n, 2);
    if (!keys_ready(p, 1, 2, n))
        return NONE;
    for (unsigned i = 1; i < n; i += 2) {
        term c = coll_assoc(p, ARG(0), ARG(i), ARG(i + 1));
        if (is_none(c))
            return NONE;
        ARG(0) = c;
    }
    return ARG(0);
}
term native_dissoc(struct proc *p, unsigned n)
{
    if (is_sorted_map(ARG(0)) && n > 1)
        return sorted_args(p, SORTED_DISSOC, n, 1);
    if (!keys_ready(p, 1, 1, n))
        return NONE;
    for (unsigned i = 1; i < n; i++) {
        term c = coll_dissoc(p, ARG(0), ARG(i));
        if (is_none(c))
            return NONE;
        ARG(0) = c;
    }
    return ARG(0);
}
term native_disj(struct proc *p, unsigned n)
{
    if (is_nil(ARG(0)) || n == 1)
        return ARG(0);
    if (is_sorted_set(ARG(0)))
        return sorted_args(p, SORTED_DISSOC, n, 1);
    if (!is_set(ARG(0)))
        return raise_arg(p, 0, "a set");
    if (!keys_ready(p, 1, 1, n))
        return NONE;
    for (unsigned i = 1; i < n; i++) {
        term c = set_disj(p, ARG(0), ARG(i));
        if (is_none(c))
            return NONE;
        ARG(0) = c;
    }
    return ARG(0);
}

/* --- peek, pop, empty --- */

term native_peek(struct proc *p, unsigned n)
{
    term c = ARG(0);
    if (is_vector(c))
        return vec_count(c) ? vec_nth(c, vec_count(c) - 1) : NIL;
    if (is_whole_list(c))
        return seq_first(p, c);
    return raise_arg(p, 0, "a vector or list");
}
term native_pop(struct proc *p, unsigned n)
{
    term c = ARG(0);
    if (is_nil(c))
        return NIL;
    if (is_vector(c))
        return vec_count(c) ? vec_pop(p, c) : raise(p, E_ILLEGAL_STATE, "cannot pop an empty vector");
    if (!is_whole_list(c))
        return raise_arg(p, 0, "a vector or list");
    if (is_type(c, T_LIST))
        c = OBJ(list, c)->cells;
    return is_cons(c) ? seq_rest(p, c) : raise(p, E_ILLEGAL_STATE, "cannot pop an empty list");
}
term native_empty(struct proc *p, unsigned n)
{
    term c = ARG(0), meta = term_meta(c);
    if (may_be_own(c))
        return own_instead(p);
    switch (value_kind(c)) {
    case VALUE_VECTOR:
        if (is_entry(c))
            return NIL;
        return is_nil(meta) ? EMPTY_VECTOR : vec_with_meta(p, EMPTY_VECTOR, meta);
    case VALUE_MAP:
        return is_nil(meta) ? empty_map : map_with_meta(p, empty_map, meta);
    case VALUE_SET:
        return is_nil(meta) ? empty_set : set_with_meta(p, empty_set, meta);
    case VALUE_SORTED:
        return sorted_empty(p, box_aux(c), OBJ(sorted, c)->compare, meta);
    case VALUE_SEQ:
        return is_nil(meta) || !is_list(c) ? EMPTY_LIST : mk_list(p, EMPTY_LIST, 0, meta);
    case VALUE_RECORD:
        return raise(p, E_TYPE_ERROR, "a record cannot be empty: %T", c);
    case VALUE_OTHER:
    case VALUE_NIL:
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
    return NIL;
}

/* --- into --- */

/* Adds x to the transient or list at ARG(0). False: pending; with *lazy a cell that must be forced first. */
static bool into_add(struct proc *p, term x, term *lazy)
{
    term to = ARG(0), r;
    *lazy = NIL;
    if (is_transient(to, TRANSIENT_VECTOR)) {
        r = tvec_conj(p, to, x);
    } else if (is_transient(to, TRANSIENT_SET)) {
        if (!key_ready(p, x, lazy))
            return false;
        *lazy = NIL;
        r = tmap_assoc(p, to, x, x);
    } else if (is_transient(to, TRANSIENT_MAP)) {
        if (!key_ready(p, vec_nth(x, 0), lazy))
            return false;
        *lazy = NIL;
        r = tmap_assoc(p, to, vec_nth(x, 0), vec_nth(x, 1));
    } else {
        r = coll_conj(p, to, x);
    }
    if (is_none(r))
        return false;
    ARG(0) = r;
    return true;
}
static term into_end(struct proc *p)
{
    term r = ARG(0);
    if (is_transient(r, TRANSIENT_VECTOR))
        r = vec_persistent(p, r);
    else if (is_transient(r, TRANSIENT_MAP))
        r = map_persistent(p, r);
    else if (is_transient(r, TRANSIENT_SET))
        r = set_persistent(p, r);
    if (is_none(r) || is_nil(ARG(2)))
        return r;
    return term_with_meta(p, r, ARG(2));
}
/*
 * (%into to from meta): to a vector, hash map, hash set, list or nil (or the transient of a call that met a lazy cell
 * and comes again, with what is left of from); the result gets the metadata. Elements of a map target are pairs.
 */
term native_into(struct proc *p, unsigned n)
{
    enum { INTO_BUDGET = 20000 };
    term to = ARG(0), s, lazy;
    enum value_kind kind = value_kind(to);
    if (kind == VALUE_VECTOR)
        to = vec_transient(p, to);
    else if (kind == VALUE_MAP)
        to = map_transient(p, to);
    else if (kind == VALUE_SET)
        to = set_transient(p, to);
    else if (!is_list(to) && !is_nil(to) && !is_type(to, T_TRANSIENT))
        return raise_arg(p, 0, "a vector, map, set or list");
    if (is_none(to))
        return NONE;
    ARG(0) = to;
    enum seq_status status = is_vector(ARG(1)) ? SEQ_OK : seq_of(p, ARG(1), &s, &lazy);
    if (status == SEQ_LAZY)
        return retry_after_force(p, lazy);
    if (status == SEQ_ERROR)
        return NONE;
    if (status == SEQ_END)
        return into_end(p);
    struct cursor c = cursor_at(is_vector(ARG(1)) ? ARG(1) : s);
    for (word count = 0;; count++) {
        struct cursor before = c;
        term x;
        status = cursor_next(&c, &x, &lazy);
        if (status == SEQ_END)
            break;
        ARG(1) = c.s;
        if (status == SEQ_OK && is_transient(ARG(0), TRANSIENT_MAP) && (!is_vector(x) || vec_count(x) != 2)) {
            if (!heap_reserve(p, CURSOR_REST_WORDS, &before.s))
                return NONE;
            return tail_call(p, SLOW_into_any, 3, ARG(0), cursor_rest(p, &before), ARG(2));
        }
        if (status == SEQ_OK && into_add(p, x, &lazy)) {
            c.s = ARG(1);
            if (count % 32 == 31)
                native_charge(p, 1);
            if (count < INTO_BUDGET)
                continue;
            if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
                return NONE;
            return tail_call(p, SLOW_into, 3, ARG(0), cursor_rest(p, &c), ARG(2));
        }
        if (status == SEQ_OK && is_nil(lazy))
            return NONE;
        if (!heap_reserve(p, CURSOR_REST_WORDS, &before.s, &lazy))
            return NONE;
        ARG(1) = cursor_rest(p, &before);
        return status == SEQ_OK ? retry_when_ready(p, lazy) : retry_after_force(p, lazy);
    }
    return into_end(p);
}

/* --- sorted collections --- */

/* The comparator ARG(0), nil for the default order. */
static term comparator_argument(struct proc *p)
{
    term f = ARG(0);
    if (!is_invocable(f) && !is_type(f, T_RECORD))
        return raise_arg(p, 0, "a function that compares");
    return same(f, var_root(SLOW_compare_fn)) ? NIL : f;
}
/* A new one with the elements (pairs) from argument `from` on. */
static term new_sorted(struct proc *p, bool set, term compare, unsigned from, unsigned n)
{
    unsigned step = set ? 1 : 2;
    if ((n - from) % step)
        return raise(p, E_ILLEGAL_ARGUMENT, "a map wants a value for each key");
    term s = sorted_empty(p, set, compare, NIL);
    if (is_none(s) || from == n)
        return s;
    SCRATCH(SCRATCH_COLL) = s;
    term more = list_from_args(p, from + step, n);
    s = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    if (is_none(more))
        return NONE;
    return sorted_do(p, s, SORTED_ASSOC, ARG(from), ARG(from + step - 1), more);
}
term native_sorted_map(struct proc *p, unsigned n)
{
    return new_sorted(p, false, NIL, 0, n);
}
term native_sorted_set(struct proc *p, unsigned n)
{
    return new_sorted(p, true, NIL, 0, n);
}
term native_sorted_map_by(struct proc *p, unsigned n)
{
    term compare = comparator_argument(p);
    return is_none(compare) ? NONE : new_sorted(p, false, compare, 1, n);
}
term native_sorted_set_by(struct proc *p, unsigned n)
{
    term compare = comparator_argument(p);
    return is_none(compare) ? NONE : new_sorted(p, true, compare, 1, n);
}
/* (%sorted-from sc key descending?): the elements from key on, or nil. */
term native_sorted_from(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_SORTED))
        return raise_arg(p, 0, "a sorted collection");
    return sorted_do(p, ARG(0), SORTED_SEEK, ARG(1), n == 3 ? ARG(2) : FALSE_TERM, NIL);
}
term native_sorted_comparator(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_SORTED))
        return raise_arg(p, 0, "a sorted collection");
    term f = OBJ(sorted, ARG(0))->compare;
    return is_nil(f) ? var_root(SLOW_compare_fn) : f;
}
