/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * code.h: compiled functions. Code objects are immutable and live in the shared area.
 *
 *   | struct code | insns[n_insns] (u32, padded to a word) | consts[n_consts] |      (code_insns, code_consts)
 *
 * Instructions are one 32-bit word, op | A << 8 | B << 16 | C << 24 (D = B and C as one signed 16-bit number), and up
 * to two further words W1, W2; ops.def says which. Jumps are relative to the next instruction, in words. A constant
 * operand is the distance in 32-bit words from the instruction's first word to the constant (insn_const).
 *
 * Debug information is always there: a blob (T_BYTES) with three tables, read by the functions below.
 */
#ifndef LONA_CODE_H
#define LONA_CODE_H

#include "publish.h"
#include "term/objects.h"

enum op {
#define OP(name, ...) OP_##name,
#include "lang/ops.def"
#undef OP
    N_OPS
};
STATIC_ASSERT(N_OPS <= 256, "an opcode is one byte");

/* What JKIND and JNKIND ask. */
enum kind {
#define KIND(name, predicate) KIND_##name,
#include "run/kinds.def"
#undef KIND
    N_KINDS
};

#define CODE_VARIADIC 1u /* parameter nargs (after the fixed ones) takes a list of the rest, or nil */
#define CODE_STEP 2u     /* a STEP native's frame: registers 0..nregs-1 are all live */
#define CODE_ADAPTER 4u  /* frames pushed by the interpreter itself: run/call.c */
#define CODE_STUB 8u     /* no instructions: the first constant is called with the function and the list of arguments */

#define REGISTERS_MAX 256 /* of a frame: an operand is one byte */

struct code { /* T_CODE */
    word hdr;
    u16 nregs; /* registers of a frame, call areas included; 1..REGISTERS_MAX */
    u8 nargs;  /* fixed parameters */
    u8 flags;  /* CODE_* */
    u32 n_consts;
    u32 n_insns;
    u32 line, column; /* of the form */
    u32 spare;
    term name;   /* symbol (qualified for top-level functions), or nil */
    term file;   /* string or nil */
    term debug;  /* T_BYTES or nil */
    u32 insns[]; /* the entry is at a fixed offset: a call loads nothing to find it */
};
#define CODE_WORDS (sizeof(struct code) / 8)
STATIC_ASSERT(sizeof(struct code) % 8 == 0, "constants are aligned");
static inline struct code *code_ptr(term t)
{
    return (struct code *)box_ptr(t);
}
static inline const u32 *code_insns(const struct code *c)
{
    return c->insns;
}
static inline term *code_consts(const struct code *c)
{
    return (term *)c + CODE_WORDS + (c->n_insns + 1) / 2;
}

/* What a function runs: struct code, or struct obj_arities. Another thread may store it: definitions that wait for
 * their first call, run/eval.c. */
static inline const word *fn_code(term f)
{
    return __atomic_load_n(&OBJ(fn, f)->code, BY_ADDRESS);
}
/* Its code when it waits for its first call, else NULL. Another process may make it any other function at any time. */
static inline const struct code *fn_stub(term f)
{
    const word *code = is_type(f, T_FN) ? fn_code(f) : NULL;
    bool stub = code && hdr_type(*code) == T_CODE && (((const struct code *)code)->flags & CODE_STUB);
    return stub ? (const struct code *)code : NULL;
}
/* The code of one of its arities, which all have its name. */
static inline const struct code *fn_some_code(term f)
{
    const word *code = fn_code(f);
    if (hdr_type(*code) != T_ARITIES)
        return (const struct code *)code;
    const struct obj_arities *a = (const struct obj_arities *)code;
    term one = a->variadic;
    for (word i = 0; is_nil(one) && i + 1 < hdr_words(a->hdr); i++)
        one = a->fixed[i];
    return code_ptr(one);
}

/* The bytes A, B and C are stored as 255 - value: a register's address is then fp + 8 * byte - 2040, one addressing
 * mode. */
#define INSN(op, a, b, c) \
    ((u32)(op) | (u32)(u8)(255 - (a)) << 8 | (u32)(u8)(255 - (b)) << 16 | (u32)(u8)(255 - (c)) << 24)
#define INSN_D(op, a, d) ((u32)(op) | (u32)(u8)(255 - (a)) << 8 | (u32)(u16)(d) << 16)
#define INSN_OP(i) ((u8)(i))
#define INSN_A(i) (255 - (unsigned)(u8)((i) >> 8))
#define INSN_B(i) (255 - (unsigned)(u8)((i) >> 16))
#define INSN_C(i) (255 - (unsigned)(u8)((i) >> 24))
#define INSN_SC(i) ((i8)INSN_C(i))
#define INSN_D_VALUE(i) ((i16)((i) >> 16))

/* The constant that word w (KST) of the instruction at pc names. */
static inline term insn_const(const u32 *pc, u32 w)
{
    return *(const term *)(const void *)(pc + (i32)w);
}

#define MAX_REGS 250
#define MAX_PARAMS 20

/* Kinds of operands, for whoever walks code: liveness, verifier, disassembler. */
enum operand {
    NO,  /* unused, zero */
    WR,  /* register, written */
    RD,  /* register, read */
    RW,  /* register, read and written */
    RN,  /* first of a run of registers read; the run's length is in C */
    I8,  /* signed immediate */
    N8,  /* unsigned number: index or kind */
    D16, /* B and C together: signed 16-bit immediate */
    CB,  /* call base: R[A+1] and the B arguments from R[A+2] are read, R[A] is written; callee uses what is above */
    CV,  /* likewise, but the function comes from a var, so R[A+1] is only scratch */
    CH,  /* chain record in R[A]..R[A+3]: A, A+1 written, A+2, A+3 read by PUSH and live until POP */
    KST, /* word: constant */
    VAR, /* word: index of a var's cell */
    JMP, /* word: jump distance */
    I32, /* word: signed number */
};
#define EFF_PURE 0u  /* cannot allocate, call or fail */
#define EFF_GC 1u    /* may collect, raise, or call Lonala code through an adapter frame */
#define EFF_CALL 2u  /* transfers to another function and comes back */
#define EFF_END 4u   /* nothing falls through */
#define EFF_WRITE 8u /* changes what an operand refers to: its place among other instructions matters */

struct op_info {
    const char *name;   /* as in ops.def */
    u8 a, b, c, w1, w2; /* enum operand */
    u8 words;           /* length in 32-bit words */
    u8 effects;
    const char *var; /* the function that the instruction stands for, of lona.core or with its namespace, or "" */
    const char *doc;
};
extern const struct op_info op_infos[N_OPS];

enum pair_link { LINK_NONE, LINK_B, LINK_C, LINK_LAST };
struct op_pair {
    u8 op, first, second; /* enum op; second may be a pair */
    u8 link;              /* enum pair_link */
};
/* What a PAIR stands for; NULL: op is none. */
const struct op_pair *op_pair_of(unsigned op);
/* Puts a PAIR wherever one fits. */
struct live_code {
    const u32 *code;
    u32 n;
    unsigned set_words;
    const u64 *live; /* by instruction index: the set just before it (flow_live) */
};
void pairs_fuse(u32 *code, const struct live_code *c); /* code is c's */
/* True when the instruction at `at` is no PAIR, or one whose second is behind it. */
bool pair_fits(const struct live_code *c, u32 at);

/*
 * The live registers just before the instruction at insn (an index into insns), as a bit set of 256 bits; and the spent
 * ones: those of variables in scope that nobody reads any more. A spent register keeps nothing alive. It holds a term,
 * whose object the collector follows when something else keeps it, and ABSENT when nothing did: for the debugger.
 */
struct reg_sets {
    u64 live[4], spent[4];
};
void code_registers(const struct code *c, u32 insn, struct reg_sets *sets);
/* Position of the instruction; false where unknown. */
bool code_position(const struct code *c, u32 insn, u32 *line, u32 *column);
/* Local variable number i that is in scope at insn: false past the last. *name is a symbol, *reg its register, or
 * REG_CAPTURED + the index of the captured value, or REG_NOWHERE: its value is stored nowhere. */
#define REG_NOWHERE 255u
#define REG_CAPTURED 256u
bool code_local(const struct code *c, u32 insn, unsigned i, term *name, unsigned *reg);
/* True when the code is well formed: operands in range, jumps on instruction starts, every register read was written,
 * constants and cells exist, live tables cover what they must. *why names the rule that is broken. */
bool code_verify(const struct code *c, const char **why);

#endif
