/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * shared.c: the shared immutable area: objects that any process may refer to and that never move.
 *
 *   SHARED_BASE   one bit a word: an object begins here
 *   + 1/64        one bit a word: an object that was reached in this sweep
 *   + 2/64        blocks (blocks.h), one an object
 *
 * A sweep marks what is reached from the names, the registered roots, and every process, and frees the rest. Code of
 * the VM holds shared terms in C variables freely, since sweeps run at safepoints only.
 */
#include "term/shared.h"

#include "data/str.h"
#include "hostile.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/procs.h"
#include "run/tables.h"
#include "run/timers.h"
#include "term/gc.h"
#include "term/roots.h"
#include "term/scan.h"

#define BITMAP_BYTES (SHARED_BYTES / 64)
#define BLOCKS_BASE (SHARED_BASE + 2 * BITMAP_BYTES)
/*
 * A sweep runs once so many bytes were retired, and a part of what there is (SWEEP_PART), or so many are new. Where
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
    /* while marking: what was reached and not yet scanned; overflow: something was reached that did not fit */
    word **stack;
    word n_stack, max_stack;
    bool overflow;
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
}

static word *try_alloc(word words)
{
    word got, *o = blocks_alloc(&shared.blocks, words, &got);
    if (LIKELY(o)) {
        word bit = bit_of(o);
        __atomic_or_fetch(&begins()[bit / 64], 1ull << (bit % 64), __ATOMIC_RELAXED);
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
    return words < SHARED_BYTES / 8 ? try_alloc(words) : NULL;
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
    __atomic_add_fetch(&shared.retired_bytes, size_guess(value, &budget), __ATOMIC_RELAXED);
}

/* --- marking --- */

static void push(word *o)
{
    if (UNLIKELY(shared.n_stack == shared.max_stack)) {
        word max = shared.max_stack ? shared.max_stack * 2 : 1024;
        word **more = port_realloc(shared.stack, max * sizeof *more);
        if (!more) {
            shared.overflow = true;
            return;
        }
        shared.stack = more;
        shared.max_stack = max;
    }
    shared.stack[shared.n_stack++] = o;
}

static inline void mark_object(word *o)
{
    word bit = bit_of(o);
    u64 mask = 1ull << (bit % 64);
    ASSERT(begins()[bit / 64] & mask, "a reference into the shared area leads to an object");
    if (marks()[bit / 64] & mask)
        return;
    marks()[bit / 64] |= mask;
    push(o);
}
static inline void mark(word w)
{
    if (is_pointer_word(w) && w - BLOCKS_BASE < SHARED_BASE + SHARED_BYTES - BLOCKS_BASE)
        mark_object(pointer_target(w));
}
static void mark_root(void *context, term *slot)
{
    mark(slot->w);
}

/* Marks what words from..end refer to: shared objects as well as heaps. */
static void mark_words(const word *from, const word *end)
{
    for (const word *at = from; at < end; at++) {
        word w = *at;
        if (!is_header(w)) {
            mark(w);
            continue;
        }
        if (hdr_type(w) == T_FN)
            mark((word)((const struct obj_fn *)at)->code | TAG_BOX);
        at += scan_skip(w);
    }
}

static void mark_code(const struct code *c)
{
    const term *consts = code_consts(c);
    mark(c->name.w);
    mark(c->file.w);
    mark(c->debug.w);
    for (u32 i = 0; i < c->n_consts; i++)
        mark(consts[i].w);
}

static void scan_object(const word *o)
{
    if (is_header(*o) && hdr_type(*o) == T_CODE)
        mark_code((const struct code *)o);
    else
        mark_words(o, o + object_words(o));
}

static void each_marked(void (*f)(const word *o))
{
    word end = bit_of((const word *)shared.blocks.base + (word)shared.blocks.top * BLOCK_PAGE_WORDS) / 64;
    for (word i = bit_of((const word *)BLOCKS_BASE) / 64; i < end; i++) {
        for (u64 bits = marks()[i]; bits; bits &= bits - 1)
            f((const word *)(SHARED_BASE + 8 * (i * 64 + (unsigned)__builtin_ctzll(bits))));
    }
}

static void drain(void)
{
    while (shared.n_stack)
        scan_object(shared.stack[--shared.n_stack]);
}
static void scan_and_drain(const word *o)
{
    scan_object(o);
    drain();
}

static void mark_message(void *context, struct message *m)
{
    mark(m->value.w);
    mark_words(m->term, m->term + m->words);
    drain();
}
static void mark_entry(void *context, struct entry *e)
{
    mark_words(&e->hdr, e->term + e->words);
    drain();
}
static void mark_process(struct proc *p)
{
    mark_words(p->block, p->hp);
    mark_words(p->more->old, p->more->old_hp);
    proc_each_root(p, mark_root, mark_root, NULL); /* what is spent must not be left dangling */
    proc_each_message(p, mark_message, NULL);
    drain();
}

static void mark_all(void)
{
    names_each_root(mark_root, NULL);
    for (word i = 0; i < shared.n_roots; i++)
        mark(shared.root[i]->w);
    for (word i = 1; i < procs_end(); i++) {
        struct proc *p = proc_number(i);
        if (p->state != PROC_FREE)
            mark_process(p);
    }
    timers_each_message(mark_message, NULL);
    tables_each_entry(mark_entry, NULL);
    drain();
    while (shared.overflow) { /* there was no memory for the stack: all that is marked is scanned again */
        shared.overflow = false;
        each_marked(scan_and_drain);
    }
}

/* --- sweeping --- */

static void free_unmarked(void)
{
    word end = bit_of((const word *)shared.blocks.base + (word)shared.blocks.top * BLOCK_PAGE_WORDS) / 64;
    for (word i = bit_of((const word *)BLOCKS_BASE) / 64; i < end; i++) {
        u64 dead = begins()[i] & ~marks()[i];
        if (!begins()[i])
            continue;
        begins()[i] = marks()[i];
        marks()[i] = 0;
        for (; dead; dead &= dead - 1) {
            word *o = (word *)(SHARED_BASE + 8 * (i * 64 + (unsigned)__builtin_ctzll(dead)));
            finalize(o);
            blocks_free(&shared.blocks, o);
        }
    }
}

bool shared_sweep_is_due(void)
{
#ifdef LONA_GC_ALWAYS
    static unsigned calls;
    if (++calls % 256 == 0)
        return true;
#endif
    word swept = __atomic_load_n(&shared.swept_bytes, __ATOMIC_RELAXED);
    word stayed = __atomic_load_n(&shared.stayed, __ATOMIC_RELAXED);
    word part = swept / SWEEP_PART;
    word threshold = part > SWEEP_MIN_BYTES ? part : SWEEP_MIN_BYTES;
    word most = swept > SWEEP_NEW_BYTES ? swept : SWEEP_NEW_BYTES;
    word may_be_new = threshold << (stayed < 10 ? stayed : 10);
    word retired = __atomic_load_n(&shared.retired_bytes, __ATOMIC_RELAXED);
    word new = __atomic_load_n(&shared.new_bytes, __ATOMIC_RELAXED);
    return retired >= threshold || new >= (may_be_new < most ? may_be_new : most);
}

void shared_sweep(void)
{
    word before = shared_used_bytes();
    mark_all();
    free_unmarked();
    port_free(shared.stack);
    shared.stack = NULL;
    shared.max_stack = 0;
    word after = shared_used_bytes();
    word stayed = before - after < shared.new_bytes / 2 ? shared.stayed + 1 : 0;
    __atomic_store_n(&shared.swept_bytes, after, __ATOMIC_RELAXED);
    __atomic_store_n(&shared.stayed, stayed, __ATOMIC_RELAXED);
    __atomic_store_n(&shared.retired_bytes, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&shared.new_bytes, 0, __ATOMIC_RELAXED);
}
