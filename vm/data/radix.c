/* SPDX-License-Identifier: GPL-3.0-only */
#include "data/radix.h"

#include "port.h"
#include "pure.h"
#include "run/native.h"

/* What GMP converts in one go: some 10 ms. */
#define PIECE_LIMBS 8192
#define MAX_POWERS 12 /* a piece and its doubles reach beyond NUM_MAX_BITS */

struct conversion {
    const struct proc *process;
    enum radix_status status;
    unsigned radix;
    word piece; /* digits that fit in PIECE_LIMBS */
    struct {
        u64 *limb; /* radix ^ (piece * 2 ^ i) */
        word n;
    } power[MAX_POWERS];
    unsigned n_powers;
};

static bool is_power_of_two(unsigned radix)
{
    return !(radix & (radix - 1));
}
static unsigned bits_of_digit(unsigned radix) /* rounded up */
{
    return 64 - (unsigned)__builtin_clzll(radix - 1);
}
static bool go_on(struct conversion *c)
{
    if (c->status == RADIX_DONE && c->process && interrupt_asked(c->process))
        c->status = RADIX_STOPPED;
    return c->status == RADIX_DONE;
}
static u64 *limbs_new(struct conversion *c, word n)
{
    u64 *limb = port_alloc(n * 8);
    if (!limb)
        c->status = RADIX_MEMORY;
    return limb;
}
static bool room_taken(struct conversion *c, bool taken)
{
    if (!taken)
        c->status = RADIX_MEMORY;
    return taken;
}

/* --- powers --- */

static bool first_power(struct conversion *c)
{
    u8 *digits = port_alloc(c->piece + 1);
    u64 *limb = digits ? limbs_new(c, PIECE_LIMBS + 2) : NULL;
    if (!limb || !room_taken(c, gmp_text_room_take(PIECE_LIMBS + 2))) {
        port_free(digits);
        port_free(limb);
        c->status = RADIX_MEMORY;
        return false;
    }
    memset(digits, 0, c->piece + 1);
    digits[0] = 1;
    c->power[0].n = (word)mpn_set_str(limb, digits, c->piece + 1, (int)c->radix);
    c->power[0].limb = limb;
    c->n_powers = 1;
    gmp_text_room_drop(PIECE_LIMBS + 2);
    port_free(digits);
    return true;
}
static bool next_power(struct conversion *c)
{
    word n = c->power[c->n_powers - 1].n;
    u64 *square = go_on(c) ? limbs_new(c, 2 * n) : NULL;
    if (!square)
        return false;
    if (!room_taken(c, gmp_room_take(2 * n))) {
        port_free(square);
        return false;
    }
    mpn_sqr(square, c->power[c->n_powers - 1].limb, (mp_size_t)n);
    gmp_room_drop(2 * n);
    c->power[c->n_powers].n = limbs_trim(square, 2 * n);
    c->power[c->n_powers++].limb = square;
    return true;
}
/* Powers up to the largest that has fewer digits than there are. */
static bool begin(struct conversion *c, const struct proc *p, unsigned radix, word digits)
{
    *c = (struct conversion){.process = p, .radix = radix, .piece = (word)PIECE_LIMBS * 64 / bits_of_digit(radix)};
    if (is_power_of_two(radix) || digits <= c->piece)
        return true;
    if (!first_power(c))
        return false;
    while (c->piece << c->n_powers < digits) {
        ASSERT(c->n_powers < MAX_POWERS, "an integer is within the limit of size");
        if (!next_power(c))
            return false;
    }
    return true;
}
static enum radix_status end(struct conversion *c)
{
    for (unsigned i = 0; i < c->n_powers; i++)
        port_free(c->power[i].limb);
    return c->status;
}

/* --- to digits --- */

/* The number, as so many digits. */
static void piece_digits(struct conversion *c, const u64 *limb, word n, u8 *to, word count)
{
    memset(to, 0, count);
    if (!n)
        return;
    word most = mpn_sizeinbase(limb, (mp_size_t)n, (int)c->radix) + 1;
    u8 *text = port_alloc(most);
    u64 *copy = text ? limbs_new(c, n + 1) : NULL; /* GMP destroys it */
    if (copy && room_taken(c, gmp_text_room_take(n))) {
        mpn_copyi(copy, limb, (mp_size_t)n);
        word got = mpn_get_str(text, (int)c->radix, copy, (mp_size_t)n), zeros = 0;
        gmp_text_room_drop(n);
        while (zeros < got && !text[zeros])
            zeros++;
        ENSURE(got - zeros <= count, "a number has as many digits as there is room for");
        memcpy(to + count - (got - zeros), text + zeros, got - zeros);
    } else {
        c->status = RADIX_MEMORY;
    }
    port_free(copy);
    port_free(text);
}
/* The number, below the power of that level, as so many digits. The levels are few: it is halved at each. */
static void split_digits(struct conversion *c, const u64 *limb, word n, unsigned level, u8 *to, word count)
{
    n = limbs_trim(limb, n);
    if (!go_on(c))
        return;
    if (!level) {
        piece_digits(c, limb, n, to, count);
        return;
    }
    word low = c->piece << --level, n_power = c->power[level].n;
    if (count <= low) {
        split_digits(c, limb, n, level, to, count);
        return;
    }
    if (limbs_compare(limb, n, c->power[level].limb, n_power) < 0) {
        memset(to, 0, count - low);
        split_digits(c, limb, n, level, to + count - low, low);
        return;
    }
    u64 *quotient = limbs_new(c, n + 1);
    if (!quotient)
        return;
    u64 *rest = quotient + (n - n_power + 1);
    if (room_taken(c, gmp_room_take(n + n_power))) {
        mpn_tdiv_qr(quotient, rest, 0, limb, (mp_size_t)n, c->power[level].limb, (mp_size_t)n_power);
        gmp_room_drop(n + n_power);
        split_digits(c, quotient, n - n_power + 1, level, to, count - low);
        split_digits(c, rest, n_power, level, to + count - low, low);
    }
    port_free(quotient);
}
enum radix_status radix_digits(const struct proc *p, const u64 *limb, word n, unsigned radix, u8 *digits, word *count)
{
    struct conversion c;
    if (begin(&c, p, radix, *count))
        split_digits(&c, limb, n, c.n_powers, digits, *count);
    if (c.status == RADIX_DONE) {
        word zeros = 0;
        while (zeros + 1 < *count && !digits[zeros])
            zeros++;
        *count -= zeros;
        memmove(digits, digits + zeros, *count);
    }
    return end(&c);
}

/* --- to limbs --- */

static word limbs_room(const struct conversion *c, word digits)
{
    return digits * bits_of_digit(c->radix) / 64 + 2;
}
/* Answers how many limbs the value of the digits has, 0 where it is 0. */
static word join_limbs(struct conversion *c, const u8 *digits, word count, unsigned level, u64 *to)
{
    while (count > 1 && !*digits) {
        digits++;
        count--;
    }
    if (!go_on(c))
        return 0;
    if (!level || (!c->n_powers)) {
        word room = limbs_room(c, count);
        if (!room_taken(c, gmp_text_room_take(room)))
            return 0;
        word n = (word)mpn_set_str(to, digits, count, (int)c->radix);
        gmp_text_room_drop(room);
        return limbs_trim(to, n);
    }
    word low = c->piece << --level, n_power = c->power[level].n;
    if (count <= low)
        return join_limbs(c, digits, count, level, to);
    word n_high_room = limbs_room(c, count - low), n_low_room = limbs_room(c, low);
    u64 *high = limbs_new(c, n_high_room + n_low_room), n_total = 0;
    if (!high)
        return 0;
    word n_high = join_limbs(c, digits, count - low, level, high);
    word n_low = join_limbs(c, digits + count - low, low, level, high + n_high_room);
    if (c->status == RADIX_DONE && room_taken(c, gmp_room_take(n_high + n_power))) {
        if (n_high >= n_power)
            mpn_mul(to, high, (mp_size_t)n_high, c->power[level].limb, (mp_size_t)n_power);
        else
            mpn_mul(to, c->power[level].limb, (mp_size_t)n_power, high, (mp_size_t)n_high);
        gmp_room_drop(n_high + n_power);
        if (n_low)
            mpn_add(to, to, (mp_size_t)(n_high + n_power), high + n_high_room, (mp_size_t)n_low);
        n_total = limbs_trim(to, n_high + n_power);
    }
    port_free(high);
    return n_total;
}
enum radix_status radix_limbs(const struct proc *p, const u8 *digits, word count, unsigned radix, u64 *limb, word *n)
{
    struct conversion c;
    if (begin(&c, p, radix, count))
        *n = join_limbs(&c, digits, count, c.n_powers, limb);
    return end(&c);
}
