/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * blocks.c: the allocator of blocks.h. Small: slabs by size class, first in last out. Large: best bin, first fit in it.
 */
#include "term/blocks.h"

#include "hostile.h"
#include "port.h"
#include "run/procs.h"
#include "run/worker.h"
#include "term/sweep.h"

#define PAGE_BYTES (BLOCK_PAGE_WORDS * 8)
#define SLAB_WORDS (SLAB_PAGES * BLOCK_PAGE_WORDS)
/* Idle pages that are kept however little is in use: they are warm, and a collection needs them again soon. */
#define IDLE_PAGES_MIN ((word)32 << 20 >> 12)

/* The port is told of blocks from this size on: with small pages half the time of filling them would go into page
 * faults. */
#define EXPECT_PAGES ((word)4 << 20 >> 12)

/* --- size classes: 1..8 words one by one, then four an octave --- */

static unsigned class_of(word words)
{
    if (words <= 8)
        return (unsigned)words - 1;
    unsigned e = 63 - (unsigned)__builtin_clzll(words - 1);
    return 8 + (e - 3) * 4 + (((words - 1) >> (e - 2)) & 3);
}
static word class_words(unsigned class)
{
    if (class < 8)
        return class + 1;
    class -= 8;
    return (word)(5 + class % 4) << (class / 4 + 1);
}
static unsigned bin_of(word pages)
{
    if (pages < 4)
        return (unsigned)pages;
    unsigned e = 63 - (unsigned)__builtin_clzll(pages);
    return 4 * (e - 1) + ((pages >> (e - 2)) & 3);
}

static word *page_address(const struct blocks *b, u32 page)
{
    return (word *)(b->base + (word)page * PAGE_BYTES);
}
static u32 page_of(const struct blocks *b, const word *at)
{
    return (u32)(((word)at - b->base) / PAGE_BYTES);
}

/* --- lists --- */

static void list_push(struct blocks *b, u32 *list, u32 at)
{
    struct span *s = &b->spans[at];
    s->prev = 0;
    s->next = *list;
    if (*list)
        b->spans[*list].prev = at;
    *list = at;
}
static void list_remove(struct blocks *b, u32 *list, u32 at)
{
    struct span *s = &b->spans[at];
    if (s->prev)
        b->spans[s->prev].next = s->next;
    else
        *list = s->next;
    if (s->next)
        b->spans[s->next].prev = s->prev;
}

/* --- written pages: those that hold memory of the port's, written since they came from it; one bit a page --- */

/* The bits of word i of the map that stand for pages from..end-1. */
static u64 written_mask(u32 i, u32 from, u32 end)
{
    u64 mask = ~(u64)0;
    if (from > i * 64)
        mask <<= from % 64;
    if (end - i * 64 < 64)
        mask &= ((u64)1 << end % 64) - 1;
    return mask;
}
static void written_set(struct blocks *b, u32 from, u32 pages)
{
    for (u32 i = from / 64, end = from + pages; i * 64 < end; i++)
        b->written[i] |= written_mask(i, from, end);
}
static u32 written_count(const struct blocks *b, u32 from, u32 pages)
{
    u32 n = 0;
    for (u32 i = from / 64, end = from + pages; i * 64 < end; i++)
        n += (u32)__builtin_popcountll(b->written[i] & written_mask(i, from, end));
    return n;
}
/* A port may give back in larger pieces only: with a run of pages go those around it that hold nothing, up to there. */
#define PIECE_PAGES (((word)2 << 20) / PAGE_BYTES)
static bool is_written(const struct blocks *b, u32 page)
{
    return b->written[page / 64] >> page % 64 & 1;
}
static u32 unwritten_below(const struct blocks *b, u32 page, u32 from)
{
    u32 piece = (u32)(page & ~(PIECE_PAGES - 1));
    while (page > from && page > piece && !is_written(b, page - 1))
        page--;
    return page;
}
static u32 unwritten_above(const struct blocks *b, u32 page, u32 end)
{
    u32 piece = (u32)((page + PIECE_PAGES - 1) & ~(PIECE_PAGES - 1));
    while (page < end && page < piece && !is_written(b, page))
        page++;
    return page;
}
/* Gives back what was written of the free pages from..from+pages-1, last pages first, until only keep pages are idle.
 */
static void written_release(struct blocks *b, u32 from, u32 pages, word keep)
{
    u32 end = from + pages;
    while (end > from && b->idle_pages > keep) {
        u32 i = (end - 1) / 64;
        u64 mask = written_mask(i, from, end), bits = b->written[i] & mask;
        if (!bits) {
            end = i * 64;
            continue;
        }
        /* A run of written pages that ends at the highest bit, over words that are full. */
        u32 last = i * 64 + 63 - (u32)__builtin_clzll(bits), first = last;
        while (first > from && last - first < b->idle_pages - keep - 1 &&
               b->written[(first - 1) / 64] >> (first - 1) % 64 & 1)
            first--;
        for (u32 page = first; page <= last; page++)
            b->written[page / 64] &= ~((u64)1 << page % 64);
        b->idle_pages -= last - first + 1;
        u32 low = unwritten_below(b, first, from), high = unwritten_above(b, last + 1, from + pages);
        port_map_use((word)page_address(b, low), (word)(high - low) * PAGE_BYTES, PORT_USE_NONE);
        end = first;
    }
}

/* --- spans of pages --- */

static void free_span_insert(struct blocks *b, u32 at, u32 pages)
{
    struct span *s = &b->spans[at];
    unsigned bin = bin_of(pages);
    s->kind = SPAN_FREE;
    s->pages = pages;
    struct span *last = &b->spans[at + pages - 1];
    last->kind = SPAN_FREE;
    last->pages = pages;
    last->head = at;
    list_push(b, &b->bins[bin], at);
    b->bin_map[bin / 64] |= 1ull << (bin % 64);
}

static void free_span_remove(struct blocks *b, u32 at)
{
    struct span *s = &b->spans[at];
    unsigned bin = bin_of(s->pages);
    list_remove(b, &b->bins[bin], at);
    if (!b->bins[bin])
        b->bin_map[bin / 64] &= ~(1ull << (bin % 64));
}

/* A free span of at least pages pages, or 0. */
static u32 find_free(struct blocks *b, u32 pages)
{
    unsigned bin = bin_of(pages);
    unsigned tries = 16;
    for (u32 at = b->bins[bin]; at && tries; at = b->spans[at].next, tries--) {
        if (b->spans[at].pages >= pages)
            return at;
    }
    for (bin++; bin < BLOCK_BINS; bin = (bin | 63) + 1) {
        u64 map = b->bin_map[bin / 64] >> (bin % 64);
        if (map)
            return b->bins[bin + (unsigned)__builtin_ctzll(map)];
    }
    return 0;
}

/* Takes pages from the end of the range used so far, with the free span that may lie before it. */
static u32 take_top(struct blocks *b, u32 pages)
{
    u32 at = b->top;
    const struct span *last = &b->spans[b->top - 1];
    bool joined = last->kind == SPAN_FREE && last->pages;
    if (joined)
        at = last->head;
    if (pages > b->max_pages - at)
        return 0;
    if (joined)
        free_span_remove(b, at);
    b->top = at + pages;
    frontier_move(&b->frontier, b->base, (word)page_address(b, b->top));
    return at;
}

/* How much memory this process must leave: some is kept for those that were told that there is none, and for what they
 * need to end in order. */
static word spare(void)
{
    const struct proc *p = worker_this()->proc;
    if (!p || (p->reserve == RESERVE_OPEN && is_nil(p->parent)))
        return 0;
    return p->reserve || p->priority <= PRIORITY_HIGH ? BLOCKS_SPARE / 2 : BLOCKS_SPARE;
}
/* Is there memory for the pages of a free span? */
static bool pages_are_there(struct blocks *b, u32 at, u32 pages)
{
    u32 fresh = pages - written_count(b, at, pages);
    word address = (word)page_address(b, at), bytes = (word)pages * PAGE_BYTES;
    word others = b->cached ? spare() : 0; /* what is needed in the shared area was asked for: shared_has_room */
    return !fresh || (port_memory(PORT_MEMORY_LEFT) >= others + (word)fresh * PAGE_BYTES &&
                      port_map_use(address, bytes, PORT_USE_NEEDED));
}
static u32 pages_find(struct blocks *b, u32 pages)
{
    u32 at = find_free(b, pages);
    if (at) {
        u32 have = b->spans[at].pages;
        free_span_remove(b, at);
        if (have > pages)
            free_span_insert(b, at + pages, have - pages);
    } else {
        at = take_top(b, pages);
    }
    return at;
}
/* Makes pages, which belong to nobody, a free span together with those beside them. */
static void free_span_join(struct blocks *b, u32 at, u32 pages)
{
    struct span *before = &b->spans[at - 1];
    if (before->kind == SPAN_FREE && before->pages) {
        u32 head = before->head;
        pages += b->spans[head].pages;
        free_span_remove(b, head);
        at = head;
    }
    u32 end = at + pages;
    if (end < b->top && b->spans[end].kind == SPAN_FREE) {
        pages += b->spans[end].pages;
        free_span_remove(b, end);
    }
    free_span_insert(b, at, pages);
}

static u32 pages_alloc(struct blocks *b, u32 pages, enum span_kind kind)
{
    u32 at = pages_find(b, pages);
    if (UNLIKELY(at && !pages_are_there(b, at, pages))) {
        free_span_join(b, at, pages);
        at = 0;
    }
    if (!at)
        return 0;
    struct span *s = &b->spans[at];
    s->kind = kind;
    s->pages = pages;
    b->spans[at + pages - 1].kind = kind;
    b->spans[at + pages - 1].pages = pages;
    b->used_pages += pages;
    b->idle_pages -= written_count(b, at, pages);
    return at;
}

/* Large spans first: what is small is taken again sooner. */
static void release_idle(struct blocks *b, word keep)
{
    for (unsigned bin = BLOCK_BINS; bin-- && b->idle_pages > keep;) {
        for (u32 at = b->bins[bin]; at && b->idle_pages > keep; at = b->spans[at].next)
            written_release(b, at, b->spans[at].pages, keep);
    }
}

/* touched: so many from the first on may have been written to. */
static void pages_free(struct blocks *b, u32 at, u32 pages, u32 touched)
{
    b->used_pages -= pages;
    written_set(b, at, touched);
    b->idle_pages += written_count(b, at, pages);
    if (touched + PIECE_PAGES <= pages)
        port_map_use((word)page_address(b, at + touched), (word)(pages - touched) * PAGE_BYTES, PORT_USE_UNTOUCHED);
    free_span_join(b, at, pages);
    word keep = b->used_pages / 2;
    if (keep < IDLE_PAGES_MIN)
        keep = IDLE_PAGES_MIN;
    if (UNLIKELY(b->idle_pages > keep))
        release_idle(b, keep - keep / 4);
}

/* --- slabs --- */

static word *slab_alloc(struct blocks *b, unsigned class)
{
    word words = class_words(class);
    u32 at = b->slabs[class];
    if (UNLIKELY(!at)) {
        at = pages_alloc(b, SLAB_PAGES, SPAN_SLAB);
        if (!at)
            return NULL;
        for (u32 i = 0; i < SLAB_PAGES; i++) {
            b->spans[at + i].kind = SPAN_SLAB;
            b->spans[at + i].head = at;
        }
        struct span *s = &b->spans[at];
        s->live = s->bump = s->free = 0;
        s->class = (u8) class;
        list_push(b, &b->slabs[class], at);
    }
    struct span *s = &b->spans[at];
    word *base = page_address(b, at), *block;
    if (s->free) {
        block = base + (s->free - 1);
        s->free = (u16)*block;
    } else {
        block = base + s->bump;
        s->bump = (u16)(s->bump + words);
    }
    s->live++;
    b->used_words += words;
    if (!s->free && s->bump + words > SLAB_WORDS)
        list_remove(b, &b->slabs[class], at);
    return block;
}

static void slab_free(struct blocks *b, u32 at, word *block)
{
    struct span *s = &b->spans[at];
    word words = class_words(s->class);
    bool was_full = !s->free && s->bump + words > SLAB_WORDS;
#ifdef LONA_DEBUG
    for (word i = 1; i < words; i++)
        block[i] = POISON;
#endif
    *block = s->free;
    s->free = (u16)(block - page_address(b, at) + 1);
    s->live--;
    b->used_words -= words;
    if (was_full)
        list_push(b, &b->slabs[s->class], at);
    /* An empty slab goes, but for the last one with room: a class in use would make it again at once. */
    if (s->live == 0 && (s->prev || s->next)) {
        list_remove(b, &b->slabs[s->class], at);
        pages_free(b, at, SLAB_PAGES, SLAB_PAGES);
    }
}

/* --- what workers keep --- */

/* Blocks of a class that are fetched or given back at once. */
static unsigned batch(unsigned class)
{
    word blocks = CACHE_BYTES_MAX / 8 / class_words(class) / 2;
    return blocks > 32 ? 32 : blocks ? (unsigned)blocks : 1;
}
static COLD bool cache_fill(struct blocks *b, struct block_cache *c, unsigned class)
{
    lock_take(&b->lock);
    for (unsigned i = batch(class); i; i--) {
        word *block = slab_alloc(b, class);
        if (!block)
            break;
        *block = (word)c->first[class];
        c->first[class] = block;
        c->n[class]++;
    }
    lock_release(&b->lock);
    return c->n[class] != 0;
}
static COLD void cache_spill(struct blocks *b, struct block_cache *c, unsigned class)
{
    lock_take(&b->lock);
    for (unsigned i = batch(class); i && c->n[class]; i--) {
        word *block = c->first[class];
        c->first[class] = (word *)*block;
        c->n[class]--;
        slab_free(b, b->spans[page_of(b, block)].head, block);
    }
    lock_release(&b->lock);
}
static word *cache_alloc(struct blocks *b, unsigned class)
{
    struct block_cache *c = &worker_this()->cache;
    if (UNLIKELY(!c->n[class]) && !cache_fill(b, c, class))
        return NULL;
    word *block = c->first[class];
    c->first[class] = (word *)*block;
    c->n[class]--;
    return block;
}
static void cache_free(struct blocks *b, unsigned class, word *block)
{
    struct block_cache *c = &worker_this()->cache;
#ifdef LONA_DEBUG
    for (word i = 1; i < class_words(class); i++)
        block[i] = POISON;
#endif
    *block = (word)c->first[class];
    c->first[class] = block;
    if (UNLIKELY(++c->n[class] > 2 * batch(class)))
        cache_spill(b, c, class);
}

/* --- the interface --- */

static struct blocks *ranges[2];
static unsigned n_ranges;

void blocks_reclaim_from(struct blocks *b)
{
    ENSURE(n_ranges < ARRAY_LEN(ranges), "there are few ranges");
    ranges[n_ranges++] = b;
}

void blocks_init(struct blocks *b, word base, word bytes, bool cached)
{
    *b = (struct blocks){
        .base = base, .max_pages = (u32)(bytes / PAGE_BYTES), .spans = (struct span *)base, .cached = cached};
    word table_bytes = (word)b->max_pages * sizeof(struct span);
    b->written = (u64 *)(base + table_bytes);
    table_bytes += ((word)b->max_pages + 63) / 64 * sizeof(u64);
    b->first = b->top = (u32)((table_bytes + PAGE_BYTES - 1) / PAGE_BYTES);
    b->spans[b->top - 1].kind = SPAN_USED; /* stops coalescing at the table */
}

static word *pages_block(struct blocks *b, word words, word *got)
{
    word pages = (words + BLOCK_PAGE_WORDS - 1) / BLOCK_PAGE_WORDS;
    u32 at = pages < b->max_pages && words <= (word)b->max_pages * BLOCK_PAGE_WORDS
                 ? pages_alloc(b, (u32)pages, SPAN_USED)
                 : 0;
    if (!at)
        return NULL;
    *got = pages * BLOCK_PAGE_WORDS;
    b->used_words += *got;
    if (pages >= EXPECT_PAGES)
        port_map_use((word)page_address(b, at), pages * PAGE_BYTES, PORT_USE_EXPECTED);
    return page_address(b, at);
}

static word *try_alloc(struct blocks *b, word words, word *got)
{
    if (LIKELY(words <= BLOCK_SLAB_MAX)) {
        unsigned class = class_of(words);
        *got = class_words(class);
        if (b->cached)
            return cache_alloc(b, class);
        lock_take(&b->lock);
        word *block = slab_alloc(b, class);
        lock_release(&b->lock);
        return block;
    }
    lock_take(&b->lock);
    word *block = pages_block(b, words, got);
    lock_release(&b->lock);
    return block;
}
static COLD bool reclaim(void)
{
    bool any = false;
    sweep_soon(); /* for the next time */
    for (unsigned i = 0; i < n_ranges; i++) {
        any |= __atomic_load_n(&ranges[i]->idle_pages, __ATOMIC_RELAXED) != 0;
        blocks_release_idle(ranges[i]);
    }
    return any;
}
bool blocks_leave(word bytes)
{
    return port_memory(PORT_MEMORY_LEFT) > bytes || (reclaim() && port_memory(PORT_MEMORY_LEFT) > bytes);
}
bool blocks_have_memory(void)
{
    return blocks_leave(spare());
}
/* Where memory is short what lies idle is given back first. */
word *blocks_alloc(struct blocks *b, word words, word *got)
{
    word *block = try_alloc(b, words, got);
    return UNLIKELY(!block) && reclaim() ? try_alloc(b, words, got) : block;
}

static bool is_slab(const struct blocks *b, const word *block)
{
    return b->spans[page_of(b, block)].kind == SPAN_SLAB;
}
static unsigned slab_class(const struct blocks *b, const word *block)
{
    return b->spans[b->spans[page_of(b, block)].head].class;
}

void blocks_free(struct blocks *b, word *block)
{
    u32 at = page_of(b, block);
    struct span *s = &b->spans[at];
    if (is_slab(b, block) && b->cached) {
        cache_free(b, slab_class(b, block), block);
        return;
    }
    lock_take(&b->lock);
    if (s->kind == SPAN_SLAB) {
        slab_free(b, s->head, block);
    } else {
        ASSERT(s->kind == SPAN_USED && block == page_address(b, at), "what is freed is a block in use");
        b->used_words -= (word)s->pages * BLOCK_PAGE_WORDS;
        pages_free(b, at, s->pages, s->pages);
    }
    lock_release(&b->lock);
}

/* In parts, so that who allocates meanwhile waits for one of them only; what is freed meanwhile may stay. */
#define RELEASED_AT_ONCE 1024
void blocks_release_idle(struct blocks *b)
{
    word parts = 0;
    do {
        lock_take(&b->lock);
        if (!parts)
            parts = b->idle_pages / RELEASED_AT_ONCE + 1;
        release_idle(b, b->idle_pages > RELEASED_AT_ONCE ? b->idle_pages - RELEASED_AT_ONCE : 0);
        lock_release(&b->lock);
    } while (--parts);
}

word blocks_begin(const struct blocks *b)
{
    return b->base + (word)b->first * PAGE_BYTES;
}
word blocks_end(struct blocks *b)
{
    lock_take(&b->lock);
    word end = b->base + (word)b->top * PAGE_BYTES;
    lock_release(&b->lock);
    return end;
}
word blocks_used_words(struct blocks *b)
{
    lock_take(&b->lock);
    word used = b->used_words;
    lock_release(&b->lock);
    return used;
}

void blocks_free_touched(struct blocks *b, word *block, word touched)
{
    blocks_trim(b, block, touched, touched);
    blocks_free(b, block);
}

word blocks_words(const struct blocks *b, const word *block)
{
    return is_slab(b, block) ? class_words(slab_class(b, block))
                             : (word)b->spans[page_of(b, block)].pages * BLOCK_PAGE_WORDS;
}

word blocks_trim(struct blocks *b, word *block, word keep, word touched)
{
    u32 at = page_of(b, block);
    struct span *s = &b->spans[at];
    if (s->kind == SPAN_SLAB)
        return blocks_words(b, block);
    u32 pages = (u32)((keep + BLOCK_PAGE_WORDS - 1) / BLOCK_PAGE_WORDS);
    if (pages <= BLOCK_SLAB_MAX / BLOCK_PAGE_WORDS)
        pages = BLOCK_SLAB_MAX / BLOCK_PAGE_WORDS + 1;
    u32 had = s->pages;
    if (pages >= had)
        return (word)had * BLOCK_PAGE_WORDS;
    lock_take(&b->lock);
    s->pages = pages;
    b->spans[at + pages - 1].kind = SPAN_USED;
    b->spans[at + pages - 1].pages = pages;
    b->used_words -= (word)(had - pages) * BLOCK_PAGE_WORDS;
    u32 written = (u32)((touched + BLOCK_PAGE_WORDS - 1) / BLOCK_PAGE_WORDS);
    written_set(b, at, written < pages ? written : pages);
    pages_free(b, at + pages, had - pages, written > pages ? written - pages : 0);
    lock_release(&b->lock);
    return (word)pages * BLOCK_PAGE_WORDS;
}
