/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * `=`: an equality is a conjunction, so what is still to be compared is a stack of pairs in any order. Collections push
 * pairs instead of recursing; a run that meets a lazy cell keeps its pairs, so that it can go on (equal_work.h).
 */
#include "term/equal_work.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"

static bool push(struct equal_work *w, struct cursor a, struct cursor b)
{
    if (UNLIKELY(w->count == w->room)) {
        struct equal_pair *pair = port_alloc(2 * w->room * sizeof *pair);
        if (!pair)
            return false;
        memcpy(pair, w->pair, w->count * sizeof *pair);
        if (w->pair != w->inline_pair)
            port_free(w->pair);
        w->pair = pair;
        w->room *= 2;
    }
    w->pair[w->count++] = (struct equal_pair){a, b};
    return true;
}
void equal_begin(struct equal_work *w)
{
    w->pair = w->inline_pair;
    w->count = 0;
    w->room = ARRAY_LEN(w->inline_pair);
    w->process = NULL;
    w->stopped = false;
}
void equal_end(struct equal_work *w)
{
    if (w->pair != w->inline_pair)
        port_free(w->pair);
}
bool equal_push(struct equal_work *w, term a, term b, bool plain)
{
    word i = plain ? EQUAL_PLAIN : 0;
    return push(w, (struct cursor){a, i}, (struct cursor){b, i});
}
static enum truth pushed(bool ok)
{
    return ok ? TRUTH_YES : TRUTH_MEMORY;
}
static enum truth truth_of(bool b)
{
    return b ? TRUTH_YES : TRUTH_NO;
}

/* --- maps and sets --- */

static enum truth push_values(struct equal_work *w, term x, term y)
{
    if (same(x, y))
        return TRUTH_YES;
    if (!is_collection(x))
        return truth_of(key_equal(x, y));
    return pushed(equal_push(w, x, y, true));
}
/* Whether to give up at entry n of a collection, because the process is asked to stop; it is compared anew then. */
static bool is_stopped(struct equal_work *w, word n)
{
    if (LIKELY(n % 0x1000) || !w->process || !interrupt_asked(w->process))
        return false;
    return w->stopped = true;
}
static enum truth equal_maps(struct equal_work *w, term a, term b)
{
    if (map_count(a) != map_count(b))
        return TRUTH_NO;
    struct map_iter it = map_iter(a);
    for (word n = 1; map_next(&it); n++) {
        if (is_stopped(w, n))
            return TRUTH_LAZY;
        term y = map_get(b, it.key);
        if (is_absent(y))
            return TRUTH_NO;
        enum truth t = push_values(w, it.value, y);
        if (t != TRUTH_YES)
            return t;
    }
    return TRUTH_YES;
}
static enum truth equal_sets(struct equal_work *w, term a, term b)
{
    if (set_count(a) != set_count(b))
        return TRUTH_NO;
    struct map_iter it = map_iter(set_map(a));
    for (word n = 1; map_next(&it); n++) {
        if (is_stopped(w, n))
            return TRUTH_LAZY;
        if (!set_has(b, it.key))
            return TRUTH_NO;
    }
    return TRUTH_YES;
}
static bool sorted_scan(term sorted, term key, term *value)
{
    struct sorted_iter it = sorted_iter(OBJ(sorted, sorted)->root, false);
    while (sorted_next(&it)) {
        if (key_equal(it.key, key)) {
            *value = it.value;
            return true;
        }
    }
    return false;
}
/* b may be sorted too: in the same order the entries must correspond; in another one each is searched for. */
static enum truth equal_sorted(struct equal_work *w, term a, term b)
{
    bool set = box_aux(a) == 1, both = value_kind(b) == VALUE_SORTED;
    word n = OBJ(sorted, a)->count;
    word m = both ? OBJ(sorted, b)->count : set ? set_count(b) : map_count(b);
    if (n != m)
        return TRUTH_NO;
    bool same_order = both && same(OBJ(sorted, a)->compare, OBJ(sorted, b)->compare);
    struct sorted_iter it = sorted_iter(OBJ(sorted, a)->root, false), other = {0};
    if (same_order)
        other = sorted_iter(OBJ(sorted, b)->root, false);
    for (word k = 1; sorted_next(&it); k++) {
        if (is_stopped(w, k))
            return TRUTH_LAZY;
        term y;
        bool found;
        if (same_order) {
            found = sorted_next(&other) && key_equal(it.key, other.key);
            y = other.value;
        } else if (both) {
            found = sorted_scan(b, it.key, &y);
        } else {
            y = set ? set_get(b, it.key) : map_get(b, it.key);
            found = !is_absent(y);
        }
        if (!found)
            return TRUTH_NO;
        enum truth t = set ? TRUTH_YES : push_values(w, it.value, y);
        if (t != TRUTH_YES)
            return t;
    }
    return TRUTH_YES;
}

/* --- one pair --- */

static bool rtypes_equal(term a, term b)
{
    if (same(a, b))
        return true;
    word n = tuple_count(a);
    if (n != tuple_count(b) || !names_equal(OBJ(tuple, a)->item[0], OBJ(tuple, b)->item[0]))
        return false;
    for (word i = 1; i < n; i++) {
        if (!names_equal(OBJ(tuple, a)->item[i], OBJ(tuple, b)->item[i]))
            return false;
    }
    return true;
}
static enum truth push_seqs(struct equal_work *w, term a, term b)
{
    return pushed(push(w, cursor_at(a), cursor_at(b)));
}
/* Sorted collections against the hashed ones, sequences against vectors. */
static enum truth equal_across(struct equal_work *w, term a, enum value_kind ka, term b, enum value_kind kb)
{
    if ((ka == VALUE_SEQ && kb == VALUE_VECTOR) || (ka == VALUE_VECTOR && kb == VALUE_SEQ))
        return push_seqs(w, a, b);
    if (ka == VALUE_SORTED && kb == (box_aux(a) ? VALUE_SET : VALUE_MAP))
        return equal_sorted(w, a, b);
    if (kb == VALUE_SORTED && ka == (box_aux(b) ? VALUE_SET : VALUE_MAP))
        return equal_sorted(w, b, a);
    return TRUTH_NO;
}
static enum truth compare_one(struct equal_work *w, term a, term b)
{
    if (same(a, b))
        return TRUTH_YES;
    enum value_kind ka = value_kind(a), kb = value_kind(b);
    if (ka != kb)
        return equal_across(w, a, ka, b, kb);
    switch (ka) {
    case VALUE_NUMBER:
        return truth_of(num_equal(a, b));
    case VALUE_STRING:
        return truth_of(str_equal(a, b));
    case VALUE_BINARY:
        return truth_of(binary_equal(a, b));
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
        return truth_of(names_equal(a, b));
    case VALUE_UUID:
        return truth_of(OBJ(uuid, a)->high == OBJ(uuid, b)->high && OBJ(uuid, a)->low == OBJ(uuid, b)->low);
    case VALUE_REF:
        return truth_of(OBJ(ref, a)->id[0] == OBJ(ref, b)->id[0] && OBJ(ref, a)->id[1] == OBJ(ref, b)->id[1]);
    case VALUE_INST:
        return truth_of(num_order(OBJ(inst, a)->millis, OBJ(inst, b)->millis) == NUM_SAME);
    case VALUE_VECTOR:
        return vec_count(a) == vec_count(b) ? push_seqs(w, a, b) : TRUTH_NO;
    case VALUE_SEQ:
    case VALUE_TAGGED:
        return push_seqs(w, a, b);
    case VALUE_RECORD:
        return rtypes_equal(OBJ(record, a)->rtype, OBJ(record, b)->rtype) ? push_seqs(w, a, b) : TRUTH_NO;
    case VALUE_MAP:
        return equal_maps(w, a, b);
    case VALUE_SET:
        return equal_sets(w, a, b);
    case VALUE_SORTED:
        return box_aux(a) == box_aux(b) ? equal_sorted(w, a, b) : TRUTH_NO;
    case VALUE_OTHER:
    case VALUE_NIL:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
        break;
    }
    return TRUTH_NO;
}

/* What is left of the pair, whose comparison was given up. */
static enum truth stop(struct equal_work *w, word kept, term a, term b, term *lazy)
{
    w->stopped = false;
    w->count = kept; /* its parts */
    *lazy = NIL;
    return equal_push(w, a, b, true) ? TRUTH_LAZY : TRUTH_MEMORY;
}
enum truth equal_run(struct equal_work *w, word *budget, term *lazy)
{
    while (w->count) {
        struct equal_pair *at = &w->pair[w->count - 1], before = *at;
        if (at->a.i == EQUAL_PLAIN) {
            w->count--;
            word kept = w->count;
            enum truth t = compare_one(w, before.a.s, before.b.s);
            if (t != TRUTH_YES)
                return w->stopped ? stop(w, kept, before.a.s, before.b.s, lazy) : t;
            continue;
        }
        if (same(at->a.s, at->b.s) && at->a.i == at->b.i) {
            w->count--;
            continue;
        }
        if (UNLIKELY(*budget == 0)) {
            *lazy = NIL;
            return TRUTH_LAZY;
        }
        --*budget;
        term x, y;
        enum seq_status sa = cursor_next(&at->a, &x, lazy);
        if (sa == SEQ_LAZY)
            return TRUTH_LAZY;
        enum seq_status sb = cursor_next(&at->b, &y, lazy);
        if (sb == SEQ_LAZY) {
            at->a = before.a;
            return TRUTH_LAZY;
        }
        if (sa != SEQ_OK || sb != SEQ_OK) {
            if (sa != sb)
                return TRUTH_NO;
            w->count--;
            continue;
        }
        word kept = w->count;
        enum truth t = compare_one(w, x, y);
        if (t != TRUTH_YES)
            return w->stopped ? stop(w, kept, x, y, lazy) : t;
    }
    return TRUTH_YES;
}

static enum truth equal_within(const struct proc *p, word budget, term a, term b, term *lazy)
{
    if (same(a, b))
        return TRUTH_YES;
    struct equal_work w;
    equal_begin(&w);
    w.process = p;
    enum truth t = compare_one(&w, a, b);
    if (t == TRUTH_YES && w.count)
        t = equal_run(&w, &budget, lazy);
    equal_end(&w);
    return t;
}
enum truth term_equal(term a, term b, term *lazy)
{
    return equal_within(NULL, SEQ_MAX, a, b, lazy);
}
#define SOON 10000 /* elements */
enum truth term_equal_soon(struct proc *p, term a, term b, term *lazy)
{
    return equal_within(p, SOON, a, b, lazy);
}

/*
 * A map or set that is itself a key makes equal_maps look up keys, which comes back here: the one recursion over nested
 * data. Past this depth two keys count as equal when their 64-bit seeded hashes are.
 */
#define KEY_DEPTH_MAX 40

bool key_equal(term a, term b)
{
    static _Thread_local unsigned depth;
    if (same(a, b))
        return true;
    if (are_ints(a, b) || (is_keyword(a) && is_keyword(b) && is_shared(a) && is_shared(b)))
        return false;
    if (depth >= KEY_DEPTH_MAX)
        return key_hash(a) == key_hash(b);
    term lazy;
    depth++;
    enum truth t = term_equal(a, b, &lazy);
    depth--;
    return t == TRUTH_YES;
}

/* --- readiness --- */

struct ready_stack {
    struct cursor *at;
    word count, room;
    struct cursor inline_at[32];
};
static bool ready_push(struct ready_stack *s, term t)
{
    if (UNLIKELY(s->count == s->room)) {
        struct cursor *at = port_alloc(2 * s->room * sizeof *at);
        if (!at)
            return false;
        memcpy(at, s->at, s->count * sizeof *at);
        if (s->at != s->inline_at)
            port_free(s->at);
        s->at = at;
        s->room *= 2;
    }
    s->at[s->count++] = cursor_at(t);
    return true;
}
/* Keys of maps and elements of sets are ready already; values need not be. What finds no room counts as ready. */
static void ready_push_part(struct ready_stack *s, term t)
{
    if (is_collection(t))
        (void)!ready_push(s, t);
}
static void ready_push_values(struct ready_stack *s, term t)
{
    if (value_kind(t) == VALUE_MAP) {
        struct map_iter it = map_iter(t);
        while (map_next(&it))
            ready_push_part(s, it.value);
    } else if (box_aux(t) == 0) {
        struct sorted_iter it = sorted_iter(OBJ(sorted, t)->root, false);
        while (sorted_next(&it))
            ready_push_part(s, it.value);
    }
}
#define READY_LOOKS 0x4000 /* elements between two looks at whether the process is asked to stop */
bool key_ready_deep(struct proc *p, term t, term *lazy)
{
    struct ready_stack s;
    s.at = s.inline_at;
    s.count = 0;
    s.room = ARRAY_LEN(s.inline_at);
    bool ready = ready_push(&s, t);
    word budget = SEQ_MAX;
    while (s.count && ready) {
        if (UNLIKELY(budget % READY_LOOKS == 0) && interrupt_asked(p)) {
            proc_end_slice(p);
            *lazy = t;
            ready = false;
            break;
        }
        struct cursor *c = &s.at[s.count - 1];
        enum value_kind kind = value_kind(c->s);
        if (kind == VALUE_MAP || kind == VALUE_SORTED) {
            term map = c->s;
            s.count--;
            ready_push_values(&s, map);
            continue;
        }
        if (kind == VALUE_SET) {
            s.count--;
            continue;
        }
        term x;
        enum seq_status status = budget-- ? cursor_next(c, &x, lazy) : SEQ_END;
        if (status == SEQ_OK)
            ready_push_part(&s, x);
        else if (status == SEQ_LAZY)
            ready = false;
        else
            s.count--;
    }
    if (s.at != s.inline_at)
        port_free(s.at);
    return ready;
}
