/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * receive.c: the instructions of receive. A receive looks at one message after the other, in place, until a clause
 * matches; RECV waits at the end of the mailbox and is run again when something arrived.
 */
#include "data/num.h"
#include "port.h"
#include "run/mailbox.h"
#include "run/procs.h"
#include "run/slow_ops.h"
#include "run/timers.h"

/* A receive begins while another looks at a message: in that one's guard, or while the guard is interrupted. */
HANDLER_CC void op_receive_inside(STATE)
{
    p->pc = pc;
    p->fp = fp;
    if (!mailbox_let_go(p))
        CONTINUE(op_pending);
    DISPATCH();
}
/* And the other goes on. */
HANDLER_CC void op_receive_lost(STATE)
{
    p->pc = pc;
    p->fp = fp;
    raise(p, E_ILLEGAL_STATE, "a guard of this receive has received messages itself");
    CONTINUE(op_pending);
}

HANDLER_CC void op_receive_hint(STATE)
{
    if (UNLIKELY(p->receiving))
        CONTINUE(op_receive_inside);
    term ref = RA;
    bool fresh = p->mark && is_type(ref, T_REF) && OBJ(ref, ref)->id[0] == p->mark_ref;
    p->cursor = fresh ? p->mark : &p->messages;
    NEXT(1);
}

#define MS_MAX (SMALL_MAX / 1000000 / 4) /* longer than any machine runs */

HANDLER_CC void op_receive_time(STATE)
{
    term ms = RB;
    if (is_nil(ms) || (is_keyword(ms) && names_equal(ms, K_infinity))) {
        RA = NIL;
        NEXT(1);
    }
    if (is_int(ms) && int_value(ms) >= 0) {
        iword wait = int_value(ms) < MS_MAX ? int_value(ms) : MS_MAX;
        RA = wait ? mk_int((iword)port_monotonic_ns() + wait * 1000000) : mk_int(0);
        NEXT(1);
    }
    p->pc = pc;
    p->fp = fp;
    raise(p, E_TYPE_ERROR, "a time-out is a number of milliseconds (integer, not negative) or :infinity, not %T", ms);
    CONTINUE(op_pending);
}

HANDLER_CC void op_receive_more(STATE)
{
    p->pc = pc;
    p->fp = fp;
    if (UNLIKELY(interrupt_asked(p)))
        CONTINUE(op_safepoint);
    mailbox_take_in(p);
    if (UNLIKELY(p->flags & PROC_DONE))
        return;
    fp = p->fp; /* answering a question may have collected */
    if (mailbox_current(p))
        DISPATCH();
    term at = RB;
    if (is_int(at)) {
        if ((iword)port_monotonic_ns() >= int_value(at)) {
            p->cursor = &p->messages;
            p->receiving = false;
            if (p->timer)
                timer_stop_receive(p);
            NEXT(2 + (i32)pc[1]);
        }
        if (!timer_start_receive(p, (u64)int_value(at))) {
            raise(p, E_OUT_OF_MEMORY, "a timer");
            CONTINUE(op_pending);
        }
    }
    p->flags |= PROC_YIELD | PROC_WAITS;
}

HANDLER_CC void op_receive_take(STATE)
{
    if (UNLIKELY(!p->receiving))
        CONTINUE(op_receive_lost);
    mailbox_take(p);
    if (p->timer)
        timer_stop_receive(p);
    if (UNLIKELY(fragments_are_many(p))) {
        p->pc = pc;
        p->fp = fp;
        heap_collect_received(p);
        fp = p->fp;
    }
    NEXT(1);
}
