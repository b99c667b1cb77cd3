/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * forms.c: what the reader makes of the values between two brackets, and of the form behind a prefix.
 */
#include "lang/reader_impl.h"

#include "data/buf.h"
#include "data/inst.h"
#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "term/equal.h"

#define LIST_WORDS 4 /* with header */

static term no_memory(struct reading *g)
{
    read_no_memory(g);
    return NONE;
}

/* The answer of something that may have raised. */
static term checked(struct reading *g, term t)
{
    return is_none(t) ? no_memory(g) : t;
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

/* Room for the cells is reserved. */
static term cells_of_values(struct reading *g, word n)
{
    struct proc *p = g->p;
    term stack = SCRATCH(SCRATCH_READER), cells = EMPTY_LIST;
    for (word i = 0; i < n; i++) {
        cells = mk_cons(p, cons_head(stack), cells);
        stack = cons_tail(stack);
    }
    SCRATCH(SCRATCH_READER) = stack;
    g->n_slots -= n;
    return cells;
}

term take_cells(struct reading *g, word n)
{
    if (!heap_reserve(g->p, n * CONS_WORDS))
        return no_memory(g);
    return cells_of_values(g, n);
}

term take_list(struct reading *g, word n, struct place at)
{
    struct proc *p = g->p;
    if (!n || !g->r->positions)
        return take_cells(g, n);
    if (!heap_reserve(p, n * CONS_WORDS + LIST_WORDS + 1 + 1 + n))
        return no_memory(g);
    u32 *position = (u32 *)(heap_take_box(p, T_BYTES, 0, 1 + n) + 1);
    term positions = mk_box_ptr((word *)position - 1);
    position[0] = at.line;
    position[1] = at.column;
    const struct slot *slot = g->slot + g->n_slots - n;
    for (word i = 0; i < n; i++) {
        position[2 + 2 * i] = slot[i].at.line;
        position[3 + 2 * i] = slot[i].at.column;
    }
    term cells = cells_of_values(g, n);
    struct obj_list *list = (struct obj_list *)heap_take_box(p, T_LIST, 0, LIST_WORDS - 1);
    list->cells = cells;
    list->count = mk_int((iword)n);
    list->meta = positions;
    return mk_box_ptr(list);
}

term take_wrapped(struct reading *g, term symbol, struct place at)
{
    if (!push_value(g, symbol, at) || !swap_values(g))
        return NONE;
    return take_list(g, 2, at);
}

term list_elements(struct reading *g, term coll)
{
    struct proc *p = g->p;
    if (is_type(coll, T_LIST))
        return OBJ(list, coll)->cells;
    if (is_cons(coll) || same(coll, EMPTY_LIST))
        return coll;
    if (!is_vector(coll))
        return ABSENT;
    word n = vec_count(coll);
    if (!heap_reserve(p, n * CONS_WORDS, &coll))
        return no_memory(g);
    term cells = EMPTY_LIST;
    while (n)
        cells = mk_cons(p, vec_nth(coll, --n), cells);
    return cells;
}

/* --- vectors, maps, sets -------------------------------------------------------------------------------------------
 */

term take_vector(struct reading *g, word n)
{
    struct proc *p = g->p;
    if (n > TUPLE_MAX) {
        term cells = take_cells(g, n);
        return is_none(cells) ? NONE : checked(g, vec_from_list(p, cells));
    }
    if (!n)
        return empty_vector;
    if (!heap_reserve(p, 1 + n))
        return no_memory(g);
    struct obj_tuple *t = heap_take_tuple(p, n);
    term stack = SCRATCH(SCRATCH_READER);
    for (word i = n; i--; stack = cons_tail(stack))
        t->item[i] = cons_head(stack);
    SCRATCH(SCRATCH_READER) = stack;
    g->n_slots -= n;
    return mk_box_ptr(t);
}

static term duplicate(struct reading *g, struct place at, const char *what, term key)
{
    static const struct print_options plain = {
        .readable = true, .force_not = true, .length = 5, .level = 2, .max_bytes = 60};
    struct buf b = BUF_INIT;
    print_term(&b, key, &plain, &(term){NIL.w});
    buf_byte(&b, 0);
    read_fail(g, at, "duplicate %s: %s", what, b.failed ? "..." : (const char *)b.data);
    buf_free(&b);
    return NONE;
}

/* n / stride keys, which step through the cells by stride, as a map: value is the cell after the key, or with stride 1
 * the key itself (sets). For up to FLATMAP_MAX keys. */
static term flat_map(struct reading *g, word n_keys, unsigned stride, const char *what)
{
    struct proc *p = g->p;
    word n = n_keys * stride;
    if (!heap_reserve(p, 2 + 2 * n_keys))
        return no_memory(g);
    struct obj_flatmap *m = (struct obj_flatmap *)heap_take_box(p, T_FLATMAP, 0, 1 + 2 * n_keys);
    m->meta = NIL;
    term stack = SCRATCH(SCRATCH_READER);
    for (word i = n_keys; i--;) {
        m->kv[2 * i + 1] = cons_head(stack);
        stack = stride == 2 ? cons_tail(stack) : stack;
        m->kv[2 * i] = cons_head(stack);
        stack = cons_tail(stack);
    }
    for (word i = 1; i < n_keys; i++) {
        for (word j = 0; j < i; j++) {
            if (key_equal(m->kv[2 * j], m->kv[2 * i]))
                return duplicate(g, g->slot[g->n_slots - n + i * stride].at, what, m->kv[2 * i]);
        }
    }
    SCRATCH(SCRATCH_READER) = stack;
    g->n_slots -= n;
    return mk_box_ptr(m);
}

static term large_map(struct reading *g, word n_keys, unsigned stride, const char *what)
{
    struct proc *p = g->p;
    const struct slot *slot = g->slot + g->n_slots - n_keys * stride;
    term rest = take_cells(g, n_keys * stride);
    if (is_none(rest))
        return NONE;
    SCRATCH(SCRATCH_READER_VALUE) = rest;
    term map = map_transient(p, empty_map);
    for (word i = 0; i < n_keys && !is_none(map); i++) {
        rest = SCRATCH(SCRATCH_READER_VALUE);
        term key = cons_head(rest), value = key;
        if (stride == 2) {
            rest = cons_tail(rest);
            value = cons_head(rest);
        }
        SCRATCH(SCRATCH_READER_VALUE) = cons_tail(rest);
        if (!is_absent(tmap_get(map, key)))
            return duplicate(g, slot[i * stride].at, what, key);
        map = tmap_assoc(p, map, key, value);
    }
    SCRATCH(SCRATCH_READER_VALUE) = NIL;
    return is_none(map) ? no_memory(g) : checked(g, map_persistent(p, map));
}

static term keyed(struct reading *g, word n_keys, unsigned stride, const char *what)
{
    return n_keys <= FLATMAP_MAX ? flat_map(g, n_keys, stride, what) : large_map(g, n_keys, stride, what);
}

term take_map(struct reading *g, word n, struct place at)
{
    if (n % 2) {
        read_fail(g, at, "the map opened at %u:%u has a key without a value: it holds %lu forms", at.line, at.column,
                  (unsigned long)n);
        return NONE;
    }
    return n ? keyed(g, n / 2, 2, "key in a map") : empty_map;
}

term take_set(struct reading *g, word n, struct place at)
{
    struct proc *p = g->p;
    if (!n)
        return empty_set;
    term map = keyed(g, n, 1, "element of a set");
    if (is_none(map))
        return NONE;
    if (!heap_reserve(p, 3, &map))
        return no_memory(g);
    struct obj_set *s = (struct obj_set *)heap_take_box(p, T_SET, 0, 2);
    s->map = map;
    s->meta = NIL;
    return mk_box_ptr(s);
}

term namespaced_key(struct reading *g, const struct frame *f, term key)
{
    if (!is_keyword(key) && !is_symbol(key))
        return key;
    term ns = OBJ(symbol, key)->ns;
    bool bare = !is_nil(ns) && str_is(ns, "_"); /* :_/k is to have no namespace */
    term own = OBJ(symbol, key)->name;
    if (is_symbol(key) && (str_is(own, "nil") || str_is(own, "true") || str_is(own, "false")))
        return key;
    if (!is_nil(ns) && !bare)
        return key;
    struct str_view name = str_view(own);
    if (bare && name.bytes > 1 && memchr(name.data, '/', name.bytes)) {
        read_fail(g, f->at, "the map has a key without a namespace whose name has a /: %.*s",
                  (int)(name.bytes < 60 ? name.bytes : 60), (const char *)name.data);
        return NONE;
    }
    const char *text = bare ? NULL : (const char *)f->text;
    word n = bare ? 0 : f->n_text;
    if (is_keyword(key))
        return read_keyword(g, text, n, (const char *)name.data, name.bytes);
    return read_symbol(g, text, n, (const char *)name.data, name.bytes);
}

/* --- metadata ------------------------------------------------------------------------------------------------------
 */

/* What stands after ^ as a map; ABSENT: it cannot be metadata. The value is the newest on the stack and stays. */
static term meta_map(struct reading *g, term meta)
{
    struct proc *p = g->p;
    if (is_map(meta))
        return meta;
    term key, value;
    if (is_keyword(meta)) {
        key = meta;
        value = TRUE_TERM;
    } else if (is_symbol(meta) || is_string(meta)) {
        key = K_tag;
        value = meta;
    } else if (is_vector(meta)) {
        key = K_param_tags;
        value = meta;
    } else {
        return ABSENT;
    }
    if (!heap_reserve(p, 4, &key, &value))
        return no_memory(g);
    struct obj_flatmap *m = (struct obj_flatmap *)heap_take_box(p, T_FLATMAP, 0, 3);
    m->meta = NIL;
    m->kv[0] = key;
    m->kv[1] = value;
    return mk_box_ptr(m);
}

/* The metadata a form has already; of a list with positions its own, as {:line :column}. */
static term present_meta(struct reading *g, term form)
{
    struct proc *p = g->p;
    u32 line, column;
    if (is_type(form, T_LIST) && is_type(OBJ(list, form)->meta, T_BYTES) && form_position(form, -1, &line, &column)) {
        if (!heap_reserve(p, 6))
            return no_memory(g);
        struct obj_flatmap *m = (struct obj_flatmap *)heap_take_box(p, T_FLATMAP, 0, 5);
        m->meta = NIL;
        m->kv[0] = K_line;
        m->kv[1] = mk_int(line);
        m->kv[2] = K_column;
        m->kv[3] = mk_int(column);
        return mk_box_ptr(m);
    }
    return term_meta(form);
}

static bool takes_meta(term t)
{
    if (is_cons(t) || same(t, EMPTY_LIST))
        return true;
    return is_symbol(t) || is_vector(t) || is_map(t) || is_set(t) || is_type(t, T_LIST);
}

/* [old new] on the stack, maps both: old with new's entries over it. */
static term take_merged(struct reading *g)
{
    struct proc *p = g->p;
    term cells = cons_head(SCRATCH(SCRATCH_READER));
    if (!heap_reserve(p, 2 * CONS_WORDS * map_count(cells)))
        return no_memory(g);
    term added = pop_value(g), merged = pop_value(g);
    cells = EMPTY_LIST;
    for (struct map_iter it = map_iter(added); map_next(&it);)
        cells = mk_cons(p, it.key, mk_cons(p, it.value, cells));
    while (is_cons(cells) && !is_none(merged)) {
        term key = cons_head(cells), value = cons_head(cons_tail(cells));
        SCRATCH(SCRATCH_READER_VALUE) = cons_tail(cons_tail(cells));
        merged = map_assoc(p, merged, key, value);
        cells = SCRATCH(SCRATCH_READER_VALUE);
    }
    SCRATCH(SCRATCH_READER_VALUE) = NIL;
    return checked(g, merged);
}

term take_with_meta(struct reading *g, struct place at)
{
    struct proc *p = g->p;
    term form = cons_head(SCRATCH(SCRATCH_READER));
    term meta = meta_map(g, cons_head(cons_tail(SCRATCH(SCRATCH_READER))));
    if (is_none(meta))
        return NONE;
    if (is_absent(meta)) {
        read_fail(g, at, "metadata is a map, keyword, symbol, string or vector");
        return NONE;
    }
    form = cons_head(SCRATCH(SCRATCH_READER));
    if (!takes_meta(form)) {
        read_fail(g, at, "metadata goes with a symbol, list, vector, map or set, and nothing else");
        return NONE;
    }
    if (!push_value(g, meta, at))
        return NONE;
    term old = present_meta(g, cons_head(cons_tail(SCRATCH(SCRATCH_READER))));
    if (is_none(old))
        return NONE;
    if (is_map(old)) {
        /* [.. form new] becomes [.. form old new], that [.. form merged]. */
        if (!push_value(g, old, at) || !swap_values(g))
            return NONE;
        meta = take_merged(g);
        if (is_none(meta))
            return NONE;
    } else {
        meta = pop_value(g);
    }
    form = pop_value(g);
    pop_value(g);
    if (is_symbol(form))
        return checked(g, symbol_with_meta(p, form, meta));
    return checked(g, term_with_meta(p, form, meta));
}

/* --- tags -------------------------------------------------------------------------------------------------------- */

/* The elements of a vector as bytes; false: one is no byte. */
static bool bytes_of_vector(struct buf *b, term v)
{
    word n = vec_count(v);
    for (word i = 0; i < n; i++) {
        term x = vec_nth(v, i);
        if (!is_int(x) || int_value(x) < 0 || int_value(x) > 255)
            return false;
        buf_byte(b, (u8)int_value(x));
    }
    return true;
}

static term read_bytes(struct reading *g, term form, struct place at)
{
    struct buf b = BUF_INIT;
    bool good = is_vector(form) ? bytes_of_vector(&b, form) : is_string(form);
    if (is_string(form)) {
        struct str_view v = str_view(form);
        buf_append(&b, v.data, v.bytes);
    }
    term result = NONE;
    if (!good)
        read_fail(g, at, "#bytes is followed by a string or by a vector of integers from 0 to 255");
    else if (b.failed)
        read_no_memory(g);
    else
        result = checked(g, binary_make(g->p, b.count ? (const void *)b.data : "", b.count));
    buf_free(&b);
    return result;
}

static term read_inst(struct reading *g, term form, struct place at)
{
    const char *why = "it is not a string";
    i64 millis;
    struct str_view v = is_string(form) ? str_view(form) : (struct str_view){0};
    if (!is_string(form) || !inst_parse(v.data, v.bytes, &millis, &why)) {
        read_fail(g, at, "#inst \"2020-01-02T03:04:05Z\" names a point in time: %s", why);
        return NONE;
    }
    return heap_reserve(g->p, INST_WORDS) ? mk_inst(g->p, millis) : no_memory(g);
}

static term read_uuid(struct reading *g, term form, struct place at)
{
    u64 high, low;
    struct str_view v = is_string(form) ? str_view(form) : (struct str_view){0};
    if (!is_string(form) || !uuid_parse(v.data, v.bytes, &high, &low)) {
        read_fail(g, at, "#uuid is followed by a string of 32 hexadecimal digits in groups of 8-4-4-4-12");
        return NONE;
    }
    return heap_reserve(g->p, UUID_WORDS) ? mk_uuid(g->p, high, low) : no_memory(g);
}

static bool tag_is(const struct frame *f, const char *name)
{
    return f->n_text == strlen(name) && !memcmp(f->text, name, f->n_text);
}

term take_tagged(struct reading *g, const struct frame *f)
{
    struct proc *p = g->p;
    struct place at = f->at;
    term form = cons_head(SCRATCH(SCRATCH_READER));
    if (!g->ignore && tag_is(f, "bytes"))
        return read_bytes(g, pop_value(g), at);
    if (!g->ignore && !g->r->tagged && tag_is(f, "inst"))
        return read_inst(g, pop_value(g), at);
    if (!g->ignore && !g->r->tagged && tag_is(f, "uuid"))
        return read_uuid(g, pop_value(g), at);
    const u8 *slash = memchr(f->text, '/', f->n_text);
    word n_ns = slash ? slash - f->text : 0;
    const char *name = (const char *)f->text + (slash ? n_ns + 1 : 0);
    if (slash && (!n_ns || n_ns + 1 == f->n_text)) {
        read_fail(g, at, "the tag after # is not a symbol");
        return NONE;
    }
    term tag = read_symbol(g, (const char *)f->text, n_ns, name, f->n_text - (name - (const char *)f->text));
    if (is_none(tag))
        return NONE;
    if (!heap_reserve(p, TAGGED_WORDS, &tag))
        return no_memory(g);
    form = pop_value(g);
    bool conditional = tag_is(f, "?") || tag_is(f, "?@");
    g->r->made_tagged |= !conditional;
    struct obj_tagged *o = (struct obj_tagged *)heap_take_box(p, T_TAGGED, 0, TAGGED_WORDS - 1);
    o->tag = tag;
    o->form = form;
    o->at = g->r->positions ? position_pack(at.line, at.column) : NIL;
    return mk_box_ptr(o);
}

/* --- segments of #bits ---------------------------------------------------------------------------------------------
 */

/* Behind a colon: the size, an integer or a symbol. */
static term lex_size(struct reading *g)
{
    const struct reader *r = g->r;
    struct place at = {r->line, r->column - 1};
    word end;
    if (!token_end(g, r->at, true, &end))
        return NONE;
    if (end > r->at && !strchr(":/'#", r->text[r->at])) {
        term size = lex_token(g, true);
        if (is_none(size) || is_symbol(size) || (is_int(size) && int_value(size) >= 0))
            return size;
    }
    read_fail(g, at, "a colon in #bits is followed by a size: an integer, a symbol or a form in ( )");
    return NONE;
}

static bool is_option_name(const u8 *text, word n)
{
    for (word i = 0; i < n; i++) {
        u8 lower = text[i] | 0x20;
        if (!(lower >= 'a' && lower <= 'z') && !(text[i] >= '0' && text[i] <= '9'))
            return false;
    }
    return n > 0;
}

/* A keyword, or the number of unit:n; ABSENT: it is neither. */
static term option_value(struct reading *g, const u8 *text, word n)
{
    static const char unit[] = "unit:";
    word digits = sizeof unit - 1, value = 0;
    if (n <= digits || memcmp(text, unit, digits))
        return is_option_name(text, n) ? read_keyword(g, NULL, 0, (const char *)text, n) : ABSENT;
    for (word i = digits; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || value > UINT16_MAX)
            return ABSENT;
        value = value * 10 + (text[i] - '0');
    }
    return mk_int((iword)value);
}

/* At a slash: keywords for the names between slash and hyphens, pushed; *n of them. */
static bool lex_options(struct reading *g, word *n)
{
    const struct reader *r = g->r;
    struct place at = place_now(g);
    word end;
    if (!token_end(g, r->at + 1, false, &end))
        return false;
    for (word from = r->at + 1; from <= end;) {
        const u8 *hyphen = memchr(r->text + from, '-', end - from);
        word stop = hyphen ? (word)(hyphen - r->text) : end;
        term option = option_value(g, r->text + from, stop - from);
        if (is_absent(option))
            return read_fail(g, at, "a slash in #bits is followed by options such as little-signed, bytes or unit:8");
        if (is_none(option) || !push_value(g, option, at))
            return false;
        ++*n;
        from = stop + 1;
    }
    advance_to(g, end);
    return true;
}

term take_segment(struct reading *g, struct place at)
{
    const struct reader *r = g->r;
    word n = 0;
    if (r->at < r->bytes && r->text[r->at] == '/' && !lex_options(g, &n))
        return NONE;
    term options = take_vector(g, n);
    if (is_none(options) || !push_value(g, options, at))
        return NONE;
    return take_vector(g, 3);
}

bool read_segment(struct reading *g)
{
    const struct reader *r = g->r;
    struct place at = place_now(g);
    term value = NIL;
    if (r->at < r->bytes && r->text[r->at] == ':') {
        advance_to(g, r->at + 1);
        if (r->at < r->bytes && r->text[r->at] == '(')
            return push_frame(g, FRAME_SIZE, at);
        value = lex_size(g);
        if (is_none(value))
            return false;
    }
    if (!push_value(g, value, at))
        return false;
    value = take_segment(g, at);
    return !is_none(value) && push_value(g, value, at);
}
