/* SPDX-License-Identifier: GPL-3.0-only */
/* Generation of values: constants, variables, calls, functions, bindings. Tests are in branch.c. */
#include "lang/gen.h"

#include "lang/words.h"
#include "pure.h"

bool is_float_const(const struct node *n)
{
    return n->kind == N_CONST && is_float_imm(n->value);
}

bool is_atom(const struct node *n)
{
    return n->kind == N_CONST || n->kind == N_LOCAL;
}

/* --- destinations -------------------------------------------------------------------------------------------- */

void gen_deliver(struct emitter *e, unsigned reg, struct dest d)
{
    if (d.kind == D_TAIL)
        emit(e, INSN(OP_RET, reg, 0, 0));
    else if (d.kind == D_REG)
        emit_move(e, d.reg, reg);
}

unsigned gen_target(struct emitter *e, struct dest d)
{
    if (d.kind == D_REG)
        return d.reg;
    unsigned reg = take_regs(e, 1);
    e->next = reg;
    return reg;
}

/* --- variables ----------------------------------------------------------------------------------------------- */

void gen_bind(struct emitter *e, struct local *l, unsigned reg, u32 *range)
{
    l->reg = (i16)reg;
    *range = begin_name(e, l->name, reg);
}

static void load_local(struct emitter *e, const struct local *l, unsigned reg)
{
    switch ((enum local_kind)l->kind) {
    case LOCAL_REG:
        ASSERT(l->reg >= 0 || e->c->failed, "a variable is bound before it is read");
        emit_move(e, reg, (u8)l->reg);
        break;
    case LOCAL_CAPTURE:
        emit(e, INSN(OP_GETCAP, reg, l->index, 0));
        break;
    case LOCAL_SELF:
        emit(e, INSN(OP_SELF, reg, 0, 0));
        break;
    }
}

unsigned gen_operand(struct emitter *e, const struct node *n)
{
    if (n->kind == N_LOCAL && n->local->kind == LOCAL_REG)
        return (u8)n->local->reg;
    unsigned reg = take_regs(e, 1);
    gen(e, n, to_reg(reg));
    e->next = reg + 1;
    return reg;
}

static void gen_simple(struct emitter *e, const struct node *n, struct dest d)
{
    if (n->kind == N_LOCAL && n->local->kind == LOCAL_REG) {
        gen_deliver(e, (u8)n->local->reg, d);
        return;
    }
    if (d.kind == D_IGNORE && n->kind != N_VAR)
        return;
    unsigned reg = gen_target(e, d);
    if (n->kind == N_CONST)
        emit_load(e, reg, n->value);
    else if (n->kind == N_LOCAL)
        load_local(e, n->local, reg);
    else
        emit_var(e, INSN(var_is(n->value, VAR_DYNAMIC) ? OP_GETDYN : OP_GETVAR, reg, 0, 0), n->value);
    gen_deliver(e, reg, d);
}

/* --- instructions -------------------------------------------------------------------------------------------- */

static bool is_small_const(const struct node *n, iword low, iword high)
{
    return n->kind == N_CONST && is_int(n->value) && int_value(n->value) >= low && int_value(n->value) <= high;
}

/* The first operand may be computed where the result goes, if that is the topmost register and nobody reads it. */
static unsigned op_operand(struct emitter *e, const struct node *op, unsigned i, struct dest d)
{
    bool in_place = d.kind == D_REG && !d.busy && d.reg + 1u == e->next;
    unsigned reg;
    if (in_place && !(op->items[i]->kind == N_LOCAL && op->items[i]->local->kind == LOCAL_REG)) {
        reg = d.reg;
        gen(e, op->items[i], d);
    } else {
        reg = gen_operand(e, op->items[i]);
    }
    if (e->guard_label && op->op >= OP_ADD && op->op <= OP_DEC)
        gen_guard_number(e, op->items[i], reg);
    return reg;
}

/* An arithmetic instruction with a constant float for an operand; false: that is not what n is. */
static bool gen_op_const(struct emitter *e, const struct node *n, struct dest d)
{
    static const struct {
        u8 op, with_const;
        bool commutes;
    } forms[] = {{OP_ADD, OP_ADDK, true}, {OP_SUB, OP_SUBK, false}, {OP_MUL, OP_MULK, true}, {OP_DIV, OP_DIVK, false}};
    for (unsigned i = 0; i < ARRAY_LEN(forms); i++) {
        if (forms[i].op != n->op)
            continue;
        unsigned k = is_float_const(n->items[1]) ? 1 : 0;
        if (!is_float_const(n->items[k]) || (!k && !forms[i].commutes))
            return false;
        unsigned mark = e->next, b = op_operand(e, n, 1 - k, d);
        e->next = mark;
        unsigned reg = gen_target(e, d);
        at_node(e, n);
        emit_const(e, INSN(forms[i].with_const, reg, b, 0), n->items[k]->value);
        gen_deliver(e, reg, d);
        return true;
    }
    return false;
}

static void gen_op(struct emitter *e, const struct node *n, struct dest d)
{
    if (gen_op_const(e, n, d))
        return;
    unsigned mark = e->next, b, c = 0, op = n->op;
    unsigned immediate = 2; /* operand that is one */
    if (op == OP_ADD || op == OP_SUB || op == OP_NTH) {
        if (is_small_const(n->items[1], -128, 127))
            immediate = 1;
        else if (op == OP_ADD && is_small_const(n->items[0], -128, 127))
            immediate = 0;
    }
    if (immediate < 2) {
        op = op == OP_ADD ? OP_ADDI : op == OP_SUB ? OP_SUBI : OP_NTHI;
        b = op_operand(e, n, 1 - immediate, d);
        c = (u8)int_value(n->items[immediate]->value);
    } else {
        b = op_operand(e, n, 0, d);
        if (n->n > 1)
            c = op_operand(e, n, 1, TO_NOTHING);
    }
    e->next = mark;
    unsigned reg = gen_target(e, d);
    at_node(e, n);
    emit(e, INSN(op, reg, b, c));
    gen_deliver(e, reg, d);
}

/* A register that holds the first operand and may be overwritten by the result: d's own where that is possible. */
static unsigned update_operand(struct emitter *e, const struct node *x, struct dest d)
{
    if (d.kind == D_REG) {
        if (x->kind == N_LOCAL && x->local->kind == LOCAL_REG && x->local->reg == d.reg)
            return d.reg;
        if (!d.busy && d.reg + 1u == e->next) {
            gen(e, x, d);
            return d.reg;
        }
    }
    unsigned reg = take_regs(e, 1);
    gen(e, x, to_reg(reg));
    e->next = reg + 1;
    return reg;
}

/* ASSOCT: the result replaces the first operand; in its forms without a result variables are used where they are. */
static void gen_update(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next, b, op = OP_ASSOCT;
    bool wanted = d.kind != D_IGNORE;
    unsigned a = wanted ? update_operand(e, n->items[0], d) : gen_operand(e, n->items[0]);
    if (!wanted && is_small_const(n->items[1], -128, 127)) {
        op = OP_ASSOCDI;
        b = (u8)int_value(n->items[1]->value);
    } else {
        op = wanted ? OP_ASSOCT : OP_ASSOCD;
        b = gen_operand(e, n->items[1]);
    }
    unsigned c = gen_operand(e, n->items[2]);
    at_node(e, n);
    emit(e, INSN(op, a, b, c));
    e->next = mark;
    gen_deliver(e, a, d);
}

static void gen_getk(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    unsigned b = op_operand(e, n, 0, d);
    e->next = mark;
    unsigned reg = gen_target(e, d);
    at_node(e, n);
    emit_const(e, INSN(OP_GETK, reg, b, 0), n->value);
    gen_deliver(e, reg, d);
}

/* --- calls --------------------------------------------------------------------------------------------------- */

/* The result of a call is in R[A], whence it goes where it is wanted. A call whose result is wanted in the topmost
 * register, and is not read meanwhile, has that as its base. */
static unsigned call_base(struct emitter *e, struct dest d)
{
    if (d.kind == D_REG && !d.busy && d.reg + 1u == e->next) {
        take_regs(e, 1);
        return d.reg;
    }
    return take_regs(e, 2);
}

static void emit_call(struct emitter *e, unsigned base, unsigned n, term var, struct dest d)
{
    bool tail = d.kind == D_TAIL;
    if (is_nil(var))
        emit_word(e, INSN(tail ? OP_TCALL : OP_CALL, base, n, 0), 0);
    else
        emit_var(e, INSN(tail ? OP_TCALLV : OP_CALLV, base, n, 0), var);
    if (!tail)
        gen_deliver(e, base, d);
}

/* A call of lona.core/name; the n arguments are in base+2 on. */
void gen_core_call(struct emitter *e, const char *name, unsigned base, unsigned n, struct dest d)
{
    emit_call(e, base, n, core_var(name), d);
}

/* Too many values for registers: they are gathered in a vector, 32 at a time. */
static void gen_vector_of_many(struct emitter *e, struct node *const *items, unsigned n, unsigned reg)
{
    unsigned mark = e->next;
    for (unsigned from = 0; from < n && !e->c->failed; from += 32) {
        unsigned count = n - from < 32 ? n - from : 32;
        unsigned base = take_regs(e, 4); /* a call of %vec-into reg chunk */
        unsigned chunk = take_regs(e, count);
        for (unsigned i = 0; i < count; i++) {
            e->next = chunk + i + 1;
            gen(e, items[from + i], to_reg(chunk + i));
        }
        emit(e, INSN(OP_MKVEC, from ? base + 3 : reg, chunk, count));
        if (from) {
            emit_move(e, base + 2, reg);
            gen_core_call(e, "%vec-into", base, 2, to_reg(reg));
        }
        e->next = mark;
    }
}

static void gen_big_call(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    unsigned base = take_regs(e, 4);
    gen(e, n->body, to_reg(base + 2));
    gen_vector_of_many(e, n->items, n->n, base + 3);
    at_node(e, n);
    gen_core_call(e, "apply", base, 2, d);
    e->next = mark;
}

#define CROWDED 120 /* from this register on, saving registers is worth a move */

static void gen_call(struct emitter *e, const struct node *n, struct dest d)
{
    if (n->n > MAX_DIRECT_ARGS) {
        gen_big_call(e, n, d);
        return;
    }
    unsigned mark = e->next;
    unsigned base = call_base(e, d);
    const struct node *f = n->body;
    term var = f->kind == N_VAR && !var_is(f->value, VAR_DYNAMIC) ? f->value : NIL;
    e->next = base + 2;
    if (is_nil(var))
        gen(e, f, to_reg(base + 1));
    for (unsigned i = 0; i < n->n && !e->c->failed; i++) {
        e->next = base + 2 + i;
        unsigned reg = take_regs(e, 1);
        if (!i && base > CROWDED && !is_nil(var) && !is_atom(n->items[i])) {
            e->next = base + 1; /* calls nested in first arguments share one base */
            gen(e, n->items[i], to_reg(base));
            emit_move(e, reg, base);
            continue;
        }
        gen(e, n->items[i], to_reg(reg));
    }
    at_node(e, n);
    emit_call(e, base, n->n, var, d);
    e->next = mark;
}

static void gen_vector(struct emitter *e, const struct node *n, struct dest d)
{
    struct compiler *c = e->c;
    unsigned mark = e->next;
    bool constant = n->n <= TUPLE_MAX;
    for (unsigned i = 0; i < n->n && constant; i++)
        constant = n->items[i]->kind == N_CONST;
    if (d.kind == D_IGNORE) {
        for (unsigned i = 0; i < n->n; i++)
            gen(e, n->items[i], d);
        return;
    }
    unsigned reg = gen_target(e, d);
    if (constant) {
        term *items = arena_alloc(c, (n->n + 1) * sizeof *items);
        for (unsigned i = 0; i < n->n && items; i++)
            items[i] = n->items[i]->value;
        emit_load(e, reg, items ? shared_tuple(c, items, n->n) : NIL);
    } else if (n->n <= 32) {
        unsigned base = take_regs(e, n->n);
        for (unsigned i = 0; i < n->n; i++) {
            e->next = base + i + 1;
            gen(e, n->items[i], to_reg(base + i));
        }
        at_node(e, n);
        emit(e, INSN(OP_MKVEC, reg, base, n->n));
    } else {
        unsigned all = take_regs(e, 1);
        gen_vector_of_many(e, n->items, n->n, all);
        emit_move(e, reg, all);
    }
    e->next = mark;
    gen_deliver(e, reg, d);
}

/* --- bindings and loops -------------------------------------------------------------------------------------- */

static void gen_let(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    u32 *ranges = arena_alloc(e->c, (n->n + 1) * sizeof *ranges);
    for (unsigned i = 0; i < n->n && !e->c->failed; i++) {
        const struct node *x = n->items[i];
        struct local *l = n->locals[i];
        unsigned reg;
        if (n->kind == N_LET && x->kind == N_LOCAL && x->local->kind == LOCAL_REG) {
            reg = (u8)x->local->reg; /* another name for the same value */
        } else if (n->kind == N_LET && !l->uses) {
            gen(e, x, TO_NOTHING);
            ranges[i] = begin_name(e, l->name, REG_NOWHERE);
            l->reg = 0;
            continue;
        } else {
            reg = take_regs(e, 1);
            gen(e, x, to_reg(reg));
        }
        gen_bind(e, l, reg, &ranges[i]);
    }
    if (e->c->failed)
        return;
    if (n->kind == N_LOOP) {
        n->target->label = new_label(e);
        place_label(e, n->target->label);
    }
    gen(e, n->body, d);
    for (unsigned i = 0; i < n->n; i++)
        end_name(e, ranges[i]);
    e->next = mark;
}

/* True when evaluating n reads register reg: by a variable bound to it. */
static bool reads(const struct emitter *e, const struct node *n, unsigned reg);

static bool clause_reads(const struct emitter *e, const struct clause *k, unsigned reg)
{
    for (; k; k = k->next)
        if ((k->guard && reads(e, k->guard, reg)) || reads(e, k->body, reg) || k->pattern)
            return true;
    return false;
}

static bool reads(const struct emitter *e, const struct node *n, unsigned reg)
{
    if (!n)
        return false;
    if (n->kind == N_LOCAL)
        return n->local->fn == e->fn && n->local->kind == LOCAL_REG && n->local->reg == (i16)reg;
    if (n->kind == N_FN) {
        for (unsigned i = 0; i < n->fn->n_captures; i++) {
            const struct local *l = n->fn->captures[i]->origin;
            if (l->kind == LOCAL_REG && l->reg == (i16)reg)
                return true;
        }
        return false;
    }
    for (unsigned i = 0; i < n->n; i++)
        if (reads(e, n->items[i], reg))
            return true;
    return reads(e, n->body, reg) || reads(e, n->cleanup, reg) || clause_reads(e, n->clauses, reg);
}

/* Only instructions on variables and constants: the order in which such values are computed is not seen. */
static bool is_plain(const struct node *n)
{
    if (is_atom(n))
        return true;
    if (n->kind != N_OP && n->kind != N_GETK)
        return false;
    if (n->kind == N_OP && (op_infos[n->op].effects & EFF_WRITE))
        return false;
    for (unsigned i = 0; i < n->n; i++)
        if (!is_plain(n->items[i]))
            return false;
    return true;
}

struct moves {
    const struct node *n;
    u8 to[REGISTERS_MAX];    /* register of each variable */
    i16 from[REGISTERS_MAX]; /* temporary that holds the value already, or -1 */
    bool done[REGISTERS_MAX];
};

static void recur_one(struct emitter *e, struct moves *m, unsigned i)
{
    struct dest d = {.kind = D_REG, .reg = m->to[i], .busy = true};
    if (m->from[i] >= 0)
        emit_move(e, m->to[i], (u8)m->from[i]);
    else
        gen(e, m->n->items[i], d);
    m->done[i] = true;
}

/* Does a value not yet in place read the register of variable i? */
static bool is_blocked(struct emitter *e, const struct moves *m, unsigned i, unsigned from)
{
    for (unsigned j = from; j < m->n->n; j++)
        if (j != i && !m->done[j] && m->from[j] < 0 && reads(e, m->n->items[j], m->to[i]))
            return true;
    return false;
}

static void to_temporary(struct emitter *e, struct moves *m, unsigned i)
{
    m->from[i] = (i16)take_regs(e, 1);
    gen(e, m->n->items[i], to_reg((unsigned)m->from[i]));
    e->next = (unsigned)m->from[i] + 1;
}

/* The parallel assignment of recur. Plain values go in an order that needs the fewest temporaries; otherwise all are
 * computed from left to right. */
static void gen_recur(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next, count = n->n;
    struct moves *m = arena_alloc(e->c, sizeof *m);
    if (!m || count > MAX_REGS)
        return;
    m->n = n;
    bool plain = true;
    for (unsigned i = 0; i < count; i++) {
        const struct node *x = n->items[i];
        m->to[i] = (u8)n->target->locals[i]->reg;
        m->from[i] = -1;
        m->done[i] = x->kind == N_LOCAL && x->local->kind == LOCAL_REG && x->local->reg == m->to[i];
        plain = plain && is_plain(x);
    }
    for (unsigned i = 0; i < count && !plain; i++)
        if (!m->done[i]) {
            if (is_plain(n->items[i]) && is_atom(n->items[i]))
                continue; /* read when all are computed: variables do not change before */
            if (is_blocked(e, m, i, 0))
                to_temporary(e, m, i);
            else
                recur_one(e, m, i);
        }
    for (unsigned left = count; left && !e->c->failed;) {
        bool progress = false;
        left = 0;
        for (unsigned i = 0; i < count && !progress; i++) {
            if (m->done[i])
                continue;
            left++;
            progress = !is_blocked(e, m, i, 0);
            if (progress)
                recur_one(e, m, i); /* and from the left again: a counter, mostly last, comes before LOOP */
        }
        for (unsigned i = 0; i < count && !progress && left; i++)
            if (!m->done[i] && m->from[i] < 0) { /* a cycle: break it */
                to_temporary(e, m, i);
                break;
            }
    }
    e->next = mark;
    at_node(e, n);
    emit_jump(e, INSN(OP_LOOP, 0, 0, 0), n->target->label);
}

/* --- functions ----------------------------------------------------------------------------------------------- */

static term gen_arity(struct emitter *outer, struct compiler *c, struct function *fn, struct arity *a)
{
    struct emitter *e = emitter_new(c, outer, fn, a);
    if (!e)
        return NONE;
    e->line = a->line;
    e->column = a->column;
    unsigned n = a->target.n;
    u32 *ranges = arena_alloc(c, (n + 1) * sizeof *ranges);
    take_regs(e, n);
    for (unsigned i = 0; i < n && !c->failed; i++)
        gen_bind(e, a->params[i], i, &ranges[i]);
    for (unsigned i = 0; i < fn->n_captures && !c->failed; i++)
        begin_name(e, fn->captures[i]->name, REG_CAPTURED + i);
    if (c->failed)
        return NONE;
    a->target.label = new_label(e);
    place_label(e, a->target.label);
    if (outer) {
        gen(e, a->body, TO_TAIL);
    } else { /* what a form at top level calls leaves its frame there, so that an error shows which form it was */
        unsigned reg = take_regs(e, 1);
        gen(e, a->body, to_reg(reg));
        gen_deliver(e, reg, TO_TAIL);
    }
    for (unsigned i = 0; i < n && !c->failed; i++)
        end_name(e, ranges[i]);
    return emit_finish(e, fn->name, a->n_fixed, a->variadic ? CODE_VARIADIC : 0);
}

static term make_fn(term code, unsigned aux)
{
    struct obj_fn *f = (struct obj_fn *)shared_alloc_box(T_FN, aux, 2);
    f->code = box_ptr(code);
    f->meta = NIL;
    return mk_box_ptr(f);
}

/* The function object without captured values. */
static term gen_function(struct emitter *outer, struct compiler *c, struct function *fn)
{
    term codes[MAX_PARAMS + 1], variadic = NIL, last = NIL;
    unsigned top = 0, count = 0;
    for (unsigned i = 0; i <= MAX_PARAMS; i++)
        codes[i] = NIL;
    for (struct arity *a = fn->arities; a; a = a->next) {
        last = gen_arity(outer, c, fn, a);
        if (c->failed || is_none(last))
            return NONE;
        count++;
        if (a->variadic) {
            variadic = last;
            continue;
        }
        codes[a->n_fixed] = last;
        if (a->n_fixed + 1 > top)
            top = a->n_fixed + 1;
    }
    if (count == 1)
        return make_fn(last, is_nil(variadic) ? top - 1 : FN_MANY);
    struct obj_arities *all = (struct obj_arities *)shared_alloc_box(T_ARITIES, 0, 1 + top);
    all->variadic = variadic;
    for (unsigned i = 0; i < top; i++)
        all->fixed[i] = codes[i];
    return make_fn(mk_box_ptr(all), FN_MANY);
}

/* The values that fn captures into consecutive registers: where they already are, or from e->next on. */
static unsigned gather_captures(struct emitter *e, const struct function *fn)
{
    unsigned n = fn->n_captures;
    const struct local *first = fn->captures[0]->origin;
    bool in_place = first->kind == LOCAL_REG;
    for (unsigned i = 1; i < n && in_place; i++) {
        const struct local *l = fn->captures[i]->origin;
        in_place = l->kind == LOCAL_REG && l->reg == first->reg + (int)i;
    }
    if (in_place)
        return (u8)first->reg;
    unsigned base = take_regs(e, n);
    for (unsigned i = 0; i < n && !e->c->failed; i++)
        load_local(e, fn->captures[i]->origin, base + i);
    return base;
}

static void make_closure(struct emitter *e, const struct node *n, unsigned reg)
{
    unsigned mark = e->next;
    term f = gen_function(e, e->c, n->fn);
    if (e->c->failed)
        return;
    at_node(e, n);
    if (!n->fn->n_captures) {
        emit_load(e, reg, f);
    } else {
        unsigned base = gather_captures(e, n->fn);
        emit_const(e, INSN(OP_MKFN, reg, base, n->fn->n_captures), f);
    }
    e->next = mark;
}

static void gen_fn(struct emitter *e, const struct node *n, struct dest d)
{
    if (d.kind == D_IGNORE)
        return;
    unsigned reg = gen_target(e, d);
    if (d.kind != D_REG)
        take_regs(e, 1); /* captures are gathered above it */
    make_closure(e, n, reg);
    if (d.kind != D_REG)
        e->next = reg;
    gen_deliver(e, reg, d);
}

/* Functions that know each other: all are made, then those captured before they existed are set. */
static void gen_letfn(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    u32 *ranges = arena_alloc(e->c, (n->n + 1) * sizeof *ranges);
    unsigned base = take_regs(e, n->n);
    for (unsigned i = 0; i < n->n && !e->c->failed; i++) {
        emit_load(e, base + i, NIL);
        gen_bind(e, n->locals[i], base + i, &ranges[i]);
    }
    for (unsigned i = 0; i < n->n && !e->c->failed; i++)
        make_closure(e, n->items[i], base + i);
    for (unsigned i = 0; i < n->n && !e->c->failed; i++) {
        const struct function *fn = n->items[i]->fn;
        for (unsigned k = 0; k < fn->n_captures; k++) {
            const struct local *l = fn->captures[k]->origin;
            if (l->kind == LOCAL_REG && l->reg >= (int)(base + i) && l->reg < (int)(base + n->n))
                emit(e, INSN(OP_SETCAP, base + i, k, l->reg));
        }
    }
    if (e->c->failed)
        return;
    gen(e, n->body, d);
    for (unsigned i = 0; i < n->n; i++)
        end_name(e, ranges[i]);
    e->next = mark;
}

/* --- all ----------------------------------------------------------------------------------------------------- */

static void gen_do(struct emitter *e, const struct node *n, struct dest d)
{
    for (unsigned i = 0; i + 1 < n->n; i++)
        gen(e, n->items[i], TO_NOTHING);
    gen(e, n->items[n->n - 1], d);
}

void gen(struct emitter *e, const struct node *n, struct dest d)
{
    if (e->c->failed || e->dead)
        return;
    at_node(e, n);
    switch ((enum node_kind)n->kind) {
    case N_CONST:
    case N_LOCAL:
    case N_VAR:
        gen_simple(e, n, d);
        break;
    case N_DO:
        gen_do(e, n, d);
        break;
    case N_IF:
        gen_if(e, n, d);
        break;
    case N_AND:
    case N_OR:
        gen_and_or(e, n, d);
        break;
    case N_LET:
    case N_LOOP:
        gen_let(e, n, d);
        break;
    case N_RECUR:
        gen_recur(e, n, d);
        break;
    case N_FN:
        gen_fn(e, n, d);
        break;
    case N_LETFN:
        gen_letfn(e, n, d);
        break;
    case N_CALL:
        gen_call(e, n, d);
        break;
    case N_OP:
        if (n->op == OP_ASSOCT)
            gen_update(e, n, d);
        else
            gen_op(e, n, d);
        break;
    case N_GETK:
        gen_getk(e, n, d);
        break;
    case N_VECTOR:
        gen_vector(e, n, d);
        break;
    case N_TRY:
        gen_try(e, n, d);
        break;
    case N_HANDLER:
        gen_handlers(e, n, d);
        break;
    case N_RESTART:
        gen_restarts(e, n, d);
        break;
    case N_BINDING:
        gen_bindings(e, n, d);
        break;
    case N_MATCH:
        gen_match(e, n, d);
        break;
    case N_RECEIVE:
        gen_receive(e, n, d);
        break;
    }
}

term generate(struct compiler *c, struct function *fn)
{
    if (is_pointer(c->file) && !is_shared(c->file)) {
        c->file = shared_copy(c->p, c->file);
        if (is_none(c->file)) {
            fail_pending(c);
            return NONE;
        }
    }
    return gen_function(NULL, c, fn);
}
