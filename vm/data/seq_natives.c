/* SPDX-License-Identifier: GPL-3.0-only */
/* Natives over sequences: first, rest, nth, chunks, ranges, lists, lazy cells, apply. */
#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "lang/code.h"
#include "pure.h"
#include "term/equal.h"

native_fn native_seq, native_first, native_rest, native_next, native_second, native_ffirst, native_nnext, native_nfirst,
    native_cons, native_count, native_nth, native_nth_on, native_nthrest, native_nthnext, native_last, native_last_on,
    native_list, native_list_star, native_vec, native_reverse, native_apply, native_rseq, native_is_seq,
    native_is_sequential, native_is_coll, native_is_counted, native_is_list, native_is_seqable, native_is_associative,
    native_is_indexed, native_is_reversible, native_is_sorted, native_lazy, native_is_realized, native_is_lazy,
    native_range, native_is_chunked_seq, native_chunk_first, native_chunk_rest, native_chunk_next, native_chunk_buffer,
    native_chunk_append, native_chunk, native_chunk_cons;

/* --- first and its family --- */

term native_seq(struct proc *p, unsigned n)
{
    return seq_seq(p, ARG(0));
}
term native_first(struct proc *p, unsigned n)
{
    return seq_first(p, ARG(0));
}
term native_rest(struct proc *p, unsigned n)
{
    return seq_rest(p, ARG(0));
}
term native_next(struct proc *p, unsigned n)
{
    return seq_next(p, ARG(0));
}
/* Takes `count` steps from ARG(0): *s is the rest after them, *x the last element; at the end both are nil. */
static bool steps(struct proc *p, unsigned count, term *s, term *x)
{
    term lazy;
    *s = ARG(0);
    *x = NIL;
    while (count-- > 0) {
        enum seq_status status = seq_step(p, s, x, &lazy);
        if (status == SEQ_LAZY)
            retry_after_force(p, lazy);
        if (status == SEQ_LAZY || status == SEQ_ERROR)
            return false;
        if (status == SEQ_END) {
            *s = *x = NIL;
            return true;
        }
    }
    return true;
}
term native_second(struct proc *p, unsigned n)
{
    term s, x;
    return steps(p, 2, &s, &x) ? x : NONE;
}
term native_ffirst(struct proc *p, unsigned n)
{
    term s, x;
    return steps(p, 1, &s, &x) ? seq_first(p, x) : NONE;
}
term native_nnext(struct proc *p, unsigned n)
{
    term s, x;
    return steps(p, 2, &s, &x) ? seq_seq(p, s) : NONE;
}
term native_nfirst(struct proc *p, unsigned n)
{
    term s, x;
    return steps(p, 1, &s, &x) ? seq_next(p, x) : NONE;
}
term native_cons(struct proc *p, unsigned n)
{
    term s = ARG(1), lazy;
    if (is_nil(s)) {
        s = EMPTY_LIST;
    } else if (!is_seq(s)) {
        enum seq_status status = seq_of(p, s, &s, &lazy);
        if (status == SEQ_ERROR)
            return NONE;
        if (status == SEQ_END)
            s = EMPTY_LIST;
    }
    if (!heap_reserve(p, CONS_WORDS, &s))
        return NONE;
    return mk_cons(p, ARG(0), s);
}

/* --- count, nth, last --- */

term native_count(struct proc *p, unsigned n)
{
    return coll_count(p, ARG(0));
}
term native_nth(struct proc *p, unsigned n)
{
    return coll_nth(p, ARG(0), ARG(1), n == 3 ? ARG(2) : ABSENT);
}
/* (%nth-on s i otherwise): s is a sequence, perhaps nil at its end. */
term native_nth_on(struct proc *p, unsigned n)
{
    term s = is_nil(ARG(0)) ? EMPTY_LIST : ARG(0);
    return coll_nth(p, s, ARG(1), ARG(2));
}
enum { NTH_BUDGET = 1000000 };
/* Walks past ARG(1) elements of the sequence ARG(0); *rest is what is left. NONE: pending; else ABSENT. */
static term skip(struct proc *p, term slow, term *rest)
{
    struct cursor c = cursor_at(ARG(0));
    iword left = int_value(ARG(1));
    if (value_kind(c.s) == VALUE_VECTOR && left > 0) {
        c.i = (word)left < vec_count(c.s) ? (word)left : vec_count(c.s);
    } else if (is_type(c.s, T_RANGE) && left > 0) {
        c.i = (word)left < range_count(c.s) ? (word)left : range_count(c.s);
    } else {
        term x, lazy, s = c.s;
        enum seq_status status = SEQ_OK;
        if (left > 0 && !is_seq(s)) {
            status = seq_of(p, s, &s, &lazy);
            if (status == SEQ_ERROR)
                return NONE;
            c = cursor_at(status == SEQ_OK ? s : EMPTY_LIST);
            status = SEQ_OK;
        }
        word budget = NTH_BUDGET;
        while (left > 0 && --budget && (status = cursor_next(&c, &x, &lazy)) == SEQ_OK)
            left--;
        native_charge(p, (NTH_BUDGET - budget) / 20);
        if (status == SEQ_LAZY)
            return call_after_force(p, lazy, slow, 2, lazy, mk_int(left));
        if (status == SEQ_OK && left > 0) {
            if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
                return NONE;
            return tail_call(p, slow, 2, cursor_rest(p, &c), mk_int(left));
        }
    }
    if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
        return NONE;
    *rest = cursor_rest(p, &c);
    return ABSENT;
}
/* ARG(1), a number of elements, as an integer: of 1.5 two are passed, as by who counts down while it is positive. */
static bool count_ready(struct proc *p)
{
    const double most = 1e15; /* no sequence is as long */
    if (is_int(ARG(1)))
        return true;
    if (!is_number(ARG(1))) {
        raise_arg(p, 1, "a number");
        return false;
    }
    double n = ceil(num_to_double(ARG(1)));
    ARG(1) = mk_int(n > 0 ? (iword)(n < most ? n : most) : 0);
    return true;
}
/* (nthrest coll n): coll itself when n is not positive. */
term native_nthrest(struct proc *p, unsigned n)
{
    term rest;
    if (!count_ready(p))
        return NONE;
    if (int_value(ARG(1)) <= 0)
        return ARG(0);
    term r = skip(p, SLOW_nthrest_on, &rest);
    if (!is_absent(r))
        return r;
    return is_nil(rest) ? EMPTY_LIST : rest;
}
term native_nthnext(struct proc *p, unsigned n)
{
    term rest;
    if (!count_ready(p))
        return NONE;
    term r = skip(p, SLOW_nthnext_on, &rest);
    return is_absent(r) ? seq_seq(p, rest) : r;
}
static term last_from(struct proc *p, term s, term last)
{
    struct cursor c = cursor_at(s);
    term x = NIL, lazy;
    enum seq_status status;
    word budget = NTH_BUDGET;
    while (--budget && (status = cursor_next(&c, &x, &lazy)) == SEQ_OK)
        last = x;
    native_charge(p, (NTH_BUDGET - budget) / 20);
    if (!budget) {
        if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s, &last))
            return NONE;
        return tail_call(p, SLOW_last_on, 2, cursor_rest(p, &c), last);
    }
    return status == SEQ_LAZY ? call_after_force(p, lazy, SLOW_last_on, 2, lazy, last) : last;
}
term native_last(struct proc *p, unsigned n)
{
    term s = ARG(0), lazy;
    if (is_vector(s))
        return vec_count(s) ? vec_nth(s, vec_count(s) - 1) : NIL;
    if (is_seq(s))
        return last_from(p, s, NIL);
    switch (seq_of(p, s, &s, &lazy)) {
    case SEQ_OK:
        return last_from(p, s, NIL);
    case SEQ_END:
        return NIL;
    case SEQ_LAZY:
    case SEQ_ERROR:
        break;
    }
    return NONE;
}
/* (%last-on s last) */
term native_last_on(struct proc *p, unsigned n)
{
    return last_from(p, ARG(0), ARG(1));
}

/* --- lists and vectors of sequences --- */

term native_list(struct proc *p, unsigned n)
{
    return list_from_args(p, 0, n);
}
static term pending_seq(struct proc *p, enum seq_status status, term lazy)
{
    return status == SEQ_LAZY ? retry_after_force_all(p, lazy) : NONE;
}
/* (%list* a b ... s): the arguments before the last in front of the sequence s. */
term native_list_star(struct proc *p, unsigned n)
{
    term s = ARG(n - 1), lazy;
    if (!is_seq(s) && !is_nil(s)) {
        enum seq_status status = seq_of(p, s, &s, &lazy);
        if (status == SEQ_ERROR)
            return NONE;
        if (status == SEQ_END)
            s = NIL;
    }
    if (n == 1)
        return seq_seq(p, s);
    if (!heap_reserve(p, CONS_WORDS * (n - 1), &s))
        return NONE;
    if (is_nil(s))
        s = EMPTY_LIST;
    for (unsigned i = n - 1; i-- > 0;)
        s = mk_cons(p, ARG(i), s);
    return s;
}
term native_vec(struct proc *p, unsigned n)
{
    term lazy;
    if (is_type(ARG(0), T_TUPLE) && box_aux(ARG(0)) == TUPLE_ENTRY)
        return vec_assoc(p, ARG(0), 0, OBJ(tuple, ARG(0))->item[0]);
    if (is_vector(ARG(0)))
        return is_nil(vec_meta(ARG(0))) ? ARG(0) : vec_with_meta(p, ARG(0), NIL);
    term v = vec_of(p, ARG(0), &lazy);
    return is_absent(v) ? retry_after_force_all(p, lazy) : v;
}
term native_reverse(struct proc *p, unsigned n)
{
    term list, lazy;
    word count;
    enum seq_status status = list_of(p, ARG(0), &list, &count, &lazy);
    if (status != SEQ_OK)
        return pending_seq(p, status, lazy);
    term reversed = EMPTY_LIST; /* the cells are fresh: they are turned round in place */
    while (is_cons(list)) {
        term next = cons_tail(list);
        cons_ptr(list)->tail = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}
/* (apply f a b ... s) */
term native_apply(struct proc *p, unsigned n)
{
    term list, lazy;
    bool stub = fn_stub(ARG(0)); /* it may not be one any more when it is called */
    word count, fixed = stub ? 0 : fn_fixed_params(ARG(0)), before = n - 2;
    word most = fixed == NO_REST_LIST ? SEQ_MAX + 1 : fixed + 1 > before ? fixed + 1 - before : 1;
    enum seq_status status = list_of_first(p, ARG(n - 1), most, &list, &count, &lazy);
    if (status == SEQ_LAZY && fixed != NO_REST_LIST)
        return retry_after_force(p, lazy); /* no more than is needed: it may have no end */
    if (status != SEQ_OK)
        return pending_seq(p, status, lazy);
    if (!heap_reserve(p, CONS_WORDS * (n - 2), &list))
        return NONE;
    for (unsigned i = n - 2; i > 0; i--)
        list = mk_cons(p, ARG(i), list);
    return stub ? tail_call(p, SLOW_compile_lazy, 2, ARG(0), list) : tail_apply(p, ARG(0), list);
}
term native_rseq(struct proc *p, unsigned n)
{
    term c = ARG(0);
    if (is_vector(c)) {
        if (vec_count(c) == 0)
            return NIL;
        if (!heap_reserve(p, SEQ_WORDS))
            return NONE;
        return mk_seq(p, SEQ_RSEQ, ARG(0), mk_int((iword)vec_count(ARG(0)) - 1), NIL);
    }
    if (is_type(c, T_SORTED)) {
        struct sorted_iter it = sorted_iter(OBJ(sorted, c)->root, true);
        return sorted_view(p, &it, box_aux(c) ? VIEW_KEYS : VIEW_ENTRIES);
    }
    return raise_arg(p, 0, "a vector or sorted collection");
}

/* --- predicates --- */

term native_is_seq(struct proc *p, unsigned n)
{
    return mk_bool(is_seq(ARG(0)));
}
term native_is_sequential(struct proc *p, unsigned n)
{
    return mk_bool(is_sequential(ARG(0)));
}
term native_is_coll(struct proc *p, unsigned n)
{
    return mk_bool(is_coll(ARG(0)));
}
term native_is_counted(struct proc *p, unsigned n)
{
    return mk_bool(is_counted(ARG(0)));
}
term native_is_list(struct proc *p, unsigned n)
{
    return mk_bool(!is_nil(ARG(0)) && is_whole_list(ARG(0)));
}
term native_is_seqable(struct proc *p, unsigned n)
{
    return mk_bool(is_seqable(ARG(0)));
}
term native_is_associative(struct proc *p, unsigned n)
{
    enum value_kind kind = value_kind(ARG(0));
    return mk_bool(kind == VALUE_VECTOR || kind == VALUE_MAP || kind == VALUE_RECORD || is_sorted_map(ARG(0)));
}
term native_is_indexed(struct proc *p, unsigned n)
{
    return mk_bool(is_vector(ARG(0)) || is_transient(ARG(0), TRANSIENT_VECTOR));
}
term native_is_reversible(struct proc *p, unsigned n)
{
    return mk_bool(is_vector(ARG(0)) || is_type(ARG(0), T_SORTED));
}
term native_is_sorted(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_SORTED));
}

/* --- lazy cells --- */

/* (%lazy thunk): the body of lazy-seq. */
term native_lazy(struct proc *p, unsigned n)
{
    if (!heap_reserve(p, LAZY_WORDS))
        return NONE;
    return mk_lazy(p, ARG(0));
}
term native_is_realized(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_type(t, T_LAZY) || is_type(t, T_DELAY))
        return mk_bool(lazy_is_done(t) || lazy_state(t) == LAZY_FAILED);
    if (is_seq(t))
        return TRUE_TERM;
    if (is_type(t, T_RECORD))
        return tail_slow(p, SLOW_realized);
    return raise_arg(p, 0, "a lazy sequence, delay, future or promise");
}
term native_is_lazy(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_LAZY));
}

/* --- ranges --- */

static bool small(term t)
{
    return is_int(t) && int_value(t) > -((iword)1 << 58) && int_value(t) < (iword)1 << 58;
}
static term new_range(struct proc *p, term start, term end, term step)
{
    if (!heap_reserve(p, 5 + LAZY_WORDS, &start, &end, &step))
        return NONE;
    struct obj_range *r = (struct obj_range *)heap_take_box(p, T_RANGE, 0, 4);
    *r = (struct obj_range){r->hdr, start, end, step, NIL};
    term range = mk_box_ptr(r);
    bool plain = small(start) && small(step) && (is_nil(end) || small(end));
    return plain ? range : mk_lazy(p, range);
}
/* (range), (range end), (range start end), (range start end step) */
term native_range(struct proc *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!is_number(ARG(i)))
            return raise_arg(p, i, "a number");
    }
    if (n == 0)
        return new_range(p, mk_int(0), NIL, mk_int(1));
    term zero = mk_int(0), start = n > 1 ? ARG(0) : zero, end = n > 1 ? ARG(1) : ARG(0);
    term step = n == 3 ? ARG(2) : mk_int(1);
    enum num_order way = num_order(step, zero), order = num_order(start, end);
    if (order == NUM_SAME || order == NUM_UNORDERED || way == NUM_UNORDERED)
        return EMPTY_LIST;
    if (way == NUM_SAME && small(start))
        return new_range(p, start, NIL, zero);
    if (way != NUM_SAME && order != (way == NUM_MORE ? NUM_LESS : NUM_MORE))
        return EMPTY_LIST;
    return new_range(p, start, end, step);
}

/* --- chunks: chunk-first and its family, and the buffers that fill them --- */

term native_is_chunked_seq(struct proc *p, unsigned n)
{
    return mk_bool(is_chunked(ARG(0)));
}
/* Number of elements in the first chunk of a chunked sequence; *from is where they lie, NULL in a range. */
static word chunk_run(term s, const term **from)
{
    *from = NULL;
    if (is_type(s, T_RANGE)) {
        word n = range_count(s);
        return n < TUPLE_MAX ? n : TUPLE_MAX;
    }
    if (is_type(s, T_CHUNKED)) {
        const struct obj_chunked *c = OBJ(chunked, s);
        word index = (word)int_value(c->index);
        *from = OBJ(tuple, c->chunk)->item + index;
        return tuple_count(c->chunk) - index;
    }
    word n;
    *from = vec_chunk(OBJ(seq, s)->coll, (word)int_value(OBJ(seq, s)->position), &n);
    return n < TUPLE_MAX ? n : TUPLE_MAX;
}
term native_chunk_first(struct proc *p, unsigned n)
{
    const term *from;
    if (!is_chunked(ARG(0)))
        return raise_arg(p, 0, "a chunked sequence");
    if (is_type(ARG(0), T_CHUNKED) && int_value(OBJ(chunked, ARG(0))->index) == 0)
        return OBJ(chunked, ARG(0))->chunk;
    word count = chunk_run(ARG(0), &from);
    if (!heap_reserve(p, 1 + count))
        return NONE;
    count = chunk_run(ARG(0), &from);
    struct obj_tuple *t = heap_take_tuple(p, count);
    if (from) {
        memcpy(t->item, from, count * sizeof(term));
    } else {
        range_items(ARG(0), 0, count, t->item);
    }
    return mk_box_ptr(t);
}
static term chunk_rest(struct proc *p)
{
    const term *from;
    if (!is_chunked(ARG(0)))
        return raise_arg(p, 0, "a chunked sequence");
    if (is_type(ARG(0), T_CHUNKED))
        return OBJ(chunked, ARG(0))->rest;
    if (!heap_reserve(p, CURSOR_REST_WORDS))
        return NONE;
    struct cursor c = cursor_at(ARG(0));
    word skipped = chunk_run(ARG(0), &from);
    if (is_type(c.s, T_SEQ)) {
        c.i = (word)int_value(OBJ(seq, c.s)->position);
        c.s = OBJ(seq, c.s)->coll;
    }
    c.i += skipped;
    return cursor_rest(p, &c);
}
term native_chunk_rest(struct proc *p, unsigned n)
{
    term rest = chunk_rest(p);
    return is_nil(rest) ? EMPTY_LIST : rest;
}
term native_chunk_next(struct proc *p, unsigned n)
{
    term rest = chunk_rest(p);
    return is_none(rest) ? NONE : seq_seq(p, rest);
}
term native_chunk_buffer(struct proc *p, unsigned n)
{
    return vec_transient(p, EMPTY_VECTOR);
}
term native_chunk_append(struct proc *p, unsigned n)
{
    if (!is_transient(ARG(0), TRANSIENT_VECTOR) || OBJ(transient, ARG(0))->count == TRANSIENT_DONE)
        return raise_arg(p, 0, "a chunk buffer");
    return is_none(tvec_conj(p, ARG(0), ARG(1))) ? NONE : NIL;
}
term native_chunk(struct proc *p, unsigned n)
{
    if (!is_transient(ARG(0), TRANSIENT_VECTOR) || OBJ(transient, ARG(0))->count == TRANSIENT_DONE)
        return raise_arg(p, 0, "a chunk buffer");
    return vec_persistent(p, ARG(0));
}
/* (chunk-cons chunk rest) */
term native_chunk_cons(struct proc *p, unsigned n)
{
    if (!is_vector(ARG(0)))
        return raise_arg(p, 0, "a chunk");
    word count = vec_count(ARG(0));
    if (count == 0)
        return ARG(1);
    bool flat = is_type(ARG(0), T_TUPLE);
    if (!heap_reserve(p, CHUNKED_WORDS + (flat ? 0 : 1 + count)))
        return NONE;
    term chunk = ARG(0);
    if (!flat) {
        word *box = heap_take_box(p, T_TUPLE, 0, count);
        for (word i = 0; i < count; i++)
            ((struct obj_tuple *)box)->item[i] = vec_nth(ARG(0), i);
        chunk = mk_box_ptr(box);
    }
    struct obj_chunked *c = (struct obj_chunked *)heap_take_box(p, T_CHUNKED, 0, CHUNKED_WORDS - 1);
    c->chunk = chunk;
    c->index = mk_int(0);
    c->rest = is_nil(ARG(1)) ? EMPTY_LIST : ARG(1);
    c->meta = NIL;
    return mk_box_ptr(c);
}
