/* SPDX-License-Identifier: GPL-3.0-only */
/* Functions that compiled code calls for what is no instruction. */
#include "data/maps.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "run/names.h"
#include "run/native.h"

/* (%vec-from v n): the elements from n on; n <= count. */
term native_vec_from(struct proc *p, unsigned n)
{
    word from = (word)int_value(ARG(1));
    if (!is_vector(ARG(0)) || !is_int(ARG(1)) || from > vec_count(ARG(0)))
        return raise_arg(p, 0, "a vector that is long enough");
    return vec_subvec(p, ARG(0), from, vec_count(ARG(0)));
}

/* (%vec-into v chunk): v with the elements of a vector of up to 32. */
term native_vec_into(struct proc *p, unsigned n)
{
    if (!is_vector(ARG(0)) || !is_type(ARG(1), T_TUPLE))
        return raise_arg(p, 0, "a vector");
    for (word i = 0; i < tuple_count(ARG(1)); i++) {
        term v = vec_conj(p, ARG(0), OBJ(tuple, ARG(1))->item[i]);
        if (is_none(v))
            return NONE;
        ARG(0) = v;
    }
    return ARG(0);
}

term native_match_error(struct proc *p, unsigned n)
{
    return raise(p, E_MATCH_ERROR, "no pattern matches %T", ARG(0));
}

/* (%kwargs xs): what & {...} destructures: the map of keys and values xs, with a map in the last place added to it. */
term native_kwargs(struct proc *p, unsigned n)
{
    term cells, lazy, m = empty_map;
    word count;
    if (!is_seq(ARG(0)))
        return ARG(0);
    enum seq_status status = list_of(p, ARG(0), &cells, &count, &lazy);
    if (status != SEQ_OK)
        return status == SEQ_LAZY ? retry_after_force_all(p, lazy) : NONE;
    ARG(0) = cells;
    while (is_cons(ARG(0)) && is_cons(cons_tail(ARG(0)))) {
        term key = cons_head(ARG(0)), value = cons_tail(ARG(0));
        ARG(0) = cons_tail(value);
        m = map_assoc(p, m, key, cons_head(value));
        if (is_none(m))
            return NONE;
    }
    if (!is_cons(ARG(0)))
        return m;
    term last = cons_head(ARG(0));
    if (!is_map(last) && !is_nil(last))
        return raise(p, E_ILLEGAL_ARGUMENT, "no value for the key %T", last);
    return tail_call(p, ns_intern(NS_core, intern_symbol(NULL, 0, "merge", 5)), 2, m, last);
}
