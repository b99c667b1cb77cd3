/* SPDX-License-Identifier: GPL-3.0-only */
/* Calls of core functions that instructions stand for: which var, how many operands, which instruction. */
#include "lang/ast.h"
#include "lock.h"

#include "pure.h"

#define MAX_CELL 8192u

static u8 op_of_cell[MAX_CELL]; /* by cell of the var: the instruction, 0 (MOVE): none */
static bool ready;              /* atomic */
static struct nested_lock making;

/* Instructions that compute a value from registers alone; those with immediates are chosen later (codegen.c). */
static bool is_value_op(const struct op_info *info)
{
    bool registers = info->b == RD && (info->c == RD || info->c == NO);
    return info->var[0] && (info->a == WR || info->a == RW) && registers && info->w1 == NO;
}

static void make_table(void)
{
    HOLD(&making);
    for (unsigned op = 0; op < N_OPS; op++)
        if (is_value_op(&op_infos[op]) && !op_pair_of(op)) {
            term var = ns_intern_text(op_infos[op].var);
            if (OBJ(var, var)->cell < MAX_CELL)
                op_of_cell[OBJ(var, var)->cell] = (u8)op;
        }
    __atomic_store_n(&ready, true, __ATOMIC_RELEASE);
}

/* (f a b c) is (f (f a b) c) */
static bool folds(unsigned op)
{
    switch (op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_BAND:
    case OP_BOR:
    case OP_BXOR:
        return true;
    }
    return false;
}

/* An instruction whose result replaces its first operand. */
#define UPDATE_OPERANDS 3
static struct node *update_node(struct compiler *c, unsigned op, struct node **items)
{
    struct node *node = new_node(c, N_OP, UPDATE_OPERANDS);
    if (c->failed)
        return NULL;
    node->op = (u8)op;
    for (unsigned i = 0; i < UPDATE_OPERANDS; i++)
        node->items[i] = items[i];
    return node;
}

struct node *intrinsic_call(struct compiler *c, term var, struct node **items, unsigned n)
{
    if (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
        make_table();
    word cell = OBJ(var, var)->cell;
    unsigned op = cell < MAX_CELL ? op_of_cell[cell] : 0;
    if (!op)
        return NULL;
    if (op_infos[op].a == RW)
        return n == UPDATE_OPERANDS ? update_node(c, op, items) : NULL;
    unsigned operands = op_infos[op].c == RD ? 2 : 1;
    if (n != operands && !(folds(op) && n > 2 && n <= MAX_FOLD))
        return NULL;
    struct node *left = NULL;
    for (unsigned i = 0; i < n; i++) {
        if (!i && operands == 2) {
            left = items[i];
            continue;
        }
        struct node *node = new_node(c, N_OP, operands);
        if (c->failed)
            return NULL;
        node->op = (u8)op;
        node->items[operands - 1] = items[i];
        if (operands == 2)
            node->items[0] = left;
        left = node;
    }
    return left;
}
