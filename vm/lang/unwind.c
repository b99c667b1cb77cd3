/* SPDX-License-Identifier: GPL-3.0-only */
/* Generation of the forms that link chain records (run/chain.h): try, handler-bind, restart-case, binding. */
#include "run/chain.h"

#include "lang/gen.h"
#include "pure.h"

#define RECORD 4 /* registers of a chain record */
#define PAYLOAD 2
#define SECOND 3

term shared_tuple(struct compiler *c, const term *items, unsigned n)
{
    term copies[TUPLE_MAX];
    for (unsigned i = 0; i < n; i++) {
        copies[i] = c->failed ? NIL : items[i];
        if (!c->failed && is_pointer(items[i]) && !is_shared(items[i]))
            copies[i] = shared_copy(c->p, items[i]);
        if (is_none(copies[i])) {
            fail_pending(c);
            copies[i] = NIL;
        }
    }
    if (c->failed)
        return NIL;
    struct obj_tuple *t = (struct obj_tuple *)shared_alloc_box(T_TUPLE, 0, n);
    for (unsigned i = 0; i < n; i++)
        t->item[i] = copies[i];
    return mk_box_ptr(t);
}

/* Where bodies under a record leave their value; it is delivered when no record is linked any more. */
static struct dest inner_dest(struct emitter *e, struct dest d)
{
    if (d.kind == D_IGNORE)
        return d;
    if (d.kind == D_REG && !d.busy)
        return d;
    return to_reg(take_regs(e, 1));
}

static void outer_dest(struct emitter *e, struct dest inner, struct dest d)
{
    if (inner.kind == D_REG && (d.kind == D_TAIL || d.reg != inner.reg))
        gen_deliver(e, inner.reg, d);
}

static void push(struct emitter *e, unsigned record, enum chain_kind kind, u32 label)
{
    if (label)
        emit_jump(e, INSN(OP_PUSH, record, kind, 0), label);
    else
        emit_word(e, INSN(OP_PUSH, record, kind, 0), 0);
}

static void pop(struct emitter *e, unsigned record)
{
    emit(e, INSN(OP_POP, record, 0, 0));
}

/* --- try ----------------------------------------------------------------------------------------------------- */

static void gen_catch(struct emitter *e, const struct node *n, struct dest d)
{
    struct compiler *c = e->c;
    term selectors[TUPLE_MAX];
    unsigned count = 0, mark = e->next;
    struct dest inner = inner_dest(e, d);
    u32 handler = new_label(e), end = new_label(e);
    unsigned record = take_regs(e, RECORD);
    for (const struct clause *k = n->clauses; k; k = k->next) {
        if (count == TUPLE_MAX) {
            fail(c, "try: more than 32 catch clauses", NIL, NIL);
            return;
        }
        selectors[count++] = k->selector;
    }
    emit_load(e, record + PAYLOAD, shared_tuple(c, selectors, count));
    emit_load(e, record + SECOND, NIL);
    push(e, record, CHAIN_CATCH, handler);
    gen(e, n->body, inner);
    pop(e, record);
    outer_dest(e, inner, d);
    emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, handler);
    unsigned i = 0;
    for (const struct clause *k = n->clauses; k && !c->failed; k = k->next, i++) {
        u32 next = new_label(e), range;
        if (k->next)
            emit_const_jump(e, INSN(OP_JNIDK, record + PAYLOAD, 0, 0), mk_int(i), next);
        gen_bind(e, k->local, record + SECOND, &range);
        gen(e, k->body, d);
        end_name(e, range);
        if (k->next)
            emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
        place_label(e, next);
    }
    place_label(e, end);
    e->next = mark;
}

static void gen_body_of_try(struct emitter *e, const struct node *n, struct dest d)
{
    if (n->clauses)
        gen_catch(e, n, d);
    else
        gen(e, n->body, d);
}

void gen_try(struct emitter *e, const struct node *n, struct dest d)
{
    if (!n->cleanup) {
        gen_body_of_try(e, n, d);
        return;
    }
    unsigned mark = e->next;
    struct dest inner = inner_dest(e, d);
    u32 unwinding = new_label(e), end = new_label(e);
    unsigned record = take_regs(e, RECORD);
    emit_load(e, record + PAYLOAD, NIL);
    emit_load(e, record + SECOND, NIL);
    push(e, record, CHAIN_FINALLY, unwinding);
    gen_body_of_try(e, n, inner);
    pop(e, record);
    gen(e, n->cleanup, TO_NOTHING);
    outer_dest(e, inner, d);
    emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, unwinding);
    gen(e, n->cleanup, TO_NOTHING);
    emit(e, INSN(OP_RESUME, record + PAYLOAD, record + SECOND, 0));
    place_label(e, end);
    e->next = mark;
}

/* --- handlers, restarts, bindings ------------------------------------------------------------------------------- */

/* [selector function ...] for up to 16 handlers from first on; more records nest around. */
static void gen_handlers_from(struct emitter *e, const struct node *n, unsigned first, struct dest d)
{
    enum { MOST = TUPLE_MAX / 2 };
    struct compiler *c = e->c;
    unsigned count = first > MOST ? MOST : first, from = first - count; /* the last ones are outermost */
    if (!first) {
        gen(e, n->body, d);
        return;
    }
    unsigned record = take_regs(e, RECORD), mark = e->next;
    unsigned base = take_regs(e, 2 * count);
    for (unsigned i = 0; i < count && !c->failed; i++) {
        e->next = base + 2 * i + 2;
        emit_load(e, base + 2 * i, n->values[from + i]);
        gen(e, n->items[from + i], to_reg(base + 2 * i + 1));
    }
    emit(e, INSN(OP_MKVEC, record + PAYLOAD, base, 2 * count));
    e->next = mark;
    emit_load(e, record + SECOND, NIL);
    push(e, record, CHAIN_HANDLER, NO_LABEL);
    gen_handlers_from(e, n, from, d);
    pop(e, record);
}

void gen_handlers(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    if (n->n > MAX_REGS) {
        fail(e->c, "handler-bind: too many handlers", NIL, NIL);
        return;
    }
    if (!n->n) {
        gen(e, n->body, d);
        return;
    }
    struct dest inner = inner_dest(e, d);
    gen_handlers_from(e, n, n->n, inner);
    outer_dest(e, inner, d);
    e->next = mark;
}

void gen_restarts(struct emitter *e, const struct node *n, struct dest d)
{
    struct compiler *c = e->c;
    unsigned mark = e->next;
    if (!n->n) {
        gen(e, n->body, d);
        return;
    }
    struct dest inner = inner_dest(e, d);
    u32 handler = new_label(e), end = new_label(e);
    unsigned record = take_regs(e, RECORD);
    emit_load(e, record + PAYLOAD, shared_tuple(c, n->values, n->n));
    emit_load(e, record + SECOND, shared_tuple(c, n->values + n->n, n->n));
    push(e, record, CHAIN_RESTART, handler);
    gen(e, n->body, inner);
    pop(e, record);
    outer_dest(e, inner, d);
    emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
    place_label(e, handler);
    for (unsigned i = 0; i < n->n && !c->failed; i++) {
        u32 next = new_label(e);
        unsigned above = e->next;
        if (i + 1 < n->n)
            emit_const_jump(e, INSN(OP_JNIDK, record + PAYLOAD, 0, 0), mk_int(i), next);
        unsigned base = take_regs(e, 4);
        gen(e, n->items[i], to_reg(base + 2));
        emit_move(e, base + 3, record + SECOND);
        gen_core_call(e, "apply", base, 2, d);
        e->next = above;
        if (i + 1 < n->n)
            emit_jump(e, INSN(OP_JMP, 0, 0, 0), end);
        place_label(e, next);
    }
    place_label(e, end);
    e->next = mark;
}

/* All values first, then the records, as binding promises. */
void gen_bindings(struct emitter *e, const struct node *n, struct dest d)
{
    unsigned mark = e->next;
    struct dest inner = inner_dest(e, d);
    if (n->n > MAX_REGS / RECORD) {
        fail(e->c, "binding: more than 60 variables", NIL, NIL);
        return;
    }
    unsigned base = take_regs(e, RECORD * n->n), above = e->next;
    for (unsigned i = 0; i < n->n && !e->c->failed; i++) {
        gen(e, n->items[i], to_reg(base + RECORD * i + SECOND));
        emit_load(e, base + RECORD * i + PAYLOAD, n->values[i]);
        e->next = above;
    }
    for (unsigned i = 0; i < n->n; i++)
        push(e, base + RECORD * i, CHAIN_BINDING, NO_LABEL);
    gen(e, n->body, inner);
    for (unsigned i = n->n; i-- > 0;)
        pop(e, base + RECORD * i);
    outer_dest(e, inner, d);
    e->next = mark;
}
