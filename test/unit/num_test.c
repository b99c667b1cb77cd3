/* SPDX-License-Identifier: GPL-3.0-only */
/* num_test.c: integers and ratios against GMP's own; exact order; hash. */
#include "num_help.h"

#include "../../port/posix/posix.h"

static void check_int(term t, const mpz_t expected, int line, const char *what)
{
    mpz_t z;
    mpz_init(z);
    if (is_none(t) || !is_normal_integer(t)) {
        unit_fail(__FILE__, line, "%s: not a normal integer", what);
    } else {
        mpz_of(z, t);
        if (mpz_cmp(z, expected) != 0)
            unit_fail(__FILE__, line, "%s: %s", what,
                      mpz_sizeinbase(expected, 10) < 300 ? mpz_get_str(NULL, 10, expected) : "");
    }
    mpz_clear(z);
}
#define CHECK_INT(t, z) check_int(t, z, __LINE__, #t)

static void check_arithmetic(struct proc *p, const mpz_t x, const mpz_t y, mpz_t r)
{
    A = term_of_mpz(p, x);
    B = term_of_mpz(p, y);
    mpz_add(r, x, y);
    CHECK_INT(num_add(p, A, B), r);
    mpz_sub(r, x, y);
    CHECK_INT(num_sub(p, A, B), r);
    mpz_mul(r, x, y);
    CHECK_INT(num_mul(p, A, B), r);
    mpz_neg(r, x);
    CHECK_INT(num_negate(p, A), r);
    mpz_mul(r, x, x);
    CHECK_INT(num_mul(p, A, A), r);
    if (mpz_sgn(y)) {
        mpz_tdiv_q(r, x, y);
        CHECK_INT(num_quot(p, A, B), r);
        mpz_tdiv_r(r, x, y);
        CHECK_INT(num_rem(p, A, B), r);
        mpz_fdiv_r(r, x, y);
        CHECK_INT(num_mod(p, A, B), r);
    }
    CHECK_EQ_INT(num_order(A, B), (mpz_cmp(x, y) > 0) - (mpz_cmp(x, y) < 0));
    CHECK_EQ_INT(num_equal(A, B), mpz_cmp(x, y) == 0);
    CHECK_EQ_INT(int_bit_length(A), mpz_sgn(x) ? mpz_sizeinbase(x, 2) : 0);
}

static void check_bits(struct proc *p, const mpz_t x, const mpz_t y, mpz_t r)
{
    mpz_and(r, x, y);
    CHECK_INT(num_bit_and(p, A, B), r);
    mpz_ior(r, x, y);
    CHECK_INT(num_bit_or(p, A, B), r);
    mpz_xor(r, x, y);
    CHECK_INT(num_bit_xor(p, A, B), r);
    mpz_com(r, y);
    mpz_and(r, x, r);
    CHECK_INT(int_bits(p, A, B, INT_AND_NOT), r);
    u64 by = chance() % 200, bit = chance() % 300;
    mpz_mul_2exp(r, x, by);
    CHECK_INT(num_bit_shift_left(p, A, mk_int((iword)by)), r);
    CHECK_INT(num_bit_shift_right(p, A, mk_int(-(iword)by)), r);
    mpz_fdiv_q_2exp(r, x, by);
    CHECK_INT(num_bit_shift_right(p, A, mk_int((iword)by)), r);
    CHECK_INT(num_bit_shift_left(p, A, mk_int(-(iword)by)), r);
    CHECK_EQ_INT(int_bit(A, bit), mpz_tstbit(x, bit));
}

TEST(integers_agree_with_gmp)
{
    struct proc *p = unit_proc();
    mpz_t x, y, r;
    mpz_inits(x, y, r, NULL);
    for (int i = 0; i < 20000; i++) {
        random_mpz(x, i % 100 ? 5 : 60);
        random_mpz(y, i % 70 ? 4 : 40);
        check_arithmetic(p, x, y, r);
        check_bits(p, x, y, r);
        mpz_gcd(r, x, y);
        struct workspace s;
        work_begin(&s);
        struct zint zx = z_of(&s, A), zy = z_of(&s, B);
        CHECK_INT(z_finish(p, &s, z_gcd(&s, zx, zy)), r);
        mpz_abs(x, x);
        mpz_sqrt(r, x);
        A = term_of_mpz(p, x);
        CHECK_INT(int_sqrt(p, A), r);
    }
    mpz_clears(x, y, r, NULL);
}

TEST(large_integers_agree_with_gmp)
{
    struct proc *p = unit_proc();
    mpz_t x, y, r;
    mpz_inits(x, y, r, NULL);
    gmp_randstate_t random;
    gmp_randinit_default(random);
    for (unsigned n = 20000; n < 3000000; n = n * 7 / 2) {
        mpz_rrandomb(x, random, n);
        mpz_rrandomb(y, random, n / (1 + chance() % 8));
        check_arithmetic(p, x, y, r);
        check_bits(p, x, y, r);
        mpz_sqrt(r, x);
        CHECK_INT(int_sqrt(p, A), r);
    }
    gmp_randclear(random);
    mpz_clears(x, y, r, NULL);
}

TEST(powers_agree_with_gmp_and_stop_at_the_limit)
{
    struct proc *p = unit_proc();
    mpz_t x, r;
    mpz_inits(x, r, NULL);
    for (unsigned e = 0; e < 70; e++) {
        random_mpz(x, 4);
        A = term_of_mpz(p, x);
        mpz_pow_ui(r, x, e);
        CHECK_INT(int_power(p, A, e), r);
    }
    CHECK_ERROR(int_power(p, mk_int(2), NUM_MAX_BITS), SIZE_LIMIT);
    CHECK_ERROR(int_power(p, mk_int(3), (u64)1 << 62), SIZE_LIMIT);
    CHECK_TEXT(int_power(p, mk_int(-1), ((u64)1 << 62) + 1), "-1");
    A = int_power(p, mk_int(2), NUM_MAX_BITS - 1);
    CHECK_EQ_INT(int_bit_length(A), NUM_MAX_BITS);
    CHECK_ERROR(num_add(p, A, A), SIZE_LIMIT);
    CHECK_ERROR(num_mul(p, A, A), SIZE_LIMIT);
    CHECK_ERROR(num_bit_shift_left(p, A, mk_int(1)), SIZE_LIMIT);
    CHECK_TEXT(num_sub(p, A, A), "0");
    mpz_clears(x, r, NULL);
}

TEST(shift_counts_of_any_size_are_survived)
{
    struct proc *p = unit_proc();
    A = number(p, "100000000000000000000000000000");
    CHECK_ERROR(num_bit_shift_left(p, mk_int(1), mk_int(SMALL_MAX)), SIZE_LIMIT);
    CHECK_ERROR(num_bit_shift_left(p, mk_int(1), A), SIZE_LIMIT);
    CHECK_TEXT(num_bit_shift_left(p, mk_int(0), A), "0");
    CHECK_TEXT(num_bit_shift_right(p, mk_int(-5), A), "-1");
    CHECK_TEXT(num_bit_shift_right(p, mk_int(5), mk_int(SMALL_MAX)), "0");
    CHECK_TEXT(num_bit_shift_right(p, A, A), "0");
    CHECK_TEXT(num_bit_shift_left(p, A, mk_int(SMALL_MIN)), "0");
    CHECK_ERROR(num_bit_shift_right(p, mk_int(1), mk_int(SMALL_MIN)), SIZE_LIMIT);
    CHECK_ERROR(num_bit_shift_left(p, mk_int(1), float_encode(1.0)), TYPE_ERROR);
}

/* --- ratios --- */

static bool mpq_of(mpq_t q, term t)
{
    if (is_integer(t)) {
        mpz_of(mpq_numref(q), t);
        mpz_set_ui(mpq_denref(q), 1);
        return is_normal_integer(t);
    }
    if (is_float(t)) {
        mpq_set_d(q, float_value(t));
        return true;
    }
    if (is_type(t, T_DECIMAL)) {
        iword scale = int_value(OBJ(decimal, t)->scale);
        mpz_of(mpq_numref(q), OBJ(decimal, t)->unscaled);
        mpz_ui_pow_ui(mpq_denref(q), 10, (unsigned long)(scale < 0 ? -scale : scale));
        if (scale < 0) {
            mpz_mul(mpq_numref(q), mpq_numref(q), mpq_denref(q));
            mpz_set_ui(mpq_denref(q), 1);
        }
        mpq_canonicalize(q);
        return true;
    }
    if (!is_type(t, T_RATIO))
        return false;
    mpz_of(mpq_numref(q), OBJ(ratio, t)->num);
    mpz_of(mpq_denref(q), OBJ(ratio, t)->den);
    mpq_t canonical;
    mpq_init(canonical);
    mpq_set(canonical, q);
    mpq_canonicalize(canonical);
    bool normal = mpz_cmp_ui(mpq_denref(q), 1) > 0 && mpz_cmp(mpq_denref(canonical), mpq_denref(q)) == 0 &&
                  is_normal_integer(OBJ(ratio, t)->num) && is_normal_integer(OBJ(ratio, t)->den);
    mpq_clear(canonical);
    return normal;
}

static void check_ratio(term t, const mpq_t expected, int line, const char *what)
{
    mpq_t q;
    mpq_init(q);
    if (is_none(t) || !mpq_of(q, t) || mpq_cmp(q, expected) != 0)
        unit_fail(__FILE__, line, "%s: wrong or not in lowest terms", what);
    mpq_clear(q);
}
#define CHECK_RATIO(t, q) check_ratio(t, q, __LINE__, #t)

/* Builds x / y; the result may be an integer. */
static term random_ratio(struct proc *p, unsigned limbs)
{
    mpz_t x;
    mpz_init(x);
    random_mpz(x, limbs);
    p->pending_value = term_of_mpz(p, x);
    do
        random_mpz(x, limbs);
    while (!mpz_sgn(x));
    term den = term_of_mpz(p, x);
    mpz_clear(x);
    term t = num_div(p, p->pending_value, den);
    p->pending_value = NIL;
    return t;
}

TEST(ratios_agree_with_gmp)
{
    struct proc *p = unit_proc();
    mpq_t x, y, r;
    mpq_inits(x, y, r, NULL);
    for (int i = 0; i < 10000; i++) {
        A = random_ratio(p, i % 50 ? 2 : 20);
        B = random_ratio(p, i % 50 ? 2 : 20);
        CHECK(mpq_of(x, A) && mpq_of(y, B));
        mpq_add(r, x, y);
        CHECK_RATIO(num_add(p, A, B), r);
        mpq_sub(r, x, y);
        CHECK_RATIO(num_sub(p, A, B), r);
        mpq_mul(r, x, y);
        CHECK_RATIO(num_mul(p, A, B), r);
        CHECK_EQ_INT(num_order(A, B), (mpq_cmp(x, y) > 0) - (mpq_cmp(x, y) < 0));
        CHECK_EQ_INT(num_equal(A, B), mpq_equal(x, y));
        if (!mpq_sgn(y))
            continue;
        mpq_div(r, x, y);
        CHECK_RATIO(num_div(p, A, B), r);
        mpz_tdiv_q(mpq_numref(r), mpq_numref(r), mpq_denref(r));
        mpz_set_ui(mpq_denref(r), 1);
        CHECK_RATIO(num_quot(p, A, B), r);
        mpq_mul(r, r, y);
        mpq_sub(r, x, r);
        CHECK_RATIO(num_rem(p, A, B), r);
        if (mpq_sgn(r) * mpq_sgn(y) < 0)
            mpq_add(r, r, y);
        CHECK_RATIO(num_mod(p, A, B), r);
    }
    mpq_clears(x, y, r, NULL);
}

/* --- order, doubles, hash --- */

static double random_double(void)
{
    union {
        u64 u;
        double d;
    } x;
    do {
        x.u = chance();
        if (chance() % 2) /* near the integers that fit small */
            x.u = (x.u & ~(0x7ffull << 52)) | (1023 + chance() % 70) << 52;
        if (chance() % 4 == 0)
            x.u &= ~0ull << (chance() % 52);
    } while (!isfinite(x.d));
    return x.d;
}

static term random_number(struct proc *p)
{
    mpz_t z;
    term t;
    switch (chance() % 4) {
    case 0:
        return num_float(p, random_double());
    case 1:
        return random_ratio(p, 3);
    case 2:
        t = decimal_from_double(p, ldexp(random_double(), 0));
        return t;
    }
    mpz_init(z);
    random_mpz(z, 20);
    t = term_of_mpz(p, z);
    mpz_clear(z);
    return t;
}

TEST(order_is_exact_across_kinds)
{
    struct proc *p = unit_proc();
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    for (int i = 0; i < 20000; i++) {
        A = random_number(p);
        mpq_of(x, A);
        double near = mpq_get_d(x);
        B = i % 3 || !isfinite(near) ? random_number(p) : num_float(p, near);
        mpq_of(y, B);
        int expected = mpq_cmp(x, y);
        CHECK_EQ_INT(num_order(A, B), (expected > 0) - (expected < 0));
        CHECK_EQ_INT(num_order(B, A), (expected < 0) - (expected > 0));
        if (num_equal(A, B))
            CHECK_EQ_INT(num_hash(A), num_hash(B));
    }
    mpq_clears(x, y, NULL);
}

TEST(infinities_and_nan_have_their_place_in_the_order)
{
    struct proc *p = unit_proc();
    A = num_float(p, INFINITY);
    static const char *const others[] = {"1", "-1", "1e308", "1/3", "1E999999999M", "1000000000000000000000000"};
    for (unsigned i = 0; i < ARRAY_LEN(others); i++) {
        B = number(p, others[i]);
        CHECK_EQ_INT(num_order(A, B), NUM_MORE);
        CHECK_EQ_INT(num_order(B, A), NUM_LESS);
        A = num_float(p, -INFINITY);
        CHECK_EQ_INT(num_order(A, B), NUM_LESS);
        A = num_float(p, NAN);
        CHECK_EQ_INT(num_order(A, B), NUM_UNORDERED);
        CHECK_EQ_INT(num_order(B, A), NUM_UNORDERED);
        CHECK(!num_equal(A, A));
        A = num_float(p, INFINITY);
    }
    CHECK_EQ_INT(num_order(float_encode(0.0), float_encode(-0.0)), NUM_SAME);
    CHECK_EQ_INT(num_hash(float_encode(0.0)), num_hash(float_encode(-0.0)));
    CHECK_EQ_INT(num_order(mk_int(0), float_encode(-0.0)), NUM_SAME);
}

TEST(equality_keeps_categories_apart)
{
    struct proc *p = unit_proc();
    A = number(p, "1.0M");
    B = number(p, "1.000M");
    CHECK(num_equal(A, B));
    CHECK_EQ_INT(num_hash(A), num_hash(B));
    CHECK(!num_equal(A, mk_int(1)));
    CHECK(!num_equal(mk_int(1), float_encode(1.0)));
    CHECK_EQ_INT(num_order(A, mk_int(1)), NUM_SAME);
    A = number(p, "-1234567890123456789012345678901234567890E-20M");
    B = number(p, "-12345678901234567890123456789012345678900000000000000000000000000000000000000000E-60M");
    CHECK(num_equal(A, B));
    CHECK_EQ_INT(num_hash(A), num_hash(B));
    A = number(p, "1E100M");
    B = number(p, "10E99M");
    CHECK_EQ_INT(num_hash(A), num_hash(B));
}

/* d is x rounded to nearest, ties to even: x lies between the middles to the neighbours. */
static bool is_nearest(const mpq_t x, double d)
{
    union {
        double d;
        u64 u;
    } bits = {.d = d};
    bool odd = bits.u & 1, right = true;
    if (isinf(d))
        return true; /* checked by order elsewhere */
    mpq_t a, b;
    mpq_inits(a, b, NULL);
    for (int up = 0; up < 2; up++) {
        double neighbour = nextafter(d, up ? INFINITY : -INFINITY);
        if (isinf(neighbour))
            continue;
        mpq_set_d(a, d);
        mpq_set_d(b, neighbour);
        mpq_add(a, a, b);
        mpq_div_2exp(a, a, 1);
        int order = up ? mpq_cmp(a, x) : mpq_cmp(x, a); /* > 0: inside */
        right = right && (order > 0 || (order == 0 && !odd));
    }
    mpq_clears(a, b, NULL);
    return right;
}

TEST(conversion_to_double_rounds_to_nearest)
{
    struct proc *p = unit_proc();
    mpq_t x;
    mpq_init(x);
    for (int i = 0; i < 20000; i++) {
        A = random_number(p);
        mpq_of(x, A);
        CHECK(is_nearest(x, num_to_double(A)));
    }
    static const char *const hard[] = {
        "9007199254740993",           "18014398509481985",       "18014398509481987",         "1E-320M",
        "24703282292062327208E-343M", "24703282292062328E-340M", "17976931348623157081E289M", "1/3",
        "9223372036854775807",        "9223372036854775809",
    };
    for (unsigned i = 0; i < ARRAY_LEN(hard); i++) {
        A = number(p, hard[i]);
        mpq_of(x, A);
        CHECK(is_nearest(x, num_to_double(A)));
    }
    A = number(p, "1E999999999M");
    CHECK(num_to_double(A) == INFINITY);
    A = number(p, "-1E-999999999M");
    CHECK(num_to_double(A) == 0);
    A = int_power(p, mk_int(-10), 309);
    CHECK(num_to_double(A) == -INFINITY);
    for (int i = 0; i < 2000; i++) { /* doubles are integers of up to 1024 bits and back */
        double d = trunc(random_double());
        A = num_from_double(p, d);
        CHECK(is_normal_integer(A) && num_to_double(A) == d);
    }
    mpq_clear(x);
}

TEST(without_memory_an_operation_raises_or_is_right)
{
    struct proc *p = unit_proc();
    term (*const ops[])(struct proc *, term, term) = {num_add, num_mul, num_div, num_quot, num_mod};
    for (unsigned every = 1; every < 5; every++) {
        for (unsigned bits = 5000; bits < 400000; bits *= 4) {
            A = int_power(p, mk_int(3), bits);
            B = int_power(p, mk_int(7), bits / 5);
            posix_fail_allocations(every);
            for (unsigned i = 0; i < ARRAY_LEN(ops); i++) {
                if (is_none(ops[i](p, A, B)))
                    CHECK(!is_none(unit_raised(p)));
            }
            struct buf text = BUF_INIT;
            bool printed = num_print(&text, A, 10);
            if (printed && is_none(num_parse(p, text.data, text.count)))
                CHECK(!is_none(unit_raised(p)));
            posix_fail_allocations(0);
            if (printed) {
                B = num_parse(p, text.data, text.count);
                CHECK(num_equal(A, B));
            }
            buf_free(&text);
        }
    }
}
