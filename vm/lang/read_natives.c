/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * read_natives.c: reading data from strings, and finding where forms end in a text that comes in pieces. Names are
 * looked up, not interned: no text can fill the table of names.
 */
#include "data/maps.h"
#include "data/str.h"
#include "lang/reader.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/vars.h"

/* The bytes of an argument, outside the heap: a long string's already are, as long as the argument is there. */
struct outside {
    const u8 *data;
    word bytes;
    u8 *copy; /* to be freed */
};

static bool outside(struct proc *p, unsigned i, struct outside *o)
{
    if (is_string(ARG(i))) {
        struct str_view v = str_view(ARG(i));
        *o = (struct outside){.data = v.data, .bytes = v.bytes};
    } else {
        struct bin_view v = bin_view(ARG(i));
        *o = (struct outside){.data = v.data, .bytes = v.bits / 8};
    }
    if (is_type(ARG(i), T_LSTRING) || is_type(ARG(i), T_LBINARY) || is_shared(ARG(i)))
        return true;
    o->copy = port_alloc(o->bytes + 1);
    if (!o->copy) {
        raise(p, E_OUT_OF_MEMORY, "no memory to read a text of %u bytes", (unsigned)o->bytes);
        return false;
    }
    memcpy(o->copy, o->data, o->bytes);
    o->data = o->copy;
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
    SCRATCH(SCRATCH_READER_FEATURES) = option(ARG(0), K_features);
    term form = read_string(p, 1, &r);
    SCRATCH(SCRATCH_READER_FEATURES) = NIL;
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

/* (%read-data s eof): edn; tagged literals, #inst and #uuid too, are left for the caller. */
term native_read_data(struct proc *p, unsigned n)
{
    struct reader r = {.line = 1, .column = 1, .tagged = true, .data_only = true};
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

/* (%read-complete? text): false when the text ends inside a form, so that a prompt asks for more. */
term native_read_complete(struct proc *p, unsigned n)
{
    struct outside o;
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    if (!outside(p, 0, &o))
        return NONE;
    struct reader r = {
        .text = o.data, .bytes = o.bytes, .line = 1, .column = 1, .ns = var_value(p, VAR_ns), .tagged = true};
    term form;
    enum read_status status;
    do
        status = read_form(p, &r, &form);
    while (status == READ_FORM);
    native_charge(p, r.at / 64);
    port_free(o.copy);
    return status == READ_MEMORY ? NONE : mk_bool(status != READ_INCOMPLETE);
}

/* Behind the form that was read, and behind the end of its line where only blanks are left of that. */
static void skip_line_end(struct reader *r)
{
    word at = r->at;
    while (at < r->bytes && (r->text[at] == ' ' || r->text[at] == '\t' || r->text[at] == '\r'))
        at++;
    if (at == r->bytes || r->text[at] != '\n')
        return;
    r->at = at + 1;
    r->line++;
    r->column = 1;
}
/*
 * (%next-form text line column): [offset line column] behind the first form of the text, whose place that is; behind
 * all of it where it cannot be read; nil when there is no form, or only the beginning of one.
 */
term native_next_form(struct proc *p, unsigned n)
{
    struct outside o;
    if (!is_string(ARG(0)) && !is_binary(ARG(0)))
        return raise_arg(p, 0, "a string or a binary");
    if (!is_int(ARG(1)) || !is_int(ARG(2)))
        return raise_arg(p, is_int(ARG(1)) ? 2 : 1, "a small integer");
    if (!outside(p, 0, &o))
        return NONE;
    struct reader r = {.text = o.data,
                       .bytes = o.bytes,
                       .line = (u32)int_value(ARG(1)),
                       .column = (u32)int_value(ARG(2)),
                       .ns = var_value(p, VAR_ns),
                       .tagged = true};
    term form;
    enum read_status status = read_form(p, &r, &form);
    native_charge(p, r.at / 64);
    if (status == READ_FORM)
        skip_line_end(&r);
    port_free(o.copy);
    if (status == READ_MEMORY)
        return NONE;
    if (status == READ_END || status == READ_INCOMPLETE)
        return NIL;
    if (!heap_reserve(p, 4))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 3);
    t->item[0] = mk_int((iword)(status == READ_FORM ? r.at : r.bytes));
    t->item[1] = mk_int(r.line);
    t->item[2] = mk_int(r.column);
    return mk_box_ptr(t);
}

/* --- brackets --- */

/* What a look at a text in pieces knows: how many brackets are open, what the next character is part of, and whether
 * anything but blanks and comments was there. */
enum bracket_mode { IN_CODE, IN_STRING, IN_STRING_ESCAPE, IN_COMMENT, IN_CHARACTER };
struct brackets {
    word open;
    enum bracket_mode mode;
    bool begun;
};
static enum bracket_mode look_at_code(struct brackets *b, u8 c)
{
    b->begun |= c > ' ' && c != ',' && c != ';';
    switch (c) {
    case '(':
    case '[':
    case '{':
        b->open++;
        return IN_CODE;
    case ')':
    case ']':
    case '}':
        b->open -= b->open > 0;
        return IN_CODE;
    case '"':
        return IN_STRING;
    case ';':
        return IN_COMMENT;
    case '\\':
        return IN_CHARACTER;
    default:
        return IN_CODE;
    }
}
static void look_at(struct brackets *b, u8 c)
{
    switch (b->mode) {
    case IN_CODE:
        b->mode = look_at_code(b, c);
        break;
    case IN_STRING:
        b->mode = c == '"' ? IN_CODE : c == '\\' ? IN_STRING_ESCAPE : IN_STRING;
        break;
    case IN_STRING_ESCAPE:
        b->mode = IN_STRING;
        break;
    case IN_COMMENT:
        b->mode = c == '\n' ? IN_CODE : IN_COMMENT;
        break;
    case IN_CHARACTER:
        b->mode = IN_CODE;
        break;
    }
}
/*
 * (%brackets state more): what a look at a text and then at `more` knows, as a number; state is what it knew before, 0
 * at the start. 0: only blanks and comments; 1: there may be a form, and none is open; more: one is. It takes a
 * fraction of what reading takes, and what was looked at is not looked at again. Wrong brackets are for the reader to
 * find.
 */
term native_brackets(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)) || int_value(ARG(0)) < 0)
        return raise_arg(p, 0, "what it answered before");
    if (!is_string(ARG(1)) && !is_binary(ARG(1)))
        return raise_arg(p, 1, "a string or a binary");
    word state = (word)int_value(ARG(0)), bytes;
    struct brackets b = {.open = state >> 4, .mode = (enum bracket_mode)(state >> 1 & 7), .begun = state & 1};
    const u8 *text;
    if (is_string(ARG(1))) {
        struct str_view v = str_view(ARG(1));
        text = v.data;
        bytes = v.bytes;
    } else {
        struct bin_view v = bin_view(ARG(1));
        text = v.data;
        bytes = v.bits / 8;
    }
    for (word i = 0; i < bytes; i++)
        look_at(&b, text[i]);
    native_charge(p, bytes / 1024);
    return mk_int((iword)(b.open << 4 | (word)b.mode << 1 | b.begun));
}
