/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gc.c: the collector (gc.h). Cheney's algorithm: what has been copied, and not yet been scanned, is the list of what
 * is still to do, so any depth of data costs no stack. Cost is proportional to what survives, plus the stack's live
 * slots.
 *
 * A moved box leaves the new pointer in place of its header; a moved cons leaves MOVED_MARK and the new pointer.
 */
#include "term/gc.h"

#include "hostile.h"
#include "port.h"
#include "pure.h"
#include "run/mailbox.h"
#include "term/heap.h"
#include "term/off_heap.h"
#include "term/roots.h"
#include "term/scan.h"

/* Words. A process that collects often gets a young block of up to YOUNG_BUSY; one with many survivors more, so that
 * the room between two collections is at least three times what survives, but for YOUNG_ROOM_MAX. */
#define YOUNG_BUSY (word)(64 << 10)
#define YOUNG_ROOM_MAX (word)(256 << 10)
#define GENERATIONS_MIN (word)256 /* a process of which no more is alive has one generation */
#define MERGE_MAX (word)2048      /* a process up to this size has no old generation after a full collection */
#define OLD_ROOM_MIN (word)1024
#define OLD_ROOM_LARGE (word)(256 << 10)

/* Spent registers that are followed: those of the newest frames, which are those that people look at. */
#define MAX_SPENT 64

struct gc {
    struct proc *p;
    word young, young_bytes; /* what is left: from the block's start to hp */
    word old, old_bytes;     /* full collections: the old generation that is left */
    word aged_bytes;         /* minor: so many from the block's start are promoted */
    word *to;                /* minor: next free word of the new block; full: of the new generation */
    word *to_old;            /* minor: next free word of the old generation */
    /* Terms in fragments (received messages) are moved too. What is not shared lies in one of the ranges above, or in
     * one of these, which stay: where copies go, old objects (minor), and the message that a receive looks at. */
    bool fragments;
    struct range {
        word from, bytes;
    } stays[3];
    word *spent[MAX_SPENT];
    unsigned n_spent;
};

/* --- copying --- */

static ALWAYS_INLINE word *copy_words(word *to, const word *from, word n)
{
    if (UNLIKELY(n > 32))
        return (word *)memcpy(to, from, n * sizeof(word)) + n;
    for (word i = 0; i < n; i++)
        to[i] = from[i];
    return to + n;
}

static NOINLINE bool in_fragment(const struct gc *g, word w)
{
    if (is_shared(TERM(w)))
        return false;
    for (unsigned i = 0; i < ARRAY_LEN(g->stays); i++)
        if (w - g->stays[i].from < g->stays[i].bytes)
            return false;
    return true;
}

/* A reference into what is left. */
static ALWAYS_INLINE bool is_left(const struct gc *g, word w, bool full)
{
    return is_pointer_word(w) && (w - g->young < g->young_bytes || (full && w - g->old < g->old_bytes) ||
                                  (UNLIKELY(g->fragments) && in_fragment(g, w)));
}

/* Makes a reference to what has been copied one to the copy. */
static ALWAYS_INLINE bool has_moved(word *slot)
{
    word *o = pointer_target(*slot);
    bool moved = *slot & 1 ? !is_header(*o) : *o == MOVED_MARK.w;
    if (moved)
        *slot = *slot & 1 ? *o : o[1];
    return moved;
}

/* Makes the slot's reference, if it is one into what is left, one to the copy. */
static ALWAYS_INLINE void evacuate(struct gc *g, word *slot, bool full)
{
    word w = *slot;
    if (!is_left(g, w, full) || has_moved(slot))
        return;
    word *o = pointer_target(w);
    word first = *o;
    word **to = !full && (word)o - g->young < g->aged_bytes ? &g->to_old : &g->to;
    word *at = *to;
    word moved = (word)at | (w & 7);
    *slot = moved;
    if (w & 1) {
        *to = copy_words(at, o, 1 + hdr_words(first));
        *o = moved;
    } else {
        at[0] = first;
        at[1] = o[1];
        *to = at + 2;
        o[0] = MOVED_MARK.w;
        o[1] = moved;
    }
}

static void evacuate_minor(void *gc, term *slot)
{
    evacuate(gc, &slot->w, false);
}
static void evacuate_full(void *gc, term *slot)
{
    evacuate(gc, &slot->w, true);
}

/* Spent registers are looked at once all has moved that is to move. */
static ALWAYS_INLINE void note_spent(struct gc *g, word *slot, bool full)
{
    if (!is_left(g, *slot, full))
        return;
    if (g->n_spent < MAX_SPENT)
        g->spent[g->n_spent++] = slot;
    else
        *slot = ABSENT.w;
}
static void note_spent_minor(void *gc, term *slot)
{
    note_spent(gc, &slot->w, false);
}
static void note_spent_full(void *gc, term *slot)
{
    note_spent(gc, &slot->w, true);
}
static void follow_spent(struct gc *g)
{
    for (unsigned i = 0; i < g->n_spent; i++) {
        if (!has_moved(g->spent[i]))
            *g->spent[i] = ABSENT.w;
    }
}

static ALWAYS_INLINE word *scan_from(struct gc *g, word *scan, bool full)
{
    while (scan < g->to) {
        word w = *scan;
        if (is_header(w))
            scan += scan_skip(w);
        else
            evacuate(g, scan, full);
        scan++;
    }
    return scan;
}

static inline bool is_young_copy(const struct gc *g, const word *block, word w)
{
    return is_pointer_word(w) && w - (word)block < (word)((u8 *)g->to - (u8 *)block);
}

/* Promoted objects. Only a box that was written while it was young can hold a reference to a younger object. */
static word *scan_promoted(struct gc *g, word *scan, const word *block)
{
    word *object = NULL;
    while (scan < g->to_old) {
        word w = *scan;
        if (is_header(w)) {
            object = scan;
            scan += scan_skip(w);
        } else {
            evacuate(g, scan, false);
            if (UNLIKELY(is_young_copy(g, block, *scan))) {
                ASSERT(object && scan - object <= (iword)hdr_words(*object), "cons cells are never written");
                gc_remember(g->p, object);
            }
        }
        scan++;
    }
    return scan;
}

/* --- the remembered set --- */

void gc_remember(struct proc *p, word *object)
{
    if (*object & ((word)HDR_REMEMBERED << 3))
        return;
    if (p->more->n_remembered == p->more->max_remembered) {
        u32 max = p->more->max_remembered ? p->more->max_remembered * 2 : 16;
        term *more = max < p->more->max_remembered ? NULL : port_realloc(p->more->remembered, max * sizeof *more);
        if (!more) { /* a full collection needs no remembered set */
            p->full_due = FULL_NEEDED;
            return;
        }
        p->more->remembered = more;
        p->more->max_remembered = max;
    }
    *object |= (word)HDR_REMEMBERED << 3;
    p->more->remembered[p->more->n_remembered++] = mk_box_ptr(object);
}

static void each_field(word *object, void (*f)(struct gc *g, word *slot), struct gc *g)
{
    word *end = object + object_words(object);
    for (word *slot = object + 1 + scan_skip(*object); slot < end; slot++)
        f(g, slot);
}
static void evacuate_field(struct gc *g, word *slot)
{
    evacuate(g, slot, false);
}

/* Remembered objects are roots; what no longer refers to anything young is forgotten (drop_remembered, once all has
 * moved). */
static void scan_remembered(struct gc *g)
{
    for (u32 i = 0; i < g->p->more->n_remembered; i++)
        each_field(box_ptr(g->p->more->remembered[i]), evacuate_field, g);
}
static void drop_remembered(struct gc *g, const word *block)
{
    struct proc *p = g->p;
    u32 kept = 0;
    for (u32 i = 0; i < p->more->n_remembered; i++) {
        word *o = box_ptr(p->more->remembered[i]), *end = o + object_words(o), *slot = o + 1 + scan_skip(*o);
        while (slot < end && !is_young_copy(g, block, *slot))
            slot++;
        if (slot < end)
            p->more->remembered[kept++] = p->more->remembered[i];
        else
            *o &= ~((word)HDR_REMEMBERED << 3);
    }
    if (p->more->n_remembered)
        p->more->n_remembered = kept;
}
static void forget_all(struct proc *p)
{
    p->full_due = FULL_NOT_DUE;
    if (p->more == &no_more)
        return;
    for (u32 i = 0; i < p->more->n_remembered; i++)
        *box_ptr(p->more->remembered[i]) &= ~((word)HDR_REMEMBERED << 3);
    p->more->n_remembered = 0;
    port_free(p->more->remembered);
    p->more->remembered = NULL;
    p->more->max_remembered = 0;
}

/* --- received messages --- */

static void keep_fragments_apart(struct gc *g, const word *to, word to_words)
{
    struct proc *p = g->p;
    if (!p->fragments)
        return;
    g->fragments = true;
    g->stays[0] = (struct range){(word)to, to_words * sizeof(word)};
    if (!g->old_bytes)
        g->stays[1] = (struct range){(word)p->more->old, (word)((u8 *)p->more->old_end - (u8 *)p->more->old)};
    const struct message *m = mailbox_current(p);
    if (p->receiving)
        g->stays[2] = (struct range){(word)m->term, m->words * sizeof(word)};
}
/* What is used of them has moved. */
static void free_fragments(struct proc *p)
{
    for (struct message *m = p->fragments, *next; m; m = next) {
        next = m->next;
        message_free(m);
    }
    p->fragments = NULL;
    p->fragment_words = 0;
}

/* --- blocks and their sizes --- */

static struct blocks *blocks(void)
{
    return &process_blocks;
}

/* Hostile builds: whoever still reads what has moved shall notice. */
static void poison(word *from, const word *end)
{
#ifdef LONA_DEBUG
    while (from < end)
        *from++ = POISON;
#endif
}
/* touched: words from the start that may have been written. */
static void free_block(word *block, word touched)
{
    if (block)
        blocks_free_touched(blocks(), block, touched);
}

static word max_of(word a, word b)
{
    return a > b ? a : b;
}

/* Words that a block ought to have in which so much survived. */
static word block_target(const struct proc *p, const struct gc_request *r, word survivors, word stack)
{
    word live = survivors + r->heap_words;
    if (r->compact)
        return live + live / 8 + stack + r->stack_words + 16;
    word room = live < YOUNG_ROOM_MAX / 3 ? 3 * live : YOUNG_ROOM_MAX;
    /* A deep stack is walked by each collection, so there is room between two of them in proportion; and one that grows
     * is likely to get deeper still: room in a large block that is not touched costs nothing. */
    word deeper = stack / 2;
    if (r->grow_stack && stack + r->stack_words > BLOCK_SLAB_MAX)
        deeper = 3 * (stack + r->stack_words);
    return live + room + stack + 2 * r->stack_words + deeper;
}

/* Words of the next young block: survivors is a guess, at_most a bound. */
static word next_block_words(const struct proc *p, const struct gc_request *r, word survivors, word at_most, word stack)
{
    word wanted = block_target(p, r, survivors, stack), now = p->block_words;
    if (r->compact || (!p->busy && now < YOUNG_BUSY))
        now = 0;
    else if (now < YOUNG_BUSY && !r->needless && p->collections % 8 == 7)
        now *= 2;
    else if (now > YOUNG_BUSY && wanted < now / 4)
        now = max_of(2 * wanted, YOUNG_BUSY);
    word needed = at_most + r->heap_words + stack + r->stack_words;
    return max_of(max_of(wanted, now), needed + needed / 16);
}

/* The stack goes to the end of the new block (which may be the same one, shrunk), and the process with it. */
static void install_block(struct proc *p, word *block, word words, word *low)
{
    word *end = p->block + p->block_words, *new_end = block + words;
    iword delta = (u8 *)new_end - (u8 *)end;
    memmove(new_end - (end - low), low, (word)(end - low) * sizeof(word));
    if (p->fp)
        p->fp = (term *)((u8 *)p->fp + delta);
    if (p->args)
        p->args = (term *)((u8 *)p->args + delta);
    if (block != p->block) {
        poison(p->block, p->hp);
        poison(low, end);
        free_block(p->block, p->block_words);
    }
    p->block = block;
    p->block_words = words;
}

/* --- the collections --- */

/* What is not promoted stays young, however old it is. */
static bool minor(struct proc *p, const struct gc_request *r, bool promotes)
{
    word *low = proc_stack_low(p);
    word stack = (word)(p->block + p->block_words - low);
    word aged = promotes ? (word)(p->aged - p->block) : 0;
    word young = (word)(p->hp - p->block) - aged + p->fragment_words;
    if (aged && !p->more->old) {
        if (!heap_more(p))
            return false;
        word words, want = max_of(aged + OLD_ROOM_MIN, aged < OLD_ROOM_MIN ? 0 : OLD_ROOM_LARGE + 4 * aged);
        p->more->old = blocks_alloc(blocks(), want, &words);
        if (!p->more->old)
            return false;
        p->more->old_hp = p->more->old;
        p->more->old_end = p->more->old + words;
    }
    /* Large blocks are sized for the case that everything survives, and trimmed: what is never touched costs nothing.
     */
    word words, guess = p->block_words < BLOCK_SLAB_MAX ? young / 4 : young;
    word *block = blocks_alloc(blocks(), next_block_words(p, r, guess, young, stack), &words);
    if (!block)
        return false;

    struct gc g = {.p = p, .young = (word)p->block, .young_bytes = (word)((u8 *)p->hp - (u8 *)p->block)};
    g.aged_bytes = aged * sizeof(word);
    g.to = block;
    g.to_old = p->more->old_hp;
    keep_fragments_apart(&g, block, words);
    for (unsigned i = 0; i < r->n_roots; i++)
        evacuate(&g, &r->roots[i]->w, false);
    proc_each_root(p, evacuate_minor, note_spent_minor, &g);
    scan_remembered(&g);
    word *scan = block, *scan_old = p->more->old_hp;
    do {
        scan = scan_from(&g, scan, false);
        scan_old = scan_promoted(&g, scan_old, block);
    } while (scan < g.to);
    follow_spent(&g);
    if (p->more->old)
        p->more->old_hp = g.to_old;
    drop_remembered(&g, block);
    off_heap_sweep(p, false);
    free_fragments(p);

    word survived = (word)(g.to - block);
    if (words > BLOCK_SLAB_MAX)
        words = blocks_trim(blocks(), block, next_block_words(p, r, survived, survived, stack), survived);
    install_block(p, block, words, low);
    p->hp = p->aged = g.to;
    return true;
}

/* Copies all that is reached behind `to`; answers its end. The young block stays, emptied. */
static word *copy_everything(struct proc *p, const struct gc_request *r, word *to, word to_words)
{
    word *start = to, old_used = (word)(p->more->old_hp - p->more->old);
    struct gc g = {.p = p, .young = (word)p->block, .young_bytes = (word)((u8 *)p->hp - (u8 *)p->block), .to = to};
    g.old = (word)p->more->old;
    g.old_bytes = old_used * sizeof(word);
    keep_fragments_apart(&g, to, to_words);
    forget_all(p);
    for (unsigned i = 0; i < r->n_roots; i++)
        evacuate(&g, &r->roots[i]->w, true);
    proc_each_root(p, evacuate_full, note_spent_full, &g);
    scan_from(&g, start, true);
    follow_spent(&g);
    off_heap_sweep(p, true);
    free_fragments(p);
    poison(p->more->old, p->more->old_hp);
    free_block(p->more->old, old_used);
    if (p->more != &no_more)
        p->more->full_collections++;
    return g.to;
}

static bool full_into_block(struct proc *p, const struct gc_request *r, word live_at_most)
{
    word *low = proc_stack_low(p);
    word stack = (word)(p->block + p->block_words - low), words;
    word *block = blocks_alloc(blocks(), next_block_words(p, r, live_at_most / 4, live_at_most, stack), &words);
    if (!block)
        return false;
    word *hp = copy_everything(p, r, block, words);
    if (p->more != &no_more)
        p->more->old = p->more->old_hp = p->more->old_end = NULL;
    install_block(p, block, words, low);
    p->hp = p->aged = hp;
    return true;
}

/* Replaces the (empty) young block where another size suits better. */
static bool refit_block(struct proc *p, const struct gc_request *r)
{
    word *low = proc_stack_low(p);
    word stack = (word)(p->block + p->block_words - low), words;
    word needed = r->heap_words + stack + r->stack_words;
    word want = next_block_words(p, r, 0, 0, stack);
#ifndef LONA_GC_ALWAYS
    if (needed + needed / 16 <= p->block_words && want <= p->block_words && p->block_words <= 2 * want)
        return true;
#endif
    word *block = blocks_alloc(blocks(), want, &words);
    if (!block)
        return needed <= p->block_words;
    install_block(p, block, words, low);
    p->hp = p->aged = block;
    return true;
}

/* Room to promote into until the next full collection: as much as there is, and more while that is little. */
static word old_room(word live)
{
    return live < OLD_ROOM_LARGE / 7 ? 8 * live : live + OLD_ROOM_LARGE;
}

static bool full_into_old(struct proc *p, const struct gc_request *r, word live_at_most)
{
    word words;
    if (!heap_more(p))
        return false;
    word *old = blocks_alloc(blocks(), live_at_most + old_room(live_at_most), &words);
    if (!old)
        old = blocks_alloc(blocks(), live_at_most, &words);
    if (!old && r->full && (live_at_most = live_words(p, r)) != LIVE_UNKNOWN)
        old = blocks_alloc(blocks(), live_at_most, &words);
    if (!old)
        return false;
    word *end = copy_everything(p, r, old, words);
    word live = (word)(end - old);
    words = blocks_trim(blocks(), old, r->compact ? live : live + old_room(live), live);
    p->more->old = old;
    p->more->old_hp = end;
    p->more->old_end = old + words;
    poison(p->block, p->hp);
    p->hp = p->aged = p->block;
    return refit_block(p, r);
}

static bool oversized(const struct proc *p, const struct gc_request *r)
{
    word stack = (word)(p->block + p->block_words - proc_stack_low(p)), live = (word)(p->hp - p->block);
    return live <= MERGE_MAX && p->block_words > 2 * block_target(p, r, live, stack);
}
bool gc_run(struct proc *p, const struct gc_request *r)
{
    u64 started = p->more == &no_more ? 0 : port_monotonic_ns();
    word old_used = (word)(p->more->old_hp - p->more->old), young_used = (word)(p->hp - p->block) + p->fragment_words;
    bool full = r->full || p->full_due || (!p->more->old && p->aged - p->block <= GENERATIONS_MIN);
    if (p->more->old && p->aged - p->block > p->more->old_end - p->more->old_hp)
        full = true;
    bool done;
    if (!full)
        done = minor(p, r, !p->receiving); /* what refers into the message that is looked at is met again */
    else if (old_used + young_used <= MERGE_MAX)
        done = full_into_block(p, r, old_used + young_used);
    else
        done = full_into_old(p, r, old_used + young_used);
    if (full && !done && p->full_due != FULL_NEEDED) { /* there is no memory to copy what is old */
        done = minor(p, r, false);
        p->full_due = FULL_NOT_DUE;
    }
    /* The block had room for the case that all was alive. What collects once in a slice, or more seldom, keeps no more
     * than what lives in it needs, so that it is small while it waits; what collects often gets room
     * (next_block_words). */
    if (done && !p->busy && !p->more->old && oversized(p, r))
        done = full_into_block(p, r, (word)(p->hp - p->block));
    p->busy = true;
    if (done) {
        p->collections++;
        if (p->more != &no_more && started)
            p->more->collection_ns += port_monotonic_ns() - started;
        if (p->receiving && p->more->old)
            p->full_due = FULL_NEEDED;
    }
#ifdef LONA_CHECK_HEAP
    if (done)
        heap_check(p);
#endif
    return done;
}
