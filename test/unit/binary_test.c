/* SPDX-License-Identifier: GPL-3.0-only */
/* binary_test.c: binaries and bit syntax, random ones against a model that keeps each bit in a byte. */
#include "data/bigint.h"
#include "data/bits.h"
#include "data/buf.h"
#include "data/vectors.h"
#include "pure.h"
#include "unit.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/binary.def"
#undef NATIVE

static u64 seed = 0x9e3779b97f4a7c15ull;
static word below(word n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (word)(seed % n);
}

/* --- the model --- */

#define MODEL_MAX 4096
struct model {
    u8 bit[MODEL_MAX];
    word n;
};

static void model_random(struct model *m, word n)
{
    m->n = n;
    for (word i = 0; i < n; i++)
        m->bit[i] = (u8)below(2);
}

static term model_binary(struct proc *p, const struct model *m)
{
    u8 bytes[MODEL_MAX / 8] = {0};
    for (word i = 0; i < m->n; i++)
        bytes[i / 8] |= (u8)(m->bit[i] << (7 - i % 8));
    return binary_make_bits(p, bytes, m->n);
}

static bool model_is(term b, const struct model *m, word from, word n)
{
    if (!is_binary(b) || bin_view(b).bits != n)
        return false;
    struct bin_view v = bin_view(b);
    for (word i = 0; i < n; i++)
        if (bits_load(v.data, v.bit_offset + i, 1) != m->bit[from + i])
            return false;
    return true;
}

TEST(parts_of_parts_have_the_bits_of_the_whole)
{
    static struct model m;
    struct proc *p = unit_proc();
    for (int round = 0; round < 1000; round++) {
        model_random(&m, below(round % 2 ? 3000 : 200));
        term whole = model_binary(p, &m);
        CHECK(model_is(whole, &m, 0, m.n));
        word from = below(m.n + 1), n = below(m.n - from + 1);
        term part = binary_part(p, whole, from, from + n);
        CHECK(model_is(part, &m, from, n));
        word inner = below(n + 1), k = below(n - inner + 1);
        part = binary_part(p, part, inner, inner + k);
        CHECK(model_is(part, &m, from + inner, k));
    }
}

TEST(equality_and_hash_ignore_where_bits_begin)
{
    static struct model m;
    struct proc *p = unit_proc();
    for (int round = 0; round < 40; round++) {
        model_random(&m, 600 + below(2000));
        word skip = below(9), n = m.n - skip;
        term whole = model_binary(p, &m);
        whole = binary_part(p, whole, skip, m.n);
        u64 hash = binary_hash(whole);
        struct model aligned = {.n = n};
        memcpy(aligned.bit, m.bit + skip, n);
        struct bin_view v = bin_view(whole);
        u8 copy[MODEL_MAX / 8];
        bits_copy(copy, v.data, v.bit_offset, n);
        term same_bits = binary_make_bits(p, copy, n);
        CHECK(model_is(same_bits, &aligned, 0, n));
        CHECK(binary_hash(same_bits) == hash);
    }
}

TEST(bits_are_put_one_behind_the_other)
{
    static struct model m;
    for (int round = 0; round < 500; round++) {
        model_random(&m, below(2000));
        u8 bytes[MODEL_MAX / 8 + 1] = {0};
        word offset = below(8);
        for (word i = 0; i < m.n; i++)
            bytes[(i + offset) / 8] |= (u8)(m.bit[i] << (7 - (i + offset) % 8));
        struct buf buf = BUF_INIT;
        struct bits_buf b = {&buf, 0};
        for (word at = 0; at < m.n;) {
            word n = 1 + below(below(4) ? 20 : 400);
            n = n < m.n - at ? n : m.n - at;
            bits_put(&b, bytes, offset + at, n);
            at += n;
        }
        CHECK_EQ_INT(bits_count(&b), m.n);
        for (word i = 0; i < m.n; i++)
            if (bits_load(buf.data, i, 1) != m.bit[i]) {
                CHECK(!"a bit is where it was put");
                break;
            }
        buf_free(&buf);
    }
}

/* --- integers --- */

/* Bits of the model as an integer: little-endian ones by bytes, the last partial byte holding the highest bits. */
static bool integer_is(term t, const struct model *m, word at, word n, bool little, bool is_signed)
{
    u8 low_first[MODEL_MAX]; /* bit i of the value */
    for (word i = 0; i < n; i++) {
        if (!little) {
            low_first[i] = m->bit[at + n - 1 - i];
            continue;
        }
        word byte = i / 8, width = n - byte * 8 < 8 ? n - byte * 8 : 8;
        low_first[i] = m->bit[at + byte * 8 + width - 1 - i % 8];
    }
    bool negative = is_signed && n && low_first[n - 1];
    struct int_view v;
    int_open(&v, t);
    if (v.negative != negative)
        return false;
    u8 carry = 1; /* the magnitude of a negative one is its complement plus 1 */
    for (word i = 0; i < n; i++) {
        u8 bit = low_first[i];
        if (negative) {
            bit = (u8)(!bit) + carry;
            carry = bit >> 1;
            bit &= 1;
        }
        u64 found = i / 64 < v.n ? v.limb[i / 64] >> i % 64 & 1 : 0;
        if (found != bit)
            return false;
    }
    return v.n * 64 < n + 65;
}

TEST(integers_of_any_size_are_read_and_written)
{
    static struct model m;
    struct proc *p = unit_proc();
    for (int round = 0; round < 6000; round++) {
        word n = below(round % 5 ? 80 : 500), at = below(20);
        model_random(&m, at + n + below(30));
        if (!below(4)) /* edges: all ones, or only the highest */
            for (word i = 0; i < n; i++)
                m.bit[at + i] = i == 0 || round % 2;
        bool little = below(2), is_signed = below(2);
        word spec = spec_with_little(spec_with_signed(BITS_INT, is_signed), little);
        term args[] = {model_binary(p, &m), mk_int(at), mk_int(spec), mk_int(n)};
        term value = unit_call(p, n_bits_read, 4, args);
        CHECK(!is_none(value) && integer_is(value, &m, at, n, little, is_signed));
        term parts[] = {mk_int(BITS_INT), mk_int(3), mk_int(5), mk_int(spec), mk_int(n), value};
        term built = unit_call(p, n_bits_build, 6, parts);
        static struct model expected;
        expected = (struct model){.n = n + 3, .bit = {1, 0, 1}};
        memcpy(expected.bit + 3, m.bit + at, n);
        CHECK(model_is(built, &expected, 0, n + 3));
    }
}

static bool build_fails(word spec, term size, term value)
{
    struct proc *p = unit_proc();
    term args[] = {mk_int(spec), size, value};
    bool failed = is_none(unit_call(p, n_bits_build, 3, args));
    return !is_none(unit_raised(p)) && failed;
}

TEST(values_that_do_not_fit_are_errors)
{
    word is_signed = spec_with_signed(BITS_INT, 1);
    CHECK(build_fails(BITS_INT, mk_int(8), mk_int(256)));
    CHECK(build_fails(BITS_INT, mk_int(8), mk_int(-1)));
    CHECK(build_fails(BITS_INT, mk_int(0), mk_int(1)));
    CHECK(build_fails(is_signed, mk_int(8), mk_int(128)));
    CHECK(!build_fails(is_signed, mk_int(8), mk_int(-128)));
    CHECK(!build_fails(is_signed, mk_int(8), mk_int(127)));
    CHECK(!build_fails(BITS_INT, mk_int(64), mk_int(SMALL_MAX)));
    CHECK(build_fails(BITS_INT, mk_int(-1), mk_int(0)));
    CHECK(build_fails(BITS_INT, mk_int(SMALL_MAX), mk_int(0)));
    CHECK(build_fails(BITS_INT, mk_int(8), NIL));
    CHECK(build_fails(BITS_FLOAT, mk_int(17), mk_int(0)));
    CHECK(build_fails(BITS_FLOAT, mk_int(16), mk_int(65520)));
    CHECK(!build_fails(BITS_FLOAT, mk_int(16), mk_int(65519)));
    CHECK(build_fails(BITS_BYTES, mk_int(1), mk_int(1)));
    CHECK(build_fails(BITS_UTF8, NIL, mk_int(0xd800)));
    CHECK(build_fails(99, NIL, mk_int(0)));
}

TEST(halves_round_to_nearest_even)
{
    struct proc *p = unit_proc();
    for (unsigned h = 0; h < 0x10000; h++) {
        bool special = (h & 0x7c00) == 0x7c00;
        u8 bytes[] = {(u8)(h >> 8), (u8)h};
        term args[] = {binary_make(p, bytes, 2), mk_int(0), mk_int(BITS_FLOAT), mk_int(16)};
        term value = unit_call(p, n_bits_read, 4, args);
        term parts[] = {mk_int(BITS_FLOAT), mk_int(16), value};
        if (special && h & 0x3ff)
            continue;
        term built = unit_call(p, n_bits_build, 3, parts);
        if (bits_load(bin_view(built).data, 0, 16) != h) {
            unit_fail(__FILE__, __LINE__, "half %x", h);
            return;
        }
    }
}

TEST(segments_that_are_not_there_do_not_match)
{
    struct proc *p = unit_proc();
    struct {
        const char *bytes;
        word n, at, spec;
        term size;
        bool fits;
    } cases[] = {
        {"ab", 2, 0, BITS_INT, mk_int(16), true},  {"ab", 2, 1, BITS_INT, mk_int(16), false},
        {"ab", 2, 0, BITS_INT, NIL, true},         {"ab", 2, 9, BITS_INT, NIL, false},
        {"ab", 2, 17, BITS_INT, mk_int(0), false}, {"ab", 2, 16, BITS_INT, mk_int(0), true},
        {"ab", 2, 0, BITS_INT, mk_int(-1), false}, {"ab", 2, 0, BITS_INT, mk_int(SMALL_MAX), false},
        {"ab", 2, 1, BITS_BYTES, NIL, false},      {"ab", 2, 8, BITS_BYTES, NIL, true},
        {"ab", 2, 3, BITS_BITS, NIL, true},        {"ab", 2, 0, BITS_BYTES, mk_int(3), false},
        {"\xc3\xa4", 2, 0, BITS_UTF8, NIL, true},  {"\xc3\xa4", 2, 8, BITS_UTF8, NIL, false},
        {"\xc3", 1, 0, BITS_UTF8, NIL, false},     {"", 0, 0, BITS_UTF8, NIL, false},
        {"abcdefgh", 8, 0, BITS_FLOAT, NIL, true}, {"abcdefgh", 8, 0, BITS_FLOAT, mk_int(24), false},
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        term args[] = {binary_make(p, cases[i].bytes, cases[i].n), mk_int(cases[i].at), mk_int(cases[i].spec),
                       cases[i].size};
        term end = unit_call(p, n_bits_end, 4, args);
        if (is_int(end) != cases[i].fits)
            unit_fail(__FILE__, __LINE__, "case %u", i);
    }
    term no_binary[] = {mk_int(1), mk_int(0), mk_int(0), NIL};
    CHECK_SAME(unit_call(p, n_bits_end, 4, no_binary), NIL);
}

TEST(take_answers_value_and_rest)
{
    struct proc *p = unit_proc();
    u8 bytes[100];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (u8)i;
    term args[] = {binary_make(p, bytes, sizeof(bytes)), mk_int(BITS_INT), mk_int(12)};
    term pair = unit_call(p, n_bits_take, 3, args);
    CHECK_EQ_INT(int_value(vec_nth(pair, 0)), 0);
    CHECK_EQ_INT(bin_view(vec_nth(pair, 1)).bits, 788);
    CHECK_EQ_INT(bits_load(bin_view(vec_nth(pair, 1)).data, bin_view(vec_nth(pair, 1)).bit_offset, 12), 0x102);
}

TEST(encodings_turn_back)
{
    struct proc *p = unit_proc();
    for (word n = 0; n < 200; n++) {
        u8 bytes[200];
        for (word i = 0; i < n; i++)
            bytes[i] = (u8)below(256);
        term b = binary_make(p, bytes, n);
        term hex = unit_call(p, n_bytes_to_hex, 1, &b);
        CHECK_EQ_INT(str_view(hex).bytes, 2 * n);
        term back = unit_call(p, n_hex_to_bytes, 1, &hex);
        CHECK(bin_view(back).bits == n * 8 && !memcmp(bin_view(back).data, bytes, n));
        b = binary_make(p, bytes, n);
        term text = unit_call(p, n_bytes_to_base64, 1, &b);
        CHECK_EQ_INT(str_view(text).bytes, (n + 2) / 3 * 4);
        back = unit_call(p, n_base64_to_bytes, 1, &text);
        CHECK(bin_view(back).bits == n * 8 && !memcmp(bin_view(back).data, bytes, n));
    }
}

TEST(bad_encodings_are_errors)
{
    static const char *const bad_hex[] = {"1", "1g", "xx", "0\xc3\xa4"}, *const bad_base64[] = {"a", "ab=c", "a*bc",
                                                                                                "====", "a==="};
    for (unsigned i = 0; i < ARRAY_LEN(bad_hex); i++) {
        struct proc *p = unit_proc();
        term s = str_from_c(p, bad_hex[i]);
        CHECK(is_none(unit_call(p, n_hex_to_bytes, 1, &s)));
    }
    for (unsigned i = 0; i < ARRAY_LEN(bad_base64); i++) {
        struct proc *p = unit_proc();
        term s = str_from_c(p, bad_base64[i]);
        CHECK(is_none(unit_call(p, n_base64_to_bytes, 1, &s)));
    }
}

TEST(strings_and_long_binaries_share_bytes)
{
    struct proc *p = unit_proc();
    char text[200];
    memset(text, 'q', sizeof(text));
    term s = str_make(p, text, sizeof(text));
    struct bin *bin = OBJ(lstring, s)->bin;
    term b = binary_of_string(p, s);
    CHECK(OBJ(lbinary, b)->bin == bin);
    term back = unit_call(p, n_bytes_to_string, 1, &b);
    CHECK(is_string(back) && OBJ(lstring, back)->bin == bin);
}
