/* SPDX-License-Identifier: GPL-3.0-only */
/* arity.c: what a call with a wrong number of arguments is told. */
#include "run/arity.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/vectors.h"
#include "lang/code.h"
#include "lang/printer.h"
#include "lang/spine.h"
#include "pure.h"
#include "run/names.h"
#include "run/ns.h"

/* "1", "1 or 2", "0, 2 or 3 or more": counts are added in rising order. */
struct counts {
    char text[120];
    unsigned used;
    unsigned last; /* the count not yet written, plus one; 0: none */
    unsigned hidden;
};

static void put(struct counts *c, const char *before, const char *after)
{
    unsigned n = c->last - 1;
    n = n > c->hidden ? n - c->hidden : 0;
    if (c->used + 24 < sizeof c->text)
        c->used += (unsigned)snprintf(c->text + c->used, sizeof c->text - c->used, "%s%u%s", before, n, after);
}
static void add(struct counts *c, unsigned n)
{
    if (c->last && c->last != n + 1)
        put(c, c->used ? ", " : "", "");
    c->last = n + 1;
}
static void finish(struct counts *c, bool more)
{
    if (c->last)
        put(c, c->used ? " or " : "", more ? " or more" : "");
}

static void counts_of_code(struct counts *c, const struct code *code)
{
    add(c, code->nargs);
    finish(c, code->flags & CODE_VARIADIC);
}
static void counts_of_fn(struct counts *c, term f)
{
    const word *code = fn_code(f);
    if (hdr_type(*code) != T_ARITIES) {
        counts_of_code(c, (const struct code *)code);
        return;
    }
    const struct obj_arities *a = (const struct obj_arities *)code;
    for (word n = 0; n + 1 < hdr_words(a->hdr); n++)
        if (!is_nil(a->fixed[n]))
            add(c, (unsigned)n);
    if (is_nil(a->variadic))
        finish(c, false);
    else
        counts_of_code(c, code_ptr(a->variadic));
}
static void counts_of_native(struct counts *c, const struct native_desc *d)
{
    for (unsigned n = d->min_args; d->max_args != MANY && n <= d->max_args; n++)
        add(c, n);
    if (d->max_args == MANY)
        add(c, d->min_args);
    finish(c, d->max_args == MANY);
}

/* The var that the function is the value of, or ABSENT. */
static term var_of(term f)
{
    term name = is_type(f, T_FN) ? fn_some_code(f)->name : NIL;
    if (!is_symbol(name) || is_nil(OBJ(symbol, name)->ns))
        return ABSENT;
    term var = ns_resolve(NS_core, name);
    return !is_absent(var) && is_type(var, T_VAR) && same(var_root(var), f) ? var : ABSENT;
}
/* ": (f x) or (f x y)" for the argument lists that a definition noted; nothing where they are not known or many. */
#define SHOWN_BYTES 160
static void put_calls(struct buf *b, term var)
{
    struct print_options o = {.readable = true, .force_not = true, .length = 12, .level = 2, .max_bytes = SHOWN_BYTES};
    term meta = slot_read(&OBJ(var, var)->meta), stopped;
    term lists = is_map(meta) ? map_get(meta, K_arglists) : NIL;
    if (spine_count(lists) < 1)
        return;
    for (term c = spine_cell(lists); is_cons(c); c = spine_next(c)) {
        if (!is_vector(cons_head(c)) || b->count > SHOWN_BYTES) {
            buf_text(b, " ...");
            return;
        }
        buf_text(b, b->count ? " or (" : ": (");
        print_term(b, OBJ(var, var)->name, &o, &stopped);
        for (word i = 0; i < vec_count(cons_head(c)); i++) {
            buf_byte(b, ' ');
            print_term(b, vec_nth(cons_head(c), i), &o, &stopped);
        }
        buf_byte(b, ')');
    }
}

/* A macro's first two arguments, the form and the environment, are not the user's. */
static bool is_macro(term var)
{
    return !is_absent(var) && var_is(var, VAR_MACRO);
}

term raise_arity(struct proc *p, term f, unsigned n)
{
    term var = var_of(f);
    struct counts c = {.hidden = is_macro(var) ? 2 : 0};
    struct buf calls = BUF_INIT;
    if (!is_absent(var))
        put_calls(&calls, var);
    buf_byte(&calls, 0);
    if (is_type(f, T_NATIVE))
        counts_of_native(&c, OBJ(native, f)->desc);
    else
        counts_of_fn(&c, f);
    unsigned given = n > c.hidden ? n - c.hidden : 0;
    raise(p, E_ARITY_ERROR, "Wrong number of args (%u) passed to: %T; it takes %s%s", given, f, c.text,
          calls.failed ? "" : (const char *)calls.data);
    buf_free(&calls);
    return NONE;
}
