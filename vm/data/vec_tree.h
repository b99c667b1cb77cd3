/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vec_tree.h: building the nodes of a vector's tree, for vectors.c, tvectors.c and whoever fills a vector of a known
 * size. Nothing here collects: room is reserved by the callers. The drawing is in vectors.h.
 */
#ifndef LONA_VEC_TREE_H
#define LONA_VEC_TREE_H

#include "data/vectors.h"
#include "pure.h"

#define VEC_WIDTH 32
#define VEC_NODE_WORDS (2 + VEC_WIDTH)
#define VEC_LEAF_WORDS (1 + VEC_WIDTH)
#define VECTOR_WORDS (sizeof(struct obj_vector) / sizeof(word))
#define TRANSIENT_WORDS (sizeof(struct obj_transient) / sizeof(word))
#define VEC_MAX_COUNT ((word)1 << 40) /* beyond any heap */

struct vec_shape { /* a TUPLE or VECTOR, taken apart; root nil: all elements are in the tail */
    word count, shift, start;
    term root, tail, meta;
};
static inline struct vec_shape vec_shape(term v)
{
    if (box_type(v) == T_TUPLE)
        return (struct vec_shape){.count = tuple_count(v), .root = NIL, .tail = v, .meta = NIL};
    const struct obj_vector *o = OBJ(vector, v);
    return (struct vec_shape){o->count, o->shift, o->start, o->root, o->tail, o->meta};
}

static inline struct obj_node *vec_node_new(struct proc *p)
{
    struct obj_node *n = (struct obj_node *)heap_take_box(p, T_NODE, 0, 1 + VEC_WIDTH);
    n->map = 0;
    for (unsigned i = 0; i < VEC_WIDTH; i++)
        n->item[i] = NIL;
    return n;
}
/* A copy that owns no children; of nil a new node. */
static inline struct obj_node *vec_node_copy(struct proc *p, term node)
{
    if (is_nil(node))
        return vec_node_new(p);
    struct obj_node *n = (struct obj_node *)heap_take_box(p, T_NODE, 0, 1 + VEC_WIDTH);
    n->map = 0;
    memcpy(n->item, OBJ(node, node)->item, sizeof(term) * VEC_WIDTH);
    return n;
}
/* A tuple of room slots that begins with the n items; the others are nil. */
static inline struct obj_tuple *vec_tuple_copy(struct proc *p, const term *items, word n, word room)
{
    struct obj_tuple *t = heap_take_tuple(p, room);
    if (n)
        memcpy(t->item, items, n * sizeof(term));
    for (word i = n; i < room; i++)
        t->item[i] = NIL;
    return t;
}
/* VECTOR_WORDS. A flat one without metadata is its tail. */
static inline term vec_from_shape(struct proc *p, const struct vec_shape *s)
{
    if (is_nil(s->root) && is_nil(s->meta))
        return s->count ? s->tail : EMPTY_VECTOR;
    struct obj_vector *o = (struct obj_vector *)heap_take_box(p, T_VECTOR, 0, VECTOR_WORDS - 1);
    o->count = s->count;
    o->shift = s->shift;
    o->start = s->start;
    o->root = s->root;
    o->tail = s->tail;
    o->meta = s->meta;
    return mk_box_ptr(o);
}

/* A whole new tree in one reservation of vec_build_words. Element i is at slots[i + i / 32]. */
struct vec_built {
    struct vec_shape shape;
    term *slots;
};
word vec_build_words(word count, bool transient);
struct vec_built vec_build(struct proc *p, word count, term x, bool transient);

#endif
