/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * printer.c: the walk through collections and cells, with a stack of what is open. It never collects, so terms may stay
 * in C memory. Leaves are printed by print_leaf.c.
 */
#include "lang/printer.h"

#include "data/maps.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "publish.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"

bool print_methods_known;

enum shape {
    SHAPE_SEQ,
    SHAPE_VECTOR,
    SHAPE_FLATMAP, /* by index, so that deep nests cost little */
    SHAPE_MAP,     /* iter is a struct map_iter */
    SHAPE_SORTED,  /* iter is a struct sorted_iter */
    SHAPE_RECORD,  /* fields, then the map of other keys */
    SHAPE_FIXED,   /* item[0..n): what stands in a cell, condition or tagged literal; metadata and its object */
};
#define FIXED_MAX 3

struct open {
    u8 shape;
    bool keyed;   /* elements are keys and values: ", " between entries */
    bool bare;    /* keys are names without their namespace, which stands before the map */
    bool half;    /* a key is written, the value is next */
    bool counted; /* a level of *print-level*, subject to *print-length* */
    u8 n_items;
    const char *close;
    word done; /* elements written */
    term t;    /* the collection or cell */
    union {
        struct cursor cursor;
        word i;
        void *iter;
        term item[FIXED_MAX];
    };
    term value; /* with half */
};

#define SMALL_STACK 24

struct printing {
    struct buf *b;
    const struct print_options *o;
    struct open *stack;
    word n, max;
    iword level;
    word n_fixed; /* cells and the like that are open */
    word start;   /* bytes in the buffer before */
    term *stopped_at;
    struct open small[SMALL_STACK];
};

/* --- opening ----------------------------------------------------------------------------------------------------- */

static struct open *push(struct printing *g, term t, enum shape shape, const char *open, const char *close)
{
    if (g->n == g->max) {
        word bytes = g->max * sizeof(*g->stack);
        void *more = g->stack == g->small ? port_alloc(2 * bytes) : port_realloc(g->stack, 2 * bytes);
        if (!more) {
            g->b->failed = true;
            return NULL;
        }
        if (g->stack == g->small)
            memcpy(more, g->small, bytes);
        g->stack = more;
        g->max *= 2;
    }
    buf_text(g->b, open);
    struct open *f = &g->stack[g->n++];
    memset(f, 0, sizeof(*f));
    f->shape = (u8)shape;
    f->close = close;
    f->t = t;
    f->counted = shape != SHAPE_FIXED;
    g->level += f->counted;
    g->n_fixed += shape == SHAPE_FIXED;
    return f;
}

static void pop(struct printing *g)
{
    struct open *f = &g->stack[--g->n];
    if (f->shape == SHAPE_MAP || f->shape == SHAPE_SORTED)
        port_free(f->iter);
    g->level -= f->counted;
    g->n_fixed -= !f->counted;
}

/* Gives the frame the iterator of a large or sorted map, or of the map of a set. */
static void iterate(struct printing *g, struct open *f, term map)
{
    bool sorted = is_type(map, T_SORTED);
    if (is_type(map, T_FLATMAP)) {
        f->shape = SHAPE_FLATMAP;
        f->t = map;
        f->i = 0;
        return;
    }
    f->shape = SHAPE_FIXED; /* as long as there is no iterator to free */
    void *iter = port_alloc(sorted ? sizeof(struct sorted_iter) : sizeof(struct map_iter));
    if (!iter) {
        g->b->failed = true;
        return;
    }
    f->shape = sorted ? SHAPE_SORTED : SHAPE_MAP;
    f->iter = iter;
    if (sorted)
        *(struct sorted_iter *)iter = sorted_iter(OBJ(sorted, map)->root, false);
    else
        *(struct map_iter *)iter = map_iter(map);
}

static bool is_set_like(term t)
{
    return is_set(t) || is_sorted_set(t);
}

/* The namespace, a string, that all keys of an unsorted map share; otherwise nil. */
static term shared_ns(term t)
{
    if (!is_map(t))
        return NIL;
    struct map_iter it = map_iter(t);
    term ns = NIL;
    while (map_next(&it)) {
        if (!is_keyword(it.key) && !is_symbol(it.key))
            return NIL;
        term own = OBJ(symbol, it.key)->ns;
        if (is_nil(own) || (!is_nil(ns) && !str_equal(ns, own)))
            return NIL;
        ns = own;
    }
    return ns;
}

static void open_map(struct printing *g, term t)
{
    term ns = g->o->ns_maps ? shared_ns(t) : NIL;
    if (!is_nil(ns)) {
        struct str_view v = str_view(ns);
        buf_text(g->b, "#:");
        buf_append(g->b, v.data, v.bytes);
    }
    struct open *f = push(g, t, SHAPE_FLATMAP, is_set_like(t) ? "#{" : "{", "}");
    if (!f)
        return;
    f->keyed = !is_set_like(t);
    f->bare = !is_nil(ns);
    iterate(g, f, is_set(t) ? set_map(t) : t);
}

static void open_seq(struct printing *g, term t)
{
    struct open *f = push(g, t, SHAPE_SEQ, "(", ")");
    if (f)
        f->cursor = cursor_at(t);
}

/* #shop.Item for the type shop/Item. */
static void record_name(struct buf *b, term record)
{
    term name = OBJ(tuple, OBJ(record, record)->rtype)->item[0];
    if (!is_symbol(name)) {
        buf_text(b, "record");
        return;
    }
    if (!is_nil(OBJ(symbol, name)->ns)) {
        struct str_view ns = str_view(OBJ(symbol, name)->ns);
        buf_append(b, ns.data, ns.bytes);
        buf_byte(b, '.');
    }
    struct str_view own = str_view(OBJ(symbol, name)->name);
    buf_append(b, own.data, own.bytes);
}

/* What is in a cell cannot be replaced by its text, so records there are printed plainly. */
static enum print_status open_record(struct printing *g, term t)
{
    if (print_methods_known && !g->o->force_not && !g->n_fixed) {
        *g->stopped_at = t;
        return PRINT_METHOD;
    }
    bool opaque = box_aux(t) & RECORD_OPAQUE;
    buf_text(g->b, opaque ? "#<" : "#");
    record_name(g->b, t);
    if (opaque) {
        buf_byte(g->b, '>');
        return PRINT_OK;
    }
    struct open *f = push(g, t, SHAPE_RECORD, "{", "}");
    if (f)
        f->keyed = true;
    return PRINT_OK;
}

static void open_fixed(struct printing *g, term t, const char *open, const char *close, unsigned n, term a, term b,
                       term c)
{
    struct open *f = push(g, t, SHAPE_FIXED, open, close);
    if (!f)
        return;
    f->n_items = (u8)n;
    f->item[0] = a;
    f->item[1] = b;
    f->item[2] = c;
}

/* Mutable cells may contain themselves. Looking at all that is open for each would take quadratic time: it is done at
 * depths that are powers of two, so a large cycle is printed a few times before it is cut. */
#define NEAR_CELLS 100
static bool is_open(const struct printing *g, term cell)
{
    bool all = !(g->n & (g->n - 1));
    for (word i = all || g->n < NEAR_CELLS ? 0 : g->n - NEAR_CELLS; i < g->n; i++) {
        if (g->stack[i].shape == SHAPE_FIXED && same(g->stack[i].t, cell))
            return true;
    }
    return false;
}

static void open_cell(struct printing *g, term t, const char *open, term value)
{
    if (is_open(g, t)) {
        buf_text(g->b, open);
        buf_text(g->b, "...>");
    } else {
        open_fixed(g, t, open, ">", 1, value, NIL, NIL);
    }
}

static void open_condition(struct printing *g, term t)
{
    const struct obj_condition *c = OBJ(condition, t);
    bool message = is_string(c->message), data = !is_nil(c->data);
    open_fixed(g, t, "#<condition ", ">", 1u + message + data, c->kind, message ? c->message : c->data, c->data);
}

static void open_delay(struct printing *g, term t)
{
    if (lazy_is_done(t))
        open_cell(g, t, "#<delay ", OBJ(delay, t)->thunk_or_value);
    else
        buf_text(g->b, lazy_state(t) == LAZY_FAILED ? "#<delay failed>" : "#<delay pending>");
}

/* A reader conditional, a literal with the tag ? or ?@, has no blank in it. */
static void open_tagged(struct printing *g, term t)
{
    term tag = OBJ(tagged, t)->tag, form = OBJ(tagged, t)->form;
    bool plain = is_symbol(tag) && is_nil(OBJ(symbol, tag)->ns);
    if (plain && str_is(OBJ(symbol, tag)->name, "?"))
        open_fixed(g, t, "#?", "", 1, form, NIL, NIL);
    else if (plain && str_is(OBJ(symbol, tag)->name, "?@"))
        open_fixed(g, t, "#?@", "", 1, form, NIL, NIL);
    else
        open_fixed(g, t, "#", "", 2, tag, form, NIL);
}

static enum print_status open_object(struct printing *g, term t)
{
    if (is_cons(t)) {
        open_seq(g, t);
        return PRINT_OK;
    }
    switch ((unsigned)box_type(t)) {
    case T_TUPLE:
    case T_VECTOR: {
        push(g, t, SHAPE_VECTOR, "[", "]");
        return PRINT_OK;
    }
    case T_FLATMAP:
    case T_HASHMAP:
    case T_SET:
    case T_SORTED:
        open_map(g, t);
        return PRINT_OK;
    case T_RECORD:
        return open_record(g, t);
    case T_ATOM:
        open_cell(g, t, "#<atom ", slot_read(&OBJ(atom, t)->value));
        return PRINT_OK;
    case T_VOLATILE:
        open_cell(g, t, "#<volatile ", slot_read(&OBJ(volatile, t)->value));
        return PRINT_OK;
    case T_REDUCED:
        open_cell(g, t, "#<reduced ", OBJ(reduced, t)->value);
        return PRINT_OK;
    case T_DELAY:
        open_delay(g, t);
        return PRINT_OK;
    case T_CONDITION:
        open_condition(g, t);
        return PRINT_OK;
    case T_TAGGED:
        open_tagged(g, t);
        return PRINT_OK;
    default: /* LIST, LAZY, CHUNKED, SEQ, RANGE: print_leaf took the rest */
        open_seq(g, t);
        return PRINT_OK;
    }
}

static bool is_cell(term t)
{
    if (!is_box(t))
        return false;
    enum type type = box_type(t);
    return type == T_ATOM || type == T_VOLATILE || type == T_REDUCED || type == T_DELAY || type == T_CONDITION ||
           type == T_TAGGED;
}

/* Prints a leaf, or opens what has parts. */
static enum print_status start(struct printing *g, term t, bool with_meta)
{
    if (g->o->meta && with_meta && is_pointer(t)) {
        term meta = term_meta(t);
        bool shown = is_map(meta) && map_count(meta) && !is_type(t, T_VAR) && !is_type(t, T_NS) && !is_type(t, T_FN);
        if (shown) {
            term tag = map_get(meta, K_tag);
            bool alone = map_count(meta) == 1 && !is_absent(tag) && is_truthy(tag);
            open_fixed(g, t, "^", "", 2, alone ? tag : meta, t, NIL);
            return PRINT_OK;
        }
    }
    if (print_leaf(g->b, t, g->o))
        return PRINT_OK;
    if (g->o->level >= 0 && g->level >= g->o->level && !is_cell(t)) {
        buf_byte(g->b, '#');
        return PRINT_OK;
    }
    return open_object(g, t);
}

/* --- elements ---------------------------------------------------------------------------------------------------- */

enum next { NEXT_ELEMENT, NEXT_END, NEXT_LAZY };

static enum next next_of_record(struct printing *g, struct open *f, term *x)
{
    const struct obj_record *r = OBJ(record, f->t);
    const struct obj_tuple *rtype = OBJ(tuple, r->rtype);
    if (f->i + 1 < tuple_count(r->rtype)) {
        *x = rtype->item[f->i + 1];
        f->value = r->field[f->i++];
        return NEXT_ELEMENT;
    }
    if (!is_map(r->ext))
        return NEXT_END;
    iterate(g, f, r->ext);
    return NEXT_LAZY; /* ask again */
}

/* The next element, or key with its value in f->value. */
static enum next next_of(struct printing *g, struct open *f, term *x)
{
    switch ((enum shape)f->shape) {
    case SHAPE_SEQ:
        switch (cursor_next(&f->cursor, x, g->stopped_at)) {
        case SEQ_OK:
            return NEXT_ELEMENT;
        case SEQ_LAZY:
            return NEXT_LAZY;
        case SEQ_END:
        case SEQ_ERROR: /* an improper tail */
            break;
        }
        return NEXT_END;
    case SHAPE_VECTOR:
        if (f->i == vec_count(f->t))
            return NEXT_END;
        *x = vec_nth(f->t, f->i++);
        return NEXT_ELEMENT;
    case SHAPE_FLATMAP:
        if (f->i == map_count(f->t))
            return NEXT_END;
        *x = OBJ(flatmap, f->t)->kv[2 * f->i];
        f->value = OBJ(flatmap, f->t)->kv[2 * f->i + 1];
        f->i++;
        return NEXT_ELEMENT;
    case SHAPE_MAP: {
        struct map_iter *it = f->iter;
        if (!map_next(it))
            return NEXT_END;
        *x = it->key;
        f->value = it->value;
        return NEXT_ELEMENT;
    }
    case SHAPE_SORTED: {
        struct sorted_iter *it = f->iter;
        if (!sorted_next(it))
            return NEXT_END;
        *x = it->key;
        f->value = it->value;
        return NEXT_ELEMENT;
    }
    case SHAPE_RECORD: {
        enum next next = next_of_record(g, f, x);
        return next == NEXT_LAZY ? next_of(g, f, x) : next; /* once: the shape has changed */
    }
    case SHAPE_FIXED:
        if (f->done == f->n_items)
            return NEXT_END;
        *x = f->item[f->done];
        return NEXT_ELEMENT;
    }
    return NEXT_END;
}

static void close_top(struct printing *g)
{
    buf_text(g->b, g->stack[g->n - 1].close);
    pop(g);
}

/* One element of what was opened last. */
static enum print_status step(struct printing *g)
{
    struct open *f = &g->stack[g->n - 1];
    if (f->half) {
        f->half = false;
        buf_byte(g->b, ' ');
        return start(g, f->value, true);
    }
    term x;
    enum next next = next_of(g, f, &x);
    if (next == NEXT_END) {
        close_top(g);
        return PRINT_OK;
    }
    if (next == NEXT_LAZY && !g->o->force_not)
        return PRINT_LAZY;
    if (f->done)
        buf_text(g->b, f->keyed ? ", " : " ");
    bool cut = f->counted && g->o->length >= 0 && f->done >= (word)g->o->length;
    if (cut || next == NEXT_LAZY) {
        buf_text(g->b, cut ? "..." : "#<lazy>");
        close_top(g);
        return PRINT_OK;
    }
    f->done++;
    f->half = f->keyed;
    if (f->bare) {
        struct str_view v = str_view(OBJ(symbol, x)->name);
        buf_text(g->b, is_keyword(x) ? ":" : "");
        buf_append(g->b, v.data, v.bytes);
        return PRINT_OK;
    }
    bool own_meta = f->shape == SHAPE_FIXED && same(x, f->t); /* ^meta x: x is next, without asking again */
    return start(g, x, !own_meta);
}

enum print_status print_term(struct buf *b, term t, const struct print_options *options, term *stopped_at)
{
    struct printing g = {.b = b, .o = options, .max = SMALL_STACK, .start = b->count, .stopped_at = stopped_at};
    g.stack = g.small;
    enum print_status status = start(&g, t, true);
    while (status == PRINT_OK && g.n && !b->failed) {
        if (options->max_bytes && b->count - g.start > options->max_bytes) {
            buf_text(b, "...");
            break;
        }
        status = options->process && interrupt_asked(options->process) ? PRINT_INTERRUPTED : step(&g);
    }
    while (g.n)
        pop(&g);
    if (g.stack != g.small)
        port_free(g.stack);
    return b->failed ? PRINT_MEMORY : b->stopped ? PRINT_INTERRUPTED : status;
}
