/* SPDX-License-Identifier: GPL-3.0-only */
/* What is in tables: entries, linear hashing; trees are in ordered.c. */
#include "run/tables.h"

#include "data/str.h"
#include "pure.h"
#include "run/native.h"
#include "term/blocks.h"
#include "term/equal.h"
#include "term/gc.h"
#include "term/off_heap.h"
#include "term/scan.h"
#include "term/sweep.h"

/* --- entries --- */

struct entry *entry_make(struct proc *p, term key, term value)
{
    struct {
        word hdr;
        term key, value;
    } both = {mk_header(T_TUPLE, 0, 2), key, value};
    const word both_words = sizeof both / sizeof(word);
    term cell = NIL;
    word words = copy_size(mk_box_ptr(&both), &cell), got;
    if (words == COPY_STAYS) {
        raise(p, E_NOT_SENDABLE, "%s belongs to the process that made it and cannot be put into a table",
              cell_that_stays(cell));
        return NULL;
    }
    struct entry *e = words < COPY_STAYS && words <= ~(u32)0
                          ? (struct entry *)blocks_alloc(&process_blocks, ENTRY_HEAD_WORDS - both_words + words, &got)
                          : NULL;
    if (!e) {
        raise(p, E_OUT_OF_MEMORY, "an entry");
        return NULL;
    }
    *e = (struct entry){.words = (u32)(words - both_words), .refs = 1};
    word *to = &e->hdr;
    if (is_none(copy_into(&to, &e->off_heap, mk_box_ptr(&both)))) {
        entry_release(e);
        raise(p, E_OUT_OF_MEMORY, "an entry");
        return NULL;
    }
    native_charge(p, words / COPIED_WORDS_A_REDUCTION);
    return e;
}

void entry_release(struct entry *e)
{
    if (__atomic_sub_fetch(&e->refs, 1, __ATOMIC_ACQ_REL))
        return;
    for (word *o = e->off_heap, *next; o; o = next) {
        next = ((struct obj_lstring *)o)->next;
        bin_release(((struct obj_lstring *)o)->bin);
    }
    blocks_free(&process_blocks, (word *)e);
}

/* All pointers of an entry lead into it or to the shared area: its words are moved as they are. */
term entry_copy(struct proc *p, const struct entry *e, term part)
{
    word from = (word)e->term, bytes = e->words * sizeof(word);
    shared_keep_words(&e->hdr, e->term + e->words);
    if (!is_pointer(part) || part.w - from >= bytes)
        return part;
    word *to = heap_take(p, e->words), move = (word)to - from;
    memcpy(to, e->term, bytes);
    for (word *at = to, *end = to + e->words; at < end; at++) {
        word w = *at;
        if (is_header(w)) {
            if (hdr_type(w) == T_LSTRING || hdr_type(w) == T_LBINARY) {
                bin_retain(((struct obj_lstring *)at)->bin);
                off_heap_adopt_one(p, at);
            }
            at += scan_skip(w);
        } else if (is_pointer_word(w) && w - from < bytes) {
            *at = w + move;
        }
    }
    return TERM(part.w + move);
}

/* --- linear hashing --- */

static unsigned log2_of(u32 n)
{
    return 31 - (unsigned)__builtin_clz(n);
}
static u64 reversed48(u64 x)
{
    x = __builtin_bswap64(x);
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0full) | (x & 0x0f0f0f0f0f0f0f0full) << 4;
    x = (x >> 2 & 0x3333333333333333ull) | (x & 0x3333333333333333ull) << 2;
    x = (x >> 1 & 0x5555555555555555ull) | (x & 0x5555555555555555ull) << 1;
    return x >> 16;
}
static unsigned segment_of(u32 bucket)
{
    return bucket < FIRST_SEGMENT ? 0 : log2_of(bucket / FIRST_SEGMENT) + 1;
}
static u32 segment_start(unsigned segment)
{
    return segment ? (u32)FIRST_SEGMENT << (segment - 1) : 0;
}
static word segment_size(unsigned segment)
{
    return segment ? (word)FIRST_SEGMENT << (segment - 1) : FIRST_SEGMENT;
}
static struct entry **bucket_at(struct stripe *s, u32 bucket)
{
    unsigned k = segment_of(bucket);
    return &s->segment[k][bucket - segment_start(k)];
}
static u32 bucket_of(const struct stripe *s, u64 hash)
{
    unsigned bits = log2_of(s->buckets);
    u32 i = (u32)(hash & (((u64)2 << bits) - 1));
    return i < s->buckets ? i : i & ((1u << bits) - 1);
}
static bool bucket_make(struct stripe *s)
{
    unsigned k = segment_of(s->buckets);
    if (k >= SEGMENTS)
        return false;
    if (!s->segment[k]) {
        word got;
        s->segment[k] = (struct entry **)blocks_alloc(&process_blocks, segment_size(k), &got);
        if (!s->segment[k])
            return false;
        memset(s->segment[k], 0, segment_size(k) * sizeof(struct entry *));
    }
    s->buckets++;
    return true;
}
bool hash_ready(struct stripe *s)
{
    return s->buckets || bucket_make(s);
}
/* Without memory the chains get longer. */
static void grow(struct stripe *s)
{
    u32 new = s->buckets, old = new & ~(1u << log2_of(new));
    u64 bit = (u64)1 << log2_of(new);
    if (!bucket_make(s))
        return;
    struct entry **stay = bucket_at(s, old), **go = bucket_at(s, new);
    for (struct entry *e = *stay; e; e = e->next) {
        struct entry ***end = e->hash & bit ? &go : &stay;
        **end = e;
        *end = &e->next;
    }
    *stay = *go = NULL;
}
static void last_bucket_free(struct stripe *s)
{
    unsigned k = segment_of(--s->buckets);
    if (s->buckets == segment_start(k)) {
        blocks_free(&process_blocks, (word *)s->segment[k]);
        s->segment[k] = NULL;
    }
}
static void shrink(struct stripe *s)
{
    u32 last = s->buckets - 1;
    struct entry **end = bucket_at(s, last & ~(1u << log2_of(last)));
    while (*end)
        end = &(*end)->next;
    *end = *bucket_at(s, last);
    last_bucket_free(s);
}

struct entry **hash_find(struct stripe *s, u64 hash, term key)
{
    static struct entry *nothing;
    if (!s->buckets)
        return &nothing;
    struct entry **place = bucket_at(s, bucket_of(s, hash));
    while (*place && ((*place)->hash != hash || !key_equal((*place)->key, key)))
        place = &(*place)->next;
    return place;
}
void hash_add(struct stripe *s, struct entry **place, struct entry *e)
{
    e->next = *place;
    *place = e;
    e->stamp = ++s->stamp;
    s->words += ENTRY_HEAD_WORDS + e->words;
    if (++s->count > s->buckets)
        grow(s);
}
struct entry *hash_remove(struct stripe *s, struct entry **place)
{
    struct entry *e = *place;
    *place = e->next;
    s->words -= ENTRY_HEAD_WORDS + e->words;
    if (--s->count < s->buckets / 4 && s->buckets > FIRST_SEGMENT)
        shrink(s);
    return e;
}

u64 hash_bucket(struct stripe *s, u64 position, void (*visit)(void *context, struct entry *e), void *context)
{
    if (!s->buckets)
        return STRIPE_END;
    u32 i = bucket_of(s, reversed48(position)), whole = 1u << log2_of(s->buckets);
    unsigned bits = log2_of(s->buckets) + (i >= whole || i < s->buckets - whole);
    for (struct entry *e = *bucket_at(s, i); e; e = e->next)
        if (reversed48(e->hash) >= position)
            visit(context, e);
    return reversed48(i) + (STRIPE_END >> bits);
}

/* --- emptying --- */

static word ordered_free_some(struct stripe *s, word budget)
{
    struct path path;
    for (struct entry *e; budget && (e = ordered_edge(s, true, &path)) != NULL; budget--) {
        ordered_remove(s, &path);
        entry_release(e);
    }
    return budget;
}
word stripe_free_some(struct stripe *s, bool ordered, word budget)
{
    if (ordered)
        return ordered_free_some(s, budget);
    while (budget && s->buckets) {
        struct entry **first = bucket_at(s, s->buckets - 1), *e = *first;
        if (e) {
            *first = e->next;
            s->count--;
            s->words -= ENTRY_HEAD_WORDS + e->words;
            entry_release(e);
        } else {
            last_bucket_free(s);
        }
        budget--;
    }
    return budget;
}
