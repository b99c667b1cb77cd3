/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Generation of match*: clauses are tried in order. Neighbouring clauses whose patterns are vectors of the same length
 * share the test of that length and the load of the first element, so that messages like [:tag ...] are dispatched by
 * one comparison of identity a clause.
 */
#include "lang/gen.h"

#include "pure.h"
#include "run/chain.h"

static void test(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label);

/* Equality with the constant is identity: keywords are interned by the reader of code. */
static bool is_identity(term t)
{
    return (!is_pointer(t) && is_imm(t, (enum imm_kind)((t.w >> 3) & 31)) && (t.w & 7) == TAG_IMM &&
            !same(t, EMPTY_LIST)) ||
           is_int(t) || is_keyword(t);
}

static bool is_unused(const struct pattern *k)
{
    return k->kind == P_ANY || (k->kind == P_BIND && !k->local->uses && !k->local->fixed);
}

static void bind(struct emitter *e, struct local *l, unsigned reg)
{
    u32 range;
    if (!l->fixed) {
        gen_bind(e, l, reg, &range);
        return;
    }
    if (l->reg < 0)
        gen_bind(e, l, take_regs(e, 1), &range);
    emit_move(e, (u8)l->reg, reg);
}

static void test_const(struct emitter *e, term value, unsigned reg, u32 fail_label)
{
    if (is_identity(value)) {
        emit_const_jump(e, INSN(OP_JNIDK, reg, 0, 0), value, fail_label);
        return;
    }
    unsigned k = take_regs(e, 1);
    emit_load(e, k, value);
    emit_jump(e, INSN(OP_JNEQ, reg, k, 0), fail_label);
    e->next = k;
}

/* (f a b) in a new temporary; b is a node or NULL. */
static unsigned call2(struct emitter *e, const char *name, unsigned a, const struct node *b)
{
    unsigned base = take_regs(e, b ? 4 : 3);
    emit_move(e, base + 2, a);
    if (b)
        gen(e, b, to_reg(base + 3));
    gen_core_call(e, name, base, b ? 2 : 1, to_reg(base));
    e->next = base + 1;
    return base;
}

static void test_rest(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    struct node n = {.kind = N_CONST, .value = mk_int(k->n)};
    if (!is_unused(k->rest))
        test(e, k->rest, call2(e, "%vec-from", reg, &n), fail_label);
}

/* The elements of a vector known to be long enough; first: register of element 0, or -1. */
static void test_elements(struct emitter *e, const struct pattern *k, unsigned reg, int first, u32 fail_label)
{
    for (unsigned i = 0; i < k->n && !e->c->failed; i++) {
        if (is_unused(k->subs[i]))
            continue;
        unsigned x = !i && first >= 0 ? (unsigned)first : take_regs(e, 1);
        if (i || first < 0)
            emit(e, INSN(OP_VREF, x, reg, i));
        test(e, k->subs[i], x, fail_label);
    }
    if (k->rest)
        test_rest(e, k, reg, fail_label);
}

static void test_vector(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    emit_jump(e, INSN(k->rest ? OP_JNVECGE : OP_JNVEC, reg, k->n, 0), fail_label);
    test_elements(e, k, reg, -1, fail_label);
}

static void test_seq(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    emit_jump(e, INSN(OP_JNKIND, reg, KIND_SEQUENTIAL, 0), fail_label);
    unsigned s = take_regs(e, 1);
    emit(e, INSN(OP_SEQ, s, reg, 0));
    for (unsigned i = 0; i < k->n && !e->c->failed; i++) {
        emit_const_jump(e, INSN(OP_JIDK, s, 0, 0), NIL, fail_label);
        if (!is_unused(k->subs[i])) {
            unsigned x = take_regs(e, 1);
            emit(e, INSN(OP_FIRST, x, s, 0));
            test(e, k->subs[i], x, fail_label);
        }
        emit(e, INSN(OP_NEXT, s, s, 0));
    }
    if (!k->rest)
        emit_const_jump(e, INSN(OP_JNIDK, s, 0, 0), NIL, fail_label);
    else
        test(e, k->rest, s, fail_label);
}

/* A value of nil may mean that the key is missing: only then is it looked for. */
static void test_entry(struct emitter *e, const struct pattern *k, unsigned i, unsigned reg, u32 fail_label)
{
    const struct node *key = k->keys[i];
    const struct pattern *sub = k->subs[i];
    unsigned v = take_regs(e, 1), mark = e->next;
    if (key->kind == N_CONST && is_keyword(key->value)) {
        emit_const(e, INSN(OP_GETK, v, reg, 0), key->value);
    } else {
        unsigned key_reg = gen_operand(e, key);
        emit(e, INSN(OP_GET, v, reg, key_reg));
        e->next = mark;
    }
    bool never_nil = (sub->kind == P_CONST && !is_nil(sub->value)) || sub->kind == P_VECTOR || sub->kind == P_SEQ ||
                     sub->kind == P_MAP || sub->kind == P_SET || sub->kind == P_RECORD || sub->kind == P_BITS;
    if (!k->defaults[i] && never_nil) {
        test(e, sub, v, fail_label);
        return;
    }
    u32 present = new_label(e);
    emit_const_jump(e, INSN(OP_JNIDK, v, 0, 0), NIL, present);
    unsigned has = call2(e, "contains?", reg, key);
    if (k->defaults[i]) {
        emit_jump(e, INSN(OP_JT, has, 0, 0), present);
        gen(e, k->defaults[i], to_reg(v));
    } else {
        emit_jump(e, INSN(OP_JF, has, 0, 0), fail_label);
    }
    place_label(e, present);
    e->next = mark;
    test(e, sub, v, fail_label);
}

static void test_map(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    emit_jump(e, INSN(OP_JNKIND, reg, KIND_MAP, 0), fail_label);
    for (unsigned i = 0; i < k->n && !e->c->failed; i++)
        test_entry(e, k, i, reg, fail_label);
}

static void test_set(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    unsigned mark = e->next;
    emit_jump(e, INSN(OP_JNKIND, reg, KIND_SET, 0), fail_label);
    for (unsigned i = 0; i < k->n && !e->c->failed; i++) {
        unsigned has = call2(e, "contains?", reg, k->keys[i]);
        emit_jump(e, INSN(OP_JF, has, 0, 0), fail_label);
        e->next = mark;
    }
}

static void test_record(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    emit_jump(e, INSN(OP_JNKIND, reg, KIND_RECORD, 0), fail_label);
    unsigned base = take_regs(e, 4);
    gen(e, k->node, to_reg(base + 2));
    emit_move(e, base + 3, reg);
    gen_core_call(e, "instance?", base, 2, to_reg(base));
    emit_jump(e, INSN(OP_JF, base, 0, 0), fail_label);
    e->next = base;
    if (k->n)
        test(e, k->subs[0], reg, fail_label);
}

/* --- bit syntax: see data/bits.h --- */

static void bits_call(struct emitter *e, const char *name, unsigned to, unsigned reg, unsigned at, term spec,
                      unsigned size)
{
    unsigned base = take_regs(e, 6);
    emit_move(e, base + 2, reg);
    emit_move(e, base + 3, at);
    emit_load(e, base + 4, spec);
    emit_move(e, base + 5, size);
    gen_core_call(e, name, base, 4, to_reg(to));
    e->next = base;
}

static void test_bits(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    emit_jump(e, INSN(OP_JNKIND, reg, KIND_BINARY, 0), fail_label);
    unsigned at = take_regs(e, 2), end = at + 1;
    emit_load(e, at, mk_int(0));
    for (unsigned i = 0; i < k->n && !e->c->failed; i++) {
        unsigned size = gen_operand(e, k->keys[i]);
        bits_call(e, "%bits-end", end, reg, at, k->specs[i], size);
        emit_const_jump(e, INSN(OP_JIDK, end, 0, 0), NIL, fail_label);
        if (!is_unused(k->subs[i])) {
            unsigned x = take_regs(e, 1);
            bits_call(e, "%bits-read", x, reg, at, k->specs[i], size);
            test(e, k->subs[i], x, fail_label);
        }
        emit_move(e, at, end);
    }
    emit_jump(e, INSN(OP_JNEQ, call2(e, "bit-size", reg, NULL), at, 0), fail_label);
}

static void test_or(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    u32 matched = new_label(e), names = e->n_ranges;
    for (unsigned i = 0; i < k->n && !e->c->failed; i++) {
        bool last = i + 1 == k->n;
        u32 next = last ? fail_label : new_label(e);
        test(e, k->subs[i], reg, next);
        if (!last) {
            emit_jump(e, INSN(OP_JMP, 0, 0, 0), matched);
            place_label(e, next);
        }
    }
    place_label(e, matched);
    for (u32 i = names; i < e->n_ranges; i++)
        e->ranges[i].from = e->n; /* between the alternatives only one of them has bound its names */
}

/* Goes on when the value in reg matches, else to fail_label. Registers taken stay taken until the clause ends. */
static void test(struct emitter *e, const struct pattern *k, unsigned reg, u32 fail_label)
{
    if (e->c->failed || e->dead)
        return;
    if (k->line) {
        e->line = k->line;
        e->column = k->column;
    }
    switch ((enum pattern_kind)k->kind) {
    case P_ANY:
        break;
    case P_BIND:
        bind(e, k->local, reg);
        break;
    case P_SAME:
        emit_jump(e, INSN(OP_JNEQ, reg, k->local->reg, 0), fail_label);
        break;
    case P_CONST:
        test_const(e, k->value, reg, fail_label);
        break;
    case P_EQUAL: {
        unsigned mark = e->next, x = gen_operand(e, k->node);
        emit_jump(e, INSN(OP_JNEQ, reg, x, 0), fail_label);
        e->next = mark;
        break;
    }
    case P_VECTOR:
        test_vector(e, k, reg, fail_label);
        break;
    case P_SEQ:
        test_seq(e, k, reg, fail_label);
        break;
    case P_MAP:
        test_map(e, k, reg, fail_label);
        break;
    case P_SET:
        test_set(e, k, reg, fail_label);
        break;
    case P_OR:
        test_or(e, k, reg, fail_label);
        break;
    case P_AS:
        bind(e, k->local, reg);
        test(e, k->subs[0], reg, fail_label);
        break;
    case P_RECORD:
        test_record(e, k, reg, fail_label);
        break;
    case P_BITS:
        test_bits(e, k, reg, fail_label);
        break;
    }
}

/* --- clauses ---------------------------------------------------------------------------------------------------- */

/* A guard that raises fails: unless it cannot raise, it runs under a catch record whose handler is the next clause. */
static void gen_guard(struct emitter *e, const struct node *guard, u32 fail_label)
{
    unsigned mark = e->next;
    if (is_safe_guard(guard)) {
        e->guard_label = fail_label;
        gen_jump(e, guard, false, fail_label);
        e->guard_label = 0;
        return;
    }
    unsigned record = take_regs(e, 4);
    emit_load(e, record + 2, shared_tuple(e->c, &K_default, 1));
    emit_load(e, record + 3, NIL);
    emit_jump(e, INSN(OP_PUSH, record, CHAIN_CATCH, 0), fail_label);
    unsigned holds = take_regs(e, 1);
    gen(e, guard, to_reg(holds));
    emit(e, INSN(OP_POP, record, 0, 0));
    emit_jump(e, INSN(OP_JF, holds, 0, 0), fail_label);
    e->next = mark;
}

static void gen_chosen(struct emitter *e, const struct clause *k, struct dest d)
{
    if (k->takes)
        emit(e, INSN(OP_RTAKE, 0, 0, 0));
    gen(e, k->body, d);
}

static void close_names(struct emitter *e, u32 from)
{
    for (u32 i = from; i < e->n_ranges; i++)
        if (e->ranges[i].to == ~0u)
            end_name(e, i);
}

static bool is_fixed_vector(const struct pattern *k, unsigned n)
{
    return k->kind == P_VECTOR && !k->rest && k->n == n;
}

/* Clauses from k to the one before `until`, all vectors of the same length. */
static void gen_vector_clauses(struct emitter *e, const struct clause *k, const struct clause *until, unsigned reg,
                               struct dest d, u32 end)
{
    unsigned mark = e->next;
    u32 other = new_label(e);
    int first = -1;
    emit_jump(e, INSN(OP_JNVEC, reg, k->pattern->n, 0), other);
    if (k->pattern->n && k->next != until && !is_unused(k->pattern->subs[0])) {
        first = (int)take_regs(e, 1);
        emit(e, INSN(OP_VREF, first, reg, 0));
    }
    for (; k != until && !e->c->failed; k = k->next) {
        unsigned above = e->next;
        u32 next = k->next == until ? other : new_label(e), names = e->n_ranges;
        test_elements(e, k->pattern, reg, first, next);
        if (k->guard)
            gen_guard(e, k->guard, next);
        gen_chosen(e, k, d);
        close_names(e, names);
        emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
        if (next != other)
            place_label(e, next);
        e->next = above;
    }
    place_label(e, other);
    e->next = mark;
}

static void gen_clause(struct emitter *e, const struct clause *k, unsigned reg, struct dest d, u32 end)
{
    unsigned mark = e->next;
    u32 next = new_label(e), names = e->n_ranges;
    test(e, k->pattern, reg, next);
    if (k->guard)
        gen_guard(e, k->guard, next);
    gen_chosen(e, k, d);
    close_names(e, names);
    emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, next);
    e->next = mark;
}

static void gen_no_match(struct emitter *e, const struct node *n, unsigned base, struct dest d)
{
    at_node(e, n);
    gen_core_call(e, "%match-error", base, 1, to_reg(base));
    gen_deliver(e, base, d);
}

/* (match* [a b] [pattern pattern] ...), which functions of several clauses become: no vector is made. */
static bool is_split(const struct node *n)
{
    if (n->body->kind != N_VECTOR || n->body->n > TUPLE_MAX || !n->clauses)
        return false;
    for (const struct clause *k = n->clauses; k; k = k->next)
        if (k->pattern->kind != P_ANY && !is_fixed_vector(k->pattern, n->body->n))
            return false;
    return true;
}

static void gen_split_match(struct emitter *e, const struct node *n, struct dest d)
{
    u8 regs[TUPLE_MAX];
    unsigned count = n->body->n;
    u32 end = new_label(e);
    for (unsigned i = 0; i < count; i++)
        regs[i] = (u8)gen_operand(e, n->body->items[i]);
    unsigned mark = e->next;
    for (const struct clause *k = n->clauses; k && !e->c->failed; k = k->next) {
        u32 next = new_label(e), names = e->n_ranges;
        for (unsigned i = 0; i < k->pattern->n; i++)
            test(e, k->pattern->subs[i], regs[i], next);
        if (k->guard)
            gen_guard(e, k->guard, next);
        gen_chosen(e, k, d);
        close_names(e, names);
        emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
        place_label(e, next);
        e->next = mark;
    }
    unsigned base = take_regs(e, 3), items = take_regs(e, count);
    for (unsigned i = 0; i < count; i++)
        emit_move(e, items + i, regs[i]);
    at_node(e, n);
    emit(e, INSN(OP_MKVEC, base + 2, items, count));
    gen_no_match(e, n, base, d);
    place_label(e, end);
}

static void gen_clauses(struct emitter *e, const struct clause *k, unsigned reg, struct dest d, u32 end)
{
    while (k && !e->c->failed) {
        if (!is_fixed_vector(k->pattern, k->pattern->n)) {
            gen_clause(e, k, reg, d, end);
            k = k->next;
            continue;
        }
        const struct clause *until = k->next;
        while (until && is_fixed_vector(until->pattern, k->pattern->n))
            until = until->next;
        gen_vector_clauses(e, k, until, reg, d, end);
        k = until;
    }
}
static void gen_whole_match(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned reg = gen_operand(e, n->body);
    u32 end = new_label(e);
    gen_clauses(e, n->clauses, reg, d, end);
    unsigned base = take_regs(e, 3);
    emit_move(e, base + 2, reg);
    gen_no_match(e, n, base, d);
    place_label(e, end);
}

void gen_match(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    if (d.kind == D_REG && d.busy) { /* patterns and bodies may read it until the end */
        unsigned reg = take_regs(e, 1);
        gen_match(e, n, to_reg(reg));
        gen_deliver(e, reg, d);
    } else if (is_split(n)) {
        gen_split_match(e, n, d);
    } else {
        gen_whole_match(e, n, d);
    }
    e->next = mark;
}

/* --- receive --- */

/* A variable that the pattern wants to be equal to, or NULL. */
static const struct local *wanted_value(const struct pattern *k)
{
    if (k->kind == P_EQUAL && k->node->kind == N_LOCAL)
        return k->node->local;
    if (k->kind == P_AS)
        return wanted_value(k->subs[0]);
    const struct local *found = NULL;
    for (unsigned i = 0; k->kind == P_VECTOR && i < k->n && !found; i++)
        found = wanted_value(k->subs[i]);
    return found;
}
/* Every clause wants the same variable's value: if that is a fresh reference, older messages cannot match. */
static const struct local *common_value(const struct clause *clauses)
{
    const struct local *common = NULL;
    for (const struct clause *k = clauses; k; k = k->next) {
        const struct local *l = wanted_value(k->pattern);
        if (!l || l->kind != LOCAL_REG || l->reg < 0 || (common && l != common))
            return NULL;
        common = l;
    }
    return common;
}

void gen_receive(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next, time = take_regs(e, 1), reg = take_regs(e, 1);
    u32 again = new_label(e), late = new_label(e), end = new_label(e);
    if (d.kind == D_REG && d.busy) { /* patterns and bodies may read it until the end */
        unsigned result = take_regs(e, 1);
        gen_receive(e, n, to_reg(result));
        gen_deliver(e, result, d);
        e->next = mark;
        return;
    }
    if (n->body) {
        gen(e, n->body, to_reg(time));
        at_node(e, n);
        emit(e, INSN(OP_RTIME, time, time, 0));
    } else {
        emit_load(e, time, NIL);
    }
    const struct local *fresh = common_value(n->clauses);
    at_node(e, n);
    emit(e, fresh ? INSN(OP_RHINT, fresh->reg, 0, 0) : INSN(OP_RSTART, 0, 0, 0));
    place_label(e, again);
    emit_jump(e, INSN(OP_RECV, reg, time, 0), n->body ? late : again);
    gen_clauses(e, n->clauses, reg, d, end);
    emit_jump(e, INSN(OP_RSKIP, 0, 0, 0), again);
    place_label(e, late);
    if (n->body)
        gen(e, n->cleanup, d);
    place_label(e, end);
    e->next = mark;
}
