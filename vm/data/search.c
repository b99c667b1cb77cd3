/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * search.c: finding bytes in bytes. memchr and comparing is fastest on ordinary text; when that wastes comparisons, the
 * two-way algorithm (Crochemore & Perrin 1991) takes over: linear time and no memory, forwards and, on the mirrored
 * strings, backwards.
 */
#include "data/text.h"
#include "pure.h"

/* Byte i of a string of n, from its end when backward. */
static ALWAYS_INLINE u8 at(const u8 *s, iword n, iword i, bool backward)
{
    return backward ? s[n - 1 - i] : s[i];
}

/* Start of the largest suffix but one, in the order of bytes or its opposite, and its period. */
static ALWAYS_INLINE iword largest_suffix(const u8 *x, iword m, bool backward, bool opposite, iword *period)
{
    iword start = -1, j = 0, k = 1, p = 1;
    while (j + k < m) {
        u8 a = at(x, m, j + k, backward), b = at(x, m, start + k, backward);
        if (a == b) {
            if (k == p) {
                j += p;
                k = 1;
            } else {
                k++;
            }
        } else if ((a < b) != opposite) {
            j += k;
            k = 1;
            p = j - start;
        } else {
            start = j++;
            k = p = 1;
        }
    }
    *period = p;
    return start;
}

static ALWAYS_INLINE iword two_way(const u8 *y, iword n, const u8 *x, iword m, bool backward)
{
    iword period, other_period;
    iword cut = largest_suffix(x, m, backward, false, &period);
    iword other_cut = largest_suffix(x, m, backward, true, &other_period);
    if (other_cut >= cut) {
        cut = other_cut;
        period = other_period;
    }
    bool periodic = true;
    for (iword i = 0; i <= cut && periodic; i++)
        periodic = at(x, m, i, backward) == at(x, m, i + period, backward);
    if (!periodic)
        period = (cut + 1 > m - cut - 1 ? cut + 1 : m - cut - 1) + 1;
    iword known = -1; /* x[0..known] is known to match at j */
    for (iword j = 0; j <= n - m;) {
        iword i = (cut > known ? cut : known) + 1;
        while (i < m && at(x, m, i, backward) == at(y, n, i + j, backward))
            i++;
        if (i < m) {
            j += i - cut;
            known = -1;
            continue;
        }
        i = cut;
        while (i > known && at(x, m, i, backward) == at(y, n, i + j, backward))
            i--;
        if (i <= known)
            return j;
        j += period;
        known = periodic ? m - period - 1 : -1;
    }
    return -1;
}

word bytes_find(const u8 *text, word n, const u8 *needle, word m)
{
    if (m == 0)
        return 0;
    if (m > n)
        return NOT_FOUND;
    iword budget = 256; /* comparisons that may be wasted */
    const u8 *end = text + n - m + 1;
    for (const u8 *s = text; s < end; s++) {
        const u8 *found = memchr(s, needle[0], end - s);
        if (!found)
            return NOT_FOUND;
        budget += found - s;
        s = found;
        word i = 1;
        while (i < m && s[i] == needle[i])
            i++;
        if (i == m)
            return s - text;
        budget -= 4 * i;
        if (budget < 0) {
            iword j = two_way(s, text + n - s, needle, m, false);
            return j < 0 ? NOT_FOUND : (word)(s - text) + j;
        }
    }
    return NOT_FOUND;
}

word bytes_find_last(const u8 *text, word n, const u8 *needle, word m)
{
    if (m == 0)
        return n;
    if (m > n)
        return NOT_FOUND;
    iword j = two_way(text, n, needle, m, true);
    return j < 0 ? NOT_FOUND : n - m - (word)j;
}
