/* SPDX-License-Identifier: GPL-3.0-only */
/* Kinds of values for patterns, and the natives that ask what a value is. */
#include "run/kinds.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "run/names.h"
#include "term/equal.h"

bool kind_is(term t, unsigned kind)
{
    switch ((enum kind)kind) {
    case KIND_VECTOR:
        return is_vector(t);
    case KIND_MAP:
        return is_map(t) || is_record(t) || is_sorted_map(t);
    case KIND_SET:
        return is_set(t) || is_sorted_set(t);
    case KIND_SEQUENTIAL:
        return is_sequential(t);
    case KIND_STRING:
        return is_string(t);
    case KIND_SYMBOL:
        return is_symbol(t);
    case KIND_KEYWORD:
        return is_keyword(t);
    case KIND_INTEGER:
        return is_integer(t);
    case KIND_NUMBER:
        return is_number(t);
    case KIND_BINARY:
        return is_binary(t);
    case KIND_RECORD:
        return is_record(t);
    case N_KINDS:
        break;
    }
    return false;
}

/* --- natives --- */

#define PREDICATE(name, condition)        \
    native_fn name;                       \
    term name(struct proc *p, unsigned n) \
    {                                     \
        term t = ARG(0);                  \
        return mk_bool(condition);        \
    }
static bool is_name(term t)
{
    return is_symbol(t) || is_keyword(t);
}
static bool qualified(term t)
{
    return !is_nil(OBJ(symbol, t)->ns);
}
term native_is_ifn(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_RECORD) ? tail_slow(p, SLOW_record_ifn) : mk_bool(is_invocable(ARG(0)));
}
PREDICATE(native_is_nil, is_nil(t))
PREDICATE(native_is_some, !is_nil(t))
PREDICATE(native_is_true, same(t, TRUE_TERM))
PREDICATE(native_is_false, same(t, FALSE_TERM))
PREDICATE(native_is_boolean, is_bool(t))
PREDICATE(native_is_any, !is_none(t))
PREDICATE(native_not, !is_truthy(t))
PREDICATE(native_boolean, is_truthy(t))
PREDICATE(native_is_char, is_char(t))
PREDICATE(native_is_string, is_string(t))
PREDICATE(native_is_symbol, is_symbol(t))
PREDICATE(native_is_keyword, is_keyword(t))
PREDICATE(native_is_ident, is_name(t))
PREDICATE(native_is_simple_symbol, is_symbol(t) && !qualified(t))
PREDICATE(native_is_qualified_symbol, is_symbol(t) && qualified(t))
PREDICATE(native_is_simple_keyword, is_keyword(t) && !qualified(t))
PREDICATE(native_is_qualified_keyword, is_keyword(t) && qualified(t))
PREDICATE(native_is_simple_ident, is_name(t) && !qualified(t))
PREDICATE(native_is_qualified_ident, is_name(t) && qualified(t))
PREDICATE(native_is_fn, is_function(t))
PREDICATE(native_is_var, is_type(t, T_VAR))
PREDICATE(native_is_uuid, is_type(t, T_UUID))
PREDICATE(native_is_inst, is_type(t, T_INST))
