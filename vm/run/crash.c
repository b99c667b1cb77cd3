/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/crash.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/native.h"
#include "run/place.h"
#include "run/procs.h"
#include "run/signal.h"
#include "term/heap.h"

static void put_value(struct buf *b, term t, word max_bytes)
{
    struct print_options o = {.readable = true, .force_not = true, .length = 50, .level = 8, .max_bytes = max_bytes};
    term stopped;
    print_term(b, t, &o, &stopped);
}
/* What the condition's data says of a place in a text. */
static bool told_place(term c, struct text_place *place)
{
    term data = OBJ(condition, c)->data;
    if (!is_map(data))
        return false;
    term file = map_get(data, K_file), line = map_get(data, K_line), column = map_get(data, K_column);
    if (!(is_string(file) || is_nil(file)) || !is_int(line) || !is_int(column))
        return false;
    *place = (struct text_place){file, (u32)int_value(line), (u32)int_value(column)};
    return true;
}
static void put_condition(struct buf *b, term c, const struct text_place *place)
{
    if (place) {
        struct str_view v = is_nil(place->file) ? (struct str_view){0} : str_view(place->file);
        if (is_nil(place->file))
            buf_text(b, "string");
        buf_append(b, v.data, v.bytes);
        buf_format(b, ":%u:%u: ", place->line, place->column);
    }
    term message = OBJ(condition, c)->message, data = OBJ(condition, c)->data;
    put_value(b, OBJ(condition, c)->kind, 200);
    if (is_string(message)) {
        struct str_view v = str_view(message);
        buf_text(b, ": ");
        buf_append(b, v.data, v.bytes);
    }
    buf_byte(b, '\n');
    if (!told_place(c, &(struct text_place){.file = NIL}) && !is_nil(data) && !(is_map(data) && map_count(data) == 0)) {
        buf_text(b, "    ");
        put_value(b, data, 2000);
        buf_byte(b, '\n');
    }
}
/* The error, where in the text that is compiled it is if it is there, and its causes. */
#define MAX_CAUSES 8
static void put_conditions(const struct proc *p, struct buf *b, term c)
{
    struct text_place place;
    bool placed = told_place(c, &place) || (text_place_find(p, &place) && place.line);
    if (!placed)
        buf_text(b, "error: ");
    put_condition(b, c, placed ? &place : NULL);
    for (unsigned i = 0; i < MAX_CAUSES && is_type(OBJ(condition, c)->cause, T_CONDITION); i++) {
        c = OBJ(condition, c)->cause;
        buf_text(b, "caused by: ");
        put_condition(b, c, told_place(c, &place) ? &place : NULL);
    }
}
static void put_line(struct buf *b, const char *what, term value)
{
    if (is_nil(value))
        return;
    buf_text(b, what);
    put_value(b, value, 200);
    buf_byte(b, '\n');
}
/* Which process, where it is not the program's first. */
static void put_process(struct buf *b, const struct proc *p)
{
    if (is_nil(p->parent))
        return;
    put_line(b, "crash of process ", p->pid);
    put_line(b, "  name: ", proc_name(p));
    put_line(b, "  label: ", p->extra ? p->extra->label : NIL);
    put_line(b, "  initial call: ", interp_initial_call(p));
}
/* What (exit reason) was called with, or ABSENT. */
static term asked_reason(term value)
{
    if (!is_type(value, T_CONDITION) || !same(OBJ(condition, value)->kind, error_keywords[E_EXIT]))
        return ABSENT;
    term data = OBJ(condition, value)->data;
    return is_map(data) ? map_get(data, K_reason) : ABSENT;
}
void crash_text(const struct proc *p, struct buf *b)
{
    term value = p->result;
    put_process(b, p);
    term asked = asked_reason(value);
    if (p->flags & PROC_KILLED || !is_absent(asked)) {
        buf_text(b, "exit: ");
        put_value(b, is_absent(asked) ? value : asked, 2000);
        buf_byte(b, '\n');
    } else if (is_type(value, T_CONDITION)) {
        put_conditions(p, b, value);
    } else {
        buf_text(b, "error: thrown: ");
        put_value(b, value, 2000);
        buf_byte(b, '\n');
    }
    stack_print(p, b, 40);
}

/* --- the exit reason --- */

static bool is_tellable(term value)
{
    term cell;
    return copy_size(value, &cell) != COPY_STAYS;
}
/* The value, or its text where it holds what belongs to the process. NONE: no memory. MAY_GC */
static term tellable(struct proc *p, term value)
{
    if (is_tellable(value))
        return value;
    struct buf b = BUF_INIT;
    put_value(&b, value, 2000);
    return str_from_buf(p, &b);
}
/* A part of the condition p->result, which is a fresh one. */
static bool tell_part(struct proc *p, word offset)
{
    term told = tellable(p, *(term *)((u8 *)OBJ(condition, p->result) + offset));
    if (!is_none(told))
        heap_write(p, p->result, (term *)((u8 *)OBJ(condition, p->result) + offset), told);
    return !is_none(told);
}
/* Makes p->result something that others can be told. False: no memory. MAY_GC */
static bool make_tellable(struct proc *p)
{
    if (is_tellable(p->result))
        return true;
    bool condition = is_type(p->result, T_CONDITION);
    term told = p->result;
    if (condition) {
        const struct obj_condition *c = OBJ(condition, told);
        told = condition_make(p, c->kind, c->message, c->data, is_tellable(c->cause) ? c->cause : NIL);
    } else {
        told = tellable(p, told);
    }
    if (is_none(told))
        return false;
    p->result = told;
    return !condition || (tell_part(p, offsetof(struct obj_condition, kind)) &&
                          tell_part(p, offsetof(struct obj_condition, message)) &&
                          tell_part(p, offsetof(struct obj_condition, data)));
}

term crash_reason(struct proc *p)
{
    p->reserve = RESERVE_OPEN; /* the limit that it may have died of does not hold for its last words */
    p->pending = PENDING_NOTHING;
    term asked = asked_reason(p->result);
    if (!is_absent(asked)) {
        asked = tellable(p, asked);
        p->pending = PENDING_NOTHING;
        return is_none(asked) ? K_out_of_memory : asked;
    }
    term stack = make_tellable(p) ? stack_list(p, 100) : NONE;
    if (is_none(stack) || !heap_reserve(p, 4, &stack)) {
        p->pending = PENDING_NOTHING;
        return K_out_of_memory;
    }
    struct obj_tuple *t = heap_take_tuple(p, 3);
    t->item[0] = K_error;
    t->item[1] = p->result;
    t->item[2] = stack;
    return mk_box_ptr(t);
}
bool crash_is_planned(const struct proc *p)
{
    term asked = asked_reason(p->result);
    term reason = is_absent(asked) ? p->result : asked;
    if (is_absent(asked) && !(p->flags & PROC_KILLED))
        return false;
    if (is_vector(reason) && vec_count(reason) == 2)
        reason = same(vec_nth(reason, 0), K_shutdown) ? K_shutdown : NIL;
    return same(reason, K_normal) || same(reason, K_shutdown);
}
bool crash_is_error(term reason)
{
    return is_type(reason, T_TUPLE) && box_words(reason) == 3 && same(OBJ(tuple, reason)->item[0], K_error);
}
