/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/heap.h"

#include "port.h"

static word *next;

void shared_init(void)
{
    ENSURE(port_map_reserve(MAP_BASE, MAP_END - MAP_BASE), "the address range of the VM is free");
    next = (word *)SHARED_BASE;
}
word *shared_alloc(word words_with_header)
{
    word *at = next;
    next += words_with_header;
    return at;
}
word *shared_alloc_box(enum type type, unsigned aux, word words)
{
    word *o = shared_alloc(1 + words);
    *o = mk_header(type, aux, words);
    return o;
}
void shared_retire(term value)
{
}
void shared_root(term *variable)
{
}
void shared_sweep(bool force)
{
}
word shared_used_bytes(void)
{
    return (word)next - SHARED_BASE;
}
