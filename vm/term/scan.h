/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * scan.h: walking memory full of terms, word by word.
 *
 * Objects stand one behind the other. A cons cell is just two terms, and the words of a boxed object after its raw
 * ones are terms too, so a walker needs no object boundaries: a pointer term is a reference, a header says how many raw
 * words follow it, anything else is immediate.
 */
#ifndef LONA_SCAN_H
#define LONA_SCAN_H

#include "term/term.h"

enum scan { SCAN_TERMS, SCAN_RAW, SCAN_CODE };

/* Raw words after the header of each type; SCAN_ALL: all of them are raw. */
#define SCAN_ALL 255
extern const u8 scan_raw_words[TYPE_COUNT];

static inline bool is_header(word w)
{
    return (w & 7) == TAG_HDR;
}
/* Words after the header that hold no terms. */
static inline word scan_skip(word hdr)
{
    u8 raw = scan_raw_words[hdr_type(hdr)];
    return UNLIKELY(raw == SCAN_ALL) ? hdr_words(hdr) : raw;
}
static inline bool is_pointer_word(word w)
{
    return (w & 6) == 2;
}
/* Start of the object behind a pointer word. */
static inline word *pointer_target(word w)
{
    return (word *)(w & ~(word)7);
}
/* Words of the whole object that starts at o (two where there is no header: a cons cell). */
static inline word object_words(const word *o)
{
    return is_header(*o) ? 1 + hdr_words(*o) : 2;
}

/* Flags of headers (term.h: HDR_*) that the collector uses. */
#define HDR_REMEMBERED 2u /* in an old generation: is in the remembered set */
#define HDR_FLAG_BITS ((word)0x1f << 3)

#endif
