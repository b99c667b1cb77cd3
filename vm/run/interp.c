/* SPDX-License-Identifier: GPL-3.0-only */
/* The instructions' inline ways. Whatever is longer than a few lines is in call.c, generic.c and slow.c. */
#include "run/interp.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "hostile.h"
#include "pure.h"
#include "run/chain.h"
#include "run/frames.h"
#include "run/kinds.h"
#include "run/mailbox.h"
#include "run/names.h"
#include "run/quick.h"
#include "run/slow_ops.h"
#include "term/equal.h"

#define HANDLER(name) static HANDLER_CC void op_##name(STATE)
#define JUMP_IF(cond, words)            \
    do {                                \
        if (cond)                       \
            pc += (i32)pc[(words) - 1]; \
        NEXT(words);                    \
    } while (0)

/* --- moves and constants --- */
HANDLER(MOVE)
{
    RA = RB;
    NEXT(1);
}
HANDLER(LOADS)
{
    RA.w = (word)(iword)INSN_D_VALUE(*pc);
    NEXT(1);
}
HANDLER(LOADK)
{
    RA = insn_const(pc, pc[1]);
    NEXT(2);
}
HANDLER(GETCAP)
{
    RA = OBJ(fn, fp[FRAME_FN])->capture[INSN_B(*pc)];
    NEXT(1);
}
HANDLER(SELF)
{
    RA = fp[FRAME_FN];
    NEXT(1);
}
HANDLER(GETVAR)
{
    term v = slot_read(&CELLS[pc[1]]);
    if (UNLIKELY(same(v, UNBOUND)))
        CONTINUE(op_unbound);
    RA = v;
    NEXT(2);
}
HANDLER(GETDYN)
{
    term v = var_value(p, var_of_cell(pc[1]));
    if (UNLIKELY(same(v, UNBOUND)))
        CONTINUE(op_unbound);
    RA = v;
    NEXT(2);
}

/* --- calls --- */
HANDLER(CALL)
{
    term *nfp = CALLEE_FP;
    term f = nfp[FRAME_FN];
    const struct code *code = simple_callee(p, f, INSN_B(*pc), nfp);
    if (UNLIKELY(!code))
        CONTINUE(call_slow);
    nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
    ENTER(code, nfp);
}
HANDLER(CALLV)
{
    term *nfp = CALLEE_FP;
    term f = slot_read(&CELLS[pc[1]]);
    nfp[FRAME_FN] = f;
    const struct code *code = simple_callee(p, f, INSN_B(*pc), nfp);
    if (UNLIKELY(!code))
        CONTINUE(call_slow);
    nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
    ENTER(code, nfp);
}
HANDLER(TCALL)
{
    const term *from = CALLEE_FP;
    term f = from[FRAME_FN];
    const struct code *code = simple_callee(p, f, INSN_B(*pc), fp);
    if (UNLIKELY(!code))
        CONTINUE(tail_call_slow);
    move_arguments(fp, from, INSN_B(*pc));
    fp[FRAME_FN] = f;
    ENTER(code, fp);
}
HANDLER(TCALLV)
{
    term *from = CALLEE_FP;
    term f = slot_read(&CELLS[pc[1]]);
    from[FRAME_FN] = f;
    const struct code *code = simple_callee(p, f, INSN_B(*pc), fp);
    if (UNLIKELY(!code))
        CONTINUE(tail_call_slow);
    move_arguments(fp, from, INSN_B(*pc));
    fp[FRAME_FN] = f;
    ENTER(code, fp);
}
HANDLER(RET)
{
    term result = RA;
    pc = (const u32 *)fp[FRAME_RETURN].w;
    fp[FRAME_RETURN] = result;
    fp += INSN_A(pc[-CALL_WORDS]) + FRAME_HEADER;
    DISPATCH();
}

/* --- jumps --- */
HANDLER(JMP)
{
    JUMP_IF(true, 2);
}
HANDLER(LOOP)
{
    pc += (i32)pc[1] + 2;
    COUNT_REDUCTION();
    DISPATCH();
}
HANDLER(JT)
{
    JUMP_IF(is_truthy(RA), 2);
}
HANDLER(JF)
{
    JUMP_IF(!is_truthy(RA), 2);
}
HANDLER(JNIL)
{
    JUMP_IF(is_nil(RA), 2);
}
HANDLER(JNNIL)
{
    JUMP_IF(!is_nil(RA), 2);
}
HANDLER(JIDK)
{
    JUMP_IF(term_is_constant(RA, insn_const(pc, pc[1])), 3);
}
HANDLER(JNIDK)
{
    JUMP_IF(!term_is_constant(RA, insn_const(pc, pc[1])), 3);
}
HANDLER(JKIND)
{
    JUMP_IF(kind_is(RA, INSN_B(*pc)), 2);
}
HANDLER(JNKIND)
{
    JUMP_IF(!kind_is(RA, INSN_B(*pc)), 2);
}
HANDLER(JNVEC)
{
    term v = RA;
    unsigned n = INSN_B(*pc);
    bool fits =
        is_box(v) && (box_type(v) == T_TUPLE ? box_words(v) == n : box_type(v) == T_VECTOR && vec_count(v) == n);
    JUMP_IF(!fits, 2);
}
HANDLER(JNVECGE)
{
    term v = RA;
    unsigned n = INSN_B(*pc);
    bool fits =
        is_box(v) && (box_type(v) == T_TUPLE ? box_words(v) >= n : box_type(v) == T_VECTOR && vec_count(v) >= n);
    JUMP_IF(!fits, 2);
}
HANDLER(VREF)
{
    term v = RB;
    RA = LIKELY(box_type(v) == T_TUPLE) ? OBJ(tuple, v)->item[INSN_C(*pc)] : vec_nth(v, INSN_C(*pc));
    NEXT(1);
}

/* --- comparisons --- */
/* Of the two commonest ranges, whose tags are 4 and 5: one test for any number of operands. */
#define USUAL_FLOAT_BITS(t) ((t).w - TAG_FLOAT_LOW)
#define are_usual_floats(bits) (((bits) & 6) == 0)
#define is_usual_float(t) are_usual_floats(USUAL_FLOAT_BITS(t))
#define BOTH_USUAL_FLOATS(b, c) are_usual_floats(USUAL_FLOAT_BITS(b) | USUAL_FLOAT_BITS(c))

/* JXX compares registers A and B; jumps when the outcome is `want`. */
#define COMPARE_JUMP(name, op, want)                      \
    HANDLER(name)                                         \
    {                                                     \
        term a = RA, b = RB;                              \
        bool r;                                           \
        if (LIKELY(are_ints(a, b)))                       \
            r = (iword)a.w op(iword) b.w;                 \
        else if (both_floats(a, b))                       \
            r = float_imm_value(a) op float_imm_value(b); \
        else                                              \
            CONTINUE(op_compare);                         \
        JUMP_IF(r == (want), 2);                          \
    }
#define COMPARE_JUMP_IMM(name, op, want)                         \
    HANDLER(name)                                                \
    {                                                            \
        term a = RA;                                             \
        bool r;                                                  \
        if (LIKELY(is_int(a)))                                   \
            r = (iword)a.w op((iword)INSN_D_VALUE(*pc) * 8);     \
        else if (is_float_imm(a))                                \
            r = float_imm_value(a) op(double) INSN_D_VALUE(*pc); \
        else                                                     \
            CONTINUE(op_compare);                                \
        JUMP_IF(r == (want), 2);                                 \
    }
#define COMPARE_JUMP_CONST(name, op, want)                                     \
    HANDLER(name)                                                              \
    {                                                                          \
        term a = RA;                                                           \
        if (UNLIKELY(!is_usual_float(a)))                                      \
            CONTINUE(op_compare);                                              \
        bool r = float_imm_value(a) op float_imm_value(insn_const(pc, pc[1])); \
        JUMP_IF(r == (want), 3);                                               \
    }
#define COMPARE_VALUE(name, op)                                     \
    HANDLER(name)                                                   \
    {                                                               \
        term b = RB, c = RC;                                        \
        if (LIKELY(are_ints(b, c)))                                 \
            RA = mk_bool((iword)b.w op(iword) c.w);                 \
        else if (both_floats(b, c))                                 \
            RA = mk_bool(float_imm_value(b) op float_imm_value(c)); \
        else                                                        \
            CONTINUE(op_compare);                                   \
        NEXT(1);                                                    \
    }
COMPARE_JUMP(JLT, <, true)
COMPARE_JUMP(JNLT, <, false)
COMPARE_JUMP(JLE, <=, true)
COMPARE_JUMP(JNLE, <=, false)
COMPARE_JUMP(JGT, >, true)
COMPARE_JUMP(JNGT, >, false)
COMPARE_JUMP(JGE, >=, true)
COMPARE_JUMP(JNGE, >=, false)
COMPARE_JUMP_IMM(JLTI, <, true)
COMPARE_JUMP_IMM(JNLTI, <, false)
COMPARE_JUMP_IMM(JLEI, <=, true)
COMPARE_JUMP_IMM(JNLEI, <=, false)
COMPARE_JUMP_IMM(JGTI, >, true)
COMPARE_JUMP_IMM(JNGTI, >, false)
COMPARE_JUMP_IMM(JGEI, >=, true)
COMPARE_JUMP_IMM(JNGEI, >=, false)
COMPARE_JUMP_CONST(JLTK, <, true)
COMPARE_JUMP_CONST(JNLTK, <, false)
COMPARE_JUMP_CONST(JLEK, <=, true)
COMPARE_JUMP_CONST(JNLEK, <=, false)
COMPARE_JUMP_CONST(JGTK, >, true)
COMPARE_JUMP_CONST(JNGTK, >, false)
COMPARE_JUMP_CONST(JGEK, >=, true)
COMPARE_JUMP_CONST(JNGEK, >=, false)
COMPARE_VALUE(LT, <)
COMPARE_VALUE(LE, <=)
COMPARE_VALUE(GT, >)
COMPARE_VALUE(GE, >=)

#define EQUAL_JUMP(name, b_expr, want)   \
    HANDLER(name)                        \
    {                                    \
        int r = quick_equal(RA, b_expr); \
        if (UNLIKELY(r < 0))             \
            CONTINUE(op_equal);          \
        JUMP_IF(r == (want), 2);         \
    }
EQUAL_JUMP(JEQ, RB, 1)
EQUAL_JUMP(JNEQ, RB, 0)
EQUAL_JUMP(JEQI, mk_int(INSN_D_VALUE(*pc)), 1)
EQUAL_JUMP(JNEQI, mk_int(INSN_D_VALUE(*pc)), 0)
HANDLER(EQ)
{
    int r = quick_equal(RB, RC);
    if (UNLIKELY(r < 0))
        CONTINUE(op_equal);
    RA = mk_bool(r);
    NEXT(1);
}
HANDLER(NOT)
{
    RA = mk_bool(!is_truthy(RB));
    NEXT(1);
}
HANDLER(ISNIL)
{
    RA = mk_bool(is_nil(RB));
    NEXT(1);
}
HANDLER(IDENT)
{
    if (same(RB, RC))
        RA = TRUE_TERM;
    else if (is_pointer(RB) && is_pointer(RC))
        CONTINUE(op_generic); /* names that are not interned */
    else
        RA = FALSE_TERM;
    NEXT(1);
}

/* --- arithmetic --- */
#define ARITHMETIC(name, overflows, float_op)                                      \
    HANDLER(name)                                                                  \
    {                                                                              \
        term b = RB, c = RC;                                                       \
        iword r;                                                                   \
        if (LIKELY(are_ints(b, c))) {                                              \
            if (UNLIKELY(overflows))                                               \
                CONTINUE(op_arithmetic);                                           \
            RA = TERM(r);                                                          \
            NEXT(1);                                                               \
        }                                                                          \
        if (LIKELY(BOTH_USUAL_FLOATS(b, c))) {                                     \
            term f = float_encode(float_imm_value(b) float_op float_imm_value(c)); \
            if (UNLIKELY(!float_fits(f)))                                          \
                CONTINUE(op_arithmetic);                                           \
            RA = f;                                                                \
            NEXT(1);                                                               \
        }                                                                          \
        if (is_unboxed_number(b) && is_unboxed_number(c)) {                        \
            term f = float_encode(unboxed_double(b) float_op unboxed_double(c));   \
            if (UNLIKELY(!float_fits(f)))                                          \
                CONTINUE(op_arithmetic);                                           \
            RA = f;                                                                \
            NEXT(1);                                                               \
        }                                                                          \
        CONTINUE(op_arithmetic);                                                   \
    }
ARITHMETIC(ADD, __builtin_add_overflow((iword)b.w, (iword)c.w, &r), +)
ARITHMETIC(SUB, __builtin_sub_overflow((iword)b.w, (iword)c.w, &r), -)
ARITHMETIC(MUL, __builtin_mul_overflow((iword)b.w, int_value(c), &r), *)

#define ARITHMETIC_IMM(name, builtin, imm, float_op)                         \
    HANDLER(name)                                                            \
    {                                                                        \
        term b = RB;                                                         \
        iword r;                                                             \
        if (LIKELY(is_int(b))) {                                             \
            if (UNLIKELY(builtin((iword)b.w, (iword)(imm) * 8, &r)))         \
                CONTINUE(op_arithmetic);                                     \
            RA = TERM(r);                                                    \
            NEXT(1);                                                         \
        }                                                                    \
        if (is_float_imm(b)) {                                               \
            term f = float_encode(float_imm_value(b) float_op(double)(imm)); \
            if (UNLIKELY(!float_fits(f)))                                    \
                CONTINUE(op_arithmetic);                                     \
            RA = f;                                                          \
            NEXT(1);                                                         \
        }                                                                    \
        CONTINUE(op_arithmetic);                                             \
    }
ARITHMETIC_IMM(ADDI, __builtin_add_overflow, (i8)(255 - BYTE(3)), +)
ARITHMETIC_IMM(SUBI, __builtin_sub_overflow, (i8)(255 - BYTE(3)), -)
ARITHMETIC_IMM(INC, __builtin_add_overflow, 1, +)
ARITHMETIC_IMM(DEC, __builtin_sub_overflow, 1, -)

#define ARITHMETIC_CONST(name, float_op)                                                   \
    HANDLER(name)                                                                          \
    {                                                                                      \
        term b = RB;                                                                       \
        if (LIKELY(is_unboxed_number(b))) {                                                \
            double x = LIKELY(is_usual_float(b)) ? float_imm_value(b) : unboxed_double(b); \
            term f = float_encode(x float_op float_imm_value(insn_const(pc, pc[1])));      \
            if (LIKELY(float_fits(f))) {                                                   \
                RA = f;                                                                    \
                NEXT(2);                                                                   \
            }                                                                              \
        }                                                                                  \
        CONTINUE(op_arithmetic);                                                           \
    }
ARITHMETIC_CONST(ADDK, +)
ARITHMETIC_CONST(SUBK, -)
ARITHMETIC_CONST(MULK, *)
ARITHMETIC_CONST(DIVK, /)

HANDLER(DIV)
{
    term b = RB, c = RC;
    if (LIKELY(is_float_imm(c) && is_unboxed_number(b)) || (is_int(c) && is_float_imm(b))) {
        term f = float_encode(unboxed_double(b) / unboxed_double(c));
        if (UNLIKELY(!float_fits(f)))
            CONTINUE(op_arithmetic);
        RA = f;
        NEXT(1);
    }
    CONTINUE(op_arithmetic);
}
HANDLER(SQRT)
{
    term b = RB;
    if (UNLIKELY(!is_unboxed_number(b)))
        CONTINUE(op_generic);
    term f = float_encode(sqrt(LIKELY(is_usual_float(b)) ? float_imm_value(b) : unboxed_double(b)));
    if (UNLIKELY(!float_fits(f)))
        CONTINUE(op_generic);
    RA = f;
    NEXT(1);
}
/* Division of small integers: the divisor is neither 0 nor -1 (which may leave the small range). */
#define DIVIDES(b, c) (LIKELY(are_ints(b, c)) && LIKELY((c).w + 8 > 8))
HANDLER(QUOT)
{
    term b = RB, c = RC;
    if (!DIVIDES(b, c))
        CONTINUE(op_arithmetic);
    RA = mk_int((iword)b.w / (iword)c.w);
    NEXT(1);
}
HANDLER(REM)
{
    term b = RB, c = RC;
    if (!DIVIDES(b, c))
        CONTINUE(op_arithmetic);
    RA = TERM((iword)b.w % (iword)c.w);
    NEXT(1);
}
HANDLER(MOD)
{
    term b = RB, c = RC;
    if (!DIVIDES(b, c))
        CONTINUE(op_arithmetic);
    iword r = (iword)b.w % (iword)c.w;
    if (r != 0 && (r ^ (iword)c.w) < 0)
        r += (iword)c.w;
    RA = TERM(r);
    NEXT(1);
}
#define BITWISE(name, op)              \
    HANDLER(name)                      \
    {                                  \
        term b = RB, c = RC;           \
        if (UNLIKELY(!are_ints(b, c))) \
            CONTINUE(op_arithmetic);   \
        RA = TERM(b.w op c.w);         \
        NEXT(1);                       \
    }
BITWISE(BAND, &)
BITWISE(BOR, |)
BITWISE(BXOR, ^)
HANDLER(BSHL)
{
    term b = RB, c = RC;
    iword n = int_value(c);
    if (UNLIKELY(!are_ints(b, c) || (word)n > 60 || ((iword)(b.w << n) >> n) != (iword)b.w))
        CONTINUE(op_arithmetic);
    RA = TERM(b.w << n);
    NEXT(1);
}
HANDLER(BSHR)
{
    term b = RB, c = RC;
    iword n = int_value(c);
    if (UNLIKELY(!are_ints(b, c) || (word)n > 63))
        CONTINUE(op_arithmetic);
    RA = mk_int(int_value(b) >> n);
    NEXT(1);
}

/* --- data --- */
HANDLER(CONS)
{
    term c = RC;
    bool plain = is_cons(c) || is_nil(c) || same(c, EMPTY_LIST) || is_type(c, T_LAZY);
#ifdef LONA_GC_ALWAYS
    plain = false;
#endif
    if (UNLIKELY(!plain || p->limit - p->hp < CONS_WORDS))
        CONTINUE(op_cons);
    RA = mk_cons(p, RB, is_nil(c) ? EMPTY_LIST : c);
    NEXT(1);
}
HANDLER(FIRST)
{
    term b = RB;
    if (LIKELY(is_cons(b)))
        RA = cons_head(b);
    else if (is_nil(b))
        RA = NIL;
    else if (is_type(b, T_TUPLE))
        RA = tuple_count(b) ? OBJ(tuple, b)->item[0] : NIL;
    else
        CONTINUE(op_first);
    NEXT(1);
}
HANDLER(REST)
{
    term b = RB;
    if (UNLIKELY(!is_cons(b)))
        CONTINUE(op_rest);
    RA = is_nil(cons_tail(b)) ? EMPTY_LIST : cons_tail(b);
    NEXT(1);
}
HANDLER(NEXT)
{
    term b = RB;
    if (LIKELY(is_cons(b))) {
        term t = cons_tail(b);
        if (LIKELY(is_cons(t))) {
            RA = t;
            NEXT(1);
        }
        if (same(t, EMPTY_LIST) || is_nil(t)) {
            RA = NIL;
            NEXT(1);
        }
    }
    CONTINUE(op_next);
}
HANDLER(SEQ)
{
    term b = RB;
    if (is_cons(b) || is_nil(b))
        RA = b;
    else if (same(b, EMPTY_LIST))
        RA = NIL;
    else
        CONTINUE(op_seq);
    NEXT(1);
}
HANDLER(COUNT)
{
    term b = RB;
    if (LIKELY(is_box(b))) {
        enum type t = box_type(b);
        if (t == T_TUPLE) {
            RA = mk_int((iword)tuple_count(b));
            NEXT(1);
        }
        if (t == T_VECTOR || t == T_HASHMAP) {
            RA = mk_int((iword)OBJ(vector, b)->count);
            NEXT(1);
        }
        if (t == T_STRING || t == T_LSTRING) {
            RA = mk_int(OBJ(string, b)->code_points);
            NEXT(1);
        }
    }
    CONTINUE(op_count);
}
STATIC_ASSERT(offsetof(struct obj_vector, count) == offsetof(struct obj_hashmap, count), "COUNT reads both alike");

#define NTH_AT(name, is_index, index)                            \
    HANDLER(name)                                                \
    {                                                            \
        term b = RB;                                             \
        if (UNLIKELY(!is_box(b) || !(is_index)))                 \
            CONTINUE(op_nth);                                    \
        word i = (word)(index);                                  \
        enum type t = box_type(b);                               \
        if (t == T_TUPLE && LIKELY(i < tuple_count(b))) {        \
            RA = OBJ(tuple, b)->item[i];                         \
            NEXT(1);                                             \
        }                                                        \
        const term *slot = tvec_tail_slot(b, i);                 \
        if (LIKELY(slot)) {                                      \
            RA = *slot;                                          \
            NEXT(1);                                             \
        }                                                        \
        if (LIKELY(t == T_VECTOR) && LIKELY(i < vec_count(b))) { \
            RA = vec_nth(b, i);                                  \
            NEXT(1);                                             \
        }                                                        \
        CONTINUE(op_nth);                                        \
    }
NTH_AT(NTH, is_int(RC), int_value(RC))
NTH_AT(NTHI, true, (i8)(255 - BYTE(3)))
HANDLER(GET)
{
    term b = RB, c = RC;
    if (LIKELY(is_box(b)) && is_int(c) && box_type(b) == T_TUPLE) {
        word i = (word)int_value(c);
        RA = i < tuple_count(b) ? OBJ(tuple, b)->item[i] : NIL;
        NEXT(1);
    }
    CONTINUE(op_get);
}
/* Nothing need be remembered of writing x into object (heap_write). */
static ALWAYS_INLINE bool write_is_plain(const struct proc *p, term object, term x)
{
    return LIKELY(!is_pointer(x)) || LIKELY(object.w - (word)p->block < p->block_words * sizeof(word));
}
HANDLER(CONJT)
{
    term t = RB, x = RC;
    if (UNLIKELY(!is_transient(t, TRANSIENT_VECTOR)))
        CONTINUE(op_conjt);
    struct obj_transient *o = OBJ(transient, t);
    word slot = o->count - o->tail_from;
    if (UNLIKELY(slot >= 32 || !write_is_plain(p, o->tail, x)))
        CONTINUE(op_conjt);
    OBJ(tuple, o->tail)->item[slot] = x;
    o->count++;
    RA = t;
    NEXT(1);
}
#define ASSOC_AT(name, is_index, index)                                                  \
    HANDLER(name)                                                                        \
    {                                                                                    \
        term t = RA, x = RC;                                                             \
        term *slot = LIKELY(is_index) ? tvec_tail_slot(t, (word)(index)) : NULL;         \
        if (UNLIKELY(!slot) || UNLIKELY(!write_is_plain(p, OBJ(transient, t)->tail, x))) \
            CONTINUE(op_assoct);                                                         \
        *slot = x;                                                                       \
        NEXT(1);                                                                         \
    }
ASSOC_AT(ASSOCT, is_int(RB), int_value(RB))
ASSOC_AT(ASSOCD, is_int(RB), int_value(RB))
ASSOC_AT(ASSOCDI, true, (i8)(255 - BYTE(2)))
/* Position of an interned keyword among the keys of a flat map. */
HANDLER(GETK)
{
    term b = RB, k = insn_const(pc, pc[1]);
    if (LIKELY(is_box(b))) {
        if (LIKELY(box_type(b) == T_FLATMAP)) {
            const struct obj_flatmap *m = OBJ(flatmap, b);
            word n = box_words(b) - 1;
            for (word i = 0; i < n; i += 2) {
                if (same(m->kv[i], k)) {
                    RA = m->kv[i + 1];
                    NEXT(2);
                }
            }
        } else if (is_record(b)) {
            const struct obj_record *r = OBJ(record, b);
            const struct obj_tuple *fields = OBJ(tuple, r->rtype);
            word n = box_words(r->rtype);
            for (word i = 1; i < n; i++) {
                if (same(fields->item[i], k)) {
                    RA = r->field[i - 1];
                    NEXT(2);
                }
            }
        }
    }
    CONTINUE(op_getk);
}
HANDLER(MKVEC)
{
    unsigned n = INSN_C(*pc);
    if (n == 0) {
        RA = EMPTY_VECTOR;
        NEXT(1);
    }
#ifndef LONA_GC_ALWAYS
    if (UNLIKELY(p->limit - p->hp < (iword)n + 1))
#endif
        CONTINUE(op_mkvec);
    struct obj_tuple *v = heap_take_tuple(p, n);
    const term *from = &RB;
    for (unsigned i = 0; i < n; i++)
        v->item[i] = from[-(iword)i];
    RA = mk_box_ptr(v);
    NEXT(1);
}
HANDLER(LAZY)
{
#ifndef LONA_GC_ALWAYS
    if (UNLIKELY(p->limit - p->hp < LAZY_WORDS))
#endif
        CONTINUE(op_generic);
    RA = mk_lazy(p, RB);
    NEXT(1);
}
HANDLER(MKFN)
{
    unsigned n = INSN_C(*pc);
#ifndef LONA_GC_ALWAYS
    if (UNLIKELY(p->limit - p->hp < (iword)(FN_WORDS + n)))
#endif
        CONTINUE(op_mkfn);
    RA = fn_with_captures(p, insn_const(pc, pc[1]), &RB, n);
    NEXT(2);
}
HANDLER(SETCAP)
{
    heap_write(p, RA, &OBJ(fn, RA)->capture[INSN_B(*pc)], RC);
    NEXT(1);
}

/* --- pairs: the quick way of both, else the first alone --- */
#define INT_ADD(b, c, r) __builtin_add_overflow((iword)(b), (iword)(c), r)
#define INT_SUB(b, c, r) __builtin_sub_overflow((iword)(b), (iword)(c), r)
#define INT_MUL(b, c, r) __builtin_mul_overflow((iword)(b), (iword)(c) >> 3, r)
#define FLOAT_ADD(b, c) ((b) + (c))
#define FLOAT_SUB(b, c) ((b) - (c))
#define FLOAT_MUL(b, c) ((b) * (c))
/* The operands of second: first's result and another, in the order that the link says. */
#define OTHER_BYTE_B 3
#define OTHER_BYTE_C 2
#define LINKED_B(f, t, d, ...) f(t, d, ##__VA_ARGS__)
#define LINKED_C(f, t, d, ...) f(d, t, ##__VA_ARGS__)

#define PAIR_FLOATS(first, second, link, words, b, c, d)                                   \
    do {                                                                                   \
        double between = FLOAT_##first(float_imm_value(b), float_imm_value(c));            \
        term f = float_encode(LINKED_##link(FLOAT_##second, between, float_imm_value(d))); \
        if (UNLIKELY(!is_usual_float(f)))                                                  \
            break;                                                                         \
        REG_OF(next, 1) = f;                                                               \
        NEXT(words);                                                                       \
    } while (0)
#define PAIR_ARITHMETIC(name, first, second, link)                                                     \
    HANDLER(name)                                                                                      \
    {                                                                                                  \
        const u32 *next = pc + 1;                                                                      \
        term b = RB, c = RC, d = REG_OF(next, OTHER_BYTE_##link);                                      \
        if (LIKELY(are_usual_floats(USUAL_FLOAT_BITS(b) | USUAL_FLOAT_BITS(c) | USUAL_FLOAT_BITS(d)))) \
            PAIR_FLOATS(first, second, link, 2, b, c, d);                                              \
        iword t, r;                                                                                    \
        if (((b.w | c.w | d.w) & 7) == TAG_INT && LIKELY(!INT_##first(b.w, c.w, &t)) &&                \
            LIKELY(!LINKED_##link(INT_##second, t, d.w, &r))) {                                        \
            REG_OF(next, 1) = TERM(r);                                                                 \
            NEXT(2);                                                                                   \
        }                                                                                              \
        CONTINUE(op_##first);                                                                          \
    }
#define PAIR_CONST(name, first, second, link)                                        \
    HANDLER(name)                                                                    \
    {                                                                                \
        const u32 *next = pc + 2;                                                    \
        term b = RB, c = insn_const(pc, pc[1]), d = REG_OF(next, OTHER_BYTE_##link); \
        if (LIKELY(are_usual_floats(USUAL_FLOAT_BITS(b) | USUAL_FLOAT_BITS(d))))     \
            PAIR_FLOATS(MUL, second, link, 3, b, c, d);                              \
        CONTINUE(op_##first);                                                        \
    }
PAIR_ARITHMETIC(ADD_ADD_B, ADD, ADD, B)
PAIR_ARITHMETIC(ADD_ADD_C, ADD, ADD, C)
PAIR_ARITHMETIC(ADD_SUB_B, ADD, SUB, B)
PAIR_ARITHMETIC(ADD_SUB_C, ADD, SUB, C)
PAIR_ARITHMETIC(ADD_MUL_B, ADD, MUL, B)
PAIR_ARITHMETIC(ADD_MUL_C, ADD, MUL, C)
PAIR_ARITHMETIC(SUB_ADD_B, SUB, ADD, B)
PAIR_ARITHMETIC(SUB_ADD_C, SUB, ADD, C)
PAIR_ARITHMETIC(SUB_SUB_B, SUB, SUB, B)
PAIR_ARITHMETIC(SUB_SUB_C, SUB, SUB, C)
PAIR_ARITHMETIC(SUB_MUL_B, SUB, MUL, B)
PAIR_ARITHMETIC(SUB_MUL_C, SUB, MUL, C)
PAIR_ARITHMETIC(MUL_ADD_B, MUL, ADD, B)
PAIR_ARITHMETIC(MUL_ADD_C, MUL, ADD, C)
PAIR_ARITHMETIC(MUL_SUB_B, MUL, SUB, B)
PAIR_ARITHMETIC(MUL_SUB_C, MUL, SUB, C)
PAIR_ARITHMETIC(MUL_MUL_B, MUL, MUL, B)
PAIR_ARITHMETIC(MUL_MUL_C, MUL, MUL, C)
PAIR_CONST(MULK_ADD_B, MULK, ADD, B)
PAIR_CONST(MULK_ADD_C, MULK, ADD, C)
PAIR_CONST(MULK_SUB_B, MULK, SUB, B)
PAIR_CONST(MULK_SUB_C, MULK, SUB, C)

/* Three: a product, its multiple by a constant, the sum or difference with that. */
#define TRIPLE_CONST(name, last, link)                                                                   \
    HANDLER(name)                                                                                        \
    {                                                                                                    \
        term b = RB, c = RC, k = insn_const(pc + 1, pc[2]), d = REG_OF(pc + 3, OTHER_BYTE_##link);       \
        if (LIKELY(are_usual_floats(USUAL_FLOAT_BITS(b) | USUAL_FLOAT_BITS(c) | USUAL_FLOAT_BITS(d)))) { \
            double multiple = float_imm_value(b) * float_imm_value(c) * float_imm_value(k);              \
            term f = float_encode(LINKED_##link(FLOAT_##last, multiple, float_imm_value(d)));            \
            if (LIKELY(is_usual_float(f))) {                                                             \
                REG_OF(pc + 3, 1) = f;                                                                   \
                NEXT(4);                                                                                 \
            }                                                                                            \
        }                                                                                                \
        CONTINUE(op_MUL);                                                                                \
    }
/* Two products, which are kept, and their sum or difference. */
#define TRIPLE_PRODUCTS(name, last)                                                                          \
    HANDLER(name)                                                                                            \
    {                                                                                                        \
        term b = RB, c = RC, d = REG_OF(pc + 1, 2), e = REG_OF(pc + 1, 3);                                   \
        if (LIKELY(are_usual_floats(USUAL_FLOAT_BITS(b) | USUAL_FLOAT_BITS(c) | USUAL_FLOAT_BITS(d) |        \
                                    USUAL_FLOAT_BITS(e)))) {                                                 \
            double one = float_imm_value(b) * float_imm_value(c);                                            \
            double other = float_imm_value(d) * float_imm_value(e);                                          \
            term t = float_encode(one), u = float_encode(other), f = float_encode(FLOAT_##last(one, other)); \
            if (LIKELY(are_usual_floats(USUAL_FLOAT_BITS(t) | USUAL_FLOAT_BITS(u) | USUAL_FLOAT_BITS(f)))) { \
                RA = t;                                                                                      \
                REG_OF(pc + 1, 1) = u;                                                                       \
                REG_OF(pc + 2, 1) = f;                                                                       \
                NEXT(3);                                                                                     \
            }                                                                                                \
        }                                                                                                    \
        CONTINUE(op_MUL);                                                                                    \
    }
TRIPLE_CONST(MUL_MULK_ADD_B, ADD, B)
TRIPLE_CONST(MUL_MULK_ADD_C, ADD, C)
TRIPLE_CONST(MUL_MULK_SUB_B, SUB, B)
TRIPLE_CONST(MUL_MULK_SUB_C, SUB, C)
TRIPLE_PRODUCTS(MUL_MUL_ADD, ADD)
TRIPLE_PRODUCTS(MUL_MUL_SUB, SUB)

#define PAIR_LOOP(name, first, overflows)                                \
    HANDLER(name)                                                        \
    {                                                                    \
        term b = RB;                                                     \
        iword r;                                                         \
        if (UNLIKELY(!is_int(b) || overflows((iword)b.w, (iword)8, &r))) \
            CONTINUE(op_##first);                                        \
        RA = TERM(r);                                                    \
        pc += (i32)pc[2] + 3;                                            \
        COUNT_REDUCTION();                                               \
        DISPATCH();                                                      \
    }
PAIR_LOOP(INC_LOOP, INC, __builtin_add_overflow)
PAIR_LOOP(DEC_LOOP, DEC, __builtin_sub_overflow)

/* --- chain --- */
HANDLER(PUSH)
{
    unsigned a = INSN_A(*pc);
    word handler = (word)(pc + 2 + (i32)pc[1]) / sizeof *pc;
    R(a) = mk_int((iword)p->chain);
    R(a + 1) = mk_int((iword)chain_with_handler(chain_with_reg(INSN_B(*pc), a), handler));
    p->chain = (word)(proc_stack_end(p) - &R(a));
    NEXT(2);
}
HANDLER(POP)
{
    p->chain = (word)int_value(RA);
    NEXT(1);
}
HANDLER(RESUME)
{
    CONTINUE(op_resume);
}

/* --- receive --- */
HANDLER(RSTART)
{
    if (UNLIKELY(p->receiving))
        CONTINUE(op_receive_inside);
    p->cursor = &p->messages;
    NEXT(1);
}
HANDLER(RHINT)
{
    CONTINUE(op_receive_hint);
}
HANDLER(RTIME)
{
    CONTINUE(op_receive_time);
}
HANDLER(RECV)
{
    const struct message *m = mailbox_current(p);
    if (UNLIKELY(!m))
        CONTINUE(op_receive_more);
    p->receiving = true;
    RA = m->value;
    NEXT(2);
}
HANDLER(RTAKE)
{
    CONTINUE(op_receive_take);
}
HANDLER(RSKIP)
{
    if (UNLIKELY(!p->receiving))
        CONTINUE(op_receive_lost);
    if (mailbox_current(p)->words) { /* what guards left behind must not refer to a message that stays */
        worker_clear(p->worker);
        p->result = p->pending_value = NIL;
    }
    p->cursor = &(*p->cursor)->next;
    p->receiving = false;
    pc += (i32)pc[1] + 2;
    COUNT_REDUCTION();
    DISPATCH();
}

/* --- the interpreter's own --- */
HANDLER(STEP)
{
    CONTINUE(op_step);
}
HANDLER(FOLD)
{
    CONTINUE(op_fold);
}
HANDLER(FORCE)
{
    CONTINUE(op_force);
}
HANDLER(ADAPT)
{
    CONTINUE(op_adapt);
}
HANDLER(COMPILE)
{
    lona_panic(__FILE__, __LINE__, "this instruction is never emitted");
}
HANDLER(HALT)
{
    p->result = RA;
    p->pc = pc;
    p->fp = fp;
    p->flags |= PROC_DONE;
}

struct op_table ops;
const struct op_table original_ops = {.handler = {
#define OP(name, ...) [OP_##name] = op_##name,
#include "lang/ops.def"
#undef OP
                                      }};

void interp_run(struct proc *p)
{
#ifdef LONA_DISPATCH_LOOP
    while (!(p->flags & (PROC_DONE | PROC_YIELD)))
        op_handler_of(&ops, *p->pc)(p, p->pc, p->fp, &ops);
#else
    op_handler_of(&ops, *p->pc)(p, p->pc, p->fp, &ops);
#endif
}
