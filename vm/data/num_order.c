/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num_order.c: comparing numbers of any kinds by their exact values, equality and hash. Nothing here touches a heap;
 * rare cases need working memory, which is on the C stack up to a few thousand bits.
 */
#include "data/num_impl.h"

#include "pure.h"
#include "term/equal.h"

bool num_is_nan(term t)
{
    return is_type(t, T_FLOAT) && isnan(float_value(t));
}

int num_sign(term t)
{
    switch (num_kind(t)) {
    case NUM_INT:
    case NUM_BIG:
        return int_sign(t);
    case NUM_RATIO:
        return int_sign(OBJ(ratio, t)->num);
    case NUM_DECIMAL:
        return int_sign(OBJ(decimal, t)->unscaled);
    case NUM_FLOAT:
        return (float_value(t) > 0) - (float_value(t) < 0);
    case NUM_NOT:
        break;
    }
    return 0;
}

bool num_is_zero(term t)
{
    return num_sign(t) == 0 && !num_is_nan(t);
}

static struct exact exact_of_double(struct workspace *s, double d)
{
    int exponent;
    double fraction = frexp(fabs(d), &exponent);
    u64 mantissa = (u64)ldexp(fraction, 53);
    int twos = mantissa ? __builtin_ctzll(mantissa) : 0;
    return (struct exact){z_of_u64(s, mantissa >> twos, d < 0), z_of_u64(s, 1, false), 0, exponent - 53 + twos};
}

struct exact exact_of(struct workspace *s, term t)
{
    switch (num_kind(t)) {
    case NUM_FLOAT:
        return exact_of_double(s, float_value(t));
    case NUM_RATIO:
        return (struct exact){z_of(s, OBJ(ratio, t)->num), z_of(s, OBJ(ratio, t)->den), 0, 0};
    case NUM_DECIMAL:
        return (struct exact){z_of(s, OBJ(decimal, t)->unscaled), z_of_u64(s, 1, false),
                              -int_value(OBJ(decimal, t)->scale), 0};
    case NUM_INT:
    case NUM_BIG:
    case NUM_NOT:
        break;
    }
    return (struct exact){z_of(s, t), z_of_u64(s, 1, false), 0, 0};
}

static double zint_log2(struct zint x)
{
    double top = (double)x.limb[x.n - 1] + (x.n > 1 ? (double)x.limb[x.n - 2] * 0x1p-64 : 0);
    return log2(top) + 64.0 * (double)(x.n - 1);
}

double exact_log2(const struct exact *x)
{
    return zint_log2(x->num) - zint_log2(x->den) + (double)x->exp10 * 3.321928094887362 + (double)x->exp2;
}

/* x * y.den and y * x.den brought to the same powers of 10 and 2. */
static int exact_compare_abs(struct workspace *s, const struct exact *x, const struct exact *y)
{
    double lx = exact_log2(x), ly = exact_log2(y);
    if (fabs(lx - ly) > 2)
        return lx > ly ? 1 : -1;
    struct zint l = z_mul(s, x->num, y->den), r = z_mul(s, y->num, x->den);
    if (x->exp10 > y->exp10)
        l = z_times_power_of_10(s, l, (u64)(x->exp10 - y->exp10));
    else
        r = z_times_power_of_10(s, r, (u64)(y->exp10 - x->exp10));
    if (x->exp2 > y->exp2)
        l = z_shift_left(s, l, (u64)(x->exp2 - y->exp2));
    else
        r = z_shift_left(s, r, (u64)(y->exp2 - x->exp2));
    if (s->failed) /* no memory left for numbers of thousands of digits: as far as a double tells */
        return (lx > ly) - (lx < ly);
    return z_compare_abs(l, r);
}

static enum num_order order_of(int n)
{
    return n < 0 ? NUM_LESS : n > 0 ? NUM_MORE : NUM_SAME;
}

static enum num_order float_order(double x, double y)
{
    return x < y ? NUM_LESS : x > y ? NUM_MORE : x == y ? NUM_SAME : NUM_UNORDERED;
}

/* A small integer and a double: exact, as doubles below 2^60 convert without loss where they are whole. */
static enum num_order int_float_order(iword x, double y)
{
    if (isnan(y))
        return NUM_UNORDERED;
    if (fabs(y) >= 0x1p60)
        return y > 0 ? NUM_LESS : x == SMALL_MIN && y == -0x1p60 ? NUM_SAME : NUM_MORE;
    iword whole = (iword)y;
    if (x != whole)
        return x < whole ? NUM_LESS : NUM_MORE;
    return float_order(0, y - (double)whole);
}

/* Ratios and integers whose parts are all small: the cross products fit in two words. */
static bool small_fraction(term t, iword *num, iword *den)
{
    if (is_int(t)) {
        *num = int_value(t);
        *den = 1;
        return true;
    }
    if (!is_type(t, T_RATIO) || !are_ints(OBJ(ratio, t)->num, OBJ(ratio, t)->den))
        return false;
    *num = int_value(OBJ(ratio, t)->num);
    *den = int_value(OBJ(ratio, t)->den);
    return true;
}

static NOINLINE enum num_order general_order(term a, term b)
{
    iword an, ad, bn, bd;
    if (small_fraction(a, &an, &ad) && small_fraction(b, &bn, &bd)) {
        __int128 l = (__int128)an * bd, r = (__int128)bn * ad;
        return order_of((l > r) - (l < r));
    }
    if (num_is_nan(a) || num_is_nan(b))
        return NUM_UNORDERED;
    int sa = num_sign(a), sb = num_sign(b);
    if (sa != sb || !sa)
        return order_of(sa - sb);
    if (is_float(a) && isinf(float_value(a)))
        return order_of(sa);
    if (is_float(b) && isinf(float_value(b)))
        return order_of(-sb);
    struct workspace s;
    work_begin(&s);
    struct exact x = exact_of(&s, a), y = exact_of(&s, b);
    int order = exact_compare_abs(&s, &x, &y);
    work_end(&s);
    return order_of(sa > 0 ? order : -order);
}

enum num_order num_order(term a, term b)
{
    if (are_ints(a, b))
        return order_of((int_value(a) > int_value(b)) - (int_value(a) < int_value(b)));
    enum num_kind ka = num_kind(a), kb = num_kind(b);
    if (ka == NUM_FLOAT && kb == NUM_FLOAT)
        return float_order(float_value(a), float_value(b));
    if (ka == NUM_INT && kb == NUM_FLOAT)
        return int_float_order(int_value(a), float_value(b));
    if (ka == NUM_FLOAT && kb == NUM_INT) {
        enum num_order order = int_float_order(int_value(b), float_value(a));
        return order == NUM_UNORDERED ? order : order_of(-(int)order);
    }
    if (ka <= NUM_BIG && kb <= NUM_BIG)
        return order_of(int_compare(a, b));
    return general_order(a, b);
}

static bool big_equal(term a, term b)
{
    return same(a, b) || (is_bigint(a) && is_bigint(b) && int_compare(a, b) == 0);
}

bool num_equal(term a, term b)
{
    enum num_kind ka = num_kind(a), kb = num_kind(b);
    if (ka != kb)
        return false;
    switch (ka) {
    case NUM_INT:
        return same(a, b);
    case NUM_BIG:
        return big_equal(a, b);
    case NUM_RATIO:
        return big_equal(OBJ(ratio, a)->num, OBJ(ratio, b)->num) && big_equal(OBJ(ratio, a)->den, OBJ(ratio, b)->den);
    case NUM_DECIMAL:
        return num_order(a, b) == NUM_SAME;
    case NUM_FLOAT:
        return float_value(a) == float_value(b);
    case NUM_NOT:
        break;
    }
    return false;
}

/* --- hash --- */

/* BIG and DECIMAL add one for the sign. */
enum hash_salt { SALT_BIG = 2, SALT_RATIO = 4, SALT_DECIMAL = 6, SALT_FLOAT = 8 };

static u64 int_hash(term t)
{
    if (is_int(t))
        return hash_int(t);
    return hash_mix(SALT_BIG + box_aux(t), hash_bytes(OBJ(bigint, t)->limb, box_words(t) * 8));
}

static u64 mul_mod(u64 a, u64 b, u64 m)
{
    return (u64)((unsigned __int128)a * b % m);
}

static u64 power_mod(u64 base, u64 exponent, u64 m)
{
    u64 r = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            r = mul_mod(r, base, m);
        base = mul_mod(base, base, m);
    }
    return r;
}

/* x with x * 10 = 1 modulo m, which ends in 1, 3, 7 or 9. */
static u64 inverse_of_10(u64 m)
{
    u64 k = 1; /* (k * m + 1) / 10 for the k that makes it whole */
    while ((k * (m % 10) + 1) % 10)
        k++;
    return (u64)(((unsigned __int128)k * m + 1) / 10);
}

/*
 * Decimals that differ in trailing zeros only are equal: 1.0M and 1.00M. Their value modulo a secret number is the
 * same, and needs no memory to find.
 */
static u64 decimal_hash(term t)
{
    u64 m = (hash_mix(SALT_DECIMAL, SALT_DECIMAL) >> 1 | (u64)1 << 62) / 10 * 10 + 7;
    struct int_view v;
    int_open(&v, OBJ(decimal, t)->unscaled);
    i64 scale = int_value(OBJ(decimal, t)->scale);
    u64 value = v.n ? mpn_mod_1(v.limb, v.n, m) : 0;
    u64 ten = scale < 0 ? 10 : inverse_of_10(m);
    value = mul_mod(value, power_mod(ten, scale < 0 ? -(u64)scale : (u64)scale, m), m);
    return hash_mix(SALT_DECIMAL + v.negative, value);
}

u64 num_hash(term a)
{
    switch (num_kind(a)) {
    case NUM_INT:
    case NUM_BIG:
        return int_hash(a);
    case NUM_RATIO:
        return hash_mix(SALT_RATIO ^ int_hash(OBJ(ratio, a)->num), int_hash(OBJ(ratio, a)->den));
    case NUM_DECIMAL:
        return decimal_hash(a);
    case NUM_FLOAT: {
        union {
            double d;
            u64 u;
        } x = {.d = float_value(a) + 0.0}; /* -0.0 becomes 0.0 */
        return hash_mix(SALT_FLOAT, x.u);
    }
    case NUM_NOT:
        break;
    }
    return 0;
}
