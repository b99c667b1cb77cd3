/* SPDX-License-Identifier: GPL-3.0-only */
/* Dynamic bindings as values: what is bound here, and calling a function under bindings known only at run time. */
#include "data/maps.h"
#include "run/chain.h"
#include "run/names.h"
#include "run/native.h"

native_fn native_bindings;
step_fn step_with_binding;

/* (%bindings): the map from dynamic vars to the values they are bound to here. */
term native_bindings(struct proc *p, unsigned n)
{
    term map = empty_map;
    for (word at = p->chain; at && !is_none(map); at = chain_prev(chain_record(p, at))) {
        const term *record = chain_record(p, at);
        if (chain_record_kind(record) != CHAIN_BINDING || !is_absent(map_get(map, record[-CHAIN_PAYLOAD])))
            continue;
        map = map_assoc(p, map, record[-CHAIN_PAYLOAD], record[-CHAIN_EXTRA]);
    }
    return map;
}

/* (%with-binding var value f): calls f while the var is bound to the value. */
enum { W_VAR, W_VALUE, W_FUNCTION, W_RECORD };
enum step step_with_binding(struct proc *p)
{
    if (!is_nil(REG(W_RECORD + CHAIN_INFO))) {
        p->chain = (word)int_value(REG(W_RECORD + CHAIN_PREV));
        return step_return(p, p->result);
    }
    term var = REG(W_VAR);
    if (!is_type(var, T_VAR) || !var_is(var, VAR_DYNAMIC)) {
        raise(p, E_ILLEGAL_STATE, "%T cannot be bound: it is no dynamic var", var);
        return STEP_RAISE;
    }
    REG(W_RECORD + CHAIN_PREV) = mk_int((iword)p->chain);
    REG(W_RECORD + CHAIN_INFO) = mk_int((iword)chain_with_reg(CHAIN_BINDING, W_RECORD));
    REG(W_RECORD + CHAIN_PAYLOAD) = var;
    REG(W_RECORD + CHAIN_EXTRA) = REG(W_VALUE);
    p->chain = (word)(proc_stack_end(p) - &REG(W_RECORD));
    return step_call(p, REG(W_FUNCTION), 0);
}
