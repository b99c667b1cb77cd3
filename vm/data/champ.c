/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * champ.c: look-up in and changes of CHAMP trees, for persistent and transient maps alike. A change walks down first
 * (struct walk), reserves what it needs, and then cannot fail: it makes the node at the end of the walk anew, or
 * changes it in place when it is owned and has room, and links it into its parents, copying those that are not owned.
 */
#include "data/champ.h"

#include "data/vectors.h"
#include "pure.h"

#define NODE_HEAD 2 /* header and map */
#define ROOM 4      /* spare words of a node that a transient makes */

/* --- look-up --- */

static inline unsigned hash_bit(u64 hash, unsigned depth)
{
    return (hash >> (5 * depth)) & 31;
}

/* The pair of the key, or NULL. */
static inline const term *find_pair(term root, term key, u64 hash)
{
    const struct obj_node *n = champ_node(root);
    for (;; hash >>= 5) {
        if (UNLIKELY(champ_aux(n) & CHAMP_COLLISION))
            break;
        u32 bit = (u32)1 << (hash & 31), data = champ_datamap(n), nodes = champ_nodemap(n);
        if (nodes & bit) {
            n = champ_node(champ_child(n, bits_count(nodes & (bit - 1))));
            continue;
        }
        if (!(data & bit))
            return NULL;
        const term *pair = &n->item[2 * bits_count(data & (bit - 1))];
        return key_same(pair[0], key) ? pair : NULL;
    }
    for (word i = 0; i < n->map; i++) {
        if (key_same(n->item[2 * i], key))
            return &n->item[2 * i];
    }
    return NULL;
}

term champ_get(term root, term key, u64 hash)
{
    const term *pair = find_pair(root, key, hash);
    return pair ? pair[1] : ABSENT;
}

term champ_find(term root, term key, u64 hash, term *value)
{
    const term *pair = find_pair(root, key, hash);
    if (!pair)
        return ABSENT;
    *value = pair[1];
    return pair[0];
}

/* --- walking down --- */

struct walk {
    unsigned depth; /* of the last node */
    unsigned owned; /* nodes 0..owned-1 are the transient's */
    enum { AT_KEY, AT_VACANCY, AT_OTHER } at;
    word slot; /* item index of the pair, or where it would be */
    struct obj_node *node[CHAMP_DEPTH + 1];
};

static inline bool owns_child(const struct obj_node *n, unsigned bit)
{
    return (champ_aux(n) & CHAMP_OWNING) && ((int_value(n->item[champ_end(n)]) >> bit) & 1);
}

static void walk_collision(struct walk *w, const struct obj_node *n, term key)
{
    w->at = AT_VACANCY;
    for (w->slot = 0; w->slot < 2 * n->map; w->slot += 2) {
        if (key_same(n->item[w->slot], key)) {
            w->at = AT_KEY;
            return;
        }
    }
}

static void walk_down(struct walk *w, const struct champ_op *op)
{
    struct obj_node *n = champ_node(op->root);
    bool owned = op->owned;
    w->owned = 0;
    for (w->depth = 0;; w->depth++) {
        w->node[w->depth] = n;
        w->owned += owned;
        if (w->depth == CHAMP_DEPTH) {
            walk_collision(w, n, op->key);
            return;
        }
        unsigned b = hash_bit(op->hash, w->depth);
        u32 bit = (u32)1 << b, nodes = champ_nodemap(n), data = champ_datamap(n);
        if (nodes & bit) {
            owned = owned && owns_child(n, b);
            n = champ_node(champ_child(n, bits_count(nodes & (bit - 1))));
            continue;
        }
        w->slot = 2 * bits_count(data & (bit - 1));
        w->at = !(data & bit) ? AT_VACANCY : key_same(n->item[w->slot], op->key) ? AT_KEY : AT_OTHER;
        return;
    }
}

static inline word node_words(const struct obj_node *n)
{
    return 1 + hdr_words(n->hdr);
}

/* Words for copies of the nodes above the last one that are not owned, and for the caller. */
static word words_above(const struct walk *w, const struct champ_op *op)
{
    word words = op->extra;
    for (unsigned d = w->owned; d < w->depth; d++)
        words += node_words(w->node[d]) + 1;
    return words;
}

/* --- nodes --- */

/* An unfilled node of so many pairs and children: a transient's has room, filled with nil, and owns what owned says. */
static struct obj_node *take_node(struct proc *p, unsigned aux, word pairs, word children, word room, iword owned)
{
    bool owning = aux & CHAMP_OWNING;
    word items = 2 * pairs + room + children + owning;
    struct obj_node *n = (struct obj_node *)heap_take_box(p, T_NODE, aux, 1 + items);
    for (word i = 2 * pairs; i < 2 * pairs + room; i++)
        n->item[i] = NIL;
    if (owning)
        n->item[items - 1] = mk_int(owned);
    return n;
}
static unsigned new_aux(const struct champ_op *op, unsigned depth)
{
    return (op->transient ? CHAMP_OWNING : 0) | (depth == CHAMP_DEPTH ? CHAMP_COLLISION : 0);
}
static word new_room(const struct champ_op *op)
{
    return op->transient ? ROOM : 0;
}
/* Owned bits that a new version of the walk's last node inherits. */
static iword inherited(const struct walk *w, const struct champ_op *op, unsigned depth)
{
    const struct obj_node *n = w->node[depth];
    return op->transient && depth < w->owned ? int_value(n->item[champ_end(n)]) : 0;
}

/* A copy with the same entries that owns no child. A transient's keeps the room there is; others have none. */
static struct obj_node *copy_node(struct proc *p, const struct obj_node *n, bool transient)
{
    word end = champ_end(n);
    unsigned aux = (champ_aux(n) & CHAMP_COLLISION) | (transient ? CHAMP_OWNING : 0);
    struct obj_node *c;
    if (UNLIKELY(!transient && (champ_aux(n) & CHAMP_OWNING))) {
        word pairs = champ_pairs(n), children = champ_children(n);
        c = take_node(p, aux, pairs, children, 0, 0);
        memcpy(c->item, n->item, 2 * pairs * sizeof(term));
        memcpy(c->item + 2 * pairs, &n->item[end - children], children * sizeof(term));
    } else {
        c = (struct obj_node *)heap_take_box(p, T_NODE, aux, 1 + end + transient);
        memcpy(c->item, n->item, end * sizeof(term));
        if (transient)
            c->item[end] = mk_int(0);
    }
    c->map = n->map;
    return c;
}

/* Writes child number i of n, of hash bits b, which the transient owns if it is one. */
static void link_child(struct proc *p, const struct champ_op *op, struct obj_node *n, unsigned b, term child)
{
    word end = champ_end(n), i = bits_count(champ_nodemap(n) & (((u32)1 << b) - 1));
    heap_write_inline(p, mk_box_ptr(n), &n->item[end - 1 - i], child);
    if (op->transient)
        n->item[end] = mk_int(int_value(n->item[end]) | (iword)1 << b);
}

/* node takes the place of the walk's node at depth: links it into its parent, which is copied unless owned, and so on.
 */
static void link_up(struct proc *p, struct champ_op *op, const struct walk *w, unsigned depth, struct obj_node *node)
{
    op->changed = true;
    while (depth > 0) {
        depth--;
        unsigned b = hash_bit(op->hash, depth);
        if (depth < w->owned) {
            link_child(p, op, w->node[depth], b, mk_box_ptr(node));
            return;
        }
        struct obj_node *parent = copy_node(p, w->node[depth], op->transient);
        link_child(p, op, parent, b, mk_box_ptr(node));
        node = parent;
    }
    op->root = mk_box_ptr(node);
    op->owned = op->transient;
}

/* --- assoc --- */

static void replace_value(struct proc *p, struct champ_op *op, const struct walk *w)
{
    struct obj_node *n = w->node[w->depth];
    if (w->depth < w->owned) {
        heap_write_inline(p, mk_box_ptr(n), &n->item[w->slot + 1], op->value);
        op->changed = true;
        return;
    }
    struct obj_node *c = copy_node(p, n, op->transient);
    c->item[w->slot + 1] = op->value;
    link_up(p, op, w, w->depth, c);
}

/* The map word of a node at depth with a pair more (or, given -1, less) at the operation's hash bits. */
static word map_with_pair(const struct champ_op *op, unsigned depth, word map, int change)
{
    if (depth == CHAMP_DEPTH)
        return map + change;
    return map ^ (word)1 << hash_bit(op->hash, depth);
}

static void insert_pair(struct proc *p, struct champ_op *op, const struct walk *w)
{
    struct obj_node *n = w->node[w->depth];
    word pairs = champ_pairs(n), children = champ_children(n), end = champ_end(n), after = 2 * pairs - w->slot;
    word map = map_with_pair(op, w->depth, n->map, 1);
    op->added = true;
    if (w->depth < w->owned && 2 * pairs + children + 2 <= end) {
        term node = mk_box_ptr(n);
        memmove(&n->item[w->slot + 2], &n->item[w->slot], after * sizeof(term));
        heap_write_inline(p, node, &n->item[w->slot], op->key);
        heap_write_inline(p, node, &n->item[w->slot + 1], op->value);
        n->map = map;
        op->changed = true;
        return;
    }
    word room = new_room(op);
    struct obj_node *c = take_node(p, new_aux(op, w->depth), pairs + 1, children, room, inherited(w, op, w->depth));
    c->map = map;
    memcpy(c->item, n->item, w->slot * sizeof(term));
    c->item[w->slot] = op->key;
    c->item[w->slot + 1] = op->value;
    memcpy(&c->item[w->slot + 2], &n->item[w->slot], after * sizeof(term));
    memcpy(&c->item[2 * pairs + 2 + room], &n->item[end - children], children * sizeof(term));
    link_up(p, op, w, w->depth, c);
}

/* The depth below depth at which two hashes part. */
static unsigned parting_depth(u64 a, u64 b, unsigned depth)
{
    do
        depth++;
    while (depth < CHAMP_DEPTH && hash_bit(a, depth) == hash_bit(b, depth));
    return depth;
}

/* A tree below depth of two entries: the operation's, and pair with its hash. Words: split_words. */
static struct obj_node *two_entries(struct proc *p, const struct champ_op *op, unsigned depth, const term *pair,
                                    u64 hash)
{
    unsigned at = parting_depth(op->hash, hash, depth);
    struct obj_node *n = take_node(p, new_aux(op, at), 2, 0, new_room(op), 0);
    bool second = true;
    if (at == CHAMP_DEPTH) {
        n->map = 2;
    } else {
        unsigned b = hash_bit(op->hash, at), other = hash_bit(hash, at);
        n->map = (word)1 << b | (word)1 << other;
        second = b > other;
    }
    memcpy(&n->item[second ? 0 : 2], pair, 2 * sizeof(term));
    n->item[second ? 2 : 0] = op->key;
    n->item[second ? 3 : 1] = op->value;
    while (--at > depth) {
        unsigned b = hash_bit(hash, at);
        struct obj_node *above = take_node(p, new_aux(op, at), 0, 1, 0, (iword)1 << b);
        above->map = (word)1 << (32 + b);
        above->item[0] = mk_box_ptr(n);
        n = above;
    }
    return n;
}
static word split_words(const struct champ_op *op, unsigned depth, u64 hash)
{
    unsigned levels = parting_depth(op->hash, hash, depth) - depth;
    return (levels - 1) * (NODE_HEAD + 1 + op->transient) + NODE_HEAD + 4 + new_room(op) + op->transient;
}

/* The pair at the walk's end gets a child of its own, together with the new entry. */
static void split_pair(struct proc *p, struct champ_op *op, const struct walk *w, u64 other_hash)
{
    struct obj_node *n = w->node[w->depth];
    term child = mk_box_ptr(two_entries(p, op, w->depth, &n->item[w->slot], other_hash));
    word pairs = champ_pairs(n), children = champ_children(n), end = champ_end(n), after = 2 * pairs - w->slot - 2;
    unsigned b = hash_bit(op->hash, w->depth);
    word map = n->map ^ ((word)1 << b | (word)1 << (32 + b));
    word below = bits_count(champ_nodemap(n) & (((u32)1 << b) - 1));
    op->added = true;
    if (w->depth < w->owned) {
        memmove(&n->item[w->slot], &n->item[w->slot + 2], after * sizeof(term));
        n->item[2 * pairs - 2] = n->item[2 * pairs - 1] = NIL;
        memmove(&n->item[end - 1 - children], &n->item[end - children], (children - below) * sizeof(term));
        n->map = map;
        link_child(p, op, n, b, child);
        op->changed = true;
        return;
    }
    struct obj_node *c = take_node(p, new_aux(op, w->depth), pairs - 1, children + 1, new_room(op), 0);
    word new_end = champ_end(c);
    c->map = map;
    memcpy(c->item, n->item, w->slot * sizeof(term));
    memcpy(&c->item[w->slot], &n->item[w->slot + 2], after * sizeof(term));
    memcpy(&c->item[new_end - below], &n->item[end - below], below * sizeof(term));
    memcpy(&c->item[new_end - 1 - children], &n->item[end - children], (children - below) * sizeof(term));
    link_child(p, op, c, b, child);
    link_up(p, op, w, w->depth, c);
}

bool champ_assoc(struct proc *p, struct champ_op *op)
{
    struct walk w;
    walk_down(&w, op);
    op->changed = op->added = false;
    const struct obj_node *last = w.node[w.depth];
    if (w.at == AT_KEY && same(last->item[w.slot + 1], op->value))
        return heap_reserve(p, op->extra, &op->root, &op->key, &op->value, &op->keep);
    u64 other_hash = 0;
    word words = words_above(&w, op) + node_words(last) + 3 + new_room(op);
    if (w.at == AT_OTHER) {
        other_hash = key_hash(last->item[w.slot]);
        words += split_words(op, w.depth, other_hash);
    }
    u32 collections = p->collections;
    if (!heap_reserve(p, words, &op->root, &op->key, &op->value, &op->keep))
        return false;
    if (UNLIKELY(p->collections != collections))
        walk_down(&w, op);
    switch (w.at) {
    case AT_KEY:
        replace_value(p, op, &w);
        break;
    case AT_VACANCY:
        insert_pair(p, op, &w);
        break;
    case AT_OTHER:
        split_pair(p, op, &w, other_hash);
        break;
    }
    return true;
}

/* --- dissoc --- */

static void remove_pair(struct proc *p, struct champ_op *op, const struct walk *w)
{
    struct obj_node *n = w->node[w->depth];
    word pairs = champ_pairs(n), children = champ_children(n), end = champ_end(n), after = 2 * pairs - w->slot - 2;
    word map = map_with_pair(op, w->depth, n->map, -1);
    if (w->depth < w->owned) {
        memmove(&n->item[w->slot], &n->item[w->slot + 2], after * sizeof(term));
        n->item[2 * pairs - 2] = n->item[2 * pairs - 1] = NIL;
        n->map = map;
        op->changed = true;
        return;
    }
    struct obj_node *c = take_node(p, new_aux(op, w->depth), pairs - 1, children, 0, 0);
    c->map = map;
    memcpy(c->item, n->item, w->slot * sizeof(term));
    memcpy(&c->item[w->slot], &n->item[w->slot + 2], after * sizeof(term));
    memcpy(&c->item[2 * pairs - 2], &n->item[end - children], children * sizeof(term));
    link_up(p, op, w, w->depth, c);
}

/* The child at the operation's hash bits of the node at depth is replaced by the one entry that is left of it. */
static void inline_entry(struct proc *p, struct champ_op *op, const struct walk *w, unsigned depth, const term *pair)
{
    struct obj_node *n = w->node[depth];
    word pairs = champ_pairs(n), children = champ_children(n), end = champ_end(n);
    unsigned b = hash_bit(op->hash, depth);
    u32 lower = ((u32)1 << b) - 1;
    word slot = 2 * bits_count(champ_datamap(n) & lower), below = bits_count(champ_nodemap(n) & lower);
    iword owned = inherited(w, op, depth) & ~((iword)1 << b);
    struct obj_node *c = take_node(p, new_aux(op, depth), pairs + 1, children - 1, 0, owned);
    word new_end = champ_end(c);
    c->map = n->map ^ ((word)1 << b | (word)1 << (32 + b));
    memcpy(c->item, n->item, slot * sizeof(term));
    memcpy(&c->item[slot], pair, 2 * sizeof(term));
    memcpy(&c->item[slot + 2], &n->item[slot], (2 * pairs - slot) * sizeof(term));
    memcpy(&c->item[new_end - below], &n->item[end - below], below * sizeof(term));
    memcpy(&c->item[new_end - (children - 1)], &n->item[end - children], (children - 1 - below) * sizeof(term));
    link_up(p, op, w, depth, c);
}

bool champ_dissoc(struct proc *p, struct champ_op *op)
{
    struct walk w;
    walk_down(&w, op);
    op->changed = false;
    if (w.at != AT_KEY)
        return heap_reserve(p, op->extra, &op->root, &op->key, &op->value, &op->keep);
    /* Any node of the walk may be the one made anew with a pair more. */
    word words = words_above(&w, op) + 3;
    for (unsigned d = 0; d <= w.depth; d++)
        words += d < w.owned || d == w.depth ? node_words(w.node[d]) + 1 : 1;
    u32 collections = p->collections;
    if (!heap_reserve(p, words, &op->root, &op->key, &op->value, &op->keep))
        return false;
    if (UNLIKELY(p->collections != collections))
        walk_down(&w, op);
    const struct obj_node *last = w.node[w.depth];
    if (w.depth == 0 || champ_pairs(last) != 2 || champ_children(last)) {
        remove_pair(p, op, &w);
        return true;
    }
    /* One entry is left: it moves up, past nodes that held nothing else. */
    const term *left = &last->item[w.slot ? 0 : 2];
    unsigned depth = w.depth - 1;
    while (depth > 0 && champ_pairs(w.node[depth]) == 0 && champ_children(w.node[depth]) == 1)
        depth--;
    inline_entry(p, op, &w, depth, left);
    return true;
}

term champ_empty_root(struct proc *p)
{
    struct obj_node *n = take_node(p, CHAMP_OWNING, 0, 0, CHAMP_ROOT_WORDS - NODE_HEAD - 1, 0);
    n->map = 0;
    return mk_box_ptr(n);
}
