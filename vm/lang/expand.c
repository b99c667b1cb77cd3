/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * %expand: a form in which all macros are expanded. It knows what binds names and what is no expression in each special
 * form: a frame of kind K_ holds the form being taken apart, and policy() says what its next element is.
 * A form in which nothing changes is returned as it is, so that positions and sharing stay.
 */
#include "lang/expand.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/reader.h"
#include "lang/special_names.h"
#include "lang/spine.h"
#include "lang/words.h"
#include "run/names.h"
#include "run/place.h"

enum kind_of_form {
    K_BOTTOM,
    K_CALL,     /* expressions */
    K_KEEP1,    /* the first element is no expression: (do ...) (if ...) (recur ...) (finally ...) */
    K_KEEP2,    /* nor is the second: (set! s e) (:restart "report" f) */
    K_DEF,      /* (def s doc e meta) */
    K_LET,      /* (let* [...] ...) */
    K_LETVEC,   /* its vector: names come into scope one after the other */
    K_LETFN,    /* (letfn* [...] ...) */
    K_LETFNVEC, /* all names are in scope */
    K_PAIRS,    /* (binding* [...] ...) (handler-bind* [...] ...) */
    K_PAIRVEC,  /* every second element is an expression */
    K_FN,       /* (fn* name? arity ...) */
    K_ARITY,    /* ([...] ...) */
    K_TRY,      /* (try ... clause ...) */
    K_CATCH,    /* (catch selector name ...) */
    K_RESTARTS, /* (restart-case* e clause ...) */
    K_MATCH,    /* (match* e pattern guard body ...) */
    K_RECEIVE,  /* (receive* ms late pattern guard body ...) */
    K_VECTOR,   /* literals */
    K_MAP,
    K_SET,
    K_PVECTOR,  /* patterns: [a b & r] */
    K_PLIST,    /* (seq a b) (or p q) (as p x) (Record {...}) */
    K_PEQUAL,   /* (= e) */
    K_PMAP,     /* {k p :or {...}} */
    K_ORMAP,    /* {x default} */
    K_BITS,     /* (bits* [...]) */
    K_SEGMENTS, /* its vector */
    K_SEGMENT,  /* [form size options] */
};
#define KIND_CHANGED 0x100
#define FRAME_FIELDS 8
#define STEPS_A_SLICE 500

static enum kind_of_form frame_kind(struct proc *p)
{
    return (enum kind_of_form)(int_value(REG(X_KIND)) & 0xff);
}
static bool binds_outside(enum kind_of_form kind) /* its names stay in scope after it */
{
    return kind == K_LETVEC || kind == K_LETFNVEC || kind >= K_PVECTOR;
}

/* --- what elements are --------------------------------------------------------------------------------------- */

enum element { KEEP, EXPRESSION, PATTERN, SUBFORM /* of the kind told */ };

static bool begins_with(term form, term symbol)
{
    term cell = is_cons(form) || is_type(form, T_LIST) ? spine_cell(form) : NIL;
    return is_cons(cell) && same(cons_head(cell), symbol);
}

static enum element sub(enum kind_of_form kind, bool possible, enum kind_of_form *sub_kind)
{
    *sub_kind = kind;
    return possible ? SUBFORM : KEEP;
}

static enum element policy(struct proc *p, enum kind_of_form kind, iword i, term x, enum kind_of_form *k)
{
    switch (kind) {
    case K_BOTTOM:
    case K_CALL:
    case K_VECTOR:
    case K_MAP:
    case K_SET:
        return EXPRESSION;
    case K_KEEP1:
    case K_PEQUAL:
        return i < 1 ? KEEP : EXPRESSION;
    case K_KEEP2:
    case K_DEF:
        return i < 2 ? KEEP : EXPRESSION;
    case K_LET:
        return i > 1 ? EXPRESSION : i < 1 ? KEEP : sub(K_LETVEC, is_vector(x), k);
    case K_LETFN:
        return i > 1 ? EXPRESSION : i < 1 ? KEEP : sub(K_LETFNVEC, is_vector(x), k);
    case K_PAIRS:
        return i > 1 ? EXPRESSION : i < 1 ? KEEP : sub(K_PAIRVEC, is_vector(x), k);
    case K_LETVEC:
    case K_LETFNVEC:
    case K_PAIRVEC:
    case K_ORMAP:
        return i % 2 ? EXPRESSION : KEEP;
    case K_FN:
        return i < 1 ? KEEP : sub(K_ARITY, is_seq(x), k);
    case K_ARITY:
        return i < 1 ? KEEP : EXPRESSION;
    case K_TRY:
        if (begins_with(x, S_catch))
            return sub(K_CATCH, true, k);
        return i < 1 ? KEEP : begins_with(x, S_finally) ? sub(K_KEEP1, true, k) : EXPRESSION;
    case K_CATCH:
        return i < 3 ? KEEP : EXPRESSION;
    case K_RESTARTS:
        return i < 1 ? KEEP : i < 2 ? EXPRESSION : sub(K_KEEP2, is_seq(x), k);
    case K_MATCH:
        return i < 1 ? KEEP : i >= 2 && (i - 2) % 3 == 0 ? PATTERN : EXPRESSION;
    case K_RECEIVE:
        return i < 1 ? KEEP : i >= 3 && i % 3 == 0 ? PATTERN : EXPRESSION;
    case K_PVECTOR:
        return PATTERN;
    case K_PLIST:
        return i < 1 ? KEEP : PATTERN;
    case K_PMAP:
        if (i % 2 == 0)
            return KEEP;
        return same(cons_head(REG(X_DONE)), K_or) ? sub(K_ORMAP, is_map(x), k) : PATTERN;
    case K_BITS:
        return i < 1 ? KEEP : sub(K_SEGMENTS, is_vector(x), k);
    case K_SEGMENTS:
        return sub(K_SEGMENT, is_vector(x), k);
    case K_SEGMENT:
        return i < 1 ? PATTERN : i < 2 ? EXPRESSION : KEEP;
    }
    return KEEP;
}

/* --- names in scope ------------------------------------------------------------------------------------------ */

static bool bind_name(struct proc *p, term name)
{
    if (!is_symbol(name) || same(name, S_amp) || same(name, S_underscore))
        return true;
    if (is_nil(REG(X_ENV)))
        REG(X_ENV) = empty_map;
    term env = map_assoc(p, REG(X_ENV), name, name);
    if (is_none(env))
        return false;
    REG(X_ENV) = env;
    return true;
}

/* The names in the vector v at index from, from + step ...; v is in register reg. */
static bool bind_names(struct proc *p, enum expand_register reg, word step)
{
    if (!is_vector(REG(reg)))
        return true;
    for (word i = 0; i < vec_count(REG(reg)); i += step)
        if (!bind_name(p, vec_nth(REG(reg), i)))
            return false;
    return true;
}

/* Element i of the frame, in X_FORM, is done: what is in scope for those after it? */
static bool scope_after(struct proc *p, enum kind_of_form kind, iword i)
{
    switch (kind) {
    case K_LETVEC:
        return i % 2 == 0 || bind_name(p, vec_nth(REG(X_ORIG), (word)i - 1));
    case K_FN:
        return i != 1 || bind_name(p, REG(X_FORM));
    case K_ARITY:
        return i != 0 || bind_names(p, X_FORM, 1);
    case K_CATCH:
        return i != 2 || bind_name(p, REG(X_FORM));
    case K_MATCH:
        if (i >= 2 && (i - 2) % 3 == 2)
            REG(X_ENV) = REG(X_SAVED);
        return true;
    case K_RECEIVE:
        if (i >= 3 && i % 3 == 2)
            REG(X_ENV) = REG(X_SAVED);
        return true;
    default:
        return true;
    }
}

/* --- frames -------------------------------------------------------------------------------------------------- */

/* The entries of the map in X_FORM as a list k v k v ... in X_TODO. */
static bool map_to_list(struct proc *p, bool set)
{
    term m = set ? OBJ(set, REG(X_FORM))->map : REG(X_FORM);
    if (!heap_reserve(p, 2 * CONS_WORDS * map_count(m)))
        return false;
    struct map_iter it = map_iter(set ? OBJ(set, REG(X_FORM))->map : REG(X_FORM));
    term first = NIL;
    struct cons *last = NULL;
    while (map_next(&it))
        for (unsigned part = 0; part < (set ? 1 : 2); part++) {
            term cell = mk_cons(p, part ? it.value : it.key, NIL);
            if (last)
                last->tail = cell;
            else
                first = cell;
            last = cons_ptr(cell);
        }
    REG(X_TODO) = first;
    return true;
}

/* X_FORM, realised, is taken apart in a new frame; the present one waits. */
static enum progress begin_frame(struct proc *p, enum kind_of_form kind)
{
    if (!heap_reserve(p, 1 + FRAME_FIELDS + CONS_WORDS))
        return RAISED;
    struct obj_tuple *f = heap_take_tuple(p, FRAME_FIELDS);
    for (unsigned i = 0; i < FRAME_FIELDS; i++)
        f->item[i] = REG(X_KIND + i);
    REG(X_STACK) = mk_cons(p, mk_box_ptr(f), REG(X_STACK));
    term form = REG(X_FORM);
    REG(X_KIND) = mk_int(kind);
    REG(X_ORIG) = form;
    REG(X_TODO) = REG(X_DONE) = NIL;
    REG(X_INDEX) = mk_int(0);
    REG(X_SAVED) = REG(X_ENV);
    REG(X_SAVED_NS) = REG(X_NS);
    REG(X_AT) = position_within(form, REG(X_AT));
    set_mode(p, MODE_FRAME);
    if (is_map(form) || is_set(form)) {
        if (!map_to_list(p, is_set(form)))
            return RAISED;
    } else if (!is_vector(form)) {
        REG(X_TODO) = spine_cell(form);
    }
    if (kind == K_LETFNVEC && !bind_names(p, X_ORIG, 2))
        return RAISED;
    return GO_ON;
}
STATIC_ASSERT(X_AT - X_KIND + 1 == FRAME_FIELDS, "a frame is the registers X_KIND..X_AT");

static void end_frame(struct proc *p)
{
    if (!binds_outside(frame_kind(p)))
        REG(X_ENV) = REG(X_SAVED);
    REG(X_NS) = REG(X_SAVED_NS);
    const struct obj_tuple *f = OBJ(tuple, cons_head(REG(X_STACK)));
    for (unsigned i = 0; i < FRAME_FIELDS; i++)
        REG(X_KIND + i) = f->item[i];
    REG(X_STACK) = cons_tail(REG(X_STACK));
    set_mode(p, MODE_RETURN);
}

/* X_DONE, reversed, becomes X_FORM. */
static bool rebuild_map(struct proc *p, bool set)
{
    REG(X_REST) = REG(X_FORM);
    REG(X_FORM) = set ? empty_set : empty_map;
    while (is_cons(REG(X_REST))) {
        term cell = REG(X_REST), key = cons_head(cell);
        term value = set ? key : cons_head(cons_tail(cell));
        REG(X_REST) = set ? cons_tail(cell) : cons_tail(cons_tail(cell));
        term m = set ? set_conj(p, REG(X_FORM), key) : map_assoc(p, REG(X_FORM), key, value);
        if (is_none(m))
            return false;
        REG(X_FORM) = m;
    }
    REG(X_REST) = NIL;
    return true;
}

static bool rebuild(struct proc *p)
{
    iword n = int_value(REG(X_INDEX));
    if (!heap_reserve(p, CONS_WORDS * n + 4))
        return false;
    term cells = EMPTY_LIST, orig = REG(X_ORIG);
    for (term l = REG(X_DONE); is_cons(l); l = cons_tail(l))
        cells = mk_cons(p, cons_head(l), cells);
    REG(X_FORM) = cells;
    if (is_type(orig, T_LIST)) {
        struct obj_list *list = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
        list->cells = cells;
        list->count = mk_int(n);
        list->meta = OBJ(list, orig)->meta;
        REG(X_FORM) = mk_box_ptr(list);
        return true;
    }
    if (!is_box(orig))
        return true;
    if (is_vector(orig)) {
        term v = vec_from_list(p, REG(X_FORM));
        if (is_none(v))
            return false;
        REG(X_FORM) = v;
    } else if ((is_map(orig) || is_set(orig)) && !rebuild_map(p, is_set(orig))) {
        return false;
    }
    term meta = term_meta(REG(X_ORIG));
    if (is_nil(meta))
        return true;
    term with_meta = term_with_meta(p, REG(X_FORM), meta);
    if (is_none(with_meta))
        return false;
    REG(X_FORM) = with_meta;
    return true;
}

static enum progress finish_frame(struct proc *p)
{
    if (!(int_value(REG(X_KIND)) & KIND_CHANGED))
        REG(X_FORM) = REG(X_ORIG);
    else if (!rebuild(p))
        return RAISED;
    end_frame(p);
    return GO_ON;
}

/* The present element; ABSENT past the last. */
static term element(struct proc *p)
{
    term orig = REG(X_ORIG);
    if (is_vector(orig)) {
        word i = (word)int_value(REG(X_INDEX));
        return i < vec_count(orig) ? vec_nth(orig, i) : ABSENT;
    }
    return is_cons(REG(X_TODO)) ? cons_head(REG(X_TODO)) : ABSENT;
}

/* X_FORM is the present element's expansion. */
static bool take_element(struct proc *p, enum kind_of_form kind)
{
    iword i = int_value(REG(X_INDEX));
    if (!same(element(p), REG(X_FORM)))
        REG(X_KIND) = mk_int(int_value(REG(X_KIND)) | KIND_CHANGED);
    if (!heap_reserve(p, CONS_WORDS))
        return false;
    REG(X_DONE) = mk_cons(p, REG(X_FORM), REG(X_DONE));
    REG(X_INDEX) = mk_int(i + 1);
    if (is_cons(REG(X_TODO)))
        REG(X_TODO) = spine_next(REG(X_TODO));
    return scope_after(p, kind, i);
}

static bool is_atomic(term t) /* nothing in it to expand */
{
    return !is_pointer(t) || !(is_cons(t) || is_vector(t) || is_map(t) || is_set(t) || is_seq(t));
}

/* X_FORM is the present element: it is kept, or expanded for itself. */
static enum progress look_at_element(struct proc *p)
{
    enum kind_of_form kind = frame_kind(p), sub_kind = K_CALL;
    term x = REG(X_FORM);
    bool clauses = kind == K_TRY || kind == K_FN || kind == K_RESTARTS; /* lists whose first element must be seen */
    if (clauses && is_seq(x) && !is_realised_list(x))
        return start_realising(p, MODE_LOOK);
    enum element what = policy(p, kind, int_value(REG(X_INDEX)), x, &sub_kind);
    if (what == PATTERN && is_symbol(x) && !bind_name(p, x))
        return RAISED;
    if (what != KEEP && !is_atomic(REG(X_FORM))) {
        REG(X_SUB) = mk_int(sub_kind);
        set_mode(p, what == EXPRESSION ? MODE_FORM : what == PATTERN ? MODE_PATTERN : MODE_BEGIN);
        return GO_ON;
    }
    set_mode(p, MODE_FRAME);
    return take_element(p, kind) ? GO_ON : RAISED;
}

/* Elements one after the other, until one needs to be expanded for itself. */
static enum progress go_on_with_frame(struct proc *p)
{
    for (;;) {
        term x = element(p);
        if (is_absent(x))
            return finish_frame(p);
        REG(X_FORM) = x;
        enum progress progress = look_at_element(p);
        if (progress != GO_ON || int_value(REG(X_MODE)) != MODE_FRAME)
            return progress;
    }
}

/* --- expressions --------------------------------------------------------------------------------------------- */

static bool all_atomic(term form)
{
    if (is_vector(form)) {
        for (word i = 0, n = vec_count(form); i < n; i++)
            if (!is_atomic(vec_nth(form, i)))
                return false;
        return true;
    }
    struct map_iter it = map_iter(is_set(form) ? OBJ(set, form)->map : form);
    while (map_next(&it))
        if (!is_atomic(it.key) || !is_atomic(it.value))
            return false;
    return true;
}

/* Metadata of a defined symbol that must be evaluated: something in it is no literal and no quoted form. */
static bool is_computed(term meta)
{
    struct map_iter it = map_iter(meta);
    while (map_next(&it))
        if (!is_atomic(it.key) || (!is_atomic(it.value) && !begins_with(it.value, S_quote)))
            return true;
    return false;
}

/* (def s e) with computed metadata is expanded as (def s nil e meta); a qualified name takes e to its namespace. */
static enum progress begin_def(struct proc *p)
{
    term cell = spine_next(spine_cell(REG(X_FORM)));
    iword n = spine_count(REG(X_FORM));
    if (is_cons(cell) && is_symbol(cons_head(cell)) && (n == 3 || n == 4)) {
        term meta = OBJ(symbol, cons_head(cell))->meta;
        if (is_map(meta) && is_computed(meta)) {
            if (!heap_reserve(p, 5 * CONS_WORDS + 4))
                return RAISED;
            cell = spine_next(spine_cell(REG(X_FORM)));
            term symbol = cons_head(cell), doc = NIL;
            cell = spine_next(cell);
            if (n == 4) {
                doc = cons_head(cell);
                cell = spine_next(cell);
            }
            term l = mk_cons(p, OBJ(symbol, symbol)->meta, EMPTY_LIST);
            l = mk_cons(p, doc, mk_cons(p, cons_head(cell), l));
            l = mk_cons(p, S_def, mk_cons(p, symbol, l));
            if (is_type(REG(X_FORM), T_LIST)) {
                struct obj_list *list = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
                list->cells = l;
                list->count = mk_int(5);
                list->meta = OBJ(list, REG(X_FORM))->meta;
                l = mk_box_ptr(list);
            }
            REG(X_FORM) = l;
        }
    }
    enum progress progress = begin_frame(p, K_DEF);
    if (progress != GO_ON)
        return progress;
    cell = spine_next(spine_cell(REG(X_ORIG)));
    if (!is_cons(cell) || !is_symbol(cons_head(cell)))
        return GO_ON;
    term name = cons_head(cell);
    REG(X_NS) = definition_ns(REG(X_NS), name);
    /* What is defined for the first time means itself in its own value, and no macro of that name elsewhere. */
    if (is_nil(OBJ(symbol, name)->ns) && is_absent(ns_var(REG(X_NS), name)) && !bind_name(p, name))
        return RAISED;
    return GO_ON;
}

static enum kind_of_form special_kind(term head)
{
    if (!is_symbol(head) || !is_nil(OBJ(symbol, head)->ns))
        return K_BOTTOM;
    if (!is_nil(OBJ(symbol, head)->meta))
        head = intern_name(head);
    if (same(head, S_do) || same(head, S_if) || same(head, S_recur))
        return K_KEEP1;
    if (same(head, S_let_) || same(head, S_loop_))
        return K_LET;
    if (same(head, S_fn_))
        return K_FN;
    if (same(head, S_def))
        return K_DEF;
    if (same(head, S_try))
        return K_TRY;
    if (same(head, S_match_))
        return K_MATCH;
    if (same(head, S_receive_))
        return K_RECEIVE;
    if (same(head, S_set))
        return K_KEEP2;
    if (same(head, S_letfn_))
        return K_LETFN;
    if (same(head, W(handler_bind_)) || same(head, W(binding_)))
        return K_PAIRS;
    if (same(head, W(restart_case_)))
        return K_RESTARTS;
    return K_BOTTOM;
}

static enum progress expand_list(struct proc *p)
{
    if (!is_realised_list(REG(X_FORM)))
        return start_realising(p, MODE_FORM);
    term cell = spine_cell(REG(X_FORM));
    if (!is_cons(cell)) {
        set_mode(p, MODE_RETURN);
        return GO_ON;
    }
    term head = cons_head(cell);
    enum kind_of_form kind = special_kind(head);
    if (kind == K_DEF)
        return begin_def(p);
    if (kind != K_BOTTOM)
        return begin_frame(p, kind);
    if (same(head, S_quote) || same(head, S_var)) {
        set_mode(p, MODE_RETURN);
        return GO_ON;
    }
    enum progress progress = expand_macro_call(p);
    return progress == NO_MACRO ? begin_frame(p, K_CALL) : progress;
}

static enum progress expand_form(struct proc *p)
{
    term form = REG(X_FORM);
    if (is_cons(form) || (is_box(form) && is_seq(form)))
        return expand_list(p);
    bool vector = is_vector(form), set = is_set(form);
    if ((vector || set || is_map(form)) && !all_atomic(form))
        return begin_frame(p, vector ? K_VECTOR : set ? K_SET : K_MAP);
    set_mode(p, MODE_RETURN);
    return GO_ON;
}

/* --- patterns ------------------------------------------------------------------------------------------------ */

static enum progress expand_pattern(struct proc *p)
{
    term form = REG(X_FORM);
    if (is_cons(form) || (is_box(form) && is_seq(form))) {
        if (!is_realised_list(form))
            return start_realising(p, MODE_PATTERN);
        term cell = spine_cell(form);
        term head = is_cons(cell) ? pattern_head(cons_head(cell)) : S_quote;
        if (!same(head, S_quote))
            return begin_frame(p, same(head, W(eq)) ? K_PEQUAL : same(head, W(bits_)) ? K_BITS : K_PLIST);
    } else if (is_vector(form)) {
        return begin_frame(p, K_PVECTOR);
    } else if (is_map(form)) {
        return begin_frame(p, K_PMAP);
    }
    set_mode(p, MODE_RETURN);
    return GO_ON;
}

/* --- the machine --------------------------------------------------------------------------------------------- */

static enum progress begin_sub(struct proc *p)
{
    term form = REG(X_FORM);
    bool list = !is_vector(form) && !is_map(form);
    if (list && !is_realised_list(form))
        return start_realising(p, MODE_BEGIN);
    return begin_frame(p, (enum kind_of_form)int_value(REG(X_SUB)));
}

static enum progress expand_step(struct proc *p, enum mode mode)
{
    switch (mode) {
    case MODE_FORM:
        return expand_form(p);
    case MODE_PATTERN:
        return expand_pattern(p);
    case MODE_BEGIN:
        return begin_sub(p);
    case MODE_FRAME:
        REG(X_TIMES) = NIL;
        return go_on_with_frame(p);
    case MODE_LOOK:
        return look_at_element(p);
    case MODE_RETURN:
        REG(X_TIMES) = NIL;
        set_mode(p, MODE_FRAME);
        return take_element(p, frame_kind(p)) ? GO_ON : RAISED;
    case MODE_REALISE:
        return realise(p);
    case MODE_EXPANDED:
        return take_expansion(p);
    case MODE_INHERIT:
        return inherit_position(p);
    }
    return RAISED;
}

/* (%expand form ns) */
enum step step_expand(struct proc *p)
{
    if (is_nil(REG(X_MODE))) {
        if (!is_type(REG(X_NS), T_NS)) {
            raise(p, E_TYPE_ERROR, "%%expand wants a namespace, not %T", REG(X_NS));
            return STEP_RAISE;
        }
        set_mode(p, MODE_FORM);
        REG(X_KIND) = mk_int(K_BOTTOM);
    }
    for (unsigned steps = 0;; steps++) {
        enum mode mode = (enum mode)int_value(REG(X_MODE));
        if (mode == MODE_RETURN && frame_kind(p) == K_BOTTOM)
            return step_return(p, REG(X_FORM));
        if (steps >= STEPS_A_SLICE && mode != MODE_EXPANDED) {
            steps = 0;
            native_charge(p, STEPS_A_SLICE / 10);
            if (p->reductions <= 0)
                return STEP_AGAIN;
        }
        switch (expand_step(p, mode)) {
        case GO_ON:
        case NO_MACRO:
            break;
        case CALLED:
            return STEP_CALL;
        case RAISED:
            return STEP_RAISE;
        }
    }
}

bool is_expander(const struct native_desc *native)
{
    return native->step == step_expand || native->step == step_macroexpand || native->step == step_macroexpand_1;
}
void expander_place(const term *fp, struct text_place *place, term *macro)
{
    term called = fp[-X_CALLED];
    *macro = is_nil(called) ? NIL : cons_head(spine_cell(called));
    position_unpack(position_within(is_nil(called) ? fp[-X_FORM] : called, fp[-X_AT]), &place->line, &place->column);
}

static enum step macroexpand(struct proc *p, bool once)
{
    if (is_nil(REG(X_MODE))) {
        REG(X_NS) = current_namespace(p);
        set_mode(p, MODE_FORM);
    }
    for (;;) {
        enum mode mode = (enum mode)int_value(REG(X_MODE));
        enum progress progress;
        if (mode == MODE_FORM && !is_nil(REG(X_SUB)) && once)
            return step_return(p, REG(X_FORM));
        if (mode == MODE_FORM) {
            term form = REG(X_FORM);
            if (!is_cons(form) && !(is_box(form) && is_seq(form)))
                return step_return(p, form);
            if (!is_realised_list(form)) {
                progress = start_realising(p, MODE_FORM);
            } else {
                term cell = spine_cell(form);
                if (!is_cons(cell) || special_kind(cons_head(cell)) != K_BOTTOM)
                    return step_return(p, form);
                REG(X_SUB) = TRUE_TERM; /* the next form seen is an expansion */
                progress = expand_macro_call(p);
                if (progress == NO_MACRO)
                    return step_return(p, REG(X_FORM));
            }
        } else {
            progress = expand_step(p, mode);
        }
        if (progress == CALLED)
            return STEP_CALL;
        if (progress == RAISED)
            return STEP_RAISE;
        native_charge(p, 1);
        if (p->reductions <= 0 && (enum mode)int_value(REG(X_MODE)) != MODE_EXPANDED)
            return STEP_AGAIN;
    }
}

enum step step_macroexpand_1(struct proc *p)
{
    return macroexpand(p, true);
}
enum step step_macroexpand(struct proc *p)
{
    return macroexpand(p, false);
}
