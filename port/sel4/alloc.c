/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * alloc.c: port_realloc. A block has one of CLASSES sizes, four to each power of two; blocks that were freed are kept
 * in a list of their class. A large block's frames go back to the system, its addresses wait in the list.
 */
#include "layout.h"
#include "lock.h"
#include "memory.h"
#include "port.h"
#include "pure.h"

#define HEADER 16u
#define CLASSES 256u
#define LEAST_BITS 5u
/* From this size on a block begins at a frame of its own. */
#define LARGE_BLOCK (2 * LARGE_SIZE)

struct block {
    u64 class;
    struct block *next; /* while it is free */
};
static struct {
    struct lock lock;
    word next; /* addresses not yet used */
    struct block *free[CLASSES];
} heap = {.next = ALLOC_BASE};

static unsigned class_of(word bytes)
{
    if (bytes <= 1u << LEAST_BITS)
        return 0;
    unsigned bits = 63 - (unsigned)__builtin_clzll(bytes - 1); /* 2^bits < bytes <= 2^(bits+1) */
    return (bits - LEAST_BITS) * 4 + (unsigned)((bytes - 1) >> (bits - 2) & 3) + 1;
}
static word class_bytes(unsigned class)
{
    return class ? (4 + ((word) class - 1) % 4 + 1) << (LEAST_BITS + (class - 1) / 4 - 2) : 1u << LEAST_BITS;
}

static struct block *block_new(unsigned class)
{
    word bytes = class_bytes(class), mask = bytes >= LARGE_BLOCK ? LARGE_SIZE - 1 : HEADER - 1;
    word at = (heap.next + mask) & ~mask;
    if (bytes > ALLOC_END - at || !port_map_use(at, bytes, PORT_USE_NEEDED))
        return NULL;
    heap.next = at + bytes;
    struct block *b = (struct block *)at;
    b->class = class;
    return b;
}
static void *take(word bytes)
{
    if (bytes > ALLOC_END - ALLOC_BASE)
        return NULL;
    unsigned class = class_of(bytes + HEADER);
    lock_take(&heap.lock);
    struct block *b = heap.free[class];
    if (!b)
        b = block_new(class);
    else if (port_map_use((word)b, class_bytes(class), PORT_USE_NEEDED))
        heap.free[class] = b->next;
    else
        b = NULL;
    lock_release(&heap.lock);
    return b ? (u8 *)b + HEADER : NULL;
}
static struct block *block_of(void *memory)
{
    return (struct block *)((u8 *)memory - HEADER);
}
void port_free(void *memory)
{
    if (!memory)
        return;
    struct block *b = block_of(memory);
    word bytes = class_bytes((unsigned)b->class);
    if (bytes >= LARGE_BLOCK)
        port_map_use((word)b + LARGE_SIZE, bytes - LARGE_SIZE, PORT_USE_NONE);
    lock_take(&heap.lock);
    b->next = heap.free[b->class];
    heap.free[b->class] = b;
    lock_release(&heap.lock);
}
void *port_realloc(void *memory, word bytes)
{
    if (!memory)
        return take(bytes);
    word room = class_bytes((unsigned)block_of(memory)->class) - HEADER;
    if (bytes <= room && bytes >= room / 4)
        return memory;
    void *to = take(bytes);
    if (!to)
        return NULL;
    memcpy(to, memory, bytes < room ? bytes : room);
    port_free(memory);
    return to;
}
