/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bits.c: the segments of bit syntax: their options, their lengths, reading and writing one. bits.h has the protocol.
 */
#include "data/bits.h"

#include "data/bigint.h"
#include "data/buf.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/binary.def"
#undef NATIVE

#define UNIT_MAX 256

/* --- options -------------------------------------------------------------------------------------------------------
 */

struct option {
    const char *name;
    bool is_kind;
    word value; /* the kind, or the bit that is set */
};
static const struct option options_known[] = {
    {"int", true, BITS_INT},        {"integer", true, BITS_INT},  {"float", true, BITS_FLOAT},
    {"bytes", true, BITS_BYTES},    {"binary", true, BITS_BYTES}, {"bits", true, BITS_BITS},
    {"bitstring", true, BITS_BITS}, {"utf8", true, BITS_UTF8},    {"big", false, 0},
    {"unsigned", false, 0},         {"little", false, 1 << 4},    {"signed", false, 1 << 3},
};

static const struct option *option_named(term t)
{
    if (!is_keyword(t) || !is_nil(OBJ(symbol, t)->ns))
        return NULL;
    for (unsigned i = 0; i < ARRAY_LEN(options_known); i++)
        if (str_is(OBJ(symbol, t)->name, options_known[i].name))
            return &options_known[i];
    return NULL;
}

bool bits_spec(term options, word *spec, const char **error)
{
    word s = 0;
    bool kind_given = false;
    *error = NULL;
    if (!is_nil(options) && !is_vector(options)) {
        *error = "the options of a segment are a vector";
        return false;
    }
    for (word i = 0; !is_nil(options) && i < vec_count(options); i++) {
        term t = vec_nth(options, i);
        const struct option *o = option_named(t);
        if (is_int(t) && int_value(t) >= 1 && int_value(t) <= UNIT_MAX)
            s = spec_with_unit(s, int_value(t));
        else if (!o)
            *error = is_int(t) ? "a unit is within 1 and 256"
                               : "the options of a segment are int float bytes bits utf8 big little signed unsigned";
        else if (o->is_kind && kind_given && spec_kind(s) != o->value)
            *error = "a segment has one kind only";
        else if (o->is_kind) {
            s = spec_with_kind(s, o->value);
            kind_given = true;
        } else
            s |= o->value;
    }
    if (!*error && spec_signed(s) && spec_kind(s) != BITS_INT)
        *error = "only integers are signed";
    if (!*error && spec_kind(s) == BITS_UTF8 && spec_unit(s))
        *error = "a utf8 segment has no size";
    *spec = s;
    return !*error;
}

static bool spec_arg(struct proc *p, unsigned i, word *spec)
{
    term t = ARG(i);
    *spec = is_int(t) ? (word)int_value(t) : 0;
    if (is_int(t) && int_value(t) >= 0 && *spec < 1 << 15 && spec_kind(*spec) <= BITS_UTF8 &&
        spec_unit(*spec) <= UNIT_MAX)
        return true;
    raise_arg(p, i, "the spec of a segment");
    return false;
}

/* --- lengths --------------------------------------------------------------------------------------------------------
 */

static word spec_bits_per_unit(word spec)
{
    return spec_unit(spec) ? spec_unit(spec) : spec_kind(spec) == BITS_BYTES ? 8 : 1;
}

static bool is_float_size(word bits)
{
    return bits == 16 || bits == 32 || bits == 64;
}

/* The code point at bit position at; false when there is none in what is left. */
static bool utf8_at(const struct bin_view *v, word at, u32 *code_point, word *bits)
{
    u8 bytes[4] = {0};
    word left = (v->bits - at) / 8, code_points;
    word n = left < 4 ? left : 4;
    bits_copy(bytes, v->data, v->bit_offset + at, n * 8);
    unsigned length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    if (length > n || utf8_valid(bytes, length, &code_points) != length)
        return false;
    word offset = 0;
    *code_point = utf8_next(bytes, &offset);
    *bits = length * 8;
    return true;
}

/* Length of the segment at bit position at <= v->bits; false: it does not match. */
static bool segment_bits(const struct bin_view *v, word at, word spec, term size, word *bits)
{
    word left = v->bits - at, unit = spec_bits_per_unit(spec);
    u32 code_point;
    if (spec_kind(spec) == BITS_UTF8)
        return is_nil(size) && utf8_at(v, at, &code_point, bits);
    if (is_nil(size) && (spec_kind(spec) == BITS_BYTES || spec_kind(spec) == BITS_BITS)) {
        *bits = left;
        return left % unit == 0 && (spec_kind(spec) == BITS_BITS || left % 8 == 0);
    }
    if (is_nil(size)) {
        *bits = spec_kind(spec) == BITS_FLOAT ? 64 : 8;
        return *bits <= left;
    }
    if (!is_int(size) || int_value(size) < 0)
        return false;
    if ((word)int_value(size) > left / unit)
        return false;
    *bits = int_value(size) * unit;
    return spec_kind(spec) == BITS_FLOAT ? is_float_size(*bits) : spec_kind(spec) == BITS_BYTES ? *bits % 8 == 0 : true;
}

/* --- reading --------------------------------------------------------------------------------------------------------
 */

static term read_small(struct proc *p, const struct bin_view *v, word at, word bits, word spec)
{
    const u8 *data = v->data;
    unsigned n = (unsigned)bits;
    at += v->bit_offset;
    u64 x = 0;
    if (spec_little(spec)) {
        unsigned done = 0;
        for (; done + 8 <= n; done += 8)
            x |= bits_load(data, at + done, 8) << done;
        if (done < n)
            x |= bits_load(data, at + done, n - done) << done;
    } else {
        x = bits_load(data, at, n);
    }
    if (!spec_signed(spec) || n == 0)
        return int_result_u64(p, x);
    return int_result(p, (i64)(x << (64 - n)) >> (64 - n));
}

/* Limbs of an integer of bits > 64 bits, the lowest first. */
static void load_limbs(u64 *limb, const struct bin_view *v, word at, word bits, bool little)
{
    word n = (bits + 63) / 64;
    at += v->bit_offset;
    for (word i = 0; i < n; i++) {
        unsigned width = bits - i * 64 < 64 ? (unsigned)(bits - i * 64) : 64;
        if (!little) {
            limb[i] = bits_load(v->data, at + bits - i * 64 - width, width);
            continue;
        }
        u64 x = 0;
        for (unsigned done = 0; done < width; done += 8) {
            unsigned part = width - done < 8 ? width - done : 8;
            x |= bits_load(v->data, at + i * 64 + done, part) << done;
        }
        limb[i] = x;
    }
}

/* x becomes 2^bits - x. */
static void negate_limbs(u64 *limb, word n, word bits)
{
    u64 carry = 1;
    for (word i = 0; i < n; i++) {
        limb[i] = ~limb[i] + carry;
        carry = carry && !limb[i];
    }
    if (bits % 64)
        limb[n - 1] &= ((u64)1 << bits % 64) - 1;
}

static term read_large(struct proc *p, term binary, word at, word bits, word spec)
{
    if (bits > NUM_MAX_BITS)
        return int_too_large(p);
    word n = (bits + 63) / 64;
    if (!heap_reserve(p, 1 + n, &binary))
        return NONE;
    struct bin_view v = bin_view(binary);
    u64 *limb = int_place(p);
    load_limbs(limb, &v, at, bits, spec_little(spec));
    bool negative = spec_signed(spec) && limb[n - 1] >> (bits - 1) % 64 & 1;
    if (negative)
        negate_limbs(limb, n, bits);
    native_charge(p, bits / 8192);
    return int_close(p, n, negative);
}

static double half_value(u16 h)
{
    int exponent = h >> 10 & 31, fraction = h & 1023;
    double magnitude = exponent == 31  ? (fraction ? NAN : INFINITY)
                       : exponent == 0 ? ldexp(fraction, -24)
                                       : ldexp(1024 + fraction, exponent - 25);
    return h & 0x8000 ? -magnitude : magnitude;
}

static term read_float(struct proc *p, const struct bin_view *v, word at, word bits, word spec)
{
    u64 x = bits_load(v->data, v->bit_offset + at, (unsigned)bits);
    if (spec_little(spec))
        x = __builtin_bswap64(x) >> (64 - bits);
    union {
        u64 u;
        double d;
    } d = {.u = x};
    union {
        u32 u;
        float f;
    } f = {.u = (u32)x};
    double value = bits == 64 ? d.d : bits == 32 ? (double)f.f : half_value((u16)x);
    return heap_reserve(p, FLOAT_WORDS) ? mk_float(p, value) : NONE;
}

static term segment_read(struct proc *p, term binary, word at, word bits, word spec)
{
    struct bin_view v = bin_view(binary);
    u32 code_point;
    switch ((enum bits_kind)spec_kind(spec)) {
    case BITS_INT:
        return bits <= 64 ? read_small(p, &v, at, bits, spec) : read_large(p, binary, at, bits, spec);
    case BITS_FLOAT:
        return read_float(p, &v, at, bits, spec);
    case BITS_BYTES:
    case BITS_BITS:
        return binary_part(p, binary, at, at + bits);
    case BITS_UTF8:
        return utf8_at(&v, at, &code_point, &bits) ? mk_char(code_point) : NIL;
    }
    return NIL;
}

/* --- writing --------------------------------------------------------------------------------------------------------
 */

/* True when value goes into so many bits. */
static bool integer_fits(const struct int_view *v, word bits, bool is_signed)
{
    if (!v->n)
        return true;
    word length = v->n * 64 - (word)__builtin_clzll(v->limb[v->n - 1]);
    if (!is_signed)
        return !v->negative && length <= bits;
    if (length < bits)
        return true;
    if (!v->negative || length != bits)
        return false;
    for (word i = 0; i + 1 < v->n; i++) /* the lowest number only: a power of two */
        if (v->limb[i])
            return false;
    return !(v->limb[v->n - 1] & (v->limb[v->n - 1] - 1));
}

/* Two's complement in count bytes, the lowest first. */
static void integer_bytes(const struct int_view *v, u8 *out, word count)
{
    unsigned carry = v->negative;
    for (word i = 0; i < count; i++) {
        unsigned byte = i / 8 < v->n ? (unsigned)(v->limb[i / 8] >> i % 8 * 8 & 0xff) : 0;
        if (v->negative) {
            byte = (~byte & 0xff) + carry;
            carry = byte >> 8;
        }
        out[i] = (u8)byte;
    }
}

static void reverse_bytes(u8 *bytes, word n)
{
    for (word i = 0; i < n / 2; i++) {
        u8 x = bytes[i];
        bytes[i] = bytes[n - 1 - i];
        bytes[n - 1 - i] = x;
    }
}

static bool put_integer(struct proc *p, struct bits_buf *b, word bits, word spec, unsigned arg)
{
    if (!is_integer(ARG(arg))) {
        raise(p, E_TYPE_ERROR, "an integer segment wants an integer, not %T", ARG(arg));
        return false;
    }
    struct int_view v;
    int_open(&v, ARG(arg));
    if (!integer_fits(&v, bits, spec_signed(spec))) {
        raise(p, E_RANGE_ERROR, "%T does not fit in %lu %s bits", ARG(arg), (unsigned long)bits,
              spec_signed(spec) ? "signed" : "unsigned");
        return false;
    }
    word count = (bits + 7) / 8;
    u8 small[16];
    u8 *bytes = count <= sizeof(small) ? small : port_alloc(count);
    if (!bytes) {
        b->bytes->failed = true;
        return true;
    }
    integer_bytes(&v, bytes, count);
    if (!spec_little(spec)) {
        reverse_bytes(bytes, count);
        bits_put(b, bytes, bits % 8 ? 8 - bits % 8 : 0, bits);
    } else {
        if (bits % 8)
            bytes[count - 1] = (u8)(bytes[count - 1] << (8 - bits % 8));
        bits_put(b, bytes, 0, bits);
    }
    if (bytes != small)
        port_free(bytes);
    return true;
}

/* Nearest half, ties to even; infinite when it is too large. */
static u16 half_of(double d)
{
    u16 sign = signbit(d) ? 0x8000 : 0;
    double magnitude = fabs(d);
    if (isnan(d))
        return 0x7e00;
    if (isinf(d))
        return sign | 0x7c00;
    if (magnitude < 0x1p-14)
        return sign | (u16)nearbyint(ldexp(magnitude, 24));
    int exponent = ilogb(magnitude);
    if (exponent > 15)
        return sign | 0x7c00;
    unsigned fraction = (unsigned)nearbyint(ldexp(magnitude, 10 - exponent));
    return sign | (u16)(((unsigned)(exponent + 15) << 10) + fraction - 1024);
}

static bool put_float(struct proc *p, struct bits_buf *b, word bits, word spec, unsigned arg)
{
    if (!is_number(ARG(arg))) {
        raise(p, E_TYPE_ERROR, "a float segment wants a number, not %T", ARG(arg));
        return false;
    }
    double d = num_to_double(ARG(arg));
    union {
        double d;
        u64 u;
    } whole = {.d = d};
    bool overflow =
        isfinite(d) && (bits == 32 ? fabs(d) >= 0x1.ffffffp127 : bits == 16 && (half_of(d) & 0x7fff) == 0x7c00);
    overflow |= isinf(d) && !is_float(ARG(arg));
    if (overflow) {
        raise(p, E_RANGE_ERROR, "%T is too large for a float of %lu bits", ARG(arg), (unsigned long)bits);
        return false;
    }
    union {
        float f;
        u32 u;
    } single = {.f = bits == 32 ? (float)d : 0};
    u64 x = bits == 64 ? whole.u : bits == 32 ? single.u : half_of(d);
    u8 bytes[8];
    for (unsigned i = 0; i < bits / 8; i++)
        bytes[i] = (u8)(x >> i * 8);
    if (!spec_little(spec))
        reverse_bytes(bytes, bits / 8);
    bits_put(b, bytes, 0, bits);
    return true;
}

/* A binary, or for bytes a string, of exactly the given size where one is given. */
static bool put_binary(struct proc *p, struct bits_buf *b, const word *bits, word spec, unsigned arg)
{
    bool bytes = spec_kind(spec) == BITS_BYTES;
    struct bin_view v;
    if (is_binary(ARG(arg))) {
        v = bin_view(ARG(arg));
    } else if (bytes && is_string(ARG(arg))) {
        struct str_view s = str_view(ARG(arg));
        v = (struct bin_view){s.data, (u64)s.bytes * 8, 0};
    } else {
        raise(p, E_TYPE_ERROR, "a %s segment wants a binary, not %T", bytes ? "bytes" : "bits", ARG(arg));
        return false;
    }
    if ((bits && v.bits != *bits) || (bytes && v.bits % 8)) {
        raise(p, E_RANGE_ERROR, "a binary of %lu bits does not fit a %s segment of %s%lu bits", (unsigned long)v.bits,
              bytes ? "bytes" : "bits", bits ? "" : "a multiple of ", (unsigned long)(bits ? *bits : 8));
        return false;
    }
    bits_put(b, v.data, v.bit_offset, v.bits);
    return true;
}

static bool put_utf8(struct proc *p, struct bits_buf *b, unsigned arg)
{
    term t = ARG(arg);
    u8 bytes[4];
    bool code_point = is_int(t) && int_value(t) >= 0 && int_value(t) <= 0x10ffff && is_code_point((u32)int_value(t));
    if (!is_char(t) && !code_point) {
        raise(p, is_int(t) ? E_RANGE_ERROR : E_TYPE_ERROR, "a utf8 segment wants a character, not %T", t);
        return false;
    }
    bits_put(b, bytes, 0, utf8_put(bytes, is_char(t) ? char_value(t) : (u32)int_value(t)) * 8);
    return true;
}

/* Size argument arg in bits; *given false: nil. False: pending. */
static bool size_arg(struct proc *p, unsigned arg, word spec, word *bits, bool *given)
{
    term t = ARG(arg);
    word unit = spec_bits_per_unit(spec), max = spec_kind(spec) == BITS_INT ? NUM_MAX_BITS : (word)1 << 43;
    *given = !is_nil(t);
    *bits = spec_kind(spec) == BITS_FLOAT ? 64 : 8;
    if (!*given)
        return true;
    if (!is_int(t) || int_value(t) < 0 || spec_kind(spec) == BITS_UTF8)
        raise(p, E_TYPE_ERROR, "%T is not the size of a segment", t);
    else if ((word)int_value(t) > max / unit)
        raise(p, E_SIZE_LIMIT, "a segment of %T times %lu bits", t, (unsigned long)unit);
    else {
        *bits = int_value(t) * unit;
        return true;
    }
    return false;
}

/* Appends ARG(at): spec, size, value. Collects only to raise. */
static bool put_segment(struct proc *p, struct bits_buf *b, unsigned at)
{
    word spec, bits;
    bool given;
    if (!spec_arg(p, at, &spec) || !size_arg(p, at + 1, spec, &bits, &given))
        return false;
    switch ((enum bits_kind)spec_kind(spec)) {
    case BITS_INT:
        return put_integer(p, b, bits, spec, at + 2);
    case BITS_FLOAT:
        if (!is_float_size(bits)) {
            raise(p, E_RANGE_ERROR, "a float has 16, 32 or 64 bits, not %lu", (unsigned long)bits);
            return false;
        }
        return put_float(p, b, bits, spec, at + 2);
    case BITS_BYTES:
    case BITS_BITS:
        return put_binary(p, b, given ? &bits : NULL, spec, at + 2);
    case BITS_UTF8:
        return put_utf8(p, b, at + 2);
    }
    return false;
}

/* --- natives ---------------------------------------------------------------------------------------------------------
 */

term n_bits_spec(struct proc *p, unsigned n)
{
    word spec;
    const char *error;
    return bits_spec(ARG(0), &spec, &error) ? mk_int(spec) : raise(p, E_COMPILE_ERROR, "%s, not %T", error, ARG(0));
}

static term finish(struct proc *p, struct bits_buf *b, bool good)
{
    native_charge(p, b->bytes->count / 1024);
    if (good)
        return binary_from_buf(p, b);
    buf_free(b->bytes);
    return NONE;
}

term n_bits_build(struct proc *p, unsigned n)
{
    struct buf bytes = buf_of(p);
    struct bits_buf b = {&bytes, 0};
    bool good = n % 3 == 0;
    if (!good)
        raise(p, E_ILLEGAL_ARGUMENT, "%%bits-build wants a spec, a size and a value for each segment");
    for (unsigned i = 0; i < n && good && !bytes.failed; i += 3)
        good = put_segment(p, &b, i);
    return finish(p, &b, good);
}

term n_bits_append(struct proc *p, unsigned n)
{
    if (!is_binary(ARG(0)))
        return raise_arg(p, 0, "a binary");
    struct buf bytes = buf_of(p);
    struct bits_buf b = {&bytes, 0};
    struct bin_view v = bin_view(ARG(0));
    bits_put(&b, v.data, v.bit_offset, v.bits);
    return finish(p, &b, bytes.failed || put_segment(p, &b, 1));
}

/* The segment of ARG(spec_at), ARG(size_at) at bit position at of the binary ARG(0). 1: *bits; 0: no match; -1:
 * pending. */
static int locate(struct proc *p, word at, unsigned spec_at, word *spec, word *bits)
{
    if (!spec_arg(p, spec_at, spec))
        return -1;
    struct bin_view v = bin_view(ARG(0));
    return at <= v.bits && segment_bits(&v, at, *spec, ARG(spec_at + 1), bits);
}

static bool position_args(struct proc *p, word *at)
{
    if (!is_binary(ARG(0)) || !is_int(ARG(1)) || int_value(ARG(1)) < 0) {
        raise_arg(p, !is_binary(ARG(0)) ? 0 : 1, !is_binary(ARG(0)) ? "a binary" : "a bit position");
        return false;
    }
    *at = int_value(ARG(1));
    return true;
}

/* What is no binary matches nothing: nil. */
term n_bits_end(struct proc *p, unsigned n)
{
    word at, spec, bits;
    if (!is_binary(ARG(0)))
        return NIL;
    if (!position_args(p, &at))
        return NONE;
    int found = locate(p, at, 2, &spec, &bits);
    return found < 0 ? NONE : found ? mk_int(at + bits) : NIL;
}

term n_bits_read(struct proc *p, unsigned n)
{
    word at, spec, bits;
    if (!position_args(p, &at))
        return NONE;
    int found = locate(p, at, 2, &spec, &bits);
    if (found == 0)
        return raise(p, E_RANGE_ERROR, "there is no such segment at bit %lu of %T", (unsigned long)at, ARG(0));
    return found < 0 ? NONE : segment_read(p, ARG(0), at, bits, spec);
}

term n_bits_take(struct proc *p, unsigned n)
{
    word spec, bits;
    if (!is_binary(ARG(0)))
        return NIL;
    int found = locate(p, 0, 1, &spec, &bits);
    if (found <= 0)
        return found < 0 ? NONE : NIL;
    term value = segment_read(p, ARG(0), 0, bits, spec);
    if (is_none(value))
        return NONE;
    ARG(2) = value;
    term rest = binary_part(p, ARG(0), bits, bin_view(ARG(0)).bits);
    if (is_none(rest) || !heap_reserve(p, 3, &rest))
        return NONE;
    struct obj_tuple *o = heap_take_tuple(p, 2);
    o->item[0] = ARG(2);
    o->item[1] = rest;
    return mk_box_ptr(o);
}
