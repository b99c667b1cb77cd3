/* SPDX-License-Identifier: GPL-3.0-only */
/* =, compare, hash, and sorting by the default order. */
#include "data/num.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "term/equal_work.h"

native_fn native_equal, native_is_identical, native_hash, native_hash_ordered, native_mix_hash, native_compare,
    native_sort_default, native_sort_pairs;
step_fn step_equal_on, step_equal_all;

#define EQUAL_BUDGET 100000

/* --- = --- */

static term no_memory(struct proc *p)
{
    return raise(p, E_OUT_OF_MEMORY, "no memory to compare so deeply nested values");
}
/* What a cursor still has to compare, as a value. Records begin anew: their fields are equal so far. */
static term work_rest(struct proc *p, const struct cursor *c)
{
    enum value_kind kind = value_kind(c->s);
    if (c->i == EQUAL_PLAIN || kind == VALUE_RECORD || kind == VALUE_TAGGED)
        return c->s;
    term rest = cursor_rest(p, c);
    return is_nil(rest) ? EMPTY_LIST : rest;
}
/*
 * The pairs left on top of the list *more, a b a b ...: values, the pair to go on with first. A run loads only the
 * first few again, so that each pair is saved about once however often it stops. NONE: pending. MAY_GC
 */
static term work_save(struct proc *p, struct equal_work *w, term *lazy, term *more)
{
    word n = w->count;
    term **roots = port_alloc((2 * n + 2) * sizeof *roots);
    if (!roots)
        return no_memory(p);
    roots[0] = lazy;
    roots[1] = more;
    for (word i = 0; i < n; i++) {
        roots[2 * i + 2] = &w->pair[i].a.s;
        roots[2 * i + 3] = &w->pair[i].b.s;
    }
    bool ok = heap_reserve_roots(p, n * 2 * (CONS_WORDS + CURSOR_REST_WORDS), roots, (unsigned)(2 * n + 2));
    port_free(roots);
    if (!ok)
        return NONE;
    term list = *more;
    for (word i = 0; i < n; i++)
        list = mk_cons(p, work_rest(p, &w->pair[i].a), mk_cons(p, work_rest(p, &w->pair[i].b), list));
    return list;
}
/* Moves the first pairs of the list into the work. They fit: no memory is needed. */
static void work_load(struct equal_work *w, term *list)
{
    term first[2 * EQUAL_INLINE];
    unsigned n = 0;
    const struct proc *process = w->process;
    equal_end(w);
    for (; n < 2 * EQUAL_INLINE && is_cons(*list); *list = cons_tail(*list))
        first[n++] = cons_head(*list);
    equal_begin(w);
    w->process = process;
    for (; n; n -= 2) {
        bool fits = equal_push(w, first[n - 2], first[n - 1], true);
        ASSERT(fits, "the inline room takes what is loaded");
    }
}
/* (%equal-on lazy work): goes on, after lazy is forced unless it is nil. */
enum { E_LAZY, E_WORK, E_STARTED };
enum step step_equal_on(struct proc *p)
{
    if (!is_truthy(REG(E_STARTED))) {
        REG(E_STARTED) = TRUE_TERM;
        if (!is_nil(REG(E_LAZY)))
            return step_call(p, SLOW_force, 1, REG(E_LAZY));
    }
    struct equal_work w;
    equal_begin(&w);
    w.process = p;
    term lazy = NIL, more = REG(E_WORK);
    enum step answer = STEP_RAISE;
    enum truth t;
    word budget = EQUAL_BUDGET;
    do {
        work_load(&w, &more);
        budget -= budget > 0;
        t = equal_run(&w, &budget, &lazy);
    } while (t == TRUTH_YES && is_cons(more) && budget);
    native_charge(p, 1 + (EQUAL_BUDGET - budget) / 20);
    if (t == TRUTH_NO || (t == TRUTH_YES && !is_cons(more))) {
        answer = step_return(p, mk_bool(t == TRUTH_YES));
    } else if (t == TRUTH_MEMORY) {
        no_memory(p);
    } else {
        term work = work_save(p, &w, &lazy, &more);
        if (!is_none(work)) {
            REG(E_WORK) = work;
            p->result = NIL;
            answer = is_nil(lazy) ? STEP_AGAIN : step_call(p, SLOW_force, 1, lazy);
        }
    }
    equal_end(&w);
    return answer;
}
/* TRUE, FALSE, or NONE: pending, perhaps a tail call. */
static term equal(struct proc *p, term a, term b)
{
    if (same(a, b))
        return TRUE_TERM;
    struct equal_work w;
    equal_begin(&w);
    w.process = p;
    term lazy = NIL, answer = NONE;
    word budget = EQUAL_BUDGET;
    enum truth t = equal_push(&w, a, b, true) ? equal_run(&w, &budget, &lazy) : TRUTH_MEMORY;
    native_charge(p, (EQUAL_BUDGET - budget) / 20);
    if (t == TRUTH_YES || t == TRUTH_NO) {
        answer = mk_bool(t == TRUTH_YES);
    } else if (t == TRUTH_MEMORY) {
        no_memory(p);
    } else {
        term more = NIL, work = work_save(p, &w, &lazy, &more);
        if (!is_none(work))
            tail_call(p, SLOW_equal_on, 2, lazy, work);
    }
    equal_end(&w);
    return answer;
}
/* (%equal-all list): = of more than two. */
enum { A_LIST, A_STARTED };
enum step step_equal_all(struct proc *p)
{
    if (is_truthy(REG(A_STARTED))) {
        if (!is_truthy(p->result))
            return step_return(p, FALSE_TERM);
        REG(A_LIST) = cons_tail(REG(A_LIST));
    }
    REG(A_STARTED) = TRUE_TERM;
    term list = REG(A_LIST), rest = cons_tail(list);
    if (!is_cons(rest))
        return step_return(p, TRUE_TERM);
    return step_call(p, SLOW_equal_two, 2, cons_head(list), cons_head(rest));
}
term native_equal(struct proc *p, unsigned n)
{
    if (n == 2)
        return equal(p, ARG(0), ARG(1));
    if (n == 1)
        return TRUE_TERM;
    term list = list_from_args(p, 0, n);
    return is_none(list) ? NONE : tail_call(p, SLOW_equal_all, 1, list);
}
term native_is_identical(struct proc *p, unsigned n)
{
    return mk_bool(same(ARG(0), ARG(1)));
}

/* --- hash --- */

static term hash_term(u64 h)
{
    return mk_int((iword)(h >> 4));
}
term native_hash(struct proc *p, unsigned n)
{
    term lazy;
    u64 h;
    if (!key_ready(p, ARG(0), &lazy))
        return retry_when_ready(p, ARG(0));
    return key_hash_unless_stopped(p, ARG(0), &h) ? hash_term(h) : retry_after_interrupt(p);
}
/* (hash-ordered-coll coll): as the sequence of its elements. */
term native_hash_ordered(struct proc *p, unsigned n)
{
    term list, lazy;
    word count;
    enum seq_status status = list_of(p, ARG(0), &list, &count, &lazy);
    if (status == SEQ_LAZY || (status == SEQ_OK && !key_ready(p, list, &lazy)))
        return retry_when_ready(p, ARG(0));
    u64 h;
    if (status != SEQ_OK)
        return NONE;
    return key_hash_unless_stopped(p, list, &h) ? hash_term(h) : retry_after_interrupt(p);
}
term native_mix_hash(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)))
        return raise_arg(p, 0, "a small integer");
    if (!is_int(ARG(1)))
        return raise_arg(p, 1, "a small integer");
    return hash_term(hash_mix(ARG(0).w, ARG(1).w));
}

/* --- compare and sort --- */

static term not_comparable(struct proc *p, term a, term b)
{
    return raise(p, E_TYPE_ERROR, "cannot compare %T with %T", a, b);
}
term native_compare(struct proc *p, unsigned n)
{
    int order;
    term lazy;
    switch (term_compare(ARG(0), ARG(1), &order, &lazy)) {
    case TRUTH_YES:
        return mk_int(order);
    case TRUTH_MEMORY:
        return no_memory(p);
    case TRUTH_NO:
    case TRUTH_LAZY:
    case TRUTH_TYPES:
        break;
    }
    return not_comparable(p, ARG(0), ARG(1));
}

struct sort {
    const struct proc *process;
    bool pairs;        /* elements are [key x], in the order of their keys */
    word looks;        /* at two elements */
    enum truth status; /* TRUTH_YES while all went well; TRUTH_LAZY: the process is asked to stop */
    term a, b;         /* else what could not be compared */
};
/* a comes after b. */
static bool after(struct sort *s, term a, term b)
{
    if (UNLIKELY(++s->looks % INTERRUPT_LOOKS == 0) && interrupt_asked(s->process))
        s->status = TRUTH_LAZY;
    if (s->pairs) {
        a = OBJ(tuple, a)->item[0];
        b = OBJ(tuple, b)->item[0];
    }
    if (are_ints(a, b))
        return (iword)a.w > (iword)b.w;
    int order = 0;
    term lazy;
    enum truth t = term_compare(a, b, &order, &lazy);
    if (UNLIKELY(t != TRUTH_YES) && s->status == TRUTH_YES)
        *s = (struct sort){s->process, s->pairs, s->looks, t, a, b};
    return order > 0;
}
#define RUN 8
/* Stable: runs by insertion, then merged bottom up between the two arrays. Answers the one that is sorted. */
static term *merge_sort(struct sort *s, term *from, term *to, word n)
{
    for (word start = 0; start < n && s->status == TRUTH_YES; start += RUN) {
        word end = start + RUN < n ? start + RUN : n;
        for (word i = start + 1; i < end; i++) {
            term x = from[i];
            word j = i;
            for (; j > start && after(s, from[j - 1], x); j--)
                from[j] = from[j - 1];
            from[j] = x;
        }
    }
    for (word width = RUN; width < n && s->status == TRUTH_YES; width *= 2) {
        for (word start = 0; start < n && s->status == TRUTH_YES; start += 2 * width) {
            word middle = start + width < n ? start + width : n, end = start + 2 * width < n ? start + 2 * width : n;
            word i = start, j = middle, k = start;
            if (middle < end && !after(s, from[middle - 1], from[middle])) {
                memcpy(to + start, from + start, (end - start) * sizeof(term));
                continue;
            }
            while (i < middle && j < end)
                to[k++] = after(s, from[i], from[j]) ? from[j++] : from[i++];
            memcpy(to + k, from + i, (middle - i) * sizeof(term));
            k += middle - i;
            memcpy(to + k, from + j, (end - j) * sizeof(term));
        }
        term *other = from;
        from = to;
        to = other;
    }
    return from;
}
static bool is_pair(term t)
{
    return is_type(t, T_TUPLE) && tuple_count(t) == 2;
}
/* The vector of the elements of ARG(0) in the order of compare; equal ones keep theirs. Of pairs [key x] that of every
 * x, in the order of the keys. */
static term sort(struct proc *p, bool pairs)
{
    term list, lazy;
    word count;
    enum seq_status status = list_of(p, ARG(0), &list, &count, &lazy);
    if (status != SEQ_OK)
        return status == SEQ_LAZY ? retry_after_force_all(p, lazy) : NONE;
    term *room = port_alloc(2 * (count + 1) * sizeof *room);
    if (!room)
        return raise(p, E_OUT_OF_MEMORY, "no memory to sort %lu elements", (unsigned long)count);
    word i = 0;
    struct sort s = {.process = p, .pairs = pairs, .status = TRUTH_YES};
    for (term l = list; is_cons(l) && s.status == TRUTH_YES; l = cons_tail(l)) {
        room[i++] = cons_head(l);
        if (pairs && !is_pair(cons_head(l))) {
            port_free(room);
            return raise_arg(p, 0, "pairs [key x]");
        }
        if (UNLIKELY(i % INTERRUPT_LOOKS == 0) && interrupt_asked(p))
            s.status = TRUTH_LAZY;
    }
    const term *sorted = merge_sort(&s, room, room + count, count);
    if (s.status == TRUTH_LAZY) {
        port_free(room);
        return retry_after_interrupt(p);
    }
    i = 0;
    for (term l = list; is_cons(l); l = cons_tail(l), i++) /* the cells are fresh: they take the sorted elements */
        cons_ptr(l)->head = pairs ? OBJ(tuple, sorted[i])->item[1] : sorted[i];
    port_free(room);
    unsigned rounds = 1;
    for (word k = count; k; k /= 2)
        rounds++;
    native_charge(p, count * rounds / 20);
    if (s.status == TRUTH_MEMORY)
        return no_memory(p);
    if (s.status != TRUTH_YES)
        return not_comparable(p, s.a, s.b);
    return vec_from_list(p, list);
}
/* (%sort-default coll) */
term native_sort_default(struct proc *p, unsigned n)
{
    return sort(p, false);
}
/* (%sort-pairs coll) */
term native_sort_pairs(struct proc *p, unsigned n)
{
    return sort(p, true);
}
