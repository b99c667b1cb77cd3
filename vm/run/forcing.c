/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * forcing.c: FORCE, which has STEP's place in the code of %force and does what is usual: a cell of this process, whose
 * thunk is a function and answers nil or a cons cell. The step function does the rest (data/force.c).
 */
#include "data/seqs.h"
#include "data/vectors.h"
#include "run/frames.h"
#include "run/interp.h"

HANDLER_CC void op_force(STATE)
{
    const u32 *entry = frame_code(fp)->insns;
    term cell = R(FORCE_CELL), *nfp = fp - (FORCE_BASE + FRAME_HEADER);
    if (pc == entry) {
        if (!is_type(cell, T_LAZY) || is_shared(cell) || lazy_state(cell) != LAZY_WAITING)
            CONTINUE(op_step);
        term thunk = OBJ(lazy, cell)->thunk_or_value;
        const struct code *code = simple_callee(p, thunk, 0, nfp);
        if (!code)
            CONTINUE(op_step);
        lazy_set_state(cell, LAZY_RUNNING);
        R(FORCE_PHASE) = mk_int(1);
        R(FORCE_AT) = cell;
        R(FORCE_NUMBER) = NIL;
        nfp[FRAME_FN] = thunk;
        nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
        ENTER(code, nfp);
    }
    term value = R(FORCE_BASE);
    if ((!is_cons(value) && !is_nil(value)) || !same(R(FORCE_AT), cell) || is_shared(cell) || p->receiving)
        CONTINUE(op_step);
    heap_write_inline(p, cell, &OBJ(lazy, cell)->thunk_or_value, value);
    lazy_set_state(cell, LAZY_DONE);
    pc = (const u32 *)fp[FRAME_RETURN].w;
    fp[FRAME_RETURN] = value;
    fp += INSN_A(pc[-CALL_WORDS]) + FRAME_HEADER;
    COUNT_REDUCTION();
    DISPATCH();
}
