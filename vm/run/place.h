/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * place.h: where in a text the work is that goes on: which form is being read, expanded or compiled.
 *
 * The frames say it. From the newest outwards: a frame that expands macros knows the form at hand or the nearest one
 * around it that has a position; the frame that evaluates a form knows that form and its file; the one that loads a
 * text knows where the form begins that it evaluates. The first that knows a line gives it. A form that a running
 * program evaluates, and that was not read from a text, is where that program is.
 */
#ifndef LONA_PLACE_H
#define LONA_PLACE_H

#include "data/str.h"
#include "run/frames.h"
#include "run/native.h"

struct text_place {
    term file;        /* a string, or nil */
    u32 line, column; /* line 0: not known */
};

/* What a frame does with a text. */
enum text_work { WORK_OTHER, WORK_EXPANDS, WORK_EVALUATES, WORK_LOADS };

/* False: a program is running, and no form of a text is at work above it. */
bool text_place_find(const struct proc *p, struct text_place *place);
bool text_place_from(struct frame f, struct text_place *place); /* f: the newest frame that is asked */
/* The data of the condition that is pending, if it is one of this process, says where. MAY_GC */
void pending_add_place(struct proc *p, const struct text_place *place);
/* Adds to the data of the condition that is pending. False: something else is pending now. MAY_GC */
bool pending_add_data(struct proc *p, term key, term value);
/* A :compile-error or :read-error says where what is being compiled stands, other conditions are left as they are.
 * Answers c; NONE: pending. MAY_GC */
term condition_placed(struct proc *p, term c);

/* --- what the frames of expand.c and eval.c answer; fp[-i] are the registers --- */

/* The form that a frame of the expander is at. *macro: the name of the macro whose call is being expanded, or nil. */
void expander_place(const term *fp, struct text_place *place, term *macro);
bool is_expander(const struct native_desc *native);
/* For a frame of the evaluator. */
enum text_work evaluator_place(const term *fp, const struct native_desc *native, struct text_place *place);
/* The text of the form that a frame which loads a text evaluates, and where it begins. False: it is no such frame. */
bool loaded_form(const term *fp, const struct native_desc *native, struct str_view *text, struct text_place *place);

/* --- symbols, of which the reader notes no positions --- */

/* Where the form that is being loaded first mentions a symbol at or behind *line and *column (0: anywhere), and inside
 * of what begins there: those are changed to that place, or left as they are where it does not. */
void text_find_symbol(const struct proc *p, term symbol, u32 *line, u32 *column);

#endif
