/* SPDX-License-Identifier: GPL-3.0-only */
/* str_test.c: strings, their index, searching, case, formatting, points in time. Random ones against slow models. */
#include "data/inst.h"
#include "data/text.h"
#include "data/vectors.h"
#include "pure.h"
#include "unit.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

static u64 seed = 88172645463325252ull;
static word below(word n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (word)(seed % n);
}

static bool text_is(term t, const char *text)
{
    return is_string(t) && str_is(t, text);
}

/* The result of a native on one string, compared with text. */
static bool maps_to(native_fn *fn, const char *from, const char *to)
{
    struct proc *p = unit_proc();
    term s = str_from_c(p, from);
    return text_is(unit_call(p, fn, 1, &s), to);
}

TEST(bad_bytes_become_replacement_characters)
{
    struct proc *p = unit_proc();
    CHECK(text_is(str_make(p,
                           "a\xff"
                           "b\xc3",
                           4),
                  "a\xef\xbf\xbd"
                  "b\xef\xbf\xbd"));
    CHECK(text_is(str_make(p, "\xed\xa0\x80", 3), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
    CHECK(text_is(str_make(p, "\xf4\x8f\xbf\xbf", 4), "\xf4\x8f\xbf\xbf"));
    word n;
    CHECK_EQ_INT(utf8_valid((const u8 *)"\xc0\x80", 2, &n), 0);
    CHECK_EQ_INT(utf8_valid((const u8 *)"\xf4\x90\x80\x80", 4, &n), 0);
}

TEST(code_points_are_counted_alike_however_long_the_text_is)
{
    struct buf b = BUF_INIT;
    word count = 0, valid;
    while (b.count < 9000) {
        CHECK_EQ_INT(utf8_count(b.data, b.count), count);
        CHECK_EQ_INT(utf8_valid(b.data, b.count, &valid), b.count);
        CHECK_EQ_INT(valid, count);
        buf_code_point(&b, below(3) ? 'a' : below(2) ? 0xe4 : 0x1f600);
        count++;
    }
    buf_free(&b);
}

static const u32 samples[] = {'a', 'Z', ' ', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};

TEST(code_points_are_found_wherever_they_are)
{
    struct proc *p = unit_proc();
    for (int round = 0; round < 60; round++) {
        struct buf b = BUF_INIT;
        word n = below(round < 30 ? 90 : 3000);
        u32 *model = port_alloc(n * sizeof(u32) + 4);
        for (word i = 0; i < n; i++) {
            model[i] = samples[below(round % 3 ? ARRAY_LEN(samples) : 4)];
            buf_code_point(&b, model[i]);
        }
        term s = str_from_buf(p, &b);
        CHECK_EQ_INT(str_view(s).code_points, n);
        for (int i = 0; i < 50 && n; i++) {
            word from = below(n), to = from + below(n - from + 1);
            CHECK_EQ_INT(str_char_at(s, from), model[from]);
            CHECK_EQ_INT(str_index(s, str_offset(s, from)), from);
            term part = str_substring(p, s, from, to);
            CHECK_EQ_INT(str_view(part).code_points, to - from);
            word at = below(to - from + 1);
            if (at < to - from)
                CHECK_EQ_INT(str_char_at(part, at), model[from + at]);
            word again = 0;
            for (word j = from; j < to; j++)
                if (utf8_next(str_view(part).data, &again) != model[j]) {
                    CHECK(!"a part has the characters of the whole");
                    break;
                }
            /* s is stale since str_substring */
            struct buf fresh = BUF_INIT;
            for (word j = 0; j < n; j++)
                buf_code_point(&fresh, model[j]);
            s = str_from_buf(p, &fresh);
        }
        port_free(model);
    }
}

TEST(long_parts_share_their_bytes)
{
    struct proc *p = unit_proc();
    char text[300];
    memset(text, 'x', sizeof(text));
    term s = str_make(p, text, sizeof(text));
    struct bin *bin = OBJ(lstring, s)->bin;
    term part = str_substring(p, s, 10, 200);
    CHECK_EQ_INT(box_type(part), T_LSTRING);
    CHECK(OBJ(lstring, part)->bin == bin && OBJ(lstring, part)->data == bin->data + 10);
    CHECK(bin->refs >= 2);
    CHECK_EQ_INT(box_type(str_substring(p, part, 10, 20)), T_STRING);
}

TEST(order_is_by_code_points)
{
    struct proc *p = unit_proc();
    term words[] = {str_from_c(p, ""), NIL, NIL};
    CHECK_EQ_INT(str_compare(words[0], words[0]), 0);
    CHECK_EQ_INT(bytes_compare((const u8 *)"a", 1, (const u8 *)"ab", 2), -1);
    CHECK_EQ_INT(bytes_compare((const u8 *)"\xef\xbf\xbf", 3, (const u8 *)"\xf0\x90\x80\x80", 4), -1);
    CHECK_EQ_INT(bytes_compare((const u8 *)"b", 1, (const u8 *)"ab", 2), 1);
}

static word slow_find(const u8 *text, word n, const u8 *needle, word m, bool last)
{
    word found = NOT_FOUND;
    for (word i = 0; i + m <= n; i++)
        if (!memcmp(text + i, needle, m)) {
            found = i;
            if (!last)
                break;
        }
    return found;
}

TEST(searching_agrees_with_trying_each_place)
{
    u8 text[600], needle[80];
    for (int round = 0; round < 20000; round++) {
        word n = below(sizeof(text)), m = below(round % 4 ? 12 : 80), letters = 1 + below(3);
        for (word i = 0; i < n; i++)
            text[i] = (u8)('a' + below(letters));
        for (word i = 0; i < m; i++)
            needle[i] = (u8)('a' + below(letters));
        if (m <= n && below(2))
            memcpy(needle, text + below(n - m + 1), m);
        CHECK_EQ_INT(bytes_find(text, n, needle, m), slow_find(text, n, needle, m, false));
        CHECK_EQ_INT(bytes_find_last(text, n, needle, m), slow_find(text, n, needle, m, true));
    }
}

TEST(searching_takes_linear_time)
{
    word n = 4 << 20;
    u8 *text = port_alloc(n), *needle = port_alloc(n / 2);
    memset(text, 'a', n);
    memset(needle, 'a', n / 2);
    needle[n / 4] = 'b';
    CHECK(bytes_find(text, n, needle, n / 2) == NOT_FOUND);
    CHECK(bytes_find_last(text, n, needle, n / 2) == NOT_FOUND);
    port_free(text);
    port_free(needle);
}

TEST(case_is_mapped_as_unicode_says)
{
    CHECK(maps_to(n_upper_case, "straße ﬁ ŉ", "STRASSE FI ʼN"));
    CHECK(maps_to(n_upper_case, "ᾳ \u0390 ẞ İ", "ΑΙ \u0399\u0308\u0301 ẞ İ"));
    CHECK(maps_to(n_lower_case, "ΌΣΟΣ. Σ İ", "όσος. σ i̇"));
    CHECK(maps_to(n_capitalize, "ßA", "SSa"));
    CHECK(maps_to(n_upper_case, "", ""));
}

TEST(trimming_removes_white_space_at_the_ends)
{
    CHECK(maps_to(n_trim, " \t\xe2\x80\x83 a b\n", "a b"));
    CHECK(maps_to(n_trim, "   ", ""));
    CHECK(maps_to(n_trim, "\xc2\xa0", "\xc2\xa0"));
    CHECK(maps_to(n_trim_newline, "a\n\r\n", "a"));
    CHECK(maps_to(n_reverse, "aäb", "bäa"));
    CHECK(maps_to(n_re_quote_replacement, "a$\\", "a\\$\\\\"));
}

TEST(lines_end_with_newlines)
{
    struct proc *p = unit_proc();
    struct buf b = BUF_INIT;
    for (int i = 0; i < 100; i++)
        buf_format(
            &b, "line %d of a text that is long enough to share its bytes with the whole text, at least often\r\n", i);
    term s = str_from_buf(p, &b);
    term lines = unit_call(p, n_split_lines, 1, &s);
    CHECK_EQ_INT(vec_count(lines), 100);
    term last = vec_nth(lines, 99);
    CHECK_EQ_INT(str_char_at(last, 6), '9');
    CHECK_EQ_INT(box_type(last), T_LSTRING);
}

/* --- format --- */

static bool formats(const char *format, term x, const char *result)
{
    struct proc *p = unit_proc();
    term args[] = {str_from_c(p, format), x};
    term s = unit_call(p, n_format, 2, args);
    return text_is(s, result);
}

static UNUSED term flo(double d)
{
    term t = float_encode(d);
    ENSURE(float_fits(t), "the float of this test is immediate");
    return t;
}

TEST(format_pads_and_signs)
{
    CHECK(formats("%5d|", mk_int(-42), "  -42|"));
    CHECK(formats("%-5d|", mk_int(42), "42   |"));
    CHECK(formats("%05d", mk_int(-42), "-0042"));
    CHECK(formats("%+d", mk_int(42), "+42"));
    CHECK(formats("% d", mk_int(42), " 42"));
    CHECK(formats("%,d", mk_int(1234567), "1,234,567"));
    CHECK(formats("%(,d", mk_int(-1000), "(1,000)"));
    CHECK(formats("%x", mk_int(-1), "ffffffffffffffff"));
    CHECK(formats("%#X", mk_int(255), "0XFF"));
    CHECK(formats("%S", mk_char(0xdf), "SS"));
    CHECK(formats("%5.2s|", mk_char('a'), "    a|"));
    CHECK(formats("%c%<c%1$c", mk_int('A'), "AAA"));
    CHECK(formats("%s %%", NIL, "null %"));
    CHECK(formats("%B", FALSE_TERM, "FALSE"));
}

#ifndef LONA_BOXED_FLOATS
TEST(format_rounds_decimal_digits_half_up)
{
    CHECK(formats("%.1f", flo(0.25), "0.3"));
    CHECK(formats("%.2f", flo(1.005), "1.01"));
    CHECK(formats("%.0f", flo(0.5), "1"));
    CHECK(formats("%.0f", flo(0.4), "0"));
    CHECK(formats("%.3f", flo(9.9996), "10.000"));
    CHECK(formats("%f", flo(1e15), "1000000000000000.000000"));
    CHECK(formats("%.2f", flo(0.006), "0.01"));
    CHECK(formats("%.1f", flo(-0.04), "-0.0"));
    CHECK(formats("%e", flo(123456.0), "1.234560e+05"));
    CHECK(formats("%.2e", flo(9.999e-5), "1.00e-04"));
    CHECK(formats("%g", flo(0.0001), "0.000100000"));
    CHECK(formats("%g", flo(1234567.0), "1.23457e+06"));
    CHECK(formats("%e", flo(0.0), "0.000000e+00"));
    CHECK(formats("%,.2f", flo(1234567.891), "1,234,567.89"));
    CHECK(formats("%08.2f", flo(-3.14159), "-0003.14"));
    CHECK(formats("%.1f", mk_int(3), "3.0"));
}
#endif

TEST(format_refuses_what_it_does_not_know)
{
    static const char *const bad[] = {"%",    "%q",  "%5",    "%-d",          "%.d",   "%1.2d", "%+s",
                                      "%3$s", "%<s", "%0-5d", "%9999999999d", "%\xff", "%d %d", "%.9999999f"};
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        struct proc *p = unit_proc();
        term args[] = {str_from_c(p, bad[i]), mk_int(1)};
        term result = unit_call(p, n_format, 2, args);
        if (!is_none(result))
            unit_fail(__FILE__, __LINE__, "%s was accepted", bad[i]);
        CHECK(!is_none(unit_raised(p)));
    }
}

/* --- points in time, identifiers --- */

static bool parses(const char *text, i64 millis)
{
    i64 found;
    const char *error;
    return inst_parse((const u8 *)text, strlen(text), &found, &error) && found == millis;
}

TEST(times_are_read_as_clojure_reads_them)
{
    CHECK(parses("1970", 0));
    CHECK(parses("1970-01-01T00:00:00.000-00:00", 0));
    CHECK(parses("2000-03-01", 951868800000));
    CHECK(parses("2024-02-29T12:34:56.789Z", 1709210096789));
    CHECK(parses("2024-02-29T12:34:56.7+01:30", 1709204696700));
    CHECK(parses("1969-12-31T23:59:59.9999999", -1));
    static const char *const bad[] = {"",
                                      "19",
                                      "2023-02-29",
                                      "2024-13",
                                      "2024-01-01T24",
                                      "2024-01-01x",
                                      "2024-01-01T01:60",
                                      "2024-01-01T01:01:60",
                                      "2024-01-01T00:00:00.",
                                      "2024-01-01+1",
                                      "0000-01-01+01:00"};
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        i64 millis;
        const char *error = NULL;
        CHECK(!inst_parse((const u8 *)bad[i], strlen(bad[i]), &millis, &error) && error);
    }
}

TEST(times_print_as_they_are_read)
{
    for (int i = 0; i < 20000; i++) {
        i64 millis = INST_MIN + (i64)below((word)(INST_MAX - INST_MIN) + 1), again;
        const char *error;
        struct buf b = BUF_INIT;
        inst_print(&b, millis);
        CHECK(inst_parse(b.data, b.count, &again, &error) && again == millis);
        CHECK_EQ_INT(b.count, 29);
        buf_free(&b);
    }
}

TEST(uuids_print_as_they_are_read)
{
    const char *text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    u64 high, low;
    CHECK(uuid_parse((const u8 *)text, 36, &high, &low));
    struct buf b = BUF_INIT;
    uuid_print(&b, high, low);
    CHECK(b.count == 36 && !memcmp(b.data, text, 36));
    buf_free(&b);
    CHECK(!uuid_parse((const u8 *)"f81d4fae-7dec-11d0-a765-00a0c91e6bfg", 36, &high, &low));
    CHECK(!uuid_parse((const u8 *)"f81d4fae-7dec-11d0-a765-00a0c91e6bf", 35, &high, &low));
}

TEST(any_format_works_or_is_an_error)
{
    static const char letters[] = "%%%%sSdxXoeEfgGcCbBhHn$<-#+ 0,(.123q\xc3\xa4";
    static const iword ints[] = {0, 1, -1, 255, SMALL_MAX, SMALL_MIN};
    struct proc *p = unit_proc();
    for (int round = 0; round < 30000; round++) {
        char text[12];
        word n = below(sizeof(text));
        for (word i = 0; i < n; i++)
            text[i] = letters[below(sizeof(letters) - 1)];
        term args[3] = {str_make(p, text, n), mk_int(ints[below(ARRAY_LEN(ints))]), NIL};
        args[2] = below(2) ? float_encode(1.5) : NIL;
        if (is_none(unit_call(p, n_format, 3, args)))
            CHECK(!is_none(unit_raised(p)));
    }
}
