/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * map_natives.c: functions of lona.core that make hash maps and sets, and those on their transients. What works on
 * several kinds of collections (assoc, get, dissoc, contains? ...) is in seqs.c; conj! and assoc! are in vec_natives.c.
 */
#include "data/maps_impl.h"
#include "data/seqs.h"
#include "run/native.h"
#include "term/equal.h"

native_fn native_hash_map, native_map_literal, native_hash_set, native_set_literal, native_is_map, native_is_set,
    native_dissoc_t, native_disj_t;

/* True when every step-th argument from `from` on may be a key; else a retry is pending. */
static bool keys_ready(struct proc *p, unsigned from, unsigned step, unsigned n)
{
    for (unsigned i = from; i < n; i += step) {
        term lazy;
        if (!key_ready(p, ARG(i), &lazy)) {
            retry_when_ready(p, ARG(i));
            return false;
        }
    }
    return true;
}

static term map_of_args(struct proc *p, unsigned n, bool unique)
{
    if (n % 2)
        return raise(p, E_ILLEGAL_ARGUMENT, "No value supplied for key: %T", ARG(n - 1));
    if (!keys_ready(p, 0, 2, n))
        return NONE;
    return map_from_args(p, 0, n / 2, unique);
}

/* (hash-map & kvs), (array-map & kvs): the last of equal keys wins; order is kept up to 8 entries */
term native_hash_map(struct proc *p, unsigned n)
{
    return map_of_args(p, n, false);
}
/* (%map & kvs): a map literal, whose keys must differ */
term native_map_literal(struct proc *p, unsigned n)
{
    return map_of_args(p, n, true);
}

static term set_of_args(struct proc *p, unsigned n, bool unique)
{
    if (!n)
        return empty_set;
    if (!keys_ready(p, 0, 1, n))
        return NONE;
    term t = set_transient(p, empty_set);
    for (unsigned i = 0; i < n && !is_none(t); i++) {
        if (is_absent(tmap_get(t, ARG(i))))
            t = tmap_assoc(p, t, ARG(i), ARG(i));
        else if (unique)
            return raise(p, E_ILLEGAL_ARGUMENT, "Duplicate key: %T", ARG(i));
    }
    native_charge(p, n / 16);
    return is_none(t) ? NONE : set_persistent(p, t);
}

/* (hash-set & xs) */
term native_hash_set(struct proc *p, unsigned n)
{
    return set_of_args(p, n, false);
}
/* (%set & xs): a set literal, whose elements must differ */
term native_set_literal(struct proc *p, unsigned n)
{
    return set_of_args(p, n, true);
}

term native_is_map(struct proc *p, unsigned n)
{
    term t = ARG(0);
    enum value_kind kind = value_kind(t);
    return mk_bool(kind == VALUE_MAP || kind == VALUE_RECORD || (kind == VALUE_SORTED && !box_aux(t)));
}
term native_is_set(struct proc *p, unsigned n)
{
    term t = ARG(0);
    return mk_bool(is_set(t) || (is_type(t, T_SORTED) && box_aux(t) == 1));
}

/* Takes the keys ARG(1).. out of the transient ARG(0) of that kind. */
static term remove_keys(struct proc *p, unsigned n, enum transient_kind kind, const char *wanted)
{
    if (!is_transient(ARG(0), kind))
        return raise_arg(p, 0, wanted);
    if (is_none(transient_count(p, ARG(0))) || !keys_ready(p, 1, 1, n))
        return NONE;
    term t = ARG(0);
    for (unsigned i = 1; i < n && !is_none(t); i++)
        t = tmap_dissoc(p, t, ARG(i));
    return t;
}

/* (dissoc! t & keys) */
term native_dissoc_t(struct proc *p, unsigned n)
{
    return remove_keys(p, n, TRANSIENT_MAP, "a transient map");
}
/* (disj! t & xs) */
term native_disj_t(struct proc *p, unsigned n)
{
    return remove_keys(p, n, TRANSIENT_SET, "a transient set");
}
