/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Running the thunks of lazy cells and delays, and going on in a native that met an unforced cell.
 *
 * A cell is marked RUNNING while its thunk runs, so that a sequence which needs itself is an error; unwinding drops the
 * mark (lazy_reset). A delay whose thunk fails keeps what was thrown, and throws it again. Cells in the shared area are
 * not marked: two processes may run the thunk, the first value stays. Their slot holds the thunk or the value as their
 * state says; the lock keeps both together while it is not DONE. A thunk that answers another lazy cell leaves that
 * cell as the new thunk: however long such a chain grows (filter over much that does not pass), it costs no stack and
 * no memory but for cells that somebody holds.
 */
#include "data/seqs.h"

#include "data/num.h"
#include "data/records.h"
#include "lock.h"
#include "publish.h"
#include "pure.h"
#include "run/mailbox.h"
#include "term/equal.h"

static struct lock shared_cells;

/* What is in a LAZY or DELAY, whose slots are alike. */
static term cell_look(term cell, enum lazy_state *state)
{
    *state = lazy_state(cell);
    if (*state == LAZY_DONE || !is_shared(cell))
        return OBJ(lazy, cell)->thunk_or_value;
    lock_take(&shared_cells);
    *state = lazy_state(cell);
    term content = OBJ(lazy, cell)->thunk_or_value;
    lock_release(&shared_cells);
    return content;
}
static bool is_final(enum lazy_state state)
{
    return state == LAZY_DONE || state == LAZY_FAILED;
}
static void shared_cell_put(term cell, term value, enum lazy_state state)
{
    lock_take(&shared_cells);
    term retired = value;
    if (!is_final(lazy_state(cell))) {
        retired = OBJ(lazy, cell)->thunk_or_value;
        shared_keep(retired);
        slot_publish(&OBJ(lazy, cell)->thunk_or_value,
                     value); /* others may be guessing the size of what refers to it */
        lazy_set_state(cell, state);
    }
    lock_release(&shared_cells);
    shared_retire(retired);
}
static bool shared_cell_finish(struct proc *p, term cell, term value)
{
    if (is_final(lazy_state(cell)))
        return true;
    value = shared_copy(p, value);
    if (is_none(value))
        return false;
    shared_cell_put(cell, value, LAZY_DONE);
    return true;
}
/* A cell of the message that a receive looks at, whose guard forces it. The message may stay in the mailbox, where
 * nothing in it refers to a heap. */
static bool in_message(const struct proc *p, term cell)
{
    const struct message *m = p->receiving ? mailbox_current(p) : NULL;
    return m && box_ptr(cell) >= m->term && box_ptr(cell) < m->term + m->words;
}
/* False: pending. */
static bool cell_finish(struct proc *p, term cell, term value)
{
    if (is_shared(cell))
        return shared_cell_finish(p, cell, value);
    if (in_message(p, cell)) {
        value = shared_copy(p, value);
        if (is_none(value))
            return false;
    }
    heap_write(p, cell, &OBJ(lazy, cell)->thunk_or_value, value);
    lazy_set_state(cell, LAZY_DONE);
    return true;
}
/* Of a cell that is done. */
static term value_of(term cell)
{
    return OBJ(lazy, cell)->thunk_or_value;
}
static bool is_state(term thunk)
{
    return is_type(thunk, T_SEQ) && (box_aux(thunk) == SEQ_MAP || box_aux(thunk) == SEQ_SORTED);
}

bool lazy_is_native(term lazy)
{
    enum lazy_state state;
    term thunk = cell_look(lazy, &state);
    return state == LAZY_WAITING && is_state(thunk);
}
bool lazy_force_native(struct proc *p, term *lazy)
{
    enum lazy_state state;
    term thunk = cell_look(*lazy, &state), chunk;
    return state == LAZY_DONE || (state_chunk(p, lazy, thunk, &chunk) && cell_finish(p, *lazy, chunk));
}

/* --- %force --- */

static void reset(term cell)
{
    if (is_box(cell) && (box_type(cell) == T_LAZY || box_type(cell) == T_DELAY) && !is_shared(cell) &&
        box_aux(cell) == LAZY_RUNNING)
        lazy_set_state(cell, LAZY_WAITING);
}
void lazy_reset(struct proc *p, term *fp)
{
    reset(fp[-FORCE_CELL]);
    reset(fp[-FORCE_AT]);
}
void delay_reset(struct proc *p, term *fp, term thrown)
{
    term cell = fp[-FORCE_CELL];
    if (!is_type(cell, T_DELAY) || is_nil(fp[-FORCE_PHASE]) || is_final(lazy_state(cell)))
        return;
    if (is_absent(thrown)) {
        reset(cell);
    } else if (!is_shared(cell)) {
        heap_write(p, cell, &OBJ(lazy, cell)->thunk_or_value, thrown);
        lazy_set_state(cell, LAZY_FAILED);
    } else {
        thrown = shared_copy_if(p, thrown);
        if (!is_none(thrown)) /* else the next one finds out anew */
            shared_cell_put(cell, thrown, LAZY_FAILED);
    }
}

/* The rest of a range of any numbers, which is in FORCE_NUMBER: its first element on a lazy cell for what follows;
 * there, too. */
static bool range_step(struct proc *p)
{
    const struct obj_range *r = OBJ(range, REG(FORCE_NUMBER));
    enum num_order way = num_order(r->step, mk_int(0)), order = num_order(r->start, r->end);
    if (way == NUM_LESS ? order != NUM_MORE : order != NUM_LESS) {
        REG(FORCE_NUMBER) = NIL;
        return true;
    }
    term next = num_add(p, r->start, r->step);
    if (is_none(next) || !heap_reserve(p, CONS_WORDS + LAZY_WORDS + 5, &next))
        return false;
    r = OBJ(range, REG(FORCE_NUMBER));
    struct obj_range *rest = (struct obj_range *)heap_take_box(p, T_RANGE, 0, 4);
    *rest = (struct obj_range){rest->hdr, next, r->end, r->step, NIL};
    REG(FORCE_NUMBER) = mk_cons(p, r->start, mk_lazy(p, mk_box_ptr(rest)));
    return true;
}
static enum step force_done(struct proc *p, term value)
{
    term at = REG(FORCE_AT), cell = REG(FORCE_CELL);
    if (!cell_finish(p, at, value) || (!same(at, cell) && !cell_finish(p, cell, value)))
        return STEP_RAISE;
    return step_return(p, is_shared(cell) ? value_of(cell) : value);
}
/* What a thunk answered, when it is no lazy cell. */
static enum step force_value(struct proc *p, term r)
{
    term s, lazy;
    switch (seq_of(p, r, &s, &lazy)) {
    case SEQ_OK:
        return force_done(p, s);
    case SEQ_END:
        return force_done(p, NIL);
    case SEQ_LAZY:
    case SEQ_ERROR:
        break;
    }
    return STEP_RAISE;
}
/* The cell at FORCE_AT stands for the cell next: goes on there. So does the first one, which else would hold all
 * between.
 */
static void force_follow(struct proc *p, term next)
{
    term at = REG(FORCE_AT), cell = REG(FORCE_CELL);
    if (!is_shared(cell) && !in_message(p, cell))
        heap_write(p, cell, &OBJ(lazy, cell)->thunk_or_value, next);
    if (!same(at, cell) && !is_shared(at)) {
        if (!in_message(p, at))
            heap_write(p, at, &OBJ(lazy, at)->thunk_or_value, next);
        lazy_set_state(at, LAZY_WAITING);
    }
    REG(FORCE_AT) = next;
}
enum step step_force(struct proc *p)
{
    if (is_nil(REG(FORCE_PHASE))) {
        if (!is_type(REG(FORCE_CELL), T_LAZY))
            return step_return(p, REG(FORCE_CELL));
        REG(FORCE_PHASE) = mk_int(1);
        REG(FORCE_AT) = REG(FORCE_CELL);
    } else {
        if (may_be_own(p->result))
            return step_call(p, SLOW_own_seq, 1, p->result);
        if (!is_type(p->result, T_LAZY))
            return force_value(p, p->result);
        force_follow(p, p->result);
    }
    for (;;) {
        enum lazy_state state;
        term at = REG(FORCE_AT), thunk = cell_look(at, &state);
        if (state == LAZY_DONE)
            return force_done(p, thunk);
        if (state == LAZY_RUNNING) {
            if (same(at, REG(FORCE_CELL)))
                REG(FORCE_CELL) = NIL;
            REG(FORCE_AT) = NIL; /* the mark is another frame's */
            raise(p, E_ILLEGAL_STATE, "a lazy sequence needs its own elements to be realised");
            return STEP_RAISE;
        }
        if (!is_shared(at))
            lazy_set_state(at, LAZY_RUNNING);
        if (is_type(thunk, T_LAZY)) {
            force_follow(p, thunk);
            native_charge(p, 1);
        } else if (is_state(thunk)) {
            term chunk;
            return state_chunk(p, &at, thunk, &chunk) ? force_done(p, chunk) : STEP_RAISE;
        } else if (is_type(thunk, T_RANGE)) {
            REG(FORCE_NUMBER) = thunk;
            return range_step(p) ? force_done(p, REG(FORCE_NUMBER)) : STEP_RAISE;
        } else {
            return step_call(p, thunk, 0);
        }
    }
}
/* %force-delay: registers as above. */
enum step step_force_delay(struct proc *p)
{
    term cell = REG(FORCE_CELL);
    if (!is_nil(REG(FORCE_PHASE))) {
        if (!cell_finish(p, cell, p->result))
            return STEP_RAISE;
        if (lazy_state(cell) == LAZY_DONE)
            return step_return(p, value_of(cell));
        REG(FORCE_PHASE) = NIL; /* another process was first, and failed */
    }
    if (!is_type(cell, T_DELAY))
        return step_return(p, cell);
    enum lazy_state state;
    term thunk = cell_look(cell, &state);
    if (state == LAZY_DONE)
        return step_return(p, thunk);
    if (state == LAZY_FAILED) {
        raise_value(p, thunk);
        return STEP_RAISE;
    }
    if (state == LAZY_RUNNING) {
        REG(FORCE_CELL) = NIL;
        raise(p, E_ILLEGAL_STATE, "a delay needs its own value");
        return STEP_RAISE;
    }
    REG(FORCE_PHASE) = mk_int(1);
    if (!is_shared(cell))
        lazy_set_state(cell, LAZY_RUNNING);
    return step_call(p, thunk, 0);
}

/* --- going on in a native --- */

/* %force-and-retry: forces cell (with `all` true every cell of its sequence), then calls fn with the list of arguments.
 */
enum { T_CELL, T_FUNCTION, T_ARGUMENTS, T_ALL, T_PHASE };
#define RETRY_BUDGET 100000

/* How much to force: the cell, its whole sequence, or everything inside a value. */
enum extent { CELL, SEQUENCE, VALUE };

static term retry(struct proc *p, term lazy, enum extent extent, term fn, term list)
{
    if (extent == VALUE)
        return tail_call(p, SLOW_realise_and_retry, 3, lazy, fn, list);
    return tail_call(p, SLOW_retry, 4, lazy, fn, list, mk_bool(extent == SEQUENCE));
}
static term retry_native(struct proc *p, term lazy, enum extent extent)
{
    unsigned n = p->nargs;
    if (!heap_reserve(p, CONS_WORDS * n, &lazy))
        return NONE;
    term list = EMPTY_LIST;
    for (unsigned i = n; i-- > 0;)
        list = mk_cons(p, ARG(i), list);
    return retry(p, lazy, extent, ARG(-1), list);
}
term retry_after_force(struct proc *p, term lazy)
{
    return retry_native(p, lazy, CELL);
}
term retry_after_force_all(struct proc *p, term lazy)
{
    return retry_native(p, lazy, SEQUENCE);
}
term retry_when_ready(struct proc *p, term value)
{
    return retry_native(p, value, VALUE);
}
static term call_later(struct proc *p, term lazy, enum extent extent, term fn, unsigned n, va_list args)
{
    term arg[4];
    term *roots[6] = {&lazy, &fn, &arg[0], &arg[1], &arg[2], &arg[3]};
    for (unsigned i = 0; i < n; i++)
        arg[i] = va_arg(args, term);
    if (!heap_reserve_roots(p, CONS_WORDS * n, roots, 2 + n))
        return NONE;
    term list = EMPTY_LIST;
    while (n-- > 0)
        list = mk_cons(p, arg[n], list);
    return retry(p, lazy, extent, fn, list);
}
term call_after_force(struct proc *p, term lazy, term fn, unsigned n, ...)
{
    va_list args;
    va_start(args, n);
    term r = call_later(p, lazy, CELL, fn, n, args);
    va_end(args);
    return r;
}
term call_when_ready(struct proc *p, term value, term fn, unsigned n, ...)
{
    va_list args;
    va_start(args, n);
    term r = call_later(p, value, VALUE, fn, n, args);
    va_end(args);
    return r;
}
enum step retry_go(struct proc *p, term fn, term arguments)
{
    enum step answer = step_tail(p, fn, 0);
    p->worker->tail.spread = arguments;
    return answer;
}
enum step step_retry(struct proc *p)
{
    if (is_nil(REG(T_PHASE))) {
        REG(T_PHASE) = mk_int(1);
        return step_call(p, SLOW_force, 1, REG(T_CELL));
    }
    if (!is_truthy(REG(T_ALL)))
        return retry_go(p, REG(T_FUNCTION), REG(T_ARGUMENTS));
    struct cursor c = cursor_at(p->result);
    word budget = RETRY_BUDGET;
    term x, lazy;
    enum seq_status status;
    while ((status = cursor_next(&c, &x, &lazy)) == SEQ_OK && --budget)
        ;
    native_charge(p, (RETRY_BUDGET - budget) / 20);
    if (status == SEQ_LAZY)
        return step_call(p, SLOW_force, 1, lazy);
    if (status != SEQ_OK)
        return retry_go(p, REG(T_FUNCTION), REG(T_ARGUMENTS));
    if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
        return STEP_RAISE;
    p->result = cursor_rest(p, &c);
    return STEP_AGAIN;
}
