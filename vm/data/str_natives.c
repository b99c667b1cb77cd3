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
    } else if (box_type(x) == T_NS) {
        print_name(b, OBJ(ns, x)->name);
    } else if (box_type(x) == T_RECORD) {
        *at = x;
        return PRINT_METHOD;
    } else
        return append_other(p, b, x, at);
    return b->failed ? PRINT_MEMORY : b->stopped ? PRINT_INTERRUPTED : PRINT_OK;
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

/*
 * Plain text is of strings, integers, characters and nil: its length is known before it is written, so a string of it
 * is measured, made, and filled with one copy.
 */
struct extent {
    word bytes, code_points;
};

static u64 magnitude(iword n)
{
    return n < 0 ? -(u64)n : (u64)n;
}
static word int_text_bytes(iword n)
{
    word bytes = 1 + (n < 0);
    for (u64 rest = magnitude(n); rest >= 10; rest /= 10)
        bytes++;
    return bytes;
}

/* False: x is no plain text. */
static bool add_extent(struct extent *e, term x)
{
    if (is_string(x)) {
        struct str_view v = str_view(x);
        e->bytes += v.bytes;
        e->code_points += v.code_points;
    } else if (is_int(x)) {
        word bytes = int_text_bytes(int_value(x));
        e->bytes += bytes;
        e->code_points += bytes;
    } else if (is_char(x)) {
        u8 room[4];
        e->bytes += utf8_put(room, char_value(x));
        e->code_points++;
    } else {
        return is_nil(x);
    }
    return true;
}

static u8 *put_int(u8 *to, iword n)
{
    u8 *end = to + int_text_bytes(n), *at = end;
    u64 rest = magnitude(n);
    do
        *--at = (u8)('0' + rest % 10);
    while (rest /= 10);
    if (n < 0)
        *to = '-';
    return end;
}
static u8 *put_plain(u8 *to, term x)
{
    if (is_string(x)) {
        struct str_view v = str_view(x);
        memcpy(to, v.data, v.bytes);
        return to + v.bytes;
    }
    if (is_int(x))
        return put_int(to, int_value(x));
    return is_char(x) ? to + utf8_put(to, char_value(x)) : to;
}

/* (str x ...) where some x is no plain text. */
static term str_printed(struct proc *p, unsigned n)
{
    struct buf b = buf_of(p);
    for (unsigned i = 0; i < n; i++) {
        term at;
        enum print_status status = text_append(p, &b, ARG(i), &at);
        if (status != PRINT_OK)
            return text_stopped(p, &b, status, at, SLOW_str);
    }
    native_charge(p, b.count / 1024);
    return str_from_buf(p, &b);
}

term n_str(struct proc *p, unsigned n)
{
    if (n == 1 && is_string(ARG(0)))
        return ARG(0);
    struct extent e = {0, 0};
    for (unsigned i = 0; i < n; i++)
        if (!add_extent(&e, ARG(i)))
            return str_printed(p, n);
    u8 *to;
    term s = str_room(p, e.bytes, e.code_points, &to);
    if (is_none(s))
        return NONE;
    for (unsigned i = 0; i < n; i++)
        to = put_plain(to, ARG(i));
    native_charge(p, e.bytes / 1024);
    return s;
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

/* The sequence s with its separator as text. False: some part is no plain text, or an interrupt is asked for. */
static bool join_extent(struct proc *p, term s, struct extent *e, word *count, enum seq_status *step, term *lazy)
{
    struct extent separator = {0, 0};
    struct cursor at = cursor_at(s);
    term x;
    *count = 0;
    if (!add_extent(&separator, ARG(0)))
        return false;
    for (; (*step = cursor_next(&at, &x, lazy)) == SEQ_OK; ++*count)
        if (!add_extent(e, x) || interrupt_asked(p))
            return false;
    word separators = *count ? *count - 1 : 0;
    e->bytes += separators * separator.bytes;
    e->code_points += separators * separator.code_points;
    return true;
}

/* The sequence is ARG(1): nothing may collect while the string is filled in. */
static term join_plain(struct proc *p, const struct extent *e, word count)
{
    u8 *to;
    term result = str_room(p, e->bytes, e->code_points, &to), x, lazy;
    if (is_none(result))
        return NONE;
    struct cursor at = cursor_at(ARG(1));
    for (word i = 0; i < count && cursor_next(&at, &x, &lazy) == SEQ_OK; i++) {
        if (i)
            to = put_plain(to, ARG(0));
        to = put_plain(to, x);
    }
    native_charge(p, count / 20 + e->bytes / 1024);
    return result;
}

static term join_printed(struct proc *p, term s)
{
    term lazy, x;
    enum seq_status step = SEQ_OK;
    struct buf b = buf_of(p), separator = buf_of(p);
    enum print_status status = text_append(p, &separator, ARG(0), &lazy);
    struct cursor at = cursor_at(s);
    word count = 0;
    while (status == PRINT_OK && (step = cursor_next(&at, &x, &lazy)) == SEQ_OK) {
        if (count++)
            buf_append(&b, separator.data, separator.count);
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
    return str_from_buf(p, &b);
}

/* (%join separator coll): nil when an element prints itself (a record). */
term n_join(struct proc *p, unsigned n)
{
    term s = EMPTY_LIST, lazy;
    struct extent e = {0, 0};
    word count;
    enum seq_status step = seq_of(p, ARG(1), &s, &lazy);
    if (step == SEQ_ERROR)
        return NONE;
    if (step == SEQ_LAZY)
        return retry_when_ready(p, lazy);
    ARG(1) = s;
    if (!join_extent(p, s, &e, &count, &step, &lazy))
        return join_printed(p, s);
    return step == SEQ_LAZY ? retry_when_ready(p, lazy) : join_plain(p, &e, count);
}
