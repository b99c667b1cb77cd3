/* SPDX-License-Identifier: GPL-3.0-only */
/* The reader: what texts mean, what is wrong with others and where. */
#include "unit.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "lang/reader.h"
#include "run/names.h"
#include "term/equal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct reader reader_of(const char *text, word bytes)
{
    return (struct reader){.text = (const u8 *)text,
                           .bytes = bytes,
                           .line = 1,
                           .column = 1,
                           .ns = ns_find(S_user),
                           .positions = true,
                           .intern = true};
}

/* The form as pr writes it, in memory from malloc. */
static char *printed(term form)
{
    static const struct print_options options = {.readable = true, .length = -1, .level = -1};
    struct buf b = BUF_INIT;
    term stopped;
    enum print_status status = print_term(&b, form, &options, &stopped);
    buf_byte(&b, 0);
    char *text = status == PRINT_OK && !b.failed ? strdup((char *)b.data) : strdup("(not printed)");
    buf_free(&b);
    return text;
}

static void check_reads(const char *file, int line, const char *text, const char *expected, bool intern)
{
    struct proc own, *p = &own; /* tests have room for 64 processes only */
    ENSURE(heap_init(p, 256), "there is memory for a process");
    struct reader r = reader_of(text, strlen(text));
    r.intern = r.positions = intern;
    term form = NIL;
    enum read_status status = read_form(p, &r, &form);
    char *got = status == READ_FORM  ? printed(form)
                : status == READ_END ? strdup("(end)")
                                     : strdup(r.error ? r.error : "(pending)");
    if (strcmp(got, expected))
        unit_fail(file, line, "%s reads as %s, not %s", text, got, expected);
    free(got);
    heap_destroy(p);
}

/* As code and as data. */
#define READS(text, expected) \
    (check_reads(__FILE__, __LINE__, text, expected, true), check_reads(__FILE__, __LINE__, text, expected, false))

static void check_fails(const char *file, int line, const char *text, word bytes, enum read_status wanted, u32 at_line,
                        u32 at_column, const char *message)
{
    struct proc own, *p = &own;
    ENSURE(heap_init(p, 256), "there is memory for a process");
    struct reader r = reader_of(text, bytes);
    term form;
    enum read_status status = read_form(p, &r, &form);
    if (status != wanted)
        unit_fail(file, line, "%s: status %d instead of %d", text, status, wanted);
    else if (r.error_line != at_line || r.error_column != at_column)
        unit_fail(file, line, "%s: error at %u:%u, not %u:%u", text, r.error_line, r.error_column, at_line, at_column);
    else if (!strstr(r.error, message))
        unit_fail(file, line, "%s: \"%s\" does not say \"%s\"", text, r.error, message);
    heap_destroy(p);
}
#define FAILS(text, l, c, message) check_fails(__FILE__, __LINE__, text, sizeof(text) - 1, READ_ERROR, l, c, message)
#define UNFINISHED(text, l, c, message) \
    check_fails(__FILE__, __LINE__, text, sizeof(text) - 1, READ_INCOMPLETE, l, c, message)

TEST(atoms_read_as_themselves)
{
    READS("nil", "nil");
    READS("true", "true");
    READS("false", "false");
    READS("42", "42");
    READS("-7", "-7");
    READS("+7", "7");
    READS("0xFF", "255");
    READS("1_000", "1000");
    READS("22/7", "22/7");
    READS("1.5", "1.5");
    READS("123456789012345678901234567890", "123456789012345678901234567890");
    READS("##Inf", "##Inf");
    READS("##-Inf", "##-Inf");
    READS("##NaN", "##NaN");
    READS("foo", "foo");
    READS("foo/bar", "foo/bar");
    READS("/", "/");
    READS("clojure.core//", "clojure.core//");
    READS("+", "+");
    READS("->x", "->x");
    READS("a'b#", "a'b#");
    READS("%", "%");
    READS(":a", ":a");
    READS(":a/b", ":a/b");
    READS(":1", ":1");
    READS("::a", ":user/a");
    READS("é/ü", "é/ü");
}

TEST(strings_know_clojures_escapes)
{
    READS("\"\"", "\"\"");
    READS("\"a\\tb\\n\\r\\b\\f\\\"\\\\\\'\"", "\"a\\tb\\n\\r\\b\\f\\\"\\\\'\"");
    READS("\"\\u00e9\\101\"", "\"éA\"");
    READS("\"\\uD83D\\uDE00\"", "\"😀\"");
    READS("\"\\u0000\\u001B\"", "\"\\u0000\\u001B\"");
    READS("\"line\nbreak\"", "\"line\\nbreak\"");
    FAILS("\"a\\q\"", 1, 4, "no such escape");
    FAILS("\"\\u12\"", 1, 3, "four hexadecimal digits");
    FAILS("\"\\uD800\"", 1, 3, "four hexadecimal digits");
    FAILS("\"\\777\"", 1, 3, "at most");
    UNFINISHED(" \"abc", 1, 2, "no closing");
    UNFINISHED("\"abc\\\"", 1, 1, "no closing");
}

TEST(characters_have_names)
{
    READS("\\a", "\\a");
    READS("\\newline", "\\newline");
    READS("\\space", "\\space");
    READS("\\tab", "\\tab");
    READS("\\backspace", "\\backspace");
    READS("\\formfeed", "\\formfeed");
    READS("\\return", "\\return");
    READS("\\u0041", "\\A");
    READS("\\o101", "\\A");
    READS("\\u", "\\u");
    READS("\\o", "\\o");
    READS("\\é", "\\é");
    READS("[\\( \\) \\\\]", "[\\( \\) \\\\]");
    READS("\\o0", "\\u0000");
    FAILS("\\foo", 1, 1, "is no character");
    FAILS("\\uD800", 1, 1, "is no character");
    FAILS("\\o400", 1, 1, "is no character");
    UNFINISHED("\\", 1, 1, "name of a character");
}

TEST(collections_nest)
{
    READS("()", "()");
    READS("(1 (2 [3 {:a #{4}}]))", "(1 (2 [3 {:a #{4}}]))");
    READS("[1, 2,, 3]", "[1 2 3]");
    READS("{:a 1 :b 2}", "{:a 1, :b 2}");
    READS("#{}", "#{}");
    READS("{}", "{}");
    READS("(1 ; comment\n 2 #! another\n)", "(1 2)");
    READS("[1 #_2 #_ #_ 3 4 5]", "[1 5]");
    READS("#_a", "(end)");
    READS("  ; nothing\n", "(end)");
    READS("\xef\xbb\xbf 1", "1");
}

TEST(errors_name_the_place_and_what_was_expected)
{
    FAILS(")", 1, 1, "unmatched ) at 1:1");
    FAILS("(1\n  ]", 2, 3, "unmatched ] at 2:3: the list opened at 1:1 with ( wants )");
    FAILS("[1 '}", 1, 5, "followed by }");
    FAILS("{:a}", 1, 1, "without a value");
    FAILS("{:a 1 :a 2}", 1, 7, "duplicate key in a map: :a");
    FAILS("#{1 [2] [2]}", 1, 9, "duplicate element of a set: [2]");
    FAILS("1x", 1, 1, "1x is not a number");
    FAILS("a/", 1, 1, "not a symbol");
    FAILS("a/b/", 1, 1, "not a symbol");
    FAILS("a//b", 1, 1, "not a symbol");
    FAILS("/a/b", 1, 1, "not a symbol");
    FAILS(":a//b", 1, 1, "not a keyword");
    FAILS(":", 1, 1, "not a keyword");
    FAILS("::none/x", 1, 1, "no alias none");
    FAILS("##Foo", 1, 3, "no number");
    FAILS("#<x>", 1, 1, "no meaning");
    FAILS("(a \x01)", 1, 4, "control character, U+0001");
    FAILS("a\xff", 1, 2, "not UTF-8");
    FAILS("; \xc3(\n1", 1, 3, "not UTF-8");
    FAILS("\"\xe2\x82\"", 1, 2, "not UTF-8");
    FAILS("(a \0)", 1, 4, "U+0000");
    UNFINISHED("\n  (1 [2]", 2, 3, "the list opened at 2:3 is not closed: expected )");
    UNFINISHED("#{1", 1, 1, "the set opened at 1:1");
    UNFINISHED("'", 1, 1, "not followed by a form");
    UNFINISHED("(#_", 1, 2, "not followed by a form");
    UNFINISHED("^:a", 1, 1, "not followed by a form");
}

TEST(a_large_map_refuses_duplicates_at_their_place)
{
    FAILS("{0 0 1 0 2 0 3 0 4 0 5 0 6 0 7 0 8 0 3 0}", 1, 38, "duplicate key in a map: 3");
    FAILS("#{0 1 2 3 4 5 6 7 8 9 5}", 1, 23, "duplicate element of a set: 5");
}

TEST(prefixes_wrap_forms)
{
    READS("'a", "(quote a)");
    READS("@a", "(lona.core/deref a)");
    READS("#'a/b", "(var a/b)");
    READS("~a", "(lona.core/unquote a)");
    READS("~@a", "(lona.core/unquote-splicing a)");
    READS("''a", "(quote (quote a))");
    READS("#(+ % 1)", "(fn* ([%1#] (+ %1# 1)))");
    READS("#(+ %2 %&)", "(fn* ([%1# %2# & %&#] (+ %2# %&#)))");
    READS("#()", "(fn* ([] ()))");
    READS("[#(%) #(%2)]", "[(fn* ([%1#] (%1#))) (fn* ([%1# %2#] (%2#)))]");
    FAILS("#(a #(b))", 1, 5, "#() inside #()");
    FAILS("#(a %21)", 1, 5, "no parameter");
    FAILS("#(a %x)", 1, 5, "no parameter");
}

TEST(tags_make_values)
{
    READS("#\"a\\d+\\\"\"", "#\"a\\d+\\\"\"");
    READS("#bytes[0x48 105]", "#bytes[0x48 0x69]");
    READS("#bytes\"Hi\"", "#bytes[0x48 0x69]");
    READS("#inst \"2020-01-02T03:04:05.678Z\"", "#inst \"2020-01-02T03:04:05.678-00:00\"");
    READS("#uuid \"00112233-4455-6677-8899-aabbccddeeff\"", "#uuid \"00112233-4455-6677-8899-aabbccddeeff\"");
    READS("#foo/bar [1 2]", "#foo/bar [1 2]");
    FAILS("#bytes[256]", 1, 1, "0 to 255");
    FAILS("#inst 1", 1, 1, "not a string");
    FAILS("#uuid \"x\"", 1, 1, "#uuid");
    READS("#bits[version:4 len:16/big rest/bytes]", "(bits* [[version 4 []] [len 16 [:big]] [rest nil [:bytes]]])");
    READS("#bits[1:n/little-signed (f x):8 \"ab\"]", "(bits* [[1 n [:little :signed]] [(f x) 8 []] [\"ab\" nil []]])");
    READS("#bits[a:(f [1 b:c])/bytes x]", "(bits* [[a (f [1 b:c]) [:bytes]] [x nil []]])");
    READS("#bits[a:(+ n 1)/unit:8-bytes b]", "(bits* [[a (+ n 1) [8 :bytes]] [b nil []]])");
    READS("#bits[\\a:3 \\u03bb/utf8 \\:/utf8 \\/:8]",
          "(bits* [[\\a 3 []] [\\λ nil [:utf8]] [\\: nil [:utf8]] [\\/ 8 []]])");
    FAILS("#bits[a:-1]", 1, 8, "a size");
    FAILS("#bits[a:8/unit:]", 1, 10, "options");
    FAILS("#bits[a:8/unit:x]", 1, 10, "options");
    FAILS("#bits[a:(f x]", 1, 13, "wants )");
    FAILS("#bits[a/]", 1, 8, "options");
}

TEST(namespaced_maps_qualify_their_keys)
{
    READS("#:a{:b 1 :c/d 2 :_/e 3 f 4}", "{:a/b 1, :c/d 2, :e 3, a/f 4}");
    READS("#::{:b 1}", "{:user/b 1}");
    FAILS("#:a [1]", 1, 1, "followed by a map");
    FAILS("#::zz{:a 1}", 1, 1, "no alias zz");
    FAILS("#:a{:b 1 _/c/d 2}", 1, 1, "without a namespace whose name has a /: c/d");
}

TEST(reader_conditionals_choose_lona_then_default)
{
    READS("#?(:clj 1 :lona 2 :default 3)", "2");
    READS("[#?(:clj 1) 2]", "[2]");
    READS("#?(:clj 1 :default 3)", "3");
    READS("[1 #?@(:lona [2 3]) 4]", "[1 2 3 4]");
    READS("#?(:clj #java.util.Date[\"x\"] :lona #?(:default :in))", ":in");
    READS("#?(:cljs #js {:a ::zz/b} :lona 1)", "1");
    FAILS("#?(:lona)", 1, 9, "without its form");
    FAILS("#?(1 2)", 1, 4, "feature");
    FAILS("#?@(:lona [1])", 1, 1, "splices");
    FAILS("[#?@(:lona 1)]", 1, 2, "wants a list or vector");
}

TEST(metadata_is_merged)
{
    struct proc *p = unit_proc();
    const char *text = "[^:a ^{:b 1} x ^String [] ^:c (f)]";
    struct reader r = reader_of(text, strlen(text));
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    static const struct print_options options = {.readable = true, .meta = true, .length = -1, .level = -1};
    struct buf b = BUF_INIT;
    term stopped;
    CHECK_EQ_INT(print_term(&b, form, &options, &stopped), PRINT_OK);
    buf_byte(&b, 0);
    CHECK(!strcmp((char *)b.data, "[^{:b 1, :a true} x ^String [] ^{:line 1, :column 31, :c true} (f)]"));
    buf_free(&b);
    FAILS("^:a 1", 1, 1, "metadata goes with");
    FAILS("^1 a", 1, 1, "metadata is a map");
}

TEST(lists_of_code_know_the_places_of_their_elements)
{
    struct proc *p = unit_proc();
    const char *text = "\n (a\n  (b) é c)";
    struct reader r = reader_of(text, strlen(text));
    term form;
    u32 line, column;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    static const u32 places[][2] = {{2, 2}, {2, 3}, {3, 3}, {3, 7}, {3, 9}};
    for (int i = -1; i < 4; i++) {
        CHECK(form_position(form, i, &line, &column));
        CHECK_EQ_INT(line, places[i + 1][0]);
        CHECK_EQ_INT(column, places[i + 1][1]);
    }
    CHECK(!form_position(form, 4, &line, &column));
    CHECK_EQ_INT(r.form_line, 2);
    CHECK_EQ_INT(r.form_column, 2);
    CHECK_EQ_INT(r.at, strlen(text));
}

TEST(comments_directly_above_a_form_belong_to_it)
{
    struct proc *p = unit_proc();
    const char *text = "; far\n\n; one\n; two\n(a) ; trailing\n\n(b) ; beside\n(c)";
    struct reader r = reader_of(text, strlen(text));
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    CHECK(!strncmp(text + r.comment_at, "; one", 5));
    CHECK(!strncmp(text + r.form_at, "(a)", 3));
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    CHECK_EQ_INT(r.comment_at, r.form_at);
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    CHECK_EQ_INT(r.comment_at, r.form_at);
    CHECK_EQ_INT(read_form(p, &r, &form), READ_END);
}

TEST(syntax_quote_builds_code)
{
    READS("`1", "1");
    READS("`:a", ":a");
    READS("`x", "(quote user/x)");
    READS("`(if a)", "(quote (if user/a))");
    READS("`()", "()");
    READS("`[]", "(quote [])");
    READS("`~x", "x");
    READS("`(a ~b)", "(lona.core/list (quote user/a) b)");
    READS("`(~@xs)", "(lona.core/seq (lona.core/concat xs))");
    READS("`(a ~@xs 1)", "(lona.core/seq (lona.core/concat (lona.core/list (quote user/a)) xs (lona.core/list 1)))");
    READS("`[a ~b]", "[(quote user/a) b]");
    READS("`[~@xs]", "(lona.core/vec (lona.core/concat xs))");
    READS("`{:a ~b}", "(lona.core/hash-map :a b)");
    READS("`#{~b}", "(lona.core/hash-set b)");
    READS("`#{~@b}", "(lona.core/apply lona.core/hash-set (lona.core/concat b))");
    READS("`clojure.core/map", "(quote lona.core/map)");
    READS("`(lona.core/%force %force)", "(quote (lona.core/%force lona.core/%force))");
    READS("`(quote ~x)", "(lona.core/list (quote quote) x)");
    READS("`~'x", "(quote x)");
    READS("``~~x", "x");
    READS("``never-seen/before", "(quote (quote never-seen/before))");
    READS("`^:m never-seen2/before", "(quote never-seen2/before)");
    FAILS("`~@x", 1, 1, "splices");
}

TEST(generated_symbols_are_the_same_in_one_template_only)
{
    struct proc *p = unit_proc();
    const char *text = "[`(x# x#) `x#]";
    struct reader r = reader_of(text, strlen(text));
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    term both = cons_head(cons_tail(vec_nth(form, 0))), other = cons_head(cons_tail(vec_nth(form, 1)));
    if (is_type(both, T_LIST))
        both = OBJ(list, both)->cells;
    CHECK(names_equal(cons_head(both), cons_head(cons_tail(both))));
    CHECK(!names_equal(cons_head(both), other));
}

TEST(long_templates_are_built_in_groups)
{
    struct proc *p = unit_proc();
    struct buf b = BUF_INIT;
    buf_text(&b, "`(");
    for (int i = 0; i < 5000; i++)
        buf_format(&b, "~a%d ", i);
    buf_text(&b, ")");
    struct reader r = reader_of((char *)b.data, b.count);
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    char *text = printed(form);
    CHECK(!strncmp(text, "(lona.core/seq (lona.core/concat (lona.core/list a0 ", 40));
    CHECK(strstr(text, "a4999") != NULL);
    free(text);
    buf_free(&b);
}

/* --- what hostile texts do ------------------------------------------------------------------------------------------
 */

static void read_deep(const char *open, const char *close, word depth, const char *middle)
{
    struct proc *p = unit_proc();
    struct buf b = BUF_INIT;
    for (word i = 0; i < depth; i++)
        buf_text(&b, open);
    struct reader r = reader_of((char *)b.data, b.count);
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_INCOMPLETE);
    buf_text(&b, middle);
    for (word i = 0; i < depth; i++)
        buf_text(&b, close);
    r = reader_of((char *)b.data, b.count);
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    char *text = printed(form);
    CHECK(strlen(text) > depth);
    free(text);
    buf_free(&b);
}

#ifdef LONA_GC_ALWAYS
#define DEEP 300
#define LONG 500
#else
#define DEEP 1000000
#define LONG 200000
#endif

TEST(a_million_nested_lists_are_read_and_printed)
{
    read_deep("(", ")", DEEP, "");
}
TEST(a_million_nested_vectors_are_read_and_printed)
{
    read_deep("[", "]", DEEP, "");
}
TEST(nested_sets_are_read_and_printed)
{
    read_deep("#{", "}", DEEP, "");
}
TEST(a_million_quotes_are_read_and_printed)
{
    read_deep("'", "", DEEP, "a");
}
TEST(nested_templates_are_read_and_printed)
{
    read_deep("`(~", ")", 12, "a");
    read_deep("`[", "]", 12, "~a");
}
TEST(deep_templates_are_read)
{
    struct proc *p = unit_proc();
    struct buf b = BUF_INIT;
    buf_text(&b, "`");
    for (word i = 0; i < DEEP / 4; i++)
        buf_text(&b, "(a ");
    buf_text(&b, "~x");
    buf_fill(&b, ')', DEEP / 4);
    struct reader r = reader_of((char *)b.data, b.count);
    term form;
    CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
    buf_free(&b);
}

TEST(long_collections_keep_all_their_elements)
{
    struct proc *p = unit_proc();
    static const char *const brackets[][2] = {{"(", ")"}, {"[", "]"}, {"#{", "}"}};
    for (unsigned kind = 0; kind < 3; kind++) {
        struct buf b = BUF_INIT;
        buf_text(&b, brackets[kind][0]);
        for (word i = 0; i < LONG; i++)
            buf_format(&b, "%u ", (unsigned)i);
        buf_text(&b, brackets[kind][1]);
        struct reader r = reader_of((char *)b.data, b.count);
        term form;
        CHECK_EQ_INT(read_form(p, &r, &form), READ_FORM);
        word count = kind == 0   ? (word)int_value(OBJ(list, form)->count)
                     : kind == 1 ? vec_count(form)
                                 : set_count(form);
        CHECK_EQ_INT(count, LONG);
        buf_free(&b);
    }
}

TEST(random_bytes_are_read_or_refused)
{
    static const char alphabet[] = "()[]{}#'`~@^\\\"; ,ab:/%&_?!<=+-.09\n\t\xc3\xa9\xff";
    struct proc *p = unit_proc();
    u64 seed = 12345;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        word n = (seed >> 40) % sizeof(text);
        for (word i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = alphabet[(seed >> 33) % (sizeof(alphabet) - 1)];
        }
        struct reader r = reader_of(text, n);
        r.intern = round % 2;
        term form;
        while (read_form(p, &r, &form) == READ_FORM) {
            char *got = printed(form);
            free(got);
        }
        unit_raised(p);
    }
}
