/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * syntax_quote.c: `form becomes code that builds form. Symbols are qualified as the current namespace understands them,
 * name# becomes a new symbol (the same one throughout the template), ~x is x evaluated, ~@x its elements.
 *
 * The walk is a loop: open collections are frames of the reader, what is left of each is the list on top of a stack in
 * SCRATCH(SCRATCH_READER_EXTRA), results are on the reader's stack of values, each marked with its part: data, which
 * needs no code but a quote; code; or code for a sequence to be spliced in.
 *
 *   all data                        (quote (a b))
 *   list, no splice                 (lona.core/list (quote a) x)
 *   list                            (lona.core/seq (lona.core/concat (lona.core/list ...) xs ...))
 *   vector                          [(quote a) x] or (lona.core/vec (lona.core/concat ...))
 *   map, set                        (lona.core/hash-map ...) or (lona.core/apply lona.core/hash-map (lona.core/concat
 * ...))
 */
#include "lang/reader_impl.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "run/native.h"
#include "run/ns.h"

enum part { PART_DATA, PART_CODE, PART_SPLICE };

#define MAX_ARGS 16 /* of a call that a template makes; more are built in groups */

static u64 template_count; /* numbers the templates: part of the names that name# stands for */

static term no_memory(struct reading *g)
{
    read_no_memory(g);
    return NONE;
}

static bool push_part(struct reading *g, term value, enum part part)
{
    if (is_none(value) || !push_value(g, value, (struct place){0, 0}))
        return false;
    g->slot[g->n_slots - 1].part = (u8)part;
    return true;
}

/* --- symbols -------------------------------------------------------------------------------------------------------
 */

static bool is_special(term symbol)
{
    const term specials[] = {S_quote,         S_do,      S_if,     S_let_,     S_loop_,   S_fn_,
                             S_letfn_,        S_recur,   S_def,    S_var,      S_set,     S_try,
                             S_catch,         S_finally, S_match_, S_receive_, S_amp,     S_handler_bind_,
                             S_restart_case_, S_bits_,   S_form,   S_env,      S_binding_};
    for (unsigned i = 0; i < ARRAY_LEN(specials); i++) {
        if (names_equal(symbol, specials[i]))
            return true;
    }
    return false;
}

/* foo__12__auto__ for foo#. Not interned: templates are read for ever, the table of names must not grow with them. */
static term generated(struct reading *g, struct str_view name, u64 number)
{
    char small[160];
    word room = name.bytes + 40;
    char *text = room <= sizeof(small) ? small : port_alloc(room);
    if (!text)
        return no_memory(g);
    memcpy(text, name.data, name.bytes - 1);
    int n = snprintf(text + name.bytes - 1, 40, "__%llu__auto__", (unsigned long long)number);
    term symbol = find_symbol(g->p, NULL, 0, text, name.bytes - 1 + (word)n);
    if (text != small)
        port_free(text);
    return is_none(symbol) ? no_memory(g) : symbol;
}

static term in_namespace(struct reading *g, term ns_symbol, struct str_view name)
{
    struct str_view ns = str_view(OBJ(symbol, ns_symbol)->name);
    return read_symbol(g, (const char *)ns.data, ns.bytes, (const char *)name.data, name.bytes);
}

/* Names of namespaces, types and methods, a.b and .a, stay what they are, as does . alone; `Name.` makes a record of a
 * type. */
static bool is_dotted(struct str_view name)
{
    if (name.bytes == 1)
        return name.data[0] == '.';
    return memchr(name.data, '.', name.bytes - 1);
}

/* A symbol without metadata, as the template's namespace means it. */
static term qualified(struct reading *g, term symbol, u64 number)
{
    term ns = g->r->ns, qualifier = OBJ(symbol, symbol)->ns;
    struct str_view name = str_view(OBJ(symbol, symbol)->name);
    bool known = is_type(ns, T_NS);
    if (!is_nil(qualifier)) {
        struct str_view q = str_view(qualifier);
        term alias = symbol_if_interned((const char *)q.data, q.bytes);
        term target = known && !is_absent(alias) ? ns_alias_target(ns, alias) : ABSENT;
        if (is_absent(target) && !is_absent(alias))
            target = ns_find(alias);
        return is_absent(target) ? symbol : in_namespace(g, ns_name(target), name);
    }
    if (name.bytes > 1 && name.data[name.bytes - 1] == '#')
        return generated(g, name, number);
    if (!known || is_special(symbol) || is_dotted(name))
        return symbol;
    term var = ns_lookup(ns, symbol);
    if (is_absent(var))
        return in_namespace(g, ns_name(ns), name);
    struct str_view own = str_view(OBJ(symbol, OBJ(var, var)->name)->name);
    return in_namespace(g, ns_name(OBJ(var, var)->ns), own);
}

/* --- one form ---------------------------------------------------------------------------------------------------- */

static term list_head(term form)
{
    if (is_type(form, T_LIST))
        form = OBJ(list, form)->cells;
    return is_cons(form) ? cons_head(form) : ABSENT;
}

/* (symbol x): x; else ABSENT. */
static term argument_of(term form, term symbol)
{
    term head = list_head(form);
    if (!is_symbol(head) || !names_equal(head, symbol))
        return ABSENT;
    term rest = cons_tail(is_type(form, T_LIST) ? OBJ(list, form)->cells : form);
    return is_cons(rest) && !is_cons(cons_tail(rest)) ? cons_head(rest) : ABSENT;
}

/* The elements of a collection as cells (keys and values in turn); ABSENT: it is none. */
static term elements(struct reading *g, term form)
{
    struct proc *p = g->p;
    if (!is_map(form) && !is_set(form))
        return list_elements(g, form);
    term map = is_map(form) ? form : set_map(form);
    if (!heap_reserve(p, 2 * CONS_WORDS * map_count(map), &form))
        return no_memory(g);
    map = is_map(form) ? form : set_map(form);
    bool values = is_map(form);
    term cells = EMPTY_LIST;
    if (is_type(map, T_FLATMAP)) { /* keeps the order */
        for (word i = map_count(map); i--;) {
            if (values)
                cells = mk_cons(p, OBJ(flatmap, map)->kv[2 * i + 1], cells);
            cells = mk_cons(p, OBJ(flatmap, map)->kv[2 * i], cells);
        }
        return cells;
    }
    for (struct map_iter it = map_iter(map); map_next(&it);) {
        if (values)
            cells = mk_cons(p, it.value, cells);
        cells = mk_cons(p, it.key, cells);
    }
    return cells;
}

static enum frame_kind kind_of(term form)
{
    if (is_vector(form))
        return FRAME_VECTOR;
    if (is_map(form))
        return FRAME_MAP;
    return is_set(form) ? FRAME_SET : FRAME_LIST;
}

/* Metadata that the template must rebuild, nil where there is none; the position of a list is not such. */
static term wanted_meta(struct reading *g, term form)
{
    struct proc *p = g->p;
    term meta = term_meta(form);
    if (is_type(form, T_LIST) && is_map(meta)) {
        meta = map_dissoc(p, meta, K_line);
        if (!is_none(meta))
            meta = map_dissoc(p, meta, K_column);
        if (is_none(meta))
            return no_memory(g);
    }
    return is_map(meta) && map_count(meta) ? meta : NIL;
}

/* Opens a frame for the elements in cells. */
static bool enter(struct reading *g, enum frame_kind kind, term cells)
{
    struct proc *p = g->p;
    if (is_none(cells) || !push_frame(g, kind, (struct place){0, 0}))
        return false;
    if (!heap_reserve(p, CONS_WORDS, &cells))
        return read_no_memory(g);
    SCRATCH(SCRATCH_READER_EXTRA) = mk_cons(p, cells, SCRATCH(SCRATCH_READER_EXTRA));
    return true;
}

/* The newest value is a form, the one below it its metadata: a frame for both, the form without it. */
static bool enter_meta(struct reading *g)
{
    struct proc *p = g->p;
    term form = cons_head(SCRATCH(SCRATCH_READER));
    if (is_symbol(form)) {
        struct str_view name = str_view(OBJ(symbol, form)->name), ns = {0};
        if (!is_nil(OBJ(symbol, form)->ns))
            ns = str_view(OBJ(symbol, form)->ns);
        form = read_symbol(g, (const char *)ns.data, ns.bytes, (const char *)name.data, name.bytes);
    } else {
        form = term_with_meta(p, form, NIL);
    }
    if (is_none(form) || !heap_reserve(p, 2 * CONS_WORDS, &form))
        return read_no_memory(g);
    pop_value(g);
    term meta = pop_value(g);
    return enter(g, FRAME_META, mk_cons(p, form, mk_cons(p, meta, EMPTY_LIST)));
}

/* A collection, or a symbol with metadata. */
static bool visit_compound(struct reading *g, term form, struct place at)
{
    struct proc *p = g->p;
    if (!push_value(g, form, at))
        return false;
    term meta = wanted_meta(g, cons_head(SCRATCH(SCRATCH_READER)));
    if (is_none(meta))
        return false;
    if (is_nil(meta)) {
        form = pop_value(g);
        enum frame_kind kind = kind_of(form);
        return enter(g, kind, elements(g, form));
    }
    return push_value(g, meta, at) && swap_values(g) && enter_meta(g);
}

static bool visit(struct reading *g, term form, u64 number, word outermost, struct place at)
{
    if (is_symbol(form) && is_nil(OBJ(symbol, form)->meta))
        return push_part(g, qualified(g, form, number), PART_DATA);
    term x = argument_of(form, S_unquote);
    if (!is_absent(x))
        return push_part(g, x, PART_CODE);
    x = argument_of(form, S_unquote_splicing);
    if (!is_absent(x)) {
        if (g->n_frames == outermost || top_frame(g)->kind == FRAME_META)
            return read_fail(g, at, "~@ splices into a list, vector, map or set, and is not inside one");
        return push_part(g, x, PART_SPLICE);
    }
    bool compound =
        is_symbol(form) || is_cons(form) || is_type(form, T_LIST) || is_vector(form) || is_map(form) || is_set(form);
    return compound ? visit_compound(g, form, at) : push_part(g, form, PART_DATA);
}

/* --- a collection is complete ---------------------------------------------------------------------------------------
 */

static bool needs_quote(term datum)
{
    return is_symbol(datum) || is_cons(datum) || is_type(datum, T_LIST) || is_vector(datum) || is_map(datum) ||
           is_set(datum);
}

/* 2 * CONS_WORDS are reserved. */
static term quoted(struct proc *p, term datum, enum part part)
{
    if (part != PART_DATA || !needs_quote(datum))
        return datum;
    return mk_cons(p, S_quote, mk_cons(p, datum, EMPTY_LIST));
}

/* Code whose evaluation gives the sequences that, one after the other, are the elements: the arguments of concat.
 * *plain: there is one, and it is a call of list. Takes the newest n values; built from the last to the first. */
static term take_parts(struct reading *g, word n, bool *plain)
{
    struct proc *p = g->p;
    if (!heap_reserve(p, n * 7 * CONS_WORDS + 4 * CONS_WORDS))
        return no_memory(g);
    const struct slot *slot = g->slot + g->n_slots - n;
    term stack = SCRATCH(SCRATCH_READER), parts = EMPTY_LIST, group = EMPTY_LIST;
    unsigned n_parts = 0, n_group = 0;
    bool spliced = false;
    for (word i = n; i--; stack = cons_tail(stack)) {
        term x = cons_head(stack);
        bool splice = slot[i].part == PART_SPLICE;
        if (!splice) {
            group = mk_cons(p, quoted(p, x, (enum part)slot[i].part), group);
            n_group++;
        }
        if (n_group && (splice || n_group == MAX_ARGS || !i)) {
            parts = mk_cons(p, mk_cons(p, S_core_list, group), parts);
            n_parts++;
            group = EMPTY_LIST;
            n_group = 0;
        }
        if (splice) {
            parts = mk_cons(p, x, parts);
            n_parts++;
            spliced = true;
        }
        if (n_parts >= MAX_ARGS && i) {
            parts = mk_cons(p, mk_cons(p, S_core_concat, parts), EMPTY_LIST);
            n_parts = 1;
            spliced = true; /* what is one part now is no call of list */
        }
    }
    SCRATCH(SCRATCH_READER) = stack;
    g->n_slots -= n;
    *plain = n_parts == 1 && !spliced;
    return parts;
}

/* (a b c): room is reserved. */
static term call2(struct proc *p, term a, term b)
{
    return mk_cons(p, a, mk_cons(p, b, EMPTY_LIST));
}

static term take_code(struct reading *g, enum frame_kind kind, word n)
{
    struct proc *p = g->p;
    bool plain;
    term parts = take_parts(g, n, &plain);
    if (is_none(parts))
        return NONE;
    if (!heap_reserve(p, 5 * CONS_WORDS, &parts))
        return no_memory(g);
    term fn = kind == FRAME_MAP ? S_core_hash_map : S_core_hash_set;
    if (plain) {
        term call = cons_head(parts);
        return kind == FRAME_LIST     ? call
               : kind == FRAME_VECTOR ? call2(p, S_core_vec, call)
                                      : mk_cons(p, fn, cons_tail(call));
    }
    term all = mk_cons(p, S_core_concat, parts);
    if (kind == FRAME_LIST)
        return call2(p, S_core_seq, all);
    if (kind == FRAME_VECTOR)
        return call2(p, S_core_vec, all);
    return mk_cons(p, S_core_apply, call2(p, fn, all));
}

/* A vector of up to TUPLE_MAX elements, nothing spliced, is written as a vector of code. */
static term take_vector_code(struct reading *g, word n)
{
    struct proc *p = g->p;
    if (!heap_reserve(p, 1 + n * (1 + 2 * CONS_WORDS)))
        return no_memory(g);
    const struct slot *slot = g->slot + g->n_slots - n;
    struct obj_tuple *t = heap_take_tuple(p, n);
    term stack = SCRATCH(SCRATCH_READER);
    for (word i = n; i--; stack = cons_tail(stack))
        t->item[i] = quoted(p, cons_head(stack), (enum part)slot[i].part);
    SCRATCH(SCRATCH_READER) = stack;
    g->n_slots -= n;
    return mk_box_ptr(t);
}

/* [form metadata] on the stack. */
static term take_meta_code(struct reading *g)
{
    struct proc *p = g->p;
    const struct slot *slot = g->slot + g->n_slots - 2;
    enum part form_part = (enum part)slot[0].part, meta_part = (enum part)slot[1].part;
    if (!heap_reserve(p, 7 * CONS_WORDS))
        return no_memory(g);
    term meta = quoted(p, pop_value(g), meta_part);
    term form = quoted(p, pop_value(g), form_part);
    return mk_cons(p, S_core_with_meta, call2(p, form, meta));
}

static term take_meta_data(struct reading *g)
{
    struct proc *p = g->p;
    term meta = pop_value(g), form = pop_value(g);
    term t = is_symbol(form) ? symbol_with_meta(p, form, meta) : term_with_meta(p, form, meta);
    return is_none(t) ? no_memory(g) : t;
}

static bool leave(struct reading *g, struct place at)
{
    enum frame_kind kind = (enum frame_kind)top_frame(g)->kind;
    word n = g->n_slots - top_frame(g)->base;
    bool data = true, splice = false;
    for (word i = g->n_slots - n; i < g->n_slots; i++) {
        data &= g->slot[i].part == PART_DATA;
        splice |= g->slot[i].part == PART_SPLICE;
    }
    pop_frame(g);
    if (kind == FRAME_META)
        return push_part(g, data ? take_meta_data(g) : take_meta_code(g), data ? PART_DATA : PART_CODE);
    if (!data && kind == FRAME_VECTOR && !splice && n <= TUPLE_MAX)
        return push_part(g, take_vector_code(g, n), PART_CODE);
    if (!data)
        return push_part(g, take_code(g, kind, n), PART_CODE);
    term value = kind == FRAME_LIST     ? take_cells(g, n)
                 : kind == FRAME_VECTOR ? take_vector(g, n)
                 : kind == FRAME_MAP    ? take_map(g, n, at)
                                        : take_set(g, n, at);
    return push_part(g, value, PART_DATA);
}

term take_template(struct reading *g, struct place at)
{
    struct proc *p = g->p;
    word outermost = g->n_frames;
    u64 number = __atomic_add_fetch(&template_count, 1, __ATOMIC_RELAXED);
    SCRATCH(SCRATCH_READER_EXTRA) = EMPTY_LIST;
    bool good = visit(g, pop_value(g), number, outermost, at);
    while (good && g->n_frames > outermost) {
        if (!heap_reserve(p, CONS_WORDS))
            return no_memory(g);
        term levels = SCRATCH(SCRATCH_READER_EXTRA), cells = cons_head(levels);
        if (is_cons(cells)) {
            SCRATCH(SCRATCH_READER_EXTRA) = mk_cons(p, cons_tail(cells), cons_tail(levels));
            good = visit(g, cons_head(cells), number, outermost, at);
        } else {
            SCRATCH(SCRATCH_READER_EXTRA) = cons_tail(levels);
            good = leave(g, at);
        }
    }
    if (!good || !heap_reserve(p, 2 * CONS_WORDS))
        return good ? no_memory(g) : NONE;
    enum part part = (enum part)g->slot[g->n_slots - 1].part;
    return quoted(p, pop_value(g), part);
}
