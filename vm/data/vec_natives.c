/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vec_natives.c: functions of lona.core on vectors, and those that all transients share. What also works on other
 * collections (conj, nth, get, count, pop ...) is in seqs.c.
 */
#include "data/maps.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "run/names.h"
#include "run/native.h"
#include "term/equal.h"

native_fn native_vector, native_is_vector, native_subvec, native_transient, native_persistent, native_conj_t,
    native_assoc_t, native_pop_t, native_is_transient, native_array_of;

term native_vector(struct proc *p, unsigned n)
{
    return vec_from_args(p, n);
}

term native_is_vector(struct proc *p, unsigned n)
{
    return mk_bool(is_vector(ARG(0)));
}

/* (subvec v from to?) */
term native_subvec(struct proc *p, unsigned n)
{
    if (!is_vector(ARG(0)))
        return raise_arg(p, 0, "a vector");
    word count = vec_count(ARG(0));
    term from = ARG(1), to = n > 2 ? ARG(2) : mk_int((iword)count);
    if (!is_int(from) || !is_int(to))
        return raise_index(p, is_int(from) ? to : from);
    if (int_value(from) < 0 || int_value(to) < int_value(from) || (word)int_value(to) > count)
        return raise(p, E_RANGE_ERROR, "subvec from %T to %T is not inside a vector of %lu elements", from, to,
                     (unsigned long)count);
    return vec_subvec(p, ARG(0), (word)int_value(from), (word)int_value(to));
}

/* (%array-of n init): a transient vector of n times init, for algorithms on arrays */
term native_array_of(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)))
        return raise_arg(p, 0, "an integer");
    if (int_value(ARG(0)) < 0)
        return raise(p, E_RANGE_ERROR, "a vector cannot have %T elements", ARG(0));
    return tvec_filled(p, (word)int_value(ARG(0)), ARG(1));
}

/* --- transients --- */

/* True when ARG(0) is a transient in use; else a condition is pending. */
static bool transient_in_use(struct proc *p)
{
    if (!is_type(ARG(0), T_TRANSIENT))
        raise_arg(p, 0, "a transient");
    else
        return !is_none(transient_count(p, ARG(0)));
    return false;
}

term native_is_transient(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_TRANSIENT));
}

term native_transient(struct proc *p, unsigned n)
{
    term c = ARG(0);
    if (is_box(c)) {
        if (is_vector(c))
            return vec_transient(p, c);
        if (is_map(c))
            return map_transient(p, c);
        if (is_set(c))
            return set_transient(p, c);
    }
    return raise_arg(p, 0, "a vector, hash map or hash set");
}

term native_persistent(struct proc *p, unsigned n)
{
    if (!transient_in_use(p))
        return NONE;
    switch ((enum transient_kind)box_aux(ARG(0))) {
    case TRANSIENT_VECTOR:
        return vec_persistent(p, ARG(0));
    case TRANSIENT_MAP:
        return map_persistent(p, ARG(0));
    case TRANSIENT_SET:
        break;
    }
    return set_persistent(p, ARG(0));
}

/* The entries of the map ARG(1) go into the transient map ARG(0). The place is kept in a cons cell meanwhile. */
static term conj_map(struct proc *p)
{
    term at = NIL;
    for (word done = 0, n = map_count(ARG(1)); done < n; done++) {
        if (!heap_reserve(p, MAP_STEP_WORDS + CONS_WORDS, &at))
            return NONE;
        struct map_pos pos;
        if (done == 0) {
            map_seq_first(p, ARG(1), &pos);
        } else {
            pos = (struct map_pos){cons_head(at), cons_tail(at)};
            map_seq_next(p, ARG(1), &pos);
        }
        term key, value;
        map_seq_entry(ARG(1), &pos, &key, &value);
        SCRATCH(SCRATCH_COLL) = mk_cons(p, pos.position, pos.extra);
        term t = tmap_assoc(p, ARG(0), key, value);
        at = SCRATCH(SCRATCH_COLL);
        SCRATCH(SCRATCH_COLL) = NIL;
        if (is_none(t))
            return NONE;
    }
    native_charge(p, map_count(ARG(1)) / 16);
    return ARG(0);
}

/* What conj! onto a map takes besides nil: an entry [k v], or a map. */
static term conj_entry(struct proc *p)
{
    term x = ARG(1), lazy;
    if (is_nil(x))
        return ARG(0);
    if (is_map(x))
        return conj_map(p);
    if (may_hold_entries(x))
        return tail_call(p, SLOW_conj_entries, 2, ARG(0), x);
    if (!is_vector(x))
        return raise_arg(p, 1, "a map or a vector of key and value");
    if (vec_count(x) != 2)
        return raise(p, E_ILLEGAL_ARGUMENT, "an entry of a map is a vector of key and value, not %T", x);
    if (!key_ready(p, vec_nth(x, 0), &lazy))
        return retry_when_ready(p, vec_nth(x, 0));
    return tmap_assoc(p, ARG(0), vec_nth(x, 0), vec_nth(x, 1));
}

/* (conj!) (conj! t) (conj! t x) */
term native_conj_t(struct proc *p, unsigned n)
{
    term lazy;
    if (n == 0)
        return vec_transient(p, EMPTY_VECTOR);
    if (n == 1)
        return ARG(0);
    if (!transient_in_use(p))
        return NONE;
    switch ((enum transient_kind)box_aux(ARG(0))) {
    case TRANSIENT_VECTOR:
        return tvec_conj(p, ARG(0), ARG(1));
    case TRANSIENT_MAP:
        return conj_entry(p);
    case TRANSIENT_SET:
        break;
    }
    if (!key_ready(p, ARG(1), &lazy))
        return retry_when_ready(p, ARG(1));
    term x = ARG(1);
    return is_absent(tmap_get(ARG(0), x)) ? tmap_assoc(p, ARG(0), x, x) : ARG(0);
}

/* Checks the keys of assoc!: all indices before anything is written. n is the number of arguments. */
static bool indices_fit(struct proc *p, unsigned n)
{
    word count = OBJ(transient, ARG(0))->count;
    for (unsigned i = 1; i < n; i += 2) {
        if (!is_int(ARG(i))) {
            raise(p, E_ILLEGAL_ARGUMENT, "the key of an element of a vector is an integer, not %T", ARG(i));
            return false;
        }
        if ((word)int_value(ARG(i)) > count) {
            raise(p, E_RANGE_ERROR, "index %T is out of bounds of a transient vector of %lu elements", ARG(i),
                  (unsigned long)count);
            return false;
        }
        count += (word)int_value(ARG(i)) == count;
    }
    return true;
}

/* (assoc! t k v & kvs); a value that is missing at the end is nil, as in Clojure */
term native_assoc_t(struct proc *p, unsigned n)
{
    term lazy;
    if (!transient_in_use(p))
        return NONE;
    bool vector = box_aux(ARG(0)) == TRANSIENT_VECTOR;
    if (box_aux(ARG(0)) == TRANSIENT_SET)
        return raise_arg(p, 0, "a transient vector or map");
    if (vector && !indices_fit(p, n))
        return NONE;
    for (unsigned i = 1; i < n && !vector; i += 2) {
        if (!key_ready(p, ARG(i), &lazy))
            return retry_when_ready(p, ARG(i));
    }
    term t = ARG(0);
    for (unsigned i = 1; i < n && !is_none(t); i += 2) {
        term value = i + 1 < n ? ARG(i + 1) : NIL;
        t = vector ? tvec_assoc(p, t, (word)int_value(ARG(i)), value) : tmap_assoc(p, t, ARG(i), value);
    }
    return t;
}

term native_pop_t(struct proc *p, unsigned n)
{
    if (!transient_in_use(p))
        return NONE;
    if (box_aux(ARG(0)) != TRANSIENT_VECTOR)
        return raise_arg(p, 0, "a transient vector");
    if (OBJ(transient, ARG(0))->count == 0)
        return raise(p, E_ILLEGAL_STATE, "pop! of an empty vector");
    return tvec_pop(p, ARG(0));
}
