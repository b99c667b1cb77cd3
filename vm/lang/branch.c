/* SPDX-License-Identifier: GPL-3.0-only */
/* Tests: expressions whose truth decides where control goes, without making a value where an instruction can jump. */
#include "lang/gen.h"

#include "pure.h"

/*
 * The jumps of a comparison, if it holds and unless. A constant in front, (< 1 x), is no (> x 1): each function is
 * obeyed when it is redefined, and named in errors. Only = takes its operands either way.
 */
struct comparison {
    u8 op;                         /* as a value */
    u8 jump, jump_not;             /* A op B */
    u8 jump_imm, jump_imm_not;     /* A op a 16-bit number */
    u8 jump_const, jump_const_not; /* A op a constant float; 0: there is none */
};
static const struct comparison comparisons[] = {
    {OP_LT, OP_JLT, OP_JNLT, OP_JLTI, OP_JNLTI, OP_JLTK, OP_JNLTK},
    {OP_LE, OP_JLE, OP_JNLE, OP_JLEI, OP_JNLEI, OP_JLEK, OP_JNLEK},
    {OP_GT, OP_JGT, OP_JNGT, OP_JGTI, OP_JNGTI, OP_JGTK, OP_JNGTK},
    {OP_GE, OP_JGE, OP_JNGE, OP_JGEI, OP_JNGEI, OP_JGEK, OP_JNGEK},
    {OP_EQ, OP_JEQ, OP_JNEQ, OP_JEQI, OP_JNEQI, 0, 0},
};

static const struct comparison *comparison_of(const struct node *n)
{
    for (unsigned i = 0; n->kind == N_OP && i < ARRAY_LEN(comparisons); i++)
        if (comparisons[i].op == n->op)
            return &comparisons[i];
    return NULL;
}

static bool is_immediate(const struct node *n)
{
    return n->kind == N_CONST && is_int(n->value) && int_value(n->value) >= INT16_MIN &&
           int_value(n->value) <= INT16_MAX;
}

/* --- guards -------------------------------------------------------------------------------------------------- */

static bool is_safe_number(const struct node *n)
{
    if (n->kind == N_CONST)
        return is_int(n->value) || is_float_imm(n->value);
    if (n->kind == N_LOCAL)
        return true;
    if (n->kind != N_OP || (n->op != OP_ADD && n->op != OP_SUB && n->op != OP_INC && n->op != OP_DEC))
        return false;
    for (unsigned i = 0; i < n->n; i++)
        if (!is_safe_number(n->items[i]))
            return false;
    return true;
}

/* Predicates of lona.core that take anything. */
static bool is_total_predicate(term var)
{
    static const char *const names[] = {"number?",  "integer?", "int?",    "string?", "keyword?",    "symbol?",
                                        "vector?",  "map?",     "set?",    "list?",   "seq?",        "fn?",
                                        "boolean?", "char?",    "float?",  "some?",   "true?",       "false?",
                                        "binary?",  "ifn?",     "record?", "coll?",   "sequential?", "pid?"};
    static term vars[ARRAY_LEN(names)];
    if (!same(OBJ(var, var)->ns, NS_core))
        return false;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (!vars[i].w)
            vars[i] = intern_symbol(NULL, 0, names[i], strlen(names[i]));
        if (same(OBJ(var, var)->name, vars[i]))
            return true;
    }
    return false;
}

bool is_safe_guard(const struct node *n)
{
    if (is_atom(n))
        return true;
    switch (n->kind) {
    case N_AND:
    case N_OR:
        return is_safe_guard(n->items[0]) && is_safe_guard(n->items[1]);
    case N_CALL:
        return n->n == 1 && n->body->kind == N_VAR && is_total_predicate(n->body->value) && is_atom(n->items[0]);
    case N_OP:
        if (n->op == OP_NOT)
            return is_safe_guard(n->items[0]);
        if (n->op == OP_ISNIL)
            return is_atom(n->items[0]);
        if (n->op == OP_EQ || n->op == OP_IDENT)
            return is_atom(n->items[0]) && is_atom(n->items[1]);
        return comparison_of(n) && is_safe_number(n->items[0]) && is_safe_number(n->items[1]);
    }
    return false;
}

void gen_guard_number(struct emitter *e, const struct node *n, unsigned reg)
{
    if (n->kind == N_LOCAL)
        emit_jump(e, INSN(OP_JNKIND, reg, KIND_NUMBER, 0), e->guard_label);
}

/* --- jumps --------------------------------------------------------------------------------------------------- */

static void jump_comparison(struct emitter *e, const struct node *n, const struct comparison *k, bool sense, u32 label)
{
    unsigned mark = e->next;
    const struct node *a = n->items[0], *b = n->items[1];
    bool numbers = e->guard_label && k->op != OP_EQ;
    bool swapped = k->op == OP_EQ && is_immediate(a) && !is_immediate(b);
    if (swapped || is_immediate(b)) {
        const struct node *x = swapped ? b : a, *number = swapped ? a : b;
        unsigned reg = gen_operand(e, x);
        if (numbers)
            gen_guard_number(e, x, reg);
        at_node(e, n);
        emit_jump(e, INSN_D(sense ? k->jump_imm : k->jump_imm_not, reg, int_value(number->value)), label);
    } else if (k->jump_const && is_float_const(b)) {
        unsigned reg = gen_operand(e, a);
        if (numbers)
            gen_guard_number(e, a, reg);
        at_node(e, n);
        emit_const_jump(e, INSN(sense ? k->jump_const : k->jump_const_not, reg, 0, 0), b->value, label);
    } else {
        unsigned x = gen_operand(e, a);
        if (numbers)
            gen_guard_number(e, a, x);
        unsigned y = gen_operand(e, b);
        if (numbers)
            gen_guard_number(e, b, y);
        at_node(e, n);
        emit_jump(e, INSN(sense ? k->jump : k->jump_not, x, y, 0), label);
    }
    e->next = mark;
}

static void jump_value(struct emitter *e, const struct node *n, bool sense, u32 label)
{
    unsigned mark = e->next;
    unsigned reg = gen_operand(e, n);
    emit_jump(e, INSN(sense ? OP_JT : OP_JF, reg, 0, 0), label);
    e->next = mark;
}

static void jump_op(struct emitter *e, const struct node *n, bool sense, u32 label)
{
    const struct comparison *k = comparison_of(n);
    unsigned mark = e->next;
    if (k) {
        jump_comparison(e, n, k, sense, label);
    } else if (n->op == OP_NOT) {
        gen_jump(e, n->items[0], !sense, label);
    } else if (n->op == OP_ISNIL) {
        unsigned reg = gen_operand(e, n->items[0]);
        at_node(e, n);
        emit_jump(e, INSN(sense ? OP_JNIL : OP_JNNIL, reg, 0, 0), label);
    } else {
        jump_value(e, n, sense, label);
    }
    e->next = mark;
}

/* (if t a b) as a test */
static void jump_if(struct emitter *e, const struct node *n, bool sense, u32 label)
{
    u32 other = new_label(e), end = new_label(e);
    gen_jump(e, n->items[0], false, other);
    gen_jump(e, n->items[1], sense, label);
    emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, other);
    gen_jump(e, n->items[2], sense, label);
    place_label(e, end);
}

void gen_jump(struct emitter *e, const struct node *n, bool sense, u32 label)
{
    if (e->c->failed || e->dead)
        return;
    at_node(e, n);
    switch (n->kind) {
    case N_CONST:
        if (is_truthy(n->value) == sense)
            emit_jump(e, INSN(OP_JMP, 0, 0, 0), label);
        return;
    case N_OP:
        jump_op(e, n, sense, label);
        return;
    case N_IF:
        jump_if(e, n, sense, label);
        return;
    case N_DO:
        for (unsigned i = 0; i + 1 < n->n; i++)
            gen(e, n->items[i], TO_NOTHING);
        gen_jump(e, n->items[n->n - 1], sense, label);
        return;
    case N_AND:
    case N_OR: {
        bool is_and = n->kind == N_AND;
        if (sense != is_and) { /* the first that decides jumps */
            gen_jump(e, n->items[0], sense, label);
            gen_jump(e, n->items[1], sense, label);
        } else {
            u32 skip = new_label(e);
            gen_jump(e, n->items[0], !is_and, skip);
            gen_jump(e, n->items[1], sense, label);
            place_label(e, skip);
        }
        return;
    }
    default:
        jump_value(e, n, sense, label);
    }
}

void gen_if(struct emitter *e, const struct node *n, struct dest d)
{
    const struct node *yes = n->items[1], *no = n->items[2];
    u32 other = new_label(e), end = new_label(e);
    if (d.kind == D_IGNORE && yes->kind == N_CONST) { /* only the else branch does something */
        gen_jump(e, n->items[0], true, end);
        gen(e, no, d);
        place_label(e, end);
        return;
    }
    gen_jump(e, n->items[0], false, other);
    gen(e, yes, d);
    if (!(d.kind == D_IGNORE && no->kind == N_CONST))
        emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, other);
    gen(e, no, d);
    place_label(e, end);
}

/* The value of (and a b), (or a b): a's where it decides. */
void gen_and_or(struct emitter *e, const struct node *n, struct dest d)
{
    u32 end = new_label(e);
    bool sense = n->kind == N_OR;
    if (d.kind == D_IGNORE) {
        gen_jump(e, n->items[0], sense, end);
        gen(e, n->items[1], d);
        place_label(e, end);
        return;
    }
    unsigned mark = e->next;
    bool direct = d.kind == D_REG && !d.busy;
    unsigned reg = direct ? d.reg : take_regs(e, 1);
    gen(e, n->items[0], to_reg(reg));
    emit_jump(e, INSN(sense ? OP_JT : OP_JF, reg, 0, 0), end);
    gen(e, n->items[1], d.kind == D_TAIL ? d : to_reg(reg));
    place_label(e, end);
    e->next = mark;
    if (!direct)
        gen_deliver(e, reg, d);
}
