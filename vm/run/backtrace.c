/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * backtrace.c: the stack of a process for people: as text for reports, as data for the debugger. Frames that only carry
 * out what other frames ask (adapters, the evaluator's own) are left out. Below the frames of a macro stands, named
 * "expansion of ..." and the macro's name, where its call is written.
 */
#include "data/buf.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "pure.h"
#include "run/eval.h"
#include "run/frames.h"
#include "run/names.h"
#include "run/native.h"
#include "run/place.h"
#include "run/signal.h"

/* A frame that expands macros is shown while one runs: as what asked for its frame, in the text. */
static term expanded_macro(struct frame f, struct text_place *place)
{
    const struct native_desc *native = frame_step_native(f.fp);
    term macro = NIL;
    if (native && is_expander(native))
        expander_place(f.fp, place, &macro);
    return macro;
}
#define EXPANSION "expansion of "
/* Names of STEP natives that start with % mean nothing to a user. */
static bool frame_is_internal(struct frame f)
{
    const struct code *c = frame_running_code(f);
    if (c->flags & CODE_ADAPTER)
        return true;
    if (is_symbol(expanded_macro(f, &(struct text_place){.file = NIL})))
        return false;
    if (!(c->flags & CODE_STEP) || !is_symbol(c->name))
        return false;
    struct str_view name = str_view(OBJ(symbol, c->name)->name);
    return name.bytes && name.data[0] == '%';
}
static struct frame shown_frame(struct frame f)
{
    while (f.fp && frame_is_internal(f))
        f = frame_up(f);
    return f;
}

/* Where the frame is: its file (a string) or nil. */
static term frame_place(struct frame f, u32 *line, u32 *column)
{
    const struct code *c = frame_running_code(f);
    struct text_place place = {.file = NIL};
    if (is_symbol(expanded_macro(f, &place))) {
        text_place_from(f, &place);
        *line = place.line;
        *column = place.column;
        return is_string(place.file) && place.line ? place.file : NIL;
    }
    *line = c->line;
    *column = c->column;
    if (!(c->flags & CODE_STEP))
        code_position(c, (u32)(f.pc - c->insns) - (f.waits ? CALL_WORDS : 0), line, column);
    return is_string(c->file) ? c->file : NIL;
}

/* A symbol; nil for a form at top level. */
static term frame_name(struct frame f)
{
    term name = frame_running_code(f)->name, macro = expanded_macro(f, &(struct text_place){.file = NIL});
    if (!is_symbol(macro))
        return is_symbol(name) ? name : NIL;
    struct str_view v = str_view(OBJ(symbol, macro)->name);
    char text[100];
    int n = snprintf(text, sizeof text, EXPANSION "%.*s", (int)v.bytes, v.data);
    return intern_symbol(NULL, 0, text, n < (int)sizeof text ? (word)n : sizeof text - 1);
}

static void put_name(struct buf *b, term name)
{
    struct print_options o = {.readable = true, .force_not = true, .length = 4, .level = 2, .max_bytes = 200};
    term stopped;
    if (is_symbol(name))
        print_term(b, name, &o, &stopped);
    else
        buf_text(b, "top level");
}
static void put_frame(struct buf *b, struct frame f)
{
    u32 line, column;
    term file = frame_place(f, &line, &column);
    buf_text(b, "    at ");
    put_name(b, frame_name(f));
    if (!is_nil(file)) {
        struct str_view v = str_view(file);
        buf_text(b, " (");
        buf_append(b, v.data, v.bytes);
        buf_format(b, ":%u:%u)", line, column);
    }
    buf_byte(b, '\n');
}
/* What calls itself over and over is shown once. */
static struct frame past_repeated(struct frame f, unsigned *times)
{
    struct frame up = shown_frame(frame_up(f));
    for (*times = 0; up.fp && frame_running_code(up) == frame_running_code(f) && up.pc == f.pc; ++*times)
        up = shown_frame(frame_up(up));
    return up;
}
void stack_print(const struct proc *p, struct buf *b, unsigned max)
{
    unsigned shown = 0, times;
    for (struct frame f = shown_frame(frame_top(p)); f.fp;) {
        if (shown++ == max) {
            buf_text(b, "    ...\n");
            return;
        }
        put_frame(b, f);
        f = past_repeated(f, &times);
        if (times)
            buf_format(b, "    ... %u times more\n", times);
    }
}
/* (%stack-text max-frames): the running stack, a line a frame */
term native_stack_text(struct proc *p, unsigned n)
{
    struct buf b = BUF_INIT;
    stack_print(p, &b, is_int(ARG(0)) && int_value(ARG(0)) >= 0 ? (unsigned)int_value(ARG(0)) : 50);
    return str_from_buf(p, &b);
}

/* --- frames as data -------------------------------------------------------------------------------------------------
 */

struct frame_local {
    term name, value; /* ABSENT: the value is no longer kept */
    unsigned reg;
    bool live; /* in a register that is read later */
};
/* The frame's next local; *at goes on from 0. False past the last. */
static bool next_local(struct frame f, const struct reg_sets *sets, unsigned *at, struct frame_local *l)
{
    const struct code *c = frame_running_code(f);
    u32 insn = (u32)(f.pc - c->insns) - (f.waits ? CALL_WORDS : 0);
    do {
        if (!code_local(c, insn, (*at)++, &l->name, &l->reg))
            return false;
    } while (!is_symbol(l->name));
    l->value = ABSENT;
    l->live = l->reg < c->nregs && sets->live[l->reg / 64] >> (l->reg % 64) & 1;
    if (l->live || (l->reg < c->nregs && sets->spent[l->reg / 64] >> (l->reg % 64) & 1))
        l->value = f.fp[-(iword)l->reg];
    else if (l->reg >= REG_CAPTURED)
        l->value = OBJ(fn, f.fp[FRAME_FN])->capture[l->reg - REG_CAPTURED];
    return true;
}
static unsigned count_locals(struct frame f)
{
    struct reg_sets sets;
    struct frame_local l;
    unsigned at = 0, count = 0;
    if (frame_running_code(f)->flags & CODE_STEP)
        return 0;
    frame_registers(f, &sets);
    while (next_local(f, &sets, &at, &l))
        count++;
    return count;
}

/* What names a frame as long as it stands. */
static iword frame_number(const struct proc *p, struct frame f)
{
    return proc_stack_end(p) - f.fp;
}

#define FRAME_FIELDS 6
#define MAX_FRAMES 10000

/* [name file line column]; room is reserved. */
#define PLACE_FIELDS 4
static term mk_place(struct proc *p, struct frame f)
{
    u32 line, column;
    struct obj_tuple *t = heap_take_tuple(p, PLACE_FIELDS);
    term file = frame_place(f, &line, &column);
    t->item[0] = frame_name(f);
    t->item[1] = file;
    t->item[2] = is_nil(file) ? NIL : mk_int(line);
    t->item[3] = is_nil(file) ? NIL : mk_int(column);
    return mk_box_ptr(t);
}
term stack_list(struct proc *p, unsigned max)
{
    if (!heap_reserve(p, max * (CONS_WORDS + 1 + PLACE_FIELDS)))
        return NONE;
    term list = EMPTY_LIST, *tail = &list;
    for (struct frame f = shown_frame(frame_top(p)); f.fp && max--; f = shown_frame(frame_up(f))) {
        *tail = mk_cons(p, mk_place(p, f), EMPTY_LIST);
        tail = &cons_ptr(*tail)->tail;
    }
    return list;
}

/* A local is [name value], or [name] when its value is no longer kept; room is reserved. */
static term mk_frame(struct proc *p, struct frame f)
{
    u32 line, column;
    unsigned n = count_locals(f), at = 0;
    struct reg_sets sets;
    struct obj_tuple *locals = heap_take_tuple(p, n), *t = heap_take_tuple(p, FRAME_FIELDS);
    frame_registers(f, &sets);
    for (unsigned i = 0; i < n; i++) {
        struct frame_local l;
        next_local(f, &sets, &at, &l);
        struct obj_tuple *pair = heap_take_tuple(p, is_absent(l.value) ? 1 : 2);
        pair->item[0] = l.name;
        if (!is_absent(l.value))
            pair->item[1] = l.value;
        locals->item[i] = mk_box_ptr(pair);
    }
    term file = frame_place(f, &line, &column);
    t->item[0] = frame_name(f);
    t->item[1] = file;
    t->item[2] = is_nil(file) ? NIL : mk_int(line);
    t->item[3] = is_nil(file) ? NIL : mk_int(column);
    t->item[4] = mk_box_ptr(locals);
    t->item[5] = mk_int(frame_number(p, f));
    return mk_box_ptr(t);
}
/* Counted first: the reservation may move frames, but changes none. */
static term frames_from(struct proc *p, bool callers_only, word max)
{
    struct frame top = callers_only ? frame_up(frame_top(p)) : frame_top(p);
    word count = 0, words = 0;
    for (struct frame f = shown_frame(top); f.fp && count < max; f = shown_frame(frame_up(f))) {
        words += CONS_WORDS + 1 + FRAME_FIELDS + 1 + 4 * count_locals(f);
        count++;
    }
    if (!heap_reserve(p, words))
        return NONE;
    top = callers_only ? frame_up(frame_top(p)) : frame_top(p);
    term list = EMPTY_LIST, *tail = &list;
    for (struct frame f = shown_frame(top); f.fp && count--; f = shown_frame(frame_up(f))) {
        *tail = mk_cons(p, mk_frame(p, f), EMPTY_LIST);
        tail = &cons_ptr(*tail)->tail;
    }
    return list;
}
term frames_list(struct proc *p, unsigned max)
{
    return frames_from(p, false, max);
}
/*
 * (%frames max): a list of [name file line column locals number] of the frames below the caller's, the newest first:
 * name is nil for the code of a form at top level, locals [[name value] ...], with [name] for a value that is no longer
 * kept.
 */
term native_frames(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)) || int_value(ARG(0)) < 0)
        return raise_arg(p, 0, "a number of frames");
    return frames_from(p, true, int_value(ARG(0)) < MAX_FRAMES ? (word)int_value(ARG(0)) : MAX_FRAMES);
}

/* Code that takes a vector apart does so after it has looked at its length. */
static bool fits_register(const struct code *c, unsigned reg, term old, term new)
{
    if (!is_vector(old) || (is_vector(new) && vec_count(new) == vec_count(old)))
        return true;
    for (u32 at = 0; at < c->n_insns; at += op_infos[INSN_OP(c->insns[at])].words) {
        if (INSN_OP(c->insns[at]) == OP_VREF && INSN_B(c->insns[at]) == reg)
            return false;
    }
    return true;
}
/*
 * (%frame-set! number name value): the innermost local of that name in the frame has this value from now on. Answers
 * nil, or why it cannot be: :no-frame, :no-local, :spent (nothing reads it any more), :captured (it is part of the
 * function), :shape (a vector that is taken apart by its length).
 */
term native_frame_set(struct proc *p, unsigned n)
{
    struct reg_sets sets;
    struct frame_local l, found = {.name = NONE};
    struct frame f = frame_top(p);
    unsigned at = 0;
    if (!is_symbol(ARG(1)))
        return raise_arg(p, 1, "a symbol");
    while (f.fp && (!is_int(ARG(0)) || frame_number(p, f) != int_value(ARG(0))))
        f = frame_up(f);
    if (!f.fp)
        return intern_keyword(NULL, 0, "no-frame", 8);
    if (frame_running_code(f)->flags & (CODE_STEP | CODE_ADAPTER))
        return intern_keyword(NULL, 0, "no-local", 8);
    frame_registers(f, &sets);
    while (next_local(f, &sets, &at, &l)) {
        if (names_equal(l.name, ARG(1)))
            found = l;
    }
    if (is_none(found.name))
        return intern_keyword(NULL, 0, "no-local", 8);
    if (!found.live)
        return found.reg >= REG_CAPTURED ? intern_keyword(NULL, 0, "captured", 8) : intern_keyword(NULL, 0, "spent", 5);
    term *slot = &f.fp[-(iword)found.reg];
    if (!fits_register(frame_running_code(f), found.reg, *slot, ARG(2)))
        return intern_keyword(NULL, 0, "shape", 5);
    *slot = ARG(2);
    return NIL;
}
/* (%function-name f): the symbol a function was compiled under, or nil. */
term native_function_name(struct proc *p, unsigned n)
{
    term f = ARG(0);
    if (is_type(f, T_NATIVE)) {
        const struct native_desc *d = OBJ(native, f)->desc;
        return find_symbol(p, d->ns, strlen(d->ns), d->name, strlen(d->name));
    }
    if (!is_type(f, T_FN))
        return NIL;
    term waiting = stub_var(f);
    if (!is_absent(waiting)) {
        struct str_view ns = str_view(OBJ(symbol, ns_name(OBJ(var, waiting)->ns))->name);
        struct str_view name = str_view(OBJ(symbol, OBJ(var, waiting)->name)->name);
        return find_symbol(p, (const char *)ns.data, ns.bytes, (const char *)name.data, name.bytes);
    }
    term name = fn_some_code(f)->name;
    return is_symbol(name) ? name : NIL;
}
