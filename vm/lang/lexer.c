/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * lexer.c: the smallest pieces of Lonala text: blank space and comments, numbers, names, strings, characters. Text is
 * any bytes: what is looked at is checked to be UTF-8, so names and strings are.
 *
 * Columns count code points from 1; a tab is one.
 */
#include "lang/reader_impl.h"

#include "data/buf.h"
#include "data/num.h"
#include "data/regex.h"
#include "data/str.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/ns.h"

#define MAX_FN_PARAMS 20
#define SHOWN_BYTES 40 /* of a token, in messages */

/* --- errors ------------------------------------------------------------------------------------------------------ */

static void set_error(struct reading *g, enum read_status status, struct place at, const char *format, va_list args)
{
    struct reader *r = g->r;
    int n = vsnprintf(r->error_text, sizeof(r->error_text), format, args);
    /* What was cut must stay UTF-8. */
    word length = n < 0 ? 0 : (word)n < sizeof(r->error_text) ? (word)n : sizeof(r->error_text) - 1;
    r->error_text[utf8_valid((const u8 *)r->error_text, length, &(word){0})] = 0;
    r->error = r->error_text;
    r->error_line = at.line;
    r->error_column = at.column;
    g->status = status;
}

bool read_fail(struct reading *g, struct place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_error(g, READ_ERROR, at, format, args);
    va_end(args);
    return false;
}

bool read_unfinished(struct reading *g, struct place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_error(g, READ_INCOMPLETE, at, format, args);
    va_end(args);
    return false;
}

bool read_no_memory(struct reading *g)
{
    if (g->p->pending == PENDING_NOTHING)
        raise(g->p, E_OUT_OF_MEMORY, "no memory to read a form");
    g->status = READ_MEMORY;
    return false;
}

/* "<before><token><after>" at the reader's place. */
static term fail_token(struct reading *g, const char *before, const u8 *text, word n, const char *after)
{
    word shown = utf8_valid(text, n < SHOWN_BYTES ? n : SHOWN_BYTES, &(word){0});
    read_fail(g, place_now(g), "%s%.*s%s%s", before, (int)shown, (const char *)text, shown < n ? "..." : "", after);
    return NONE;
}

static bool fail_byte(struct reading *g, word at)
{
    advance_to(g, at);
    u8 byte = g->r->text[at];
    if (byte >= 0x80)
        return read_fail(g, place_now(g), "the text is not UTF-8 (byte 0x%02X)", byte);
    return read_fail(g, place_now(g), "a control character, U+%04X, has no meaning here", byte);
}

/* --- places and blank space -------------------------------------------------------------------------------------- */

void advance_to(struct reading *g, word at)
{
    struct reader *r = g->r;
    for (word i = r->at; i < at; i++) {
        u8 c = r->text[i];
        if (c == '\n') {
            r->line++;
            r->column = 1;
        } else if ((c & 0xc0) != 0x80) {
            r->column++;
        }
    }
    r->at = at;
}

enum { WORD, SPACE, END, BAD, HIGH }; /* what a byte is to a token: part, blank, its end, an error, to be decoded */

static unsigned byte_class(u8 c)
{
    if (c >= 0x80)
        return HIGH;
    if (c == ' ' || c == ',' || (c >= 9 && c <= 13))
        return SPACE;
    if (c < 0x20 || c == 0x7f)
        return BAD;
    return strchr("\"();@[\\]^`{}~", c) ? END : WORD;
}

static bool is_wide_space(u32 c)
{
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 || c == 0x2029 || c == 0x205f ||
           c == 0x3000 || c == 0xfeff;
}

/* Decodes the code point at *at, advancing it; false: not UTF-8. */
static bool decode(const struct reader *r, word *at, u32 *c)
{
    word left = r->bytes - *at;
    word length = r->text[*at] < 0xe0 ? 2 : r->text[*at] < 0xf0 ? 3 : 4;
    if (r->text[*at] < 0x80)
        length = 1;
    if (length > left || utf8_valid(r->text + *at, length, &(word){0}) != length)
        return false;
    *c = utf8_next(r->text, at);
    return true;
}

static bool skip_comment(struct reading *g)
{
    const struct reader *r = g->r;
    const u8 *newline = memchr(r->text + r->at, '\n', r->bytes - r->at);
    word end = newline ? (word)(newline - r->text) : r->bytes;
    word valid = utf8_valid(r->text + r->at, end - r->at, &(word){0});
    if (r->at + valid < end)
        return fail_byte(g, r->at + valid);
    advance_to(g, end);
    return true;
}

static bool only_blank_before(const struct reader *r, word at)
{
    while (at && (r->text[at - 1] == ' ' || r->text[at - 1] == '\t'))
        at--;
    return !at || r->text[at - 1] == '\n';
}

/* Outside all forms (top), comment_at is kept at the first of the comment lines that stand directly above what follows.
 */
bool skip_blank(struct reading *g, bool top)
{
    struct reader *r = g->r;
    word comment_at = 0;
    bool commented = false;
    unsigned newlines = 0;
    while (r->at < r->bytes) {
        u8 c = r->text[r->at];
        if (c == ';' || (c == '#' && r->at + 1 < r->bytes && r->text[r->at + 1] == '!')) {
            if (newlines > 1 || !commented)
                comment_at = r->at;
            commented = only_blank_before(r, comment_at);
            newlines = 0;
            if (!skip_comment(g))
                return false;
            continue;
        }
        word next = r->at + 1;
        if (byte_class(c) == HIGH) {
            u32 wide;
            next = r->at;
            if (!decode(r, &next, &wide))
                return fail_byte(g, r->at);
            if (!is_wide_space(wide))
                break;
        } else if (byte_class(c) != SPACE) {
            break;
        }
        newlines += c == '\n';
        advance_to(g, next);
    }
    if (top)
        r->comment_at = commented && newlines <= 1 ? comment_at : r->at;
    return true;
}

/* --- tokens ------------------------------------------------------------------------------------------------------ */

bool token_end(struct reading *g, word from, bool in_bits, word *end)
{
    const struct reader *r = g->r;
    word at = from;
    while (at < r->bytes) {
        u8 c = r->text[at];
        unsigned class = byte_class(c);
        if (LIKELY(class == WORD)) {
            if (in_bits && (c == '/' || c == ':') && at > from)
                break;
            at++;
        } else if (class == HIGH) {
            word next = at;
            u32 wide;
            if (!decode(r, &next, &wide))
                return fail_byte(g, at);
            if (is_wide_space(wide))
                break;
            at = next;
        } else if (class == BAD) {
            return fail_byte(g, at);
        } else {
            break;
        }
    }
    *end = at;
    return true;
}

struct parts {
    const char *ns, *name;
    word n_ns, n_name;
};

/* Namespace and name of a symbol or keyword; false: it cannot be one. */
static bool split_name(const u8 *text, word n, struct parts *parts)
{
    *parts = (struct parts){NULL, (const char *)text, 0, n};
    if (!n || text[n - 1] == ':')
        return false;
    for (word i = 1; i < n; i++) {
        if (text[i] == ':' && text[i - 1] == ':')
            return false;
    }
    const u8 *slash = memchr(text, '/', n);
    if (!slash || n == 1)
        return true;
    word i = slash - text;
    *parts = (struct parts){(const char *)text, (const char *)slash + 1, i, n - i - 1};
    /* The name may be /, and have some inside. */
    return i && parts->n_name && *parts->name != ':' &&
           (parts->n_name == 1 || (*parts->name != '/' && text[n - 1] != '/'));
}

term read_symbol(struct reading *g, const char *ns, word n_ns, const char *name, word n_name)
{
    if (g->r->intern)
        return intern_symbol(ns, n_ns, name, n_name);
    term t = find_symbol(g->p, ns, n_ns, name, n_name);
    if (is_none(t))
        read_no_memory(g);
    return t;
}

term read_keyword(struct reading *g, const char *ns, word n_ns, const char *name, word n_name)
{
    if (g->r->intern)
        return intern_keyword(ns, n_ns, name, n_name);
    term t = find_keyword(g->p, ns, n_ns, name, n_name);
    if (is_none(t))
        read_no_memory(g);
    return t;
}

/* % %1 ... %& inside #( ): the names are such that a syntax-quote around it makes them its own. */
static term lex_parameter(struct reading *g, const u8 *text, word n)
{
    if (n == 2 && text[1] == '&') {
        g->fn_rest = true;
        return read_symbol(g, NULL, 0, "%&#", 3);
    }
    u32 i = n == 1 ? 1 : 0;
    for (word at = 1; at < n; at++) {
        if (text[at] < '0' || text[at] > '9' || i > MAX_FN_PARAMS)
            return fail_token(g, "", text, n, " is no parameter of #(): they are %, %1 to %20 and %&");
        i = i * 10 + (text[at] - '0');
    }
    if (!i || i > MAX_FN_PARAMS)
        return fail_token(g, "", text, n, " is no parameter of #(): they are %, %1 to %20 and %&");
    if (i > g->fn_params)
        g->fn_params = i;
    char name[8];
    int length = snprintf(name, sizeof(name), "%%%u#", i);
    return read_symbol(g, NULL, 0, name, (word)length);
}

static bool is_digit(u8 c)
{
    return c >= '0' && c <= '9';
}

/* Whether text begins as a number does. */
static bool is_numeric(const u8 *text, word n)
{
    bool sign = text[0] == '+' || text[0] == '-';
    return is_digit(text[0]) || (sign && n > 1 && is_digit(text[1]));
}

static term lex_symbol(struct reading *g, const u8 *text, word n)
{
    if (n == 3 && !memcmp(text, "nil", 3))
        return NIL;
    if (n == 4 && !memcmp(text, "true", 4))
        return TRUE_TERM;
    if (n == 5 && !memcmp(text, "false", 5))
        return FALSE_TERM;
    if (g->in_fn && text[0] == '%')
        return lex_parameter(g, text, n);
    struct parts s;
    if (!split_name(text, n, &s) || is_numeric((const u8 *)s.name, s.n_name) || *s.name == '\'' || *s.name == '#')
        return fail_token(g, "", text, n, " is not a symbol");
    return read_symbol(g, s.ns, s.n_ns, s.name, s.n_name);
}

bool resolve_prefix(struct reading *g, struct place at, const u8 **ns, word *n)
{
    term here = g->r->ns;
    if (!is_type(here, T_NS))
        return read_fail(g, at, "a double colon means the current namespace, and there is none here");
    if (*n) {
        term alias = symbol_if_interned((const char *)*ns, *n);
        term target = is_absent(alias) ? ABSENT : ns_alias_target(here, alias);
        if (is_absent(target) && !is_absent(alias))
            target = ns_find(alias);
        if (is_absent(target) && g->ignore)
            return true;
        if (is_absent(target)) {
            word shown = utf8_valid(*ns, *n < SHOWN_BYTES ? *n : SHOWN_BYTES, &(word){0});
            return read_fail(g, at, "the current namespace has no alias %.*s", (int)shown, (const char *)*ns);
        }
        here = target;
    }
    struct str_view name = str_view(OBJ(symbol, ns_name(here))->name);
    *ns = name.data;
    *n = name.bytes;
    return true;
}

/* text is what follows "::". */
static term lex_auto_keyword(struct reading *g, const u8 *text, word n)
{
    struct parts s;
    if (!split_name(text, n, &s) || text[0] == ':')
        return fail_token(g, "::", text, n, " is not a keyword");
    const u8 *ns = (const u8 *)s.ns;
    word n_ns = s.n_ns;
    if (!resolve_prefix(g, place_now(g), &ns, &n_ns))
        return NONE;
    return read_keyword(g, (const char *)ns, n_ns, s.name, s.n_name);
}

static term lex_keyword(struct reading *g, const u8 *text, word n)
{
    struct parts s;
    if (n > 2 && text[1] == ':')
        return lex_auto_keyword(g, text + 2, n - 2);
    if (!split_name(text + 1, n - 1, &s))
        return fail_token(g, "", text, n, " is not a keyword");
    return read_keyword(g, s.ns, s.n_ns, s.name, s.n_name);
}

term lex_token(struct reading *g, bool in_bits)
{
    const u8 *text = g->r->text + g->r->at;
    word end;
    if (!token_end(g, g->r->at, in_bits, &end))
        return NONE;
    word n = end - g->r->at;
    term t;
    if (is_numeric(text, n)) {
        t = num_parse(g->p, text, n);
        if (is_none(t))
            read_no_memory(g);
        if (is_absent(t))
            return fail_token(g, "", text, n, " is not a number");
    } else if (text[0] == ':') {
        t = lex_keyword(g, text, n);
    } else {
        t = lex_symbol(g, text, n);
    }
    if (!is_none(t))
        advance_to(g, end);
    return t;
}

term lex_symbolic(struct reading *g)
{
    const u8 *text = g->r->text + g->r->at;
    word end;
    if (!token_end(g, g->r->at, false, &end))
        return NONE;
    word n = end - g->r->at;
    double value;
    if (n == 3 && !memcmp(text, "Inf", 3))
        value = INFINITY;
    else if (n == 4 && !memcmp(text, "-Inf", 4))
        value = -INFINITY;
    else if (n == 3 && !memcmp(text, "NaN", 3))
        value = NAN;
    else
        return fail_token(g, "##", text, n, " is no number: there are ##Inf, ##-Inf and ##NaN");
    if (!heap_reserve(g->p, FLOAT_WORDS)) {
        read_no_memory(g);
        return NONE;
    }
    advance_to(g, end);
    return mk_float(g->p, value);
}

/* --- strings and characters ----------------------------------------------------------------------------------------
 */

static int hex_value(u8 c)
{
    if (is_digit(c))
        return c - '0';
    u8 lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Exactly four hexadecimal digits. */
static bool hex4(const u8 *text, word n, u32 *value)
{
    *value = 0;
    for (unsigned i = 0; i < 4; i++) {
        int digit = i < n ? hex_value(text[i]) : -1;
        if (digit < 0)
            return false;
        *value = *value * 16 + (u32)digit;
    }
    return true;
}

/* The four digits after "\u", perhaps with a second escape that completes a surrogate pair. *at is behind the u. */
static bool unicode_escape(const struct reader *r, word *at, u32 *c)
{
    u32 low;
    if (!hex4(r->text + *at, r->bytes - *at, c))
        return false;
    *at += 4;
    if (*c >= 0xd800 && *c < 0xdc00 && r->bytes - *at >= 6 && r->text[*at] == '\\' && r->text[*at + 1] == 'u' &&
        hex4(r->text + *at + 2, r->bytes - *at - 2, &low) && low >= 0xdc00 && low < 0xe000) {
        *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
        *at += 6;
    }
    return is_code_point(*c);
}

/* One to three octal digits of at most 0377. */
static bool octal(const u8 *text, word n, word *used, u32 *value)
{
    *value = 0;
    *used = 0;
    while (*used < 3 && *used < n && text[*used] >= '0' && text[*used] <= '7')
        *value = *value * 8 + (text[(*used)++] - '0');
    return *used && *value <= 0377;
}

/* *at is behind the backslash, on a byte of the text. */
static bool string_escape(struct reading *g, word *at, struct buf *b)
{
    static const char from[] = "tnrbf\"\\'", to[] = "\t\n\r\b\f\"\\'";
    const struct reader *r = g->r;
    u8 c = r->text[*at];
    u32 value;
    word digits;
    const char *simple = c ? strchr(from, c) : NULL;
    if (simple) {
        buf_byte(b, (u8)to[simple - from]);
        ++*at;
        return true;
    }
    if (c == 'u') {
        word escape = *at;
        ++*at;
        if (unicode_escape(r, at, &value)) {
            buf_code_point(b, value);
            return true;
        }
        advance_to(g, escape);
        return read_fail(g, place_now(g), "\\u wants four hexadecimal digits that name a character");
    }
    if (octal(r->text + *at, r->bytes - *at, &digits, &value)) {
        buf_code_point(b, value);
        *at += digits;
        return true;
    }
    advance_to(g, *at);
    return read_fail(g, place_now(g),
                     is_digit(c) ? "an octal escape in a string is at most \\377"
                                 : "no such escape in a string: there are \\t \\n \\r \\b \\f \\\" \\\\ "
                                   "\\' \\uXXXX and octal \\NNN");
}

static term made_string(struct reading *g, term s)
{
    if (is_none(s))
        read_no_memory(g);
    return s;
}

static term bad_string(struct reading *g, struct buf *b, word at)
{
    buf_free(b);
    fail_byte(g, at);
    return NONE;
}

/* A string whose end is at `end`; escapes: whether there are any before it. */
static term string_value(struct reading *g, word from, word end, bool escapes)
{
    const struct reader *r = g->r;
    struct buf b = BUF_INIT;
    for (word at = from; at < end;) {
        const u8 *backslash = escapes ? memchr(r->text + at, '\\', end - at) : NULL;
        word stop = backslash ? (word)(backslash - r->text) : end;
        word valid = utf8_valid(r->text + at, stop - at, &(word){0});
        if (at + valid < stop)
            return bad_string(g, &b, at + valid);
        if (!escapes) {
            advance_to(g, end + 1);
            return made_string(g, str_make(g->p, r->text + from, end - from));
        }
        buf_append(&b, r->text + at, stop - at);
        at = stop;
        if (backslash && (at++, !string_escape(g, &at, &b))) {
            buf_free(&b);
            return NONE;
        }
    }
    advance_to(g, end + 1);
    return made_string(g, str_from_buf(g->p, &b));
}

/* The quote that ends what begins at `from`; false: there is none. */
static bool closing_quote(const struct reader *r, word from, word *end, bool *escapes)
{
    *escapes = false;
    for (word at = from; at < r->bytes; at++) {
        if (r->text[at] == '"') {
            *end = at;
            return true;
        }
        if (r->text[at] == '\\') {
            *escapes = true;
            at++;
        }
    }
    return false;
}

static term unfinished_text(struct reading *g, const char *what)
{
    struct place at = place_now(g);
    read_unfinished(g, at, "the %s that begins at %u:%u has no closing \"", what, at.line, at.column);
    return NONE;
}

term lex_string(struct reading *g)
{
    word end;
    bool escapes;
    if (!closing_quote(g->r, g->r->at + 1, &end, &escapes))
        return unfinished_text(g, "string");
    return string_value(g, g->r->at + 1, end, escapes);
}

/* At the quote. Backslashes belong to the expression. */
term lex_regex(struct reading *g)
{
    struct reader *r = g->r;
    word from = r->at + 1, end;
    bool escapes;
    if (!closing_quote(r, from, &end, &escapes))
        return unfinished_text(g, "regular expression");
    term source = string_value(g, from, end, false);
    if (is_none(source) || g->ignore)
        return source;
    term regex = regex_compile(g->p, source);
    if (is_none(regex))
        read_no_memory(g); /* or :regex-error, which says more */
    return regex;
}

static const struct {
    const char *name;
    u8 value;
} char_names[] = {{"newline", '\n'}, {"space", ' '},     {"tab", '\t'},
                  {"return", '\r'},  {"backspace", 010}, {"formfeed", '\f'}};

/* The text after the backslash, of more than one code point. */
static bool named_char(const u8 *text, word n, u32 *value)
{
    word digits;
    for (unsigned i = 0; i < ARRAY_LEN(char_names); i++) {
        *value = char_names[i].value;
        if (n == strlen(char_names[i].name) && !memcmp(text, char_names[i].name, n))
            return true;
    }
    if (text[0] == 'u')
        return n == 5 && hex4(text + 1, 4, value) && is_code_point(*value);
    return text[0] == 'o' && octal(text + 1, n - 1, &digits, value) && digits == n - 1;
}

term lex_char(struct reading *g, bool in_bits)
{
    const struct reader *r = g->r;
    word from = r->at + 1, end = from, rest;
    u32 c;
    if (from == r->bytes) {
        read_unfinished(g, place_now(g), "a backslash is followed by the name of a character");
        return NONE;
    }
    if (!decode(r, &end, &c) || (c < 0x20 && byte_class((u8)c) == BAD)) {
        fail_byte(g, from);
        return NONE;
    }
    bool size_follows = in_bits && end < r->bytes && (r->text[end] == ':' || r->text[end] == '/');
    if (!token_end(g, end, in_bits, &rest))
        return NONE;
    rest = size_follows ? end : rest;
    if (rest > end && !named_char(r->text + from, rest - from, &c))
        return fail_token(g, "\\", r->text + from, rest - from,
                          " is no character: one code point, a name such as \\newline, \\uXXXX or \\oNNN");
    advance_to(g, rest);
    return mk_char(c);
}
