/* SPDX-License-Identifier: GPL-3.0-only */
/* slow_ops.h: the second ways of instructions (interp.h), handler-shaped, in slow_ops.c, signal.c and receive.c. */
#ifndef LONA_SLOW_OPS_H
#define LONA_SLOW_OPS_H

#include "run/interp.h"
#include "run/names.h"

op_handler op_unbound, op_compare, op_equal, op_arithmetic, op_cons, op_first, op_rest, op_next, op_seq, op_count,
    op_nth, op_assoct, op_get, op_conjt, op_getk, op_mkvec, op_mkfn, op_resume, op_adapt, op_receive_hint,
    op_receive_time, op_receive_more, op_receive_take, op_receive_inside, op_receive_lost;

/* The operands that the instruction hands to the function it stands for; their number. */
#define OP_OPERANDS 3
unsigned op_operands(const u32 *pc, const term *fp, term out[OP_OPERANDS]);
/* Stores the result of the instruction at pc, or takes its jump; the next pc. */
const u32 *op_deliver(const u32 *pc, term *fp, term result);

/* The function model with the n registers from `from` on as captured values; FN_WORDS + n words are reserved. */
#define FN_WORDS 3
static ALWAYS_INLINE term fn_with_captures(struct proc *p, term model, const term *from, unsigned n)
{
    struct obj_fn *f = (struct obj_fn *)heap_take_box(p, T_FN, box_aux(model), FN_WORDS - 1 + n);
    f->code = OBJ(fn, model)->code;
    f->meta = OBJ(fn, model)->meta;
    NO_UNROLL
    for (unsigned i = 0; i < n; i++)
        f->capture[i] = from[-(iword)i];
    return mk_box_ptr(f);
}

/* A constant of case or match: the same word, or a keyword or symbol of that name which is not interned. */
static inline bool term_is_constant(term t, term constant)
{
    return same(t, constant) || (is_box(t) && !is_shared(t) && (is_keyword(t) || is_symbol(t)) &&
                                 box_type(t) == box_type(constant) && names_equal(t, constant));
}

#endif
