/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * frames.h: walking the stack of a process that does not run (or of one inside a helper: p->pc and p->fp are set).
 *
 *   for (struct frame f = frame_top(p); f.fp; f = frame_up(f)) ...
 *
 * Adapter frames (CODE_ADAPTER) stand between an instruction that needs a function called on its behalf and that
 * function: R[0] the address of the instruction (raw), R[1] distance in words to the interrupted frame's fp.
 */
#ifndef LONA_FRAMES_H
#define LONA_FRAMES_H

#include "lang/code.h"
#include "run/proc.h"

struct frame {
    term *fp;      /* NULL past the outermost frame */
    const u32 *pc; /* the instruction under way; for a frame that waits for a call: the return address */
    bool waits;    /* it waits for the call whose instruction ends at pc: R[A] of that is not live yet */
    bool delivers; /* a function runs in place of the instruction at pc, which has read its operands */
};

/* Register slots: where the return address and the function stand. */
#define FRAME_RETURN 2
#define FRAME_FN 1
#define FRAME_HEADER 2 /* words a callee's frame has above its fp */
#define CALL_WORDS 2   /* length of every instruction with a call base */

#define ADAPTER_PC 0
#define ADAPTER_DELTA 1
#define ADAPTER_BASE 2 /* call base within an adapter frame */

static inline const struct code *frame_code(const term *fp)
{
    return (const struct code *)OBJ(fn, fp[FRAME_FN])->code;
}
/* The code that runs in the frame. A function of several arities (aux FN_MANY) runs one of them: found by the pc. */
const struct code *frame_running_code(struct frame f);

static inline struct frame frame_top(const struct proc *p)
{
    return (struct frame){.fp = p->fp, .pc = p->pc, .waits = false};
}
struct frame frame_up(struct frame f);
/* Lowest word of the stack that is in use, or will be without a further check of the limit. */
word *proc_stack_low(const struct proc *p);
/* The STEP native whose frame this is, or whose code, or NULL. */
struct native_desc;
const struct native_desc *frame_step_native(const term *fp);
const struct native_desc *code_step_native(const struct code *c);
/* Registers of the frame (code_registers, less the call's result where it waits). */
void frame_registers(struct frame f, struct reg_sets *sets);

#endif
