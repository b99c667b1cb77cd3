/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * format.c: (format "..." x ...) with Java's directives: %[index$][flags][width][.precision]conversion.
 *
 * Floats, decimals and integers are rounded from their decimal digits, half up, as Java does: what pr shows is what is
 * rounded. Numbers of all kinds may be given to %f %e %g.
 */
#include "data/num.h"
#include "data/text.h"
#include "pure.h"
#include "run/native.h"
#include "term/equal.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

#define WIDTH_MAX 1000000

enum {
    FLAG_LEFT = 1,
    FLAG_ALTERNATE = 2,
    FLAG_PLUS = 4,
    FLAG_SPACE = 8,
    FLAG_ZERO = 16,
    FLAG_GROUP = 32,
    FLAG_PAREN = 64
};
static const char flag_chars[] = "-#+ 0,(";

struct directive {
    const char *text; /* for messages */
    unsigned flags;
    iword width, precision; /* -1: none */
    char conversion;        /* in lower case where upper is set */
    bool upper;
};

struct formatter {
    struct proc *p;
    struct buf *out;
    enum print_status status; /* why it stopped without an error */
    term stopped_at;
};

/* --- digits of a number ----------------------------------------------------------------------------------------------
 */

/* 0.d1d2d3... * 10^point; no digits: zero. */
struct digits {
    struct buf d; /* '0'..'9' */
    iword point;
    bool negative;
};

/* From text such as -123.45e-6; exponents are small. */
static void digits_parse(struct digits *n, const u8 *text, word bytes)
{
    word i = 0, fraction = 0;
    bool after_point = false;
    if (i < bytes && text[i] == '-') {
        n->negative = true;
        i++;
    }
    for (; i < bytes && (text[i] == '.' || (text[i] >= '0' && text[i] <= '9')); i++) {
        if (text[i] == '.') {
            after_point = true;
            continue;
        }
        fraction += after_point;
        if (n->d.count || text[i] != '0')
            buf_byte(&n->d, text[i]);
    }
    iword exponent = 0;
    if (i < bytes && (text[i] | 0x20) == 'e') {
        bool minus = ++i < bytes && text[i] == '-';
        for (i += i < bytes && (text[i] == '-' || text[i] == '+'); i < bytes && text[i] >= '0' && text[i] <= '9'; i++)
            exponent = exponent * 10 + (text[i] - '0');
        exponent = minus ? -exponent : exponent;
    }
    n->point = (iword)n->d.count - (iword)fraction + exponent;
}

/* Of any real number but infinities and NaN. False: no memory, or a decimal of absurd scale. */
static bool digits_of(struct digits *n, term number)
{
    if (is_integer(number)) {
        struct buf text = {.process = n->d.process};
        num_print(&text, number, 10);
        n->d.stopped |= text.stopped;
        if (!text.failed)
            digits_parse(n, text.data, text.count);
        n->d.failed |= text.failed;
        buf_free(&text);
    } else if (is_type(number, T_DECIMAL)) {
        i64 scale = 0;
        if (!integer_to_i64(OBJ(decimal, number)->scale, &scale) || scale > WIDTH_MAX || scale < -WIDTH_MAX)
            return false;
        digits_of(n, OBJ(decimal, number)->unscaled);
        n->point -= scale;
    } else {
        char text[NUM_TEXT_MAX];
        double d = num_to_double(number);
        if (!isfinite(d))
            return false;
        digits_parse(n, (const u8 *)text, num_float_text(d, text));
    }
    return !n->d.failed;
}

/* Keeps count digits (0 or fewer: what is left may be one, from rounding), rounding half up. */
static void digits_round(struct digits *n, iword count)
{
    if (count >= (iword)n->d.count)
        return;
    if (count < 0) {
        n->d.count = 0;
        return;
    }
    bool up = n->d.data[count] >= '5';
    n->d.count = count;
    while (up && n->d.count) {
        if (n->d.data[n->d.count - 1] < '9') {
            n->d.data[n->d.count - 1]++;
            return;
        }
        n->d.count--;
    }
    if (up) {
        n->point++;
        buf_byte(&n->d, '1');
    }
}

static u8 digit_at(const struct digits *n, iword i)
{
    return i >= 0 && i < (iword)n->d.count ? n->d.data[i] : '0';
}

/* Rounds to precision digits behind the point and writes all of them. */
static void write_fixed(struct buf *b, struct digits *n, iword precision)
{
    digits_round(n, n->point + precision);
    for (iword i = n->point > 0 ? 0 : n->point - 1; i < n->point; i++)
        buf_byte(b, digit_at(n, i));
    if (precision > 0)
        buf_byte(b, '.');
    for (iword i = 0; i < precision && !b->failed; i++)
        buf_byte(b, digit_at(n, n->point + i));
}

static void write_scientific(struct buf *b, struct digits *n, iword precision)
{
    digits_round(n, precision + 1);
    iword exponent = n->d.count ? n->point - 1 : 0;
    buf_byte(b, digit_at(n, 0));
    if (precision > 0)
        buf_byte(b, '.');
    for (iword i = 1; i <= precision && !b->failed; i++)
        buf_byte(b, digit_at(n, i));
    buf_format(b, "e%c%02ld", exponent < 0 ? '-' : '+', (long)(exponent < 0 ? -exponent : exponent));
}

/* As %f from 10^-4 up to 10^precision, else as %e, with precision digits in all. */
static void write_general(struct buf *b, struct digits *n, iword precision)
{
    if (precision == 0)
        precision = 1;
    digits_round(n, precision);
    if (!n->d.count)
        write_fixed(b, n, precision - 1);
    else if (n->point > -4 && n->point <= precision)
        write_fixed(b, n, precision - n->point);
    else
        write_scientific(b, n, precision - 1);
}

/* --- putting together ------------------------------------------------------------------------------------------------
 */

static void add_upper(struct buf *out, const u8 *text, word bytes, bool upper)
{
    if (upper)
        text_upper(out, text, bytes);
    else
        buf_append(out, text, bytes);
}

/* Text padded with spaces to the width. */
static void add_text(struct formatter *f, const struct directive *d, const u8 *text, word bytes)
{
    iword missing = d->width < 0 ? 0 : d->width - (iword)utf8_count(text, bytes);
    if (missing > 0 && !(d->flags & FLAG_LEFT))
        buf_fill(f->out, ' ', missing);
    add_upper(f->out, text, bytes, d->upper);
    if (missing > 0 && (d->flags & FLAG_LEFT))
        buf_fill(f->out, ' ', missing);
}

/* Commas between groups of three of the leading digits. */
static void group_digits(struct buf *to, const u8 *text, word bytes)
{
    word whole = 0;
    while (whole < bytes && text[whole] >= '0' && text[whole] <= '9')
        whole++;
    for (word i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            buf_byte(to, ',');
        buf_byte(to, text[i]);
    }
    buf_append(to, text + whole, bytes - whole);
}

/* A number from its magnitude: sign, prefix, grouping, zeros. Frees the buffer. */
static void add_number(struct formatter *f, const struct directive *d, bool negative, struct buf *magnitude)
{
    struct buf text = BUF_INIT;
    if (magnitude->failed) {
        f->out->failed = true;
        buf_free(magnitude);
        return;
    }
    if (negative)
        buf_byte(&text, d->flags & FLAG_PAREN ? '(' : '-');
    else if (d->flags & FLAG_PLUS)
        buf_byte(&text, '+');
    else if (d->flags & FLAG_SPACE)
        buf_byte(&text, ' ');
    if (d->flags & FLAG_ALTERNATE)
        buf_text(&text, d->conversion == 'x' ? "0x" : d->conversion == 'o' ? "0" : "");
    struct buf grouped = BUF_INIT;
    if (d->flags & FLAG_GROUP)
        group_digits(&grouped, magnitude->data, magnitude->count);
    else
        buf_append(&grouped, magnitude->data, magnitude->count);
    bool close = negative && (d->flags & FLAG_PAREN);
    iword missing = d->width - (iword)(text.count + grouped.count + close);
    if ((d->flags & FLAG_ZERO) && missing > 0)
        buf_fill(&text, '0', missing);
    buf_append(&text, grouped.data, grouped.count);
    if (close)
        buf_byte(&text, ')');
    f->out->failed |= grouped.failed | text.failed;
    add_text(f, d, text.data, text.count);
    buf_free(&grouped);
    buf_free(&text);
    buf_free(magnitude);
}

static bool bad_value(struct formatter *f, const struct directive *d, term x, const char *wanted)
{
    raise(f->p, E_ILLEGAL_ARGUMENT, "format: %s wants %s, not %T", d->text, wanted, x);
    return false;
}

/* --- conversions
 * ------------------------------------------------------------------------------------------------------ */

static bool format_text(struct formatter *f, const struct directive *d, term x)
{
    struct buf text = BUF_INIT;
    if (is_nil(x))
        buf_text(&text, "null");
    else
        f->status = text_append(f->p, &text, x, &f->stopped_at);
    if (f->status == PRINT_OK) {
        word bytes = text.count;
        if (d->precision >= 0)
            bytes = utf8_skip(text.data, text.count, d->precision);
        f->out->failed |= text.failed;
        add_text(f, d, text.data, bytes);
    }
    buf_free(&text);
    return f->status == PRINT_OK;
}

static bool format_plain(struct formatter *f, const struct directive *d, const char *text)
{
    word bytes = strlen(text);
    if (d->precision >= 0 && (word)d->precision < bytes)
        bytes = d->precision;
    add_text(f, d, (const u8 *)text, bytes);
    return true;
}

static bool format_hash(struct formatter *f, const struct directive *d, term x)
{
    if (is_nil(x))
        return format_plain(f, d, "null");
    if (!key_ready(f->p, x, &f->stopped_at)) {
        f->status = PRINT_LAZY;
        return false;
    }
    char text[16];
    snprintf(text, sizeof(text), "%x", (unsigned)key_hash(x));
    return format_plain(f, d, text);
}

static bool format_char(struct formatter *f, const struct directive *d, term x)
{
    u8 text[4];
    u32 c;
    if (is_nil(x))
        return format_plain(f, d, "null");
    if (is_char(x))
        c = char_value(x);
    else if (is_int(x) && int_value(x) >= 0 && int_value(x) <= 0x10ffff && is_code_point((u32)int_value(x)))
        c = (u32)int_value(x);
    else
        return bad_value(f, d, x, "a character");
    add_text(f, d, text, utf8_put(text, c));
    return true;
}

/* %d, and %x %o of numbers: negative ones of 64 bits in two's complement, as Java has them; larger ones with a sign. */
static bool format_integer(struct formatter *f, const struct directive *d, term x)
{
    if (is_nil(x))
        return format_plain(f, d, "null");
    if (!is_integer(x))
        return bad_value(f, d, x, "an integer");
    struct buf text = {.process = f->p};
    i64 n;
    bool negative = false;
    if (d->conversion != 'd' && integer_to_i64(x, &n)) {
        buf_format(&text, d->conversion == 'x' ? "%llx" : "%llo", (unsigned long long)n);
    } else {
        num_print(&text, x, d->conversion == 'd' ? 10 : d->conversion == 'x' ? 16 : 8);
        f->out->stopped |= text.stopped;
        negative = !text.failed && text.count && text.data[0] == '-';
        if (negative)
            memmove(text.data, text.data + 1, --text.count);
    }
    add_number(f, d, negative, &text);
    return true;
}

static bool format_float(struct formatter *f, const struct directive *d, term x)
{
    if (is_nil(x))
        return format_plain(f, d, "null");
    if (!is_number(x))
        return bad_value(f, d, x, "a number");
    struct buf text = BUF_INIT;
    if (is_float(x) && (isnan(float_value(x)) || isinf(float_value(x)))) {
        struct directive plain = *d;
        plain.flags &= ~(FLAG_ZERO | FLAG_GROUP | FLAG_ALTERNATE);
        if (isnan(float_value(x)))
            plain.flags &= ~(FLAG_PLUS | FLAG_SPACE);
        buf_text(&text, isnan(float_value(x)) ? "NaN" : "Infinity");
        add_number(f, &plain, float_value(x) < 0, &text);
        return true;
    }
    struct digits n = {.d = {.process = f->p}};
    if (!digits_of(&n, x)) {
        bool failed = n.d.failed;
        buf_free(&n.d);
        f->out->failed |= failed;
        return failed || bad_value(f, d, x, "a number that is not so large or small");
    }
    iword precision = d->precision < 0 ? 6 : d->precision;
    f->out->stopped |= n.d.stopped;
    if (d->conversion == 'f')
        write_fixed(&text, &n, precision);
    else if (d->conversion == 'e')
        write_scientific(&text, &n, precision);
    else
        write_general(&text, &n, precision);
    text.failed |= n.d.failed;
    buf_free(&n.d);
    add_number(f, d, n.negative, &text);
    return true;
}

static bool format_one(struct formatter *f, const struct directive *d, term x)
{
    switch (d->conversion) {
    case 's':
        return format_text(f, d, x);
    case 'b':
        return format_plain(f, d, is_truthy(x) ? "true" : "false");
    case 'h':
        return format_hash(f, d, x);
    case 'c':
        return format_char(f, d, x);
    case 'd':
    case 'x':
    case 'o':
        return format_integer(f, d, x);
    default:
        return format_float(f, d, x);
    }
}

/* --- directives
 * -------------------------------------------------------------------------------------------------------- */

/* A number at *at, at most WIDTH_MAX + 1; -1: none. */
static iword scan_count(const struct buf *s, word *at)
{
    if (*at >= s->count || s->data[*at] < '0' || s->data[*at] > '9')
        return -1;
    iword n = 0;
    for (; *at < s->count && s->data[*at] >= '0' && s->data[*at] <= '9'; ++*at)
        n = n > WIDTH_MAX ? n : n * 10 + (s->data[*at] - '0');
    return n > WIDTH_MAX ? WIDTH_MAX + 1 : n;
}

/* Behind the %: fills *d, and *index with the argument's number, 0 (the next), or -1 (the one before). NULL or an
 * error. */
static const char *scan_directive(const struct buf *s, word *at, struct directive *d, iword *index)
{
    *d = (struct directive){.width = -1, .precision = -1};
    *index = 0;
    word start = *at;
    iword number = scan_count(s, at);
    if (number > 0 && *at < s->count && s->data[*at] == '$') {
        *index = number;
        ++*at;
    } else if (*at < s->count && s->data[*at] == '<') {
        *index = -1;
        ++*at;
    } else {
        *at = start;
    }
    const char *flag;
    while (*at < s->count && s->data[*at] && (flag = strchr(flag_chars, s->data[*at]))) {
        d->flags |= 1u << (flag - flag_chars);
        ++*at;
    }
    d->width = scan_count(s, at);
    if (*at < s->count && s->data[*at] == '.') {
        ++*at;
        d->precision = scan_count(s, at);
        if (d->precision < 0)
            return "a precision without a number";
    }
    if (d->width > WIDTH_MAX || d->precision > WIDTH_MAX)
        return "too wide";
    if (*at == s->count)
        return "a directive without its letter";
    char c = (char)s->data[(*at)++];
    if (!c || !strchr("sSbBhHcCdxXoeEfgGn%", c))
        return "an unknown directive";
    d->upper = c >= 'A' && c <= 'Z';
    d->conversion = d->upper ? (char)(c + 32) : c;
    return NULL;
}

static const char *check_flags(const struct directive *d)
{
    bool numeric = strchr("dxoefg", d->conversion);
    if (!numeric && (d->flags & ~FLAG_LEFT))
        return "a flag that only numbers have";
    if (strchr("dxoc", d->conversion) && d->precision >= 0)
        return "a precision where there is none";
    if ((d->flags & (FLAG_LEFT | FLAG_ZERO)) && d->width < 0)
        return "a flag that needs a width";
    if ((d->flags & FLAG_LEFT && d->flags & FLAG_ZERO) || (d->flags & FLAG_PLUS && d->flags & FLAG_SPACE))
        return "flags that contradict each other";
    return NULL;
}

/* Formats the text of the copied format string with ARG(1..n-1). */
static bool format_all(struct formatter *f, const struct buf *s, unsigned n)
{
    struct proc *p = f->p;
    unsigned next = 1, last = 0;
    for (word at = 0; at < s->count && !f->out->failed;) {
        const u8 *percent = memchr(s->data + at, '%', s->count - at);
        word plain = percent ? (word)(percent - s->data) : s->count;
        buf_append(f->out, s->data + at, plain - at);
        if (!percent)
            break;
        at = plain + 1;
        struct directive d;
        iword index;
        const char *error = scan_directive(s, &at, &d, &index);
        char text[40];
        snprintf(text, sizeof(text), "%.*s", (int)(at - plain), (const char *)s->data + plain);
        d.text = text;
        if (!error)
            error = check_flags(&d);
        if (error) {
            raise(p, E_ILLEGAL_ARGUMENT, "format: %s is %s", text, error);
            return false;
        }
        if (d.conversion == 'n' || d.conversion == '%') {
            format_plain(f, &d, d.conversion == 'n' ? "\n" : "%");
            continue;
        }
        iword wanted = index > 0 ? index : index < 0 ? (iword)last : (iword)next++;
        if (wanted < 1 || wanted >= (iword)n) {
            raise(p, E_ILLEGAL_ARGUMENT, "format: there is no argument for %s", text);
            return false;
        }
        last = (unsigned)wanted;
        if (!format_one(f, &d, ARG(last)))
            return false;
    }
    return true;
}

term n_format(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct buf out = buf_of(p), text = buf_of(p);
    struct formatter f = {p, &out, PRINT_OK, NIL};
    struct str_view v = str_view(ARG(0));
    buf_append(&text, v.data, v.bytes); /* the string may be in the heap, and an error may move it */
    out.failed = text.failed;
    bool done = format_all(&f, &text, n);
    buf_free(&text);
    native_charge(p, out.count / 1024);
    if (out.stopped)
        return text_stopped(p, &out, PRINT_INTERRUPTED, NIL, SLOW_format);
    if (done)
        return str_from_buf(p, &out);
    if (f.status != PRINT_OK)
        return text_stopped(p, &out, f.status, f.stopped_at, SLOW_format);
    buf_free(&out);
    return NONE;
}
