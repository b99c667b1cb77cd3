/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * quick.h: quick ways of natives. A function that is passed around, (reduce + xs), (map inc xs), (sort > xs), is called
 * by CALL, which cannot know that it is `+`. For the natives of quick.def the call is answered by a C function of the
 * operands alone, in place of a native's arguments and its answer's three kinds: it neither allocates nor raises, and
 * where it does not know at once it answers NONE, and the native is called as ever.
 */
#ifndef LONA_QUICK_H
#define LONA_QUICK_H

#include "term/objects.h"

/* A quick function of one argument does not look at b. */
typedef term quick_fn(term a, term b);

/* The lower half of the header of a native whose quick function takes n arguments. */
#define QUICK_HEADER(n) ((u32)mk_header(T_NATIVE, 0, 0) | (u32)(n) << 16)

/* The quick way of f for n arguments, or NULL. */
static ALWAYS_INLINE quick_fn *quick_way(term f, unsigned n)
{
    /* of a function that waits for its first call the header may be changing: stub_fill */
    return is_box(f) && __atomic_load_n((const u32 *)box_ptr(f), __ATOMIC_RELAXED) == QUICK_HEADER(n)
               ? OBJ(native, f)->quick
               : NULL;
}
/* The value of f for n arguments, the first two of which are a and b; NONE: ask the native. */
static ALWAYS_INLINE term quick_call(term f, unsigned n, term a, term b)
{
    quick_fn *quick = quick_way(f, n);
    return quick ? quick(a, b) : NONE;
}

/* A small integer or a float that is no box. */
static inline double unboxed_double(term t)
{
    return is_int(t) ? (double)int_value(t) : float_imm_value(t);
}
static inline bool both_floats(term a, term b)
{
    return is_float_imm(a) && is_float_imm(b);
}
/* Equality decided without looking inside: 1 yes, 0 no, -1 unknown. Immediate floats are never NaN. */
static inline int quick_equal(term a, term b)
{
    if (same(a, b) && !is_type(a, T_FLOAT)) /* a boxed float may be NaN */
        return 1;
    if (are_ints(a, b))
        return 0;
    if (both_floats(a, b))
        return float_imm_value(a) == float_imm_value(b);
    return is_pointer(a) || is_pointer(b) ? -1 : 0;
}

void quick_install(void); /* after natives_install */

#endif
