/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * read_natives.c: reading data from strings. Names are looked up, not interned: no text can fill the table of names.
 */
#include "data/maps.h"
#include "data/str.h"
#include "lang/reader.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/vars.h"

/* The bytes of a string argument, outside the heap: a long string's already are, as long as the argument is there. */
struct outside {
    const u8 *data;
    word bytes;
    u8 *copy; /* to be freed */
};

static bool outside(struct proc *p, unsigned i, struct outside *o)
{
    struct str_view v = str_view(ARG(i));
    *o = (struct outside){.data = v.data, .bytes = v.bytes};
    if (is_type(ARG(i), T_LSTRING) || is_shared(ARG(i)))
        return true;
    o->data = o->copy = port_alloc(v.bytes + 1);
    if (!o->copy) {
        raise(p, E_OUT_OF_MEMORY, "no memory to read a string of %u bytes", (unsigned)v.bytes);
        return false;
    }
    memcpy(o->copy, v.data, v.bytes);
    return true;
}

static term read_error(struct proc *p, const struct reader *r)
{
    return raise(p, E_READ_ERROR, "line %u, column %u: %s", r->error_line, r->error_column, r->error);
}

/* The first form of the string ARG(i) after the byte r->at; ABSENT: there is none. Leaves r behind it. */
static term read_string(struct proc *p, unsigned i, struct reader *r)
{
    struct outside o;
    if (!is_string(ARG(i)))
        return raise_arg(p, i, "a string");
    if (!outside(p, i, &o))
        return NONE;
    r->text = o.data;
    r->bytes = o.bytes;
    r->ns = var_value(p, VAR_ns);
    term form = NONE;
    enum read_status status = read_form(p, r, &form);
    native_charge(p, r->at / 64);
    port_free(o.copy);
    switch (status) {
    case READ_FORM:
        return form;
    case READ_END:
        return ABSENT;
    case READ_INCOMPLETE:
    case READ_ERROR:
        return read_error(p, r);
    case READ_MEMORY:
        break;
    }
    return NONE;
}

static term option(term options, term key)
{
    term value = is_map(options) ? map_get(options, key) : ABSENT;
    return is_absent(value) ? NIL : value;
}
static enum conditionals conditionals_of(term options)
{
    term how = option(options, K_read_cond);
    return same(how, K_allow) ? CONDITIONALS_CHOSEN : same(how, K_preserve) ? CONDITIONALS_KEPT : CONDITIONALS_REFUSED;
}
/* (%read-string options s tagged?): a form with tagged literals in it, #inst and #uuid too where tagged? holds, is
 * wrapped in a reduced. */
term native_read_string(struct proc *p, unsigned n)
{
    struct reader r = {.line = 1, .column = 1, .tagged = is_truthy(ARG(2)), .conditionals = conditionals_of(ARG(0))};
    if (!is_nil(ARG(0)) && !is_map(ARG(0)))
        return raise_arg(p, 0, "a map of options");
    term form = read_string(p, 1, &r);
    if (is_absent(form)) {
        term eof = option(ARG(0), K_eof);
        bool none = is_nil(eof) && (!is_map(ARG(0)) || is_absent(map_get(ARG(0), K_eof)));
        return none || same(eof, K_eofthrow) ? raise(p, E_READ_ERROR, "EOF while reading: the string holds no form")
                                             : eof;
    }
    if (is_none(form) || !r.made_tagged)
        return form;
    if (!heap_reserve(p, 2, &form))
        return NONE;
    struct obj_reduced *o = (struct obj_reduced *)heap_take_box(p, T_REDUCED, 0, 1);
    o->value = form;
    return mk_box_ptr(o);
}

/* (%read-data s eof): tagged literals, #inst and #uuid too, are left for the caller. */
term native_read_data(struct proc *p, unsigned n)
{
    struct reader r = {.line = 1, .column = 1, .tagged = true};
    term form = read_string(p, 0, &r);
    return is_absent(form) ? ARG(1) : form;
}

/* (%read-from s offset): [form offset-behind-it] for the first form from that byte on, nil when there is none. */
term native_read_from(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    if (!is_int(ARG(1)) || int_value(ARG(1)) < 0 || (word)int_value(ARG(1)) > v.bytes)
        return raise_arg(p, 1, "an offset in the string");
    struct reader r = {.line = 1, .column = 1, .at = (word)int_value(ARG(1))};
    term form = read_string(p, 0, &r);
    if (is_none(form) || is_absent(form))
        return is_none(form) ? NONE : NIL;
    if (!heap_reserve(p, 3, &form))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = form;
    t->item[1] = mk_int((iword)r.at);
    return mk_box_ptr(t);
}
