/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Sorted maps and sets. A change descends to the key's place, keeping the path, and rebuilds the path bottom up. The
 * path is an array in C for the default order and a list in a register where a comparator has to be called at each
 * node.
 */
#include "data/sorted.h"

#include "data/num.h"
#include "data/seqs.h"
#include "pure.h"
#include "term/equal.h"

enum { LEFT, RIGHT, KEY, VALUE, ITEMS };
#define NODE_WORDS (2 + ITEMS)
#define SORTED_WORDS 5
/* A level of the path is rebuilt with at most three nodes. */
#define REBUILD_WORDS(depth) (3 * NODE_WORDS * ((depth) + 2) + SORTED_WORDS)

struct path {
    term node[SORTED_DEPTH];
    i8 way[SORTED_DEPTH]; /* -1: the path goes on left of the node; 1: right; 0: it ends here, the key is found */
    unsigned depth;
};

static const term *items(term node)
{
    return OBJ(node, node)->item;
}
static word height(term node)
{
    return is_nil(node) ? 0 : OBJ(node, node)->map;
}

/* --- iteration --- */

static void iter_push(struct sorted_iter *it, term node)
{
    while (!is_nil(node)) {
        it->node[it->depth++] = node;
        node = items(node)[it->descending ? RIGHT : LEFT];
    }
}
struct sorted_iter sorted_iter(term root, bool descending)
{
    struct sorted_iter it;
    it.depth = 0;
    it.descending = descending;
    it.key = it.value = NIL;
    iter_push(&it, root);
    return it;
}
bool sorted_next(struct sorted_iter *it)
{
    if (!it->depth)
        return false;
    term node = it->node[--it->depth];
    it->key = items(node)[KEY];
    it->value = items(node)[VALUE];
    iter_push(it, items(node)[it->descending ? LEFT : RIGHT]);
    return true;
}

/* --- building; all words are reserved --- */

static term mk_node(struct proc *p, term left, term right, term key, term value)
{
    struct obj_node *n = (struct obj_node *)heap_take_box(p, T_NODE, 0, NODE_WORDS - 1);
    word l = height(left), r = height(right);
    n->map = 1 + (l > r ? l : r);
    n->item[LEFT] = left;
    n->item[RIGHT] = right;
    n->item[KEY] = key;
    n->item[VALUE] = value;
    return mk_box_ptr(n);
}
/* A node over subtrees whose heights differ by at most 2. */
static term balanced(struct proc *p, term left, term right, term key, term value)
{
    word l = height(left), r = height(right);
    if (l > r + 1) {
        const term *a = items(left);
        if (height(a[LEFT]) >= height(a[RIGHT]))
            return mk_node(p, a[LEFT], mk_node(p, a[RIGHT], right, key, value), a[KEY], a[VALUE]);
        const term *b = items(a[RIGHT]);
        term inner = mk_node(p, a[LEFT], b[LEFT], a[KEY], a[VALUE]);
        return mk_node(p, inner, mk_node(p, b[RIGHT], right, key, value), b[KEY], b[VALUE]);
    }
    if (r > l + 1) {
        const term *a = items(right);
        if (height(a[RIGHT]) >= height(a[LEFT]))
            return mk_node(p, mk_node(p, left, a[LEFT], key, value), a[RIGHT], a[KEY], a[VALUE]);
        const term *b = items(a[LEFT]);
        term inner = mk_node(p, b[RIGHT], a[RIGHT], a[KEY], a[VALUE]);
        return mk_node(p, mk_node(p, left, b[LEFT], key, value), inner, b[KEY], b[VALUE]);
    }
    return mk_node(p, left, right, key, value);
}
static term mk_sorted(struct proc *p, unsigned set, word count, term root, term compare, term meta)
{
    struct obj_sorted *s = (struct obj_sorted *)heap_take_box(p, T_SORTED, set, SORTED_WORDS - 1);
    s->count = count;
    s->root = root;
    s->compare = compare;
    s->meta = meta;
    return mk_box_ptr(s);
}
/* The subtree below the first `depth` nodes of the path becomes node. */
static term rebuild(struct proc *p, const struct path *path, unsigned depth, term node)
{
    while (depth--) {
        const term *at = items(path->node[depth]);
        if (path->way[depth] < 0)
            node = balanced(p, node, at[RIGHT], at[KEY], at[VALUE]);
        else
            node = balanced(p, at[LEFT], node, at[KEY], at[VALUE]);
    }
    return node;
}
/* Reserves words with the path and three more terms as roots. */
static bool reserve_path(struct proc *p, struct path *path, word words, term *a, term *b, term *c)
{
    term *roots[SORTED_DEPTH + 3] = {a, b, c};
    for (unsigned i = 0; i < path->depth; i++)
        roots[3 + i] = &path->node[i];
    return heap_reserve_roots(p, words, roots, 3 + path->depth);
}
static bool path_found(const struct path *path)
{
    return path->depth && path->way[path->depth - 1] == 0;
}

static term path_assoc(struct proc *p, term sorted, struct path *path, term key, term value)
{
    bool found = path_found(path), set = box_aux(sorted);
    if (found && (set || same(items(path->node[path->depth - 1])[VALUE], value)))
        return sorted;
    if (!reserve_path(p, path, REBUILD_WORDS(path->depth), &sorted, &key, &value))
        return NONE;
    const struct obj_sorted *s = OBJ(sorted, sorted);
    unsigned depth = path->depth;
    term node;
    if (found) {
        const term *at = items(path->node[--depth]);
        node = mk_node(p, at[LEFT], at[RIGHT], at[KEY], value);
    } else {
        node = mk_node(p, NIL, NIL, key, set ? key : value);
    }
    node = rebuild(p, path, depth, node);
    return mk_sorted(p, set, s->count + !found, node, s->compare, s->meta);
}
static term path_dissoc(struct proc *p, term sorted, struct path *path)
{
    if (!path_found(path))
        return sorted;
    unsigned at = path->depth - 1;
    const term *gone = items(path->node[at]);
    bool two = !is_nil(gone[LEFT]) && !is_nil(gone[RIGHT]);
    if (two) { /* the next key takes its place: the path goes on to it */
        path->way[at] = 1;
        for (term n = gone[RIGHT]; !is_nil(n); n = items(n)[LEFT]) {
            path->node[path->depth] = n;
            path->way[path->depth++] = -1;
        }
    }
    term unused = NIL;
    if (!reserve_path(p, path, REBUILD_WORDS(path->depth), &sorted, &unused, &unused))
        return NONE;
    const struct obj_sorted *s = OBJ(sorted, sorted);
    unsigned depth = path->depth - 1;
    const term *last = items(path->node[depth]);
    term node = is_nil(last[LEFT]) ? last[RIGHT] : last[LEFT];
    if (two) {
        while (--depth > at)
            node = balanced(p, node, items(path->node[depth])[RIGHT], items(path->node[depth])[KEY],
                            items(path->node[depth])[VALUE]);
        node = balanced(p, items(path->node[at])[LEFT], node, last[KEY], last[VALUE]);
    }
    node = rebuild(p, path, at, node);
    return mk_sorted(p, box_aux(sorted), s->count - 1, node, s->compare, s->meta);
}
static term path_seek(struct proc *p, const struct path *path, bool set, bool descending)
{
    struct sorted_iter it;
    it.depth = 0;
    it.descending = descending;
    for (unsigned i = 0; i < path->depth; i++) {
        int way = path->way[i];
        if (way == 0 || (way < 0) == !descending)
            it.node[it.depth++] = path->node[i];
    }
    return sorted_view(p, &it, set ? VIEW_KEYS : VIEW_ENTRIES);
}

/* Does op at the end of the path. */
static term path_do(struct proc *p, term sorted, struct path *path, enum sorted_op op, term key, term other)
{
    const term *at = path_found(path) ? items(path->node[path->depth - 1]) : NULL;
    switch (op) {
    case SORTED_GET:
        return at ? at[VALUE] : other;
    case SORTED_HAS:
        return mk_bool(at);
    case SORTED_FIND: {
        if (!at)
            return NIL;
        term node = path->node[path->depth - 1];
        if (!heap_reserve(p, ENTRY_WORDS, &node))
            return NONE;
        return mk_entry(p, items(node)[KEY], items(node)[VALUE]);
    }
    case SORTED_ASSOC:
        return path_assoc(p, sorted, path, key, other);
    case SORTED_DISSOC:
        return path_dissoc(p, sorted, path);
    case SORTED_SEEK:
        return path_seek(p, path, box_aux(sorted), is_truthy(other));
    }
    return NONE;
}

/* --- the default order --- */

static bool find_path(struct proc *p, term sorted, term key, struct path *path)
{
    path->depth = 0;
    term node = OBJ(sorted, sorted)->root, lazy;
    while (!is_nil(node)) {
        int order;
        enum truth t = term_compare(key, items(node)[KEY], &order, &lazy);
        if (t == TRUTH_MEMORY) {
            raise(p, E_OUT_OF_MEMORY, "no memory to compare keys");
            return false;
        }
        if (t != TRUTH_YES) {
            raise(p, E_TYPE_ERROR, "cannot compare %T with %T", key, items(node)[KEY]);
            return false;
        }
        path->node[path->depth] = node;
        path->way[path->depth++] = (i8)order;
        if (order == 0)
            break;
        node = items(node)[order < 0 ? LEFT : RIGHT];
    }
    return true;
}
/* The next key (and in an ASSOC on a map its value) of the list more. */
static term take_more(term *more)
{
    term x = cons_head(*more);
    *more = cons_tail(*more);
    return x;
}
term sorted_do(struct proc *p, term sorted, enum sorted_op op, term key, term other, term more)
{
    if (!is_nil(OBJ(sorted, sorted)->compare))
        return tail_call(p, SLOW_sorted_on, 5, sorted, mk_int(op), key, other, more);
    for (;;) {
        struct path path;
        if (op == SORTED_ASSOC && !term_has_order(key))
            return raise(p, E_TYPE_ERROR, "%T has no order: a sorted collection cannot hold it", key);
        if (!find_path(p, sorted, key, &path))
            return NONE;
        SCRATCH(SCRATCH_SEQS) = more;
        term r = path_do(p, sorted, &path, op, key, other);
        more = SCRATCH(SCRATCH_SEQS);
        SCRATCH(SCRATCH_SEQS) = NIL;
        if (is_none(r) || !is_cons(more))
            return r;
        sorted = r;
        key = take_more(&more);
        if (op == SORTED_ASSOC)
            other = box_aux(sorted) ? key : take_more(&more);
        native_charge(p, 1);
    }
}

/* --- with the user's comparator --- */

/* Registers of %sorted-on. path: list of node, way, node, way ... from the end of the path up */
enum { R_SORTED, R_OP, R_KEY, R_OTHER, R_MORE, R_PHASE, R_NODE, R_PATH };
enum { PHASE_START, PHASE_COMPARED, PHASE_REVERSED };

/* What the comparator answered: -1, 0, 1; 2: false, to be asked the other way round; 3: no answer. */
static int order_answer(term r)
{
    if (is_number(r)) {
        enum num_order o = num_order(r, mk_int(0));
        return o == NUM_UNORDERED ? 0 : (int)o;
    }
    if (same(r, TRUE_TERM))
        return -1;
    return same(r, FALSE_TERM) ? 2 : 3;
}
/* STEP_AGAIN: a further key has come to its turn. */
static enum step path_end(struct proc *p)
{
    struct path path;
    path.depth = 0;
    unsigned n = 0;
    for (term l = REG(R_PATH); is_cons(l); l = cons_tail(cons_tail(l)))
        n++;
    path.depth = n;
    for (term l = REG(R_PATH); is_cons(l); l = cons_tail(cons_tail(l))) {
        path.node[--n] = cons_head(l);
        path.way[n] = (i8)int_value(cons_head(cons_tail(l)));
    }
    enum sorted_op op = (enum sorted_op)int_value(REG(R_OP));
    term r = path_do(p, REG(R_SORTED), &path, op, REG(R_KEY), REG(R_OTHER));
    if (is_none(r))
        return STEP_RAISE;
    term more = REG(R_MORE);
    if (!is_cons(more))
        return step_return(p, r);
    REG(R_SORTED) = r;
    REG(R_KEY) = take_more(&more);
    if (op == SORTED_ASSOC)
        REG(R_OTHER) = box_aux(r) ? REG(R_KEY) : take_more(&more);
    REG(R_MORE) = more;
    REG(R_PATH) = NIL;
    return STEP_AGAIN;
}
enum step step_sorted_on(struct proc *p)
{
    iword phase = is_nil(REG(R_PHASE)) ? PHASE_START : int_value(REG(R_PHASE));
    if (phase == PHASE_START) {
        REG(R_NODE) = OBJ(sorted, REG(R_SORTED))->root;
    } else {
        int order = phase == PHASE_REVERSED ? is_truthy(p->result) : order_answer(p->result);
        if (order == 2) {
            REG(R_PHASE) = mk_int(PHASE_REVERSED);
            return step_call(p, OBJ(sorted, REG(R_SORTED))->compare, 2, items(REG(R_NODE))[KEY], REG(R_KEY));
        }
        if (order == 3) {
            raise(p, E_TYPE_ERROR, "a comparator must answer a number or a boolean, not %T", p->result);
            return STEP_RAISE;
        }
        if (!heap_reserve(p, 2 * CONS_WORDS))
            return STEP_RAISE;
        term node = REG(R_NODE);
        REG(R_PATH) = mk_cons(p, node, mk_cons(p, mk_int(order), REG(R_PATH)));
        REG(R_NODE) = order == 0 ? NIL : items(node)[order < 0 ? LEFT : RIGHT];
    }
    while (is_nil(REG(R_NODE))) {
        enum step answer = path_end(p);
        if (answer != STEP_AGAIN)
            return answer;
        REG(R_NODE) = OBJ(sorted, REG(R_SORTED))->root;
    }
    REG(R_PHASE) = mk_int(PHASE_COMPARED);
    return step_call(p, OBJ(sorted, REG(R_SORTED))->compare, 2, REG(R_KEY), items(REG(R_NODE))[KEY]);
}

/* --- the object --- */

term sorted_empty(struct proc *p, bool set, term compare, term meta)
{
    if (!heap_reserve(p, SORTED_WORDS, &compare, &meta))
        return NONE;
    return mk_sorted(p, set, 0, NIL, compare, meta);
}
term sorted_with_meta(struct proc *p, term sorted, term meta)
{
    if (!heap_reserve(p, SORTED_WORDS, &sorted, &meta))
        return NONE;
    const struct obj_sorted *s = OBJ(sorted, sorted);
    return mk_sorted(p, box_aux(sorted), s->count, s->root, s->compare, meta);
}
