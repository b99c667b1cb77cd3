/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/heap.h"

#include "port.h"
#include "pure.h"
#include "run/native.h"

/* First version: every process has one large block and nothing is collected. */
static word *next_block;

bool heap_init(struct proc *p, word block_words)
{
    memset(p, 0, sizeof *p);
    block_words = 1 << 25;
    if (!next_block)
        next_block = (word *)HEAPS_BASE;
    p->block = next_block;
    next_block += block_words;
    p->block_words = block_words;
    p->hp = p->aged = p->block;
    p->limit = p->block + block_words;
    p->pending_value = p->tail.fn = p->tail.spread = p->result = p->bindings = NIL;
    for (unsigned i = 0; i < TAIL_ARGS_MAX; i++)
        p->tail.arg[i] = NIL;
    p->reductions = SLICE_REDUCTIONS;
    return true;
}
void heap_destroy(struct proc *p)
{
    port_map_release((word)p->block, p->block_words * 8);
}
bool heap_reserve_slow(struct proc *p, word words, term *const *roots, unsigned n)
{
    return words <= (word)(p->limit - p->hp);
}
bool heap_grow_stack(struct proc *p, word words)
{
    p->limit -= words;
    return true;
}
void heap_write(struct proc *p, term object, term *slot, term value)
{
    *slot = value;
}
void heap_collect(struct proc *p, bool full)
{
}
word heap_used_words(const struct proc *p)
{
    return (word)(p->hp - p->block);
}
