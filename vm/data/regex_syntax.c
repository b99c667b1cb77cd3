/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * regex_syntax.c: what Java's regular expressions write otherwise than PCRE2: \p{Alpha} and its kin, \uXXXX, \0nn, and
 * in character classes unions and intersections:
 *
 *     [a-z&&[^bc]]     (?:(?=[a-z])[^bc])
 *     [a-c[x-z]]       (?:[a-c]|[x-z])
 *     [^a-z&&[bc]]     (?:(?!(?=[a-z])[bc])(?s:.))
 *
 * Classes inside classes may not contain further ones.
 */
#include "data/buf.h"
#include "data/regex.h"
#include "pure.h"

struct translation {
    const u8 *at, *end;
    struct buf *out;
    bool in_class;
};

struct property {
    const char *java, *posix; /* posix: name of a class; NULL: pcre names it */
    const char *pcre;
};
static const struct property properties[] = {
    {"Lower", "lower"},
    {"Upper", "upper"},
    {"ASCII", "ascii"},
    {"Alpha", "alpha"},
    {"Digit", "digit"},
    {"Alnum", "alnum"},
    {"Punct", "punct"},
    {"Graph", "graph"},
    {"Print", "print"},
    {"Blank", "blank"},
    {"Cntrl", "cntrl"},
    {"XDigit", "xdigit"},
    {"Space", "space"},
    {"javaLowerCase", NULL, "Ll"},
    {"javaUpperCase", NULL, "Lu"},
    {"javaWhitespace", NULL, "White_Space"},
    {"javaLetter", NULL, "L"},
    {"javaDigit", NULL, "Nd"},
    {"all", NULL, "Any"},
    {"L1", NULL, "Latin"},
};

static bool is_name(const u8 *name, word n, const char *text)
{
    return strlen(text) == n && !memcmp(name, text, n);
}

static int hex_digit(u8 c)
{
    u8 lower = c | 0x20;
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void copy(struct translation *t, word n)
{
    word left = t->end - t->at;
    if (n > left)
        n = left;
    buf_append(t->out, t->at, n);
    t->at += n;
}

/* t->at is at \p{ or \P{ */
static void translate_property(struct translation *t)
{
    const u8 *name = t->at + 3, *close = memchr(name, '}', t->end - name);
    if (!close) {
        copy(t, 3);
        return;
    }
    bool negated = t->at[1] == 'P';
    word n = close - name;
    t->at = close + 1;
    for (unsigned i = 0; i < ARRAY_LEN(properties); i++) {
        const struct property *p = &properties[i];
        if (!is_name(name, n, p->java))
            continue;
        if (p->posix)
            buf_format(t->out, t->in_class ? "[:%s%s:]" : "[[:%s%s:]]", negated ? "^" : "", p->posix);
        else
            buf_format(t->out, "\\%c{%s}", negated ? 'P' : 'p', p->pcre);
        return;
    }
    if (n > 2 && name[0] == 'I' && name[1] == 's') {
        name += 2;
        n -= 2;
    }
    buf_format(t->out, "\\%c{", negated ? 'P' : 'p');
    buf_append(t->out, name, n);
    buf_byte(t->out, '}');
}

/* Four hexadecimal digits behind \u at s; -1. */
static int unicode_escape(const u8 *s, const u8 *end)
{
    if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
        return -1;
    int x = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(s[i]);
        if (digit < 0)
            return -1;
        x = x << 4 | digit;
    }
    return x;
}

static void translate_unicode(struct translation *t)
{
    int unit = unicode_escape(t->at, t->end);
    if (unit < 0) {
        copy(t, 2);
        return;
    }
    t->at += 6;
    if (unit >= 0xd800 && unit < 0xdc00) {
        int low = unicode_escape(t->at, t->end);
        if (low >= 0xdc00 && low < 0xe000) {
            t->at += 6;
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    buf_format(t->out, "\\x{%x}", (unsigned)unit);
}

static void translate_octal(struct translation *t)
{
    const u8 *s = t->at + 2;
    unsigned x = 0, digits = 0;
    while (s < t->end && digits < 3 && *s >= '0' && *s <= '7' && x * 8 + (*s - '0') <= 0377) {
        x = x * 8 + (*s++ - '0');
        digits++;
    }
    if (!digits) {
        copy(t, 2);
        return;
    }
    buf_format(t->out, "\\x{%x}", x);
    t->at = s;
}

static void translate_escape(struct translation *t)
{
    word left = t->end - t->at;
    u8 c = left > 1 ? t->at[1] : 0;
    if (c == 'Q') {
        const u8 *s = t->at + 2;
        while (t->end - s >= 2 && !(s[0] == '\\' && s[1] == 'E'))
            s++;
        copy(t, t->end - s >= 2 ? s + 2 - t->at : left);
    } else if ((c == 'p' || c == 'P') && left > 2 && t->at[2] == '{') {
        translate_property(t);
    } else if (c == 'u') {
        translate_unicode(t);
    } else if (c == '0') {
        translate_octal(t);
    } else {
        copy(t, 2);
    }
}

/* --- classes --------------------------------------------------------------------------------------------------------
 */

/* Steps over one element of a class that is neither [ nor ] nor &&. */
static const u8 *skip_element(const u8 *s, const u8 *end)
{
    if (*s != '\\')
        return s + 1;
    if (end - s >= 2 && s[1] == 'Q') {
        for (s += 2; end - s >= 2; s++)
            if (s[0] == '\\' && s[1] == 'E')
                return s + 2;
        return end;
    }
    return end - s >= 2 ? s + 2 : end;
}

static bool at_and(const u8 *s, const u8 *end)
{
    return end - s >= 2 && s[0] == '&' && s[1] == '&';
}

static bool at_posix(const u8 *s, const u8 *end)
{
    return end - s >= 2 && s[0] == '[' && s[1] == ':';
}

/* Behind the opening bracket, its ^ and a ] that stands for itself. */
static const u8 *class_body(const u8 *s, const u8 *end)
{
    s++;
    if (s < end && *s == '^')
        s++;
    return s;
}

/* A class without unions and intersections ends at its first bracket. */
static bool is_plain_class(const u8 *s, const u8 *end)
{
    for (s = class_body(s, end); s < end; s = skip_element(s, end)) {
        if (*s == ']')
            return true;
        if ((*s == '[' && !at_posix(s, end)) || at_and(s, end))
            return false;
        if (*s == '[') { /* [:name:] of PCRE2: harmless to let through */
            while (s < end && *s != ']')
                s++;
            if (s == end)
                return true;
        }
    }
    return true;
}

static void plain_class(struct translation *t)
{
    word open = class_body(t->at, t->end) - t->at;
    copy(t, open);
    t->in_class = true;
    while (t->at < t->end && *t->at != ']') {
        if (*t->at == '\\') {
            translate_escape(t);
        } else if (at_posix(t->at, t->end)) {
            const u8 *close = memchr(t->at, ']', t->end - t->at);
            copy(t, close ? close + 1 - t->at : t->end - t->at);
        } else {
            copy(t, 1);
        }
    }
    copy(t, 1);
    t->in_class = false;
}

/* One operand of &&: plain elements and classes, any of which may match. */
static const char *class_operand(struct translation *t)
{
    bool open = false, any = false;
    buf_text(t->out, "(?:");
    while (t->at < t->end && *t->at != ']' && !at_and(t->at, t->end)) {
        bool nested = *t->at == '[' && !at_posix(t->at, t->end);
        if (nested && !is_plain_class(t->at, t->end))
            return "a class in a class in a class is not supported";
        if (open && nested)
            buf_byte(t->out, ']');
        if (any && (nested || !open))
            buf_byte(t->out, '|');
        if (nested) {
            plain_class(t);
        } else {
            if (!open)
                buf_byte(t->out, '[');
            t->in_class = true;
            if (*t->at == '\\')
                translate_escape(t);
            else
                copy(t, 1);
            t->in_class = false;
        }
        open = !nested;
        any = true;
    }
    if (open)
        buf_byte(t->out, ']');
    buf_byte(t->out, ')');
    return any ? NULL : "an empty side of &&";
}

static const char *compound_class(struct translation *t)
{
    t->at++;
    bool negated = t->at < t->end && *t->at == '^';
    if (negated)
        t->at++;
    buf_text(t->out, negated ? "(?:(?!" : "(?:");
    for (;;) {
        word start = t->out->count;
        const char *error = class_operand(t);
        if (error)
            return error;
        if (!at_and(t->at, t->end))
            break;
        t->at += 2;
        if (!t->out->failed) /* not the last operand: looked at only. "(?:" becomes "(?=" */
            t->out->data[start + 2] = '=';
    }
    if (t->at == t->end)
        return "missing terminating ] for character class";
    t->at++;
    buf_text(t->out, negated ? ")(?s:.))" : ")");
    return NULL;
}

const char *regex_translate(struct buf *out, const u8 *source, word bytes, word limit, word *at)
{
    struct translation t = {source, source + bytes, out};
    const char *error = NULL;
    while (t.at < t.end && out->count < limit && !error) {
        if (*t.at == '\\')
            translate_escape(&t);
        else if (*t.at == '[' && is_plain_class(t.at, t.end))
            plain_class(&t);
        else if (*t.at == '[')
            error = compound_class(&t);
        else
            copy(&t, 1);
    }
    *at = t.at - source;
    return error;
}
