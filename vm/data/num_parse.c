/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num_parse.c: number literals.
 *
 *     integer  [+-] ( 0x digits | 0o digits | 0b digits | 0 octal-digits | radix r digits | digits ) [N]
 *     ratio    [+-] digits / digits
 *     float    [+-] digits [ . [digits] ] [ e [+-] digits ]            with M behind it: a decimal
 *
 * A single _ may stand between two digits. The text is read before anything is reserved, so it may lie in a heap.
 * Digits are collected as values 0..35 first, then limbs are made of them (radix.h).
 */
#include "data/num_impl.h"
#include "data/radix.h"

#include "port.h"
#include "pure.h"
#include "run/native.h"

struct cursor {
    const u8 *at, *end;
};

static int peek(const struct cursor *c)
{
    return c->at < c->end ? *c->at : -1;
}

static bool accept(struct cursor *c, char lower)
{
    if (c->at < c->end && (*c->at | 0x20) == lower) {
        c->at++;
        return true;
    }
    return false;
}

static bool accept_exactly(struct cursor *c, char byte)
{
    bool there = peek(c) == (u8)byte;
    c->at += there;
    return there;
}

static bool accept_minus(struct cursor *c)
{
    return accept_exactly(c, '-') || (accept_exactly(c, '+') && false);
}

static unsigned digit_value(int byte)
{
    if (byte >= '0' && byte <= '9')
        return (unsigned)(byte - '0');
    int lower = byte | 0x20;
    return byte > 0 && lower >= 'a' && lower <= 'z' ? (unsigned)(lower - 'a' + 10) : 99;
}

/* A run of digits in the text, underscores included. */
struct digits {
    const u8 *from, *to;
    word count;
};

/* At least one digit, no underscore at either end or next to another; else false. */
static bool accept_digits(struct cursor *c, unsigned radix, struct digits *d)
{
    *d = (struct digits){c->at, c->at, 0};
    while (digit_value(peek(c)) < radix) {
        c->at++;
        d->count++;
        d->to = c->at;
        if (peek(c) == '_')
            c->at++;
    }
    return d->count && c->at == d->to;
}

/* Drops zeros that lead, but for a last one. */
static struct digits significant(struct digits d)
{
    while (d.count > 1 && (*d.from == '0' || *d.from == '_')) {
        d.count -= *d.from == '0';
        d.from++;
    }
    while (*d.from == '_')
        d.from++;
    return d;
}

static u8 *copy_values(u8 *to, struct digits d)
{
    for (const u8 *at = d.from; at < d.to; at++) {
        if (*at != '_')
            *to++ = (u8)digit_value(*at);
    }
    return to;
}

/* The integer that the digits of a and then those of b make, in radix. */
static struct zint digits_value(struct workspace *s, struct digits a, struct digits b, unsigned radix)
{
    if (a.count > 12)
        a = significant(a);
    word n = a.count + b.count;
    if (n <= 12) { /* 36^12 < 2^63 */
        u8 values[12];
        copy_values(copy_values(values, a), b);
        u64 value = 0;
        for (word i = 0; i < n; i++)
            value = value * radix + values[i];
        return z_of_u64(s, value, false);
    }
    unsigned bits_up = 64 - (unsigned)__builtin_clzll(radix - 1), bits_down = 63 - (unsigned)__builtin_clzll(radix);
    word limbs = n * bits_up / 64 + 2;
    if (n > NUM_MAX_BITS || n * bits_down > NUM_MAX_BITS + 64) {
        s->failed = WORK_SIZE;
        return z_of_u64(s, 0, false);
    }
    u8 *values = port_alloc(n);
    u64 *limb = values ? work_limbs(s, limbs) : NULL;
    if (!limb) {
        port_free(values);
        s->failed = s->failed ? s->failed : WORK_MEMORY;
        return z_of_u64(s, 0, false);
    }
    copy_values(copy_values(values, a), b);
    word zeros = 0;
    while (zeros + 1 < n && !values[zeros])
        zeros++;
    word count = limbs;
    enum radix_status status = radix_limbs(s->process, values + zeros, n - zeros, radix, limb, &count);
    port_free(values);
    if (status != RADIX_DONE) {
        s->failed = status == RADIX_STOPPED ? WORK_STOPPED : WORK_MEMORY;
        return z_of_u64(s, 0, false);
    }
    s->work += int_work(count, count) / 4 + n / 256;
    return (struct zint){limb, limbs_trim(limb, count), false, false};
}

static const struct digits NO_DIGITS;

static term integer(struct proc *p, struct digits d, unsigned radix, bool negative)
{
    struct workspace s;
    work_begin(&s);
    s.process = p;
    struct zint z = digits_value(&s, d, NO_DIGITS, radix);
    return z_finish(p, &s, negative ? z_negate(z) : z);
}

static term ratio(struct proc *p, struct digits num, struct digits den, bool negative)
{
    struct workspace s;
    work_begin(&s);
    s.process = p;
    struct zint n = digits_value(&s, num, NO_DIGITS, 10), d = digits_value(&s, den, NO_DIGITS, 10);
    if (s.failed)
        return z_finish_failed(p, &s);
    if (z_is_zero(d)) {
        work_end(&s);
        return num_divide_by_zero(p);
    }
    return z_finish_ratio(p, &s, negative ? z_negate(n) : n, d);
}

/* A decimal exponent cut at plus or minus 10^10, which is beyond every limit. */
static i64 exponent_value(struct digits d, bool negative)
{
    i64 value = 0;
    for (const u8 *at = d.from; at < d.to && value < 10000000000; at++) {
        if (*at != '_')
            value = value * 10 + digit_value(*at);
    }
    return negative ? -value : value;
}

static term decimal(struct proc *p, struct digits whole, struct digits fraction, i64 exponent, bool negative)
{
    struct workspace s;
    work_begin(&s);
    s.process = p;
    struct zint z = digits_value(&s, whole, fraction, 10);
    return z_finish_decimal(p, &s, negative ? z_negate(z) : z, (i64)fraction.count - exponent);
}

static term floating(struct proc *p, const u8 *text, word bytes)
{
    char small[64];
    char *copy = bytes < sizeof small ? small : port_alloc(bytes + 1);
    if (!copy)
        return int_no_memory(p);
    word n = 0;
    for (word i = 0; i < bytes; i++) {
        if (text[i] != '_')
            copy[n++] = (char)text[i];
    }
    copy[n] = 0;
    double d = strtod(copy, NULL);
    if (copy != small)
        port_free(copy);
    native_charge(p, n / 256);
    return num_float(p, d);
}

/* What follows 0x, 0o, 0b or <radix>r: digits and nothing else. N ends it where it is no digit. */
static term in_radix(struct proc *p, struct cursor c, unsigned radix, bool negative)
{
    struct digits d;
    if (radix < 2 || radix > 36 || !accept_digits(&c, radix, &d))
        return ABSENT;
    accept_exactly(&c, 'N');
    return c.at == c.end ? integer(p, d, radix, negative) : ABSENT;
}

/* After whole digits with a point or an exponent: a float or a decimal. */
static term fractional(struct proc *p, struct cursor c, const u8 *text, struct digits whole, bool negative)
{
    struct digits fraction = NO_DIGITS, exponent = NO_DIGITS;
    bool negative_exponent = false;
    if (accept_exactly(&c, '.') && digit_value(peek(&c)) < 10 && !accept_digits(&c, 10, &fraction))
        return ABSENT;
    if (accept(&c, 'e')) {
        negative_exponent = accept_minus(&c);
        if (!accept_digits(&c, 10, &exponent))
            return ABSENT;
    }
    const u8 *end = c.at;
    bool exact = accept_exactly(&c, 'M');
    if (c.at != c.end)
        return ABSENT;
    if (exact)
        return decimal(p, whole, fraction, exponent_value(exponent, negative_exponent), negative);
    return floating(p, text, (word)(end - text));
}

/* --- texts of data: what Clojure's parse-double, bigint and bigdec take --- */

static struct cursor trimmed(const u8 *text, word bytes)
{
    struct cursor c = {text, text + bytes};
    while (c.at < c.end && *c.at <= ' ')
        c.at++;
    while (c.at < c.end && c.end[-1] <= ' ')
        c.end--;
    return c;
}

static word skip_plain_digits(struct cursor *c, unsigned radix)
{
    const u8 *from = c->at;
    while (digit_value(peek(c)) < radix)
        c->at++;
    return (word)(c->at - from);
}

static bool skip_word(struct cursor *c, const char *word_text)
{
    word n = strlen(word_text);
    if ((word)(c->end - c->at) != n || memcmp(c->at, word_text, n) != 0)
        return false;
    c->at = c->end;
    return true;
}

/* [digits] [. digits] with at least one digit, then an exponent; its mark is p and needed in hexadecimal. */
static bool skip_float(struct cursor *c)
{
    struct cursor hex = *c;
    bool is_hex = accept_exactly(&hex, '0') && accept(&hex, 'x');
    if (is_hex)
        *c = hex;
    word n = skip_plain_digits(c, is_hex ? 16 : 10);
    if (accept_exactly(c, '.'))
        n += skip_plain_digits(c, is_hex ? 16 : 10);
    if (!n)
        return false;
    if (accept(c, is_hex ? 'p' : 'e')) {
        accept_minus(c);
        return skip_plain_digits(c, 10) > 0;
    }
    return !is_hex;
}

term num_parse_double(struct proc *p, const u8 *text, word bytes)
{
    struct cursor c = trimmed(text, bytes);
    const u8 *from = c.at;
    bool negative = accept_minus(&c);
    if (skip_word(&c, "NaN"))
        return num_float(p, NAN);
    if (skip_word(&c, "Infinity"))
        return num_float(p, negative ? -INFINITY : INFINITY);
    if (!skip_float(&c))
        return ABSENT;
    const u8 *end = c.at;
    if (!accept(&c, 'd'))
        accept(&c, 'f');
    return c.at == c.end ? floating(p, from, (word)(end - from)) : ABSENT;
}

term num_parse_integer(struct proc *p, const u8 *text, word bytes)
{
    struct cursor c = {text, text + bytes};
    bool negative = accept_minus(&c);
    struct digits d = {c.at, c.end, (word)(c.end - c.at)};
    return skip_plain_digits(&c, 10) && c.at == c.end ? integer(p, d, 10, negative) : ABSENT;
}

term num_parse_decimal(struct proc *p, const u8 *text, word bytes)
{
    struct cursor c = {text, text + bytes};
    bool negative = accept_minus(&c), negative_exponent = false;
    struct digits whole = {c.at, c.at, skip_plain_digits(&c, 10)}, fraction = NO_DIGITS, exponent = NO_DIGITS;
    whole.to = c.at;
    if (accept_exactly(&c, '.')) {
        fraction.from = c.at;
        fraction.count = skip_plain_digits(&c, 10);
        fraction.to = c.at;
    }
    if (!(whole.count + fraction.count))
        return ABSENT;
    if (accept(&c, 'e')) {
        negative_exponent = accept_minus(&c);
        exponent.from = c.at;
        exponent.count = skip_plain_digits(&c, 10);
        exponent.to = c.at;
        if (!exponent.count)
            return ABSENT;
    }
    if (c.at != c.end)
        return ABSENT;
    return decimal(p, whole, fraction, exponent_value(exponent, negative_exponent), negative);
}

/* --- literals --- */

term num_parse(struct proc *p, const u8 *text, word bytes)
{
    struct cursor c = {text, text + bytes};
    bool negative = accept_minus(&c);
    struct digits whole, den;
    if (peek(&c) == '0' && c.end - c.at > 2) {
        struct cursor rest = {c.at + 1, c.end};
        if (accept(&rest, 'x'))
            return in_radix(p, rest, 16, negative);
        if (accept(&rest, 'b'))
            return in_radix(p, rest, 2, negative);
        if (accept(&rest, 'o'))
            return in_radix(p, rest, 8, negative);
    }
    if (!accept_digits(&c, 10, &whole))
        return ABSENT;
    if (c.at == c.end || (peek(&c) == 'N' && c.at + 1 == c.end)) {
        bool octal = *whole.from == '0' && whole.count > 1;
        return octal ? in_radix(p, (struct cursor){whole.from, c.end}, 8, negative) : integer(p, whole, 10, negative);
    }
    if (accept_exactly(&c, '/'))
        return accept_digits(&c, 10, &den) && c.at == c.end ? ratio(p, whole, den, negative) : ABSENT;
    if (whole.count <= 2 && whole.to - whole.from == (iword)whole.count && accept(&c, 'r'))
        return in_radix(p, c, (unsigned)exponent_value(whole, false), negative);
    return fractional(p, c, text, whole, negative);
}
