/* SPDX-License-Identifier: GPL-3.0-only */
/* compare: Clojure's default order, with an explicit stack over nested vectors. */
#include "term/equal.h"

#include "data/num.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"

struct level {
    term a, b;
    word i;
};

static int sign(iword n)
{
    return n < 0 ? -1 : n > 0;
}
static int order_u64(u64 a, u64 b)
{
    return a < b ? -1 : a > b;
}
static int order_names(term a, term b)
{
    const struct obj_symbol *x = OBJ(symbol, a), *y = OBJ(symbol, b);
    if (is_nil(x->ns) != is_nil(y->ns))
        return is_nil(x->ns) ? -1 : 1;
    int o = is_nil(x->ns) ? 0 : str_compare(x->ns, y->ns);
    return sign(o ? o : str_compare(x->name, y->name));
}
static int order_numbers(term a, term b)
{
    enum num_order o = num_order(a, b);
    return o == NUM_UNORDERED ? 0 : (int)o;
}
/* Values of one kind, vectors aside. */
static enum truth order_leaves(enum value_kind kind, term a, term b, int *order)
{
    *order = 0;
    switch (kind) {
    case VALUE_NUMBER:
        *order = order_numbers(a, b);
        return TRUTH_YES;
    case VALUE_STRING:
        *order = sign(str_compare(a, b));
        return TRUTH_YES;
    case VALUE_BINARY:
        *order = sign(binary_compare(a, b));
        return TRUTH_YES;
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
        *order = order_names(a, b);
        return TRUTH_YES;
    case VALUE_BOOL:
        *order = is_truthy(a) - is_truthy(b);
        return TRUTH_YES;
    case VALUE_CHAR:
    case VALUE_PID:
        *order = order_u64(imm_payload(a), imm_payload(b));
        return TRUTH_YES;
    case VALUE_INST:
        *order = order_numbers(OBJ(inst, a)->millis, OBJ(inst, b)->millis);
        return TRUTH_YES;
    case VALUE_UUID:
        *order = order_u64(OBJ(uuid, a)->high, OBJ(uuid, b)->high);
        if (!*order)
            *order = order_u64(OBJ(uuid, a)->low, OBJ(uuid, b)->low);
        return TRUTH_YES;
    case VALUE_NIL:
        return TRUTH_YES;
    case VALUE_OTHER:
    case VALUE_REF:
    case VALUE_TAGGED:
    case VALUE_SEQ:
    case VALUE_VECTOR:
    case VALUE_MAP:
    case VALUE_SET:
    case VALUE_SORTED:
    case VALUE_RECORD:
        break;
    }
    return TRUTH_TYPES;
}
bool term_has_order(term t)
{
    int order;
    enum value_kind kind = value_kind(t);
    return kind == VALUE_VECTOR || order_leaves(kind, t, t, &order) == TRUTH_YES;
}
/* One pair: TRUTH_YES with the order, or *deeper when two vectors of one length must be gone through. */
static enum truth order_pair(term a, term b, int *order, bool *deeper)
{
    *deeper = false;
    *order = 0;
    if (same(a, b))
        return TRUTH_YES;
    if (is_nil(a) || is_nil(b)) {
        *order = is_nil(a) ? -1 : 1;
        return TRUTH_YES;
    }
    enum value_kind kind = value_kind(a);
    if (kind != value_kind(b))
        return TRUTH_TYPES;
    if (kind != VALUE_VECTOR)
        return order_leaves(kind, a, b, order);
    *order = order_u64(vec_count(a), vec_count(b));
    *deeper = *order == 0;
    return TRUTH_YES;
}

enum truth term_compare(term a, term b, int *order, term *lazy)
{
    struct level inline_level[16], *level = inline_level;
    word depth = 0, room = ARRAY_LEN(inline_level);
    enum truth t;
    bool deeper;
    for (;;) {
        t = order_pair(a, b, order, &deeper);
        if (t != TRUTH_YES || *order)
            break;
        if (deeper) {
            if (depth == room) {
                struct level *more = port_alloc(2 * room * sizeof *more);
                if (!more) {
                    t = TRUTH_MEMORY;
                    break;
                }
                memcpy(more, level, depth * sizeof *more);
                if (level != inline_level)
                    port_free(level);
                level = more;
                room *= 2;
            }
            level[depth++] = (struct level){a, b, 0};
        }
        while (depth && level[depth - 1].i == vec_count(level[depth - 1].a))
            depth--;
        if (!depth)
            break;
        struct level *top = &level[depth - 1];
        a = vec_nth(top->a, top->i);
        b = vec_nth(top->b, top->i);
        top->i++;
    }
    if (level != inline_level)
        port_free(level);
    return t;
}
