/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * tvectors.c: transient vectors: the tail and the nodes that a transient owns are written in place (vectors.h says how
 * it knows them).
 */
#include "data/vec_tree.h"
#include "run/native.h"

/* Room for all that owning one path, and a new root above it, may take. */
static word path_words(const struct obj_transient *o)
{
    return (o->shift / 5 + 2) * VEC_NODE_WORDS + VEC_LEAF_WORDS;
}

static struct obj_transient *take_transient(struct proc *p, const struct vec_shape *s)
{
    struct obj_transient *o =
        (struct obj_transient *)heap_take_box(p, T_TRANSIENT, TRANSIENT_VECTOR, TRANSIENT_WORDS - 1);
    o->count = s->count;
    o->shift = s->shift;
    o->start = s->start;
    o->tail_from = vec_tail_offset(s->start + s->count) - s->start;
    o->root = s->root;
    o->tail = s->tail;
    o->extra = FALSE_TERM;
    return o;
}

term vec_transient(struct proc *p, term v)
{
    if (!heap_reserve(p, TRANSIENT_WORDS + VEC_LEAF_WORDS, &v))
        return NONE;
    struct vec_shape s = vec_shape(v);
    s.tail = mk_box_ptr(vec_tuple_copy(p, OBJ(tuple, s.tail)->item, tuple_count(s.tail), VEC_WIDTH));
    return mk_box_ptr(take_transient(p, &s));
}

term tvec_filled(struct proc *p, word count, term x)
{
    if (count > VEC_MAX_COUNT)
        return raise(p, E_SIZE_LIMIT, "a vector of %lu elements is too large", (unsigned long)count);
    if (!heap_reserve(p, vec_build_words(count, true), &x))
        return NONE;
    struct vec_built b = vec_build(p, count, x, true);
    struct obj_transient *o = take_transient(p, &b.shape);
    o->extra = mk_bool(!is_nil(o->root));
    return mk_box_ptr(o);
}

term vec_persistent(struct proc *p, term t)
{
    if (!heap_reserve(p, VECTOR_WORDS + VEC_LEAF_WORDS, &t))
        return NONE;
    struct obj_transient *o = OBJ(transient, t);
    struct vec_shape s = {o->count, o->shift, o->start, o->root, o->tail, NIL};
    word used = s.start + s.count - vec_tail_offset(s.start + s.count);
    if (s.count <= TUPLE_MAX) {
        struct obj_tuple *flat = s.count ? heap_take_tuple(p, s.count) : NULL;
        for (word i = 0; i < s.count; i++)
            flat->item[i] = tvec_nth(t, i);
        s = (struct vec_shape){.count = s.count, .root = NIL, .tail = mk_box_ptr(flat), .meta = NIL};
    } else if (used < VEC_WIDTH) {
        s.tail = mk_box_ptr(vec_tuple_copy(p, OBJ(tuple, s.tail)->item, used, used));
    }
    o->count = TRANSIENT_DONE;
    o->tail_from = NO_TAIL;
    o->root = o->tail = NIL;
    return vec_from_shape(p, &s);
}

/* Makes t own the nodes from the root down to the one at level (5: the parent of leaves) on the way to physical index
 * at, copying or making them; answers that node. Room: path_words. */
static struct obj_node *own_path(struct proc *p, term t, word at, word level)
{
    struct obj_transient *o = OBJ(transient, t);
    if (!is_truthy(o->extra)) {
        heap_write_inline(p, t, &o->root, mk_box_ptr(vec_node_copy(p, o->root)));
        o->extra = TRUE_TERM;
    }
    struct obj_node *node = OBJ(node, o->root);
    for (word shift = o->shift; shift > level; shift -= 5) {
        unsigned child = (at >> shift) & 31;
        if (!((node->map >> child) & 1)) {
            term copy = mk_box_ptr(vec_node_copy(p, node->item[child]));
            heap_write_inline(p, mk_box_ptr(node), &node->item[child], copy);
            node->map |= (word)1 << child;
        }
        node = OBJ(node, node->item[child]);
    }
    return node;
}

/* The full tail becomes the leaf at physical index at; a new tail is begun. Room: path_words and a leaf. */
static void push_tail(struct proc *p, term t, word at)
{
    struct obj_transient *o = OBJ(transient, t);
    if (is_nil(o->root)) {
        o->shift = 5;
    } else if (at >> o->shift >= VEC_WIDTH) {
        struct obj_node *top = vec_node_new(p);
        top->item[0] = o->root;
        top->map = is_truthy(o->extra);
        heap_write_inline(p, t, &o->root, mk_box_ptr(top));
        o->extra = TRUE_TERM;
        o->shift += 5;
    }
    struct obj_node *node = own_path(p, t, at, 5);
    unsigned child = (at >> 5) & 31;
    heap_write_inline(p, mk_box_ptr(node), &node->item[child], o->tail);
    node->map |= (word)1 << child;
    heap_write_inline(p, t, &o->tail, mk_box_ptr(vec_tuple_copy(p, NULL, 0, VEC_WIDTH)));
    o->tail_from += VEC_WIDTH;
}

term tvec_conj(struct proc *p, term t, term x)
{
    struct obj_transient *o = OBJ(transient, t);
    word end = o->start + o->count;
    if (UNLIKELY((end & 31) == 0 && end)) {
        if (!heap_reserve(p, path_words(o) + VEC_LEAF_WORDS, &t, &x))
            return NONE;
        push_tail(p, t, end - VEC_WIDTH);
        o = OBJ(transient, t);
    }
    heap_write_inline(p, o->tail, &OBJ(tuple, o->tail)->item[end & 31], x);
    o->count++;
    return t;
}

/* Makes t own the leaf that holds physical index at, which is in the tree. Room: path_words. */
static struct obj_tuple *own_leaf(struct proc *p, term t, word at)
{
    struct obj_node *node = own_path(p, t, at, 5);
    unsigned child = (at >> 5) & 31;
    if (!((node->map >> child) & 1)) {
        term copy = mk_box_ptr(vec_tuple_copy(p, OBJ(tuple, node->item[child])->item, VEC_WIDTH, VEC_WIDTH));
        heap_write_inline(p, mk_box_ptr(node), &node->item[child], copy);
        node->map |= (word)1 << child;
    }
    return OBJ(tuple, node->item[child]);
}

term tvec_assoc(struct proc *p, term t, word i, term x)
{
    struct obj_transient *o = OBJ(transient, t);
    if (i == o->count)
        return tvec_conj(p, t, x);
    struct obj_tuple *leaf = tvec_owned_leaf(t, i);
    if (!leaf) {
        if (!heap_reserve(p, path_words(o), &t, &x))
            return NONE;
        leaf = own_leaf(p, t, i + OBJ(transient, t)->start);
    }
    heap_write_inline(p, mk_box_ptr(leaf), &leaf->item[tvec_offset(t, i)], x);
    return t;
}

/* Takes the leaf at physical index at, the last of the tree, out of it to be the tail. Cuts as high as possible. */
static void pull_tail(struct proc *p, term t, word at)
{
    struct obj_transient *o = OBJ(transient, t);
    struct obj_tuple *leaf = own_leaf(p, t, at);
    heap_write_inline(p, t, &o->tail, mk_box_ptr(leaf));
    o->tail_from -= VEC_WIDTH;
    if (at == 0) {
        o->root = NIL;
        o->shift = 0;
        o->extra = FALSE_TERM;
        return;
    }
    word level = 5;
    while (level < o->shift && (at & (((word)1 << (level + 5)) - 1)) == 0)
        level += 5;
    struct obj_node *node = own_path(p, t, at, level);
    unsigned child = (at >> level) & 31;
    node->item[child] = NIL;
    node->map &= ~((word)1 << child);
}

term tvec_pop(struct proc *p, term t)
{
    struct obj_transient *o = OBJ(transient, t);
    word last = o->start + o->count - 1;
    if ((last & 31) == 0 && o->count > 1) {
        if (!heap_reserve(p, path_words(o), &t))
            return NONE;
        o = OBJ(transient, t);
        pull_tail(p, t, last - VEC_WIDTH);
    } else {
        OBJ(tuple, o->tail)->item[last & 31] = NIL;
    }
    if (--o->count == 0) {
        o->root = NIL;
        o->shift = o->start = o->tail_from = 0;
        o->extra = FALSE_TERM;
    }
    return t;
}
