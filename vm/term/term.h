/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * term.h: the 64-bit word that holds every Lonala value.
 *
 *   bits 2..0
 *   000  small integer, 61 bits, value << 3          (addition needs no untagging)
 *   001  float, |x| < 2^-767 and both zeroes         \
 *   100  float, 2^-255 <= |x| < 2^1                   > self-tagged: the double itself, see float_encode
 *   101  float, 2^1 <= |x| < 2^257                   /
 *   010  cons cell: pointer + 2; two words, no header
 *   011  boxed object: pointer + 3; first word is a header
 *   110  immediate: bits 7..3 kind, bits 63..8 payload
 *   111  header word of a boxed object (never a value)
 *
 * Bit 1 clear means "unboxed number"; bits 2..1 == 01 means "pointer". Floats out of the three ranges, infinities
 * and NaN are boxed (T_FLOAT). With LONA_BOXED_FLOATS all floats but zero-range ones are boxed (a hostile build).
 *
 * Invariant: no raw word that a scanner may meet looks like a pointer by accident; raw data stays behind headers
 * whose type says so (types.def), and saved program counters on the stack are 4-byte aligned (bit 1 clear).
 */
#ifndef LONA_TERM_H
#define LONA_TERM_H

#include "lona/base.h"

typedef struct {
    word w;
} term;

#define TERM(x) ((term){(word)(x)})

enum term_tag {
    TAG_INT = 0,
    TAG_FLOAT_TINY = 1,
    TAG_CONS = 2,
    TAG_BOX = 3,
    TAG_FLOAT_LOW = 4,
    TAG_FLOAT_HIGH = 5,
    TAG_IMM = 6,
    TAG_HDR = 7,
};

/* Kinds of immediates. NIL and FALSE differ in one bit, so that truth is one test. */
enum imm_kind {
    IMM_NIL = 0,
    IMM_FALSE = 1,
    IMM_TRUE = 2,
    IMM_CHAR = 3,    /* payload: code point */
    IMM_EMPTY = 4,   /* the empty list () */
    IMM_PID = 5,     /* payload: index 28 bits, generation 28 bits */
    IMM_SPECIAL = 6, /* never visible to programs; payload: enum special */
};
enum special {
    SPECIAL_NONE,    /* a native's answer "see the process: condition, tail call or wait" */
    SPECIAL_UNBOUND, /* value of a var without one */
    SPECIAL_ABSENT,  /* look-up found nothing */
    SPECIAL_MOVED,   /* collector: first word of a cons that has moved */
};

#define IMM(kind, payload) TERM(((word)(payload) << 8) | ((word)(kind) << 3) | TAG_IMM)
#define NIL IMM(IMM_NIL, 0)
#define FALSE_TERM IMM(IMM_FALSE, 0)
#define TRUE_TERM IMM(IMM_TRUE, 0)
#define EMPTY_LIST IMM(IMM_EMPTY, 0)
#define NONE IMM(IMM_SPECIAL, SPECIAL_NONE)
#define UNBOUND IMM(IMM_SPECIAL, SPECIAL_UNBOUND)
#define ABSENT IMM(IMM_SPECIAL, SPECIAL_ABSENT)
#define MOVED_MARK IMM(IMM_SPECIAL, SPECIAL_MOVED)

static inline bool same(term a, term b)
{
    return a.w == b.w;
}
static inline unsigned term_tag(term t)
{
    return t.w & 7;
}
static inline bool is_pointer(term t)
{
    return (t.w & 6) == 2;
}
static inline bool is_nil(term t)
{
    return same(t, NIL);
}
static inline bool is_none(term t)
{
    return same(t, NONE);
}
static inline bool is_absent(term t)
{
    return same(t, ABSENT);
}
/* Neither nil nor false. */
static inline bool is_truthy(term t)
{
    return (t.w & ~(word)8) != (word)TAG_IMM;
}
static inline term mk_bool(bool b)
{
    return b ? TRUE_TERM : FALSE_TERM;
}
static inline bool is_bool(term t)
{
    return same(t, TRUE_TERM) || same(t, FALSE_TERM);
}
static inline bool is_imm(term t, enum imm_kind kind)
{
    return (t.w & 0xff) == (((word)kind << 3) | TAG_IMM);
}
static inline word imm_payload(term t)
{
    return t.w >> 8;
}
static inline bool is_char(term t)
{
    return is_imm(t, IMM_CHAR);
}
static inline term mk_char(u32 code_point)
{
    return IMM(IMM_CHAR, code_point);
}
static inline u32 char_value(term t)
{
    return (u32)imm_payload(t);
}

/* Small integers. */
#define SMALL_MAX (((iword)1 << 60) - 1)
#define SMALL_MIN (-((iword)1 << 60))

static inline bool is_int(term t)
{
    return (t.w & 7) == TAG_INT;
}
static inline bool are_ints(term a, term b)
{
    return ((a.w | b.w) & 7) == TAG_INT;
}
static inline term mk_int(iword n) /* n in SMALL_MIN..SMALL_MAX */
{
    return TERM((word)n << 3);
}
static inline iword int_value(term t)
{
    return (iword)t.w >> 3;
}
static inline bool fits_small(iword n)
{
    return n >= SMALL_MIN && n <= SMALL_MAX;
}

/*
 * Self-tagged floats (after Melançon, Feeley, Serrano: "Float Self-Tagging", 2024). Adding 1 to the three top exponent
 * bits and rotating left by 4 brings them into the tag. encode() gives a valid term exactly when float_fits() says so.
 */
#define FLOAT_BIAS ((u64)1 << 60)

static inline bool is_unboxed_number(term t)
{
    return (t.w & 2) == 0;
}
static inline bool is_float_imm(term t)
{
    return (0x32u >> (t.w & 7)) & 1;
}
static inline double float_imm_value(term t)
{
    union {
        u64 u;
        double d;
    } x = {.u = u64_rotr(t.w, 4) - FLOAT_BIAS};
    return x.d;
}
static inline term float_encode(double d)
{
    union {
        double d;
        u64 u;
    } x = {.d = d};
    return TERM(u64_rotl(x.u + FLOAT_BIAS, 4));
}
static inline bool float_fits(term encoded)
{
#ifdef LONA_BOXED_FLOATS
    return (encoded.w & 7) == TAG_FLOAT_TINY;
#else
    return is_float_imm(encoded);
#endif
}

/* Cons cells. The tail is any sequence, nil or (). */
struct cons {
    term head, tail;
};
static inline bool is_cons(term t)
{
    return term_tag(t) == TAG_CONS;
}
static inline struct cons *cons_ptr(term t)
{
    return (struct cons *)(t.w - TAG_CONS);
}
static inline term mk_cons_ptr(struct cons *c)
{
    return TERM((word)c + TAG_CONS);
}
static inline term cons_head(term t)
{
    return cons_ptr(t)->head;
}
static inline term cons_tail(term t)
{
    return cons_ptr(t)->tail;
}

/*
 * Headers of boxed objects:
 *   63        32 31      16 15      8 7     3 2  0
 *   | words     | aux      | type    | flags | 111 |
 * words: number of words after the header. aux belongs to the type. flags: HDR_* below.
 */
FIELD(hdr, flags, 7, 3)
FIELD(hdr, type, 15, 8)
FIELD(hdr, aux, 31, 16)
FIELD(hdr, words, 63, 32)

#define HDR_MARKED 1u /* shared area only: reached in this sweep */

enum type {
#define TYPE(name, ...) T_##name,
#include "term/types.def"
#undef TYPE
    TYPE_COUNT
};

static inline bool is_box(term t)
{
    return term_tag(t) == TAG_BOX;
}
static inline word *box_ptr(term t)
{
    return (word *)(t.w - TAG_BOX);
}
static inline term mk_box_ptr(const void *p)
{
    return TERM((word)p + TAG_BOX);
}
static inline enum type box_type(term t) /* t is boxed */
{
    return (enum type)((const u8 *)(t.w - TAG_BOX))[1];
}
static inline unsigned box_aux(term t)
{
    return ((const u16 *)(t.w - TAG_BOX))[1];
}
static inline word box_words(term t)
{
    return ((const u32 *)(t.w - TAG_BOX))[1];
}
static inline bool is_type(term t, enum type type)
{
    return is_box(t) && box_type(t) == type;
}
static inline word mk_header(enum type type, unsigned aux, word words)
{
    return (words << 32) | ((word)aux << 16) | ((word)type << 8) | TAG_HDR;
}

#endif
