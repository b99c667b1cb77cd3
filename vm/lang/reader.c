/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * reader.c: the reader's loop: brackets and prefixes, as described in reader_impl.h. What a finished form becomes is in
 * forms.c and syntax_quote.c.
 *
 * Linear in the text, but for the comparison of keys of nested literal maps and sets.
 */
#include "lang/reader_impl.h"

#include "data/maps.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"

/* State of a reader conditional: what its next form is. */
enum branch { BRANCH_FEATURE, BRANCH_TAKE, BRANCH_SKIP };
#define BRANCH_CHOSEN 4u /* added once a branch was taken */

/* What each kind of frame is called and, where a bracket closes it, which. */
static const struct {
    const char *name, *open;
    char close;
} kinds[] = {
    [FRAME_LIST] = {"list", "(", ')'},
    [FRAME_VECTOR] = {"vector", "[", ']'},
    [FRAME_MAP] = {"map", "{", '}'},
    [FRAME_SET] = {"set", "#{", '}'},
    [FRAME_FN] = {"function", "#(", ')'},
    [FRAME_BITS] = {"bit string", "#bits[", ']'},
    [FRAME_CONDITIONAL] = {"reader conditional", "#?(", ')'},
    [FRAME_SPLICING] = {"reader conditional", "#?@(", ')'},
    [FRAME_QUOTE] = {"quote", "'", 0},
    [FRAME_DEREF] = {"dereference", "@", 0},
    [FRAME_VAR] = {"var quote", "#'", 0},
    [FRAME_UNQUOTE] = {"unquote", "~", 0},
    [FRAME_UNQUOTE_SPLICING] = {"unquote", "~@", 0},
    [FRAME_SYNTAX_QUOTE] = {"syntax-quote", "`", 0},
    [FRAME_META] = {"metadata", "^", 0},
    [FRAME_DISCARD] = {"comment", "#_", 0},
    [FRAME_TAG] = {"tag", "#", 0},
    [FRAME_SIZE] = {"size", ":", 0},
};

static bool is_prefix(const struct frame *f)
{
    return !kinds[f->kind].close;
}

/* --- the stacks -------------------------------------------------------------------------------------------------- */

/* A C array that starts in the struct and moves to memory of the port when it outgrows that. */
static void *grown(void *array, void *small, word *max, word size)
{
    word bytes = *max * size;
    void *more = array == small ? port_alloc(bytes * 2) : port_realloc(array, bytes * 2);
    if (!more)
        return NULL;
    if (array == small)
        memcpy(more, small, bytes);
    *max *= 2;
    return more;
}

bool push_frame(struct reading *g, enum frame_kind kind, struct place at)
{
    if (g->n_frames == g->max_frames) {
        struct frame *more = grown(g->frame, g->small_frame, &g->max_frames, sizeof(*more));
        if (!more)
            return read_no_memory(g);
        g->frame = more;
    }
    g->frame[g->n_frames++] = (struct frame){.kind = (u8)kind, .at = at, .base = g->n_slots};
    g->ignore += kind == FRAME_DISCARD;
    g->bits += kind == FRAME_BITS;
    return true;
}

void pop_frame(struct reading *g)
{
    g->n_frames--;
    g->ignore -= g->frame[g->n_frames].kind == FRAME_DISCARD;
    g->bits -= g->frame[g->n_frames].kind == FRAME_BITS;
}

bool push_value(struct reading *g, term value, struct place at)
{
    struct proc *p = g->p;
    if (g->n_slots == g->max_slots) {
        struct slot *more = grown(g->slot, g->small_slot, &g->max_slots, sizeof(*more));
        if (!more)
            return read_no_memory(g);
        g->slot = more;
    }
    if (!heap_reserve(p, CONS_WORDS, &value))
        return read_no_memory(g);
    SCRATCH(SCRATCH_READER) = mk_cons(p, value, SCRATCH(SCRATCH_READER));
    g->slot[g->n_slots++] = (struct slot){.at = at};
    return true;
}

term pop_value(struct reading *g)
{
    struct proc *p = g->p;
    term stack = SCRATCH(SCRATCH_READER);
    SCRATCH(SCRATCH_READER) = cons_tail(stack);
    g->n_slots--;
    return cons_head(stack);
}

bool swap_values(struct reading *g)
{
    struct proc *p = g->p;
    if (!heap_reserve(p, 2 * CONS_WORDS))
        return read_no_memory(g);
    term a = SCRATCH(SCRATCH_READER), b = cons_tail(a);
    SCRATCH(SCRATCH_READER) = mk_cons(p, cons_head(b), mk_cons(p, cons_head(a), cons_tail(b)));
    struct slot *slot = &g->slot[g->n_slots - 2], first = slot[0];
    slot[0] = slot[1];
    slot[1] = first;
    return true;
}

/* --- a form is complete ------------------------------------------------------------------------------------------ */

static bool is_keyword_named(term t, term keyword)
{
    return is_keyword(t) && names_equal(t, keyword);
}

static bool is_feature(struct reading *g, term value)
{
    struct proc *p = g->p;
    term more = SCRATCH(SCRATCH_READER_FEATURES);
    return is_keyword_named(value, K_lona) || is_keyword_named(value, K_default) ||
           (is_set(more) && set_has(more, value));
}

/* A form inside #?( ): a feature, or what to take or skip for it. */
static bool conditional_form(struct reading *g, struct frame *f, term value, struct place at)
{
    unsigned chosen = f->state & BRANCH_CHOSEN;
    switch ((enum branch)(f->state & ~BRANCH_CHOSEN)) {
    case BRANCH_FEATURE:
        if (!is_keyword(value))
            return read_fail(g, at, "a reader conditional wants a feature such as :lona or :default before each form");
        if (!chosen && is_feature(g, value)) {
            f->state = BRANCH_TAKE;
        } else {
            f->state = (u8)(BRANCH_SKIP | chosen);
            g->ignore++;
        }
        return true;
    case BRANCH_TAKE:
        f->state = BRANCH_FEATURE | BRANCH_CHOSEN;
        return push_value(g, value, at);
    case BRANCH_SKIP:
        f->state = (u8)(BRANCH_FEATURE | chosen);
        g->ignore--;
        return true;
    }
    return false;
}

static bool element(struct reading *g, struct frame *f, term value, struct place at)
{
    if (f->kind == FRAME_CONDITIONAL || f->kind == FRAME_SPLICING)
        return conditional_form(g, f, value, at);
    if (f->kind == FRAME_MAP && f->text && (g->n_slots - f->base) % 2 == 0) {
        value = namespaced_key(g, f, value);
        if (is_none(value))
            return false;
    }
    if (!push_value(g, value, at))
        return false;
    return f->kind != FRAME_BITS || read_segment(g);
}

/* The form a prefix waited for is the newest value; f is still on the stack. NONE: failed. */
static term prefixed(struct reading *g, const struct frame *f)
{
    switch ((enum frame_kind)f->kind) {
    case FRAME_QUOTE:
        return take_wrapped(g, S_quote, f->at);
    case FRAME_DEREF:
        return take_wrapped(g, S_deref, f->at);
    case FRAME_VAR:
        return take_wrapped(g, S_var, f->at);
    case FRAME_UNQUOTE:
        return take_wrapped(g, S_unquote, f->at);
    case FRAME_UNQUOTE_SPLICING:
        return take_wrapped(g, S_unquote_splicing, f->at);
    case FRAME_SYNTAX_QUOTE:
        return take_template(g, f->at);
    case FRAME_META:
        return take_with_meta(g, f->at);
    case FRAME_TAG:
        return take_tagged(g, f);
    case FRAME_LIST:
    case FRAME_VECTOR:
    case FRAME_MAP:
    case FRAME_SET:
    case FRAME_FN:
    case FRAME_BITS:
    case FRAME_CONDITIONAL:
    case FRAME_SPLICING:
    case FRAME_DISCARD:
    case FRAME_SIZE:
        break;
    }
    return pop_value(g);
}

/* Hands a form to what waits for it. With no frame left it stays as the only value: the reader is done. */
static bool complete(struct reading *g, term value, struct place at)
{
    for (;;) {
        struct frame *f = top_frame(g);
        if (!f)
            return push_value(g, value, at);
        if (!is_prefix(f))
            return element(g, f, value, at);
        if (f->kind == FRAME_DISCARD) {
            pop_frame(g);
            return true;
        }
        if (!push_value(g, value, at))
            return false;
        if (f->kind == FRAME_META && !f->state) {
            f->state = 1;
            return true;
        }
        at = f->at;
        if (f->kind == FRAME_SIZE) {
            pop_frame(g);
            value = take_segment(g, at);
            return !is_none(value) && push_value(g, value, at);
        }
        value = prefixed(g, f);
        if (is_none(value))
            return false;
        pop_frame(g);
    }
}

/* --- brackets ---------------------------------------------------------------------------------------------------- */

static bool push_parameter(struct reading *g, const char *name, struct place at)
{
    term symbol = read_symbol(g, NULL, 0, name, strlen(name));
    return !is_none(symbol) && push_value(g, symbol, at);
}

/* The parameters of #( ) as a vector: [%1# %2# & %&#]. */
static term take_parameters(struct reading *g, struct place at)
{
    u32 params = g->fn_params;
    for (u32 i = 1; i <= params; i++) {
        char name[8];
        snprintf(name, sizeof(name), "%%%u#", i);
        if (!push_parameter(g, name, at))
            return NONE;
    }
    if (g->fn_rest && !(push_value(g, S_amp, at) && push_parameter(g, "%&#", at)))
        return NONE;
    return take_vector(g, params + (g->fn_rest ? 2 : 0));
}

/* (fn* (parameters (body...))) for #(body...), whose n elements are on the stack. */
static term take_fn(struct reading *g, word n, struct place at)
{
    term t = take_list(g, n, at);
    if (is_none(t) || !push_value(g, t, at))
        return NONE;
    t = take_parameters(g, at);
    if (is_none(t) || !push_value(g, t, at) || !swap_values(g))
        return NONE;
    t = take_list(g, 2, at);
    if (is_none(t) || !push_value(g, t, at))
        return NONE;
    g->in_fn = false;
    return take_wrapped(g, S_fn_, at);
}

/* (bits* [segment ...]) */
static term take_bits(struct reading *g, word n, struct place at)
{
    term segments = take_vector(g, n);
    if (is_none(segments) || !push_value(g, segments, at))
        return NONE;
    return take_wrapped(g, S_bits_, at);
}

/* The value of a bracket that is being closed and still on the stack of frames. */
static term closed(struct reading *g, const struct frame *f)
{
    word n = g->n_slots - f->base;
    switch ((enum frame_kind)f->kind) {
    case FRAME_LIST:
        return take_list(g, n, f->at);
    case FRAME_VECTOR:
        return take_vector(g, n);
    case FRAME_MAP:
        return take_map(g, n, f->at);
    case FRAME_SET:
        return take_set(g, n, f->at);
    case FRAME_FN:
        return take_fn(g, n, f->at);
    case FRAME_BITS:
        return take_bits(g, n, f->at);
    case FRAME_CONDITIONAL:
    case FRAME_SPLICING:
    case FRAME_QUOTE:
    case FRAME_DEREF:
    case FRAME_VAR:
    case FRAME_UNQUOTE:
    case FRAME_UNQUOTE_SPLICING:
    case FRAME_SYNTAX_QUOTE:
    case FRAME_META:
    case FRAME_DISCARD:
    case FRAME_TAG:
    case FRAME_SIZE:
        break;
    }
    return NONE;
}

/* The elements of what #?@ chose go one by one to the bracket around it. */
static bool splice(struct reading *g, term chosen, struct place at)
{
    struct proc *p = g->p;
    const struct frame *outer = top_frame(g);
    if (!outer || is_prefix(outer))
        return read_fail(g, at, "#?@ splices into a list, vector, map or set, and is not inside one");
    term cells = list_elements(g, chosen);
    if (is_absent(cells))
        return read_fail(g, at, "#?@ wants a list or vector after the feature");
    if (is_none(cells))
        return false;
    /* Reading goes on inside complete: the elements wait in a root of their own. */
    SCRATCH(SCRATCH_READER_EXTRA) = cells;
    while (is_cons(SCRATCH(SCRATCH_READER_EXTRA))) {
        term x = cons_head(SCRATCH(SCRATCH_READER_EXTRA));
        SCRATCH(SCRATCH_READER_EXTRA) = cons_tail(SCRATCH(SCRATCH_READER_EXTRA));
        if (!complete(g, x, at))
            return false;
    }
    SCRATCH(SCRATCH_READER_EXTRA) = NIL;
    return true;
}

static bool close_conditional(struct reading *g)
{
    struct frame f = *top_frame(g);
    if ((f.state & ~BRANCH_CHOSEN) != BRANCH_FEATURE)
        return read_fail(g, place_now(g),
                         "the reader conditional opened at %u:%u ends after a feature, without its form", f.at.line,
                         f.at.column);
    advance_to(g, g->r->at + 1);
    pop_frame(g);
    if (!(f.state & BRANCH_CHOSEN))
        return true;
    term chosen = pop_value(g);
    return f.kind == FRAME_SPLICING ? splice(g, chosen, f.at) : complete(g, chosen, f.at);
}

static bool close_bracket(struct reading *g, char bracket)
{
    struct place here = place_now(g);
    const struct frame *f = top_frame(g);
    if (!f)
        return read_fail(g, here, "unmatched %c at %u:%u: nothing is open", bracket, here.line, here.column);
    if (is_prefix(f))
        return read_fail(g, here, "the %s %s at %u:%u is followed by %c instead of a form", kinds[f->kind].name,
                         kinds[f->kind].open, f->at.line, f->at.column, bracket);
    if (kinds[f->kind].close != bracket)
        return read_fail(g, here, "unmatched %c at %u:%u: the %s opened at %u:%u with %s wants %c", bracket, here.line,
                         here.column, kinds[f->kind].name, f->at.line, f->at.column, kinds[f->kind].open,
                         kinds[f->kind].close);
    if (f->kind == FRAME_CONDITIONAL || f->kind == FRAME_SPLICING)
        return close_conditional(g);
    term value = closed(g, f);
    if (is_none(value))
        return false;
    advance_to(g, g->r->at + 1);
    struct place at = f->at;
    pop_frame(g);
    return complete(g, value, at);
}

/* --- what begins with # ------------------------------------------------------------------------------------------ */

/* Opens a frame whose sign is `bytes` long. */
static bool open(struct reading *g, enum frame_kind kind, word bytes)
{
    struct place at = place_now(g);
    advance_to(g, g->r->at + bytes);
    return push_frame(g, kind, at);
}

static bool open_fn(struct reading *g)
{
    if (g->in_fn)
        return read_fail(g, place_now(g), "#() inside #(): write the inner one as (fn [...] ...)");
    g->in_fn = true;
    g->fn_rest = false;
    g->fn_params = 0;
    return open(g, FRAME_FN, 2);
}

/* #:ns{...}, #::{...}, #::alias{...} */
static bool open_namespaced_map(struct reading *g)
{
    struct reader *r = g->r;
    struct place at = place_now(g);
    bool resolve = r->at + 2 < r->bytes && r->text[r->at + 2] == ':';
    word from = r->at + (resolve ? 3 : 2), end;
    if (!token_end(g, from, false, &end))
        return false;
    const u8 *ns = r->text + from;
    word n = end - from;
    if (!n && !resolve)
        return read_fail(g, at, "#: is followed by a namespace and a map, as in #:shop{:price 1}");
    if (memchr(ns, '/', n) || memchr(ns, ':', n) || (n && strchr("'#0123456789", ns[0])))
        return read_fail(g, at, "what stands between #: and the map is no name of a namespace");
    if (resolve && !resolve_prefix(g, at, &ns, &n))
        return false;
    advance_to(g, end);
    if (!skip_blank(g, false))
        return false;
    if (r->at == r->bytes)
        return read_unfinished(g, at, "a namespace for keys is followed by a map");
    if (r->text[r->at] != '{')
        return read_fail(g, at, "a namespace for keys is followed by a map, as in #:shop{:price 1}");
    advance_to(g, r->at + 1);
    if (!push_frame(g, FRAME_MAP, at))
        return false;
    top_frame(g)->text = ns;
    top_frame(g)->n_text = n;
    return true;
}

/* #tag form, and #bits[ ] */
static bool open_tag(struct reading *g)
{
    struct reader *r = g->r;
    struct place at = place_now(g);
    word from = r->at + 1, end;
    if (!token_end(g, from, false, &end))
        return false;
    if (end == from && end == r->bytes)
        return read_unfinished(g, at, "the text ends after #");
    if (end == from || strchr("0123456789<=+-:#'%", r->text[from]))
        return read_fail(g, at,
                         "# is followed by something that has no meaning: expected ( { \" ' _ ? ^ : # ! or a tag");
    advance_to(g, end);
    if (end - from != 4 || memcmp(r->text + from, "bits", 4)) {
        if (!push_frame(g, FRAME_TAG, at))
            return false;
        top_frame(g)->text = r->text + from;
        top_frame(g)->n_text = end - from;
        return true;
    }
    if (!skip_blank(g, false))
        return false;
    if (r->at == r->bytes)
        return read_unfinished(g, at, "#bits is followed by segments in [ ]");
    if (r->text[r->at] != '[')
        return read_fail(g, at, "#bits is followed by segments in [ ], as in #bits[version:4 rest/bytes]");
    return open(g, FRAME_BITS, 1);
}

static bool open_conditional(struct reading *g)
{
    const struct reader *r = g->r;
    struct place at = place_now(g);
    bool splicing = r->at + 2 < r->bytes && r->text[r->at + 2] == '@';
    if (r->conditionals == CONDITIONALS_REFUSED)
        return read_fail(g, at, "reader conditionals are not allowed here");
    const u8 *tag = r->text + r->at + 1;
    advance_to(g, r->at + (splicing ? 3 : 2));
    if (r->conditionals == CONDITIONALS_KEPT) {
        if (!push_frame(g, FRAME_TAG, at))
            return false;
        top_frame(g)->text = tag;
        top_frame(g)->n_text = splicing ? 2 : 1;
        return true;
    }
    if (!skip_blank(g, false))
        return false;
    if (r->at == r->bytes)
        return read_unfinished(g, at, "#? is followed by a list of features and forms");
    if (r->text[r->at] != '(')
        return read_fail(g, at, "#? is followed by a list of features and forms, as in #?(:lona 1 :default 2)");
    advance_to(g, r->at + 1);
    return push_frame(g, splicing ? FRAME_SPLICING : FRAME_CONDITIONAL, at);
}

static bool value_at(struct reading *g, term value, struct place at)
{
    return !is_none(value) && complete(g, value, at);
}

static bool dispatch(struct reading *g)
{
    struct reader *r = g->r;
    struct place at = place_now(g);
    switch (r->at + 1 < r->bytes ? r->text[r->at + 1] : 0) {
    case '(':
        return open_fn(g);
    case '{':
        return open(g, FRAME_SET, 2);
    case '\'':
        return open(g, FRAME_VAR, 2);
    case '_':
        return open(g, FRAME_DISCARD, 2);
    case '^':
        return open(g, FRAME_META, 2);
    case '?':
        return open_conditional(g);
    case ':':
        return open_namespaced_map(g);
    case '"':
        advance_to(g, r->at + 1);
        return value_at(g, lex_regex(g), at);
    case '#':
        advance_to(g, r->at + 2);
        return value_at(g, lex_symbolic(g), at);
    default:
        return open_tag(g);
    }
}

/* --- the loop ---------------------------------------------------------------------------------------------------- */

/* Whether a token stands where the segments of #bits[ ] are. */
static bool in_segment(const struct reading *g)
{
    if (!g->bits)
        return false;
    word i = g->n_frames;
    while (i && is_prefix(&g->frame[i - 1]))
        i--;
    return i && g->frame[i - 1].kind == FRAME_BITS;
}

/* Whether what stands here has a meaning in code, and none in edn. */
static bool is_code_notation(const struct reader *r)
{
    char c = (char)r->text[r->at], next = r->at + 1 < r->bytes ? (char)r->text[r->at + 1] : 0;
    return c == '\'' || c == '@' || c == '`' || c == '~' || (c == ':' && next == ':') ||
           (c == '#' && (next == '(' || next == '\'' || next == '"' || next == '?'));
}

/* Reads one token, at a byte that is not blank. */
static bool step(struct reading *g)
{
    struct reader *r = g->r;
    struct place at = place_now(g);
    r->error_line = at.line;
    r->error_column = at.column;
    char c = (char)r->text[r->at];
    if (r->data_only && is_code_notation(r))
        return read_fail(g, at, "edn has no notation that begins with %.*s", c == '#' || c == ':' ? 2 : 1,
                         (const char *)r->text + r->at);
    switch (c) {
    case '(':
        return open(g, FRAME_LIST, 1);
    case '[':
        return open(g, FRAME_VECTOR, 1);
    case '{':
        return open(g, FRAME_MAP, 1);
    case ')':
    case ']':
    case '}':
        return close_bracket(g, c);
    case '\'':
        return open(g, FRAME_QUOTE, 1);
    case '@':
        return open(g, FRAME_DEREF, 1);
    case '`':
        return open(g, FRAME_SYNTAX_QUOTE, 1);
    case '^':
        return open(g, FRAME_META, 1);
    case '~':
        if (r->at + 1 < r->bytes && r->text[r->at + 1] == '@')
            return open(g, FRAME_UNQUOTE_SPLICING, 2);
        return open(g, FRAME_UNQUOTE, 1);
    case '"':
        return value_at(g, lex_string(g), at);
    case '\\':
        return value_at(g, lex_char(g, in_segment(g)), at);
    case '#':
        return dispatch(g);
    default:
        return value_at(g, lex_token(g, in_segment(g)), at);
    }
}

static enum read_status text_ends(struct reading *g)
{
    const struct frame *f = top_frame(g);
    if (!f)
        return READ_END;
    if (is_prefix(f))
        read_unfinished(g, f->at, "the %s %s at %u:%u is not followed by a form", kinds[f->kind].name,
                        kinds[f->kind].open, f->at.line, f->at.column);
    else
        read_unfinished(g, f->at, "the %s opened at %u:%u is not closed: expected %c", kinds[f->kind].name, f->at.line,
                        f->at.column, kinds[f->kind].close);
    return READ_INCOMPLETE;
}

static enum read_status read_one(struct reading *g)
{
    struct reader *r = g->r;
    while (!g->n_slots || g->n_frames) {
        bool top = !g->n_frames;
        if (!skip_blank(g, top))
            return g->status;
        if (top) {
            r->form_at = r->at;
            r->form_line = r->line;
            r->form_column = r->column;
        }
        if (r->at == r->bytes)
            return text_ends(g);
        if (!step(g))
            return g->status;
    }
    return READ_FORM;
}

enum read_status read_form(struct proc *p, struct reader *r, term *form)
{
    struct reading g = {.p = p, .r = r, .status = READ_ERROR, .max_frames = SMALL_FRAMES, .max_slots = SMALL_SLOTS};
    g.frame = g.small_frame;
    g.slot = g.small_slot;
    r->error = NULL;
    SCRATCH(SCRATCH_READER) = EMPTY_LIST;
    enum read_status status = read_one(&g);
    if (status == READ_FORM)
        *form = pop_value(&g);
    SCRATCH(SCRATCH_READER) = SCRATCH(SCRATCH_READER_VALUE) = SCRATCH(SCRATCH_READER_EXTRA) = NIL;
    if (g.frame != g.small_frame)
        port_free(g.frame);
    if (g.slot != g.small_slot)
        port_free(g.slot);
    return status;
}

bool form_position(term form, int i, u32 *line, u32 *column)
{
    if (!is_type(form, T_LIST))
        return false;
    term meta = OBJ(list, form)->meta;
    if (is_type(meta, T_BYTES)) {
        if (i < -1 || (word)(i + 1) >= box_words(meta))
            return false;
        const u32 *at = (const u32 *)(box_ptr(meta) + 1) + 2 * (i + 1);
        *line = at[0];
        *column = at[1];
        return true;
    }
    if (i != -1 || !is_map(meta))
        return false;
    term l = map_get(meta, K_line), c = map_get(meta, K_column);
    if (!is_int(l) || !is_int(c))
        return false;
    *line = (u32)int_value(l);
    *column = (u32)int_value(c);
    return true;
}

bool text_position(term form, int i, u32 *line, u32 *column)
{
    return is_type(form, T_LIST) && !is_shared(form) && form_position(form, i, line, column) && *line;
}

#define COLUMN_BITS 24
#define MAX_COLUMN ((1u << COLUMN_BITS) - 1)

term position_pack(u32 line, u32 column)
{
    return mk_int((iword)line << COLUMN_BITS | (column < MAX_COLUMN ? column : MAX_COLUMN));
}

bool position_unpack(term at, u32 *line, u32 *column)
{
    if (!is_int(at))
        return false;
    *line = (u32)(int_value(at) >> COLUMN_BITS);
    *column = (u32)int_value(at) & MAX_COLUMN;
    return true;
}
