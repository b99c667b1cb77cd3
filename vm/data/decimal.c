/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * decimal.c: exact decimals, unscaled * 10^-scale, with the arithmetic and the scales of Java's BigDecimal: a sum has
 * the larger scale, a product the sum of scales, a quotient the difference unless more digits are needed to be exact.
 */
#include "data/num_impl.h"

#include "pure.h"
#include "run/native.h"

struct dec {
    struct zint u;
    i64 scale;
};

/* The number of times 2 and 5 divide den, which is one after that; else failed says non-terminating. */
static u64 decimal_places(struct workspace *s, struct zint den, u64 *twos, u64 *fives)
{
    *twos = z_trailing_zeros(den);
    *fives = 0;
    den = z_shift_right(s, den, *twos);
    u64 most = z_bits(den) * 100 / 232 + 1;
    for (int i = 63 - __builtin_clzll(most); i >= 0 && !s->failed && !z_is_one(den); i--) {
        struct zint rem, q;
        if (((u64)232 << i) / 100 > z_bits(den))
            continue;
        q = z_divide(s, den, z_power_of_5(s, (u64)1 << i), &rem);
        if (!rem.n && q.n) {
            den = q;
            *fives += (u64)1 << i;
        }
    }
    if (!s->failed && !z_is_one(den))
        s->failed = WORK_NON_TERMINATING;
    return *twos > *fives ? *twos : *fives;
}

/* num / den exactly, with a scale of at least `preferred` and no more places than that needs. */
static struct dec exact_quotient(struct workspace *s, struct zint num, struct zint den, i64 preferred)
{
    struct dec r = {num, preferred};
    if (!num.n || s->failed)
        return r;
    struct zint g = z_gcd(s, num, den);
    num = z_divide(s, num, g, NULL);
    den = z_divide(s, den, g, NULL);
    if (s->failed)
        return r;
    if (den.negative)
        num = z_negate(num);
    u64 twos, fives, places = decimal_places(s, z_abs(den), &twos, &fives);
    if (s->failed)
        return r;
    r.u = z_shift_left(s, num, places - twos);
    if (places > fives)
        r.u = z_mul(s, r.u, z_power_of_5(s, places - fives));
    r.scale = preferred + (i64)places;
    return r;
}

static struct dec dec_of(struct workspace *s, term t)
{
    switch (num_kind(t)) {
    case NUM_DECIMAL:
        return (struct dec){z_of(s, OBJ(decimal, t)->unscaled), int_value(OBJ(decimal, t)->scale)};
    case NUM_RATIO:
        return exact_quotient(s, z_of(s, OBJ(ratio, t)->num), z_of(s, OBJ(ratio, t)->den), 0);
    case NUM_INT:
    case NUM_BIG:
    case NUM_FLOAT:
    case NUM_NOT:
        break;
    }
    return (struct dec){z_of(s, t), 0};
}

static struct zint rescaled(struct workspace *s, struct dec d, i64 scale) /* scale >= d.scale */
{
    return z_times_power_of_10(s, d.u, (u64)(scale - d.scale));
}

static struct dec dec_add(struct workspace *s, struct dec a, struct dec b)
{
    i64 scale = a.scale > b.scale ? a.scale : b.scale;
    return (struct dec){z_add(s, rescaled(s, a, scale), rescaled(s, b, scale)), scale};
}

/* The integer part of a / b, with BigDecimal's scale: a's less b's; below zero only as far as zeros can be stripped. */
static struct dec dec_quot(struct workspace *s, struct dec a, struct dec b)
{
    i64 preferred = a.scale - b.scale;
    if (preferred > 0 && (i64)z_bits(a.u) < (i64)z_bits(b.u) + 3 * preferred) /* |a| < |b|, seen without 10^preferred */
        return (struct dec){z_of_u64(s, 0, false), preferred};
    struct zint x = a.u, y = b.u;
    if (preferred > 0)
        y = z_times_power_of_10(s, y, (u64)preferred);
    else
        x = z_times_power_of_10(s, x, (u64)-preferred);
    struct dec q = {z_divide(s, x, y, NULL), 0};
    if (preferred >= 0) {
        q.u = z_times_power_of_10(s, q.u, (u64)preferred);
        q.scale = preferred;
    } else if (!q.u.n) {
        q.scale = preferred;
    } else {
        u64 stripped;
        q.u = z_strip_zeros(s, q.u, (u64)-preferred, &stripped);
        q.scale = -(i64)stripped;
    }
    return q;
}

static struct dec dec_rem(struct workspace *s, struct dec a, struct dec b)
{
    struct dec q = dec_quot(s, a, b);
    return dec_add(s, a, (struct dec){z_negate(z_mul(s, q.u, b.u)), q.scale + b.scale});
}

term decimal_arith(struct proc *p, enum num_op op, term ta, term tb)
{
    struct workspace s;
    work_begin(&s);
    struct dec a = dec_of(&s, ta), b = dec_of(&s, tb), r = a;
    switch (op) {
    case NUM_ADD:
        r = dec_add(&s, a, b);
        break;
    case NUM_SUB:
        b.u = z_negate(b.u);
        r = dec_add(&s, a, b);
        break;
    case NUM_MUL:
        r = (struct dec){z_mul(&s, a.u, b.u), a.scale + b.scale};
        break;
    case NUM_DIV:
        r = exact_quotient(&s, a.u, b.u, a.scale - b.scale);
        break;
    case NUM_QUOT:
        r = dec_quot(&s, a, b);
        break;
    case NUM_REM:
    case NUM_MOD:
        r = dec_rem(&s, a, b);
        if (op == NUM_MOD && r.u.n && r.u.negative != b.u.negative)
            r = dec_add(&s, r, b);
        break;
    }
    return z_finish_decimal(p, &s, r.u, r.scale);
}

/* Clojure's way: by the shortest text that reads back as d, so that 0.1 becomes 0.1M. */
term decimal_from_double(struct proc *p, double d)
{
    char text[NUM_TEXT_MAX];
    word n = num_float_text(d, text);
    u64 digits = 0;
    i64 places = 0, exponent = 0;
    bool fraction = false;
    for (word i = 0; i < n; i++) {
        char c = text[i];
        if (c == '.') {
            fraction = true;
        } else if (c == 'E') {
            bool negative = text[++i] == '-';
            for (i += negative; i < n; i++)
                exponent = exponent * 10 + (text[i] - '0');
            exponent = negative ? -exponent : exponent;
        } else if (c != '-') {
            digits = digits * 10 + (u64)(c - '0');
            places += fraction;
        }
    }
    struct workspace s;
    work_begin(&s);
    return z_finish_decimal(p, &s, z_of_u64(&s, digits, d < 0), places - exponent);
}

term decimal_from_integer(struct proc *p, term integer)
{
    struct workspace s;
    work_begin(&s);
    return z_finish_decimal(p, &s, z_of(&s, integer), 0);
}

term num_truncate(struct proc *p, term t)
{
    struct workspace s;
    work_begin(&s);
    if (is_type(t, T_RATIO))
        return z_finish(p, &s, z_divide(&s, z_of(&s, OBJ(ratio, t)->num), z_of(&s, OBJ(ratio, t)->den), NULL));
    if (!is_type(t, T_DECIMAL))
        return t;
    struct dec d = dec_of(&s, t);
    if (d.scale <= 0)
        return z_finish(p, &s, rescaled(&s, d, 0));
    if (d.scale > (i64)z_bits(d.u)) /* 10^scale is larger than the value */
        return z_finish(p, &s, z_of_u64(&s, 0, false));
    struct zint power = z_times_power_of_10(&s, z_of_u64(&s, 1, false), (u64)d.scale);
    return z_finish(p, &s, z_divide(&s, d.u, power, NULL));
}

term decimal_to_rational(struct proc *p, term decimal)
{
    struct workspace s;
    work_begin(&s);
    struct dec d = dec_of(&s, decimal);
    if (d.scale <= 0)
        return z_finish(p, &s, rescaled(&s, d, 0));
    return z_finish_ratio(p, &s, d.u, z_times_power_of_10(&s, z_of_u64(&s, 1, false), (u64)d.scale));
}
