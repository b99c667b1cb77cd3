/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * regex_natives.c: natives that match, split and replace with regular expressions. Indices that programs see count
 * code points; inside all are bytes. After an empty match the search goes on one character further, as in Java.
 */
#include "data/maps.h"
#include "data/regex.h"
#include "data/text.h"
#include "pure.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/regex.def"
#undef NATIVE

static bool regex_and_string(struct proc *p, unsigned regex, unsigned string)
{
    if (!is_type(ARG(regex), T_REGEX))
        raise_arg(p, regex, "a regular expression");
    else if (!is_string(ARG(string)))
        raise_arg(p, string, "a string");
    else
        return true;
    return false;
}

term n_re_pattern(struct proc *p, unsigned n)
{
    if (is_type(ARG(0), T_REGEX))
        return ARG(0);
    return is_string(ARG(0)) ? regex_compile(p, ARG(0)) : raise_arg(p, 0, "a string or a regular expression");
}

term n_is_regex(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_REGEX));
}

term n_re_source(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_REGEX) ? OBJ(regex, ARG(0))->source : raise_arg(p, 0, "a regular expression");
}

/* The match as programs see it: the text, or with groups a vector of the text and each group's, nil where unused. */
static term match_value(struct proc *p, unsigned string, const struct regex_match *match)
{
    if (!match->groups) {
        struct str_view v = str_view(ARG(string));
        word from = match->offsets[0], to = match->offsets[1];
        return str_slice(p, ARG(string), from, to, v.ascii ? to - from : utf8_count(v.data + from, to - from));
    }
    struct buf slices = buf_of(p);
    for (u32 i = 0; i <= match->groups; i++) {
        size_t from = match->offsets[2 * i];
        slice_add(&slices, from == REGEX_UNSET ? NO_SLICE : from, match->offsets[2 * i + 1]);
    }
    return slices_vector(p, string, &slices);
}

static term match_native(struct proc *p, enum regex_mode mode)
{
    if (!regex_and_string(p, 0, 1))
        return NONE;
    struct str_view v = str_view(ARG(1));
    struct regex_match match;
    switch (regex_match(p, ARG(0), v.data, v.bytes, 0, mode, &match)) {
    case REGEX_YES:
        return match_value(p, 1, &match);
    case REGEX_NO:
        return NIL;
    case REGEX_STOPPED:
        break;
    }
    return NONE;
}

/* (re-find regex string), or (re-find matcher) in Lonala. */
term n_re_find(struct proc *p, unsigned n)
{
    return n == 1 ? tail_slow(p, SLOW_re_find) : match_native(p, REGEX_FIND);
}

term n_re_matches(struct proc *p, unsigned n)
{
    return match_native(p, REGEX_WHOLE);
}

/* (%re-match-at regex string index): the first match from there on as [from to match], or nil. An index behind the end
 * finds nothing. */
term n_re_match_at(struct proc *p, unsigned n)
{
    if (!regex_and_string(p, 0, 1))
        return NONE;
    if (!is_int(ARG(2)) || int_value(ARG(2)) < 0)
        return raise_arg(p, 2, "an index");
    struct str_view v = str_view(ARG(1));
    word start = int_value(ARG(2));
    if (start > v.code_points)
        return NIL;
    struct regex_match match;
    enum regex_result found = regex_match(p, ARG(0), v.data, v.bytes, str_offset(ARG(1), start), REGEX_FIND, &match);
    if (found != REGEX_YES)
        return found == REGEX_NO ? NIL : NONE;
    word from = str_index(ARG(1), match.offsets[0]), to = str_index(ARG(1), match.offsets[1]);
    term value = match_value(p, 1, &match);
    if (is_none(value) || !heap_reserve(p, 4, &value))
        return NONE;
    struct obj_tuple *o = heap_take_tuple(p, 3);
    o->item[0] = mk_int(from);
    o->item[1] = mk_int(to);
    o->item[2] = value;
    return mk_box_ptr(o);
}

/* (%re-names regex {}): {"name" number} of the named groups. */
term n_re_names(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_REGEX))
        return raise_arg(p, 0, "a regular expression");
    const char *name;
    u32 number;
    for (u32 i = 0; regex_group_name(p, ARG(0), i, &name, &number); i++) {
        term key = str_make(p, name, strlen(name));
        if (is_none(key))
            return NONE;
        term names = map_assoc(p, ARG(1), key, mk_int(number));
        if (is_none(names))
            return NONE;
        ARG(1) = names;
    }
    return ARG(1);
}

/* Where to look for the next match after one; past bytes: nowhere. */
static word next_start(const struct str_view *v, const struct regex_match *match)
{
    word to = match->offsets[1];
    if (to > match->offsets[0])
        return to;
    return to < v->bytes ? to + utf8_skip(v->data + to, v->bytes - to, 1) : v->bytes + 1;
}

/*
 * (%split string regex limit): at most limit parts where it is positive; where it is 0 or nil empty parts at the end
 * are dropped. An empty match at the start splits nothing off.
 */
term n_re_split(struct proc *p, unsigned n)
{
    if (!regex_and_string(p, 1, 0))
        return NONE;
    if (!is_int(ARG(2)))
        return raise_arg(p, 2, "a number of parts");
    iword limit = int_value(ARG(2)), parts = 1;
    struct str_view v = str_view(ARG(0));
    struct buf slices = buf_of(p);
    word from = 0, kept = 0;
    struct regex_match match;
    enum regex_result found = REGEX_NO;
    for (word at = 0; at <= v.bytes && parts != limit && !slices.failed; at = next_start(&v, &match)) {
        found = regex_match(p, ARG(1), v.data, v.bytes, at, REGEX_FIND, &match);
        if (found != REGEX_YES)
            break;
        word start = match.offsets[0], end = match.offsets[1];
        if (end == 0 || start < from)
            continue;
        slice_add(&slices, from, start);
        if (start > from)
            kept = slices.count;
        from = end;
        parts++;
    }
    if (found == REGEX_STOPPED) {
        buf_free(&slices);
        return NONE;
    }
    bool split = slices.count;
    slice_add(&slices, from, v.bytes);
    if (limit == 0 && split && from == v.bytes && !slices.failed)
        slices.count = kept;
    return slices_vector(p, 0, &slices);
}

/* --- replacing ------------------------------------------------------------------------------------------------------
 */

struct replacement {
    const u8 *text;
    word bytes;
    bool literal; /* without $ and \ */
};

static term no_group(struct proc *p, unsigned arg)
{
    return raise(p, E_ILLEGAL_ARGUMENT, "the replacement %T names a group that is not there", ARG(arg));
}

/* $n: as many digits as give a group that exists. */
static bool group_number(const struct replacement *r, word *at, u32 groups, u32 *number)
{
    u32 x = r->text[*at] - '0';
    if (x > groups)
        return false;
    ++*at;
    while (*at < r->bytes && r->text[*at] >= '0' && r->text[*at] <= '9' && x * 10 + (r->text[*at] - '0') <= groups)
        x = x * 10 + (r->text[(*at)++] - '0');
    *number = x;
    return true;
}

/* Reads what follows a $ at *at; false: pending. */
static bool group_reference(struct proc *p, const struct replacement *r, word *at, u32 groups, u32 *number)
{
    bool good = false;
    if (*at < r->bytes && r->text[*at] >= '0' && r->text[*at] <= '9') {
        good = group_number(r, at, groups, number);
    } else if (*at < r->bytes && r->text[*at] == '{') {
        const u8 *name = r->text + *at + 1, *close = memchr(name, '}', r->bytes - *at - 1);
        good = close && regex_group_named(p, ARG(1), name, close - name, number);
        if (good)
            *at = close + 1 - r->text;
    } else {
        raise(p, E_ILLEGAL_ARGUMENT, "a $ without a group in the replacement %T (write \\\\$ for the character)",
              ARG(2));
        return false;
    }
    if (!good)
        no_group(p, 2);
    return good;
}

static bool append_replacement(struct proc *p, struct buf *b, const struct replacement *r, const struct str_view *v,
                               const struct regex_match *match)
{
    if (r->literal) {
        buf_append(b, r->text, r->bytes);
        return true;
    }
    for (word at = 0; at < r->bytes;) {
        u8 c = r->text[at++];
        if (c == '\\') {
            if (at == r->bytes) {
                raise(p, E_ILLEGAL_ARGUMENT, "the replacement %T ends with a \\", ARG(2));
                return false;
            }
            buf_byte(b, r->text[at++]);
        } else if (c == '$') {
            u32 number;
            if (!group_reference(p, r, &at, match->groups, &number))
                return false;
            size_t from = match->offsets[2 * number];
            if (from != REGEX_UNSET)
                buf_append(b, v->data + from, match->offsets[2 * number + 1] - from);
        } else {
            buf_byte(b, c);
        }
    }
    return true;
}

/* (%re-replace string regex replacement all?): $1, ${name} and \ in the replacement mean what they do in Java. */
term n_re_replace(struct proc *p, unsigned n)
{
    if (!regex_and_string(p, 1, 0))
        return NONE;
    if (!is_string(ARG(2)))
        return raise_arg(p, 2, "a string");
    struct str_view v = str_view(ARG(0)), w = str_view(ARG(2));
    struct replacement r = {w.data, w.bytes, !memchr(w.data, '$', w.bytes) && !memchr(w.data, '\\', w.bytes)};
    bool all = is_truthy(ARG(3)), any = false;
    struct buf b = buf_of(p);
    word copied = 0;
    struct regex_match match;
    enum regex_result found = REGEX_NO;
    for (word at = 0; at <= v.bytes && (all || !any) && !b.failed; at = next_start(&v, &match)) {
        found = regex_match(p, ARG(1), v.data, v.bytes, at, REGEX_FIND, &match);
        if (found != REGEX_YES)
            break;
        any = true;
        word start = match.offsets[0] < copied ? copied : match.offsets[0];
        buf_append(&b, v.data + copied, start - copied);
        if (!append_replacement(p, &b, &r, &v, &match)) {
            found = REGEX_STOPPED;
            break;
        }
        copied = match.offsets[1] < start ? start : match.offsets[1];
    }
    if (found == REGEX_STOPPED) {
        buf_free(&b);
        return NONE;
    }
    if (!any)
        return ARG(0);
    buf_append(&b, v.data + copied, v.bytes - copied);
    return str_from_valid(p, &b);
}
