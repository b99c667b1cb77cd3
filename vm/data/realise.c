/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * %realise-and-retry: forces every lazy cell inside a value, at any depth, then calls a function: what natives ask for
 * that hash keys or print. The places to go on at are a list in a register, so nothing is visited twice.
 */
#include "data/maps.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "pure.h"
#include "term/equal.h"

step_fn step_realise;

/* todo: list of collections and rests of sequences, the one to go on with first */
enum { R_VALUE, R_FUNCTION, R_ARGUMENTS, R_TODO, R_PHASE };
#define REALISE_BUDGET 20000

static bool may_hold_lazy(term t)
{
    enum value_kind kind = value_kind(t);
    return kind >= VALUE_TAGGED && kind != VALUE_SET && !is_sorted_set(t);
}
static void todo_push(struct proc *p, term t)
{
    if (may_hold_lazy(t))
        REG(R_TODO) = mk_cons(p, t, REG(R_TODO));
}
/* The values of the map, record or tagged literal that is first in todo take its place. */
static bool expand(struct proc *p)
{
    term t = cons_head(REG(R_TODO));
    enum value_kind kind = value_kind(t);
    word n = kind == VALUE_MAP      ? map_count(t)
             : kind == VALUE_SORTED ? OBJ(sorted, t)->count
             : kind == VALUE_RECORD ? record_fields(t) + 1
                                    : 1;
    if (!heap_reserve(p, CONS_WORDS * n))
        return false;
    t = cons_head(REG(R_TODO));
    REG(R_TODO) = cons_tail(REG(R_TODO));
    if (kind == VALUE_MAP) {
        struct map_iter it = map_iter(t);
        while (map_next(&it))
            todo_push(p, it.value);
    } else if (kind == VALUE_SORTED) {
        struct sorted_iter it = sorted_iter(OBJ(sorted, t)->root, false);
        while (sorted_next(&it))
            todo_push(p, it.value);
    } else if (kind == VALUE_RECORD) {
        for (word i = 0; i + 1 < n; i++)
            todo_push(p, OBJ(record, t)->field[i]);
        todo_push(p, OBJ(record, t)->ext);
    } else {
        todo_push(p, OBJ(tagged, t)->form);
    }
    native_charge(p, n / 20);
    return true;
}
/* Walks the sequence that is first in todo up to the next collection inside it. */
static enum seq_status walk(struct proc *p, word *budget, term *lazy)
{
    struct cursor c = cursor_at(cons_head(REG(R_TODO)));
    term x = NIL;
    enum seq_status status = SEQ_OK;
    while (*budget && (status = cursor_next(&c, &x, lazy)) == SEQ_OK && !may_hold_lazy(x))
        --*budget;
    if (status == SEQ_LAZY || status == SEQ_END || status == SEQ_ERROR) {
        REG(R_TODO) = cons_tail(REG(R_TODO));
        return status;
    }
    if (!heap_reserve(p, 2 * CONS_WORDS + CURSOR_REST_WORDS, &c.s, &x))
        return SEQ_ERROR;
    REG(R_TODO) = mk_cons(p, cursor_rest(p, &c), cons_tail(REG(R_TODO)));
    todo_push(p, x);
    return SEQ_OK;
}
enum step step_realise(struct proc *p)
{
    if (!heap_reserve(p, CONS_WORDS))
        return STEP_RAISE;
    if (is_nil(REG(R_PHASE)))
        p->result = REG(R_VALUE);
    REG(R_PHASE) = mk_int(1);
    if (is_nil(REG(R_TODO)))
        REG(R_TODO) = EMPTY_LIST;
    todo_push(p, p->result);
    p->result = NIL;
    word budget = REALISE_BUDGET;
    while (is_cons(REG(R_TODO)) && budget) {
        enum value_kind kind = value_kind(cons_head(REG(R_TODO)));
        term lazy;
        budget--;
        if (kind != VALUE_SEQ && kind != VALUE_VECTOR) {
            if (!expand(p))
                return STEP_RAISE;
            continue;
        }
        enum seq_status status = walk(p, &budget, &lazy);
        if (status == SEQ_LAZY)
            return step_call(p, SLOW_force, 1, lazy);
        if (status == SEQ_ERROR && p->pending == PENDING_RAISE)
            return STEP_RAISE;
    }
    native_charge(p, (REALISE_BUDGET - budget) / 20);
    return budget ? retry_go(p, REG(R_FUNCTION), REG(R_ARGUMENTS)) : STEP_AGAIN;
}
