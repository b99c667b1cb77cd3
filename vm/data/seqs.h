/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * seqs.h: what first, next and seq mean in C, for realised data. A lazy cell that is not done stops them: the native
 * then asks for it to be forced and to be run again (retry_after_force), and the interpreter loop does that.
 *
 * Sequences are cons cells (tail: any sequence, nil or ()), and the boxed LIST, LAZY, CHUNKED, SEQ and RANGE:
 *   LAZY     thunk is a function, or a lazy cell or collection that has the same elements, or the state of an iteration
 *            over a map, set or sorted tree (a SEQ of kind SEQ_MAP or SEQ_SORTED) or over a range of numbers other than
 *            small integers (a RANGE), which only force.c reads. Those over collections are forced in C at once.
 *   CHUNKED  chunk is a TUPLE of any length, never used up; rest is a sequence, () or an unforced lazy cell
 *   SEQ      visible kinds: SEQ_VECTOR (position: index), SEQ_STRING (position: byte offset),
 *            SEQ_BINARY (position: byte), SEQ_RSEQ (vector from position downwards)
 *   RANGE    visible ones have small integers only, end nil: infinite
 * A list (list?) is a LIST, () or a cons cell. LIST count is -1 where it is not known.
 */
#ifndef LONA_SEQS_H
#define LONA_SEQS_H

#include "run/native.h"

enum seq_status {
    SEQ_OK,
    SEQ_END,
    SEQ_LAZY,  /* *lazy is a lazy cell that must be forced first */
    SEQ_ERROR, /* not a sequence, or out of memory: a condition is pending (but see cursor_next) */
};

/* --- walking without allocation --- */

/*
 * A place in a sequence, vector, string or binary (and, for equality and hash, in a record or tagged literal). Moving
 * it never collects; over a call that does, its s must be rooted.
 */
struct cursor {
    term s;
    word i; /* elements, of strings bytes, before the place */
};
static inline struct cursor cursor_at(term s)
{
    return (struct cursor){s, 0};
}
enum seq_status cursor_next_slow(struct cursor *c, term *x, term *lazy);
/* SEQ_ERROR: c->s is no sequence (a map, set, number ...); nothing is pending. SEQ_LAZY leaves the cursor on that cell.
 */
static inline enum seq_status cursor_next(struct cursor *c, term *x, term *lazy)
{
    if (LIKELY(is_cons(c->s))) {
        *x = cons_head(c->s);
        c->s = cons_tail(c->s);
        return SEQ_OK;
    }
    return cursor_next_slow(c, x, lazy);
}
/* What is left, as something seqable. Words that cursor_rest may use: */
#define CURSOR_REST_WORDS 5
term cursor_rest(struct proc *p, const struct cursor *c); /* reserved by the caller; never collects */

/* --- sequences --- */

/* seq of any collection, nil or string: *s becomes a non-empty sequence (cons, LIST, SEQ, CHUNKED, RANGE) or END.
 * MAY_GC */
enum seq_status seq_of(struct proc *p, term coll, term *s, term *lazy);
/* One step over anything seqable: *x gets the first element, *s the rest (to be given to seq_step again). MAY_GC: *s
 * and *x are updated, other locals are stale. */
enum seq_status seq_step(struct proc *p, term *s, term *x, term *lazy);
/* (first s), (rest s), (next s), (count c) (nth c i default-or-ABSENT), (get c k default): NONE: pending, perhaps a
 * tail call. MAY_GC */
term seq_first(struct proc *p, term s);
term seq_rest(struct proc *p, term s);
term seq_next(struct proc *p, term s);
term seq_seq(struct proc *p, term s);
term coll_count(struct proc *p, term c);
term coll_nth(struct proc *p, term c, term i, term otherwise);
/* What is no small integer cannot be an index: :range-error for a big integer, :type-error for the rest. */
term raise_index(struct proc *p, term i);
static inline bool is_function(term t)
{
    return is_type(t, T_FN) || is_type(t, T_NATIVE);
}
/* Can it be called, as far as its type says? Records are not asked: those that extend IFn can. */
bool is_invocable(term t);
term coll_get(struct proc *p, term c, term k, term otherwise);
term coll_conj(struct proc *p, term c, term x);
/* May a map conjoin the elements of x, other than a hash map, one by one? They are entries or none. */
bool may_hold_entries(term x);
term coll_assoc(struct proc *p, term c, term k, term v);
term coll_dissoc(struct proc *p, term c, term k);
/* [k v] as stored, or nil. */
term coll_find(struct proc *p, term c, term k);
bool is_seq(term t);                  /* seq? */
bool is_sequential(term t);           /* sequential? */
bool is_list(term t);                 /* cells, () or a list with metadata */
bool is_whole_list(term t);           /* list?: ends in cells, too */
bool is_counted(term t);              /* counted? */
bool is_seqable(term t);              /* seqable? */
static inline bool is_chunked(term s) /* chunked-seq? */
{
    return is_type(s, T_CHUNKED) || (is_type(s, T_SEQ) && box_aux(s) == SEQ_VECTOR) ||
           (is_type(s, T_RANGE) && !is_nil(OBJ(range, s)->end));
}
bool is_coll(term t); /* coll? */
/* LIST wrapper. MAY_GC */
term mk_list(struct proc *p, term cells, word count, term meta);
term list_from_args(struct proc *p, unsigned from, unsigned n); /* ARG(from..n-1), EMPTY_LIST when none. MAY_GC */
/* The elements of a realised sequence as cons cells of their own, *count of them; SEQ_OK even when empty. MAY_GC */
enum seq_status list_of(struct proc *p, term coll, term *list, word *count, term *lazy);
/* The same of no more than the first `most` elements: where it finds as many, the cells go on with what is left. */
enum seq_status list_of_first(struct proc *p, term coll, word most, term *list, word *count, term *lazy);
/* Elements from..to of a realised sequence as a vector (list_of and vec_from_list, but at once where it is short). */
term vec_of(struct proc *p, term coll, term *lazy); /* ABSENT: *lazy is in the way. MAY_GC */

term term_meta(term t); /* nil when it has none; positions of the reader are not shown */
term term_with_meta(struct proc *p, term t, term meta); /* NONE: pending, perhaps a tail call. MAY_GC */

/* --- lazy cells --- */

/* At the end of a native: forces the cell, then calls the native again with the same arguments (as they are in ARG). */
term retry_after_force(struct proc *p, term lazy);
/* The same, forcing all lazy cells from this one to the end of its sequence: for natives that need all of it anyway. */
term retry_after_force_all(struct proc *p, term lazy);
/* The same, forcing every lazy cell inside the value: for those that hash keys (not key_ready) or print. */
term retry_when_ready(struct proc *p, term value);
term call_when_ready(struct proc *p, term value, term fn, unsigned n, ...); /* n <= 4. MAY_GC */
/* Forces, then calls fn with n further terms, n <= 4. MAY_GC */
term call_after_force(struct proc *p, term lazy, term fn, unsigned n, ...);

/* Acquire: a value that another process put into a shared cell is there when the state says so. */
static inline enum lazy_state lazy_state(term cell)
{
    return (enum lazy_state)__atomic_load_n((const u16 *)box_ptr(cell) + 1, __ATOMIC_ACQUIRE);
}
static inline void lazy_set_state(term cell, enum lazy_state state)
{
    __atomic_store_n((u16 *)box_ptr(cell) + 1, (u16)state, __ATOMIC_RELEASE);
}
static inline bool lazy_is_done(term cell)
{
    return lazy_state(cell) == LAZY_DONE;
}
/* True when the thunk can be run in C. */
bool lazy_is_native(term lazy);
/* Runs such a thunk: the cell is done after it. False: pending. MAY_GC */
bool lazy_force_native(struct proc *p, term *lazy);
/* Unwinding drops a frame of the STEP native %force whose fp this is: its cells wait again. */
void lazy_reset(struct proc *p, term *fp);
/* Likewise of %force-delay: for an error that is caught, thrown, the delay fails with it for good; ABSENT: it waits
 * again. */
void delay_reset(struct proc *p, term *fp, term thrown);
/* (%force cell): STEP, whose usual way is the instruction FORCE (run/forcing.c). FORCE_AT: the cell whose thunk runs.
 */
enum { FORCE_CELL, FORCE_PHASE, FORCE_AT, FORCE_NUMBER, FORCE_BASE };
enum step step_force(struct proc *p);
enum step step_force_delay(struct proc *p);
enum step step_retry(struct proc *p);
enum step retry_go(struct proc *p, term fn, term arguments); /* ends a step: calls fn with the list */

/* --- views (seq_views.c) --- */

/* seq of maps, sets, sorted collections and records. what: */
enum view_part { VIEW_ENTRIES, VIEW_KEYS, VIEW_VALS };
enum seq_status view_of(struct proc *p, term coll, enum view_part part, term *s, term *lazy); /* MAY_GC */
struct sorted_iter;
/* What is left of an iteration, as a sequence or nil. MAY_GC */
term sorted_view(struct proc *p, const struct sorted_iter *it, enum view_part part);
/* The next chunk of the state (SEQ_MAP, SEQ_SORTED), the thunk of the cell; nil: there is none. False: pending. MAY_GC
 */
MUST_CHECK bool state_chunk(struct proc *p, term *lazy, term state, term *chunk);
/* RANGE of small integers: number of elements (of an infinite one those that are small). */
word range_count(term range);
/* Elements from, from + 1 ... of it, which it has. */
static inline void range_items(term range, word from, word n, term *items)
{
    iword step = int_value(OBJ(range, range)->step), x = int_value(OBJ(range, range)->start) + (iword)from * step;
    for (word i = 0; i < n; i++, x += step)
        items[i] = mk_int(x);
}
/* Elements of a binary: its bytes; bits after the last whole one are one more, a smaller number. */
word binary_bytes(term binary);
term binary_byte(term binary, word i);
/* An entry: a vector of two. 3 words are reserved. */
static inline term mk_entry(struct proc *p, term key, term value)
{
    struct obj_tuple *e = (struct obj_tuple *)heap_take_box(p, T_TUPLE, TUPLE_ENTRY, 2);
    e->item[0] = key;
    e->item[1] = value;
    return mk_box_ptr(e);
}
#define ENTRY_WORDS 3
#define SEQ_WORDS 5
#define CHUNKED_WORDS 5
#define LAZY_WORDS 3
/* The words named above must be reserved. */
term mk_seq(struct proc *p, enum seq_kind kind, term coll, term position, term extra);
static inline term mk_lazy(struct proc *p, term thunk)
{
    struct obj_lazy *l = (struct obj_lazy *)heap_take_box(p, T_LAZY, LAZY_WAITING, LAZY_WORDS - 1);
    l->thunk_or_value = thunk;
    l->meta = NIL;
    return mk_box_ptr(l);
}

/* No native walks more elements than this: past it a sequence counts as endless (:size-limit). */
#define SEQ_MAX ((word)1 << 28)

#endif
