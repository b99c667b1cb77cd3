/* SPDX-License-Identifier: GPL-3.0-only */
/* num_text_test.c: number literals and printed numbers. */
#include "num_help.h"

TEST(literals_mean_what_the_language_says)
{
    static const char *const table[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"+7", "7"},
        {"42N", "42"},
        {"0N", "0"},
        {"1_000_000", "1000000"},
        {"0xFF", "255"},
        {"-0Xff_ffN", "-65535"},
        {"0b1010", "10"},
        {"0o17", "15"},
        {"017", "15"},
        {"00", "0"},
        {"2r101", "5"},
        {"36rZZ", "1295"},
        {"36rN", "23"},
        {"16rFFN", "255"},
        {"12345678901234567890123456789", "12345678901234567890123456789"},
        {"1152921504606846975", "1152921504606846975"},
        {"1152921504606846976", "1152921504606846976"},
        {"-1152921504606846976", "-1152921504606846976"},
        {"22/7", "22/7"},
        {"-4/6", "-2/3"},
        {"6/3", "2"},
        {"0/5", "0"},
        {"100000000000000000000/3", "100000000000000000000/3"},
        {"1.0", "1.0"},
        {"1.", "1.0"},
        {"-0.0", "-0.0"},
        {"6.02e23", "6.02E23"},
        {"1e3", "1000.0"},
        {"1E-5", "1.0E-5"},
        {"1_0.2_5e1_0", "1.025E11"},
        {"1e400", "##Inf"},
        {"-1e99999999999999999999", "##-Inf"},
        {"1e-99999999999999999999", "0.0"},
        {"01.5", "1.5"},
        {"1M", "1M"},
        {"1.50M", "1.50M"},
        {"1e3M", "1E+3M"},
        {"-1.5e-10M", "-1.5E-10M"},
        {"0.000001M", "0.000001M"},
        {"0.0000001M", "1E-7M"},
        {"0e5M", "0E+5M"},
        {"00000000000000000000000000000000000000000000000009.5M", "9.5M"},
    };
    struct proc *p = unit_proc();
    for (unsigned i = 0; i < ARRAY_LEN(table); i++)
        CHECK_TEXT(number(p, table[i][0]), table[i][1]);
}

TEST(what_is_no_number_is_absent)
{
    static const char *const table[] = {
        "",     "+",     "-",    "a",     ".5",   "1a",    "0x",   "0xG",    "0b2",     "0b",    "0o8",  "08",  "1r1",
        "37r1", "0r0",   "2r2",  "r1",    "1__0", "1_",    "_1",   "0x_1",   "1_.5",    "1._5",  "1e",   "1e+", "1e5_",
        "1NN",  "1NM",   "1.5N", "1/",    "/1",   "1/-2",  "1/2M", "1/2/3",  "1.5/2",   "0x1.8", "--1",  "+-1", "1 ",
        "1e1.", "1.2.3", "1MM",  "100r1", "0_x1", "0xFFM", "1Mx",  "0b1_N_", "1e5000N", "2_r1",  "0x-1", "1n",  "1m",
    };
    struct proc *p = unit_proc();
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        if (!is_absent(number(p, table[i])))
            unit_fail(__FILE__, __LINE__, "%s is taken for a number", table[i]);
    }
}

TEST(literals_past_a_limit_are_errors)
{
    struct proc *p = unit_proc();
    CHECK_ERROR(number(p, "1/0"), ARITHMETIC_ERROR);
    CHECK_ERROR(number(p, "0/00"), ARITHMETIC_ERROR);
    CHECK_ERROR(number(p, "1e99999999999M"), SIZE_LIMIT);
    CHECK_ERROR(number(p, "1e-99999999999M"), SIZE_LIMIT);
    word n = (word)NUM_MAX_BITS / 4 + 1;
    char *text = port_alloc(n + 3);
    memset(text, 'f', n + 2);
    memcpy(text, "0x", 2);
    CHECK_ERROR(num_parse(p, (u8 *)text, n + 2), SIZE_LIMIT);
    memset(text + 2, '0', n - 1);
    CHECK_TEXT(num_parse(p, (u8 *)text, n + 2), "15");
    port_free(text);
}

TEST(random_texts_are_numbers_or_not_but_nothing_worse)
{
    struct proc *p = unit_proc();
    static const char alphabet[] = "0123456789__..//eExXrRNMbo+-afzZ";
    for (int i = 0; i < 200000; i++) {
        char text[24];
        word n = chance() % sizeof text;
        for (word k = 0; k < n; k++)
            text[k] = alphabet[chance() % (sizeof alphabet - 1)];
        term t = num_parse(p, (u8 *)text, n);
        if (is_none(t))
            unit_raised(p);
    }
}

/* Parses what prints, in a radix; returns the digits' count. */
static word round_trip(struct proc *p, unsigned radix)
{
    struct buf text = BUF_INIT;
    buf_format(&text, "%s%ur", int_negative(A) ? "-" : "", radix);
    struct buf digits = BUF_INIT;
    CHECK(num_print(&digits, A, radix));
    buf_append(&text, digits.data + int_negative(A), digits.count - int_negative(A));
    term t = num_parse(p, text.data, text.count);
    CHECK(is_integer(t) && num_equal(A, t));
    word n = digits.count;
    buf_free(&text);
    buf_free(&digits);
    return n;
}

TEST(integers_read_back_in_every_radix)
{
    struct proc *p = unit_proc();
    mpz_t z;
    mpz_init(z);
    for (int i = 0; i < 4000; i++) {
        random_mpz(z, i % 100 ? 6 : 500);
        A = term_of_mpz(p, z);
        round_trip(p, 2 + chance() % 35);
    }
    mpz_clear(z);
}

TEST(a_million_digits_are_read_and_printed)
{
    struct proc *p = unit_proc();
    A = int_power(p, mk_int(10), 999999);
    CHECK_EQ_INT(round_trip(p, 10), 1000000);
    A = num_sub(p, A, mk_int(1));
    CHECK_EQ_INT(round_trip(p, 10), 999999);
}

static const char *float_text(double d)
{
    static char text[NUM_TEXT_MAX + 1];
    text[num_float_text(d, text)] = 0;
    return text;
}
#define CHECK_FLOAT(d, expected)                                                        \
    do {                                                                                \
        if (strcmp(float_text(d), expected) != 0)                                       \
            unit_fail(__FILE__, __LINE__, "%s is printed %s", expected, float_text(d)); \
    } while (0)

TEST(floats_are_printed_as_clojure_does)
{
    CHECK_FLOAT(1.0, "1.0");
    CHECK_FLOAT(-0.0, "-0.0");
    CHECK_FLOAT(0.1, "0.1");
    CHECK_FLOAT(100.0, "100.0");
    CHECK_FLOAT(123456.789, "123456.789");
    CHECK_FLOAT(9999999.0, "9999999.0");
    CHECK_FLOAT(1e7, "1.0E7");
    CHECK_FLOAT(1e10, "1.0E10");
    CHECK_FLOAT(12345678.9, "1.23456789E7");
    CHECK_FLOAT(0.001, "0.001");
    CHECK_FLOAT(0.00123, "0.00123");
    CHECK_FLOAT(0.000999, "9.99E-4");
    CHECK_FLOAT(1e-5, "1.0E-5");
    CHECK_FLOAT(1e23, "1.0E23");
    CHECK_FLOAT(2e-3, "0.002");
    CHECK_FLOAT(9007199254740993.0, "9.007199254740992E15");
    CHECK_FLOAT(1.7976931348623157e308, "1.7976931348623157E308");
    CHECK_FLOAT(2.2250738585072014e-308, "2.2250738585072014E-308");
    CHECK_FLOAT(4.9e-324, "4.9E-324");
    CHECK_FLOAT(0x1p-44, "5.684341886080802E-14");
    CHECK_FLOAT(INFINITY, "##Inf");
    CHECK_FLOAT(-INFINITY, "##-Inf");
    CHECK_FLOAT(NAN, "##NaN");
}

TEST(printed_floats_read_back_and_no_shorter_text_does)
{
    for (int i = 0; i < 100000; i++) {
        union {
            u64 u;
            double d;
        } x = {.u = i < 40000 ? ((u64)i % 2047) << 52 | (i % 3 ? 0 : chance() >> 40) : chance()};
        if (!isfinite(x.d))
            continue;
        const char *text = float_text(x.d);
        CHECK(strtod(text, NULL) == x.d);
        int digits = 0, zeros = 0;
        for (const char *at = text; *at && *at != 'E'; at++) {
            if (*at >= '0' && *at <= '9' && (digits || *at != '0')) {
                digits++;
                zeros = *at == '0' ? zeros + 1 : 0;
            }
        }
        char shorter[40];
        if (digits - zeros > 2) {
            snprintf(shorter, sizeof shorter, "%.*e", digits - zeros - 2, x.d);
            CHECK(strtod(shorter, NULL) != x.d);
        }
    }
}

TEST(decimals_have_the_scales_of_bigdecimal)
{
    static const struct {
        const char *a;
        char op;
        const char *b, *result;
    } table[] = {
        {"1.0M", '+', "2M", "3.0M"},
        {"1M", '+', "1/2", "1.5M"},
        {"1.5M", '*', "1.5M", "2.25M"},
        {"1M", '/', "8M", "0.125M"},
        {"1.00M", '/', "2M", "0.50M"},
        {"100M", '/', "0.5M", "2.0E+2M"},
        {"0M", '/', "3M", "0M"},
        {"6M", '/', "3M", "2M"},
        {"1M", '-', "1.000M", "0.000M"},
        {"7.5M", 'q', "2M", "3.0M"},
        {"7.5M", 'r', "2M", "1.5M"},
        {"-7.5M", 'm', "2M", "0.5M"},
        {"7M", 'q', "0.002M", "3.5E+3M"},
        {"1M", '+', "1.5", "2.5"},
        {"1E10M", '+', "1M", "10000000001M"},
        {"1E-1000000000M", 'q', "3M", "0E-1000000000M"},
    };
    struct proc *p = unit_proc();
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        A = number(p, table[i].a);
        B = number(p, table[i].b);
        term (*f)(struct proc *, term, term) = NULL;
        switch (table[i].op) {
        case '+':
            f = num_add;
            break;
        case '-':
            f = num_sub;
            break;
        case '*':
            f = num_mul;
            break;
        case '/':
            f = num_div;
            break;
        case 'q':
            f = num_quot;
            break;
        case 'r':
            f = num_rem;
            break;
        default:
            f = num_mod;
        }
        CHECK_TEXT(f(p, A, B), table[i].result);
    }
    A = number(p, "1M");
    CHECK_ERROR(num_div(p, A, mk_int(3)), ARITHMETIC_ERROR);
    B = number(p, "0.0M");
    CHECK_ERROR(num_div(p, A, B), ARITHMETIC_ERROR);
    B = number(p, "1/3");
    CHECK_ERROR(num_add(p, A, B), ARITHMETIC_ERROR);
    B = number(p, "1E-100000000M");
    CHECK_ERROR(num_add(p, A, B), SIZE_LIMIT);
    CHECK_EQ_INT(num_order(A, B), NUM_MORE);
    B = number(p, "1E1000000000M");
    CHECK_EQ_INT(num_order(A, B), NUM_LESS);
    CHECK_ERROR(num_truncate(p, B), SIZE_LIMIT);
    B = number(p, "1E-1000000000M");
    CHECK_TEXT(num_truncate(p, B), "0");
}

/* Digits read as a number and printed again, in a buffer for p; true when they are the same. */
static bool reads_back(struct proc *p, const u8 *digits, word n, unsigned radix)
{
    struct buf text = BUF_INIT, out = buf_of(p);
    if (radix == 36)
        buf_text(&text, "36r");
    buf_append(&text, digits, n);
    A = num_parse(p, text.data, text.count);
    bool same_text = is_bigint(A) && num_print(&out, A, radix) && out.count == n && !memcmp(out.data, digits, n);
    buf_free(&text);
    buf_free(&out);
    A = NIL;
    return same_text;
}
TEST(numbers_that_are_converted_in_parts_read_back)
{
    struct proc *p = unit_proc();
    static const word counts[] = {131071, 131072, 131073, 262143, 262144, 262145, 300000, 524289};
    static u8 digits[524289];
    for (unsigned i = 0; i < ARRAY_LEN(counts); i++) {
        word n = counts[i];
        memset(digits, '9', n);
        CHECK(reads_back(p, digits, n, 10));
        memset(digits, '0', n);
        digits[0] = '1';
        CHECK(reads_back(p, digits, n, 10));
        digits[n - 1] = '1';
        CHECK(reads_back(p, digits, n, 10));
        for (word k = 0; k < n; k++)
            digits[k] = (u8)('0' + (k * k + k / 7 + 1) % 10);
        CHECK(reads_back(p, digits, n, 10));
        digits[n / 2] = 'z';
        CHECK(reads_back(p, digits, n, 36));
    }
}
TEST(a_number_that_is_converted_in_parts_is_what_its_bits_say)
{
    struct proc *p = unit_proc();
    A = num_bit_shift_left(p, mk_int(1), mk_int(1000000));
    struct buf out = buf_of(p);
    CHECK(num_print(&out, A, 10));
    mpz_t z;
    mpz_init_set_ui(z, 1);
    mpz_mul_2exp(z, z, 1000000);
    char *want = port_alloc(mpz_sizeinbase(z, 10) + 2);
    mpz_get_str(want, 10, z);
    CHECK(strlen(want) == out.count && !memcmp(want, out.data, out.count));
    port_free(want);
    mpz_clear(z);
    buf_free(&out);
    A = NIL;
}
TEST(a_conversion_ends_when_the_process_is_asked_to_stop)
{
    struct proc *p = unit_proc();
    A = num_bit_shift_left(p, mk_int(1), mk_int(1000000));
    struct buf out = buf_of(p);
    p->interrupted = true;
    CHECK(num_print(&out, A, 10));
    CHECK(out.stopped);
    buf_free(&out);
    CHECK(interrupt_take(p));
    A = NIL;
}
