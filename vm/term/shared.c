/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * shared.c: the shared immutable area: objects that any process may refer to and that never move.
 *
 *   SHARED_BASE   one bit a word: an object begins here
 *   + 1/64        one bit a word: an object that was reached in this sweep
 *   + 2/64        blocks (blocks.h), one an object
 *
 * A sweep (sweep.h) marks what is reached and frees the rest. Code of the VM holds shared terms in C variables freely
 * between two looks of its worker at the scheduler.
 */
#include "term/shared.h"

#include "data/str.h"
#include "hostile.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "term/gc.h"
#include "term/scan.h"

#define BITMAP_BYTES (SHARED_BYTES / 64)
#define BLOCKS_BASE (SHARED_BASE + 2 * BITMAP_BYTES)
/*
 * A cycle begins once so many bytes were retired, and a part of what there is (SWEEP_PART), or so many are new. Where
 * most of what was new stayed (code is being loaded), twice as much may be new before the next one; at most
 * SWEEP_NEW_BYTES, or what there is.
 */
#define SWEEP_MIN_BYTES ((word)1 << 20)
#define SWEEP_PART 20
#define SWEEP_NEW_BYTES ((word)32 << 20)

static struct {
    struct blocks blocks;
    struct nested_lock roots;
    term **root;
    word n_roots, max_roots;
    /* atomic: */
    word retired_bytes;
    word new_bytes;   /* since the last sweep */
    word swept_bytes; /* in use after the last sweep */
    word stayed;      /* sweeps in a row that freed less than half of what was new */
} shared;

/* --- bitmaps --- */

static u64 *begins(void)
{
    return (u64 *)SHARED_BASE;
}
static u64 *marks(void)
{
    return (u64 *)(SHARED_BASE + BITMAP_BYTES);
}
static word bit_of(const word *o)
{
    return ((word)o - SHARED_BASE) / 8;
}

/* --- allocation --- */

void shared_init(void)
{
    blocks_init(&shared.blocks, BLOCKS_BASE, SHARED_BASE + SHARED_BYTES - BLOCKS_BASE, false);
    blocks_init(&process_blocks, HEAPS_BASE, HEAPS_BYTES, true);
    blocks_reclaim_from(&shared.blocks);
    blocks_reclaim_from(&process_blocks);
}

static word *try_alloc(word words)
{
    word got, *o = blocks_alloc(&shared.blocks, words, &got);
    if (LIKELY(o)) {
        word bit = bit_of(o);
        if (UNLIKELY(sweep_phase_now() >= SWEEP_KEEPING))
            sweep_born(o);
        __atomic_or_fetch(&begins()[bit / 64], 1ull << (bit % 64), __ATOMIC_RELEASE);
        __atomic_add_fetch(&shared.new_bytes, got * 8, __ATOMIC_RELAXED);
    }
    return o;
}

word *shared_alloc(word words_with_header)
{
    word *o = try_alloc(words_with_header);
    ENSURE(o, "the shared area has room");
    return o;
}

word *shared_alloc_box(enum type type, unsigned aux, word words)
{
    word *o = shared_alloc(1 + words);
    *o = mk_header(type, aux, words);
    return o;
}

word *shared_try_alloc(word words)
{
    return words < SHARED_BYTES / 8 && blocks_have_memory() ? try_alloc(words) : NULL;
}

static void finalize(word *o)
{
    switch (is_header(*o) ? (enum type)hdr_type(*o) : T_TUPLE) {
    case T_LSTRING:
    case T_LBINARY:
        bin_release(((struct obj_lstring *)o)->bin);
        break;
    default:
        break;
    }
}

void shared_free(word *o)
{
    if (UNLIKELY(sweep_phase_now() != SWEEP_IDLE))
        return; /* the collector may have a reference; the next cycle frees it */
    word bit = bit_of(o);
    finalize(o);
    __atomic_and_fetch(&begins()[bit / 64], ~(1ull << (bit % 64)), __ATOMIC_RELAXED);
    blocks_free(&shared.blocks, o);
}

word shared_used_bytes(void)
{
    return blocks_used_words(&shared.blocks) * 8;
}

void shared_root(term *variable)
{
    HOLD(&shared.roots);
    if (shared.n_roots == shared.max_roots) {
        word max = shared.max_roots ? shared.max_roots * 2 : 64;
        term **more = port_realloc(shared.root, max * sizeof *more);
        ENSURE(more, "there is memory for the list of roots");
        shared.root = more;
        shared.max_roots = max;
    }
    shared.root[shared.n_roots++] = variable;
}

/* --- retiring --- */

/* Of an object that others may see: cells change, and the headers of some. */
static word peek(const word *at)
{
    return __atomic_load_n(at, BY_ADDRESS);
}
/* Bytes of the object with its nearest parts, *budget objects at most: a guess, since what else refers to them is
 * unknown. */
static word size_guess(term t, unsigned *budget)
{
    struct {
        const word *from, *end;
    } todo[8];
    unsigned n = 0;
    word bytes = 0;
    for (;;) {
        if (is_pointer(t) && is_shared(t) && t.w >= BLOCKS_BASE && *budget) {
            const word *o = pointer_target(t.w);
            word first = peek(o);
            const word *end = o + (is_header(first) ? 1 + hdr_words(first) : 2);
            enum type type = is_header(first) ? (enum type)hdr_type(first) : T_TUPLE;
            bool is_name = type == T_SYMBOL || type == T_KEYWORD || type == T_VAR || type == T_NS;
            if (!is_name) {
                --*budget;
                bytes += (word)((const u8 *)end - (const u8 *)o);
                if (type == T_LSTRING || type == T_LBINARY)
                    bytes += ((const struct obj_lstring *)o)->bin->bytes;
                if (n < ARRAY_LEN(todo)) {
                    todo[n].from = is_header(first) ? o + 1 + scan_skip(first) : o;
                    todo[n++].end = end;
                }
            }
            if (type == T_CODE) {
                t = ((const struct code *)o)->debug;
                continue;
            }
            if (type == T_FN) {
                t = mk_box_ptr(fn_code(t));
                continue;
            }
        }
        while (n && todo[n - 1].from == todo[n - 1].end)
            n--;
        if (!n || !*budget)
            return bytes;
        t = TERM(peek(todo[n - 1].from++));
    }
}

void shared_retire(term value)
{
    unsigned budget = 16;
    shared_keep(value);
    __atomic_add_fetch(&shared.retired_bytes, size_guess(value, &budget), __ATOMIC_RELAXED);
}
void shared_swap(term *slot, term value)
{
    shared_keep(slot_read(slot)); /* before the collector can miss it */
    shared_keep(value);
    shared_retire(slot_exchange(slot, value));
}
bool shared_swap_if(term *slot, term old, term value)
{
    word expected = old.w;
    shared_keep(old);
    shared_keep(value);
    bool set = __atomic_compare_exchange_n(&slot->w, &expected, value.w, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    shared_retire(set ? old : value);
    return set;
}

/* --- for the collector --- */

void shared_each_root(void (*visit)(void *context, term *root), void *context)
{
    HOLD(&shared.roots);
    for (word i = 0; i < shared.n_roots; i++)
        visit(context, shared.root[i]);
}

bool shared_holds(word address)
{
    return address - BLOCKS_BASE < SHARED_BASE + SHARED_BYTES - BLOCKS_BASE;
}
bool shared_is_object(const word *o)
{
    word bit = bit_of(o);
    return __atomic_load_n(&begins()[bit / 64], __ATOMIC_RELAXED) >> (bit % 64) & 1;
}
bool shared_is_marked(const word *o)
{
    word bit = bit_of(o);
    return __atomic_load_n(&marks()[bit / 64], __ATOMIC_RELAXED) >> (bit % 64) & 1;
}
bool shared_mark(const word *o)
{
    word bit = bit_of(o);
    u64 mask = 1ull << (bit % 64);
    return !shared_is_marked(o) && !(__atomic_fetch_or(&marks()[bit / 64], mask, __ATOMIC_RELAXED) & mask);
}

/* Words of a bitmap up to the one for the last block; the first for any block. */
static word bitmap_end(void)
{
    return (bit_of((const word *)blocks_end(&shared.blocks)) + 63) / 64;
}
static word bitmap_first(word at)
{
    word first = bit_of((const word *)blocks_begin(&shared.blocks)) / 64;
    return at > first ? at : first;
}
#define CHUNK 64 /* words of a bitmap */

bool shared_clear_marks(word *at)
{
    word end = bitmap_end(), from = bitmap_first(*at);
    *at = from + CHUNK < end ? from + CHUNK : end;
    for (word i = from; i < *at; i++)
        __atomic_store_n(&marks()[i], 0, __ATOMIC_RELAXED);
    return *at < end;
}
void shared_each_marked(void (*f)(void *context, word *o), void *context)
{
    word end = bitmap_end();
    for (word i = bitmap_first(0); i < end; i++) {
        for (u64 bits = __atomic_load_n(&marks()[i], __ATOMIC_RELAXED); bits; bits &= bits - 1)
            f(context, (word *)(SHARED_BASE + 8 * (i * 64 + (unsigned)__builtin_ctzll(bits))));
    }
}
/* Objects are born with their mark before their beginning is there. */
static void free_unmarked_of(word i, word *freed_bytes)
{
    u64 all = __atomic_load_n(&begins()[i], __ATOMIC_ACQUIRE);
    u64 dead = all & ~__atomic_load_n(&marks()[i], __ATOMIC_RELAXED);
    if (!dead)
        return;
    __atomic_and_fetch(&begins()[i], ~dead, __ATOMIC_RELAXED);
    for (; dead; dead &= dead - 1) {
        word *o = (word *)(SHARED_BASE + 8 * (i * 64 + (unsigned)__builtin_ctzll(dead)));
        *freed_bytes += 8 * blocks_words(&shared.blocks, o);
        finalize(o);
        blocks_free(&shared.blocks, o);
    }
}
bool shared_free_unmarked(word *at, word *freed_bytes)
{
    word end = bitmap_end(), from = bitmap_first(*at);
    *at = from + CHUNK < end ? from + CHUNK : end;
    for (word i = from; i < *at; i++)
        free_unmarked_of(i, freed_bytes);
    return *at < end;
}

/* --- when --- */

static word most_new(void)
{
    word swept = __atomic_load_n(&shared.swept_bytes, __ATOMIC_RELAXED);
    return swept > SWEEP_NEW_BYTES ? swept : SWEEP_NEW_BYTES;
}
bool shared_is_due(void)
{
#ifdef LONA_GC_ALWAYS
    static u32 calls;
    if (__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) % 256 == 0)
        return true;
#endif
    word stayed = __atomic_load_n(&shared.stayed, __ATOMIC_RELAXED);
    word part = __atomic_load_n(&shared.swept_bytes, __ATOMIC_RELAXED) / SWEEP_PART;
    word threshold = part > SWEEP_MIN_BYTES ? part : SWEEP_MIN_BYTES;
    word may_be_new = threshold << (stayed < 10 ? stayed : 10), most = most_new();
    word retired = __atomic_load_n(&shared.retired_bytes, __ATOMIC_RELAXED);
    word new = __atomic_load_n(&shared.new_bytes, __ATOMIC_RELAXED);
    return retired >= threshold || new >= (may_be_new < most ? may_be_new : most);
}
bool shared_is_behind(void)
{
    return __atomic_load_n(&shared.new_bytes, __ATOMIC_RELAXED) > most_new() / 2 * 3;
}
struct shared_amounts shared_amounts(void)
{
    return (struct shared_amounts){.retired_bytes = __atomic_load_n(&shared.retired_bytes, __ATOMIC_RELAXED),
                                   .new_bytes = __atomic_load_n(&shared.new_bytes, __ATOMIC_RELAXED)};
}
void shared_swept(const struct shared_amounts *before, word freed_bytes)
{
    word stayed = freed_bytes < before->new_bytes / 2 ? shared.stayed + 1 : 0;
    __atomic_store_n(&shared.swept_bytes, shared_used_bytes(), __ATOMIC_RELAXED);
    __atomic_store_n(&shared.stayed, stayed, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&shared.retired_bytes, before->retired_bytes, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&shared.new_bytes, before->new_bytes, __ATOMIC_RELAXED);
}
