/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * native.h: functions written in C.
 *
 * natives.def declares each: NATIVE(ns, "name", c_function, min_args, max_args, flags)   max_args MANY: any number
 *                            STEP_NATIVE(ns, "name", c_function, args, registers)
 *
 * A native answers a term, or NONE after it has called one of
 *   raise(...)        something is wrong
 *   tail_call(...)    go on in that function (the fast path meets a lazy sequence, a user's comparator ...)
 * It does bounded work on realised data: no loop over more than about 10,000 elements without native_charge.
 *
 * A STEP native is an ordinary frame. Its registers REG(0..registers-1) hold all its state (arguments first, the others
 * nil at the start) and it answers step_return, step_call (the call's result is p->result when the step function
 * runs again), step_tail, or STEP_RAISE after raise(). The C interpreter loop is never re-entered.
 */
#ifndef LONA_NATIVE_H
#define LONA_NATIVE_H

#include "term/heap.h"

#define MANY 255
enum native_flags {
    PURE = 1,  /* never allocates (but for raise) */
    ALLOC = 2, /* may allocate, hence collect */
    MACRO = 4, /* a macro: its arguments are &form and &env */
};
typedef term native_fn(struct proc *p, unsigned n);

enum step {
    STEP_RETURN,
    STEP_CALL,
    STEP_TAIL,
    STEP_RAISE,
    STEP_AGAIN /* out of reductions: run me again later */,
    STEP_JUMP /* unwound: go on at p->pc, p->fp */
};
typedef enum step step_fn(struct proc *p);

struct native_desc {
    const char *ns, *name;
    native_fn *fn; /* exactly one of fn and step */
    step_fn *step;
    u8 min_args, max_args, flags, registers;
};
extern const struct native_desc native_descs[];
extern const unsigned n_native_descs;
const struct native_desc *fn_native_desc(term fn); /* NULL for what is no function in C */
term native_of_var(term var);                      /* what natives_install bound it to; ABSENT */

struct native_place { /* where its table declares it, and which C function it is */
    const char *file, *function;
    u32 line;
};
const struct native_place *native_place(const struct native_desc *d);

/* Kinds of conditions (errors.def): keywords, e.g. E_TYPE_ERROR is :type-error. */
enum error {
#define ERROR(name, keyword, doc) E_##name,
#include "run/errors.def"
#undef ERROR
    ERROR_COUNT
};

/* Makes the condition pending and answers NONE. The format is a small printf: %s %d %u (C string, int, unsigned) %ld
 * %lu and %T: the next term, printed as pr does, cut at 60 characters. MAY_GC */
term raise(struct proc *p, enum error kind, const char *format, ...);
/* raise :type-error "<native> wants <wanted> as argument i+1, not <value of ARG(i)>" */
term raise_arg(struct proc *p, unsigned i, const char *wanted);
/* What messages call the native that runs. */
const char *running_native_name(struct proc *p);
/* Throws any value. */
term raise_value(struct proc *p, term value);

/* Makes a tail call pending and answers NONE. fn is a function or a VAR (its current value is called). */
term tail_call(struct proc *p, term fn, unsigned n, ...); /* n terms, n <= TAIL_ARGS_MAX */
/* Arguments: the elements of a list of cells or nil. Of a function with a rest list only one more than fn_fixed_params
 * need to be cells; what follows may be any sequence. */
term tail_apply(struct proc *p, term fn, term list);
#define NO_REST_LIST ((word) - 1)
word fn_fixed_params(term fn); /* parameters before its rest list; NO_REST_LIST: it has none */
/* The native's own arguments go to another function unchanged; name is in lona.core: the Lonala slow path. */
term tail_slow(struct proc *p, term var);

static inline enum step step_return(struct proc *p, term value)
{
    p->result = value;
    return STEP_RETURN;
}
/* Vars of slow.def: SLOW_force is lona.core/%force ... */
#define SLOW(id, name) extern term SLOW_##id;
#include "run/slow.def"
#undef SLOW

enum step step_call(struct proc *p, term fn, unsigned n, ...); /* n <= TAIL_ARGS_MAX */
enum step step_tail(struct proc *p, term fn, unsigned n, ...);

#define COPIED_WORDS_A_REDUCTION 16 /* from one heap to another */
/* Accounts work beyond the usual: about one reduction for 20 elements or 1 KiB. */
static inline void native_charge(struct proc *p, word reductions)
{
    p->reductions -= reductions > 100000 ? 100000 : (i32)reductions;
}

/* For natives whose work has no end of its own, such as printing an infinite range: when interrupt_asked they give up
 * with it, having changed nothing: the native is called again where the interrupt is answered with "continue". */
term retry_after_interrupt(struct proc *p);
#define INTERRUPT_LOOKS 0x10000 /* elements of a loop after which it looks */

/* Prototypes of all natives. */
#define NATIVE(ns, name, function, min, max, flags) native_fn function;
#define STEP_NATIVE(ns, name, function, args, registers) step_fn function;
#include "natives.def"
#undef NATIVE
#undef STEP_NATIVE

#endif
