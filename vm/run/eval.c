/* SPDX-License-Identifier: GPL-3.0-only */
/* Reading, expanding, compiling and running top-level forms; functions of the library that compile at their first call.
 */
#include "run/eval.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/compile.h"
#include "lang/expand.h"
#include "lang/reader.h"
#include "lang/spine.h"
#include "lock.h"
#include "pure.h"
#include "run/chain.h"
#include "run/frames.h"
#include "run/names.h"
#include "run/place.h"

static term expand_fn, macroexpand_fn, eval_fn, load_fn, compile_lazy_fn;

static term core_native(const char *name)
{
    term value = var_root(ns_intern(NS_core, intern_symbol(NULL, 0, name, strlen(name))));
    ENSURE(!same(value, UNBOUND), "a native the evaluator needs exists");
    return value;
}
void eval_init(void)
{
    expand_fn = core_native("%expand");
    macroexpand_fn = core_native("macroexpand");
    eval_fn = core_native("%eval");
    load_fn = core_native("%load");
    compile_lazy_fn = core_native("%compile-lazy");
}

/* --- (%eval form ns file) --- */

enum { EVAL_FORM, EVAL_NS, EVAL_FILE, EVAL_STATE, EVAL_PART, EVAL_AT };
/* The forms of a top-level do are evaluated one after the other, so that later ones see macros and namespaces that
 * earlier ones make. One that a macro made has the place of the do. */
enum { EVAL_HEAD_EXPANDED = 1, EVAL_EXPANDED, EVAL_REST_OF_DO };
static enum step eval_rest_of_do(struct proc *p)
{
    REG(EVAL_PART) = cons_head(REG(EVAL_FORM));
    if (!inherit_place(p, EVAL_PART, REG(EVAL_AT)))
        return STEP_RAISE;
    term form = REG(EVAL_PART), next = spine_next(REG(EVAL_FORM)), ns = var_value(p, VAR_ns);
    REG(EVAL_STATE) = mk_int(EVAL_REST_OF_DO);
    REG(EVAL_FORM) = next;
    return is_nil(next) ? step_tail(p, eval_fn, 3, form, ns, REG(EVAL_FILE))
                        : step_call(p, eval_fn, 3, form, ns, REG(EVAL_FILE));
}
enum step step_eval(struct proc *p)
{
    iword state = is_nil(REG(EVAL_STATE)) ? 0 : int_value(REG(EVAL_STATE));
    if (state == EVAL_REST_OF_DO)
        return eval_rest_of_do(p);
    term form = state == EVAL_HEAD_EXPANDED ? p->result : REG(EVAL_FORM);
    bool here = same(REG(EVAL_NS), var_value(p, VAR_ns));
    if (state == 0 && here && spine_count(form) > 0 && is_symbol(cons_head(spine_cell(form)))) {
        REG(EVAL_STATE) = mk_int(EVAL_HEAD_EXPANDED);
        return step_call(p, macroexpand_fn, 1, form);
    }
    if (state == EVAL_HEAD_EXPANDED && spine_count(form) > 1 && same(cons_head(spine_cell(form)), S_do)) {
        REG(EVAL_AT) = position_within(form, position_within(REG(EVAL_FORM), NIL));
        REG(EVAL_FORM) = spine_next(spine_cell(form));
        return eval_rest_of_do(p);
    }
    if (state != EVAL_EXPANDED) {
        REG(EVAL_STATE) = mk_int(EVAL_EXPANDED);
        return step_call(p, expand_fn, 2, form, REG(EVAL_NS));
    }
    if (!shared_has_room(p))
        return STEP_RAISE;
    term thunk = compile_form(p, p->result, REG(EVAL_NS), REG(EVAL_FILE));
    return is_none(thunk) ? STEP_RAISE : step_tail(p, thunk, 0);
}

/* --- texts --- */

/* Files of the boot archive that were loaded. */
#define MAX_ARCHIVE_TEXTS 256
static struct archive_text {
    const u8 *data;
    word bytes;
    term file; /* path as a shared string */
} archive_texts[MAX_ARCHIVE_TEXTS];
static unsigned n_archive_texts;
static struct nested_lock archive_lock;

/* Index into archive_texts, -1 when there is no such file. */
static int archive_text(const char *path)
{
    word bytes;
    const u8 *data = port_archive_find(path, &bytes);
    if (!data)
        return -1;
    HOLD(&archive_lock);
    for (unsigned i = 0; i < n_archive_texts; i++) {
        if (archive_texts[i].data == data)
            return (int)i;
    }
    ENSURE(n_archive_texts < MAX_ARCHIVE_TEXTS, "the archive has at most MAX_ARCHIVE_TEXTS files");
    struct archive_text *a = &archive_texts[n_archive_texts];
    *a = (struct archive_text){data, bytes, NIL};
    shared_root(&a->file);
    slot_publish(&a->file, str_shared(path, strlen(path))); /* the collector may be looking at its roots */
    return (int)n_archive_texts++;
}
/* Text that the reader can hold on to: a long binary, or a small integer: an index into archive_texts. */
static const u8 *text_bytes(term text, word *bytes)
{
    if (is_int(text)) {
        const struct archive_text *a = &archive_texts[int_value(text)];
        *bytes = a->bytes;
        return a->data;
    }
    struct bin_view v = bin_view(text);
    *bytes = v.bits / 8;
    return v.data;
}
/* A binary outside the heap with the string's or binary's bytes; padded, as short ones would be inside it. */
static term text_pin(struct proc *p, term t)
{
    struct buf b = BUF_INIT;
    if (is_string(t)) {
        struct str_view v = str_view(t);
        buf_append(&b, v.data, v.bytes);
    } else {
        struct bin_view v = bin_view(t);
        buf_append(&b, v.data, v.bits / 8);
    }
    while (b.count < 2 * STR_INLINE_MAX)
        buf_byte(&b, '\n');
    term pinned = b.failed ? raise(p, E_OUT_OF_MEMORY, "no memory for the text") : binary_make(p, b.data, b.count);
    buf_free(&b);
    return pinned;
}

/* --- (%load text file origin after evaluate place) --- */

enum {
    LOAD_TEXT,
    LOAD_FILE,
    LOAD_ORIGIN,
    LOAD_AFTER,    /* nil, or a function called with each form's value */
    LOAD_EVALUATE, /* nil, or what is called in %eval's place, with tagged literals still in the form */
    LOAD_PLACE,    /* nil, or [line column] of the text's first character */
    LOAD_AT,       /* byte offset, line, column: where to read on */
    LOAD_LINE,
    LOAD_COLUMN,
    LOAD_FORM_AT, /* the form being evaluated: offset, comment's offset, end is LOAD_AT */
    LOAD_COMMENT_AT,
    LOAD_FORM_LINE,
    LOAD_FORM_COLUMN,
    LOAD_EVALUATION, /* numbers the forms that are evaluated */
    LOAD_VALUE_DUE,  /* the value in p->result is still to be given to LOAD_AFTER */
    LOAD_NS_RECORD,
    LOAD_FILE_RECORD = LOAD_NS_RECORD + CHAIN_WORDS,
    LOAD_REGISTERS = LOAD_FILE_RECORD + CHAIN_WORDS
};
STATIC_ASSERT(LOAD_REGISTERS == 23, "control.def says so");

void bind_here(struct proc *p, unsigned reg, term var, term value)
{
    REG(reg + CHAIN_PREV) = mk_int((iword)p->chain);
    REG(reg + CHAIN_INFO) = mk_int((iword)chain_with_reg(CHAIN_BINDING, reg));
    REG(reg + CHAIN_PAYLOAD) = var;
    REG(reg + CHAIN_EXTRA) = value;
    p->chain = (word)(proc_stack_end(p) - &REG(reg));
}
static struct reader reader_here(struct proc *p)
{
    struct reader r = {.at = (word)int_value(REG(LOAD_AT)),
                       .line = (u32)int_value(REG(LOAD_LINE)),
                       .column = (u32)int_value(REG(LOAD_COLUMN)),
                       .ns = var_value(p, VAR_ns),
                       .positions = true,
                       .intern = true};
    r.text = text_bytes(REG(LOAD_TEXT), &r.bytes);
    return r;
}
iword new_evaluation(void)
{
    static word n;
    return (iword)__atomic_add_fetch(&n, 1, __ATOMIC_RELAXED);
}
static void reader_done(struct proc *p, const struct reader *r)
{
    REG(LOAD_AT) = mk_int((iword)r->at);
    REG(LOAD_LINE) = mk_int(r->line);
    REG(LOAD_COLUMN) = mk_int(r->column);
    REG(LOAD_FORM_AT) = mk_int((iword)r->form_at);
    REG(LOAD_COMMENT_AT) = mk_int((iword)r->comment_at);
    REG(LOAD_FORM_LINE) = mk_int(r->form_line);
    REG(LOAD_FORM_COLUMN) = mk_int(r->form_column);
    REG(LOAD_EVALUATION) = mk_int(new_evaluation());
}
/* What was raised, or the reader's own :read-error, with the place and :incomplete as data. */
static enum step read_failed(struct proc *p, const struct reader *r, enum read_status status)
{
    if (status != READ_MEMORY) {
        raise(p, E_READ_ERROR, "%s", r->error);
        if (p->pending == PENDING_RAISE && !is_shared(p->pending_value))
            pending_add_data(p, K_incomplete, mk_bool(status == READ_INCOMPLETE));
    }
    pending_add_place(p,
                      &(struct text_place){.file = REG(LOAD_FILE), .line = r->error_line, .column = r->error_column});
    return STEP_RAISE;
}

static bool define_lazily(struct proc *p, struct reader *r);

enum step step_load(struct proc *p)
{
    if (is_nil(REG(LOAD_AT))) {
        if (!is_int(REG(LOAD_TEXT))) {
            if (!is_string(REG(LOAD_TEXT)) && !is_binary(REG(LOAD_TEXT))) {
                raise(p, E_TYPE_ERROR, "%%load wants a string or a binary, not %T", REG(LOAD_TEXT));
                return STEP_RAISE;
            }
            term pinned = text_pin(p, REG(LOAD_TEXT));
            if (is_none(pinned))
                return STEP_RAISE;
            REG(LOAD_TEXT) = pinned;
        }
        if (is_string(REG(LOAD_FILE)) && !is_shared(REG(LOAD_FILE))) { /* code and conditions will name it */
            struct str_view v = str_view(REG(LOAD_FILE));
            REG(LOAD_FILE) = str_shared(v.data, v.bytes);
        }
        REG(LOAD_AT) = mk_int(0);
        REG(LOAD_LINE) = REG(LOAD_COLUMN) = mk_int(1);
        if (is_type(REG(LOAD_PLACE), T_TUPLE) && tuple_count(REG(LOAD_PLACE)) == 2) {
            REG(LOAD_LINE) = OBJ(tuple, REG(LOAD_PLACE))->item[0];
            REG(LOAD_COLUMN) = OBJ(tuple, REG(LOAD_PLACE))->item[1];
        }
        bind_here(p, LOAD_NS_RECORD, VAR_ns, var_value(p, VAR_ns));
        bind_here(p, LOAD_FILE_RECORD, VAR_file, REG(LOAD_FILE));
        p->result = NIL;
    }
    if (is_truthy(REG(LOAD_VALUE_DUE))) {
        term value = p->result;
        REG(LOAD_VALUE_DUE) = p->result = NIL; /* what is printed as it is made must not be held here */
        return step_call(p, REG(LOAD_AFTER), 1, value);
    }
    struct reader r = reader_here(p);
    bool lazily = is_int(REG(LOAD_TEXT)) && same(r.ns, NS_core);
    while (lazily && define_lazily(p, &r))
        ;
    term form;
    enum read_status status = read_form(p, &r, &form);
    reader_done(p, &r);
    switch (status) {
    case READ_FORM:
        if (same(REG(LOAD_ORIGIN), K_repl) && p->reserve)
            p->reserve = RESERVE_HALF; /* the other half is for telling what may go wrong with this form */
        REG(LOAD_VALUE_DUE) = REG(LOAD_AFTER);
        return step_call(p,
                         is_truthy(REG(LOAD_EVALUATE)) ? REG(LOAD_EVALUATE)
                         : r.made_tagged               ? SLOW_eval_tagged
                                                       : eval_fn,
                         3, form, r.ns, REG(LOAD_FILE));
    case READ_END:
        p->chain = (word)int_value(REG(LOAD_NS_RECORD + CHAIN_PREV));
        return step_return(p, p->result); /* of the last form */
    case READ_INCOMPLETE:
    case READ_ERROR:
    case READ_MEMORY:
        return read_failed(p, &r, status);
    }
    return STEP_RAISE;
}

/* (%load-archive path): path is a string such as "lona/set.lona-s"; false when there is no such file. */
enum step step_load_archive(struct proc *p)
{
    if (!is_nil(REG(1)))
        return step_return(p, TRUE_TERM);
    if (!is_string(REG(0))) {
        raise(p, E_TYPE_ERROR, "%%load-archive wants a path, not %T", REG(0));
        return STEP_RAISE;
    }
    char path[256];
    struct str_view v = str_view(REG(0));
    if (v.bytes >= sizeof path)
        return step_return(p, FALSE_TERM);
    memcpy(path, v.data, v.bytes);
    path[v.bytes] = 0;
    int text = archive_text(path);
    if (text < 0)
        return step_return(p, FALSE_TERM);
    REG(1) = TRUE_TERM;
    return step_call(p, load_fn, 6, mk_int(text), archive_texts[text].file, K_file, NIL, NIL, NIL);
}

/* --- definitions that wait --- */

/*
 * A stub is a function whose code has no instructions: calling it calls %compile-lazy with it and the list of
 * arguments. Its constants say where the definition stands. Evaluating the definition fills the stub (stub_fill)
 * instead of setting the var, so that the function keeps its identity, and a var that was set to something else
 * meanwhile keeps that. Several processes may evaluate it at a time: the first fills the stub.
 */
enum { STUB_COMPILER, STUB_VAR, STUB_TEXT, STUB_AT, STUB_END, STUB_COMMENT, STUB_LINE, STUB_COLUMN, STUB_CONSTS };

static term stub_make(term var, term text, const struct reader *at, word end)
{
    word words = CODE_WORDS + STUB_CONSTS;
    struct code *c = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    memset((word *)c + 1, 0, (words - 1) * sizeof(word));
    c->nregs = 1;
    c->flags = CODE_VARIADIC | CODE_STUB;
    c->n_consts = STUB_CONSTS;
    c->line = at->form_line;
    c->column = at->form_column;
    struct str_view name = str_view(OBJ(symbol, OBJ(var, var)->name)->name);
    c->name = intern_symbol("lona.core", 9, (const char *)name.data, name.bytes);
    c->file = c->debug = NIL;
    term *k = code_consts(c);
    k[STUB_COMPILER] = compile_lazy_fn;
    k[STUB_VAR] = var;
    k[STUB_TEXT] = text;
    k[STUB_AT] = mk_int((iword)at->form_at);
    k[STUB_END] = mk_int((iword)end);
    k[STUB_COMMENT] = mk_int((iword)at->comment_at);
    k[STUB_LINE] = mk_int(at->form_line);
    k[STUB_COLUMN] = mk_int(at->form_column);
    struct obj_fn *f = (struct obj_fn *)shared_alloc_box(T_FN, FN_MANY, 2);
    f->code = (word *)c;
    f->meta = NIL;
    return mk_box_ptr(f);
}
term stub_var(term fn)
{
    const struct code *c = fn_stub(fn);
    return c ? code_consts((struct code *)c)[STUB_VAR] : ABSENT;
}
void stub_fill(term stub, term fn)
{
    if (!fn_stub(stub))
        return; /* another process was first */
    ENSURE(is_type(fn, T_FN) && box_words(fn) == box_words(stub), "a definition of the library is a function");
    struct obj_fn *to = OBJ(fn, stub);
    shared_keep(mk_box_ptr(to->code)); /* others may be reading what it says */
    slot_publish(&to->meta, OBJ(fn, fn)->meta);
    __atomic_store_n(&to->code, OBJ(fn, fn)->code, __ATOMIC_RELEASE);
    __atomic_store_n((u16 *)&to->hdr + 1, (u16)box_aux(fn), __ATOMIC_RELEASE); /* see simple_callee */
}

/*
 * A scanner just good enough to find the end of a well-formed definition. The whole library passes through it at each
 * start, so what means nothing costs a look at a table. Every text ends in a newline, at which alone the end is asked
 * for.
 */
enum { STOPS_FORM = 1, STOPS_STRING = 2 };
static const u8 stops[256] = {
    ['('] = STOPS_FORM,
    ['['] = STOPS_FORM,
    ['{'] = STOPS_FORM,
    [')'] = STOPS_FORM,
    [']'] = STOPS_FORM,
    ['}'] = STOPS_FORM,
    [';'] = STOPS_FORM,
    ['"'] = STOPS_FORM | STOPS_STRING,
    ['\\'] = STOPS_FORM | STOPS_STRING,
    ['\n'] = STOPS_FORM | STOPS_STRING,
};
struct scan {
    const u8 *at, *end, *line; /* line: where the line at `at` begins */
    u32 lines;                 /* that ended */
};
/* At the next byte that stops; steps over newlines. False: the text is over. */
static inline bool scan_to_stop(struct scan *s, u8 what)
{
    for (;;) {
        while (!(stops[*s->at] & what))
            s->at++;
        if (*s->at != '\n')
            return true;
        s->line = ++s->at;
        s->lines++;
        if (s->at >= s->end)
            return false;
    }
}
/* From behind the opening quote to behind the closing one. */
static bool skip_string(struct scan *s)
{
    while (scan_to_stop(s, STOPS_STRING)) {
        if (*s->at++ == '"')
            return true;
        s->at += *s->at != '\n'; /* what a backslash quotes */
    }
    return false;
}
/* From a list's parenthesis to behind its end. */
static bool skip_form(struct scan *s)
{
    unsigned depth = 0;
    while (scan_to_stop(s, STOPS_FORM)) {
        switch (*s->at++) {
        case '(':
        case '[':
        case '{':
            depth++;
            break;
        case ')':
        case ']':
        case '}':
            if (--depth == 0)
                return true;
            break;
        case '"':
            if (!skip_string(s))
                return false;
            break;
        case ';':
            s->at = memchr(s->at, '\n', (word)(s->end - s->at));
            break;
        case '\\':
            s->at += *s->at != '\n';
            break;
        }
    }
    return false;
}
static bool is_name_end(u8 c)
{
    return c <= ' ' || c == '(' || c == ')' || c == '[' || c == '"' || c == ',' || c == ';';
}
/* Skips white space and comments; notes where the comment lines directly above the next form begin. */
static void skip_blank(struct reader *r)
{
    const u8 *t = r->text;
    bool line_start = r->column == 1;
    word comment = ~0ull;
    while (r->at < r->bytes && (t[r->at] <= ' ' || t[r->at] == ';' || t[r->at] == ',')) {
        if (t[r->at] == ';') {
            if (line_start && comment == ~0ull)
                comment = r->at;
            while (r->at < r->bytes && t[r->at] != '\n')
                r->at++;
            continue;
        }
        if (t[r->at] == '\n') {
            if (line_start)
                comment = ~0ull;
            line_start = true;
            /* an empty line ends a comment; the line after a comment's end is not empty by itself */
            if (r->at > 0 && t[r->at - 1] != '\n' && comment != ~0ull)
                line_start = true;
            r->line++;
            r->column = 1;
            r->at++;
            if (r->at < r->bytes && t[r->at] == '\n')
                comment = ~0ull;
            continue;
        }
        r->column++;
        r->at++;
    }
    r->form_at = r->at;
    r->comment_at = comment == ~0ull ? r->at : comment;
    r->form_line = r->line;
    r->form_column = r->column;
}
/* Takes a (defn name ...), (defn- ...) or (defmacro ...) at the reader's place without reading it. False: it is not
 * one. */
static bool define_lazily(struct proc *p, struct reader *r)
{
    static const struct {
        const char *text;
        u32 flags;
    } heads[] = {{"(defn ", 0}, {"(defn- ", VAR_PRIVATE}, {"(defmacro ", VAR_MACRO}};
    skip_blank(r);
    const u8 *t = r->text + r->form_at;
    word left = r->bytes - r->form_at;
    for (unsigned i = 0; i < ARRAY_LEN(heads); i++) {
        word n = strlen(heads[i].text), name_end = n;
        if (left <= n || memcmp(t, heads[i].text, n) != 0)
            continue;
        while (name_end < left && !is_name_end(t[name_end]))
            name_end++;
        struct scan s = {.at = t, .end = r->text + r->bytes, .line = t - (r->form_column - 1), .lines = 0};
        if (name_end == n || t[n] == '^' || s.end[-1] != '\n' || !skip_form(&s))
            return false;
        term var = ns_intern(r->ns, intern_symbol(NULL, 0, (const char *)t + n, name_end - n));
        var_add_flags(var, heads[i].flags);
        r->at = (word)(s.at - r->text);
        var_set(var, stub_make(var, REG(LOAD_TEXT), r, r->at));
        r->line += s.lines;
        r->column = (u32)(s.at - s.line) + 1;
        return true;
    }
    return false;
}

/* Both natives that compile a stub keep it in LAZY_STUB, and what its code was in LAZY_CODE from the first step on. */
enum { LAZY_STUB, LAZY_ARGS, LAZY_CODE };
static enum step stub_begin(struct proc *p, const struct code *c)
{
    const term *k = code_consts((struct code *)c);
    term ns = OBJ(var, k[STUB_VAR])->ns, form;
    REG(LAZY_CODE) = mk_box_ptr(c);
    struct reader r = {.line = (u32)int_value(k[STUB_LINE]),
                       .column = (u32)int_value(k[STUB_COLUMN]),
                       .at = (word)int_value(k[STUB_AT]),
                       .ns = ns,
                       .positions = true,
                       .intern = true};
    r.text = text_bytes(k[STUB_TEXT], &r.bytes);
    enum read_status status = read_form(p, &r, &form);
    if (status == READ_MEMORY)
        return STEP_RAISE;
    if (status != READ_FORM) {
        raise(p, E_READ_ERROR, "%s", r.error);
        return STEP_RAISE;
    }
    return step_call(p, eval_fn, 3, form, ns, archive_texts[int_value(k[STUB_TEXT])].file);
}
/* False: *answer is what the native does meanwhile. */
static bool stub_is_compiled(struct proc *p, enum step *answer)
{
    const struct code *c = fn_stub(REG(LAZY_STUB));
    if (!c)
        return true;
    if (is_nil(REG(LAZY_CODE))) {
        *answer = stub_begin(p, c);
        return false;
    }
    raise(p, E_ILLEGAL_STATE, "evaluating the definition of %T did not define it", stub_var(REG(LAZY_STUB)));
    *answer = STEP_RAISE;
    return false;
}
/* (%compile-lazy stub args): STEP. Compiles the stub's definition, calls the function. */
enum step step_compile_lazy(struct proc *p)
{
    enum step answer;
    if (!stub_is_compiled(p, &answer))
        return answer;
    return step_tail(p, SLOW_apply, 2, REG(LAZY_STUB), REG(LAZY_ARGS));
}
/* (%compile-stub x): STEP. Compiles x if it is a stub; answers x. */
enum step step_compile_stub(struct proc *p)
{
    enum step answer;
    return stub_is_compiled(p, &answer) ? step_return(p, REG(LAZY_STUB)) : answer;
}

/* --- what is being loaded --- */

/* The text from comment to end, the form in it at `at`. */
static void context_texts(struct load_context *context, term text, word comment, word at, word end)
{
    word bytes;
    const u8 *first = text_bytes(text, &bytes);
    context->source = first + at;
    context->source_bytes = end - at;
    context->comment = first + comment;
    context->comment_bytes = at - comment;
}

/* Of the definition that the code of a stub waits for. */
static void waiting_context(const struct code *stub, struct load_context *context)
{
    const term *k = code_consts((struct code *)stub);
    *context = (struct load_context){.origin = K_file,
                                     .file = archive_texts[int_value(k[STUB_TEXT])].file,
                                     .line = (u32)int_value(k[STUB_LINE]),
                                     .column = (u32)int_value(k[STUB_COLUMN]),
                                     .evaluation = mk_int(new_evaluation()),
                                     .stub = NIL,
                                     .restored = NIL};
    context_texts(context, k[STUB_TEXT], (word)int_value(k[STUB_COMMENT]), (word)int_value(k[STUB_AT]),
                  (word)int_value(k[STUB_END]));
}

bool stub_context(term fn, struct load_context *context)
{
    const struct code *c = fn_stub(fn);
    if (c)
        waiting_context(c, context);
    return c != NULL;
}

bool load_context_find(const struct proc *p, struct load_context *context)
{
    for (struct frame f = frame_top(p); f.fp; f = frame_up(f)) {
        const struct native_desc *native = frame_step_native(f.fp);
        const term *r = f.fp;
        if (!native)
            continue;
        if (native->step == step_load) {
            *context = (struct load_context){.origin = r[-LOAD_ORIGIN],
                                             .file = r[-LOAD_FILE],
                                             .line = (u32)int_value(r[-LOAD_FORM_LINE]),
                                             .column = (u32)int_value(r[-LOAD_FORM_COLUMN]),
                                             .evaluation = r[-LOAD_EVALUATION],
                                             .stub = NIL,
                                             .restored = NIL};
            context_texts(context, r[-LOAD_TEXT], (word)int_value(r[-LOAD_COMMENT_AT]),
                          (word)int_value(r[-LOAD_FORM_AT]), (word)int_value(r[-LOAD_AT]));
            return true;
        }
        if (native->step == step_restore_var && restore_context(r, context))
            return true;
        if ((native->step == step_compile_lazy || native->step == step_compile_stub) &&
            is_type(r[-LAZY_CODE], T_CODE)) {
            waiting_context(code_ptr(r[-LAZY_CODE]), context);
            context->stub = r[-LAZY_STUB];
            context->stub_var = code_consts(code_ptr(r[-LAZY_CODE]))[STUB_VAR];
            return true;
        }
    }
    return false;
}

/* (%at-tag literal f tag form): (f tag form), which works on the tagged literal of the text. */
enum { TAG_LITERAL, TAG_READER, TAG_TAG, TAG_FORM, TAG_STATE };
enum step step_at_tag(struct proc *p)
{
    if (!is_nil(REG(TAG_STATE)))
        return step_return(p, p->result);
    REG(TAG_STATE) = TRUE_TERM;
    return step_call(p, REG(TAG_READER), 2, REG(TAG_TAG), REG(TAG_FORM));
}

enum text_work evaluator_place(const term *fp, const struct native_desc *native, struct text_place *place)
{
    if (native->step == step_eval) {
        place->file = fp[-EVAL_FILE];
        text_position(fp[-EVAL_FORM], -1, &place->line, &place->column);
        return WORK_EVALUATES;
    }
    if (native->step == step_at_tag && is_type(fp[-TAG_LITERAL], T_TAGGED))
        return position_unpack(OBJ(tagged, fp[-TAG_LITERAL])->at, &place->line, &place->column) ? WORK_EXPANDS
                                                                                                : WORK_OTHER;
    if (native->step == step_load && is_int(fp[-LOAD_FORM_LINE])) {
        place->file = fp[-LOAD_FILE];
        place->line = (u32)int_value(fp[-LOAD_FORM_LINE]);
        place->column = (u32)int_value(fp[-LOAD_FORM_COLUMN]);
        return WORK_LOADS;
    }
    if (native->step != step_compile_lazy && native->step != step_compile_stub)
        return WORK_OTHER;
    if (!is_type(fp[-LAZY_CODE], T_CODE) || !fn_stub(fp[-LAZY_STUB]))
        return WORK_OTHER; /* it has not begun, or the definition is compiled and called */
    const term *k = code_consts(code_ptr(fp[-LAZY_CODE]));
    place->file = archive_texts[int_value(k[STUB_TEXT])].file;
    place->line = (u32)int_value(k[STUB_LINE]);
    place->column = (u32)int_value(k[STUB_COLUMN]);
    return WORK_LOADS;
}

bool loaded_form(const term *fp, const struct native_desc *native, struct str_view *text, struct text_place *place)
{
    if (native->step != step_load || !is_int(fp[-LOAD_FORM_LINE]) || !is_int(fp[-LOAD_FORM_AT]))
        return false;
    word bytes, begin = (word)int_value(fp[-LOAD_FORM_AT]);
    const u8 *first = text_bytes(fp[-LOAD_TEXT], &bytes);
    *text = (struct str_view){.data = first + begin, .bytes = (u32)((word)int_value(fp[-LOAD_AT]) - begin)};
    place->line = (u32)int_value(fp[-LOAD_FORM_LINE]);
    place->column = (u32)int_value(fp[-LOAD_FORM_COLUMN]);
    return true;
}

/* (%boot args): loads the core of the library, then calls (lona.main/start args). */
enum step step_boot(struct proc *p)
{
    static const char *const files[] = {"lona/core.lona-s", "lona/main.lona-s"};
    if (is_nil(REG(1)))
        REG(1) = mk_int(0);
    word i = (word)int_value(REG(1));
    if (i < ARRAY_LEN(files)) {
        REG(1) = mk_int((iword)i + 1);
        return step_call(p, core_native("%load-archive"), 1, str_shared(files[i], strlen(files[i])));
    }
    term ns = ns_find_or_create(intern_symbol(NULL, 0, "lona.main", 9));
    return step_tail(p, ns_intern(ns, intern_symbol(NULL, 0, "start", 5)), 1, REG(0));
}
