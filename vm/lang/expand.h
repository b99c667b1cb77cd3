/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * expand.h: the machine that expands macros: its registers, and the parts that %expand and macroexpand share. Inside
 * vm/lang only.
 *
 * All state is in the registers of a STEP frame, for macros written in Lonala are called as frames, and so is what
 * forces the lazy sequences that forms may be made of. Forms inside forms wait on X_STACK, a list of tuples.
 */
#ifndef LONA_EXPAND_H
#define LONA_EXPAND_H

#include "run/native.h"

enum expand_register {
    X_FORM,     /* what is looked at; then its expansion */
    X_NS,       /* namespace that symbols are resolved in */
    X_ENV,      /* local names: map symbol -> symbol, or nil */
    X_STACK,    /* frames under the present one */
    X_KIND,     /* the present frame: enum kind of form, with a flag "something changed" */
    X_ORIG,     /* the form it expands */
    X_TODO,     /* cells of elements not yet expanded (vectors: unused) */
    X_DONE,     /* expanded elements, the last one first */
    X_INDEX,    /* number of the next element */
    X_SAVED,    /* X_ENV at its beginning */
    X_SAVED_NS, /* X_NS at its beginning */
    X_AT,       /* position of the form it expands, or of the nearest around it that has one: packed, or nil */
    X_MODE,     /* enum mode, nil at the start */
    X_BACK,     /* mode after the form is realised */
    X_SUB,      /* kind with which MODE_BEGIN begins a frame */
    X_REST,     /* what is still to be realised */
    X_CALLED,   /* the macro call being expanded */
    X_FN,       /* a macro in C: itself, */
    X_CALL,     /* &form, */
    X_CALL_ENV, /* &env */
    X_TIMES,    /* macros called one after the other for the form in this place, or nil */
    X_REGISTERS
};

enum mode {
    MODE_FORM,     /* X_FORM is an expression to expand */
    MODE_PATTERN,  /* X_FORM is a pattern, whose expressions are to be expanded */
    MODE_BEGIN,    /* X_FORM is to be expanded as kind X_SUB */
    MODE_FRAME,    /* go on with the present frame's next element */
    MODE_LOOK,     /* X_FORM is the present element, now realised */
    MODE_RETURN,   /* X_FORM is expanded */
    MODE_REALISE,  /* X_REST is being realised into X_CALL, X_CALL_ENV elements so far */
    MODE_EXPANDED, /* a macro has returned p->result */
    MODE_INHERIT,  /* X_FORM is that result, realised */
};

enum progress { GO_ON, CALLED /* step_call was made */, RAISED, NO_MACRO };

static inline void set_mode(struct proc *p, enum mode mode)
{
    REG(X_MODE) = mk_int(mode);
}

/* expand_macro.c */
bool is_realised_list(term form);
enum progress start_realising(struct proc *p, enum mode back); /* X_FORM */
enum progress realise(struct proc *p);
/* X_FORM is a realised list whose head is no special form: calls its macro, if it is a macro call. */
enum progress expand_macro_call(struct proc *p);
enum progress take_expansion(struct proc *p); /* MODE_EXPANDED */
enum progress inherit_position(struct proc *p);
term current_namespace(struct proc *p);
/* The form's position, as position_pack makes it; where it has none of its own that of what is around it. */
term position_within(term form, term at);
/* The cells as a list at this position. LIST_AT_WORDS reserved. */
#define LIST_AT_WORDS 6
term list_at(struct proc *p, term cells, u32 line, u32 column);
/* Makes REG(i), when it is a list without a position, a list at the packed position `at`, unless that is nil. False:
 * pending. MAY_GC */
bool inherit_place(struct proc *p, unsigned i, term at);

#endif
