/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * binary.c: binaries as objects: byte strings and bit strings, short ones in the heap, long ones and parts of long ones
 * in reference-counted bins. Bit 0 of a binary is the highest bit of its first byte.
 */
#include "data/bits.h"
#include "data/buf.h"
#include "pure.h"
#include "run/native.h"
#include "term/equal.h"

#define BINARY_INLINE_MAX 64
#define LBINARY_WORDS (sizeof(struct obj_lbinary) / 8)
#define HASH_CHUNK 1024

/* --- bits ------------------------------------------------------------------------------------------------------- */

u64 bits_load(const u8 *data, word at, unsigned n)
{
    if (!n)
        return 0;
    const u8 *s = data + at / 8;
    unsigned skip = at % 8, bytes = (skip + n + 7) / 8;
    u64 x = 0;
    for (unsigned i = 0; i < bytes && i < 8; i++)
        x = x << 8 | s[i];
    if (bytes > 8) { /* the ninth byte holds the last skip + n - 64 bits */
        unsigned more = skip + n - 64;
        x = x << more | s[8] >> (8 - more);
    } else {
        x >>= bytes * 8 - skip - n;
    }
    return n == 64 ? x : x & ((1ull << n) - 1);
}

void bits_copy(u8 *out, const u8 *data, word at, word n)
{
    const u8 *s = data + at / 8;
    unsigned skip = at % 8;
    word whole = n / 8;
    if (!skip) {
        memcpy(out, s, whole);
    } else {
        for (word i = 0; i < whole; i++)
            out[i] = (u8)(s[i] << skip | s[i + 1] >> (8 - skip));
    }
    if (n % 8)
        out[whole] = (u8)(bits_load(data, at + whole * 8, n % 8) << (8 - n % 8));
}

word bits_count(const struct bits_buf *b)
{
    return b->bytes->count * 8 - (b->used ? 8 - b->used : 0);
}

void bits_put(struct bits_buf *b, const u8 *data, word at, word n)
{
    if (b->used && n && !b->bytes->failed) { /* fill the last byte first */
        unsigned room = 8 - b->used, part = n < room ? (unsigned)n : room;
        b->bytes->data[b->bytes->count - 1] |= (u8)(bits_load(data, at, part) << (room - part));
        b->used = (b->used + part) % 8;
        at += part;
        n -= part;
    }
    if (!n || !buf_reserve(b->bytes, (n + 7) / 8))
        return;
    bits_copy(b->bytes->data + b->bytes->count, data, at, n);
    b->bytes->count += (n + 7) / 8;
    b->used = n % 8;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

bool is_binary(term t)
{
    return is_box(t) && (box_type(t) == T_BINARY || box_type(t) == T_LBINARY);
}

struct bin_view bin_view(term b)
{
    if (box_type(b) == T_BINARY)
        return (struct bin_view){OBJ(binary, b)->data, OBJ(binary, b)->bits, 0};
    const struct obj_lbinary *o = OBJ(lbinary, b);
    return (struct bin_view){o->data, o->bits, (unsigned)o->bit_offset};
}

/* By bits from the front; of two where one begins with the other the shorter comes first. */
int binary_compare(term a, term b)
{
    struct bin_view x = bin_view(a), y = bin_view(b);
    word bits = x.bits < y.bits ? x.bits : y.bits, at = 0;
    if (!x.bit_offset && !y.bit_offset) {
        int order = bytes_compare(x.data, bits / 8, y.data, bits / 8);
        if (order)
            return order;
        at = bits & ~(word)7;
    }
    while (at < bits) {
        unsigned n = bits - at < 64 ? (unsigned)(bits - at) : 64;
        u64 v = bits_load(x.data, x.bit_offset + at, n), w = bits_load(y.data, y.bit_offset + at, n);
        if (v != w)
            return v < w ? -1 : 1;
        at += n;
    }
    return x.bits < y.bits ? -1 : x.bits > y.bits;
}

bool binary_equal(term a, term b)
{
    return same(a, b) || (bin_view(a).bits == bin_view(b).bits && !binary_compare(a, b));
}

/* In chunks, so that an unaligned binary can be hashed through a small buffer and hash as its aligned equal. */
u64 binary_hash(term b)
{
    struct bin_view v = bin_view(b);
    u64 hash = v.bits;
    for (word at = 0; at < v.bits; at += HASH_CHUNK * 8) {
        word n = v.bits - at < HASH_CHUNK * 8 ? v.bits - at : HASH_CHUNK * 8;
        u8 chunk[HASH_CHUNK];
        const u8 *bytes = v.data + at / 8;
        if (v.bit_offset || n % 8) {
            bits_copy(chunk, v.data, v.bit_offset + at, n);
            bytes = chunk;
        }
        hash = hash_mix(hash, hash_bytes(bytes, (n + 7) / 8));
    }
    return hash;
}

/* --- making ------------------------------------------------------------------------------------------------------ */

word binary_inline_words(word bits)
{
    return 2 + words_for_bytes((bits + 7) / 8);
}

/* binary_inline_words are reserved; the bits past the end are 0. */
static struct obj_binary *take_inline(struct proc *p, word bits)
{
    word words = binary_inline_words(bits) - 1;
    word *at = heap_take_box(p, T_BINARY, 0, words);
    struct obj_binary *o = (struct obj_binary *)at;
    o->bits = bits;
    if (words > 1)
        at[words] = 0;
    return o;
}

/* LBINARY_WORDS are reserved; takes the reference to bin. charge: bytes that would be freed with it. */
static term mk_long(struct proc *p, struct bin *bin, const u8 *data, unsigned bit_offset, word bits, word charge)
{
    struct obj_lbinary *o = (struct obj_lbinary *)heap_take_box(p, T_LBINARY, 0, LBINARY_WORDS - 1);
    o->bits = bits;
    o->bin = bin;
    o->data = data;
    o->bit_offset = bit_offset;
    off_heap_push(p, (word *)o, charge);
    return mk_box_ptr(o);
}

term binary_make_bits(struct proc *p, const u8 *data, word bits)
{
    word bytes = (bits + 7) / 8;
    if (bytes < BINARY_INLINE_MAX) {
        if (!heap_reserve(p, binary_inline_words(bits)))
            return NONE;
        struct obj_binary *o = take_inline(p, bits);
        bits_copy(o->data, data, 0, bits);
        return mk_box_ptr(o);
    }
    if (!off_heap_reserve(p, LBINARY_WORDS, bytes, NULL))
        return NONE;
    struct bin *bin = bin_new(bytes);
    if (!bin)
        return raise(p, E_OUT_OF_MEMORY, "no memory for a binary of %lu bytes", (unsigned long)bytes);
    bits_copy(bin->data, data, 0, bits);
    return mk_long(p, bin, bin->data, 0, bits, bytes);
}

term binary_make(struct proc *p, const void *bytes, word count)
{
    if (count > (word)1 << 60)
        return raise(p, E_SIZE_LIMIT, "a binary of %lu bytes", (unsigned long)count);
    return binary_make_bits(p, bytes, count * 8);
}

term binary_from_buf(struct proc *p, struct bits_buf *b)
{
    term t = NONE;
    word bits = bits_count(b), bytes = b->bytes->count;
    if (b->bytes->failed)
        raise(p, E_OUT_OF_MEMORY, "no memory for a long binary");
    else if (bytes < BINARY_INLINE_MAX)
        t = binary_make_bits(p, b->bytes->data ? b->bytes->data : (const u8 *)"", bits);
    else if (off_heap_reserve(p, LBINARY_WORDS, bytes, NULL)) {
        struct bin *bin = buf_take(b->bytes);
        if (bits % 8)
            bin->data[bytes - 1] &= (u8)(0xff00 >> bits % 8);
        t = mk_long(p, bin, bin->data, 0, bits, bytes);
    }
    buf_free(b->bytes);
    return t;
}

term binary_part(struct proc *p, term b, word from, word to)
{
    struct bin_view v = bin_view(b);
    word bits = to - from;
    if (bits == v.bits)
        return b;
    if ((bits + 7) / 8 < BINARY_INLINE_MAX) {
        if (!heap_reserve(p, binary_inline_words(bits), &b))
            return NONE;
        struct obj_binary *o = take_inline(p, bits);
        v = bin_view(b);
        bits_copy(o->data, v.data, v.bit_offset + from, bits);
        return mk_box_ptr(o);
    }
    if (!off_heap_reserve(p, LBINARY_WORDS, box_type(b) == T_LBINARY ? 0 : (bits + 7) / 8, &b))
        return NONE;
    v = bin_view(b);
    word at = v.bit_offset + from;
    if (box_type(b) == T_LBINARY) {
        bin_retain(OBJ(lbinary, b)->bin);
        return mk_long(p, OBJ(lbinary, b)->bin, v.data + at / 8, at % 8, bits, 0);
    }
    struct bin *bin = bin_new((bits + 7) / 8); /* a long one of the shared area */
    if (!bin)
        return raise(p, E_OUT_OF_MEMORY, "no memory for a binary of %lu bits", (unsigned long)bits);
    bits_copy(bin->data, v.data, at, bits);
    return mk_long(p, bin, bin->data, 0, bits, (bits + 7) / 8);
}

term binary_of_string(struct proc *p, term s)
{
    struct str_view v = str_view(s);
    if (v.bytes < BINARY_INLINE_MAX) {
        word bits = (word)v.bytes * 8;
        if (!heap_reserve(p, binary_inline_words(bits), &s))
            return NONE;
        struct obj_binary *o = take_inline(p, bits);
        bits_copy(o->data, str_view(s).data, 0, bits);
        return mk_box_ptr(o);
    }
    if (box_type(s) == T_STRING) /* long and shared: does not move */
        return binary_make(p, v.data, v.bytes);
    if (!off_heap_reserve(p, LBINARY_WORDS, 0, &s))
        return NONE;
    v = str_view(s);
    bin_retain(OBJ(lstring, s)->bin);
    return mk_long(p, OBJ(lstring, s)->bin, v.data, 0, (word)v.bytes * 8, 0);
}
