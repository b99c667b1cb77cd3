/* SPDX-License-Identifier: GPL-3.0-only */
/* num_natives_test.c: the numeric functions of lona.core and lona.math, with Clojure's answers. */
#include "num_help.h"

#include "data/str.h"

/* Calls with arguments given as number literals, "nil", 'c for a character, or "text in double quotes". */
static term call(struct proc *p, native_fn *fn, unsigned n, const char *const *texts)
{
    term args[4];
    for (unsigned i = 0; i < n; i++) {
        const char *text = texts[i];
        term t = text[0] == '\''           ? mk_char((u8)text[1])
                 : text[0] == '"'          ? str_make(p, text + 1, strlen(text) - 2)
                 : text[0] == 'n'          ? NIL
                 : !strcmp(text, "##NaN")  ? num_float(p, NAN)
                 : !strcmp(text, "##Inf")  ? num_float(p, INFINITY)
                 : !strcmp(text, "##-Inf") ? num_float(p, -INFINITY)
                                           : number(p, text);
        p->worker->tail.arg[i] = t; /* the collector looks here */
    }
    for (unsigned i = 0; i < n; i++)
        args[i] = p->worker->tail.arg[i];
    return unit_call(p, fn, n, args);
}
#define CALL(fn, ...) call(p, fn, ARRAY_LEN(((const char *const[]){__VA_ARGS__})), (const char *const[]){__VA_ARGS__})
#define GIVES(expected, ...) CHECK_TEXT(CALL(__VA_ARGS__), expected)
#define FAILS(kind, ...) CHECK_ERROR(CALL(__VA_ARGS__), kind)

TEST(arithmetic_takes_any_number_of_arguments)
{
    struct proc *p = unit_proc();
    CHECK_TEXT(unit_call(p, n_add, 0, &p->result), "0");
    CHECK_TEXT(unit_call(p, n_mul, 0, &p->result), "1");
    GIVES("6", n_add, "1", "2", "3");
    GIVES("1/6", n_div, "1", "2", "3");
    GIVES("1/2", n_div, "2");
    GIVES("-2", n_sub, "2");
    GIVES("-4", n_sub, "1", "2", "3");
    FAILS(TYPE_ERROR, n_add, "nil");
    FAILS(TYPE_ERROR, n_add, "1", "\"a\"");
    FAILS(TYPE_ERROR, n_add, "1", "2", "\"a\"");
    FAILS(TYPE_ERROR, n_sub, "\"a\"");
    FAILS(ARITHMETIC_ERROR, n_div, "0");
    FAILS(ARITHMETIC_ERROR, n_div, "1", "0");
    GIVES("##Inf", n_div, "1.0", "0");
    GIVES("##Inf", n_div, "1", "0.0");
    GIVES("##NaN", n_div, "0.0", "0");
    GIVES("1152921504606846976", n_inc, "1152921504606846975");
    GIVES("-1152921504606846977", n_dec, "-1152921504606846976");
    GIVES("3.5", n_add, "1", "5/2", "0.0");
    GIVES("1152921504606846976", n_abs, "-1152921504606846976");
    GIVES("0.0", n_abs, "-0.0");
    GIVES("1/2", n_abs, "-1/2");
}

TEST(division_follows_the_signs_and_kinds)
{
    struct proc *p = unit_proc();
    GIVES("-3", n_quot, "-7", "2");
    GIVES("-1", n_rem, "-7", "2");
    GIVES("1", n_mod, "-7", "2");
    GIVES("-1", n_mod, "7", "-2");
    GIVES("1152921504606846976", n_quot, "-1152921504606846976", "-1");
    GIVES("100000000000000000000", n_mod, "-1", "100000000000000000001");
    GIVES("2.0", n_quot, "5.5", "2");
    GIVES("1.5", n_rem, "5.5", "2");
    GIVES("0.5", n_mod, "-5.5", "2");
    GIVES("3", n_quot, "7/2", "1");
    GIVES("1/2", n_rem, "7/2", "1");
    GIVES("1/2", n_mod, "-7/2", "2");
    GIVES("0.0", n_rem, "5.0", "0.1");
    GIVES("##NaN", n_rem, "2", "##Inf");
    FAILS(ARITHMETIC_ERROR, n_quot, "1.0", "0");
    FAILS(ARITHMETIC_ERROR, n_rem, "1", "0");
    FAILS(ARITHMETIC_ERROR, n_mod, "1/2", "0.0");
    FAILS(ARITHMETIC_ERROR, n_quot, "##NaN", "2");
    FAILS(TYPE_ERROR, n_mod, "\"a\"", "2");
}

TEST(comparison_chains)
{
    struct proc *p = unit_proc();
    GIVES("true", n_less, "\"a\"");
    GIVES("true", n_less, "1", "3/2", "2.0", "3M");
    GIVES("false", n_less, "1", "1");
    GIVES("true", n_less_or_same, "1", "1.0", "1M");
    GIVES("true", n_num_same, "1", "1.0", "1.00M");
    GIVES("false", n_num_same, "1/3", "0.3333333333333333");
    GIVES("false", n_less, "2", "1", "\"a\"");
    FAILS(TYPE_ERROR, n_less, "1", "2", "\"a\"");
    GIVES("false", n_less_or_same, "##NaN", "##NaN");
    GIVES("false", n_more_or_same, "1", "##NaN");
    GIVES("3", n_max, "1", "3", "2");
    GIVES("1", n_min, "3", "1", "2");
    GIVES("1.0", n_max, "1", "1.0");
    GIVES("1.0", n_min, "1", "1.0");
    GIVES("##NaN", n_max, "1", "##NaN", "3");
    FAILS(TYPE_ERROR, n_max, "1", "\"a\"");
}

TEST(predicates)
{
    struct proc *p = unit_proc();
    GIVES("true", n_is_int, "9223372036854775807");
    GIVES("false", n_is_int, "9223372036854775808");
    GIVES("true", n_is_int, "-9223372036854775808");
    GIVES("true", n_is_integer, "9223372036854775808");
    GIVES("false", n_is_integer, "1.0");
    GIVES("true", n_is_rational, "1M");
    GIVES("false", n_is_rational, "1.0");
    GIVES("false", n_is_number, "nil");
    GIVES("true", n_is_nat_int, "0");
    GIVES("false", n_is_nat_int, "-1");
    GIVES("false", n_is_pos_int, "1.0");
    GIVES("true", n_is_neg_int, "-9223372036854775808");
    GIVES("true", n_is_even, "100000000000000000000");
    GIVES("true", n_is_odd, "-3");
    FAILS(TYPE_ERROR, n_is_even, "1.0");
    GIVES("true", n_is_zero, "-0.0");
    GIVES("false", n_is_zero, "##NaN");
    GIVES("true", n_is_zero, "0.00M");
    FAILS(TYPE_ERROR, n_is_pos, "nil");
    GIVES("true", n_is_nan, "##NaN");
    GIVES("false", n_is_nan, "1");
    GIVES("true", n_is_infinite, "##-Inf");
}

TEST(bits)
{
    struct proc *p = unit_proc();
    GIVES("8", n_bit_and, "12", "9", "-1");
    GIVES("-13", n_bit_not, "12");
    GIVES("4", n_bit_and_not, "12", "9");
    GIVES("18446744073709551616", n_bit_shift_left, "1", "64");
    GIVES("18014398509481983", n_unsigned_bit_shift_right, "-1", "10");
    GIVES("-1", n_unsigned_bit_shift_right, "-1", "64");
    FAILS(RANGE_ERROR, n_unsigned_bit_shift_right, "18446744073709551616", "1");
    GIVES("36893488147419103232", n_bit_set, "0", "65");
    GIVES("0", n_bit_clear, "8", "3");
    GIVES("8", n_bit_clear, "8", "99999999999999999999");
    GIVES("0", n_bit_flip, "8", "3");
    FAILS(SIZE_LIMIT, n_bit_flip, "8", "99999999999999999999");
    GIVES("true", n_bit_test, "-1", "99999999999999999999");
    FAILS(TYPE_ERROR, n_bit_test, "1", "-1");
    FAILS(TYPE_ERROR, n_bit_and, "1", "1.0");
    GIVES("3", n_bit_length, "-8");
    GIVES("4", n_bit_length, "-9");
    GIVES("64", n_bit_length, "-18446744073709551616");
}

TEST(unchecked_operations_wrap)
{
    struct proc *p = unit_proc();
    GIVES("-9223372036854775808", n_unchecked_add, "9223372036854775807", "1");
    GIVES("9223372036854775807", n_unchecked_dec, "-9223372036854775808");
    GIVES("-9223372036854775808", n_unchecked_negate, "-9223372036854775808");
    GIVES("3.5", n_unchecked_add, "1.5", "2");
    GIVES("-2147483648", n_unchecked_inc_int, "2147483647");
    GIVES("-2147483648", n_unchecked_divide_int, "-2147483648", "-1");
    FAILS(ARITHMETIC_ERROR, n_unchecked_remainder_int, "1", "0");
    GIVES("-128", n_unchecked_byte, "128");
    GIVES("-1", n_unchecked_int, "4294967295");
    GIVES("9223372036854775807", n_unchecked_long, "1e30");
    GIVES("0", n_unchecked_long, "##NaN");
    GIVES("0", n_unchecked_long, "18446744073709551616");
}

TEST(casts_check_their_range)
{
    struct proc *p = unit_proc();
    GIVES("127", n_byte, "127");
    FAILS(RANGE_ERROR, n_byte, "128");
    FAILS(RANGE_ERROR, n_byte, "127.5");
    GIVES("-128", n_byte, "-128.0");
    GIVES("97", n_int, "'a");
    GIVES("-1", n_int, "-3/2");
    FAILS(RANGE_ERROR, n_int, "2147483648");
    GIVES("9223372036854775807", n_long, "9223372036854775807");
    FAILS(RANGE_ERROR, n_long, "9223372036854775808");
    FAILS(RANGE_ERROR, n_long, "1e19");
    GIVES("1000000000000000000", n_long, "1e18");
    FAILS(RANGE_ERROR, n_long, "##Inf");
    FAILS(RANGE_ERROR, n_long, "1E100M");
    FAILS(TYPE_ERROR, n_long, "\"1\"");
    GIVES("0.5", n_double, "1/2");
    GIVES("100000000000000000000000", n_bigint, "1e23");
    GIVES("-1", n_bigint, "-1.9M");
    GIVES("123", n_bigint, "\"123\"");
    FAILS(ILLEGAL_ARGUMENT, n_bigint, "\"0x1\"");
    FAILS(TYPE_ERROR, n_bigint, "##NaN");
    GIVES("0.1M", n_bigdec, "0.1");
    GIVES("0.25M", n_bigdec, "1/4");
    FAILS(ARITHMETIC_ERROR, n_bigdec, "1/3");
    GIVES("0.5M", n_bigdec, "\".5\"");
    GIVES("1/10", n_rationalize, "0.1");
    GIVES("3/2", n_rationalize, "1.50M");
    GIVES("3", n_rationalize, "3.0");
    GIVES("-2", n_numerator, "-2/3");
    FAILS(TYPE_ERROR, n_denominator, "2");
}

TEST(texts_of_data_are_numbers_or_nil)
{
    struct proc *p = unit_proc();
    GIVES("42", n_parse_long, "\"+42\"");
    GIVES("-9223372036854775808", n_parse_long, "\"-9223372036854775808\"");
    GIVES("nil", n_parse_long, "\"9223372036854775808\"");
    GIVES("nil", n_parse_long, "\"\"");
    GIVES("nil", n_parse_long, "\"-\"");
    GIVES("nil", n_parse_long, "\"1.0\"");
    GIVES("nil", n_parse_long, "\" 1\"");
    FAILS(TYPE_ERROR, n_parse_long, "nil");
    GIVES("1.5", n_parse_double, "\" 1.5 \"");
    GIVES("0.5", n_parse_double, "\".5\"");
    GIVES("1000.0", n_parse_double, "\"1e3d\"");
    GIVES("##-Inf", n_parse_double, "\"-Infinity\"");
    GIVES("##NaN", n_parse_double, "\"NaN\"");
    GIVES("3.0", n_parse_double, "\"0x1.8p1\"");
    GIVES("nil", n_parse_double, "\"0x1.8\"");
    GIVES("nil", n_parse_double, "\"inf\"");
    GIVES("nil", n_parse_double, "\"1.5x\"");
    GIVES("nil", n_parse_double, "\".\"");
    FAILS(TYPE_ERROR, n_parse_double, "1");
}

TEST(integer_functions)
{
    struct proc *p = unit_proc();
    GIVES("10000000000", n_isqrt, "100000000000000000000");
    GIVES("3", n_isqrt, "15");
    FAILS(ARITHMETIC_ERROR, n_isqrt, "-1");
    GIVES("6", n_gcd, "12", "-18");
    GIVES("100000000000000000000", n_gcd, "100000000000000000000", "0");
    GIVES("1024", n_pow, "2", "10");
    GIVES("1", n_pow, "0", "0");
    GIVES("-1", n_pow, "-1", "100000000000000000001");
    FAILS(SIZE_LIMIT, n_pow, "2", "100000000000000000001");
    FAILS(TYPE_ERROR, n_pow, "2", "-1");
}

TEST(random_numbers_keep_their_ranges)
{
    struct proc *p = unit_proc();
    for (int i = 0; i < 1000; i++) {
        A = n_random_double(p, 0);
        CHECK(float_value(A) >= 0 && float_value(A) < 1);
        A = n_random_u64(p, 0);
        CHECK(is_normal_integer(A) && int_sign(A) >= 0 && int_bit_length(A) <= 64);
    }
}

TEST(math_has_javas_edges)
{
    struct proc *p = unit_proc();
    GIVES("0.0", n_math_sin, "0");
    GIVES("1.4142135623730951", n_math_sqrt, "2");
    GIVES("3.0", n_math_cbrt, "27");
    GIVES("##NaN", n_math_pow, "1", "##NaN");
    GIVES("##NaN", n_math_pow, "-1", "##Inf");
    GIVES("1.0", n_math_pow, "##NaN", "0");
    GIVES("3", n_math_round, "2.5");
    GIVES("-2", n_math_round, "-2.5");
    GIVES("0", n_math_round, "0.49999999999999994");
    GIVES("9223372036854775807", n_math_round, "##Inf");
    GIVES("0", n_math_round, "##NaN");
    GIVES("2.0", n_math_rint, "2.5");
    GIVES("180.0", n_math_to_degrees, "3.141592653589793");
    GIVES("-1.0", n_math_signum, "-1/3");
    GIVES("2.220446049250313E-16", n_math_ulp, "1");
    GIVES("1.0000000000000002", n_math_next_up, "1");
    GIVES("10", n_math_get_exponent, "1024");
    GIVES("-1023", n_math_get_exponent, "0");
    GIVES("8.0", n_math_scalb, "1", "3");
    GIVES("0.0", n_math_scalb, "1", "-100000000000000000000");
    GIVES("-4", n_math_floor_div, "-7", "2");
    GIVES("-3", n_math_floor_div, "-6", "2");
    GIVES("1", n_math_floor_mod, "-7", "2");
    FAILS(ARITHMETIC_ERROR, n_math_floor_div, "1", "0");
    FAILS(ARITHMETIC_ERROR, n_math_add_exact, "9223372036854775807", "1");
    GIVES("5", n_math_multiply_exact, "5", "1");
    FAILS(TYPE_ERROR, n_math_sin, "\"a\"");
}

TEST(math_is_accurate_to_an_ulp)
{
    static const struct {
        const char *name;
        native_fn *fn;
        long double (*exact)(long double);
        double from, to;
    } table[] = {
        {"sin", n_math_sin, sinl, -10, 10},      {"cos", n_math_cos, cosl, -10, 10},
        {"tan", n_math_tan, tanl, -1.5, 1.5},    {"asin", n_math_asin, asinl, -1, 1},
        {"acos", n_math_acos, acosl, -1, 1},     {"atan", n_math_atan, atanl, -50, 50},
        {"exp", n_math_exp, expl, -700, 700},    {"log", n_math_log, logl, 0, 1e300},
        {"log10", n_math_log10, log10l, 0, 1e9}, {"expm1", n_math_expm1, expm1l, -1, 1},
        {"log1p", n_math_log1p, log1pl, 0, 1},   {"sqrt", n_math_sqrt, sqrtl, 0, 1e300},
        {"cbrt", n_math_cbrt, cbrtl, -1e9, 1e9},
    };
    struct proc *p = unit_proc();
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        for (int k = 0; k < 2000; k++) {
            double x = table[i].from + (table[i].to - table[i].from) * ((double)(chance() >> 11) * 0x1p-53);
            A = num_float(p, x);
            double y = float_value(unit_call(p, table[i].fn, 1, &A));
            long double exact = table[i].exact(x);
            double unit = nextafter(fabs((double)exact), INFINITY) - fabs((double)exact);
            if (!(fabsl(y - exact) <= 1.0L * unit)) {
                unit_fail(__FILE__, __LINE__, "%s of %a is %a", table[i].name, x, y);
                break;
            }
        }
    }
}
