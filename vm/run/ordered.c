/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * ordered.c: the entries of an ordered table, a tree of nodes with many keys each, all leaves at one depth.
 *
 *   node    key[0] < key[1] < ...   words of keys: small integers are compared where they stand
 *           at[0]    at[1]          entries in a leaf, nodes elsewhere; key[i] is the least key below at[i], and always
 * that of an entry that is there: who takes an entry out corrects the nodes above
 *
 * A node that is full is split, at its end only where keys come in order; one that is nearly empty is joined with its
 * neighbour when both fit into one with room to spare.
 */
#include "pure.h"
#include "run/tables.h"
#include "term/blocks.h"
#include "term/equal.h"
#include "term/gc.h"

struct node {
    u32 count;
    word key[NODE_KEYS];
    void *at[NODE_KEYS];
};
#define NODE_WORDS (sizeof(struct node) / sizeof(word))
#define JOINED_MOST (NODE_KEYS * 3 / 4)
#define FEW (NODE_KEYS / 4)

static struct node *leaf_of(const struct path *path)
{
    return path->step[path->depth - 1].node;
}
static u32 *place_in_leaf(struct path *path)
{
    return &path->step[path->depth - 1].at;
}

/* --- finding --- */

static bool order_of(term key, word other, int *order)
{
    term lazy, o = TERM(other);
    if (LIKELY(is_int(key) && is_int(o))) {
        *order = (int_value(key) > int_value(o)) - (int_value(key) < int_value(o));
        return true;
    }
    return term_compare(key, o, order, &lazy) == TRUTH_YES;
}
/* How many keys of the node are less than the key; *equal: the next one is the same. */
static bool node_find(const struct node *n, term key, u32 *less, bool *equal)
{
    u32 from = 0, to = n->count;
    *equal = false;
    while (from < to) {
        u32 middle = (from + to) / 2;
        int order;
        if (!order_of(key, n->key[middle], &order))
            return false;
        if (order > 0) {
            from = middle + 1;
        } else {
            *equal = order == 0;
            to = middle;
            if (order == 0)
                from = to;
        }
    }
    *less = from;
    return true;
}
bool ordered_find(const struct stripe *s, term key, struct path *path)
{
    struct node *n = s->root;
    path->depth = s->depth;
    path->found = NULL;
    for (unsigned i = 0; i < s->depth; i++) {
        bool equal, leaf = i + 1 == s->depth;
        u32 less;
        if (!node_find(n, key, &less, &equal))
            return false;
        u32 at = leaf || equal || !less ? less : less - 1;
        path->step[i].node = n;
        path->step[i].at = at;
        if (leaf && equal)
            path->found = n->at[at];
        else if (!leaf)
            n = n->at[at];
    }
    return true;
}
/* Below step i to the first or last entry. */
static void descend(struct path *path, unsigned i, bool last)
{
    for (; i + 1 < path->depth; i++) {
        struct node *n = path->step[i].node->at[path->step[i].at];
        path->step[i + 1].node = n;
        path->step[i + 1].at = last ? n->count - 1 : 0;
    }
}
struct entry *ordered_edge(const struct stripe *s, bool last, struct path *path)
{
    path->depth = s->depth;
    path->found = NULL;
    if (!s->depth)
        return NULL;
    path->step[0].node = s->root;
    path->step[0].at = last ? s->root->count - 1 : 0;
    descend(path, 0, last);
    return path->found = leaf_of(path)->at[*place_in_leaf(path)];
}
struct entry *ordered_beyond(struct path *path, bool forward)
{
    for (unsigned i = path->depth; i-- > 0;) {
        const struct node *n = path->step[i].node;
        u32 at = path->step[i].at;
        /* In the leaf the place of what was not found is that of the next one. */
        u32 next = forward ? at + (i + 1 < path->depth || path->found) : at - 1;
        if (forward ? next >= n->count : at == 0)
            continue;
        path->step[i].at = next;
        descend(path, i, !forward);
        return path->found = leaf_of(path)->at[*place_in_leaf(path)];
    }
    return path->found = NULL;
}

/* --- changing --- */

static struct node *node_make(struct stripe *s)
{
    word got;
    struct node *n = (struct node *)blocks_alloc(&process_blocks, NODE_WORDS, &got);
    if (!n)
        return NULL;
    n->count = 0;
    s->words += NODE_WORDS;
    return n;
}
static void node_free(struct stripe *s, struct node *n)
{
    s->words -= NODE_WORDS;
    blocks_free(&process_blocks, (word *)n);
}
static void node_put(struct node *n, u32 at, word key, void *what)
{
    memmove(&n->key[at + 1], &n->key[at], (n->count - at) * sizeof *n->key);
    memmove(&n->at[at + 1], &n->at[at], (n->count - at) * sizeof *n->at);
    n->key[at] = key;
    n->at[at] = what;
    n->count++;
}
static void node_take(struct node *n, u32 at)
{
    n->count--;
    memmove(&n->key[at], &n->key[at + 1], (n->count - at) * sizeof *n->key);
    memmove(&n->at[at], &n->at[at + 1], (n->count - at) * sizeof *n->at);
}
static void node_append(struct node *n, const struct node *from, u32 first, u32 count)
{
    memcpy(&n->key[n->count], &from->key[first], count * sizeof *n->key);
    memcpy(&n->at[n->count], &from->at[first], count * sizeof *n->at);
    n->count += count;
}
/* The least key of step i's node has become another one, perhaps. */
static void least_changed(struct path *path, unsigned i)
{
    for (; i > 0; i--) {
        path->step[i - 1].node->key[path->step[i - 1].at] = path->step[i].node->key[0];
        if (path->step[i - 1].at != 0)
            return;
    }
}
/* Moves the upper part of the full node at step i into the empty one; the place is in which of them it belongs. */
static struct node *split(struct path *path, unsigned i, struct node *upper)
{
    struct node *n = path->step[i].node;
    u32 *at = &path->step[i].at, keep = *at == n->count ? n->count : n->count / 2;
    node_append(upper, n, keep, n->count - keep);
    n->count = keep;
    if (*at < keep || (*at == keep && keep < NODE_KEYS))
        return n;
    *at -= keep;
    return upper;
}
/* Nodes for the splits that an entry at the path needs, and a new root; false: no memory. */
static bool spare_nodes(struct stripe *s, const struct path *path, struct node *spare[LEVELS_MAX + 1], unsigned *count)
{
    unsigned i = path->depth;
    *count = 0;
    for (; i > 0 && path->step[i - 1].node->count == NODE_KEYS; i--)
        ;
    unsigned needed = path->depth - i + (i == 0);
    while (*count < needed && (spare[*count] = node_make(s)) != NULL)
        ++*count;
    if (*count == needed && path->depth + (i == 0) <= LEVELS_MAX)
        return true;
    while (*count)
        node_free(s, spare[--*count]);
    return false;
}
bool ordered_add(struct stripe *s, struct path *path, struct entry *e)
{
    struct node *spare[LEVELS_MAX + 1];
    unsigned count, i = path->depth;
    if (!spare_nodes(s, path, spare, &count))
        return false;
    word key = e->key.w;
    void *what = e;
    for (; i > 0; i--) {
        struct node *n = path->step[i - 1].node, *upper = n->count == NODE_KEYS ? spare[--count] : NULL;
        struct node *into = upper ? split(path, i - 1, upper) : n;
        u32 at = path->step[i - 1].at;
        node_put(into, at, key, what);
        if (at == 0 && into == n)
            least_changed(path, i - 1);
        if (!upper)
            break;
        key = upper->key[0];
        what = upper;
        if (i > 1)
            path->step[i - 2].at++;
    }
    if (i == 0) {
        struct node *root = spare[--count];
        if (s->root)
            node_put(root, 0, s->root->key[0], s->root);
        node_put(root, root->count, key, what);
        s->root = root;
        s->depth++;
    }
    e->stamp = ++s->stamp;
    s->count++;
    s->words += ENTRY_HEAD_WORDS + e->words;
    return true;
}
void ordered_replace(struct stripe *s, struct path *path, struct entry *e)
{
    struct node *leaf = leaf_of(path);
    u32 at = *place_in_leaf(path);
    s->words += (word)e->words - path->found->words;
    leaf->key[at] = e->key.w;
    leaf->at[at] = e;
    if (at == 0)
        least_changed(path, path->depth - 1);
    e->stamp = ++s->stamp;
}
/* Joins the node at step i with a neighbour, when both have little; true: the node above has one less. */
static bool join(struct stripe *s, struct path *path, unsigned i)
{
    struct node *above = path->step[i - 1].node;
    u32 at = path->step[i - 1].at;
    if (path->step[i].node->count > FEW || above->count < 2)
        return false;
    u32 first = at + 1 < above->count ? at : at - 1;
    struct node *lower = above->at[first], *upper = above->at[first + 1];
    if (lower->count + upper->count > JOINED_MOST)
        return false;
    node_append(lower, upper, 0, upper->count);
    node_free(s, upper);
    above->key[first] = lower->key[0];
    node_take(above, first + 1);
    return true;
}
void ordered_remove(struct stripe *s, struct path *path)
{
    unsigned i = path->depth - 1;
    s->count--;
    s->words -= ENTRY_HEAD_WORDS + path->found->words;
    node_take(path->step[i].node, path->step[i].at);
    /* A node that lost its last goes from the one above, too. */
    for (; i > 0 && !path->step[i].node->count; i--) {
        node_free(s, path->step[i].node);
        node_take(path->step[i - 1].node, path->step[i - 1].at);
    }
    if (path->step[i].node->count && path->step[i].at == 0)
        least_changed(path, i);
    for (; i > 0 && join(s, path, i); i--)
        ;
    for (; s->depth && s->root->count <= 1 && (s->depth > 1 || !s->root->count); s->depth--) {
        struct node *old = s->root;
        s->root = s->depth > 1 ? old->at[0] : NULL;
        node_free(s, old);
    }
}
