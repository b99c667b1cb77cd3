/* SPDX-License-Identifier: GPL-3.0-only */
/* regex_test.c: Java's syntax, matching, limits, the table of compiled patterns. */
#include "data/buf.h"
#include "data/regex.h"
#include "data/vectors.h"
#include "pure.h"
#include "unit.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/regex.def"
#undef NATIVE

static bool translates(const char *from, const char *to)
{
    struct buf out = BUF_INIT;
    word at;
    const char *error = regex_translate(&out, (const u8 *)from, strlen(from), ~(word)0, &at);
    bool good = !error && out.count == strlen(to) && !memcmp(out.data, to, out.count);
    if (!good)
        unit_fail(__FILE__, __LINE__, "%s became %.*s %s", from, (int)out.count, (const char *)out.data,
                  error ? error : "");
    buf_free(&out);
    return good;
}

TEST(javas_syntax_is_translated)
{
    translates("a\\.b[c-d]", "a\\.b[c-d]");
    translates("\\p{Alpha}[\\p{Lower}\\P{Digit}_]", "[[:alpha:]][[:lower:][:^digit:]_]");
    translates("\\p{L}\\p{IsGreek}\\P{IsAlphabetic}", "\\p{L}\\p{Greek}\\P{Alphabetic}");
    translates("\\u00e9\\uD83D\\uDE00\\012", "\\x{e9}\\x{1f600}\\x{a}");
    translates("\\Q[a&&b]\\E[x]", "\\Q[a&&b]\\E[x]");
    translates("[a-z&&[^bc]]", "(?:(?=[a-z])(?:[^bc]))");
    translates("[a-c[x-z]]", "(?:(?:[a-c]|[x-z]))");
    translates("[^a-z&&[bc]]", "(?:(?!(?=[a-z])(?:[bc]))(?s:.))");
    translates("[[:alpha:]]", "[[:alpha:]]");
    translates("[\\]&&\\[]", "(?:(?=[\\]])(?:[\\[]))");
}

/* What re-find or re-matches finds: the text, "nil", or with groups their texts separated by |. */
static bool finds(native_fn *fn, const char *regex, const char *text, const char *result)
{
    struct proc *p = unit_proc();
    term args[2] = {str_from_c(p, regex), NIL};
    args[0] = regex_compile(p, args[0]);
    if (is_none(args[0]))
        return false;
    args[0] = shared_copy(p, args[0]); /* out of the collector's way */
    args[1] = str_from_c(p, text);
    term found = unit_call(p, fn, 2, args);
    struct buf b = BUF_INIT;
    word n = is_vector(found) ? vec_count(found) : 1;
    for (word i = 0; i < n; i++) {
        term part = is_vector(found) ? vec_nth(found, i) : found;
        buf_text(&b, i ? "|" : "");
        if (is_string(part))
            buf_append(&b, str_view(part).data, str_view(part).bytes);
        else
            buf_text(&b, is_nil(part) ? "nil" : "?");
    }
    buf_byte(&b, 0);
    bool good = b.count == strlen(result) + 1 && !memcmp(b.data, result, b.count);
    if (!good)
        unit_fail(__FILE__, __LINE__, "%s in %s: %.*s", regex, text, (int)b.count, (const char *)b.data);
    buf_free(&b);
    return good;
}

TEST(matches_are_found)
{
    finds(n_re_find, "\\d+", "ab12c3", "12");
    finds(n_re_find, "x", "ab", "nil");
    finds(n_re_find, "", "", "");
    finds(n_re_find, "(a)(b)?(c)", "-ac", "ac|a|nil|c");
    finds(n_re_find, "[a-z&&[^a-c]]+", "abcdef", "def");
    finds(n_re_find, "[a-c[x-z]]+", "mmaxbzq", "axbz");
    finds(n_re_find, "[^a-z&&[bc]]", "bd", "d");
    finds(n_re_find, "\\p{Upper}", "aäÄB", "B");
    finds(n_re_find, "(?i)ÄB", "xäb", "äb");
    finds(n_re_find, ".+", "ab\r\ncd", "ab");
    finds(n_re_find, "(?m)^c.$", "ab\ncd", "cd");
    finds(n_re_matches, "a|ab", "ab", "ab");
    finds(n_re_matches, "a", "ab", "nil");
    finds(n_re_find, "(?<year>\\d{4})", "in 2024", "2024|2024");
}

TEST(bad_patterns_say_where)
{
    static const char *const bad[] = {"(",     "a)", "[a",    "*",         "[a&&", "[a[b[c]]]",
                                      "(?<n>", "\\", "[b-a]", "\\p{Nope}", "\\C"};
    for (unsigned i = 0; i < ARRAY_LEN(bad); i++) {
        struct proc *p = unit_proc();
        if (!is_none(regex_compile(p, str_from_c(p, bad[i]))))
            unit_fail(__FILE__, __LINE__, "%s was accepted", bad[i]);
        CHECK(!is_none(unit_raised(p)));
    }
}

TEST(runaway_matches_end)
{
    struct proc *p = unit_proc();
    term args[2];
    args[0] = shared_copy(p, regex_compile(p, str_from_c(p, "(a+)+$")));
    args[1] = str_from_c(p, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    CHECK(is_none(unit_call(p, n_re_find, 2, args)));
    CHECK(!is_none(unit_raised(p)));
}

TEST(a_regex_that_lost_its_place_is_compiled_again)
{
    struct proc *p = unit_proc();
    term first = shared_copy(p, regex_compile(p, str_from_c(p, "a([0-9])")));
    for (int i = 0; i < 3000; i++) {
        char text[32];
        snprintf(text, sizeof(text), "x%d", i);
        CHECK(!is_none(regex_compile(p, str_from_c(p, text))));
    }
    term args[2] = {first, NIL};
    args[1] = str_from_c(p, "-a7");
    term found = unit_call(p, n_re_find, 2, args);
    CHECK(is_vector(found) && str_is(vec_nth(found, 1), "7"));
}

static bool replaces(const char *text, const char *regex, const char *by, const char *result)
{
    struct proc *p = unit_proc();
    term re = shared_copy(p, regex_compile(p, str_from_c(p, regex)));
    term shared_by = shared_copy(p, str_from_c(p, by));
    term args[4] = {str_from_c(p, text), re, shared_by, TRUE_TERM};
    term s = unit_call(p, n_re_replace, 4, args);
    return is_string(s) && str_is(s, result);
}

TEST(replacements_name_groups)
{
    CHECK(replaces("a1b2", "([a-z])(\\d)", "$2$1", "1a2b"));
    CHECK(replaces("ab", "", "-", "-a-b-"));
    CHECK(replaces("äö", "", "-", "-ä-ö-"));
    CHECK(replaces("aab", "a*", "x", "xxbx"));
    CHECK(replaces("x", "(?<n>x)", "[${n}]\\$", "[x]$"));
    CHECK(replaces("x", "(x)", "$10", "x0"));
    CHECK(!replaces("x", "(x)", "$2", ""));
    CHECK(!replaces("x", "(x)", "${m}", ""));
    CHECK(!replaces("x", "(x)", "\\", ""));
    CHECK(!replaces("x", "(x)", "$", ""));
}

TEST(splitting_is_javas)
{
    struct {
        const char *text, *regex;
        int limit;
        const char *parts;
    } cases[] = {
        {"a,b,,", ",", 0, "a|b"},       {"a,b,,", ",", -1, "a|b||"}, {"a,b,c", ",", 2, "a|b,c"}, {",a", ",", 0, "|a"},
        {"abc", "", 0, "a|b|c"},        {"abc", "", -1, "a|b|c|"},   {"", ",", 0, ""},           {"abc", "x", 0, "abc"},
        {"a1b22c", "\\d+", 0, "a|b|c"}, {"äxö", "x", 0, "ä|ö"},      {"abc", ",", 1, "abc"},
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct proc *p = unit_proc();
        term re = shared_copy(p, regex_compile(p, str_from_c(p, cases[i].regex)));
        term args[3] = {str_from_c(p, cases[i].text), re, mk_int(cases[i].limit)};
        term v = unit_call(p, n_re_split, 3, args);
        struct buf b = BUF_INIT;
        for (word j = 0; is_vector(v) && j < vec_count(v); j++) {
            buf_text(&b, j ? "|" : "");
            buf_append(&b, str_view(vec_nth(v, j)).data, str_view(vec_nth(v, j)).bytes);
        }
        if (b.count != strlen(cases[i].parts) || memcmp(b.data ? b.data : (u8 *)"", cases[i].parts, b.count))
            unit_fail(__FILE__, __LINE__, "case %u: %.*s", i, (int)b.count, (const char *)b.data);
        buf_free(&b);
    }
}

TEST(any_text_is_a_pattern_or_an_error)
{
    static const char *const pieces[] = {
        "a",   "b-d",       "[",  "]",   "[^",  "&&",   "(",          ")",     "(?:",    "(?=",     "*",    "+?",
        "{2}", "|",         "\\", "\\Q", "\\E", "\\p{", "\\p{Alpha}", "}",     "\\u00",  "\\u00e9", "\\0",  "\\012",
        "\\d", "[:alpha:]", "^",  "$",   ".",   "ä",    "\\1",        "(?<n>", "\\k<n>", "\\K",     "(?i)", "\\uD83D"};
    u64 seed = 12345;
    struct proc *p = unit_proc();
    for (int round = 0; round < 20000; round++) {
        struct buf b = BUF_INIT;
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        for (u64 x = seed >> 8; x; x /= 2 * ARRAY_LEN(pieces))
            buf_text(&b, pieces[x % ARRAY_LEN(pieces)]);
        term args[2] = {str_from_buf(p, &b), NIL};
        if (!is_none(args[0]))
            args[0] = regex_compile(p, args[0]);
        if (is_none(args[0])) {
            CHECK(!is_none(unit_raised(p)));
            continue;
        }
        OBJ(regex, args[0])->flags = 0; /* as if it had lost its place */
        args[1] = OBJ(regex, args[0])->source;
        term found = unit_call(p, n_re_find, 2, args);
        if (is_none(found))
            CHECK(!is_none(unit_raised(p)));
    }
}
