/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * str_natives.c: the natives of lona.core on strings and characters, and what they share with those of lona.string
 * (text.c) and regular expressions (regex.c). format is in format.c.
 */
#include "data/inst.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/text.h"
#include "data/vec_tree.h"
#include "pure.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

/* --- values as text ---------------------------------------------------------------------------------------------- */

static void append_float(struct buf *b, double d)
{
    if (isnan(d))
        buf_text(b, "NaN");
    else if (isinf(d))
        buf_text(b, d < 0 ? "-Infinity" : "Infinity");
    else {
        char text[NUM_TEXT_MAX];
        buf_append(b, text, num_float_text(d, text));
    }
}

static void append_string(struct buf *b, term s)
{
    struct str_view v = str_view(s);
    buf_append(b, v.data, v.bytes);
}

static enum print_status append_other(struct proc *p, struct buf *b, term x, term *at)
{
    struct print_options options = {.readable = true, .length = -1, .level = -1, .process = p};
    return print_term(b, x, &options, at);
}

static void append_int(struct buf *b, iword n)
{
    char text[24], *at = text + sizeof(text);
    u64 rest = n < 0 ? -(u64)n : (u64)n;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (n < 0)
        *--at = '-';
    buf_append(b, at, text + sizeof(text) - at);
}

enum print_status text_append(struct proc *p, struct buf *b, term x, term *at)
{
    if (interrupt_asked(p))
        return PRINT_INTERRUPTED;
    if (is_string(x))
        append_string(b, x);
    else if (is_nil(x))
        return PRINT_OK;
    else if (is_char(x))
        buf_code_point(b, char_value(x));
    else if (is_int(x))
        append_int(b, int_value(x));
    else if (is_float(x))
        append_float(b, float_value(x));
    else if (!is_box(x))
        return append_other(p, b, x, at);
    else if (box_type(x) == T_REGEX)
        append_string(b, OBJ(regex, x)->source);
    else if (box_type(x) == T_UUID)
        uuid_print(b, OBJ(uuid, x)->high, OBJ(uuid, x)->low);
    else if (box_type(x) == T_INST)
        inst_print(b, int_value(OBJ(inst, x)->millis));
    else if (box_type(x) == T_DECIMAL) {
        num_print(b, x, 10);
        if (!b->failed && b->count && b->data[b->count - 1] == 'M')
            b->count--;
    } else
        return append_other(p, b, x, at);
    return b->failed ? PRINT_MEMORY : PRINT_OK;
}

term text_stopped(struct proc *p, struct buf *b, enum print_status status, term at, term slow)
{
    buf_free(b);
    if (status == PRINT_MEMORY)
        return raise(p, E_OUT_OF_MEMORY, "no memory for a long string");
    if (status == PRINT_INTERRUPTED)
        return retry_after_interrupt(p);
    if (status == PRINT_LAZY)
        return retry_when_ready(p, at);
    return tail_slow(p, slow);
}

/* --- slices ------------------------------------------------------------------------------------------------------- */

void slice_add(struct buf *slices, word from, word to)
{
    struct slice slice = {(u32)from, (u32)to};
    buf_append(slices, &slice, sizeof(slice));
}

static term mk_slice(struct proc *p, term s, const struct slice *slice)
{
    if (slice->from == NO_SLICE)
        return NIL;
    struct str_view v = str_view(s);
    if (slice->from == 0 && slice->to == v.bytes)
        return s;
    return mk_str_part(p, s, slice->from, slice->to - slice->from);
}

static term build_slices(struct proc *p, unsigned arg, const struct slice *slice, word n)
{
    word words = vec_build_words(n, false);
    for (word i = 0; i < n; i++)
        words += slice[i].from == NO_SLICE ? 0 : str_part_words(ARG(arg), slice[i].to - slice[i].from);
    if (!heap_reserve(p, words))
        return NONE;
    struct vec_built b = vec_build(p, n, NIL, false);
    for (word i = 0; i < n; i++)
        b.slots[i + i / VEC_WIDTH] = mk_slice(p, ARG(arg), &slice[i]);
    return vec_from_shape(p, &b.shape);
}

term slices_vector(struct proc *p, unsigned arg, struct buf *slices)
{
    term vector;
    word n = slices->count / sizeof(struct slice);
    if (slices->failed)
        vector = raise(p, E_OUT_OF_MEMORY, "no memory for the parts of a string");
    else
        vector = n ? build_slices(p, arg, (const struct slice *)slices->data, n) : EMPTY_VECTOR;
    native_charge(p, n / 20);
    buf_free(slices);
    return vector;
}

/* --- natives -------------------------------------------------------------------------------------------------------
 */

/* Its text is a string's, or ASCII, whatever the printer does. */
static bool is_plain_text(term x)
{
    return is_string(x) || is_int(x) || is_char(x) || is_nil(x);
}

term n_str(struct proc *p, unsigned n)
{
    if (n == 0)
        return str_make(p, "", 0);
    if (n == 1 && is_string(ARG(0)))
        return ARG(0);
    struct buf b = BUF_INIT;
    bool valid = true;
    for (unsigned i = 0; i < n; i++) {
        term at;
        valid = valid && is_plain_text(ARG(i));
        enum print_status status = text_append(p, &b, ARG(i), &at);
        if (status != PRINT_OK)
            return text_stopped(p, &b, status, at, SLOW_str);
    }
    native_charge(p, b.count / 1024);
    return valid ? str_from_valid(p, &b) : str_from_buf(p, &b);
}

/* An index argument within 0..max; raises else. */
static bool index_arg(struct proc *p, unsigned i, word max, word *index)
{
    term t = ARG(i);
    if (is_int(t) && int_value(t) >= 0 && (word)int_value(t) <= max) {
        *index = int_value(t);
        return true;
    }
    if (!is_integer(t))
        raise_arg(p, i, "an index");
    else
        raise(p, E_RANGE_ERROR, "index %T is outside of a string of %lu characters", t, (unsigned long)max);
    return false;
}

term n_subs(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    word count = str_view(ARG(0)).code_points, from, to = count;
    if (!index_arg(p, 1, count, &from) || (n == 3 && !index_arg(p, 2, count, &to)))
        return NONE;
    if (from > to)
        return raise(p, E_RANGE_ERROR, "subs: the start %T is behind the end %T", ARG(1), ARG(2));
    return str_substring(p, ARG(0), from, to);
}

/* (%join separator coll): nil when an element prints itself (a record). */
term n_join(struct proc *p, unsigned n)
{
    term s, lazy, x;
    enum seq_status step = seq_of(p, ARG(1), &s, &lazy);
    if (step == SEQ_ERROR)
        return NONE;
    struct buf b = BUF_INIT, separator = BUF_INIT;
    enum print_status status = text_append(p, &separator, ARG(0), &lazy);
    struct cursor at = cursor_at(s);
    word count = 0;
    bool valid = is_plain_text(ARG(0));
    while (step == SEQ_OK && status == PRINT_OK && (step = cursor_next(&at, &x, &lazy)) == SEQ_OK) {
        if (count++)
            buf_append(&b, separator.data, separator.count);
        valid = valid && is_plain_text(x);
        status = text_append(p, &b, x, &lazy);
    }
    buf_free(&separator);
    native_charge(p, count / 20 + b.count / 1024);
    if (status == PRINT_METHOD) {
        buf_free(&b);
        return NIL;
    }
    if (step == SEQ_LAZY)
        status = PRINT_LAZY;
    if (status != PRINT_OK)
        return text_stopped(p, &b, status, lazy, NIL);
    return valid ? str_from_valid(p, &b) : str_from_buf(p, &b);
}
