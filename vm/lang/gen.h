/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gen.h: generation of instructions from nodes, steered by where the value is wanted. Inside vm/lang only.
 *
 * A value goes to a register, is returned (tail position: calls there replace the frame) or is not wanted. A register
 * is busy when the expression may still read its old value (recur): then it is written by the last instruction only.
 */
#ifndef LONA_GEN_H
#define LONA_GEN_H

#include "lang/emit.h"

enum dest_kind { D_REG, D_TAIL, D_IGNORE };
struct dest {
    u8 kind, reg;
    bool busy;
};
static inline struct dest to_reg(unsigned reg)
{
    return (struct dest){.kind = D_REG, .reg = (u8)reg};
}
#define TO_TAIL ((struct dest){.kind = D_TAIL})
#define TO_NOTHING ((struct dest){.kind = D_IGNORE})

/* codegen.c */
void gen(struct emitter *e, const struct node *n, struct dest d);
/* The value in some register: a variable's own, or a new temporary (the caller restores e->next). */
unsigned gen_operand(struct emitter *e, const struct node *n);
/* The value is in reg: brings it where it is wanted. */
void gen_deliver(struct emitter *e, unsigned reg, struct dest d);
/* A register to compute in: d's own, or a temporary that is not kept. */
unsigned gen_target(struct emitter *e, struct dest d);
void gen_core_call(struct emitter *e, const char *name, unsigned base, unsigned n, struct dest d);
void gen_bind(struct emitter *e, struct local *l, unsigned reg, u32 *range);
bool is_atom(const struct node *n); /* constant, variable: evaluating it does nothing */

bool is_float_const(const struct node *n); /* such as the K forms of instructions have */

/* branch.c: jumps to label when the truth of n is sense, else falls through */
void gen_jump(struct emitter *e, const struct node *n, bool sense, u32 label);
void gen_if(struct emitter *e, const struct node *n, struct dest d);
void gen_and_or(struct emitter *e, const struct node *n, struct dest d);
/* A guard that cannot raise once its number operands are checked. */
bool is_safe_guard(const struct node *n);
/* In such a guard: a numeric operand that is no number fails it. */
void gen_guard_number(struct emitter *e, const struct node *n, unsigned reg);

/* unwind.c */
void gen_try(struct emitter *e, const struct node *n, struct dest d);
void gen_handlers(struct emitter *e, const struct node *n, struct dest d);
void gen_restarts(struct emitter *e, const struct node *n, struct dest d);
void gen_bindings(struct emitter *e, const struct node *n, struct dest d);
term shared_tuple(struct compiler *c, const term *items, unsigned n); /* of terms that are copied; NIL when failed */

/* match.c */
void gen_match(struct emitter *e, const struct node *n, struct dest d);
void gen_receive(struct emitter *e, const struct node *n, struct dest d);

#endif
