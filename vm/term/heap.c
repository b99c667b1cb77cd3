/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * heap.c: a process's memory from its birth to its end: when to divide the room anew, when to collect, what the limits
 * are. The collections themselves are in gc.c.
 */
#include "term/heap.h"

#include "hostile.h"
#include "port.h"
#include "pure.h"
#include "run/mailbox.h"
#include "run/native.h"
#include "term/gc.h"
#include "term/off_heap.h"
#include "term/roots.h"

#define MAX_WORDS_DEFAULT ((word)1 << 27)
#define STACK_ROOM_MIN 32               /* words for the stack, whatever the heap wants */
#define BLOCK_MIN 20                    /* words of a block */
#define UNDIVIDED_MAX ((word)512 << 10) /* allocated between two collections at most, when there is much room */

struct blocks process_blocks;
struct heap_more no_more;

/* --- life --- */

struct heap_more *heap_more(struct proc *p)
{
    if (p->more == &no_more) {
        word got;
        struct heap_more *m = (struct heap_more *)blocks_alloc(&process_blocks, words_for_bytes(sizeof *m), &got);
        if (!m)
            return NULL;
        *m = no_more;
        m->off_heap_limit = off_heap_step(p);
        p->more = m;
    }
    return p->more;
}
static void drop_more(struct proc *p)
{
    if (p->more == &no_more)
        return;
    if (p->more->old)
        blocks_free(&process_blocks, p->more->old);
    port_free(p->more->remembered);
    blocks_free(&process_blocks, (word *)p->more);
    p->more = &no_more;
}

bool heap_init(struct proc *p, word block_words)
{
    word words;
    memset(p, 0, offsetof(struct proc, inbox));
    memset(&p->messages, 0, sizeof *p - offsetof(struct proc, messages));
    p->block = blocks_alloc(&process_blocks, block_words < BLOCK_MIN ? BLOCK_MIN : block_words, &words);
    if (!p->block)
        return false;
    p->block_words = words;
    p->hp = p->aged = p->block;
    p->limit = p->block + words - words / 8;
    p->more = &no_more;
    p->reductions = SLICE_REDUCTIONS;
    p->worker = worker_this();
    p->pending_value = p->result = NIL;
    p->last = p->cursor = &p->messages;
    p->pid = NIL;
    return true;
}

void heap_destroy(struct proc *p)
{
    off_heap_drop(p);
    for (struct message *m = p->fragments, *next; m; m = next) {
        next = m->next;
        message_free(m);
    }
    blocks_free(&process_blocks, p->block);
    drop_more(p);
    p->block = p->hp = p->limit = NULL;
}

/* --- limits --- */

static word max_words(const struct proc *p)
{
    word max = p->max_words ? p->max_words : MAX_WORDS_DEFAULT;
    return max + (max / 32 + 2048) * p->reserve;
}
word heap_limit_bytes(const struct proc *p)
{
    return max_words(p) * sizeof(word);
}
static word max_stack(const struct proc *p)
{
    return max_words(p) / 2;
}
static word stack_words(const struct proc *p)
{
    return (word)((const word *)proc_stack_end(p) - proc_stack_low(p));
}
static word all_words(const struct proc *p)
{
    return heap_used_words(p) + stack_words(p) + p->more->off_heap_bytes / 8 + p->fragment_words;
}
/* The reserve is whole again once an eighth of the memory is free, and the system has some and can copy all. */
static void leave_reserve(struct proc *p, word wanted)
{
    u8 reserve = p->reserve;
    p->reserve = RESERVE_KEPT;
    word max = max_words(p);
    if (all_words(p) + wanted > max - max / 8 || stack_words(p) > max / 2 - max / 16 ||
        port_memory(PORT_MEMORY_LEFT) < 2 * BLOCKS_SPARE + all_words(p) * sizeof(word))
        p->reserve = reserve;
}

/* These conditions are made at start-up, so raising them takes no memory; handling them may use the reserve. */
static bool refuse(struct proc *p, enum error kind)
{
    raise(p, kind, "the limit of the process");
    return false;
}

bool shared_has_room(struct proc *p)
{
    return blocks_have_memory() || refuse(p, E_OUT_OF_MEMORY);
}

/* --- dividing the gap between heap and stack --- */

static word gap_words(const struct proc *p)
{
    return (word)(proc_stack_low(p) - p->hp);
}
/* The stack, which asks only when it reaches limit, must not pass its own limit before. */
static void set_limit(struct proc *p, word *limit)
{
    word max = max_stack(p);
    word *lowest = p->block_words > max ? p->block + (p->block_words - max) : p->block;
    word *low = proc_stack_low(p);
    if (limit < lowest)
        limit = lowest < low ? lowest : low;
    ASSERT(p->hp <= limit && limit <= low, "the limit lies between heap and stack");
    p->limit = limit;
}
/* The heap gets most of the gap; words and STACK_ROOM_MIN fit, where they can. */
static void divide_for_heap(struct proc *p, word words)
{
    word gap = gap_words(p), spare = gap - words;
    word give = spare > 8 * STACK_ROOM_MIN ? spare - spare / 8 : spare > STACK_ROOM_MIN ? spare - STACK_ROOM_MIN : 0;
    set_limit(p, p->hp + words + give);
}
static void divide_for_stack(struct proc *p, word words)
{
    word *low = proc_stack_low(p);
    word spare = (word)(low - p->hp) - words;
    set_limit(p, low - words - spare / 2);
}

/* --- asking for room --- */

/* Collects until there is room within the limits. False: there is none, not even after a full collection. */
static bool collect_for(struct proc *p, struct gc_request *r)
{
    word wanted = r->heap_words + r->stack_words + r->off_heap_bytes / 8;
    if (p->reserve)
        leave_reserve(p, wanted);
    for (;; r->full = true) {
        if (gc_run(p, r) && all_words(p) + wanted <= max_words(p))
            return true;
        if (r->full)
            return false;
    }
}

bool heap_reserve_bytes(struct proc *p, word words, word bytes, term *const *roots, unsigned n)
{
    word most = max_words(p);
    if (UNLIKELY(words > most || bytes / 8 > most - words))
        return refuse(p, E_OUT_OF_MEMORY);
    struct gc_request r = {
        .heap_words = words, .stack_words = STACK_ROOM_MIN, .off_heap_bytes = bytes, .roots = roots, .n_roots = n};
    word gap = gap_words(p), allocated = (word)(p->hp - p->aged);
    bool enough = words + p->block_words / 16 + STACK_ROOM_MIN <= gap && allocated < UNDIVIDED_MAX + stack_words(p);
#ifdef LONA_GC_ALWAYS /* but a heap of many words not at each of them: tests must come to an end */
    r.full = p->collections % 5 == 4;
    const word few_words = 1 << 10, many_words = 1 << 14;
    r.needless = enough && all_words(p) < few_words;
    enough = enough && allocated < all_words(p) / (all_words(p) > many_words ? 8 : 256);
#endif
    enough = enough && !fragments_are_many(p);
    if (enough && p->more->off_heap_bytes + bytes < off_heap_limit(p) && !p->full_due) {
        divide_for_heap(p, words);
        return true;
    }
    if (!collect_for(p, &r)) {
        divide_for_heap(p, 0);
        return refuse(p, E_OUT_OF_MEMORY);
    }
    divide_for_heap(p, words);
    return true;
}

bool heap_grow_stack(struct proc *p, word words)
{
    word used = stack_words(p);
    if (words > max_stack(p) || used + words > max_stack(p))
        return refuse(p, E_STACK_OVERFLOW);
    if (words + p->block_words / 16 <= gap_words(p)) {
        divide_for_stack(p, words);
        return true;
    }
    struct gc_request r = {.stack_words = words, .heap_words = STACK_ROOM_MIN, .grow_stack = true};
    if (!collect_for(p, &r)) {
        divide_for_heap(p, 0);
        return refuse(p, 2 * used > all_words(p) ? E_STACK_OVERFLOW : E_OUT_OF_MEMORY);
    }
    divide_for_stack(p, words);
    return true;
}

word heap_used_words(const struct proc *p)
{
    return (word)(p->hp - p->block) + (word)(p->more->old_hp - p->more->old);
}

void heap_collect(struct proc *p, bool full)
{
    struct gc_request r = {.stack_words = STACK_ROOM_MIN, .full = full, .compact = full};
    bool done = gc_run(p, &r);
    /* The first block had room for the case that all was alive. */
    if (done && full && p->block_words > 2 * (heap_used_words(p) + stack_words(p)))
        done = gc_run(p, &r);
    if (done)
        divide_for_heap(p, 0);
}

void heap_collect_received(struct proc *p)
{
    heap_collect(p, false);
    if (all_words(p) > max_words(p)) {
        if (!p->full_due)
            p->full_due = FULL_WANTED;
        set_limit(p, p->hp);
    }
}

/* --- writing --- */

void heap_write(struct proc *p, term object, term *slot, term value)
{
    *slot = value;
    const word *o = (const word *)(object.w & ~(word)7);
    if (is_pointer(value) && o >= p->more->old && o < p->more->old_hp && !is_shared(value) &&
        value.w - (word)p->more->old >= (word)((u8 *)p->more->old_hp - (u8 *)p->more->old))
        gc_remember(p, (word *)o);
}
