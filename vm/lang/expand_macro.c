/* SPDX-License-Identifier: GPL-3.0-only */
/* One macro call at a time: realising the form, calling the macro (in C at once), positions of what it returns. */
#include "lang/expand.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "lang/reader.h"
#include "lang/spine.h"
#include "lang/words.h"
#include "pure.h"
#include "run/names.h"
#include "run/vars.h"

#define MAX_FORM_ELEMENTS (1 << 24)
#define LIST_WORDS 4
#define MAX_EXPANSIONS 10000 /* of one form, each a macro call again: it goes round in circles */

term current_namespace(struct proc *p)
{
    term ns = var_value(p, VAR_ns);
    return is_type(ns, T_NS) ? ns : NS_core;
}

/* --- positions ----------------------------------------------------------------------------------------------- */

term position_within(term form, term at)
{
    u32 line, column;
    if (!text_position(form, -1, &line, &column))
        return at;
    return position_pack(line, column);
}

term list_at(struct proc *p, term cells, u32 line, u32 column)
{
    u32 *position = (u32 *)(heap_take_box(p, T_BYTES, 0, 1) + 1);
    position[0] = line;
    position[1] = column;
    struct obj_list *list = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
    list->cells = cells;
    list->count = mk_int(spine_count(cells));
    list->meta = mk_box_ptr((word *)position - 1);
    return mk_box_ptr(list);
}

/* --- realising ----------------------------------------------------------------------------------------------- */

bool is_realised_list(term form)
{
    return spine_count(form) >= 0;
}

/* X_FORM is a sequence with lazy or other parts: it becomes a plain list, then mode back goes on. */
enum progress start_realising(struct proc *p, enum mode back)
{
    REG(X_BACK) = mk_int(back);
    REG(X_REST) = REG(X_FORM);
    REG(X_CALL) = NIL;
    REG(X_CALL_ENV) = mk_int(0);
    set_mode(p, MODE_REALISE);
    return GO_ON;
}

/* Elements are gathered, the last one first, in X_CALL, their number in X_CALL_ENV. */
enum progress realise(struct proc *p)
{
    iword n = int_value(REG(X_CALL_ENV));
    for (unsigned budget = 10000; budget; budget--) {
        term s = REG(X_REST), x = NIL, lazy = NIL;
        enum seq_status status = seq_step(p, &s, &x, &lazy);
        REG(X_REST) = s;
        if (status == SEQ_LAZY) {
            REG(X_CALL_ENV) = mk_int(n);
            step_call(p, SLOW_force, 1, lazy);
            return CALLED;
        }
        if (status == SEQ_ERROR)
            return RAISED;
        if (status == SEQ_END) {
            if (!heap_reserve(p, CONS_WORDS * n + LIST_WORDS))
                return RAISED;
            term cells = EMPTY_LIST;
            for (term l = REG(X_CALL); is_cons(l); l = cons_tail(l))
                cells = mk_cons(p, cons_head(l), cells);
            REG(X_FORM) = cells;
            REG(X_REST) = REG(X_CALL) = NIL;
            REG(X_MODE) = REG(X_BACK);
            return GO_ON;
        }
        if (++n > MAX_FORM_ELEMENTS) {
            raise(p, E_COMPILE_ERROR, "a form of more than %d elements", MAX_FORM_ELEMENTS);
            return RAISED;
        }
        if (!heap_reserve(p, CONS_WORDS, &x))
            return RAISED;
        REG(X_CALL) = mk_cons(p, x, REG(X_CALL));
    }
    REG(X_CALL_ENV) = mk_int(n);
    native_charge(p, 500);
    return GO_ON;
}

/* --- macro calls --------------------------------------------------------------------------------------------- */

/* The rest of the cells as cons cells only, which is what a call spreads. NONE: pending. MAY_GC */
static term plain_cells(struct proc *p, term cells)
{
    term l = cells;
    while (is_cons(l))
        l = cons_tail(l);
    if (is_nil(l) || same(l, EMPTY_LIST))
        return cells;
    iword n = spine_count(cells);
    if (!heap_reserve(p, CONS_WORDS * n, &cells))
        return NONE;
    struct cons *last = NULL;
    term first = NIL;
    for (term c = spine_cell(cells); is_cons(c); c = spine_next(c)) {
        term cell = mk_cons(p, cons_head(c), NIL);
        if (last)
            last->tail = cell;
        else
            first = cell;
        last = cons_ptr(cell);
    }
    return first;
}

static enum progress call_macro(struct proc *p, term macro)
{
    REG(X_CALLED) = REG(X_FORM);
    iword times = is_nil(REG(X_TIMES)) ? 0 : int_value(REG(X_TIMES));
    if (times == MAX_EXPANSIONS) {
        raise(p, E_COMPILE_ERROR, "macros expand to macro calls without end: %d for one form", MAX_EXPANSIONS);
        return RAISED;
    }
    REG(X_TIMES) = mk_int(times + 1);
    set_mode(p, MODE_EXPANDED);
    if (is_type(macro, T_NATIVE) && OBJ(native, macro)->desc->fn) {
        REG(X_FN) = macro;
        REG(X_CALL) = REG(X_FORM);
        REG(X_CALL_ENV) = REG(X_ENV);
        p->args = &REG(X_CALL);
        p->nargs = 2;
        term result = OBJ(native, macro)->desc->fn(p, 2);
        p->nargs = 0;
        p->args = p->fp;
        if (!is_none(result)) {
            p->result = result;
            return take_expansion(p);
        }
        if (p->pending == PENDING_TAIL) { /* something is to be forced; then it is called again */
            p->pending = PENDING_NOTHING;
            return CALLED;
        }
        return RAISED;
    }
    term args = plain_cells(p, spine_next(spine_cell(REG(X_FORM))));
    if (is_none(args))
        return RAISED;
    REG(X_REST) = args;
    step_call(p, REG(X_FN), 2, REG(X_FORM), REG(X_ENV));
    p->worker->tail.spread = REG(X_REST);
    REG(X_REST) = NIL;
    return CALLED;
}

static bool is_interop(struct str_view name)
{
    return name.bytes > 1 && ((name.data[0] == '.' && name.data[1] != '.') || name.data[name.bytes - 1] == '.');
}

enum progress expand_macro_call(struct proc *p)
{
    term head = cons_head(spine_cell(REG(X_FORM)));
    if (!is_symbol(head))
        return NO_MACRO;
    bool plain = is_nil(OBJ(symbol, head)->ns);
    if (plain && !is_nil(REG(X_ENV)) && !is_absent(map_get(REG(X_ENV), head)))
        return NO_MACRO;
    term var = ns_resolve(REG(X_NS), head);
    if (!is_absent(var) && is_type(var, T_VAR)) {
        if (!var_is(var, VAR_MACRO))
            return NO_MACRO;
        if (var_is(var, VAR_PRIVATE) && !same(OBJ(var, var)->ns, REG(X_NS))) {
            raise(p, E_COMPILE_ERROR, "%T is private to its namespace", head);
            return RAISED;
        }
        term macro = var_root(var);
        if (same(macro, UNBOUND)) {
            raise(p, E_COMPILE_ERROR, "the macro %T has no value yet", head);
            return RAISED;
        }
        REG(X_FN) = macro;
        return call_macro(p, macro);
    }
    if (plain && (is_interop(str_view(OBJ(symbol, head)->name)) || same(head, W(new)) || same(head, W(dot)))) {
        REG(X_FN) = var_root(SLOW_interop);
        if (!same(REG(X_FN), UNBOUND))
            return call_macro(p, REG(X_FN));
        REG(X_CALLED) = REG(X_FORM); /* core itself is being loaded */
        raise(p, E_COMPILE_ERROR, "there are no host objects and methods here: (%T ...)", head);
        return RAISED;
    }
    return NO_MACRO;
}

/* --- expansions ---------------------------------------------------------------------------------------------- */

enum progress take_expansion(struct proc *p)
{
    REG(X_FORM) = p->result;
    if (is_seq(REG(X_FORM)) && !is_realised_list(REG(X_FORM)))
        return start_realising(p, MODE_INHERIT);
    return inherit_position(p);
}

bool inherit_place(struct proc *p, unsigned i, term at)
{
    u32 line, column, here;
    term form = REG(i);
    if (!position_unpack(at, &line, &column))
        return true;
    bool bare = is_cons(form) ||
                (is_type(form, T_LIST) && (is_nil(OBJ(list, form)->meta) || is_type(OBJ(list, form)->meta, T_BYTES)));
    if (!bare || text_position(form, -1, &here, &here))
        return true;
    if (!heap_reserve(p, LIST_AT_WORDS))
        return false;
    form = REG(i);
    REG(i) = list_at(p, is_cons(form) ? form : OBJ(list, form)->cells, line, column);
    return true;
}

/* An expansion without a position gets the macro call's. */
enum progress inherit_position(struct proc *p)
{
    term at = position_within(REG(X_CALLED), REG(X_AT));
    REG(X_CALLED) = NIL;
    set_mode(p, MODE_FORM);
    return inherit_place(p, X_FORM, at) ? GO_ON : RAISED;
}
