/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * text.c: the natives under lona.string, on realised strings. Those that take regular expressions are in
 * regex_natives.c; those that call functions are Lonala (lib/lona/string.lona-s).
 */
#include "data/text.h"

#include "pure.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

/* --- arguments -----------------------------------------------------------------------------------------------------
 */

/* Accounts for going through so many bytes. */
static void charge_bytes(struct proc *p, word bytes)
{
    native_charge(p, bytes / 1024);
}

/* Raises when one of the first count arguments is no string. */
static bool strings(struct proc *p, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!is_string(ARG(i))) {
            raise_arg(p, i, "a string");
            return false;
        }
    return true;
}

/* A string or character to look for: its bytes, a character's in room. */
static bool needle_arg(struct proc *p, unsigned i, u8 room[4], struct str_view *v)
{
    if (is_char(ARG(i)))
        *v = (struct str_view){room, utf8_put(room, char_value(ARG(i))), 1, char_value(ARG(i)) < 0x80};
    else if (is_string(ARG(i)))
        *v = str_view(ARG(i));
    else
        raise_arg(p, i, "a string or a character");
    return is_char(ARG(i)) || is_string(ARG(i));
}

/* --- case ----------------------------------------------------------------------------------------------------------
 */

term n_upper_case(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct buf b = buf_of(p);
    struct str_view v = str_view(ARG(0));
    text_upper(&b, v.data, v.bytes);
    charge_bytes(p, v.bytes * 4);
    return str_from_valid(p, &b);
}

term n_lower_case(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct buf b = buf_of(p);
    struct str_view v = str_view(ARG(0));
    text_lower(&b, v.data, v.bytes);
    charge_bytes(p, v.bytes * 4);
    return str_from_valid(p, &b);
}

term n_capitalize(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct buf b = buf_of(p);
    struct str_view v = str_view(ARG(0));
    word first = utf8_skip(v.data, v.bytes, 1);
    text_upper(&b, v.data, first);
    text_lower(&b, v.data + first, v.bytes - first);
    charge_bytes(p, v.bytes * 4);
    return str_from_valid(p, &b);
}

/* --- trimming -------------------------------------------------------------------------------------------------------
 */

static bool is_newline(u32 c)
{
    return c == '\n' || c == '\r';
}

static term trim(struct proc *p, bool (*drop)(u32), bool left, bool right)
{
    if (!strings(p, 1))
        return NONE;
    struct str_view v = str_view(ARG(0));
    word from = 0, to = v.bytes, dropped = 0;
    while (left && from < to) {
        word next = from;
        if (!drop(utf8_next(v.data, &next)))
            break;
        from = next;
        dropped++;
    }
    while (right && to > from) {
        word before = to;
        if (!drop(utf8_previous(v.data, &before)))
            break;
        to = before;
        dropped++;
    }
    charge_bytes(p, v.bytes - (to - from));
    return str_slice(p, ARG(0), from, to, v.code_points - dropped);
}

term n_trim(struct proc *p, unsigned n)
{
    return trim(p, char_is_space, true, true);
}

term n_triml(struct proc *p, unsigned n)
{
    return trim(p, char_is_space, true, false);
}

term n_trimr(struct proc *p, unsigned n)
{
    return trim(p, char_is_space, false, true);
}

term n_trim_newline(struct proc *p, unsigned n)
{
    return trim(p, is_newline, false, true);
}

term n_is_blank(struct proc *p, unsigned n)
{
    if (is_nil(ARG(0)))
        return TRUE_TERM;
    if (!strings(p, 1))
        return NONE;
    struct str_view v = str_view(ARG(0));
    word at = 0;
    while (at < v.bytes)
        if (!char_is_space(utf8_next(v.data, &at)))
            return FALSE_TERM;
    return TRUE_TERM;
}

/* --- searching ------------------------------------------------------------------------------------------------------
 */

term n_starts_with(struct proc *p, unsigned n)
{
    if (!strings(p, 2))
        return NONE;
    struct str_view v = str_view(ARG(0)), w = str_view(ARG(1));
    return mk_bool(w.bytes <= v.bytes && !memcmp(v.data, w.data, w.bytes));
}

term n_ends_with(struct proc *p, unsigned n)
{
    if (!strings(p, 2))
        return NONE;
    struct str_view v = str_view(ARG(0)), w = str_view(ARG(1));
    return mk_bool(w.bytes <= v.bytes && !memcmp(v.data + v.bytes - w.bytes, w.data, w.bytes));
}

term n_includes(struct proc *p, unsigned n)
{
    if (!strings(p, 2))
        return NONE;
    struct str_view v = str_view(ARG(0)), w = str_view(ARG(1));
    charge_bytes(p, v.bytes);
    return mk_bool(bytes_find(v.data, v.bytes, w.data, w.bytes) != NOT_FOUND);
}

/* The optional index ARG(2): nil is otherwise; clamped to 0..count, as in Java. */
static bool clamped_arg(struct proc *p, word count, word otherwise, word *index)
{
    term t = ARG(2);
    if (!is_nil(t) && !is_int(t)) {
        raise_arg(p, 2, "an index");
        return false;
    }
    iword i = is_nil(t) ? (iword)otherwise : int_value(t);
    *index = i < 0 ? 0 : (word)i > count ? count : (word)i;
    return true;
}

term n_index_of(struct proc *p, unsigned n)
{
    u8 room[4];
    struct str_view w;
    word from;
    if (!strings(p, 1) || !needle_arg(p, 1, room, &w))
        return NONE;
    struct str_view v = str_view(ARG(0));
    if (!clamped_arg(p, v.code_points, 0, &from))
        return NONE;
    word start = str_offset(ARG(0), from);
    word found = bytes_find(v.data + start, v.bytes - start, w.data, w.bytes);
    charge_bytes(p, found == NOT_FOUND ? v.bytes - start : found);
    return found == NOT_FOUND ? NIL : mk_int(from + (v.ascii ? found : utf8_count(v.data + start, found)));
}

term n_last_index_of(struct proc *p, unsigned n)
{
    u8 room[4];
    struct str_view w;
    word from;
    if (!strings(p, 1) || !needle_arg(p, 1, room, &w))
        return NONE;
    struct str_view v = str_view(ARG(0));
    if (!clamped_arg(p, v.code_points, v.code_points, &from))
        return NONE;
    if (is_int(ARG(2)) && int_value(ARG(2)) < 0)
        return NIL;
    word last_start = str_offset(ARG(0), from);
    word end = v.bytes - last_start < w.bytes ? v.bytes : last_start + w.bytes;
    word found = bytes_find_last(v.data, end, w.data, w.bytes);
    charge_bytes(p, found == NOT_FOUND ? end : end - found);
    return found == NOT_FOUND ? NIL : mk_int(str_index(ARG(0), found));
}

/* --- replacing and splitting ----------------------------------------------------------------------------------------
 */

/* (%replace s match replacement all?): strings or characters; an empty match is found between all characters. */
term n_replace(struct proc *p, unsigned n)
{
    u8 room[2][4];
    struct str_view w, r;
    if (!strings(p, 1) || !needle_arg(p, 1, room[0], &w) || !needle_arg(p, 2, room[1], &r))
        return NONE;
    struct str_view v = str_view(ARG(0));
    bool all = is_truthy(ARG(3));
    word at = 0, found, hits = 0;
    struct buf b = buf_of(p);
    while (at <= v.bytes && !b.failed &&
           (found = bytes_find(v.data + at, v.bytes - at, w.data, w.bytes)) != NOT_FOUND) {
        word step = found + w.bytes;
        buf_append(&b, v.data + at, found);
        buf_append(&b, r.data, r.bytes);
        if (!w.bytes) { /* one character goes on unchanged */
            step = at < v.bytes ? utf8_skip(v.data + at, v.bytes - at, 1) : 1;
            buf_append(&b, v.data + at, at < v.bytes ? step : 0);
        }
        at += step;
        hits++;
        if (!all)
            break;
    }
    charge_bytes(p, v.bytes + b.count);
    if (at == 0)
        return ARG(0);
    if (at < v.bytes)
        buf_append(&b, v.data + at, v.bytes - at);
    return str_from_counted(p, &b, v.code_points + hits * r.code_points - hits * w.code_points);
}

/* At \n and \r\n; empty lines at the end are dropped. */
term n_split_lines(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct str_view v = str_view(ARG(0));
    struct buf slices = buf_of(p);
    word at = 0, kept = 0;
    while (at < v.bytes) {
        const u8 *newline = memchr(v.data + at, '\n', v.bytes - at);
        word end = newline ? (word)(newline - v.data) : v.bytes;
        word next = end + (newline != NULL);
        if (newline && end > at && v.data[end - 1] == '\r')
            end--;
        slice_add(&slices, at, end);
        if (end > at)
            kept = slices.count;
        at = next;
    }
    if (!slices.failed && v.bytes)
        slices.count = kept;
    else if (!v.bytes)
        slice_add(&slices, 0, 0);
    charge_bytes(p, v.bytes);
    return slices_vector(p, 0, &slices);
}

term n_reverse(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct str_view v = str_view(ARG(0));
    u8 *to;
    term s = str_room(p, v.bytes, v.code_points, &to);
    if (is_none(s))
        return NONE;
    v = str_view(ARG(0));
    for (word at = v.bytes, end = at; at > 0; end = at) {
        utf8_previous(v.data, &at);
        for (word i = at; i < end; i++)
            *to++ = v.data[i];
    }
    charge_bytes(p, v.bytes * 2);
    return s;
}

term n_re_quote_replacement(struct proc *p, unsigned n)
{
    if (!strings(p, 1))
        return NONE;
    struct buf b = buf_of(p);
    struct str_view v = str_view(ARG(0));
    for (word at = 0; at < v.bytes; at++) {
        if (v.data[at] == '\\' || v.data[at] == '$')
            buf_byte(&b, '\\');
        buf_byte(&b, v.data[at]);
    }
    charge_bytes(p, v.bytes);
    return str_from_valid(p, &b);
}
