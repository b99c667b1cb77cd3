/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * blocks.h: blocks of words out of one address range. Two ranges use it: process memory, and the shared area.
 *
 *   base                                                       top             base + 4096 * max_pages
 *   | span table | slab | pages in use | free pages | slab | ...| never used ... |
 *
 * Blocks of up to BLOCK_SLAB_MAX words come from slabs of SLAB_PAGES pages that hold one size class each; larger ones
 * are whole pages, which coalesce when freed and go back to the port once too many of them lie idle. All book-keeping
 * is in the span table (one entry a page, only what is in use is ever touched), so free pages stay untouched.
 *
 * A block is not cleared. All calls are safe for several threads. Each worker keeps some small blocks that it freed for
 * its next calls (cached ranges), so that most take no lock.
 */
#ifndef LONA_BLOCKS_H
#define LONA_BLOCKS_H

#include "frontier.h"
#include "lock.h"
#include "lona/base.h"

#define BLOCK_PAGE_WORDS 512
#define BLOCK_SLAB_MAX 1024 /* words */
#define SLAB_PAGES 16
#define BLOCK_CLASSES 36
#define BLOCK_BINS 128

enum span_kind { SPAN_FREE, SPAN_USED, SPAN_SLAB };
struct span {
    u32 pages;      /* of the span: valid at its first and last page */
    u32 head;       /* first page: valid at the last page of a free span and at all pages of a slab */
    u32 prev, next; /* list of the bin or of the class's slabs with room; 0: end */
    u16 live;       /* slab: blocks in use */
    u16 bump;       /* slab: words handed out so far */
    u16 free;       /* slab: 1 + word offset of the first free block; its first word is the next such; 0: none */
    u8 kind;        /* enum span_kind */
    u8 class;       /* slab */
};

struct blocks {
    struct lock lock;
    bool cached; /* workers keep freed blocks of this range */
    word base;
    u32 first, top, max_pages; /* pages: behind the span table, behind all that was ever used */
    struct frontier frontier;
    struct span *spans;
    u64 *written;         /* a bit a page: behind the span table */
    u32 bins[BLOCK_BINS]; /* free spans by size */
    u64 bin_map[BLOCK_BINS / 64];
    u32 slabs[BLOCK_CLASSES]; /* slabs with room */
    word used_pages;          /* in slabs and large blocks */
    word idle_pages;          /* free and written, not given back */
    word used_words;          /* in blocks handed out */
};

/* Blocks that one worker keeps, linked through their first words. */
#define CACHE_BYTES_MAX 16384 /* of one class */
struct block_cache {
    word *first[BLOCK_CLASSES];
    u16 n[BLOCK_CLASSES];
};

/* Memory (bytes) that blocks leave to processes that were told that there is none, to those of high priority, and to
 * what belongs to no process. */
#define BLOCKS_SPARE ((word)12 << 20)

/* The range must be reserved and zero. One range may be cached. */
void blocks_init(struct blocks *b, word base, word bytes, bool cached);
/* Where memory is short, what lies idle in the range is given back: from any of them for any other. */
void blocks_reclaim_from(struct blocks *b);
/* At least words words (> 0); *got says how many. NULL: the range is full, or memory short. */
MUST_CHECK word *blocks_alloc(struct blocks *b, word words, word *got);
/* Is there more memory than so many bytes? Than what this process must leave to others? */
bool blocks_leave(word bytes);
bool blocks_have_memory(void);
void blocks_free(struct blocks *b, word *block);
/* The same, when only the first touched words were written to: the rest need not be given back to the port. */
void blocks_free_touched(struct blocks *b, word *block, word touched);
/* Words of the block. */
word blocks_words(const struct blocks *b, const word *block);
/* Frees what lies behind the first keep words (rounded up) of a large block; answers how many it has now. touched:
 * words from the start that were written to, so that the rest need not be given back. */
word blocks_trim(struct blocks *b, word *block, word keep, word touched);
/* In blocks handed out. */
word blocks_used_words(struct blocks *b);
/* All blocks, now, lie between these addresses. */
word blocks_begin(const struct blocks *b);
word blocks_end(struct blocks *b);
/* Gives all idle pages back. */
void blocks_release_idle(struct blocks *b);

#endif
