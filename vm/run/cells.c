/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Atoms, volatiles, delays and reduced values. A cell in the shared area is a domain cell: what is put into it is
 * copied there first, then stored or exchanged in one atomic step. What calls user functions (validators, watches) is
 * Lonala's: core/cells.lona-s.
 */
#include "data/maps.h"
#include "data/seqs.h"
#include "pure.h"
#include "run/names.h"

native_fn native_atom, native_swap_old, native_vswap_old, native_reset, native_compare_and_set_raw,
    native_compare_and_set, native_validator, native_set_validator, native_watches, native_change_watches,
    native_is_atom, native_volatile, native_vreset, native_is_volatile, native_reduced, native_is_reduced,
    native_unreduced, native_ensure_reduced, native_delay, native_is_delay, native_force, native_deref;
step_fn step_atom_checked;

static bool is_atom(term t)
{
    return is_type(t, T_ATOM);
}
static term want_atom(struct proc *p)
{
    return raise_arg(p, 0, "an atom");
}

/* Workers count apart, from places far from each other. */
static unsigned cell_number(struct proc *p)
{
    return (p->worker->cells++ + p->worker->number * 40503u) % CELL_NUMBERS;
}

/* --- atoms --- */

/* (atom value :meta m :validator f) */
term native_atom(struct proc *p, unsigned n)
{
    if (n % 2 == 0)
        return raise(p, E_ILLEGAL_ARGUMENT, "atom wants a value for each option");
    if (!heap_reserve(p, 5))
        return NONE;
    term meta = NIL, validator = NIL;
    for (unsigned i = 1; i < n; i += 2) {
        if (same(ARG(i), K_meta))
            meta = ARG(i + 1);
        else if (same(ARG(i), K_validator))
            validator = ARG(i + 1);
        else
            return raise(p, E_ILLEGAL_ARGUMENT, "atom knows the options :meta and :validator, not %T", ARG(i));
    }
    struct obj_atom *a = (struct obj_atom *)heap_take_box(p, T_ATOM, cell_number(p), 4);
    a->value = ARG(0);
    a->meta = meta;
    a->validator = validator;
    a->watches = NIL;
    term atom = mk_box_ptr(a);
    return is_nil(validator) ? atom : tail_call(p, SLOW_atom_checked, 1, atom);
}
/* (%atom-checked atom): the atom, once its validator has accepted its value. */
enum { V_ATOM, V_STARTED };
enum step step_atom_checked(struct proc *p)
{
    const struct obj_atom *a = OBJ(atom, REG(V_ATOM));
    if (!is_truthy(REG(V_STARTED))) {
        REG(V_STARTED) = TRUE_TERM;
        return step_call(p, a->validator, 1, a->value);
    }
    if (is_truthy(p->result))
        return step_return(p, REG(V_ATOM));
    raise(p, E_ILLEGAL_STATE, "the validator of the atom refuses %T", a->value);
    return STEP_RAISE;
}
static bool is_plain(term atom)
{
    const struct obj_atom *a = OBJ(atom, atom);
    return is_nil(slot_read(&a->validator)) && is_nil(slot_read(&a->watches));
}
/* (%swap! atom), (%vswap! volatile): what swap! and vswap! change, whose names errors are told by */
term native_swap_old(struct proc *p, unsigned n)
{
    return is_atom(ARG(0)) ? slot_read(&OBJ(atom, ARG(0))->value) : want_atom(p);
}
term native_vswap_old(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_VOLATILE) ? slot_read(&OBJ(volatile, ARG(0))->value) : raise_arg(p, 0, "a volatile");
}
term native_reset(struct proc *p, unsigned n)
{
    if (!is_atom(ARG(0)))
        return want_atom(p);
    if (!is_plain(ARG(0)))
        return tail_slow(p, SLOW_reset);
    return cell_write(p, ARG(0), &OBJ(atom, ARG(0))->value, ARG(1)) ? ARG(1) : NONE;
}
/* (%compare-and-set! atom old new): without validator and watches. */
term native_compare_and_set_raw(struct proc *p, unsigned n)
{
    if (!is_atom(ARG(0)))
        return want_atom(p);
    return cell_change(p, ARG(0), &OBJ(atom, ARG(0))->value, ARG(1), ARG(2));
}
term native_compare_and_set(struct proc *p, unsigned n)
{
    if (!is_atom(ARG(0)))
        return want_atom(p);
    return is_plain(ARG(0)) ? native_compare_and_set_raw(p, n) : tail_slow(p, SLOW_compare_and_set);
}
term native_validator(struct proc *p, unsigned n)
{
    return is_atom(ARG(0)) ? slot_read(&OBJ(atom, ARG(0))->validator) : want_atom(p);
}
term native_set_validator(struct proc *p, unsigned n)
{
    if (!is_atom(ARG(0)))
        return want_atom(p);
    return cell_write(p, ARG(0), &OBJ(atom, ARG(0))->validator, ARG(1)) ? NIL : NONE;
}
/* Where the watches of an atom or var are; NULL: it is neither. */
static term *watches_slot(term t)
{
    return is_atom(t) ? &OBJ(atom, t)->watches : is_type(t, T_VAR) ? &OBJ(var, t)->watches : NULL;
}
term native_watches(struct proc *p, unsigned n)
{
    const term *slot = watches_slot(ARG(0));
    return slot ? slot_read(slot) : raise_arg(p, 0, "an atom or a var");
}
/* (%change-watches! ref old new): false when the watches are not old any more. */
term native_change_watches(struct proc *p, unsigned n)
{
    term *slot = watches_slot(ARG(0));
    return slot ? cell_change(p, ARG(0), slot, ARG(1), ARG(2)) : raise_arg(p, 0, "an atom or a var");
}
term native_is_atom(struct proc *p, unsigned n)
{
    return mk_bool(is_atom(ARG(0)));
}

/* --- volatiles, reduced values, delays --- */

static term new_box(struct proc *p, enum type type, unsigned aux)
{
    if (!heap_reserve(p, 2))
        return NONE;
    word *o = heap_take_box(p, type, aux, 1);
    o[1] = ARG(0).w;
    return mk_box_ptr(o);
}
term native_volatile(struct proc *p, unsigned n)
{
    return new_box(p, T_VOLATILE, cell_number(p));
}
term native_vreset(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_VOLATILE))
        return raise_arg(p, 0, "a volatile");
    return cell_write(p, ARG(0), &OBJ(volatile, ARG(0))->value, ARG(1)) ? ARG(1) : NONE;
}
term native_is_volatile(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_VOLATILE));
}
term native_reduced(struct proc *p, unsigned n)
{
    return new_box(p, T_REDUCED, 0);
}
term native_is_reduced(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_REDUCED));
}
term native_unreduced(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_REDUCED) ? OBJ(reduced, ARG(0))->value : ARG(0);
}
term native_ensure_reduced(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_REDUCED) ? ARG(0) : new_box(p, T_REDUCED, 0);
}
/* (%delay thunk): the body of delay. */
term native_delay(struct proc *p, unsigned n)
{
    if (!heap_reserve(p, 3))
        return NONE;
    struct obj_delay *d = (struct obj_delay *)heap_take_box(p, T_DELAY, 0, 2);
    d->thunk_or_value = ARG(0);
    d->number = mk_int((iword)((word)p->worker->number << 32 | p->worker->cells++));
    return mk_box_ptr(d);
}
term native_is_delay(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_DELAY));
}
term native_force(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_DELAY))
        return ARG(0);
    if (lazy_is_done(ARG(0)))
        return OBJ(delay, ARG(0))->thunk_or_value;
    return tail_call(p, SLOW_force_delay, 1, ARG(0));
}

/* --- deref --- */

term native_deref(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (n != 1) /* a time-out and what to return then */
        return tail_slow(p, SLOW_deref);
    if (is_box(t)) {
        switch (box_type(t)) {
        case T_ATOM:
            return slot_read(&OBJ(atom, t)->value);
        case T_VOLATILE:
            return slot_read(&OBJ(volatile, t)->value);
        case T_REDUCED:
            return OBJ(reduced, t)->value;
        case T_DELAY:
            return native_force(p, n);
        case T_VAR: {
            term value = var_value(p, t);
            return same(value, UNBOUND) ? raise(p, E_UNBOUND, "%T has no value", t) : value;
        }
        case T_RECORD:
            return tail_call(p, SLOW_deref, 1, t);
        default:
            break;
        }
    }
    return raise_arg(p, 0, "an atom, volatile, delay, var or reduced value");
}
