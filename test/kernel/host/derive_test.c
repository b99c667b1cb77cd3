/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * derive_test.c: random operations on capabilities beside a slow model, which is a tree with pointers to parents.
 *
 * The model knows slots of the root CNode and those of small CNodes made in them. What an operation should answer and
 * leave is worked out from the tree alone; then all slots and all descendants are compared with the kernel's.
 */
#include "derive.h"
#include "destroy.h"
#include "host.h"

#define ROOTS 40
#define CNODES 12 /* of two slots */
#define SLOTS (ROOTS + 2 * CNODES)
#define NOBODY -1

struct node {
    enum cap_type type; /* CAP_NULL: empty */
    u64 start;          /* of its object */
    unsigned bits;
    u64 badge;
    bool original;
    int parent;
};
static struct node model[SLOTS];
static u64 cnode_start[CNODES]; /* 0: there is no such CNode */
static u64 seed = 88172645463325252ull;

static u32 chance(u32 n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (u32)(seed % n);
}

/* --- the model's view --- */

static struct slot *kernel_slot(int i)
{
    if (i < ROOTS)
        return host_slot(host_empty + (u64)i);
    return (struct slot *)(uintptr_t)cnode_start[(i - ROOTS) / 2] + (i - ROOTS) % 2;
}
static bool is_below(int i, int ancestor)
{
    for (int at = model[i].parent; at != NOBODY; at = model[at].parent) {
        if (at == ancestor)
            return true;
    }
    return false;
}
static bool has_children(int i)
{
    for (int j = 0; j < SLOTS; j++) {
        if (model[j].type && model[j].parent == i)
            return true;
    }
    return false;
}
/* A slot of the root CNode whose capability leads to slot i; NOBODY. */
static int way_to(int i)
{
    for (int j = 0; i >= ROOTS && j < ROOTS; j++) {
        if (model[j].type == CAP_CNODE && model[j].start == cnode_start[(i - ROOTS) / 2])
            return j;
    }
    return NOBODY;
}
static bool is_reachable(int i)
{
    return i < ROOTS || way_to(i) != NOBODY;
}
static bool is_last(int i)
{
    for (int j = 0; j < SLOTS; j++) {
        if (j != i && model[j].type == model[i].type && model[j].start == model[i].start)
            return false;
    }
    return true;
}
static void model_remove(int i)
{
    for (int j = 0; j < SLOTS; j++) {
        if (model[j].type && model[j].parent == i)
            model[j].parent = model[i].parent;
    }
    model[i].type = CAP_NULL;
}
/* And all that hung on it, a work list at a time. */
static void model_delete(int first)
{
    bool doomed[SLOTS] = {0};
    doomed[first] = true;
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < SLOTS; i++) {
            if (!doomed[i])
                continue;
            doomed[i] = false;
            if (!model[i].type)
                continue;
            again = true;
            bool ends = model[i].type == CAP_CNODE && is_last(i);
            u64 start = model[i].start;
            model_remove(i);
            for (int c = 0; ends && c < CNODES; c++) {
                if (cnode_start[c] == start) {
                    doomed[ROOTS + 2 * c] = doomed[ROOTS + 2 * c + 1] = true;
                    cnode_start[c] = 0;
                    /* Its slots are looked at once more as the model's, no longer as the kernel's. */
                }
            }
        }
    }
}
static void model_copy(int from, int to, u64 badge)
{
    model[to] = model[from];
    model[to].badge = badge;
    model[to].original = model[from].type == CAP_UNTYPED || badge != model[from].badge;
    model[to].parent = model[from].original ? from : model[from].parent;
}
static void model_move(int from, int to)
{
    for (int j = 0; j < SLOTS; j++) {
        if (model[j].type && model[j].parent == from)
            model[j].parent = to;
    }
    model[to] = model[from];
    model[from].type = CAP_NULL;
}

/* --- operations, on both --- */

/* Words and capability that say where slot i is: root, index, depth. */
static u64 root_of(int i)
{
    return i < ROOTS ? ROOT_CNODE : host_empty + (u64)way_to(i);
}
static u64 index_of(int i)
{
    return i < ROOTS ? host_empty + (u64)i : (u64)(i - ROOTS) % 2;
}
static u64 depth_of(int i)
{
    return i < ROOTS ? 64 : 1;
}
static enum error transfer(enum label label, int from, int to, u64 word4, u64 word5)
{
    return host_invoke(
        root_of(to), label,
        (struct host_args){
            {index_of(to), depth_of(to), index_of(from), depth_of(from), word4, word5}, 6, {root_of(from)}, 1});
}
static void op_copy(int from, int to, bool mint)
{
    u64 badge = mint ? chance(3) : model[from].badge;
    bool has_badge = model[from].type == CAP_ENDPOINT || model[from].type == CAP_NOTIFICATION;
    enum error expected = ERROR_NONE;
    if (!has_badge)
        badge = 0;
    if (model[to].type)
        expected = ERROR_DELETE_FIRST;
    else if (!model[from].type)
        expected = ERROR_FAILED_LOOKUP;
    else if (mint && has_badge && model[from].badge)
        expected = ERROR_ILLEGAL_OPERATION;
    else if (model[from].type == CAP_UNTYPED && has_children(from))
        expected = ERROR_REVOKE_FIRST;
    CHECK_EQ(transfer(mint ? LABEL_CNODE_MINT : LABEL_CNODE_COPY, from, to, RIGHTS_ALL, badge), expected);
    if (expected == ERROR_NONE)
        model_copy(from, to, badge);
}
static void op_move(int from, int to)
{
    enum error expected = model[to].type ? ERROR_DELETE_FIRST : !model[from].type ? ERROR_FAILED_LOOKUP : ERROR_NONE;
    CHECK_EQ(transfer(LABEL_CNODE_MOVE, from, to, 0, 0), expected);
    if (expected == ERROR_NONE)
        model_move(from, to);
}
/* Changes places; endpoints refuse, having no data to be changed. */
static void op_swap(int a, int b)
{
    bool refuses = false, empty = !model[a].type || !model[b].type;
    int both[] = {a, b};
    for (int i = 0; i < 2; i++)
        refuses |= model[both[i]].type == CAP_ENDPOINT || model[both[i]].type == CAP_NOTIFICATION;
    enum error expected = a == b    ? ERROR_ILLEGAL_OPERATION
                          : empty   ? ERROR_FAILED_LOOKUP
                          : refuses ? ERROR_ILLEGAL_OPERATION
                                    : ERROR_NONE;
    struct host_args args = {{index_of(a), depth_of(a), 0, index_of(b), depth_of(b), 0, index_of(a), depth_of(a)},
                             8,
                             {root_of(b), root_of(a)},
                             2};
    CHECK_EQ(host_invoke(root_of(a), LABEL_CNODE_ROTATE, args), expected);
    if (expected != ERROR_NONE)
        return;
    struct node old_a = model[a], old_b = model[b];
    for (int j = 0; j < SLOTS; j++)
        model[j].parent = model[j].parent == a ? b : model[j].parent == b ? a : model[j].parent;
    struct node new_a = model[b], new_b = model[a];
    model[a] = old_b;
    model[a].parent = new_a.parent;
    model[b] = old_a;
    model[b].parent = new_b.parent;
}
static void op_delete(int i)
{
    CHECK_EQ(host_invoke(root_of(i), LABEL_CNODE_DELETE, (struct host_args){{index_of(i), depth_of(i)}, 2}),
             ERROR_NONE);
    model_delete(i);
}
static void op_revoke(int i)
{
    bool more = model[i].type;
    CHECK_EQ(host_invoke(root_of(i), LABEL_CNODE_REVOKE, (struct host_args){{index_of(i), depth_of(i)}, 2}),
             ERROR_NONE);
    while (more) {
        more = false;
        for (int j = 0; j < SLOTS && !more && model[i].type; j++) {
            if (model[j].type && is_below(j, i)) {
                model_delete(j);
                more = true;
            }
        }
    }
}
/* A new CNode gets a place in the model. */
static void note_cnode(u64 start)
{
    for (int c = 0; c < CNODES; c++) {
        if (!cnode_start[c]) {
            cnode_start[c] = start;
            return;
        }
    }
    CHECK(!"the model has room for CNodes");
}
static unsigned cnodes(void)
{
    unsigned n = 0;
    for (int c = 0; c < CNODES; c++)
        n += cnode_start[c] != 0;
    return n;
}
static void op_retype(int from, int to)
{
    static const struct {
        enum object_type type;
        enum cap_type cap;
        unsigned user, bits;
    } kinds[] = {{OBJECT_UNTYPED, CAP_UNTYPED, 14, 14}, {OBJECT_UNTYPED, CAP_UNTYPED, 12, 12},
                 {OBJECT_ENDPOINT, CAP_ENDPOINT, 0, 4}, {OBJECT_NOTIFICATION, CAP_NOTIFICATION, 0, 6},
                 {OBJECT_CNODE, CAP_CNODE, 1, 6},       {OBJECT_TCB, CAP_TCB, 0, 11},
                 {OBJECT_REPLY, CAP_REPLY, 0, 5},       {OBJECT_FRAME, CAP_FRAME, 0, 12}};
    unsigned k = chance(ARRAY_LEN(kinds));
    if (from >= ROOTS || to >= ROOTS || model[from].type != CAP_UNTYPED || model[to].type ||
        (kinds[k].cap == CAP_CNODE && cnodes() == CNODES))
        return;
    enum error e = host_retype(host_empty + (u64)from, kinds[k].type, kinds[k].user, host_empty + (u64)to, 1);
    CHECK(e == ERROR_NONE || e == ERROR_NOT_ENOUGH_MEMORY);
    if (e != ERROR_NONE)
        return;
    struct cap c = kernel_slot(to)->cap;
    u64 start = cap_is(c, CAP_CNODE)                       ? (u64)(uintptr_t)cnode_slots(c)
                : cap_is(c, CAP_UNTYPED) || cap_is_arch(c) ? cap_physical(c)
                                                           : (u64)(uintptr_t)cap_object(c);
    CHECK(start >= model[from].start &&
          start + (1ull << kinds[k].bits) <= model[from].start + (1ull << model[from].bits));
    model[to] = (struct node){kinds[k].cap, start, kinds[k].bits, 0, true, from};
    if (kinds[k].cap == CAP_CNODE)
        note_cnode(start);
}

/* --- comparing --- */

static bool same_slot(int i)
{
    struct cap c = kernel_slot(i)->cap;
    bool has_badge = cap_is(c, CAP_ENDPOINT) || cap_is(c, CAP_NOTIFICATION);
    return cap_type(c) == model[i].type && (!has_badge || c.word[1] == model[i].badge);
}
static void compare(void)
{
    for (int i = 0; i < SLOTS; i++) {
        if (i >= ROOTS && !cnode_start[(i - ROOTS) / 2])
            continue;
        CHECK(same_slot(i));
        unsigned in_kernel = 0, in_model = 0;
        const struct slot *s = kernel_slot(i);
        for (const struct slot *at = slot_next(s); model[i].type && at && derive_is_parent(s, at); at = slot_next(at))
            in_kernel++;
        for (int j = 0; j < SLOTS; j++) {
            if (!model[j].type || !is_below(j, i))
                continue;
            in_model++;
            CHECK(derive_is_parent(s, kernel_slot(j)));
        }
        CHECK_EQ(in_kernel, in_model);
    }
}
/* A slot that can be named; mostly one that is full (or empty), so that operations succeed. */
static int pick(bool full)
{
    int first = (int)chance(SLOTS);
    bool any = chance(8) == 0;
    for (int i = 0; i < SLOTS; i++) {
        int at = (first + i) % SLOTS;
        if (is_reachable(at) && (any || (model[at].type != CAP_NULL) == full))
            return at;
    }
    return 0;
}
static void random_operation(void)
{
    int a = pick(true), b = pick(false);
    switch (chance(24)) {
    case 0:
        if (chance(4) == 0)
            op_revoke(a);
        break;
    case 1:
    case 2:
    case 16:
        op_delete(a);
        break;
    case 3:
        op_swap(a, pick(true));
        break;
    case 4:
    case 5:
    case 17:
    case 18:
        op_move(a, b);
        break;
    case 6:
    case 7:
    case 8:
        op_copy(a, b, false);
        break;
    case 9:
    case 10:
    case 11:
        op_copy(a, b, true);
        break;
    default:
        op_retype(chance(2) ? 0 : a, b);
        break;
    }
}
static void begin(void)
{
    CHECK_EQ(host_retype(host_untyped, OBJECT_UNTYPED, 18, host_empty, 1), ERROR_NONE);
    for (int i = 0; i < SLOTS; i++)
        model[i] = (struct node){.parent = NOBODY};
    model[0] = (struct node){CAP_UNTYPED, cap_physical(kernel_slot(0)->cap), 18, 0, true, NOBODY};
}
static void run(unsigned operations)
{
    begin();
    for (unsigned i = 0; i < operations; i++) {
        random_operation();
        if (i % 300 == 0)
            op_revoke(0);
        compare();
        if (!model[0].type)
            op_move((int)chance(ROOTS), 0);
        bool any = false;
        for (int j = 0; j < SLOTS; j++)
            any |= model[j].type != CAP_NULL && is_reachable(j);
        if (!any) {
            CHECK_EQ(host_invoke(ROOT_CNODE, LABEL_CNODE_REVOKE, (struct host_args){{host_untyped, 64}, 2}),
                     ERROR_NONE);
            for (int c = 0; c < CNODES; c++)
                cnode_start[c] = 0;
            begin();
        }
    }
}
TEST(the_derivation_tree_is_the_models)
{
    run(40000);
}
TEST(the_derivation_tree_is_the_models_when_interrupts_come)
{
    fake_interrupt_every = 2;
    destroy_steps = 1;
    seed = 1234567;
    run(40000);
}
