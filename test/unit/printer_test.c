/* SPDX-License-Identifier: GPL-3.0-only */
/* The printer: Clojure's notation, what cuts it short, and that data which is printed reads back equal. */
#include "unit.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "lang/reader.h"
#include "run/names.h"
#include "run/vars.h"
#include "term/equal.h"

#include <stdlib.h>
#include <string.h>

static const struct print_options readable = {.readable = true, .length = -1, .level = -1};

static term read_text(struct proc *p, const char *text, word bytes)
{
    struct reader r = {.text = (const u8 *)text, .bytes = bytes, .line = 1, .column = 1, .ns = ns_find(S_user)};
    term form = NIL;
    ENSURE(read_form(p, &r, &form) == READ_FORM, "the test's text is one form");
    return form;
}

static void check_prints(const char *file, int line, term t, const struct print_options *options, const char *expected)
{
    struct buf b = BUF_INIT;
    term stopped;
    enum print_status status = print_term(&b, t, options, &stopped);
    buf_byte(&b, 0);
    if (status != PRINT_OK)
        unit_fail(file, line, "status %d", status);
    else if (strcmp((char *)b.data, expected))
        unit_fail(file, line, "printed %s, not %s", (char *)b.data, expected);
    buf_free(&b);
}
#define PRINTS(t, options, expected) check_prints(__FILE__, __LINE__, t, options, expected)
#define TEXT_PRINTS(text, options, expected) PRINTS(read_text(p, text, strlen(text)), options, expected)

TEST(print_leaves_text_as_it_is)
{
    struct proc *p = unit_proc();
    static const struct print_options plain = {.length = -1, .level = -1};
    TEXT_PRINTS("[\"a\\n\\\"b\" \\newline \\x nil]", &plain, "[a\n\"b \n x nil]");
    TEXT_PRINTS("[\"a\\n\\\"b\" \\newline \\x nil]", &readable, "[\"a\\n\\\"b\" \\newline \\x nil]");
}

TEST(length_and_level_cut)
{
    struct proc *p = unit_proc();
    struct print_options o = readable;
    o.length = 2;
    TEXT_PRINTS("[1 2 3]", &o, "[1 2 ...]");
    TEXT_PRINTS("[1 2]", &o, "[1 2]");
    TEXT_PRINTS("(1 2 3)", &o, "(1 2 ...)");
    TEXT_PRINTS("{1 2 3 4 5 6}", &o, "{1 2, 3 4, ...}");
    o.length = 0;
    TEXT_PRINTS("[1]", &o, "[...]");
    TEXT_PRINTS("[]", &o, "[]");
    o.length = -1;
    o.level = 1;
    TEXT_PRINTS("[1 [2] (3) {4 [5]}]", &o, "[1 # # #]");
    o.level = 2;
    TEXT_PRINTS("[1 [2 [3]] {4 [5]}]", &o, "[1 [2 #] {4 #}]");
    o.level = 0;
    TEXT_PRINTS("[1]", &o, "#");
    TEXT_PRINTS("1", &o, "1");
}

TEST(output_can_be_cut_by_size)
{
    struct proc *p = unit_proc();
    struct print_options o = readable;
    o.max_bytes = 10;
    TEXT_PRINTS("[1 2 3 4 5 6 7 8 9 10 11 12 13]", &o, "[1 2 3 4 5 6...");
    TEXT_PRINTS("\"abcdefghijklmnop\"", &o, "\"abcdefghij\"");
}

TEST(objects_that_cannot_be_read_say_what_they_are)
{
    struct proc *p = unit_proc();
    term var = ns_intern(ns_find(S_user), S_form);
    PRINTS(var, &readable, "#'user/&form");
    PRINTS(ns_find(S_user), &readable, "#<namespace user>");
    PRINTS(*var_cell(ns_intern(NS_core, intern_symbol(NULL, 0, "println", 7))), &readable, "#<fn lona.core/println>");
    CHECK(heap_reserve(p, 2));
    struct obj_volatile *v = (struct obj_volatile *)heap_take_box(p, T_VOLATILE, 0, 1);
    v->value = mk_int(1);
    PRINTS(mk_box_ptr(v), &readable, "#<volatile 1>");
    v->value = mk_box_ptr(v);
    PRINTS(mk_box_ptr(v), &readable, "#<volatile #<volatile ...>>");
    raise(p, E_TYPE_ERROR, "no %s", "way");
    PRINTS(p->pending_value, &readable, "#<condition :type-error \"no way\">");
    unit_raised(p);
}

TEST(an_unrealised_lazy_cell_stops_the_printer_or_is_named)
{
    struct proc *p = unit_proc();
    CHECK(heap_reserve(p, LAZY_WORDS + CONS_WORDS));
    term lazy = mk_lazy(p, NIL), list = mk_cons(p, mk_int(1), lazy), stopped = NIL;
    struct buf b = BUF_INIT;
    CHECK_EQ_INT(print_term(&b, list, &readable, &stopped), PRINT_LAZY);
    CHECK_SAME(stopped, lazy);
    buf_free(&b);
    struct print_options o = readable;
    o.force_not = true;
    PRINTS(list, &o, "(1 #<lazy>)");
}

/* --- round trips ---------------------------------------------------------------------------------------------------
 */

static u64 state;
static u32 chance(u32 n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (u32)(state >> 33) % n;
}

static void random_word(struct buf *b)
{
    static const char *const pieces[] = {"a", "b-c", "x?", "é", "λ", "*y*", "->", "n.m", "z1"};
    for (u32 n = 1 + chance(3); n--;)
        buf_text(b, pieces[chance(ARRAY_LEN(pieces))]);
}

/* Text of a random value, unlike any before it in a map or set: unique is a number put into it. */
static void random_text(struct buf *b, unsigned depth, unsigned unique)
{
    static const char *const leaves[] = {"nil",       "true",
                                         "\\newline", "\\x",
                                         "1.5e-300",  "-0.0",
                                         "3.0",       "##Inf",
                                         "22/7",      "1.50M",
                                         "#bytes[1]", "()",
                                         "[]",        "{}",
                                         "#{}",       "\"\"",
                                         "#\"a+\"",   "\\u0000",
                                         "\\é",       "1e22",
                                         "1/3",       "123456789012345678901234567890"};
    static const char *const open[] = {"(", "[", "{", "#{"}, *const close[] = {")", "]", "}", "}"};
    u32 kind = chance(depth ? 9 : 5);
    switch (kind) {
    case 0:
        buf_format(b, "%d", (int)chance(2000000000) - 1000000000);
        return;
    case 1:
        buf_text(b, leaves[chance(ARRAY_LEN(leaves) - 6)]);
        return;
    case 2:
        buf_text(b, chance(2) ? ":" : "");
        random_word(b);
        if (chance(2)) {
            buf_byte(b, '/');
            random_word(b);
        }
        return;
    case 3:
        buf_format(b, "\"%u\\n\\\\\\\"\\u00e9 x\ttab\"", unique);
        return;
    case 4:
        buf_text(b, leaves[chance(ARRAY_LEN(leaves))]);
        return;
    default:
        break;
    }
    kind -= 5;
    buf_text(b, open[kind]);
    for (u32 i = chance(chance(4) ? 6 : 40); i--;) {
        if (kind >= 2)
            buf_format(b, "[%u %u] ", unique, i); /* keys differ */
        if (kind != 3)
            random_text(b, depth - 1, i);
        buf_byte(b, ' ');
    }
    buf_text(b, close[kind]);
}

TEST(what_is_printed_reads_back_equal)
{
#ifdef LONA_GC_ALWAYS
    unsigned rounds = 60;
#else
    unsigned rounds = 3000;
#endif
    struct proc *p = unit_proc();
    for (unsigned round = 0; round < rounds; round++) {
        state = round;
        struct buf text = BUF_INIT, again = BUF_INIT;
        term lazy, stopped;
        random_text(&text, 4, round);
        term value = read_text(p, (char *)text.data, text.count);
        CHECK_EQ_INT(print_term(&again, value, &readable, &stopped), PRINT_OK);
        p->result = value;
        term copy = read_text(p, (char *)again.data, again.count);
        buf_byte(&again, 0);
        again.count--;
        bool has_regex = strstr((char *)again.data, "#\"") != NULL; /* equal only to itself */
        if (!has_regex && term_equal(p->result, copy, &lazy) != TRUTH_YES)
            unit_fail(__FILE__, __LINE__, "round %u: %.*s", round, (int)again.count, (char *)again.data);
        buf_free(&text);
        buf_free(&again);
    }
}

TEST(every_character_reads_back)
{
    struct proc *p = unit_proc();
    for (u32 c = 0; c <= 0x10ffff; c += c < 0x3100 ? 1 : 997) {
        if (!is_code_point(c))
            continue;
        struct buf b = BUF_INIT;
        term stopped;
        print_term(&b, mk_char(c), &readable, &stopped);
        term back = read_text(p, (char *)b.data, b.count);
        if (!same(back, mk_char(c)))
            unit_fail(__FILE__, __LINE__, "U+%04X", c);
        buf_free(&b);
    }
}
