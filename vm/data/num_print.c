/* SPDX-License-Identifier: GPL-3.0-only */
/* num_print.c: numbers as text. */
#include "data/buf.h"
#include "data/num_impl.h"
#include "data/radix.h"
#include "pure.h"

static const char digit_text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static void print_u64(struct buf *b, u64 n, unsigned radix)
{
    char text[64];
    unsigned at = sizeof text;
    do
        text[--at] = digit_text[n % radix];
    while (n /= radix);
    buf_append(b, text + at, sizeof text - at);
}

/* The digits of a magnitude of more than one limb. False: no memory. */
static bool print_magnitude(struct buf *b, const struct int_view *v, unsigned radix)
{
    word n = mpn_sizeinbase(v->limb, v->n, (int)radix);
    if (!buf_reserve(b, n))
        return false;
    u8 *text = b->data + b->count;
    switch (radix_digits(b->process, v->limb, v->n, radix, text, &n)) {
    case RADIX_MEMORY:
        return false;
    case RADIX_STOPPED:
        b->stopped = true;
        return true;
    case RADIX_DONE:
        break;
    }
    for (word i = 0; i < n; i++)
        text[i] = (u8)digit_text[text[i]];
    b->count += n;
    return true;
}

static bool print_integer(struct buf *b, term t, unsigned radix)
{
    struct int_view v;
    int_open(&v, t);
    if (v.negative)
        buf_byte(b, '-');
    if (v.n <= 1) {
        print_u64(b, v.n ? v.limb[0] : 0, radix);
        return true;
    }
    return print_magnitude(b, &v, radix);
}

static void print_zeros(struct buf *b, u64 n)
{
    while (n-- && !b->failed)
        buf_byte(b, '0');
}

/*
 * As Java's BigDecimal: digits with a point where the scale is not negative and at most six zeros follow the point,
 * else one digit before the point and an exponent with its sign. digits[0..n) are those of the magnitude.
 */
static void print_scaled(struct buf *b, const u8 *digits, word n, i64 scale)
{
    i64 exponent = (i64)n - 1 - scale;
    if (scale == 0) {
        buf_append(b, digits, n);
    } else if (scale > 0 && exponent >= -6) {
        word whole = (i64)n > scale ? n - (word)scale : 0;
        if (whole)
            buf_append(b, digits, whole);
        else
            buf_byte(b, '0');
        buf_byte(b, '.');
        print_zeros(b, whole ? 0 : (u64)scale - n);
        buf_append(b, digits + whole, n - whole);
    } else {
        buf_byte(b, digits[0]);
        if (n > 1) {
            buf_byte(b, '.');
            buf_append(b, digits + 1, n - 1);
        }
        if (exponent) {
            buf_text(b, exponent < 0 ? "E-" : "E+");
            print_u64(b, exponent < 0 ? -(u64)exponent : (u64)exponent, 10);
        }
    }
    buf_byte(b, 'M');
}

static bool print_decimal(struct buf *b, term t)
{
    struct buf digits = {.process = b->process};
    bool done = print_integer(&digits, OBJ(decimal, t)->unscaled, 10) && !digits.failed;
    b->stopped |= digits.stopped;
    if (done && !digits.stopped) {
        bool negative = digits.data[0] == '-';
        if (negative)
            buf_byte(b, '-');
        print_scaled(b, digits.data + negative, digits.count - negative, int_value(OBJ(decimal, t)->scale));
    }
    buf_free(&digits);
    return done;
}

bool num_print(struct buf *b, term number, unsigned radix)
{
    bool done = true;
    switch (num_kind(number)) {
    case NUM_INT:
    case NUM_BIG:
        done = print_integer(b, number, radix);
        break;
    case NUM_RATIO:
        done = print_integer(b, OBJ(ratio, number)->num, radix);
        buf_byte(b, '/');
        done = done && print_integer(b, OBJ(ratio, number)->den, radix);
        break;
    case NUM_DECIMAL:
        done = print_decimal(b, number);
        break;
    case NUM_FLOAT: {
        char text[NUM_TEXT_MAX];
        buf_append(b, text, num_float_text(float_value(number), text));
        break;
    }
    case NUM_NOT:
        break;
    }
    b->failed |= !done;
    return !b->failed;
}
