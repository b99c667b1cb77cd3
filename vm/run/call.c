/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Calls that are not of a function with just this fixed arity: several arities, rest parameters, natives and their tail
 * calls, callable data, vars; adapter frames; STEP frames; walking frames.
 */
#include "data/records.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/arity.h"
#include "run/frames.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/quick.h"
#include "run/signal.h"

/* Words of stack that may be written below a frame before the next check. */
#define STACK_SLACK (FRAME_HEADER + TAIL_ARGS_MAX + 2)

static term adapter_fns[ADAPTER_KINDS];

/* --- walking --- */

const struct code *frame_running_code(struct frame f)
{
    const word *code = OBJ(fn, f.fp[FRAME_FN])->code;
    if (hdr_type(*code) == T_CODE)
        return (const struct code *)code;
    const struct obj_arities *a = (const struct obj_arities *)code;
    word n = hdr_words(a->hdr);
    for (word i = 0; i < n; i++) {
        term t = (&a->variadic)[i];
        if (is_nil(t))
            continue;
        const struct code *c = code_ptr(t);
        /* a return address may be the end of the code: no instruction follows a call only if it never returns */
        if (f.pc >= c->insns && f.pc <= c->insns + c->n_insns)
            return c;
    }
    lona_panic(__FILE__, __LINE__, "a frame's pc lies in one of its function's arities");
}
struct frame frame_up(struct frame f)
{
    const struct code *code = frame_code(f.fp);
    if (hdr_type(code->hdr) == T_CODE && (code->flags & CODE_ADAPTER)) {
        f.pc = (const u32 *)f.fp[-ADAPTER_PC].w;
        f.delivers = same(f.fp[FRAME_FN], adapter_fns[ADAPTER_INSTEAD]);
        f.fp += int_value(f.fp[-ADAPTER_DELTA]);
        f.waits = false;
        return f;
    }
    const u32 *back = (const u32 *)f.fp[FRAME_RETURN].w;
    if (!back)
        return (struct frame){0};
    return (struct frame){f.fp + INSN_A(back[-CALL_WORDS]) + FRAME_HEADER, back, true, false};
}
/* A frame of many registers may end below those of the calls it waits for, and goes on there once they are over. */
word *proc_stack_low(const struct proc *p)
{
    const term *low = proc_stack_end(p);
    for (struct frame f = frame_top(p); f.fp && f.fp - (REGISTERS_MAX - 1) < low; f = frame_up(f)) {
        const term *end = f.fp - (frame_running_code(f)->nregs - 1);
        low = end < low ? end : low;
    }
    if (p->nargs && p->args - (p->nargs - 1) < low)
        low = p->args - (p->nargs - 1);
    return (word *)low;
}
const struct native_desc *frame_step_native(const term *fp)
{
    return code_step_native(frame_code(fp));
}
static void first_registers(unsigned n, u64 live[4])
{
    for (unsigned i = 0; i < 4; i++)
        live[i] = n >= 64 * (i + 1) ? ~0ull : n > 64 * i ? (1ull << (n - 64 * i)) - 1 : 0;
}
/* What an instruction of hand-made code is about to read beside the first registers. */
static void about_to_read(const u32 *pc, bool first, u64 live[4])
{
    unsigned result = INSN_OP(*pc) == OP_ADAPT ? ADAPTER_BASE : INSN_A(*pc);
    if (INSN_OP(*pc) == OP_CALL) { /* as in a process that has not yet run: function and arguments, not the result */
        first_registers(result + FRAME_HEADER + INSN_B(*pc), live);
        live[result / 64] &= ~(1ull << (result % 64));
    } else if (!first) { /* the value of a call that is over */
        live[result / 64] |= 1ull << (result % 64);
    }
}
/* Registers that the instruction has read and nobody reads again are not live while a function runs in its place: they
 * would keep a sequence that the function walks. Which ones is known where one instruction follows. */
static void forget_operands(const struct code *code, u32 at, struct reg_sets *sets)
{
    u32 insn = code->insns[at];
    const struct op_info *info = &op_infos[INSN_OP(insn)];
    if (info->w1 == JMP || info->w2 == JMP || op_pair_of(INSN_OP(insn)))
        return;
    struct reg_sets after;
    code_registers(code, at + info->words, &after);
    unsigned reads[] = {info->a == RD ? INSN_A(insn) : MAX_REGS, info->b == RD ? INSN_B(insn) : MAX_REGS,
                        info->c == RD ? INSN_C(insn) : MAX_REGS};
    for (unsigned i = 0; i < ARRAY_LEN(reads); i++) {
        unsigned set = reads[i] / 64;
        u64 bit = 1ull << reads[i] % 64;
        bool is_result = info->a == WR && reads[i] == INSN_A(insn);
        if (reads[i] == MAX_REGS || (after.live[set] & bit && !is_result))
            continue;
        sets->live[set] &= ~bit;
        sets->spent[set] |= after.spent[set] & bit;
    }
}
void frame_registers(struct frame f, struct reg_sets *sets)
{
    const struct code *code = frame_running_code(f);
    if (code->flags & (CODE_STEP | CODE_ADAPTER)) {
        memset(sets->spent, 0, sizeof sets->spent);
        first_registers(code->nregs - (FRAME_HEADER + TAIL_ARGS_MAX), sets->live);
        if (!f.waits)
            about_to_read(f.pc, f.pc == code->insns, sets->live);
        return;
    }
    code_registers(code, (u32)(f.pc - code->insns), sets);
    if (f.delivers)
        forget_operands(code, (u32)(f.pc - code->insns), sets);
    if (f.waits) {
        unsigned a = INSN_A(f.pc[-CALL_WORDS]);
        sets->live[a / 64] &= ~(1ull << (a % 64));
    }
}

/* --- hand-made code objects --- */

static struct code *make_code(unsigned nregs, unsigned flags, unsigned n_insns, const char *name)
{
    word words = CODE_WORDS + (n_insns + 1) / 2;
    struct code *c = (struct code *)shared_alloc_box(T_CODE, 0, words - 1);
    memset((word *)c + 1, 0, 8 * (words - 1));
    c->nregs = (u16)nregs;
    c->flags = (u8)flags;
    c->n_insns = n_insns;
    c->name = intern_symbol(NULL, 0, name, strlen(name));
    c->file = c->debug = NIL;
    return c;
}
static term make_fn(struct code *c, unsigned aux)
{
    struct obj_fn *f = (struct obj_fn *)shared_alloc_box(T_FN, aux, 2);
    f->code = (word *)c;
    f->meta = NIL;
    return mk_box_ptr(f);
}
/* Adapters: for n arguments the words at 4n: CALL base n; ADAPT. */
static term boot_fn;
#define BOOT_BASE 1 /* R[0]: the code that the process began with */

static term make_caller(unsigned base, unsigned flags, u32 last, const char *name)
{
    unsigned n = 4 * (TAIL_ARGS_MAX + 1);
    struct code *c = make_code(base + FRAME_HEADER + TAIL_ARGS_MAX, flags, n, name);
    for (unsigned i = 0; i <= TAIL_ARGS_MAX; i++) {
        c->insns[4 * i] = INSN(OP_CALL, base, i, 0);
        c->insns[4 * i + 2] = last;
    }
    return make_fn(c, 0);
}
void calls_init(void)
{
    for (unsigned kind = 0; kind < ADAPTER_KINDS; kind++) {
        bool again = kind == ADAPTER_AGAIN;
        adapter_fns[kind] =
            make_caller(ADAPTER_BASE, CODE_ADAPTER, INSN(OP_ADAPT, 0, again, 0), again ? "%again" : "%deliver");
        shared_root(&adapter_fns[kind]);
    }
    boot_fn = make_caller(BOOT_BASE, CODE_STEP, INSN(OP_HALT, BOOT_BASE, 0, 0), "%process");
    shared_root(&boot_fn);
}

/* Room below the frame at p->fp for an adapter frame or more: words. Keeps p->worker->tail.fn. */
static bool room_below(struct proc *p, const term *lowest, word words)
{
    return (word *)(lowest - words) >= p->limit || heap_grow_stack(p, words);
}

bool adapter_enter(struct proc *p, term fn, unsigned n, const term *args, enum adapter_kind kind)
{
    const struct code *code = frame_running_code(frame_top(p));
    unsigned delta = code->nregs + FRAME_HEADER;
    term kept[TAIL_ARGS_MAX];
    for (unsigned i = 0; i < n; i++)
        kept[i] = args[i];
    word need = FRAME_HEADER + ADAPTER_BASE + STACK_SLACK + TAIL_ARGS_MAX;
    if ((word *)(p->fp - code->nregs - need) < p->limit) {
        p->worker->tail.fn = fn;
        p->worker->tail.n = n;
        p->worker->tail.spread = NIL;
        memcpy(p->worker->tail.arg, kept, sizeof(term) * n);
        if (!heap_grow_stack(p, need))
            return false;
        fn = p->worker->tail.fn;
        memcpy(kept, p->worker->tail.arg, sizeof(term) * n);
    }
    term *nfp = p->fp - delta;
    nfp[FRAME_RETURN].w = 0;
    nfp[FRAME_FN] = adapter_fns[kind];
    nfp[-ADAPTER_PC].w = (word)p->pc;
    nfp[-ADAPTER_DELTA] = mk_int(delta);
    term *callee = nfp - (ADAPTER_BASE + FRAME_HEADER);
    callee[FRAME_FN] = fn;
    for (unsigned i = 0; i < n; i++)
        callee[-(iword)i] = kept[i];
    p->fp = nfp;
    p->pc = frame_code(nfp)->insns + 4 * n;
    return true;
}

/* Code that says fn's name, or nil. */
static term named_code(term fn)
{
    if (is_type(fn, T_VAR))
        fn = var_root(fn);
    return is_type(fn, T_FN) ? mk_box_ptr(fn_some_code(fn)) : NIL;
}
term interp_initial_call(const struct proc *p)
{
    term code = p->fp ? proc_stack_end(p)[-1 - FRAME_HEADER] : NIL;
    return is_type(code, T_CODE) ? code_ptr(code)->name : NIL;
}
bool interp_start(struct proc *p, term fn, unsigned n, const term *args)
{
    if (!room_below(p, proc_stack_end(p), FRAME_HEADER + BOOT_BASE + FRAME_HEADER + n + STACK_SLACK))
        return false;
    term *fp = proc_stack_end(p) - 1 - FRAME_HEADER;
    fp[FRAME_RETURN].w = 0;
    fp[FRAME_FN] = boot_fn;
    fp[0] = named_code(fn);
    term *callee = fp - (BOOT_BASE + FRAME_HEADER);
    callee[FRAME_FN] = fn;
    for (unsigned i = 0; i < n; i++)
        callee[-(iword)i] = args[i];
    p->fp = fp;
    p->pc = frame_code(fp)->insns + 4 * n;
    p->flags &= ~PROC_DONE;
    p->chain = 0;
    p->pending = PENDING_NOTHING;
    p->reductions = SLICE_REDUCTIONS;
    return true;
}

/* --- calls --- */

/* The code of the arity of f that takes a rest list, or NULL. Compiled functions have none of a fixed arity beyond it.
 */
static const struct code *variadic_code(term f)
{
    const word *code = fn_code(f);
    if (hdr_type(*code) == T_ARITIES) {
        const struct obj_arities *a = (const struct obj_arities *)code;
        return is_nil(a->variadic) ? NULL : code_ptr(a->variadic);
    }
    const struct code *c = (const struct code *)code;
    return c->flags & CODE_VARIADIC ? c : NULL;
}
word fn_fixed_params(term f)
{
    const struct code *c = is_type(f, T_FN) ? variadic_code(f) : NULL;
    return c ? c->nargs : NO_REST_LIST;
}

/* The code of f for n arguments, or NULL. */
static const struct code *select_code(term f, unsigned n)
{
    const word *code = fn_code(f);
    if (hdr_type(*code) == T_ARITIES) {
        const struct obj_arities *a = (const struct obj_arities *)code;
        if (n < hdr_words(a->hdr) - 1 && !is_nil(a->fixed[n]))
            return code_ptr(a->fixed[n]);
        if (is_nil(a->variadic))
            return NULL;
        code = box_ptr(a->variadic);
    }
    const struct code *c = (const struct code *)code;
    return (c->flags & CODE_VARIADIC ? n >= c->nargs : n == c->nargs) ? c : NULL;
}

/* What a call on its way is about; args and fn are rooted in the process while something may collect. */
struct call {
    term *nfp; /* the callee's fp: function at nfp[1], arguments at nfp[0], nfp[-1] ... */
    unsigned n;
    const struct code *gathered; /* whose rest list the last of the n arguments is already; NULL: it is none */
};
static void call_root(struct proc *p, struct call *c)
{
    p->worker->tail.fn = c->nfp[FRAME_FN];
    p->args = c->nfp;
    p->nargs = c->n;
}
static void call_unroot(struct proc *p, struct call *c)
{
    c->nfp = p->args;
    c->nfp[FRAME_FN] = p->worker->tail.fn;
    p->nargs = 0;
}
static bool call_room(struct proc *p, struct call *c, word words)
{
    if ((word *)(c->nfp - words) >= p->limit)
        return true;
    call_root(p, c);
    bool ok = heap_grow_stack(p, words + c->n + STACK_SLACK);
    call_unroot(p, c);
    return ok;
}
/* Gathers arguments from number `from` on into a list stored as argument `from`. */
static bool gather_rest(struct proc *p, struct call *c, unsigned from)
{
    unsigned extra = c->n > from ? c->n - from : 0;
    call_root(p, c);
    bool ok = heap_reserve(p, CONS_WORDS * extra);
    call_unroot(p, c);
    if (!ok)
        return false;
    term list = EMPTY_LIST;
    for (unsigned i = c->n; i > from; i--)
        list = mk_cons(p, c->nfp[-(iword)(i - 1)], list);
    c->nfp[-(iword)from] = extra ? list : NIL;
    c->n = from + 1;
    return true;
}
static bool arity_error(struct proc *p, struct call *c)
{
    call_root(p, c);
    raise_arity(p, c->nfp[FRAME_FN], c->n);
    p->nargs = 0;
    return false;
}
/* Makes a call of a stub, whose arguments are gathered, one of its first constant. */
static bool redirect_stub(struct proc *p, struct call *c, const struct code *code)
{
    if (!call_room(p, c, 2))
        return false;
    c->nfp[-1] = c->nfp[0];
    c->nfp[0] = c->nfp[FRAME_FN];
    c->nfp[FRAME_FN] = code_consts((struct code *)code)[0];
    c->n = 2;
    return true;
}
static bool enter_function(struct proc *p, struct call *c, bool tail)
{
    const struct code *code = c->gathered ? c->gathered : select_code(c->nfp[FRAME_FN], c->n);
    if (!code)
        return arity_error(p, c);
    if ((code->flags & CODE_VARIADIC) && !c->gathered && !gather_rest(p, c, code->nargs))
        return false;
    if (code->flags & CODE_STUB) {
        if (!redirect_stub(p, c, code))
            return false;
        code = select_code(c->nfp[FRAME_FN], c->n);
    }
    /* Last, since gathering divides the room anew. */
    if (!call_room(p, c, code->nregs + STACK_SLACK))
        return false;
    term *nfp = c->nfp;
    if (tail) {
        term *to = p->fp;
        to[FRAME_FN] = nfp[FRAME_FN];
        for (unsigned i = 0; i < c->n; i++)
            to[-(iword)i] = nfp[-(iword)i];
        nfp = to;
        if ((word *)(nfp - code->nregs - STACK_SLACK) < p->limit) {
            /* cannot be: the place of the arguments was lower still */
            ENSURE(false, "a tail call's frame ends above its arguments' old place");
        }
    } else {
        nfp[FRAME_RETURN].w = (word)(p->pc + CALL_WORDS);
    }
    ASSERT((word *)(nfp - code->nregs) >= p->limit, "a frame lies above the heap's share of the gap");
    p->fp = nfp;
    p->pc = code->insns;
    return true;
}
static void deliver_result(struct proc *p, struct call *c, term value, bool tail)
{
    if (!tail) {
        c->nfp[FRAME_RETURN] = value;
        p->pc += CALL_WORDS;
        return;
    }
    const u32 *back = (const u32 *)p->fp[FRAME_RETURN].w;
    p->fp[FRAME_RETURN] = value;
    p->pc = back;
    p->fp += INSN_A(back[-CALL_WORDS]) + FRAME_HEADER;
}
/*
 * Lays out the tail call that a native asked for in the place of its arguments. What a function gathers again is not
 * spread: the list itself becomes its rest list, so that only the part before it must consist of cells. Another process
 * may compile a stub meanwhile: its code is looked at once.
 */
static bool take_tail(struct proc *p, struct call *c)
{
    unsigned n = p->worker->tail.n, spread = 0;
    const struct code *code = is_type(p->worker->tail.fn, T_FN) ? variadic_code(p->worker->tail.fn) : NULL;
    word fixed = code ? code->nargs : NO_REST_LIST;
    p->pending = PENDING_NOTHING;
    term rest = p->worker->tail.spread;
    for (; is_cons(rest) && n + spread != fixed; rest = cons_tail(rest))
        spread++;
    c->gathered = n + spread == fixed && is_cons(rest) ? code : NULL;
    if ((word *)(c->nfp - n - spread - STACK_SLACK) < p->limit) {
        p->args = c->nfp;
        p->nargs = 0;
        if (!heap_grow_stack(p, n + spread + 2 * STACK_SLACK))
            return false;
        c->nfp = p->args;
    }
    c->nfp[FRAME_FN] = p->worker->tail.fn;
    for (unsigned i = 0; i < n; i++)
        c->nfp[-(iword)i] = p->worker->tail.arg[i];
    c->n = n;
    term l = p->worker->tail.spread;
    for (; spread; spread--, l = cons_tail(l))
        c->nfp[-(iword)c->n++] = cons_head(l);
    if (c->gathered)
        c->nfp[-(iword)c->n++] = l;
    p->worker->tail.spread = NIL;
    return true;
}
enum native_outcome { NATIVE_VALUE, NATIVE_TAIL, NATIVE_RAISED };
static enum native_outcome run_native(struct proc *p, struct call *c, term *value)
{
    const struct native_desc *d = OBJ(native, c->nfp[FRAME_FN])->desc;
    if (UNLIKELY(c->n < d->min_args || (c->n > d->max_args && d->max_args != MANY))) {
        arity_error(p, c);
        return NATIVE_RAISED;
    }
    p->args = c->nfp;
    p->nargs = c->n;
    *value = d->fn(p, c->n);
    if (UNLIKELY(is_none(*value)) && own_refused(p))
        own_instead(p);
    p->nargs = 0;
    c->nfp = p->args;
    if (LIKELY(!is_none(*value)))
        return NATIVE_VALUE;
    if (p->pending != PENDING_TAIL)
        return NATIVE_RAISED;
    return take_tail(p, c) ? NATIVE_TAIL : NATIVE_RAISED;
}
/* Data as a function: keywords, symbols and maps look up; the rest is Lonala's (%call-slow). */
static enum native_outcome call_data(struct proc *p, struct call *c, term *value)
{
    term f = c->nfp[FRAME_FN];
    bool one_or_two = c->n == 1 || c->n == 2;
    p->args = c->nfp;
    p->nargs = c->n;
    p->pending = PENDING_NOTHING;
    if (one_or_two && (is_keyword(f) || is_symbol(f)))
        *value = coll_get(p, ARG(0), f, c->n == 2 ? ARG(1) : NIL);
    else if (one_or_two && is_map(f))
        *value = coll_get(p, f, ARG(0), c->n == 2 ? ARG(1) : NIL);
    else if (c->n == 1 && is_vector(f))
        *value = coll_nth(p, f, ARG(0), ABSENT);
    else {
        p->worker->tail.fn = f;
        term list = list_from_args(p, 0, c->n);
        if (!is_none(list))
            tail_call(p, SLOW_call, 2, p->worker->tail.fn, list);
        *value = NONE;
    }
    p->nargs = 0;
    c->nfp = p->args;
    if (!is_none(*value))
        return NATIVE_VALUE;
    if (p->pending != PENDING_TAIL)
        return NATIVE_RAISED;
    return take_tail(p, c) ? NATIVE_TAIL : NATIVE_RAISED;
}

/* So many natives in a row go on in natives without a safepoint, when the slice is over: those of %again itself come
 * along. */
#define NATIVES_MAX 4
/* So many vars in a row that are values of vars are followed. */
#define VARS_MAX 100

static bool is_function_in_lonala(struct proc *p, term f)
{
    if (is_type(f, T_VAR))
        f = var_value(p, f);
    return is_type(f, T_FN);
}
/* What natives that call each other for long have instead of a safepoint: the call goes through %again, which has one.
 */
static enum native_outcome call_again(struct proc *p, struct call *c)
{
    p->args = c->nfp;
    p->nargs = c->n;
    p->worker->tail.fn = c->nfp[FRAME_FN];
    term list = list_from_args(p, 0, c->n);
    if (!is_none(list))
        tail_call(p, SLOW_again, 2, p->worker->tail.fn, list);
    p->nargs = 0;
    c->nfp = p->args;
    return p->pending == PENDING_TAIL && take_tail(p, c) ? NATIVE_TAIL : NATIVE_RAISED;
}

static bool call_go(struct proc *p, struct call *c, bool tail)
{
    for (unsigned vars = 0, natives = 0;;) {
        term f = c->nfp[FRAME_FN], value;
        enum native_outcome outcome;
        if (is_type(f, T_NATIVE)) {
            outcome = run_native(p, c, &value);
        } else if (is_type(f, T_FN)) {
            return enter_function(p, c, tail);
        } else if (is_type(f, T_VAR)) {
            f = var_value(p, f);
            if (same(f, UNBOUND)) {
                raise(p, E_UNBOUND, "%T has no value", c->nfp[FRAME_FN]);
                return false;
            }
            if (++vars > VARS_MAX) { /* vars can be each other's values */
                raise(p, E_TYPE_ERROR, "%T leads from var to var to no function", c->nfp[FRAME_FN]);
                return false;
            }
            c->nfp[FRAME_FN] = f;
            continue;
        } else if (same(f, UNBOUND)) {
            raise(p, E_UNBOUND, "the var called has no value");
            return false;
        } else {
            outcome = call_data(p, c, &value);
        }
        vars = 0;
        if (outcome == NATIVE_TAIL && UNLIKELY(p->reductions < 0) && ++natives > NATIVES_MAX &&
            !is_function_in_lonala(p, c->nfp[FRAME_FN]))
            outcome = call_again(p, c);
        if (outcome == NATIVE_RAISED)
            return false;
        if (outcome == NATIVE_VALUE) {
            deliver_result(p, c, value, tail);
            return true;
        }
    }
}
bool call_begin(struct proc *p, term *nfp, unsigned n, bool tail)
{
    struct call c = {.nfp = nfp, .n = n};
    return call_go(p, &c, tail);
}

static ALWAYS_INLINE bool call_from(STATE, bool tail)
{
    p->pc = pc;
    p->fp = fp;
    term *nfp = fp - (INSN_A(*pc) + FRAME_HEADER);
    unsigned n = INSN_B(*pc);
    if (UNLIKELY(same(nfp[FRAME_FN], UNBOUND)) && (INSN_OP(*pc) == OP_CALLV || INSN_OP(*pc) == OP_TCALLV)) {
        raise(p, E_UNBOUND, "%T has no value", var_of_cell(pc[1]));
        return false;
    }
    return call_begin(p, nfp, n, tail);
}
bool native_call(struct proc *p, term native, unsigned n, const term *args, term *value)
{
    const struct native_desc *d = OBJ(native, native)->desc;
    term *nfp = p->fp - (frame_running_code(frame_top(p))->nregs + FRAME_HEADER);
    if (n < d->min_args || n > d->max_args || (word *)(nfp - n - STACK_SLACK) < p->limit)
        return false;
    nfp[FRAME_FN] = native;
    for (unsigned i = 0; i < n; i++)
        nfp[-(iword)i] = args[i];
    p->args = nfp;
    p->nargs = n;
    *value = d->fn(p, n);
    if (is_none(*value) && own_refused(p))
        own_instead(p);
    p->nargs = 0;
    return true;
}
/* take_tail and the call for the commonest function, which takes just so many arguments: its code, with function and
 * arguments at nfp. NULL: nothing was done. */
static const struct code *take_simple_tail(struct proc *p, term *nfp)
{
    term f = p->worker->tail.fn;
    unsigned n = p->worker->tail.n;
    if (!is_nil(p->worker->tail.spread))
        return NULL;
    if (is_type(f, T_VAR))
        f = var_value(p, f);
    const struct code *code = simple_callee(p, f, n, nfp);
    if (!code && !(code = arity_callee(p, f, n, nfp)))
        return NULL;
    p->pending = PENDING_NOTHING;
    nfp[FRAME_FN] = f;
    for (unsigned i = 0; i < n; i++)
        nfp[-(iword)i] = p->worker->tail.arg[i];
    return code;
}
/* Continues a call whose native asked for a tail call or raised. */
static bool call_resumed(struct proc *p, struct call *c, bool tail)
{
    p->nargs = c->n;
    if (own_refused(p))
        own_instead(p);
    p->nargs = 0;
    c->nfp = p->args;
    return p->pending == PENDING_TAIL && take_tail(p, c) && call_go(p, c, tail);
}
#define GO_ON()                            \
    do {                                   \
        pc = p->pc;                        \
        fp = p->fp;                        \
        if (UNLIKELY(--p->reductions < 0)) \
            CONTINUE(op_safepoint);        \
        DISPATCH();                        \
    } while (0)

/* The commonest of calls that are not of a fixed-arity function: a native gets its arguments where they are. */
HANDLER_CC void call_native(STATE)
{
    struct call c = {.nfp = CALLEE_FP, .n = INSN_B(*pc)};
    const struct native_desc *d = OBJ(native, c.nfp[FRAME_FN])->desc;
    p->pc = pc;
    p->fp = fp;
    p->args = c.nfp;
    p->nargs = c.n;
    term value = d->fn(p, c.n);
    p->nargs = 0;
    c.nfp = p->args;
    if (UNLIKELY(is_none(value))) {
        const struct code *code = p->pending == PENDING_TAIL ? take_simple_tail(p, c.nfp) : NULL;
        if (code) {
            c.nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
            ENTER(code, c.nfp);
        }
        if (!call_resumed(p, &c, false))
            CONTINUE(op_pending);
        GO_ON();
    }
    fp = p->fp;
    c.nfp[FRAME_RETURN] = value;
    pc += CALL_WORDS;
    if (UNLIKELY(--p->reductions < 0))
        CONTINUE(op_safepoint);
    DISPATCH();
}
static HANDLER_CC void call_general(STATE)
{
    if (UNLIKELY(!call_from(p, pc, fp, table, false)))
        CONTINUE(op_pending);
    GO_ON();
}
static HANDLER_CC void tail_call_general(STATE)
{
    if (UNLIKELY(!call_from(p, pc, fp, table, true)))
        CONTINUE(op_pending);
    GO_ON();
}
HANDLER_CC void call_slow(STATE)
{
    term *nfp = CALLEE_FP;
    term f = nfp[FRAME_FN], value = quick_call(f, INSN_B(*pc), nfp[0], nfp[-1]);
    if (!is_none(value)) {
        nfp[FRAME_RETURN] = value;
        pc += CALL_WORDS;
        COUNT_REDUCTION();
        DISPATCH();
    }
    const struct code *code = arity_callee(p, f, INSN_B(*pc), nfp);
    if (code) {
        nfp[FRAME_RETURN].w = (word)(pc + CALL_WORDS);
        ENTER(code, nfp);
    }
    if (is_type(f, T_NATIVE)) {
        const struct native_desc *d = OBJ(native, f)->desc;
        if (LIKELY(INSN_B(*pc) >= d->min_args && INSN_B(*pc) <= d->max_args))
            CONTINUE(call_native);
    }
    CONTINUE(call_general);
}
HANDLER_CC void tail_call_slow(STATE)
{
    const term *from = CALLEE_FP;
    term f = from[FRAME_FN], value = quick_call(f, INSN_B(*pc), from[0], from[-1]);
    if (!is_none(value)) {
        pc = (const u32 *)fp[FRAME_RETURN].w;
        fp[FRAME_RETURN] = value;
        fp += INSN_A(pc[-CALL_WORDS]) + FRAME_HEADER;
        COUNT_REDUCTION();
        DISPATCH();
    }
    const struct code *code = arity_callee(p, f, INSN_B(*pc), fp);
    if (code) {
        move_arguments(fp, from, INSN_B(*pc));
        fp[FRAME_FN] = f;
        ENTER(code, fp);
    }
    CONTINUE(tail_call_general);
}

/* --- STEP frames --- */

void step_frame_begin(const u32 *pc, term *fp)
{
    const struct code *c = frame_code(fp);
    if (pc == c->insns && code_step_native(c))
        for (unsigned i = c->nargs; i < INSN_A(*pc); i++)
            fp[-(iword)i] = NIL;
}
HANDLER_CC void op_step(STATE)
{
    const struct native_desc *d = &native_descs[pc[1]];
    unsigned base = INSN_A(*pc);
    const u32 *entry = frame_code(fp)->insns;
    step_frame_begin(pc, fp);
    if (pc != entry)
        p->result = R(base);
    p->pc = entry;
    p->fp = fp;
    p->args = fp;
    p->nargs = 0;
    enum step answer = d->step(p);
    bool ok = true;
    struct call c = {.nfp = p->fp - (base + FRAME_HEADER), .n = 0};
    const struct code *code;
    switch (answer) {
    case STEP_RETURN:
        deliver_result(p, &c, p->result, true);
        break;
    case STEP_CALL:
        code = take_simple_tail(p, c.nfp);
        if (code) {
            c.nfp[FRAME_RETURN].w = (word)(p->pc + CALL_WORDS);
            ENTER(code, c.nfp);
        }
        ok = take_tail(p, &c) && call_go(p, &c, false);
        break;
    case STEP_TAIL:
        code = take_simple_tail(p, p->fp);
        if (code)
            ENTER(code, p->fp);
        ok = take_tail(p, &c) && call_go(p, &c, true);
        break;
    case STEP_RAISE:
        ok = false;
        break;
    case STEP_AGAIN:
        p->fp[-(iword)base] = p->result;
        p->pc = entry + CALL_WORDS;
        proc_end_slice(p);
        break;
    case STEP_JUMP:
        if (p->flags & PROC_DONE)
            return;
        break;
    }
    if (UNLIKELY(!ok)) {
        pc = p->pc;
        fp = p->fp;
        CONTINUE(op_pending);
    }
    GO_ON();
}

enum step step_call(struct proc *p, term fn, unsigned n, ...)
{
    va_list args;
    va_start(args, n);
    p->worker->tail.fn = fn;
    p->worker->tail.n = n;
    p->worker->tail.spread = NIL;
    for (unsigned i = 0; i < n; i++)
        p->worker->tail.arg[i] = va_arg(args, term);
    va_end(args);
    return STEP_CALL;
}
enum step step_tail(struct proc *p, term fn, unsigned n, ...)
{
    va_list args;
    va_start(args, n);
    p->worker->tail.fn = fn;
    p->worker->tail.n = n;
    p->worker->tail.spread = NIL;
    for (unsigned i = 0; i < n; i++)
        p->worker->tail.arg[i] = va_arg(args, term);
    va_end(args);
    return STEP_TAIL;
}
term tail_call(struct proc *p, term fn, unsigned n, ...)
{
    va_list args;
    va_start(args, n);
    p->worker->tail.fn = fn;
    p->worker->tail.n = n;
    p->worker->tail.spread = NIL;
    for (unsigned i = 0; i < n; i++)
        p->worker->tail.arg[i] = va_arg(args, term);
    va_end(args);
    p->pending = PENDING_TAIL;
    return NONE;
}
term tail_apply(struct proc *p, term fn, term list)
{
    tail_call(p, fn, 0);
    p->worker->tail.spread = list;
    return NONE;
}
