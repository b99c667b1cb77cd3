/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * decimal.c: exact decimals, unscaled * 10^-scale, with the arithmetic and the scales of Java's BigDecimal: a sum has
 * the larger scale, a product the sum of scales, a quotient the difference unless more digits are needed to be exact.
 * Under with-precision results are rounded.
 */
#include "data/num_impl.h"

#include "data/vectors.h"
#include "pure.h"
#include "run/native.h"
#include "run/vars.h"

struct dec {
    struct zint u;
    i64 scale;
};

/* --- rounding: *math-context* is nil, or a vector of a number of digits and one of these --- */

enum rounding {
    ROUND_UP,
    ROUND_DOWN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_UNNECESSARY
};
struct context {
    u64 digits; /* 0: results are exact */
    enum rounding mode;
};

static struct context context_now(struct proc *p)
{
    term value = var_value(p, VAR_math_context);
    if (!is_vector(value) || vec_count(value) != 2 || !is_int(vec_nth(value, 0)) || !is_int(vec_nth(value, 1)))
        return (struct context){0, ROUND_HALF_UP};
    iword digits = int_value(vec_nth(value, 0));
    return (struct context){digits > 0 ? (u64)digits : 0, (enum rounding)int_value(vec_nth(value, 1))};
}

static struct zint power_of_10(struct workspace *s, u64 exponent)
{
    return z_times_power_of_10(s, z_of_u64(s, 1, false), exponent);
}

/* The number of decimal digits of x, which is not zero. */
static u64 digits_of(struct workspace *s, struct zint x)
{
    u64 n = (u64)((double)z_bits(x) * 0.30102999566398120);
    return n + (z_compare_abs(x, power_of_10(s, n)) >= 0);
}

/* Whether q + rem / unit, of which q is kept, is rounded away from zero. rem is not zero. */
static bool rounds_away(struct workspace *s, enum rounding mode, struct zint q, struct zint rem, struct zint unit,
                        bool negative)
{
    int half = z_compare_abs(z_shift_left(s, rem, 1), unit);
    switch (mode) {
    case ROUND_UP:
        return true;
    case ROUND_DOWN:
    case ROUND_UNNECESSARY:
        return false;
    case ROUND_CEILING:
        return !negative;
    case ROUND_FLOOR:
        return negative;
    case ROUND_HALF_UP:
        return half >= 0;
    case ROUND_HALF_DOWN:
        return half > 0;
    case ROUND_HALF_EVEN:
        return half > 0 || (half == 0 && q.n && (q.limb[0] & 1));
    }
    return false;
}

static struct dec rounded(struct workspace *s, struct dec d, struct context to)
{
    if (!to.digits || !d.u.n || s->failed)
        return d;
    u64 have = digits_of(s, d.u);
    if (have <= to.digits || s->failed)
        return d;
    u64 drop = have - to.digits;
    bool negative = d.u.negative;
    struct zint unit = power_of_10(s, drop), rem, q = z_divide(s, z_abs(d.u), unit, &rem);
    if (s->failed)
        return d;
    if (rem.n && to.mode == ROUND_UNNECESSARY)
        s->failed = WORK_INEXACT;
    if (rem.n && rounds_away(s, to.mode, q, rem, unit, negative))
        q = z_add(s, q, z_of_u64(s, 1, false));
    if (!s->failed && digits_of(s, q) > to.digits) { /* 99.9 became 100 */
        q = z_divide(s, q, z_of_u64(s, 10, false), NULL);
        drop++;
    }
    return (struct dec){negative ? z_negate(q) : q, d.scale - (i64)drop};
}

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

/* num / den to as many digits as the context says, a few more before rounding. */
static struct dec quotient(struct workspace *s, struct zint num, struct zint den, i64 preferred, struct context to)
{
    if (!to.digits || !num.n || s->failed)
        return exact_quotient(s, num, den, preferred);
    u64 want = to.digits + 3 + digits_of(s, den), have = digits_of(s, num), shift = want > have ? want - have : 0;
    struct zint rem, q = z_divide(s, z_times_power_of_10(s, num, shift), den, &rem);
    struct dec r = {q, preferred + (i64)shift};
    if (s->failed)
        return r;
    if (rem.n) { /* a digit more says that something follows */
        struct zint one = z_of_u64(s, 1, q.negative);
        r = (struct dec){z_add(s, z_times_power_of_10(s, q, 1), one), r.scale + 1};
    }
    r = rounded(s, r, to);
    if (!rem.n && r.scale > preferred) {
        u64 stripped;
        r.u = z_strip_zeros(s, r.u, (u64)(r.scale - preferred), &stripped);
        r.scale -= (i64)stripped;
    }
    return r;
}

static struct dec dec_of(struct workspace *s, term t, struct context to)
{
    switch (num_kind(t)) {
    case NUM_DECIMAL:
        return (struct dec){z_of(s, OBJ(decimal, t)->unscaled), int_value(OBJ(decimal, t)->scale)};
    case NUM_RATIO:
        return quotient(s, z_of(s, OBJ(ratio, t)->num), z_of(s, OBJ(ratio, t)->den), 0, to);
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
    struct context to = context_now(p);
    work_begin(&s);
    struct dec a = dec_of(&s, ta, to), b = dec_of(&s, tb, to), r = a;
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
        r = quotient(&s, a.u, b.u, a.scale - b.scale, to);
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
    r = rounded(&s, r, to);
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
    struct dec d = dec_of(&s, t, (struct context){0});
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
    struct dec d = dec_of(&s, decimal, (struct context){0});
    if (d.scale <= 0)
        return z_finish(p, &s, rescaled(&s, d, 0));
    return z_finish_ratio(p, &s, d.u, z_times_power_of_10(&s, z_of_u64(&s, 1, false), (u64)d.scale));
}
