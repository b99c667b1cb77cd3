/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * vectors.c: persistent vectors. Every operation copies one path at most; the natives are in vec_natives.c.
 */
#include "data/vectors.h"

#include "data/vec_tree.h"
#include "run/native.h"

term empty_vector;

void vectors_init(void)
{
    empty_vector = mk_box_ptr(shared_alloc_box(T_TUPLE, 0, 0));
    shared_root(&empty_vector);
}

term vec_leaf_of(term v, word i, word *offset)
{
    if (box_type(v) == T_TUPLE) {
        *offset = i;
        return v;
    }
    const struct obj_vector *o = OBJ(vector, v);
    word at = i + o->start;
    *offset = at & 31;
    return at >= vec_tail_offset(o->start + o->count) ? o->tail : mk_box_ptr(vec_leaf(o->root, o->shift, at));
}
const term *vec_chunk(term v, word i, word *count)
{
    word offset;
    term leaf = vec_leaf_of(v, i, &offset);
    *count = tuple_count(leaf) - offset;
    return OBJ(tuple, leaf)->item + offset;
}

term vec_meta(term v)
{
    return box_type(v) == T_TUPLE ? NIL : OBJ(vector, v)->meta;
}

term vec_with_meta(struct proc *p, term v, term meta)
{
    if (same(vec_meta(v), meta))
        return v;
    if (!heap_reserve(p, VECTOR_WORDS, &v, &meta))
        return NONE;
    struct vec_shape s = vec_shape(v);
    s.meta = meta;
    return vec_from_shape(p, &s);
}

/* --- building --- */

word vec_build_words(word count, bool transient)
{
    word leaves = vec_tail_offset(count) / VEC_WIDTH;
    word words = leaves * VEC_LEAF_WORDS + VEC_LEAF_WORDS + (transient ? TRANSIENT_WORDS : VECTOR_WORDS);
    for (word n = leaves; n;) {
        n = (n + VEC_WIDTH - 1) / VEC_WIDTH;
        words += n * VEC_NODE_WORDS;
        if (n == 1)
            break;
    }
    return words;
}

/* One level of nodes over n children that lie stride words apart; all children owned where owned is set. */
static word build_level(struct proc *p, const word *children, word n, word stride, bool owned)
{
    word nodes = 0;
    while (n) {
        struct obj_node *node = vec_node_new(p);
        word here = n < VEC_WIDTH ? n : VEC_WIDTH;
        for (word i = 0; i < here; i++, children += stride)
            node->item[i] = mk_box_ptr(children);
        node->map = owned ? ~0ull >> (64 - here) : 0;
        n -= here;
        nodes++;
    }
    return nodes;
}

struct vec_built vec_build(struct proc *p, word count, term x, bool transient)
{
    struct vec_built b = {.shape = {.count = count, .root = NIL, .tail = EMPTY_VECTOR, .meta = NIL}};
    word tail_offset = vec_tail_offset(count), leaves = tail_offset / VEC_WIDTH;
    const word *first = p->hp;
    b.slots = (term *)p->hp + 1;
    for (word k = 0; k < leaves; k++) {
        struct obj_tuple *leaf = heap_take_tuple(p, VEC_WIDTH);
        for (unsigned i = 0; i < VEC_WIDTH; i++)
            leaf->item[i] = x;
    }
    word last = count - tail_offset;
    if (last || transient) {
        struct obj_tuple *tail = heap_take_tuple(p, transient ? VEC_WIDTH : last);
        b.shape.tail = mk_box_ptr(tail);
        for (word i = 0; i < hdr_words(tail->hdr); i++)
            tail->item[i] = i < last ? x : NIL;
    }
    word stride = VEC_LEAF_WORDS;
    for (word n = leaves; n;) {
        const word *level = p->hp;
        n = build_level(p, first, n, stride, transient);
        first = level;
        stride = VEC_NODE_WORDS;
        b.shape.shift += 5;
        if (n == 1) {
            b.shape.root = mk_box_ptr(first);
            break;
        }
    }
    native_charge(p, count / 64);
    return b;
}

term vec_filled(struct proc *p, word count, term x)
{
    if (count > VEC_MAX_COUNT)
        return raise(p, E_SIZE_LIMIT, "a vector of %lu elements is too large", (unsigned long)count);
    if (!heap_reserve(p, vec_build_words(count, false), &x))
        return NONE;
    struct vec_built b = vec_build(p, count, x, false);
    return vec_from_shape(p, &b.shape);
}

term vec_from_args(struct proc *p, unsigned n)
{
    if (!n)
        return EMPTY_VECTOR;
    if (!heap_reserve(p, vec_build_words(n, false)))
        return NONE;
    struct vec_built b = vec_build(p, n, NIL, false);
    for (unsigned i = 0; i < n; i++)
        b.slots[i + i / VEC_WIDTH] = ARG(i);
    return vec_from_shape(p, &b.shape);
}

/* The cons cell that list begins with, past LIST wrappers; anything else is its end. */
static term list_cells(term list)
{
    while (is_type(list, T_LIST))
        list = OBJ(list, list)->cells;
    return list;
}

term vec_from_list(struct proc *p, term list)
{
    word n = 0;
    for (term c = list_cells(list); is_cons(c); c = list_cells(cons_tail(c)))
        n++;
    if (!n)
        return EMPTY_VECTOR;
    if (!heap_reserve(p, vec_build_words(n, false), &list))
        return NONE;
    struct vec_built b = vec_build(p, n, NIL, false);
    term c = list_cells(list);
    for (word i = 0; i < n; i++, c = list_cells(cons_tail(c)))
        b.slots[i + i / VEC_WIDTH] = cons_head(c);
    return vec_from_shape(p, &b.shape);
}

/* --- changing --- */

/* Puts a full leaf into the tree at physical index at, just past its end: copies or makes the nodes above it, and
 * a new root where the old one is full. Room: (shift / 5 + 2) nodes. */
static void push_leaf(struct proc *p, struct vec_shape *s, word at, term leaf)
{
    if (is_nil(s->root)) {
        s->shift = 5;
    } else if (at >> s->shift >= VEC_WIDTH) {
        struct obj_node *top = vec_node_new(p);
        top->item[0] = s->root;
        s->root = mk_box_ptr(top);
        s->shift += 5;
    }
    struct obj_node *node = vec_node_copy(p, s->root);
    s->root = mk_box_ptr(node);
    for (word shift = s->shift; shift > 5; shift -= 5) {
        term *child = &node->item[(at >> shift) & 31];
        node = vec_node_copy(p, *child);
        *child = mk_box_ptr(node);
    }
    node->item[(at >> 5) & 31] = leaf;
}

term vec_conj(struct proc *p, term v, term x)
{
    struct vec_shape s = vec_shape(v);
    word n = tuple_count(s.tail);
    word words = VECTOR_WORDS + (n < VEC_WIDTH ? 2 + n : 2 + (s.shift / 5 + 2) * VEC_NODE_WORDS);
    if (!heap_reserve(p, words, &v, &x))
        return NONE;
    s = vec_shape(v);
    if (n < VEC_WIDTH) {
        struct obj_tuple *tail = heap_take_tuple(p, n + 1);
        memcpy(tail->item, OBJ(tuple, s.tail)->item, n * sizeof(term));
        tail->item[n] = x;
        s.tail = mk_box_ptr(tail);
    } else {
        push_leaf(p, &s, s.start + s.count - VEC_WIDTH, s.tail);
        struct obj_tuple *tail = heap_take_tuple(p, 1);
        tail->item[0] = x;
        s.tail = mk_box_ptr(tail);
    }
    s.count++;
    return vec_from_shape(p, &s);
}

term vec_assoc(struct proc *p, term v, word i, term x)
{
    struct vec_shape s = vec_shape(v);
    if (i == s.count)
        return vec_conj(p, v, x);
    if (!heap_reserve(p, s.shift / 5 * VEC_NODE_WORDS + VEC_LEAF_WORDS + VECTOR_WORDS, &v, &x))
        return NONE;
    s = vec_shape(v);
    word at = i + s.start;
    term *child = &s.tail;
    if (at < vec_tail_offset(s.start + s.count)) {
        child = &s.root;
        for (word shift = s.shift; shift; shift -= 5) {
            struct obj_node *node = vec_node_copy(p, *child);
            *child = mk_box_ptr(node);
            child = &node->item[(at >> shift) & 31];
        }
    }
    word n = tuple_count(*child);
    struct obj_tuple *leaf = vec_tuple_copy(p, OBJ(tuple, *child)->item, n, n);
    leaf->item[at & 31] = x;
    *child = mk_box_ptr(leaf);
    return vec_from_shape(p, &s);
}

/* --- slices --- */

/* Elements from..to-1, at most 32 of them, as a tuple or, with metadata, a VECTOR. */
static term flat_slice(struct proc *p, term v, word from, word to, term meta)
{
    word n = to - from;
    if (!heap_reserve(p, 1 + n + VECTOR_WORDS, &v, &meta))
        return NONE;
    struct vec_shape s = {.count = n, .root = NIL, .tail = EMPTY_VECTOR, .meta = meta};
    if (n) {
        struct obj_tuple *t = heap_take_tuple(p, n);
        for (word i = 0, run; i < n; i += run) {
            const term *items = vec_chunk(v, from + i, &run);
            run = run < n - i ? run : n - i;
            memcpy(&t->item[i], items, run * sizeof(term));
        }
        s.tail = mk_box_ptr(t);
    }
    return vec_from_shape(p, &s);
}

/* Copies the path from an own root to physical index at; cuts the children before it (side -1) or after it (side 1). */
static void cut_spine(struct proc *p, struct obj_node *node, word shift, word at, int side)
{
    for (; shift > 5; shift -= 5) {
        word below = ((word)1 << shift) - 1;
        if (((side < 0 ? at : at + 1) & below) == 0)
            return; /* the whole subtree stays */
        term *child = &node->item[(at >> shift) & 31];
        node = vec_node_copy(p, *child);
        *child = mk_box_ptr(node);
        unsigned keep = (at >> (shift - 5)) & 31;
        for (unsigned i = 0; i < VEC_WIDTH; i++) {
            if (side < 0 ? i < keep : i > keep)
                node->item[i] = NIL;
        }
    }
}

/*
 * Elements from..to-1, more than 32 of them, sharing leaves. The tree is cut down to what is live: its root becomes the
 * lowest node that covers all, shifted so that start stays below one child; then both spines are copied.
 */
static term tree_slice(struct proc *p, term v, word from, word to, term meta)
{
    word levels = OBJ(vector, v)->shift / 5;
    if (!heap_reserve(p, (2 * levels + 1) * VEC_NODE_WORDS + VEC_LEAF_WORDS + VECTOR_WORDS, &v, &meta))
        return NONE;
    const struct obj_vector *o = OBJ(vector, v);
    struct vec_shape s = {to - from, o->shift, from + o->start, o->root, o->tail, meta};
    word end = s.start + s.count, tail_offset = vec_tail_offset(end), last = tail_offset - 1;
    if (tail_offset < vec_tail_offset(o->start + o->count))
        s.tail = mk_box_ptr(vec_leaf(o->root, o->shift, tail_offset));
    if (tuple_count(s.tail) > end - tail_offset)
        s.tail = mk_box_ptr(vec_tuple_copy(p, OBJ(tuple, s.tail)->item, end - tail_offset, end - tail_offset));

    while (s.shift > 5 && s.start >> s.shift == last >> s.shift) {
        word child = s.start >> s.shift;
        s.root = OBJ(node, s.root)->item[child];
        s.start -= child << s.shift;
        last -= child << s.shift;
        s.shift -= 5;
    }
    word low = s.start >> s.shift, high = last >> s.shift;
    struct obj_node *root = vec_node_new(p);
    memcpy(root->item, OBJ(node, s.root)->item + low, (high - low + 1) * sizeof(term));
    s.start -= low << s.shift;
    last -= low << s.shift;
    cut_spine(p, root, s.shift, s.start, -1);
    cut_spine(p, root, s.shift, last, 1);
    s.root = mk_box_ptr(root);
    return vec_from_shape(p, &s);
}

static term slice(struct proc *p, term v, word from, word to, term meta)
{
    if (to - from <= TUPLE_MAX)
        return flat_slice(p, v, from, to, meta);
    return tree_slice(p, v, from, to, meta);
}

term vec_subvec(struct proc *p, term v, word from, word to)
{
    if (from == 0 && to == vec_count(v))
        return vec_with_meta(p, v, NIL);
    return slice(p, v, from, to, NIL);
}

term vec_pop(struct proc *p, term v)
{
    struct vec_shape s = vec_shape(v);
    word n = tuple_count(s.tail);
    if (n == 1 || s.count <= TUPLE_MAX + 1)
        return slice(p, v, 0, s.count - 1, s.meta);
    if (!heap_reserve(p, n + VECTOR_WORDS, &v))
        return NONE;
    s = vec_shape(v);
    s.tail = mk_box_ptr(vec_tuple_copy(p, OBJ(tuple, s.tail)->item, n - 1, n - 1));
    s.count--;
    return vec_from_shape(p, &s);
}
