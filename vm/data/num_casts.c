/* SPDX-License-Identifier: GPL-3.0-only */
/* num_casts.c: from one kind of number to another, and from text. */
#include "data/num_impl.h"

#include "data/str.h"
#include "pure.h"
#include "run/native.h"

static term out_of_range(struct proc *p, const char *name, term t)
{
    return raise(p, E_RANGE_ERROR, "Value out of range for %s: %T", name, t);
}

/* Numbers lose their fraction, characters are their code points. limit is 2^(bits - 1). */
static term cast(struct proc *p, const char *name, double limit)
{
    term t = ARG(0);
    if (is_char(t))
        t = mk_int(char_value(t));
    if (is_float(t)) {
        double d = float_value(t);
        if (d >= limit || d < -limit || (d > limit - 1 && limit < 0x1p53))
            return out_of_range(p, name, t);
        if (isnan(d) && limit < 0x1p31)
            return out_of_range(p, name, t);
        return int_result(p, isnan(d) ? 0 : (i64)d); /* NaN: 0 as a long and an int, as in Clojure */
    }
    if (!is_number(t))
        return raise_arg(p, 0, "a number or a character");
    t = num_truncate(p, t);
    if (is_none(t))
        return NONE;
    i64 value;
    i64 most = limit == 0x1p63 ? INT64_MAX : (i64)limit - 1;
    if (!integer_to_i64(t, &value) || value > most || value < -most - 1)
        return out_of_range(p, name, t);
    return t;
}

term n_long(struct proc *p, unsigned n)
{
    return cast(p, "long", 0x1p63);
}

term n_int(struct proc *p, unsigned n)
{
    return cast(p, "int", 0x1p31);
}

term n_short(struct proc *p, unsigned n)
{
    return cast(p, "short", 0x1p15);
}

term n_byte(struct proc *p, unsigned n)
{
    return cast(p, "byte", 0x1p7);
}

term n_double(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) ? num_float(p, num_to_double(ARG(0))) : raise_arg(p, 0, "a number");
}

/* There is no shorter float: the range is checked, the value keeps its digits. */
term n_float(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    double d = num_to_double(ARG(0));
    return fabs(d) > (double)__FLT_MAX__ ? out_of_range(p, "float", ARG(0)) : num_float(p, d);
}

term n_num(struct proc *p, unsigned n)
{
    return is_number(ARG(0)) || is_nil(ARG(0)) ? ARG(0) : raise_arg(p, 0, "a number");
}

/* A finite float goes through its shortest text, in both: (bigint 1e23) is 10^23. */
static term decimal_of_float(struct proc *p)
{
    double d = float_value(ARG(0));
    if (isfinite(d))
        return decimal_from_double(p, d);
    return raise_arg(p, 0, "a finite number");
}

typedef term text_parser(struct proc *p, const u8 *text, word bytes);

static term from_text(struct proc *p, text_parser *parse, const char *what)
{
    struct str_view v = str_view(ARG(0));
    term t = parse(p, v.data, v.bytes);
    return is_absent(t) ? raise(p, E_ILLEGAL_ARGUMENT, "%T is not the text of %s", ARG(0), what) : t;
}

term n_bigint(struct proc *p, unsigned n)
{
    if (is_string(ARG(0)))
        return from_text(p, num_parse_integer, "an integer");
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number or a string");
    term t = is_float(ARG(0)) ? decimal_of_float(p) : ARG(0);
    return is_none(t) ? NONE : num_truncate(p, t);
}

term n_bigdec(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_string(t))
        return from_text(p, num_parse_decimal, "a decimal");
    switch (num_kind(t)) {
    case NUM_INT:
    case NUM_BIG:
        return decimal_from_integer(p, t);
    case NUM_RATIO:
        return decimal_arith(p, NUM_DIV, OBJ(ratio, t)->num, OBJ(ratio, t)->den);
    case NUM_DECIMAL:
        return t;
    case NUM_FLOAT:
        return decimal_of_float(p);
    case NUM_NOT:
        break;
    }
    return raise_arg(p, 0, "a number or a string");
}

term n_rationalize(struct proc *p, unsigned n)
{
    if (!is_number(ARG(0)))
        return raise_arg(p, 0, "a number");
    term t = is_float(ARG(0)) ? decimal_of_float(p) : ARG(0);
    return is_type(t, T_DECIMAL) ? decimal_to_rational(p, t) : t;
}

/* As Java's: decimal digits with a sign or none, 64 bits; else nil. */
term n_parse_long(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    word at = v.bytes && (v.data[0] == '-' || v.data[0] == '+');
    bool negative = at && v.data[0] == '-', fits = at < v.bytes;
    i64 value = 0;
    for (; at < v.bytes && fits; at++) {
        unsigned digit = v.data[at] - (unsigned)'0';
        fits = digit < 10 && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_sub_overflow(value, (i64)digit, &value);
    }
    if (fits && !negative)
        fits = value != INT64_MIN;
    return fits ? int_result(p, negative ? value : -value) : NIL;
}

term n_parse_double(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    term t = num_parse_double(p, v.data, v.bytes);
    return is_absent(t) ? NIL : t;
}
