/* SPDX-License-Identifier: GPL-3.0-only */
/* binary_natives.c: making, cutting and encoding binaries. Bit syntax is in bits.c. */
#include "data/bits.h"
#include "data/seqs.h"
#include "data/text.h"
#include "pure.h"
#include "run/names.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/binary.def"
#undef NATIVE

/* --- making ---------------------------------------------------------------------------------------------------------
 */

/* Appends a byte, a character's, string's or binary's bytes; false: it is none of them. Never collects. */
static bool put_part(struct bits_buf *b, term x)
{
    u8 bytes[4];
    if (is_int(x) && int_value(x) >= 0 && int_value(x) <= 255) {
        bytes[0] = (u8)int_value(x);
        bits_put(b, bytes, 0, 8);
    } else if (is_char(x)) {
        bits_put(b, bytes, 0, utf8_put(bytes, char_value(x)) * 8);
    } else if (is_string(x)) {
        struct str_view v = str_view(x);
        bits_put(b, v.data, 0, (word)v.bytes * 8);
    } else if (is_binary(x)) {
        struct bin_view v = bin_view(x);
        bits_put(b, v.data, v.bit_offset, v.bits);
    } else {
        return false;
    }
    return true;
}

static term bad_part(struct proc *p, term x)
{
    if (is_int(x))
        return raise(p, E_RANGE_ERROR, "%T is not a byte: 0 to 255", x);
    return raise(p, E_TYPE_ERROR, "a binary is made of bytes, characters, strings and binaries, not %T", x);
}

/* Appends the elements of the sequence ARG(arg). *answer is what the native answers where false: sequences inside it
 * are a matter for Lonala. MAY_GC */
static bool put_sequence(struct proc *p, struct bits_buf *b, unsigned arg, term *answer)
{
    term s, x, lazy;
    word count = 0;
    *answer = NONE;
    enum seq_status status = seq_of(p, ARG(arg), &s, &lazy);
    struct cursor at = cursor_at(s);
    while (status == SEQ_OK && (status = cursor_next(&at, &x, &lazy)) == SEQ_OK) {
        count++;
        if (is_nil(x) || put_part(b, x))
            continue;
        *answer = is_seqable(x) ? tail_slow(p, SLOW_binary) : bad_part(p, x);
        return false;
    }
    native_charge(p, count / 20);
    if (status == SEQ_LAZY)
        *answer = retry_after_force_all(p, lazy);
    return status == SEQ_END;
}

/* (binary part ...): parts are bytes, characters, strings, binaries, nil, and sequences of parts. */
term n_binary(struct proc *p, unsigned n)
{
    if (n == 1 && is_binary(ARG(0)))
        return ARG(0);
    struct buf bytes = buf_of(p);
    struct bits_buf b = {&bytes, 0};
    for (unsigned i = 0; i < n; i++) {
        term answer;
        if (is_nil(ARG(i)) || put_part(&b, ARG(i)))
            continue;
        if (!is_seqable(ARG(i)))
            answer = bad_part(p, ARG(i));
        else if (put_sequence(p, &b, i, &answer))
            continue;
        buf_free(&bytes);
        return answer;
    }
    native_charge(p, bytes.count / 1024);
    return binary_from_buf(p, &b);
}

term n_is_binary(struct proc *p, unsigned n)
{
    return mk_bool(is_binary(ARG(0)));
}

term n_is_bytes(struct proc *p, unsigned n)
{
    return mk_bool(is_binary(ARG(0)) && bin_view(ARG(0)).bits % 8 == 0);
}

term n_bit_size(struct proc *p, unsigned n)
{
    return is_binary(ARG(0)) ? mk_int(bin_view(ARG(0)).bits) : raise_arg(p, 0, "a binary");
}

/* Bytes that hold it: a partial one counts. */
term n_byte_size(struct proc *p, unsigned n)
{
    return is_binary(ARG(0)) ? mk_int((bin_view(ARG(0)).bits + 7) / 8) : raise_arg(p, 0, "a binary");
}

/* --- cutting --------------------------------------------------------------------------------------------------------
 */

static bool place_arg(struct proc *p, unsigned i, word max, const char *unit, word *place)
{
    term t = ARG(i);
    if (!is_int(t)) {
        raise_index(p, t);
        return false;
    }
    if (int_value(t) < 0 || (word)int_value(t) > max) {
        raise(p, E_RANGE_ERROR, "index %T is outside of a binary of %lu %s", t, (unsigned long)max, unit);
        return false;
    }
    *place = int_value(t);
    return true;
}

static term cut(struct proc *p, unsigned n, word unit, const char *unit_name)
{
    if (!is_binary(ARG(0)))
        return raise_arg(p, 0, "a binary");
    word bits = bin_view(ARG(0)).bits, from, to = bits / unit;
    if (!place_arg(p, 1, bits / unit, unit_name, &from) || (n == 3 && !place_arg(p, 2, bits / unit, unit_name, &to)))
        return NONE;
    if (from > to)
        return raise(p, E_RANGE_ERROR, "the start %T is behind the end %T", ARG(1), ARG(2));
    return binary_part(p, ARG(0), from * unit, n == 3 ? to * unit : bits);
}

/* (subbinary b from) (subbinary b from to), in bytes; without to bits behind the last whole byte stay. */
term n_subbinary(struct proc *p, unsigned n)
{
    return cut(p, n, 8, "bytes");
}

term n_subbits(struct proc *p, unsigned n)
{
    return cut(p, n, 1, "bits");
}

/* (%byte-index binary byte from): where the byte is next, or nil; the binary begins at a whole byte. */
term n_byte_index(struct proc *p, unsigned n)
{
    word from;
    if (!is_binary(ARG(0)) || bin_view(ARG(0)).bit_offset)
        return raise_arg(p, 0, "a binary of whole bytes");
    struct bin_view v = bin_view(ARG(0));
    if (!is_int(ARG(1)))
        return raise_arg(p, 1, "a byte");
    if (!place_arg(p, 2, v.bits / 8, "bytes", &from))
        return NONE;
    native_charge(p, (v.bits / 8 - from) / 4096);
    const u8 *at = memchr(v.data + from, (int)int_value(ARG(1)) & 0xff, v.bits / 8 - from);
    return at ? mk_int(at - v.data) : NIL;
}

/* --- strings --------------------------------------------------------------------------------------------------------
 */

/* The bytes of ARG(0), also when they are not aligned: copied into room where need be. False: pending. */
static bool bytes_arg(struct proc *p, struct buf *room, const u8 **data, word *count)
{
    if (!is_binary(ARG(0)) || bin_view(ARG(0)).bits % 8) {
        raise_arg(p, 0, "a binary of whole bytes");
        return false;
    }
    struct bin_view v = bin_view(ARG(0));
    *count = v.bits / 8;
    *data = v.data;
    if (!v.bit_offset)
        return true;
    if (!buf_reserve(room, *count)) {
        raise(p, E_OUT_OF_MEMORY, "no memory for %lu bytes", (unsigned long)*count);
        return false;
    }
    bits_copy(room->data, v.data, v.bit_offset, v.bits);
    *data = room->data;
    return true;
}

term n_string_to_bytes(struct proc *p, unsigned n)
{
    return is_string(ARG(0)) ? binary_of_string(p, ARG(0)) : raise_arg(p, 0, "a string");
}

static term valid_string(struct proc *p, struct buf *room, const u8 *data, word count, word code_points)
{
    if (room->data || is_shared(ARG(0)))
        return str_make(p, data, count);
    if (box_type(ARG(0)) == T_LBINARY)
        return str_of_bin(p, ARG(0), data, count, code_points);
    u8 copy[64]; /* an inline binary is shorter, and may move */
    memcpy(copy, data, count);
    return str_make(p, copy, count);
}

/* (bytes->string b), (bytes->string b :replace): U+FFFD for each bad byte instead of an error. */
term n_bytes_to_string(struct proc *p, unsigned n)
{
    bool replace = n == 2 && is_keyword(ARG(1)) && str_is(OBJ(symbol, ARG(1))->name, "replace");
    if (n == 2 && !replace && !is_nil(ARG(1)))
        return raise_arg(p, 1, ":replace or nil");
    struct buf room = buf_of(p);
    const u8 *data;
    word count, code_points;
    if (!bytes_arg(p, &room, &data, &count))
        return NONE;
    native_charge(p, count / 1024);
    word valid = utf8_valid(data, count, &code_points);
    term s;
    if (valid == count) {
        s = valid_string(p, &room, data, count, code_points);
    } else if (replace) {
        struct buf repaired = buf_of(p);
        utf8_repair(&repaired, data, count);
        s = str_from_buf(p, &repaired);
    } else {
        s = raise(p, E_ILLEGAL_ARGUMENT, "byte %lu, of value %lu, is not UTF-8", (unsigned long)valid,
                  (unsigned long)data[valid]);
    }
    buf_free(&room);
    return s;
}

/* --- hexadecimal and base 64
 * ------------------------------------------------------------------------------------------ */

term n_bytes_to_hex(struct proc *p, unsigned n)
{
    static const char digits[] = "0123456789abcdef";
    struct buf room = buf_of(p), text = buf_of(p);
    const u8 *data;
    word count;
    if (!bytes_arg(p, &room, &data, &count))
        return NONE;
    if (buf_reserve(&text, count * 2))
        for (word i = 0; i < count; i++) {
            text.data[text.count++] = (u8)digits[data[i] >> 4];
            text.data[text.count++] = (u8)digits[data[i] & 15];
        }
    native_charge(p, count / 256);
    buf_free(&room);
    return str_from_valid(p, &text);
}

static int hex_value(u8 c)
{
    u8 lower = c | 0x20;
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static term bad_character(struct proc *p, word at, const char *what)
{
    return raise(p, E_ILLEGAL_ARGUMENT, "no %s at index %lu of %T", what, (unsigned long)at, ARG(0));
}

/* The binary made of decoded bytes, or an error when bad is the offset of a byte that is none. */
static term decoded(struct proc *p, struct buf *bytes, word bad, const char *what)
{
    native_charge(p, bytes->count / 256);
    if (bad == NOT_FOUND)
        return binary_from_buf(p, &(struct bits_buf){bytes, 0});
    buf_free(bytes);
    return bad_character(p, utf8_count(str_view(ARG(0)).data, bad), what);
}

term n_hex_to_bytes(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    struct buf bytes = buf_of(p);
    word bad = v.bytes % 2 ? v.bytes : NOT_FOUND;
    if (buf_reserve(&bytes, v.bytes / 2 + 1))
        for (word i = 0; i + 1 < v.bytes && bad == NOT_FOUND; i += 2) {
            int high = hex_value(v.data[i]), low = hex_value(v.data[i + 1]);
            if (high < 0 || low < 0)
                bad = high < 0 ? i : i + 1;
            else
                bytes.data[bytes.count++] = (u8)(high << 4 | low);
        }
    return decoded(p, &bytes, bad, "hexadecimal digit");
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* (bytes->base64 b), with padding; (bytes->base64 b :url) in the alphabet for names and URLs, without. RFC 4648. */
term n_bytes_to_base64(struct proc *p, unsigned n)
{
    bool url = n == 2 && is_keyword(ARG(1)) && str_is(OBJ(symbol, ARG(1))->name, "url");
    if (n == 2 && !url && !is_nil(ARG(1)))
        return raise_arg(p, 1, ":url or nil");
    const char *digits = url ? base64_url_digits : base64_digits;
    struct buf room = buf_of(p), text = buf_of(p);
    const u8 *data;
    word count;
    if (!bytes_arg(p, &room, &data, &count))
        return NONE;
    for (word i = 0; i < count && buf_reserve(&text, 4); i += 3) {
        unsigned left = count - i < 3 ? (unsigned)(count - i) : 3;
        u32 x = (u32)data[i] << 16 | (left > 1 ? (u32)data[i + 1] << 8 : 0) | (left > 2 ? data[i + 2] : 0);
        for (unsigned j = 0; j < 4; j++) {
            if (j <= left)
                text.data[text.count++] = (u8)digits[x >> (18 - 6 * j) & 63];
            else if (!url)
                text.data[text.count++] = '=';
        }
    }
    native_charge(p, count / 256);
    buf_free(&room);
    return str_from_valid(p, &text);
}

static int base64_value(u8 c)
{
    if (c == '-' || c == '_')
        return c == '-' ? 62 : 63;
    const char *found = c ? strchr(base64_digits, c) : NULL;
    return found ? (int)(found - base64_digits) : -1;
}

/* Both alphabets, padded or not. */
term n_base64_to_bytes(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    word count = v.bytes, bad = NOT_FOUND;
    if (count && count % 4 == 0 && v.data[count - 1] == '=')
        count -= v.data[count - 2] == '=' ? 2 : 1;
    struct buf bytes = buf_of(p);
    u32 x = 0;
    if (count % 4 == 1)
        bad = count;
    for (word i = 0; i < count && bad == NOT_FOUND; i++) {
        int digit = base64_value(v.data[i]);
        if (digit < 0) {
            bad = i;
            break;
        }
        x = x << 6 | (u32)digit;
        if (i % 4 == 3) {
            u8 three[] = {(u8)(x >> 16), (u8)(x >> 8), (u8)x};
            buf_append(&bytes, three, 3);
        }
    }
    if (count % 4 >= 2)
        buf_byte(&bytes, (u8)(count % 4 == 2 ? x >> 4 : x >> 10));
    if (count % 4 == 3)
        buf_byte(&bytes, (u8)(x >> 2));
    return decoded(p, &bytes, bad, "digit of base 64");
}
