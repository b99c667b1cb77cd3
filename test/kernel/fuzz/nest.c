/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * nest.c: see fuzz.h. A nest is memory with two hermits: threads whose capabilities, and the objects that they live on,
 * are in two CNodes to which nobody else has a capability. What they do may end one or both, also in the midst of an
 * operation on themselves; then the memory is free, and the next hermits are made in it.
 */
#include "fuzz.h"

#define NEST_BITS 14
#define HERMIT_SC_BITS 8

/* What is made in a nest, each first in a slot of the judge's. */
enum { TCB, OTHER_TCB, CNODE, OTHER_CNODE, CONTEXT, OTHER_CONTEXT, REPLY, ENDPOINT, PARTS };
static const struct {
    u8 type, bits;
} parts[PARTS] = {{OBJECT_TCB, 0},
                  {OBJECT_TCB, 0},
                  {OBJECT_CNODE, OWN_RADIX},
                  {OBJECT_CNODE, OWN_RADIX},
                  {OBJECT_SCHED_CONTEXT, HERMIT_SC_BITS},
                  {OBJECT_SCHED_CONTEXT, HERMIT_SC_BITS},
                  {OBJECT_REPLY, 0},
                  {OBJECT_ENDPOINT, 0}};

/* Indices of an own CNode, behind those of the parts. */
enum { OWN_CONTROL = PARTS + 1, OWN_BUFFER, OWN_VSPACE, OWN_FAULTS };
STATIC_ASSERT(OWN_FAULTS < OWN_SLOTS, "there is room in an own CNode");

static u64 nest[NESTS], part[PARTS], all;
static bool was_filled[NESTS];

void nests_begin(u64 memory)
{
    for (unsigned i = 0; i < NESTS; i++) {
        nest[i] = make(memory, OBJECT_UNTYPED, NEST_BITS);
        was_filled[i] = false;
    }
    for (unsigned i = 0; i < PARTS; i++)
        part[i] = next_empty_slot();
    all = next_empty_slot();
}

/* False: somebody lives there, since all of the memory cannot be had at once. */
static bool make_parts(u64 memory)
{
    if (retype(memory, OBJECT_UNTYPED, NEST_BITS, all, 1))
        return false;
    for (unsigned i = 0; i < PARTS; i++)
        must("a part of a nest", retype(all, parts[i].type, parts[i].bits, part[i], 1));
    must("the parts are the nest's", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(all, 64), NONE));
    return true;
}
static void fill_cnode(u64 cnode, unsigned stack)
{
    put_own(cnode, 0, fuzz_cnode, FUZZ_GUARD_BITS - OWN_RADIX);
    put_own(cnode, OWN_VSPACE, vspace, 0);
    put_own(cnode, OWN_BUFFER, frame_of(&shared.buffers[stack]), 0);
    if (judge_draw(4) == 0)
        put_own(cnode, OWN_CONTROL, sched_control, 0);
    if (judge_draw(2))
        put_own(cnode, OWN_FAULTS, faults, 0);
}
static void start_hermit(unsigned i, unsigned stack)
{
    u64 tcb = part[TCB + i], context = part[CONTEXT + i], cnode = part[CNODE + judge_draw(2)];
    u64 budget = 50 + judge_draw(1000);
    must("configure a hermit", ask(tcb, LABEL_TCB_CONFIGURE, WORDS(0, 0, (u64)&shared.buffers[stack]),
                                   WORDS(cnode, vspace, frame_of(&shared.buffers[stack]))));
    must("a hermit's budget",
         ask(sched_control, LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
             WORDS(budget, budget + (judge_draw(4) ? 1000 + judge_draw(8000) : 0), judge_draw(3), 0, judge_draw(2)),
             WORDS(context)));
    must("a hermit's priority",
         ask(tcb, LABEL_TCB_SET_SCHED_PARAMS, WORDS(TOP_PRIORITY, 1 + judge_draw(TOP_PRIORITY - 1)),
             WORDS(ROOT_TCB, judge_draw(8) ? context : 0, judge_draw(4) ? faults : 0)));
    start_thread(tcb, stack, WAY_OWN | WAY_HERMIT);
}
/* What is to be had only there goes into one of the two CNodes; now and then others get a copy. */
static void hide(unsigned i)
{
    if (judge_draw(8) == 0)
        ask(fuzz_cnode, LABEL_CNODE_COPY, WORDS(judge_draw(FUZZ_SLOTS), FUZZ_RADIX, part[i], 64, RIGHTS_ALL),
            WORDS(ROOT_CNODE));
    must("hide",
         ask(part[CNODE + judge_draw(2)], LABEL_CNODE_MOVE, WORDS(i + 1, OWN_RADIX, part[i], 64), WORDS(ROOT_CNODE)));
}
/* The CNode is held by threads alone; or by itself; or by what is in the other one. */
static void leave_cnode(unsigned i)
{
    u64 cnode = part[CNODE + i], other = part[CNODE + 1 - i], into = judge_draw(4);
    if (into < 2 &&
        ask(into ? cnode : other, LABEL_CNODE_MOVE, WORDS(CNODE + i + 1, OWN_RADIX, cnode, 64), WORDS(ROOT_CNODE)) == 0)
        return;
    must("leave a CNode", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(cnode, 64), NONE));
}

void nest_fill(void)
{
    unsigned n = (unsigned)judge_draw(NESTS), stack = WORKERS + 2 * n;
    bool emptied = judge_draw(3) == 0;
    if (emptied)
        must("empty a nest", ask(ROOT_CNODE, LABEL_CNODE_REVOKE, WORDS(nest[n], 64), NONE));
    if (!make_parts(nest[n]))
        return;
    if (!emptied && was_filled[n])
        total.seen[EVENT_NEST]++;
    was_filled[n] = true;
    fill_cnode(part[CNODE], stack);
    fill_cnode(part[OTHER_CNODE], stack + 1);
    start_hermit(0, stack);
    start_hermit(1, stack + 1);
    for (unsigned i = 0; i < PARTS; i++) {
        if (i != CNODE && i != OTHER_CNODE)
            hide(i);
    }
    leave_cnode(0);
    leave_cnode(1);
}
STATIC_ASSERT(WORKERS + 2 * NESTS <= THREADS, "each hermit has a stack");
