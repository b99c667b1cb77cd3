/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * float_text.c: the shortest decimal that reads back as a double, after Raffaello Giulietti, "The Schubfach way to
 * render doubles" (2021), written as Java's Double.toString does: 1.0, 0.001, 1.0E10.
 *
 * A double c * 2^q stands for all reals nearer to it than to its neighbours. Of that interval the decimal with the
 * fewest digits is wanted, and of several the nearest. With k the power of ten just below the interval's width, four
 * products with a 128-bit approximation of 10^-k tell which multiples of 10^k and 10^(k+1) lie inside. Rounding to odd
 * keeps the comparisons exact.
 */
#include "data/gmp_room.h"
#include "data/num.h"
#include "lock.h"
#include "pure.h"

struct decimal64 { /* digits * 10^exponent */
    u64 digits;
    int exponent;
};

/* 10^k, rounded up to 128 bits, for k in POWER_MIN..POWER_MAX; filled at the first use: 617 short multiplications. */
#define POWER_MIN (-292)
#define POWER_MAX 324
#define POWER_LIMBS 20 /* 10^324 has 1077 bits, and what negative powers divide has 128 more */
static struct {
    u64 high, low;
} powers[POWER_MAX - POWER_MIN + 1];
static bool powers_ready; /* atomic; computed by whoever comes first, under the lock */
static struct lock powers_lock;

static void set_power(int k, const u64 *limb, word n, bool sticky)
{
    u64 top[3]; /* the 128 highest bits and one limb that only says whether there is more */
    unsigned shift = (unsigned)__builtin_clzll(limb[n - 1]);
    for (word i = 0; i < 3; i++) {
        u64 here = n > i ? limb[n - 1 - i] : 0, below = n > i + 1 ? limb[n - 2 - i] : 0;
        top[i] = shift ? here << shift | below >> (64 - shift) : here;
    }
    for (word i = 3; i < n; i++)
        sticky |= limb[n - 1 - i] != 0;
    if (top[2] || sticky) {
        top[1]++;
        top[0] += !top[1];
    }
    powers[k - POWER_MIN].high = top[0];
    powers[k - POWER_MIN].low = top[1];
}

static void make_powers(void)
{
    u64 power[POWER_LIMBS] = {1}, one[2 * POWER_LIMBS] = {0}, q[2 * POWER_LIMBS], rest[POWER_LIMBS];
    word n = 1;
    for (int k = 0; k <= POWER_MAX; k++) {
        set_power(k, power, n, false);
        if (k && -k >= POWER_MIN) { /* 2^(64 n + 192) / 10^k has more than 128 bits and never comes out even */
            word n_one = n + 4;
            one[n_one - 1] = 1;
            mpn_tdiv_qr(q, rest, 0, one, n_one, power, n);
            one[n_one - 1] = 0;
            word n_q = 5;
            while (!q[n_q - 1])
                n_q--;
            set_power(-k, q, n_q, true);
        }
        u64 carry = mpn_mul_1(power, power, n, 10);
        if (carry)
            power[n++] = carry;
    }
    __atomic_store_n(&powers_ready, true, __ATOMIC_RELEASE);
}

/* floor(e * log2 10), floor(e * log10 2) and floor(log10 (3/4 * 2^e)) for all exponents that occur. */
static int floor_log2_of_power10(int e)
{
    return (e * 1741647) >> 19;
}
static int floor_log10_of_power2(int e)
{
    return (e * 1262611) >> 22;
}
static int floor_log10_of_three_quarters(int e)
{
    return (e * 1262611 - 524031) >> 22;
}

/* The high word of power * c / 2^128, its last bit set when something was cut off. */
static u64 times_power(int k, u64 c)
{
    unsigned __int128 x = (unsigned __int128)powers[k - POWER_MIN].low * c;
    unsigned __int128 y = (unsigned __int128)powers[k - POWER_MIN].high * c + (u64)(x >> 64);
    return (u64)(y >> 64) | ((u64)y > 1);
}

static struct decimal64 shortest(u64 fraction, int biased)
{
    u64 c = biased ? fraction | (u64)1 << 52 : fraction;
    int q = (biased ? biased : 1) - 1075;
    if (q <= 0 && q > -53 && !(c & (((u64)1 << -q) - 1)))
        return (struct decimal64){c >> -q, 0}; /* a whole number below 2^53 */
    if (c <= 2 && !biased)                     /* Java writes at least two digits, the nearest */
        return (struct decimal64){c == 1 ? 49 : 99, -325};
    bool odd = c & 1, narrow_below = !fraction && biased > 1;
    int k = narrow_below ? floor_log10_of_three_quarters(q) : floor_log10_of_power2(q);
    int h = q + floor_log2_of_power10(-k) + 1;
    u64 lower = times_power(-k, (4 * c - 2 + narrow_below) << h) + odd;
    u64 value = times_power(-k, (4 * c) << h);
    u64 upper = times_power(-k, (4 * c + 2) << h) - odd;
    u64 s = value / 4;
    if (s >= 10) {
        u64 t = s / 10; /* is one of 10 t and 10 (t + 1) inside, but not both? */
        bool low_inside = lower <= 40 * t, high_inside = 40 * t + 40 <= upper;
        if (low_inside != high_inside)
            return (struct decimal64){t + high_inside, k + 1};
    }
    bool low_inside = lower <= 4 * s, high_inside = 4 * s + 4 <= upper;
    if (low_inside != high_inside)
        return (struct decimal64){s + high_inside, k};
    u64 middle = 4 * s + 2;
    return (struct decimal64){s + (value > middle || (value == middle && s & 1)), k};
}

static word put(char *buffer, const char *text)
{
    word n = strlen(text);
    memcpy(buffer, text, n);
    return n;
}

/* digits[0..n) is d_1 d_2 ... d_n, the value d_1.d_2...d_n * 10^exponent. */
static word put_decimal(char *out, const char *digits, int n, int exponent)
{
    char *at = out;
    if (exponent >= -3 && exponent < 7) {
        int i = 0;
        if (exponent < 0) {
            *at++ = '0';
        } else {
            for (; i <= exponent; i++)
                *at++ = i < n ? digits[i] : '0';
        }
        *at++ = '.';
        for (int zeros = exponent + 1; zeros < 0; zeros++)
            *at++ = '0';
        if (i >= n)
            *at++ = '0';
        for (; i < n; i++)
            *at++ = digits[i];
        return (word)(at - out);
    }
    *at++ = digits[0];
    *at++ = '.';
    if (n == 1)
        *at++ = '0';
    for (int i = 1; i < n; i++)
        *at++ = digits[i];
    *at++ = 'E';
    if (exponent < 0)
        *at++ = '-';
    unsigned e = (unsigned)(exponent < 0 ? -exponent : exponent);
    if (e >= 100)
        *at++ = (char)('0' + e / 100);
    if (e >= 10)
        *at++ = (char)('0' + e / 10 % 10);
    *at++ = (char)('0' + e % 10);
    return (word)(at - out);
}

word num_float_text(double d, char buffer[NUM_TEXT_MAX])
{
    if (isnan(d))
        return put(buffer, "##NaN");
    if (isinf(d))
        return put(buffer, d > 0 ? "##Inf" : "##-Inf");
    word sign = signbit(d) != 0;
    buffer[0] = '-';
    if (d == 0)
        return sign + put(buffer + sign, "0.0");
    if (UNLIKELY(!__atomic_load_n(&powers_ready, __ATOMIC_ACQUIRE))) {
        lock_take(&powers_lock);
        if (!powers_ready)
            make_powers();
        lock_release(&powers_lock);
    }
    union {
        double d;
        u64 u;
    } x = {.d = d};
    struct decimal64 r = shortest(x.u << 12 >> 12, (int)(x.u >> 52 & 0x7ff));
    while (r.digits % 10 == 0) {
        r.digits /= 10;
        r.exponent++;
    }
    char digits[20];
    int n = 0, last = ARRAY_LEN(digits);
    for (; r.digits; r.digits /= 10, n++)
        digits[--last] = (char)('0' + r.digits % 10);
    return sign + put_decimal(buffer + sign, digits + last, n, r.exponent + n - 1);
}
