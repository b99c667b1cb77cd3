/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * interp.h: the interpreter. One C function an instruction, each ending in a tail call of the next one's handler
 * through the domain's opcode -> handler table, so the machine state (process, pc, fp) stays in registers.
 *
 * Every instruction has up to three ways, tried in order: inline on immediates and flat objects; a C function that
 * cannot call Lonala code; the generic way (op_generic): the function that the instruction stands for is called in an
 * adapter frame. Redefining that function swaps the handler for op_generic, so that running loops and old closures obey
 * at once.
 */
#ifndef LONA_INTERP_H
#define LONA_INTERP_H

#include "lang/code.h"
#include "run/native.h"

#if defined(LONA_DISPATCH_LOOP)
#define MUSTTAIL
#elif defined(__clang__)
#define MUSTTAIL __attribute__((musttail))
#else
#define MUSTTAIL /* gcc makes sibling calls of these at -O2; tools/check-dispatch.sh looks */
#endif
#if defined(__has_attribute) && !defined(LONA_DISPATCH_LOOP) /* sanitizers realign the stack, which it cannot have */
#if __has_attribute(preserve_none)
#define HANDLER_CC __attribute__((preserve_none))
#endif
#endif
#ifndef HANDLER_CC
#define HANDLER_CC
#endif

struct op_table;
#define STATE struct proc *p, const u32 *pc, term *fp, const struct op_table *table
typedef HANDLER_CC void op_handler(STATE);
struct op_table {
    op_handler *handler[256]; /* atomic: ops_var_changed */
};
static ALWAYS_INLINE op_handler *op_handler_of(const struct op_table *table, u32 insn)
{
    return __atomic_load_n(&table->handler[INSN_OP(insn)], __ATOMIC_RELAXED);
}
extern struct op_table ops; /* of this domain */

#ifdef LONA_DISPATCH_LOOP
#define DISPATCH()  \
    do {            \
        p->pc = pc; \
        p->fp = fp; \
        return;     \
    } while (0)
#else
#define DISPATCH() MUSTTAIL return op_handler_of(table, *pc)(p, pc, fp, table)
#endif
#define NEXT(words)    \
    do {               \
        pc += (words); \
        DISPATCH();    \
    } while (0)
/* Continues in another handler-shaped function, with the state as it is. */
#define CONTINUE(function) MUSTTAIL return function(p, pc, fp, table)

#define R(i) (fp[-(iword)(i)])
/* The registers that the instruction at an address names: bytes are stored as 255 - number (code.h). Loading a byte is
 * shorter than taking it out of a word: a word is its bytes in this order on all our machines. */
#define REG_OF(at, byte) ((fp - 255)[((const u8 *)(at))[byte]])
#define BYTE(i) (((const u8 *)pc)[i])
#define RA REG_OF(pc, 1)
#define RB REG_OF(pc, 2)
#define RC REG_OF(pc, 3)
/* fp of the function that a call instruction calls. */
#define CALLEE_FP (fp - (255 + 2) + ((const u8 *)pc)[1])

/* --- calls --- */

/* The lower half of the header of a function of n parameters, or FN_MANY. */
#define FN_HEADER(n) ((u32)mk_header(T_FN, 0, 0) | (u32)(n) << 16)
/* The code of f when it is a function of exactly n parameters whose frame fits below nfp; else NULL. The header is read
 * with acquire: that of a definition which waited for its first call (stub_fill) speaks of the code that is read next.
 */
static ALWAYS_INLINE const struct code *simple_callee(const struct proc *p, term f, unsigned n, const term *nfp)
{
    const word *o = box_ptr(f);
    if (UNLIKELY((word)o & 7)) /* it is no box */
        return NULL;
    if (UNLIKELY(__atomic_load_n((const u32 *)o, __ATOMIC_ACQUIRE) != FN_HEADER(n)))
        return NULL;
    const struct code *code = (const struct code *)fn_code(f);
    return LIKELY((const word *)(nfp - code->nregs) >= p->limit) ? code : NULL;
}
/* The code of the arity for n arguments of a function of several, when its frame fits below nfp; else NULL. */
static ALWAYS_INLINE const struct code *arity_callee(const struct proc *p, term f, unsigned n, const term *nfp)
{
    if (!is_box(f) || __atomic_load_n((const u32 *)box_ptr(f), __ATOMIC_ACQUIRE) != FN_HEADER(FN_MANY))
        return NULL;
    const struct obj_arities *a = (const struct obj_arities *)fn_code(f);
    if (hdr_type(a->hdr) != T_ARITIES || n >= hdr_words(a->hdr) - 1 || is_nil(a->fixed[n]))
        return NULL;
    const struct code *code = code_ptr(a->fixed[n]);
    return LIKELY((const word *)(nfp - code->nregs) >= p->limit) ? code : NULL;
}
/* Enters code with its frame at nfp, where arguments and function are already. */
#define COUNT_REDUCTION()                  \
    do {                                   \
        if (UNLIKELY(--p->reductions < 0)) \
            CONTINUE(op_safepoint);        \
    } while (0)

#define ENTER(code, nfp)    \
    do {                    \
        pc = (code)->insns; \
        fp = (nfp);         \
        COUNT_REDUCTION();  \
        DISPATCH();         \
    } while (0)
/* A tail call's arguments, into the frame that it takes. */
static ALWAYS_INLINE void move_arguments(term *fp, const term *from, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fp[-(iword)i] = from[-(iword)i];
}

/* --- running --- */

/* Runs p until its slice is over, it waits, or it is done. */
void interp_run(struct proc *p);
/* Prepares a fresh process to call fn with n arguments; its result goes to p->result. */
MUST_CHECK bool interp_start(struct proc *p, term fn, unsigned n, const term *args);
/* The name of the function that p was started with, whatever it tail-called since, or nil; while its stack stands. */
term interp_initial_call(const struct proc *p);
void interp_init(void); /* after natives_install: builds the table and learns which natives instructions stand for */

/* --- between interp.c, call.c, generic.c, signal.c: handler-shaped --- */
op_handler call_native;    /* at CALL or CALLV of a native whose arity fits */
op_handler call_slow;      /* at CALL or CALLV: R[A+1] holds the function */
op_handler tail_call_slow; /* at TCALL or TCALLV */
op_handler op_generic;
op_handler op_pending;   /* the helper just called answered NONE */
op_handler op_safepoint; /* reductions ran out; pc is the instruction to go on with */
op_handler op_step;
op_handler op_fold;  /* fold.c */
op_handler op_force; /* forcing.c */

/* Calls a native for the instruction at p->pc without a frame; false: there is no room, or its arity is another. A
 * value of NONE has something pending. MAY_GC */
bool native_call(struct proc *p, term native, unsigned n, const term *args, term *value);

enum adapter_kind {
    ADAPTER_INSTEAD, /* fn does the instruction's work: its result is the instruction's */
    ADAPTER_SIGNALS, /* the instruction failed: it is given what a restart returns; whoever looks sees its operands */
    ADAPTER_AGAIN,   /* the instruction runs anew afterwards */
    ADAPTER_KINDS
};
/* Enters an adapter frame over the frame at p->pc, p->fp that calls fn; true: continue at p->pc, p->fp. MAY_GC */
bool adapter_enter(struct proc *p, term fn, unsigned n, const term *args, enum adapter_kind kind);

#endif
