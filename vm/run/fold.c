/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fold.c: (%fold f result coll), the loop of reduce and of all that is made of it. It is a STEP native whose code has
 * the instruction FOLD in STEP's place: FOLD calls f for the elements of a chunk one after the other, the step function
 * finds the next chunk, has lazy cells forced, and ends.
 *
 * While f runs the result so far is in no register, and of the sequence only what is left behind the chunk: nothing is
 * kept alive that f and the callers do not keep themselves. Each element counts as a reduction.
 */
#include "data/seqs.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/frames.h"
#include "run/interp.h"
#include "run/quick.h"
#include "term/equal.h"

enum {
    FOLD_FN,
    FOLD_RESULT, /* while the step function runs, or has a cell forced */
    FOLD_SEQ,    /* what comes behind the chunk: a place in a sequence, number FOLD_NEXT (of a string: that byte) */
    FOLD_NEXT,   /* nil: it has not begun, FOLD_SEQ is any collection; FOLD_FORCES */
    FOLD_CHUNK,  /* TUPLE of elements, the next is number FOLD_AT */
    FOLD_AT,
    FOLD_BASE
};
#define FOLD_FORCES mk_int(-1) /* a lazy cell is being forced, which gives FOLD_SEQ */

/* --- the step function --- */

static enum step fold_done(struct proc *p)
{
    term result = REG(FOLD_RESULT);
    return step_return(p, is_type(result, T_REDUCED) ? OBJ(reduced, result)->value : result);
}
static void fold_chunk(struct proc *p, term chunk, word at, term behind, word next)
{
    REG(FOLD_CHUNK) = chunk;
    REG(FOLD_AT) = mk_int((iword)at);
    REG(FOLD_SEQ) = behind;
    REG(FOLD_NEXT) = mk_int((iword)next);
}
/* The next chunk of what lies in none: ranges, strings, binaries ... MAY_GC */
static enum seq_status fold_gather(struct proc *p, term *lazy)
{
    if (!heap_reserve(p, 1 + TUPLE_MAX))
        return SEQ_ERROR;
    struct cursor c = {REG(FOLD_SEQ), (word)int_value(REG(FOLD_NEXT))};
    term item[TUPLE_MAX];
    word n = 0;
    enum seq_status status = SEQ_OK;
    if (is_type(c.s, T_RANGE)) {
        word left = range_count(c.s) - c.i;
        n = left < TUPLE_MAX ? left : TUPLE_MAX;
        range_items(c.s, c.i, n, item);
        c.i += n;
    }
    while (n < TUPLE_MAX && (status = cursor_next(&c, &item[n], lazy)) == SEQ_OK)
        n++;
    if (n == 0)
        return status;
    struct obj_tuple *t = heap_take_tuple(p, n);
    memcpy(t->item, item, n * sizeof(term));
    fold_chunk(p, mk_box_ptr(t), 0, c.s, c.i);
    return SEQ_OK;
}
/* The next chunk; SEQ_OK: it has an element, or FOLD_SEQ is a cons cell. MAY_GC */
static enum seq_status fold_fill(struct proc *p, term *lazy)
{
    for (;;) {
        term s = REG(FOLD_SEQ);
        word i = (word)int_value(REG(FOLD_NEXT)), offset;
        if (is_cons(s))
            return SEQ_OK;
        if (!is_box(s))
            return seq_of(p, s, &s, lazy); /* nil, () or no sequence */
        switch (box_type(s)) {
        case T_TUPLE:
        case T_VECTOR: {
            if (i >= vec_count(s))
                return SEQ_END;
            term leaf = vec_leaf_of(s, i, &offset);
            fold_chunk(p, leaf, offset, s, i + tuple_count(leaf) - offset);
            return SEQ_OK;
        }
        case T_CHUNKED: {
            const struct obj_chunked *o = OBJ(chunked, s);
            word at = (word)int_value(o->index) + i;
            fold_chunk(p, o->chunk, at, o->rest, 0);
            if (at < tuple_count(o->chunk))
                return SEQ_OK;
            continue;
        }
        case T_SEQ:
            if (box_aux(s) != SEQ_VECTOR)
                return fold_gather(p, lazy);
            REG(FOLD_SEQ) = OBJ(seq, s)->coll;
            REG(FOLD_NEXT) = OBJ(seq, s)->position;
            continue;
        case T_LIST:
            REG(FOLD_SEQ) = OBJ(list, s)->cells;
            continue;
        case T_RANGE:
        case T_STRING:
        case T_LSTRING:
        case T_BINARY:
        case T_LBINARY:
            return fold_gather(p, lazy);
        default: { /* lazy cells, maps, sets ... */
            enum seq_status status = seq_of(p, s, &s, lazy);
            if (status != SEQ_OK)
                return status;
            REG(FOLD_SEQ) = s;
        }
        }
    }
}
enum step step_fold(struct proc *p)
{
    term lazy;
    if (is_nil(REG(FOLD_NEXT))) {
        fold_chunk(p, EMPTY_VECTOR, 0, REG(FOLD_SEQ), 0);
    } else if (same(REG(FOLD_NEXT), FOLD_FORCES)) {
        REG(FOLD_SEQ) = p->result;
        REG(FOLD_NEXT) = mk_int(0);
    } else {
        REG(FOLD_RESULT) = p->result;
        if (is_type(p->result, T_REDUCED))
            return fold_done(p);
    }
    p->result = NIL;
    switch (fold_fill(p, &lazy)) {
    case SEQ_OK: /* FOLD goes on, as after a call */
        REG(FOLD_BASE) = REG(FOLD_RESULT);
        REG(FOLD_RESULT) = NIL;
        p->pc += CALL_WORDS;
        return STEP_JUMP;
    case SEQ_END:
        return fold_done(p);
    case SEQ_LAZY:
        fold_chunk(p, EMPTY_VECTOR, 0, NIL, 0);
        REG(FOLD_NEXT) = FOLD_FORCES;
        return step_call(p, SLOW_force, 1, lazy);
    case SEQ_ERROR:
        break;
    }
    return STEP_RAISE;
}

/* --- FOLD --- */

/* The next element of the chunk, or of cells where there is none left; false: there is none. */
static ALWAYS_INLINE bool fold_take(term *fp, term *x)
{
    word i = (word)int_value(R(FOLD_AT));
    if (LIKELY(i < tuple_count(R(FOLD_CHUNK)))) {
        *x = OBJ(tuple, R(FOLD_CHUNK))->item[i];
        R(FOLD_AT) = mk_int((iword)i + 1);
        return true;
    }
    if (!is_cons(R(FOLD_SEQ)))
        return false;
    *x = cons_head(R(FOLD_SEQ));
    R(FOLD_SEQ) = cons_tail(R(FOLD_SEQ));
    return true;
}
/* Goes on while there are elements, the quick way of a native takes them, and the slice lasts. */
static NOINLINE void fold_quickly(struct proc *p, term *fp, quick_fn *quick)
{
    term result = R(FOLD_BASE), value;
    const struct obj_tuple *chunk = OBJ(tuple, R(FOLD_CHUNK));
    word i = (word)int_value(R(FOLD_AT)), n = hdr_words(chunk->hdr);
    i32 left = p->reductions;
    for (; i < n && left > 0 && !is_none(value = quick(result, chunk->item[i])); i++, left--)
        result = value;
    term s = R(FOLD_SEQ);
    for (; i == n && is_cons(s) && left > 0 && !is_none(value = quick(result, cons_head(s))); s = cons_tail(s), left--)
        result = value;
    p->reductions = left;
    R(FOLD_AT) = mk_int((iword)i);
    R(FOLD_SEQ) = s;
    R(FOLD_BASE) = result;
}
/* f, which is no function of just two parameters, and its arguments are in place. */
static HANDLER_CC void call_other(STATE)
{
    const term *nfp = CALLEE_FP;
    quick_fn *quick = quick_way(nfp[FRAME_FN], 2);
    term value = quick ? quick(nfp[0], nfp[-1]) : NONE;
    if (is_none(value))
        CONTINUE(call_slow);
    R(FOLD_BASE) = value;
    fold_quickly(p, fp, quick);
    pc += CALL_WORDS;
    COUNT_REDUCTION();
    DISPATCH();
}
HANDLER_CC void op_fold(STATE)
{
    const u32 *entry = frame_code(fp)->insns;
    term f = R(FOLD_FN), *nfp = fp - (FOLD_BASE + FRAME_HEADER), x;
    if (UNLIKELY(pc == entry) || is_type(R(FOLD_BASE), T_REDUCED) || !fold_take(fp, &x))
        CONTINUE(op_step);
    nfp[-1] = x;
    nfp[0] = R(FOLD_BASE);
    nfp[FRAME_FN] = f;
    pc = entry;
    const struct code *code = simple_callee(p, f, 2, nfp);
    if (UNLIKELY(!code))
        CONTINUE(call_other);
    nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
    ENTER(code, nfp);
}
