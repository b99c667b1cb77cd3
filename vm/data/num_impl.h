/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * num_impl.h: what the files of the numeric tower share. The tower is a ladder; a binary operation happens on the
 * higher rung of its two operands:
 *
 *     small integer < bigint < ratio < decimal < float < not a number
 */
#ifndef LONA_NUM_IMPL_H
#define LONA_NUM_IMPL_H

#include "data/exact.h"

enum num_kind { NUM_INT, NUM_BIG, NUM_RATIO, NUM_DECIMAL, NUM_FLOAT, NUM_NOT };

static inline enum num_kind num_kind(term t)
{
    if (is_int(t))
        return NUM_INT;
    if (is_unboxed_number(t))
        return NUM_FLOAT;
    if (!is_box(t) || box_type(t) > T_DECIMAL)
        return NUM_NOT;
    STATIC_ASSERT(T_FLOAT == 0 && T_BIGINT == 1 && T_RATIO == 2 && T_DECIMAL == 3, "the numbers are the first types");
    static const u8 kinds[] = {NUM_FLOAT, NUM_BIG, NUM_RATIO, NUM_DECIMAL};
    return (enum num_kind)kinds[box_type(t)];
}

enum num_op { NUM_ADD, NUM_SUB, NUM_MUL, NUM_DIV, NUM_QUOT, NUM_REM, NUM_MOD };
/* MAY_GC. Operands are of the kind named or below it on the ladder; a divisor is not zero. */
term ratio_arith(struct proc *p, enum num_op op, term a, term b);
term decimal_arith(struct proc *p, enum num_op op, term a, term b);

/* Value = num / den * 10^exp10 * 2^exp2. den is one but for ratios. */
struct exact {
    struct zint num, den;
    i64 exp10;
    i64 exp2;
};
struct exact exact_of(struct workspace *s, term number); /* a finite number */
/* log2 of the absolute value, wrong by less than 2; value is not zero. */
double exact_log2(const struct exact *x);

int num_sign(term number); /* -1, 0, 1; NaN: 0 */
bool num_is_zero(term number);
bool num_is_nan(term t);
term num_float(struct proc *p, double d); /* MAY_GC */
/* Raises :type-error: "<name> wants <wanted>, not <t> (argument i + 1)". */
term num_wrong(struct proc *p, const char *name, const char *wanted, term t);
/* The same for argument i of the n of a native whose calls fold: (f a b c) is (f (f a b) c). */
term num_wrong_operand(struct proc *p, unsigned n, unsigned i, const char *name, const char *wanted);
term num_divide_by_zero(struct proc *p);

/* A finite double as an integer (the fraction is dropped), or as the decimal its shortest text says. MAY_GC */
term num_from_double(struct proc *p, double d);
term decimal_from_double(struct proc *p, double d);
term decimal_from_integer(struct proc *p, term integer);
/* Integer part of an exact number, as Clojure's bigint; and the exact ratio or integer of a decimal. MAY_GC */
term num_truncate(struct proc *p, term exact);
term decimal_to_rational(struct proc *p, term decimal);

/* As the literals' parser, for texts of data: ABSENT when it is none. The text may lie in a heap. MAY_GC */
term num_parse_double(struct proc *p, const u8 *text, word bytes);  /* as Java's Double.parseDouble */
term num_parse_integer(struct proc *p, const u8 *text, word bytes); /* [+-] decimal digits */
term num_parse_decimal(struct proc *p, const u8 *text, word bytes); /* as Java's BigDecimal */

#endif
