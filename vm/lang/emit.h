/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * emit.h: writing the instructions of one code object: a growing buffer, labels, constants, positions and names of
 * registers; emit_finish makes the T_CODE in the shared area. Inside vm/lang only.
 *
 * Registers are handed out like a stack: next is the first free one; who takes some puts next back.
 * Instructions after one that never falls through are dropped until a label that something jumps to.
 */
#ifndef LONA_EMIT_H
#define LONA_EMIT_H

#include "lang/ast.h"

struct fixup {
    u32 at;   /* word to fill */
    u32 insn; /* instruction it belongs to */
    u32 what; /* label, or with the top bit constant */
};
struct label {
    u32 at; /* ~0 until placed */
    u32 jumps;
};
struct mark { /* position of the instructions from insn on */
    u32 insn, line, column;
};
struct range { /* a named register */
    u32 name;  /* constant */
    u32 reg, from, to;
};

struct emitter {
    struct compiler *c;
    struct emitter *outer;
    struct function *fn;
    struct arity *arity;
    u32 *code;
    struct fixup *fixups;
    struct label *labels;
    term *consts;
    struct mark *marks;
    struct range *ranges;
    u32 n, n_fixups, n_labels, n_consts, n_marks, n_ranges;
    u32 room, fixup_room, label_room, const_room, mark_room, range_room;
    u32 last_label_at; /* where a label was placed last */
    unsigned next, max;
    u32 line, column; /* of what is emitted next */
    u32 guard_label;  /* in a guard without handler: where a wrong type leads; else 0 */
    bool dead;        /* nothing reaches this place */
};

struct emitter *emitter_new(struct compiler *c, struct emitter *outer, struct function *fn, struct arity *arity);
unsigned take_regs(struct emitter *e, unsigned n);
void at_node(struct emitter *e, const struct node *n);

void emit(struct emitter *e, u32 insn);
void emit_word(struct emitter *e, u32 insn, u32 w1);
void emit_const(struct emitter *e, u32 insn, term value);             /* W1: constant, copied to the shared area */
void emit_var(struct emitter *e, u32 insn, term var);                 /* W1: its cell */
void emit_jump(struct emitter *e, u32 insn, u32 label);               /* W1: jump */
void emit_const_jump(struct emitter *e, u32 insn, term k, u32 label); /* W1: constant, W2: jump */
void emit_load(struct emitter *e, unsigned reg, term value);
void emit_move(struct emitter *e, unsigned to, unsigned from);

#define NO_LABEL 0u
u32 new_label(struct emitter *e); /* never 0 */
void place_label(struct emitter *e, u32 label);
/* A register has this name from here on; end_name closes it. */
u32 begin_name(struct emitter *e, term name, unsigned reg);
void end_name(struct emitter *e, u32 range);

/* The finished T_CODE; NONE: failed. */
term emit_finish(struct emitter *e, term name, unsigned nargs, unsigned flags);

/* --- live.c --- */
#define NO_REGION 0u
#define UNKNOWN_REGION (~0u)
/*
 * Where control flows and which chain record is the newest. region[i] for an instruction that starts at i: 1 + the
 * index of the PUSH whose record is the newest just before it, or NO_REGION. parent is indexed by the PUSH.
 */
struct flow {
    const u32 *code;
    u32 n;
    unsigned nregs;
    u32 *starts, n_starts;
    u32 *region, *parent; /* NULL when there is no PUSH */
};
bool insn_target(const u32 *code, u32 at, u32 *target); /* of a jump, or the handler of a PUSH */
/* False: no memory, or *why says which rule is broken. Operands and jumps must have been checked. */
bool flow_make(struct flow *f, const u32 *code, u32 n, unsigned nregs, const char **why);
void flow_free(struct flow *f);
/* Live sets just before each word's instruction, words_per_set each, from port_alloc. NULL: no memory. */
u64 *flow_live(const struct flow *f, unsigned *words_per_set);

/* --- code_debug.c --- */
/* The debug blob as a T_BYTES in the shared area. */
term debug_make(const struct emitter *e, const struct flow *f, const u64 *live, unsigned words_per_set);

#endif
