/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * signal.h: conditions: finding who handles one, unwinding to it. Handlers run on top of the signalling frame; nothing
 * is unwound before one decides.
 */
#ifndef LONA_SIGNAL_H
#define LONA_SIGNAL_H

#include "run/chain.h"
#include "run/native.h"

#define UNWIND_ALL 0
#define UNWIND_RETURN 0xffu /* more than any clause's number */
/* Unwinds to the record at distance target: finally bodies on the way run first. Sets p->pc, p->fp. UNWIND_ALL: past
 * all records, where the process fails with value. With clause UNWIND_RETURN target is the distance of a frame that was
 * called: it returns value. */
void unwind(struct proc *p, word target, unsigned clause, term value);
/* Makes a condition; NONE: out of memory, pending. MAY_GC */
term condition_make(struct proc *p, term kind, term message, term data, term cause);
void calls_init(void);
void signal_init(void);
/* Calls whatever is at nfp[1] with n arguments below it (call.c). False: a condition is pending. */
bool call_begin(struct proc *p, term *nfp, unsigned n, bool tail);
/* If a STEP frame is about to begin, its registers but the arguments become nil, so that the collector may look at
 * them. */
void step_frame_begin(const u32 *pc, term *fp);
/* An interrupt of the first process is about to be told to it (the count is of that process alone). True: it was told
 * so many in a row, while it read nothing from the console, that the plain prompt shall run instead: the value of
 * SLOW_plain_prompt. */
#define INTERRUPTS_FOR_PLAIN_PROMPT 5
bool interrupt_taken_in_vain(void);
void interrupts_were_heard(void);
/* One line "file:line:column: in name" a frame, newest first, at most max. */
struct buf;
void stack_print(const struct proc *p, struct buf *b, unsigned max);

/* The stack as a list of [function file line column], the newest first (backtrace.c). NONE: pending. MAY_GC */
term stack_list(struct proc *p, unsigned max);
/* The same with locals, as %frames gives them. */
term frames_list(struct proc *p, unsigned max);
/* The process ends without unwinding: lazy cells that it was computing wait again. */
void give_up_all_frames(struct proc *p);

#endif
