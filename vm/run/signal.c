/* SPDX-License-Identifier: GPL-3.0-only */
/* Conditions: raise, the search through the chain, unwinding, restarts, safepoints. */
#include "run/signal.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/printer.h"
#include "pure.h"
#include "run/frames.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/place.h"
#include "run/procs.h"
#include "run/room.h"
#include "run/slow_ops.h"

/* --- making conditions --- */

static term out_of_memory, stack_overflow; /* made at start-up: raising them needs no memory */
static term signal_fn, hierarchy_var, uncaught_key, continue_key;

static term shared_condition(enum error kind, const char *message)
{
    struct obj_condition *c = (struct obj_condition *)shared_alloc_box(T_CONDITION, 0, 5);
    c->kind = error_keywords[kind];
    c->message = c->data = c->cause = c->stack = NIL;
    term t = mk_box_ptr(c);
    shared_root(kind == E_OUT_OF_MEMORY ? &out_of_memory : &stack_overflow);
    c->message = str_shared(message, strlen(message));
    return t;
}
void signal_init(void)
{
    out_of_memory =
        shared_condition(E_OUT_OF_MEMORY, "the heap limit of the process is reached, or the memory of the system");
    stack_overflow = shared_condition(E_STACK_OVERFLOW, "recursion is too deep for the process's memory limit");
    signal_fn = ns_lookup(NS_core, intern_symbol(NULL, 0, "%signal", 7));
    hierarchy_var = ns_intern(NS_core, intern_symbol(NULL, 0, "%hierarchy", 10));
    uncaught_key = intern_keyword(NULL, 0, "uncaught", 8);
    continue_key = intern_keyword(NULL, 0, "continue", 8);
    ENSURE(!is_absent(signal_fn), "%signal is a native");
}

term condition_make(struct proc *p, term kind, term message, term data, term cause)
{
    if (!heap_reserve(p, 6, &kind, &message, &data, &cause))
        return NONE;
    struct obj_condition *c = (struct obj_condition *)heap_take_box(p, T_CONDITION, 0, 5);
    c->kind = kind;
    c->message = message;
    c->data = data;
    c->cause = cause;
    c->stack = NIL;
    return mk_box_ptr(c);
}
term raise_value(struct proc *p, term value)
{
    p->pending = PENDING_RAISE;
    p->pending_value = value;
    return NONE;
}
static void format_term(struct buf *b, term t)
{
    struct print_options o = {.readable = true, .force_not = true, .length = 20, .level = 4, .max_bytes = 60};
    term stopped;
    print_term(b, t, &o, &stopped);
}
static void format_message(struct buf *b, const char *f, va_list args)
{
    for (; *f; f++) {
        if (*f != '%') {
            buf_byte(b, (u8)*f);
            continue;
        }
        switch (*++f) {
        case 's':
            buf_text(b, va_arg(args, const char *));
            break;
        case 'd':
            buf_format(b, "%d", va_arg(args, int));
            break;
        case 'u':
            buf_format(b, "%u", va_arg(args, unsigned));
            break;
        case 'l':
            if (*++f == 'u')
                buf_format(b, "%lu", va_arg(args, unsigned long));
            else
                buf_format(b, "%ld", va_arg(args, long));
            break;
        case 'T':
            format_term(b, va_arg(args, term));
            break;
        default:
            buf_byte(b, (u8)*f);
        }
    }
}
term raise(struct proc *p, enum error kind, const char *format, ...)
{
    if (kind == E_OUT_OF_MEMORY || kind == E_STACK_OVERFLOW) {
        p->reserve = RESERVE_OPEN;
        return raise_value(p, kind == E_OUT_OF_MEMORY ? out_of_memory : stack_overflow);
    }
    struct buf b = BUF_INIT;
    va_list args;
    va_start(args, format);
    format_message(&b, format, args);
    va_end(args);
    term message = str_from_buf(p, &b);
    if (is_none(message))
        return NONE;
    term c = condition_make(p, error_keywords[kind], message, NIL, NIL);
    if (!is_none(c))
        c = condition_placed(p, c);
    return is_none(c) ? NONE : raise_value(p, c);
}
const char *running_native_name(struct proc *p)
{
    const struct native_desc *d = fn_native_desc(ARG(-1));
    const char *name = d ? d->name : "this function";
    return name + (*name == '%' && name[1]); /* a helper goes by the name of the function it is made for */
}
term raise_arg(struct proc *p, unsigned i, const char *wanted)
{
    return raise(p, E_TYPE_ERROR, "%s wants %s as argument %u, not %T", running_native_name(p), wanted, i + 1, ARG(i));
}
term tail_slow(struct proc *p, term var)
{
    unsigned n = p->nargs;
    if (n <= TAIL_ARGS_MAX) {
        p->worker->tail.fn = var;
        p->worker->tail.n = n;
        p->worker->tail.spread = NIL;
        for (unsigned i = 0; i < n; i++)
            p->worker->tail.arg[i] = ARG(i);
        p->pending = PENDING_TAIL;
        return NONE;
    }
    term list = list_from_args(p, 0, n);
    return is_none(list) ? NONE : tail_apply(p, var, list);
}

/* --- who handles it --- */

/* Kinds form a hierarchy: all kinds derive from :error but :interrupt and what `signal` is given by name, those of
 * wrong use from :usage-error as well; programs add to it with derive, which keeps {:ancestors {kind #{...}}} in the
 * atom of lona.core/%hierarchy. */
static bool kind_is_a(term kind, term selector)
{
    if (same(kind, selector))
        return true;
    term cell = var_root(hierarchy_var);
    term hierarchy = is_type(cell, T_ATOM) ? slot_read(&OBJ(atom, cell)->value) : NIL;
    if (!is_map(hierarchy))
        return false;
    term all = map_get(hierarchy, intern_keyword(NULL, 0, "ancestors", 9));
    term mine = is_map(all) ? map_get(all, kind) : ABSENT;
    return is_set(mine) && set_has(mine, selector);
}
static bool is_error_kind(term kind)
{
    for (unsigned i = 0; i < ERROR_COUNT; i++) {
        if (same(kind, error_keywords[i]))
            return true;
    }
    return kind_is_a(kind, error_keywords[E_ERROR]);
}
/* Whether ex-info made the condition: such a one keeps the kind that its data names. */
static bool is_ex_info(const struct obj_condition *c)
{
    return same(c->kind, K_ex_info) || (is_map(c->data) && same(map_get(c->data, K_kind), c->kind));
}
/* What an error (not a mere signal) meets: :uncaught selects any, for prompts, whose handlers are the outermost. A mere
 * signal is taken by catchers that name its kind, not by those for anything (catching) or for errors. */
static bool selects(term selector, term value, bool fatal, bool catching)
{
    if (same(selector, uncaught_key))
        return fatal;
    if (same(selector, K_default))
        return fatal || !catching;
    if (!is_type(value, T_CONDITION))
        return same(selector, K_thrown);
    term kind = OBJ(condition, value)->kind;
    if (same(selector, error_keywords[E_ERROR]))
        return !same(kind, error_keywords[E_INTERRUPT]) && !same(kind, error_keywords[E_EXIT]) &&
               (fatal || is_error_kind(kind));
    if (same(selector, K_ex_info) && is_ex_info(OBJ(condition, value)))
        return true;
    return kind_is_a(kind, selector);
}
/* Index of the first selector (every step-th element from `from`) of the payload that takes value; -1: none. :default
 * is one that does if `defaults`. */
static iword find_selector(term payload, word from, word step, term value, bool fatal)
{
    word n = vec_count(payload);
    for (word i = from; i < n; i += step) {
        if (selects(vec_nth(payload, i), value, fatal, step == 1))
            return (iword)i;
    }
    return -1;
}
term *chain_binding(const struct proc *p, term var)
{
    for (word at = p->chain; at;) {
        term *record = chain_record(p, at);
        if (chain_record_kind(record) == CHAIN_BINDING && same(record[-CHAIN_PAYLOAD], var))
            return &record[-CHAIN_EXTRA];
        at = chain_prev(record);
    }
    return NULL;
}

/* --- unwinding --- */

/* Kinds that say something of the process and its moment, not of the code that it ran. */
static bool is_passing(term value)
{
    static const unsigned passing[] = {E_INTERRUPT, E_EXIT, E_OUT_OF_MEMORY, E_STACK_OVERFLOW};
    for (unsigned i = 0; i < ARRAY_LEN(passing); i++) {
        if (is_type(value, T_CONDITION) && same(OBJ(condition, value)->kind, error_keywords[passing[i]]))
            return true;
    }
    return false;
}
/* What frames that are given up owe to others: lazy cells whose thunks they run wait again, delays keep what was thrown
 * through them (ABSENT: nothing was). */
static void give_up_frames(struct proc *p, const term *to, term thrown)
{
    for (struct frame f = frame_top(p); f.fp && f.fp < to; f = frame_up(f)) {
        const struct native_desc *d = frame_step_native(f.fp);
        if (!d)
            continue;
        if (d->step == step_force)
            lazy_reset(p, f.fp);
        else if (d->step == step_force_delay)
            delay_reset(p, f.fp, thrown);
        else if (d->step == step_send_when_room)
            room_give_up(f.fp);
    }
}
void give_up_all_frames(struct proc *p)
{
    if (p->fp)
        give_up_frames(p, proc_stack_end(p), ABSENT);
}
static void enter_handler(struct proc *p, term *record, term thrown)
{
    word info = (word)int_value(record[-CHAIN_INFO]);
    term *fp = record + chain_reg(info);
    give_up_frames(p, fp, thrown);
    if (p->reserve == RESERVE_OPEN)
        p->reserve = RESERVE_HALF;
    p->chain = chain_prev(record);
    p->fp = fp;
    p->pc = (const u32 *)(chain_handler(info) * sizeof(u32));
}
/* What the instruction RET does, in a frame that does not run. */
static void return_from(struct proc *p, term *fp, term value)
{
    give_up_frames(p, fp + 1, ABSENT);
    p->pc = (const u32 *)fp[FRAME_RETURN].w;
    fp[FRAME_RETURN] = value;
    p->fp = fp + INSN_A(p->pc[-CALL_WORDS]) + FRAME_HEADER;
}
void unwind(struct proc *p, word target, unsigned clause, term value)
{
    bool returns = clause == UNWIND_RETURN;
    bool caught = !returns && target != UNWIND_ALL && chain_record_kind(chain_record(p, target)) == CHAIN_CATCH;
    term thrown = caught && !is_passing(value) ? value : ABSENT;
    for (word at = p->chain; at && !(returns && at < target);) {
        term *record = chain_record(p, at);
        enum chain_kind kind = chain_record_kind(record);
        if (at == target && !returns) {
            enter_handler(p, record, thrown);
            record[-CHAIN_PAYLOAD] = mk_int(clause);
            record[-CHAIN_EXTRA] = value;
            return;
        }
        if (kind == CHAIN_FINALLY) {
            enter_handler(p, record, thrown);
            record[-CHAIN_PAYLOAD] = mk_int((iword)(target << 8 | clause));
            record[-CHAIN_EXTRA] = value;
            return;
        }
        at = p->chain = chain_prev(record);
    }
    if (returns) {
        return_from(p, proc_stack_end(p) - target, value);
        return;
    }
    ENSURE(target == UNWIND_ALL, "what is unwound to is on the chain");
    p->result = value;
    p->flags |= PROC_DONE | PROC_FAILED;
}
HANDLER_CC void op_resume(STATE)
{
    word packed = (word)int_value(RA);
    p->pc = pc;
    p->fp = fp;
    unwind(p, packed >> 8, packed & 0xff, RB);
    if (p->flags & PROC_DONE)
        return;
    pc = p->pc;
    fp = p->fp;
    DISPATCH();
}

/* --- the search --- */

enum signal_mode {
    SIGNAL_RETURN,    /* signal: nil when nobody handles it */
    SIGNAL_ERROR,     /* error, throw: the process fails */
    SIGNAL_INTERRUPT, /* likewise, but a handler that answers :continue lets the interrupted code go on */
};
static bool has_finally(const struct proc *p)
{
    for (word at = p->chain; at; at = chain_prev(chain_record(p, at)))
        if (chain_record_kind(chain_record(p, at)) == CHAIN_FINALLY)
            return true;
    return false;
}
/* Nobody handles value: the process ends, once its finally bodies have run. */
static void fail(struct proc *p, term value)
{
    p->result = value;
    p->flags &= ~PROC_REPORTED; /* a finally body that fails fails anew */
    if (!has_finally(p)) {
        p->flags |= PROC_DONE | PROC_FAILED;
        return;
    }
    crash_end(p); /* while the stack stands */
    p->flags |= PROC_REPORTED;
    unwind(p, UNWIND_ALL, 0, p->result);
}

/* What takes value, searching from `at` on: sets *record_at; for a handler *index is its selector's place (from
 * `from`). */
enum taker { TAKEN_NOT, TAKEN_CATCH, TAKEN_HANDLER };
static enum taker find_taker(const struct proc *p, term value, bool fatal, word *at, word from, iword *index)
{
    while (*at) {
        term *record = chain_record(p, *at);
        term payload = record[-CHAIN_PAYLOAD];
        word next = chain_prev(record);
        switch (chain_record_kind(record)) {
        case CHAIN_CATCH:
            *index = find_selector(payload, 0, 1, value, fatal);
            if (*index >= 0)
                return TAKEN_CATCH;
            break;
        case CHAIN_HANDLER:
            *index = find_selector(payload, from, 2, value, fatal);
            if (*index >= 0)
                return TAKEN_HANDLER;
            break;
        case CHAIN_SKIP:
            next = (word)int_value(payload);
            break;
        case CHAIN_RESTART:
        case CHAIN_FINALLY:
        case CHAIN_BINDING:
            break;
        }
        from = 0;
        *at = next;
    }
    return TAKEN_NOT;
}

/* (%signal value mode): STEP. Registers: value, mode, -, cursor, 4..7 the SKIP record, next selector. */
enum { SIG_VALUE, SIG_MODE, SIG_UNUSED, SIG_CURSOR, SIG_RECORD, SIG_NEXT = SIG_RECORD + CHAIN_WORDS };
enum step step_signal(struct proc *p)
{
    if (is_nil(REG(SIG_CURSOR))) {
        REG(SIG_CURSOR) = mk_int((iword)p->chain);
        REG(SIG_NEXT) = mk_int(0);
    } else { /* a handler returned: it declined */
        p->chain = (word)int_value(REG(SIG_RECORD));
        if (int_value(REG(SIG_MODE)) == SIGNAL_INTERRUPT && is_keyword(p->result) &&
            names_equal(p->result, continue_key))
            return step_return(p, NIL);
    }
    word at = (word)int_value(REG(SIG_CURSOR));
    term value = REG(SIG_VALUE);
    bool fatal = int_value(REG(SIG_MODE)) != SIGNAL_RETURN;
    iword i;
    switch (find_taker(p, value, fatal, &at, (word)int_value(REG(SIG_NEXT)), &i)) {
    case TAKEN_CATCH:
        unwind(p, at, (unsigned)i, value);
        return STEP_JUMP;
    case TAKEN_HANDLER: {
        term *record = chain_record(p, at);
        REG(SIG_CURSOR) = mk_int((iword)at);
        REG(SIG_NEXT) = mk_int(i + 2);
        REG(SIG_RECORD + CHAIN_PREV) = mk_int((iword)p->chain);
        REG(SIG_RECORD + CHAIN_INFO) = mk_int((iword)chain_with_reg(CHAIN_SKIP, SIG_RECORD));
        REG(SIG_RECORD + CHAIN_PAYLOAD) = mk_int((iword)chain_prev(record));
        p->chain = (word)(proc_stack_end(p) - &REG(SIG_RECORD));
        return step_call(p, vec_nth(record[-CHAIN_PAYLOAD], (word)i + 1), 1, value);
    }
    case TAKEN_NOT:
        break;
    }
    if (!fatal)
        return step_return(p, NIL);
    fail(p, value);
    return STEP_JUMP;
}

/* Something is thrown at p->pc: straight to a catcher where no handler is in between, else %signal runs on top. */
static void throw_here(struct proc *p, term value, bool again)
{
    word at = p->chain;
    iword i;
    enum taker taker = find_taker(p, value, true, &at, 0, &i);
    if (taker == TAKEN_HANDLER) {
        term args[2] = {value, mk_int(again ? SIGNAL_INTERRUPT : SIGNAL_ERROR)};
        p->pending_value = value;
        if (adapter_enter(p, signal_fn, 2, args, again ? ADAPTER_AGAIN : ADAPTER_SIGNALS))
            return;
        /* no room for a handler: only catchers are left to ask */
        value = p->pending_value;
        do {
            at = chain_prev(chain_record(p, at));
            taker = find_taker(p, value, true, &at, 0, &i);
        } while (taker == TAKEN_HANDLER);
    }
    if (taker == TAKEN_CATCH)
        unwind(p, at, (unsigned)i, value);
    else
        fail(p, value);
}
#define GO_ON_UNLESS_DONE()       \
    do {                          \
        if (p->flags & PROC_DONE) \
            return;               \
        pc = p->pc;               \
        fp = p->fp;               \
        DISPATCH();               \
    } while (0)

HANDLER_CC void op_pending(STATE)
{
    enum pending what = (enum pending)p->pending;
    p->pending = PENDING_NOTHING;
    p->nargs = 0;
    if (what == PENDING_TAIL) {
        term args[TAIL_ARGS_MAX];
        memcpy(args, p->worker->tail.arg, sizeof args);
        ENSURE(!is_cons(p->worker->tail.spread), "natives that instructions stand for take few arguments");
        if (adapter_enter(p, p->worker->tail.fn, p->worker->tail.n, args, ADAPTER_INSTEAD)) {
            pc = p->pc;
            fp = p->fp;
            DISPATCH();
        }
        what = (enum pending)p->pending;
        p->pending = PENDING_NOTHING;
    }
    ENSURE(what == PENDING_RAISE, "NONE comes with something pending");
    term value = p->pending_value;
    throw_here(p, value, false);
    p->pending_value = NIL;
    GO_ON_UNLESS_DONE();
}
/* A function in Lonala has a safepoint where it begins, at which the interrupt is raised. */
term retry_after_interrupt(struct proc *p)
{
    term args = list_from_args(p, 0, p->nargs);
    if (is_none(args))
        return NONE;
    proc_end_slice(p);
    return tail_call(p, SLOW_again, 2, ARG(-1), args);
}
/* Of the first process, which alone is interrupted: how often since it read from the console. */
static unsigned interrupts_in_vain;

bool interrupt_taken_in_vain(void)
{
    if (++interrupts_in_vain < INTERRUPTS_FOR_PLAIN_PROMPT || is_nil(var_root(SLOW_plain_prompt)))
        return false;
    interrupts_in_vain = 0;
    return true;
}
void interrupts_were_heard(void)
{
    interrupts_in_vain = 0;
}
HANDLER_CC void op_safepoint(STATE)
{
    step_frame_begin(pc, fp);
    p->pc = pc;
    p->fp = fp;
    if (interrupt_take(p)) {
        if (interrupt_taken_in_vain() && adapter_enter(p, SLOW_plain_prompt, 0, NULL, ADAPTER_AGAIN))
            GO_ON_UNLESS_DONE();
        raise(p, E_INTERRUPT, "interrupted");
        p->pending = PENDING_NOTHING;
        throw_here(p, p->pending_value, true);
        GO_ON_UNLESS_DONE();
    }
    p->flags |= PROC_YIELD;
}

/* --- restarts --- */

/* The newest restart of that name: its record's distance and clause; 0: none. */
static word find_restart(const struct proc *p, term name, unsigned *clause)
{
    for (word at = p->chain; at;) {
        term *record = chain_record(p, at);
        if (chain_record_kind(record) == CHAIN_RESTART) {
            term names = record[-CHAIN_PAYLOAD];
            for (word i = 0; i < vec_count(names); i++) {
                if (same(vec_nth(names, i), name)) {
                    *clause = (unsigned)i;
                    return at;
                }
            }
        }
        at = chain_prev(record);
    }
    return 0;
}
/* (%invoke-restart name args) or (%invoke-restart [name _ distance clause] args), as %restarts gives them. */
enum step step_invoke_restart(struct proc *p)
{
    term which = REG(0);
    unsigned clause = 0;
    word at;
    if (is_vector(which) && vec_count(which) == 4) {
        at = (word)int_value(vec_nth(which, 2));
        clause = (unsigned)int_value(vec_nth(which, 3));
        word known = p->chain;
        while (known && known != at)
            known = chain_prev(chain_record(p, known));
        at = known;
    } else {
        at = find_restart(p, which, &clause);
    }
    if (!at) {
        raise(p, E_NO_RESTART, "no restart %T is established here", which);
        return STEP_RAISE;
    }
    unwind(p, at, clause, REG(1));
    return STEP_JUMP;
}
/* (%frame-return number value): the frame, numbered as %frames does, returns value to its caller; what finally bodies
 * are in or above it run first. Answers :no-frame where there is no such frame of compiled code. */
enum step step_frame_return(struct proc *p)
{
    struct frame f = frame_top(p);
    while (f.fp && (!is_int(REG(0)) || proc_stack_end(p) - f.fp != int_value(REG(0))))
        f = frame_up(f);
    if (!f.fp || frame_running_code(f)->flags & (CODE_STEP | CODE_ADAPTER) || !f.fp[FRAME_RETURN].w)
        return step_return(p, intern_keyword(NULL, 0, "no-frame", 8));
    unwind(p, (word)int_value(REG(0)), UNWIND_RETURN, REG(1));
    return STEP_JUMP;
}
/* (%restarts): a list of [name report distance clause], newest first. */
term native_restarts(struct proc *p, unsigned n)
{
    word count = 0;
    for (word at = p->chain; at; at = chain_prev(chain_record(p, at))) {
        if (chain_record_kind(chain_record(p, at)) == CHAIN_RESTART)
            count += vec_count(chain_record(p, at)[-CHAIN_PAYLOAD]);
    }
    if (!heap_reserve(p, count * (CONS_WORDS + 5)))
        return NONE;
    term list = EMPTY_LIST, *tail = &list;
    for (word at = p->chain; at; at = chain_prev(chain_record(p, at))) {
        term *record = chain_record(p, at);
        if (chain_record_kind(record) != CHAIN_RESTART)
            continue;
        term names = record[-CHAIN_PAYLOAD], reports = record[-CHAIN_EXTRA];
        for (word i = 0; i < vec_count(names); i++) {
            struct obj_tuple *t = heap_take_tuple(p, 4);
            t->item[0] = vec_nth(names, i);
            t->item[1] = is_vector(reports) ? vec_nth(reports, i) : NIL;
            t->item[2] = mk_int((iword)at);
            t->item[3] = mk_int((iword)i);
            *tail = mk_cons(p, mk_box_ptr(t), EMPTY_LIST);
            tail = &cons_ptr(*tail)->tail;
        }
    }
    return list;
}

/* --- conditions as values --- */

/* (%error-kinds): a vector of the kinds that derive from :error by nature. */
term native_error_kinds(struct proc *p, unsigned n)
{
    STATIC_ASSERT(ERROR_COUNT <= TUPLE_MAX, "the kinds fit in a flat vector");
    if (!heap_reserve(p, 1 + ERROR_COUNT - 3))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, ERROR_COUNT - 3);
    for (unsigned i = 0, at = 0; i < ERROR_COUNT; i++) {
        if (i != E_ERROR && i != E_INTERRUPT && i != E_EXIT)
            t->item[at++] = error_keywords[i];
    }
    return mk_box_ptr(t);
}
term native_throw(struct proc *p, unsigned n)
{
    return raise_value(p, ARG(0));
}
term native_condition(struct proc *p, unsigned n)
{
    if (!is_keyword(ARG(0)))
        return raise_arg(p, 0, "a keyword (the condition's kind)");
    term c = condition_make(p, ARG(0), ARG(1), ARG(2), ARG(3));
    return is_none(c) ? NONE : condition_placed(p, c);
}
term native_is_condition(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_CONDITION));
}
/* (%condition-part c i): 0 kind, 1 message, 2 data, 3 cause, 4 stack; nil for what is no condition. */
term native_condition_part(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_CONDITION) || !is_int(ARG(1)) || (word)int_value(ARG(1)) > 4)
        return NIL;
    return (&OBJ(condition, ARG(0))->kind)[int_value(ARG(1))];
}
