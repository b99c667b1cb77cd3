/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * casing.c: upper and lower case of any text, independent of languages, and white space.
 *
 * utf8proc knows the one-to-one mappings and full case folding. Full upper case (ß is SS, ﬁ is FI) follows from
 * folding: a character that is no capital and folds to several has their capitals as its upper case.
 */
#include "data/text.h"

#include <utf8proc.h>

#define FOLD_MAX 8

u32 char_upper(u32 c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c - 32 : c;
    return (u32)utf8proc_toupper((utf8proc_int32_t)c);
}

u32 char_lower(u32 c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (u32)utf8proc_tolower((utf8proc_int32_t)c);
}

bool char_is_space(u32 c)
{
    if (c < 0x80)
        return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20);
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return (category == UTF8PROC_CATEGORY_ZS && c != 0xa0 && c != 0x2007 && c != 0x202f) ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static void upper_one(struct buf *b, u32 c)
{
    utf8proc_int32_t folded[FOLD_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, folded, FOLD_MAX, UTF8PROC_CASEFOLD, &boundary);
    if (n < 2 || n > FOLD_MAX || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU) {
        buf_code_point(b, char_upper(c));
        return;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++)
        buf_code_point(b, char_upper((u32)folded[i]));
}

void text_upper(struct buf *b, const u8 *data, word bytes)
{
    if (!buf_reserve(b, bytes))
        return;
    for (word at = 0; at < bytes;) {
        u32 c = utf8_next(data, &at);
        if (c < 0x80)
            buf_byte(b, (u8)char_upper(c));
        else
            upper_one(b, c);
    }
}

/* Has upper and lower case; title case counts. */
static bool is_cased(u32 c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT;
}

/* Stands inside a word without being a letter of it: marks, apostrophes ... */
static bool is_case_ignorable(u32 c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return c == '\'' || c == 0x2019 || c == '.' || c == ':' || c == 0xb7;
    }
}

/* The sigma before byte offset after ends a word: a cased letter comes before it and none follows. */
static bool is_final_sigma(const u8 *data, word bytes, word before, word after)
{
    bool cased = false;
    while (before > 0) {
        u32 c = utf8_previous(data, &before);
        if (is_case_ignorable(c))
            continue;
        cased = is_cased(c);
        break;
    }
    while (cased && after < bytes) {
        u32 c = utf8_next(data, &after);
        if (!is_case_ignorable(c))
            return !is_cased(c);
    }
    return cased;
}

#define SIGMA 0x3a3u
#define FINAL_SIGMA 0x3c2u
#define I_WITH_DOT 0x130u
#define COMBINING_DOT 0x307u

void text_lower(struct buf *b, const u8 *data, word bytes)
{
    if (!buf_reserve(b, bytes))
        return;
    for (word at = 0; at < bytes;) {
        word start = at;
        u32 c = utf8_next(data, &at);
        if (c < 0x80) {
            buf_byte(b, (u8)char_lower(c));
        } else if (c == SIGMA && is_final_sigma(data, bytes, start, at)) {
            buf_code_point(b, FINAL_SIGMA);
        } else if (c == I_WITH_DOT) {
            buf_byte(b, 'i');
            buf_code_point(b, COMBINING_DOT);
        } else {
            buf_code_point(b, char_lower(c));
        }
    }
}
