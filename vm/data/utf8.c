/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * utf8.c: UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. Runs of ASCII, the
 * usual case, go eight bytes at a time.
 */
#include "data/str.h"
#include "pure.h"

#define HIGH_BITS 0x8080808080808080ull

static inline u64 load8(const u8 *at)
{
    u64 x;
    memcpy(&x, at, 8);
    return x;
}

u32 utf8_next(const u8 *data, word *at)
{
    const u8 *s = data + *at;
    if (s[0] < 0x80) {
        *at += 1;
        return s[0];
    }
    if (s[0] < 0xe0) {
        *at += 2;
        return (u32)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
    }
    if (s[0] < 0xf0) {
        *at += 3;
        return (u32)(s[0] & 0x0f) << 12 | (u32)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
    }
    *at += 4;
    return (u32)(s[0] & 0x07) << 18 | (u32)(s[1] & 0x3f) << 12 | (u32)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
}

u32 utf8_previous(const u8 *data, word *at)
{
    do
        --*at;
    while ((data[*at] & 0xc0) == 0x80);
    word start = *at;
    return utf8_next(data, &start);
}

unsigned utf8_put(u8 out[4], u32 c)
{
    if (!is_code_point(c))
        c = REPLACEMENT_CHARACTER;
    if (c < 0x80) {
        out[0] = (u8)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (u8)(0xc0 | c >> 6);
        out[1] = (u8)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (u8)(0xe0 | c >> 12);
        out[1] = (u8)(0x80 | (c >> 6 & 0x3f));
        out[2] = (u8)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (u8)(0xf0 | c >> 18);
    out[1] = (u8)(0x80 | (c >> 12 & 0x3f));
    out[2] = (u8)(0x80 | (c >> 6 & 0x3f));
    out[3] = (u8)(0x80 | (c & 0x3f));
    return 4;
}

/* What may follow a lead byte: the range of the second byte says all that the lead byte does not. */
static unsigned sequence_length(const u8 *s, word room)
{
    unsigned length = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (!length || length > room)
        return 0;
    u8 low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    u8 high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < low || s[1] > high)
        return 0;
    for (unsigned i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

word utf8_valid(const u8 *data, word bytes, word *code_points)
{
    word at = 0, count = 0;
    while (at < bytes) {
        if (data[at] < 0x80) {
            word start = at;
            while (bytes - at >= 32 &&
                   !((load8(data + at) | load8(data + at + 8) | load8(data + at + 16) | load8(data + at + 24)) &
                     HIGH_BITS))
                at += 32;
            while (bytes - at >= 8 && !(load8(data + at) & HIGH_BITS))
                at += 8;
            count += at - start;
            while (at < bytes && data[at] < 0x80) {
                at++;
                count++;
            }
            continue;
        }
        unsigned length = sequence_length(data + at, bytes - at);
        if (!length)
            break;
        at += length;
        count++;
    }
    *code_points = count;
    return at;
}

/* Continuation bytes among n <= 255 times 8 bytes, counted in eight lanes at once. */
static word continuations(const u8 *data, word n)
{
    u64 lanes = 0;
    for (word i = 0; i < n; i++) {
        u64 x = load8(data + 8 * i);
        lanes += (x & ~(x << 1) & HIGH_BITS) >> 7; /* bit 7 set, bit 6 clear */
    }
    u64 pairs = (lanes & 0x00ff00ff00ff00ff) + (lanes >> 8 & 0x00ff00ff00ff00ff);
    return pairs * 0x0001000100010001 >> 48;
}

word utf8_count(const u8 *data, word bytes)
{
    word count = bytes & ~(word)7, at = 0;
    for (word left; (left = (bytes - at) / 8) != 0;) {
        word n = left < 255 ? left : 255;
        count -= continuations(data + at, n);
        at += 8 * n;
    }
    for (; at < bytes; at++)
        count += (data[at] & 0xc0) != 0x80;
    return count;
}

word utf8_skip(const u8 *data, word bytes, word code_points)
{
    word at = 0;
    while (code_points >= 8 && bytes - at >= 8) {
        u64 x = load8(data + at);
        code_points -= 8 - (unsigned)__builtin_popcountll(x & ~(x << 1) & HIGH_BITS);
        at += 8;
    }
    while (at < bytes && (data[at] & 0xc0) == 0x80)
        at++;
    for (; code_points && at < bytes; code_points--)
        for (at++; at < bytes && (data[at] & 0xc0) == 0x80;)
            at++;
    return at;
}
