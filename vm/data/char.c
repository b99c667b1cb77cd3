/* SPDX-License-Identifier: GPL-3.0-only */
/* char.c: natives on characters. A character is a Unicode scalar value: surrogates are none. */
#include "data/num.h"
#include "data/text.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

term n_char(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_char(t))
        return t;
    if (is_number(t) && !is_integer(t))
        t = mk_int(num_to_double(t) >= 0 && num_to_double(t) < 0x110000 ? (iword)num_to_double(t) : -1);
    if (!is_integer(t))
        return raise_arg(p, 0, "a character or a code point");
    if (!is_int(t) || int_value(t) < 0 || int_value(t) > 0x10ffff || !is_code_point((u32)int_value(t)))
        return raise(p, E_RANGE_ERROR, "%T is not the code point of a character", ARG(0));
    return mk_char((u32)int_value(t));
}

term n_char_code(struct proc *p, unsigned n)
{
    return is_char(ARG(0)) ? mk_int(char_value(ARG(0))) : raise_arg(p, 0, "a character");
}

term n_char_upper(struct proc *p, unsigned n)
{
    return is_char(ARG(0)) ? mk_char(char_upper(char_value(ARG(0)))) : raise_arg(p, 0, "a character");
}

term n_char_lower(struct proc *p, unsigned n)
{
    return is_char(ARG(0)) ? mk_char(char_lower(char_value(ARG(0)))) : raise_arg(p, 0, "a character");
}

term n_char_is_space(struct proc *p, unsigned n)
{
    return is_char(ARG(0)) ? mk_bool(char_is_space(char_value(ARG(0)))) : raise_arg(p, 0, "a character");
}
