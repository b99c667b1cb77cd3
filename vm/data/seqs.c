/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Sequences: walking them, first, rest, next, seq, count, nth, lists. Views of collections are made in seq_views.c;
 * lazy cells are run in force.c.
 */
#include "data/seqs.h"

#include "data/maps.h"
#include "data/num.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "term/equal.h"

/* --- kinds --- */

bool is_seq(term t)
{
    return value_kind(t) == VALUE_SEQ;
}
bool is_sequential(term t)
{
    enum value_kind kind = value_kind(t);
    return kind == VALUE_SEQ || kind == VALUE_VECTOR;
}
bool is_list(term t)
{
    return is_cons(t) || same(t, EMPTY_LIST) || is_type(t, T_LIST);
}
/* Cells behind which another sequence is lazily computed are none. Only the first few cells are looked at. */
bool is_whole_list(term t)
{
    for (unsigned i = 0; i < 16 && is_cons(t); i++)
        t = cons_tail(t);
    return is_nil(t) || is_list(t);
}
bool is_coll(term t)
{
    return value_kind(t) >= VALUE_SEQ;
}
bool is_seqable(term t)
{
    enum value_kind kind = value_kind(t);
    return kind >= VALUE_SEQ || kind == VALUE_NIL || kind == VALUE_STRING || kind == VALUE_BINARY;
}
bool is_counted(term t)
{
    enum value_kind kind = value_kind(t);
    if (kind != VALUE_SEQ)
        return kind > VALUE_SEQ || is_type(t, T_TRANSIENT);
    if (same(t, EMPTY_LIST))
        return true;
    if (!is_box(t))
        return is_whole_list(t);
    enum type type = box_type(t);
    return type == T_SEQ || (type == T_LIST && int_value(OBJ(list, t)->count) >= 0) ||
           (type == T_RANGE && !is_nil(OBJ(range, t)->end));
}

/* --- cursors --- */

static term range_at(term range, word i)
{
    return mk_int(int_value(OBJ(range, range)->start) + (iword)i * int_value(OBJ(range, range)->step));
}
/* i < range_count(range), but without a division, for an i that is no more than that. */
static bool range_has(term range, word i)
{
    const struct obj_range *r = OBJ(range, range);
    term x = range_at(range, i);
    if (is_nil(r->end))
        return same(r->step, mk_int(0)) || int_value(x) < SMALL_MAX - int_value(r->step) + 1;
    return (iword)r->step.w > 0 ? (iword)x.w<(iword)r->end.w : (iword)x.w>(iword) r->end.w;
}
/* Records and tagged literals show their parts to equality and hash. */
static bool part_at(term t, word i, term *x)
{
    if (box_type(t) == T_TAGGED) {
        *x = i ? OBJ(tagged, t)->form : OBJ(tagged, t)->tag;
        return i < 2;
    }
    const struct obj_record *r = OBJ(record, t);
    word n = tuple_count(r->rtype) - 1;
    *x = i == 0 ? OBJ(tuple, r->rtype)->item[0] : i <= n ? r->field[i - 1] : r->ext;
    return i <= n + 1;
}
/* A view becomes a place in what it views; false: it is walked as it is. */
static bool enter_view(struct cursor *c)
{
    const struct obj_seq *s = OBJ(seq, c->s);
    if (box_aux(c->s) == SEQ_RSEQ)
        return false;
    c->i = (word)int_value(s->position);
    c->s = s->coll;
    return true;
}
static enum seq_status string_next(struct cursor *c, term *x)
{
    struct str_view v = str_view(c->s);
    if (c->i >= v.bytes)
        return SEQ_END;
    *x = mk_char(utf8_next(v.data, &c->i));
    return SEQ_OK;
}
/* Steps over what is counted by c->i: x is element i of n. */
static enum seq_status indexed_next(struct cursor *c, term *x)
{
    word i = c->i;
    switch (value_kind(c->s)) {
    case VALUE_VECTOR:
        if (i >= vec_count(c->s))
            return SEQ_END;
        *x = vec_nth(c->s, i);
        break;
    case VALUE_STRING:
        return string_next(c, x);
    case VALUE_BINARY:
        if (i >= binary_bytes(c->s))
            return SEQ_END;
        *x = binary_byte(c->s, i);
        break;
    case VALUE_RECORD:
    case VALUE_TAGGED:
        if (!part_at(c->s, i, x))
            return SEQ_END;
        break;
    case VALUE_NIL:
        return SEQ_END;
    case VALUE_OTHER:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_SEQ:
    case VALUE_MAP:
    case VALUE_SET:
    case VALUE_SORTED:
        return SEQ_ERROR;
    }
    c->i = i + 1;
    return SEQ_OK;
}
enum seq_status cursor_next_slow(struct cursor *c, term *x, term *lazy)
{
    for (;;) {
        term s = c->s;
        if (is_cons(s)) {
            *x = cons_head(s);
            *c = cursor_at(cons_tail(s));
            return SEQ_OK;
        }
        if (same(s, EMPTY_LIST))
            return SEQ_END;
        if (!is_box(s))
            return indexed_next(c, x);
        enum type type = box_type(s);
        if (type == T_LIST) {
            c->s = OBJ(list, s)->cells;
        } else if (type == T_LAZY) {
            if (!lazy_is_done(s)) {
                *lazy = s;
                return SEQ_LAZY;
            }
            c->s = OBJ(lazy, s)->thunk_or_value;
        } else if (type == T_CHUNKED) {
            const struct obj_chunked *o = OBJ(chunked, s);
            word i = (word)int_value(o->index) + c->i;
            if (i < tuple_count(o->chunk)) {
                *x = OBJ(tuple, o->chunk)->item[i];
                c->i++;
                return SEQ_OK;
            }
            *c = cursor_at(o->rest);
        } else if (type == T_RANGE) {
            if (!range_has(s, c->i))
                return SEQ_END;
            *x = range_at(s, c->i++);
            return SEQ_OK;
        } else if (type == T_SEQ) {
            if (c->i == 0 && enter_view(c))
                continue;
            const struct obj_seq *o = OBJ(seq, s);
            iword i = int_value(o->position) - (iword)c->i;
            if (i < 0)
                return SEQ_END;
            *x = vec_nth(o->coll, (word)i);
            c->i++;
            return SEQ_OK;
        } else {
            return indexed_next(c, x);
        }
    }
}

static term chunked_rest(struct proc *p, const struct obj_chunked *o, word index)
{
    if (index >= tuple_count(o->chunk))
        return o->rest;
    struct obj_chunked *n = (struct obj_chunked *)heap_take_box(p, T_CHUNKED, 0, CHUNKED_WORDS - 1);
    n->chunk = o->chunk;
    n->index = mk_int((iword)index);
    n->rest = o->rest;
    n->meta = NIL;
    return mk_box_ptr(n);
}
term cursor_rest(struct proc *p, const struct cursor *c)
{
    term s = c->s;
    if (!is_box(s) || (c->i == 0 && !is_string(s) && !is_binary(s)))
        return s;
    switch (box_type(s)) {
    case T_CHUNKED: {
        const struct obj_chunked *o = OBJ(chunked, s);
        return chunked_rest(p, o, (word)int_value(o->index) + c->i);
    }
    case T_RANGE: {
        if (c->i >= range_count(s))
            return EMPTY_LIST;
        term start = range_at(s, c->i);
        struct obj_range *r = (struct obj_range *)heap_take_box(p, T_RANGE, 0, 4);
        *r = (struct obj_range){r->hdr, start, OBJ(range, s)->end, OBJ(range, s)->step, NIL};
        return mk_box_ptr(r);
    }
    case T_SEQ: {
        iword i = int_value(OBJ(seq, s)->position) - (iword)c->i;
        return i < 0 ? EMPTY_LIST : mk_seq(p, SEQ_RSEQ, OBJ(seq, s)->coll, mk_int(i), NIL);
    }
    default:
        break;
    }
    if (is_vector(s))
        return c->i >= vec_count(s) ? EMPTY_LIST : mk_seq(p, SEQ_VECTOR, s, mk_int((iword)c->i), NIL);
    if (is_string(s))
        return c->i >= str_view(s).bytes ? EMPTY_LIST : mk_seq(p, SEQ_STRING, s, mk_int((iword)c->i), NIL);
    return c->i >= binary_bytes(s) ? EMPTY_LIST : mk_seq(p, SEQ_BINARY, s, mk_int((iword)c->i), NIL);
}

/* --- seq, first, rest, next --- */

static enum seq_status not_seqable(struct proc *p, term t)
{
    raise(p, E_TYPE_ERROR, "cannot make a sequence of %T: a collection, a string or nil is wanted", t);
    return SEQ_ERROR;
}
static enum seq_status seq_of_indexed(struct proc *p, term coll, enum seq_kind kind, bool empty, term *s)
{
    if (empty)
        return SEQ_END;
    if (!heap_reserve(p, SEQ_WORDS, &coll))
        return SEQ_ERROR;
    *s = mk_seq(p, kind, coll, mk_int(0), NIL);
    return SEQ_OK;
}
static enum seq_status seq_of_box(struct proc *p, term t, term *s, term *lazy)
{
    switch (box_type(t)) {
    case T_LIST: {
        term cells = OBJ(list, t)->cells;
        if (!is_cons(cells))
            return SEQ_END;
        *s = t;
        return SEQ_OK;
    }
    case T_CHUNKED:
    case T_SEQ:
    case T_RANGE:
        *s = t;
        return SEQ_OK;
    case T_LAZY:
        if (!lazy_is_done(t)) {
            *lazy = t;
            if (!lazy_is_native(t))
                return SEQ_LAZY;
            if (!lazy_force_native(p, &t))
                return SEQ_ERROR;
        }
        *s = OBJ(lazy, t)->thunk_or_value;
        return is_nil(*s) ? SEQ_END : SEQ_OK;
    default:
        break;
    }
    switch (value_kind(t)) {
    case VALUE_VECTOR:
        return seq_of_indexed(p, t, SEQ_VECTOR, vec_count(t) == 0, s);
    case VALUE_STRING:
        return seq_of_indexed(p, t, SEQ_STRING, str_view(t).bytes == 0, s);
    case VALUE_BINARY:
        return seq_of_indexed(p, t, SEQ_BINARY, binary_bytes(t) == 0, s);
    case VALUE_MAP:
    case VALUE_SORTED:
    case VALUE_RECORD:
        return view_of(p, t, box_type(t) == T_SORTED && box_aux(t) ? VIEW_KEYS : VIEW_ENTRIES, s, lazy);
    case VALUE_SET:
        return view_of(p, t, VIEW_KEYS, s, lazy);
    case VALUE_OTHER:
    case VALUE_NIL:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_TAGGED:
    case VALUE_SEQ:
        break;
    }
    return not_seqable(p, t);
}
enum seq_status seq_of(struct proc *p, term coll, term *s, term *lazy)
{
    if (is_cons(coll)) {
        *s = coll;
        return SEQ_OK;
    }
    if (is_nil(coll) || same(coll, EMPTY_LIST))
        return SEQ_END;
    return is_box(coll) ? seq_of_box(p, coll, s, lazy) : not_seqable(p, coll);
}
enum seq_status seq_step(struct proc *p, term *s, term *x, term *lazy)
{
    if (is_cons(*s)) {
        *x = cons_head(*s);
        *s = cons_tail(*s);
        return SEQ_OK;
    }
    term from;
    enum seq_status status = seq_of(p, *s, &from, lazy);
    if (status != SEQ_OK)
        return status;
    if (!heap_reserve(p, CURSOR_REST_WORDS, &from))
        return SEQ_ERROR;
    struct cursor c = cursor_at(from);
    status = cursor_next(&c, x, lazy);
    ASSERT(status == SEQ_OK, "seq_of answers a sequence that is not empty");
    *s = cursor_rest(p, &c);
    return status;
}

/* An answer for a status other than SEQ_OK. */
static term no_step(struct proc *p, enum seq_status status, term lazy, term slow, term coll, term at_end)
{
    if (status == SEQ_LAZY)
        return call_after_force(p, lazy, slow, 1, coll);
    return status == SEQ_END ? at_end : NONE;
}
term seq_first(struct proc *p, term s)
{
    struct cursor c = cursor_at(s);
    term x, lazy, from;
    enum seq_status status = SEQ_ERROR;
    if (is_cons(s))
        return cons_head(s);
    if (value_kind(s) <= VALUE_VECTOR && value_kind(s) != VALUE_TAGGED)
        status = cursor_next(&c, &x, &lazy);
    if (status == SEQ_OK)
        return x;
    if (status == SEQ_END)
        return NIL;
    status = seq_of(p, s, &from, &lazy); /* maps and lazy cells that C can force */
    if (status != SEQ_OK)
        return no_step(p, status, lazy, SLOW_first, s, NIL);
    c = cursor_at(from);
    status = cursor_next(&c, &x, &lazy);
    ASSERT(status == SEQ_OK, "seq_of answers a sequence that is not empty");
    return x;
}
term seq_rest(struct proc *p, term s)
{
    term x, lazy, at = s;
    enum seq_status status = seq_step(p, &at, &x, &lazy);
    if (status != SEQ_OK)
        return no_step(p, status, lazy, SLOW_rest, s, EMPTY_LIST);
    return is_nil(at) ? EMPTY_LIST : at;
}
term seq_seq(struct proc *p, term s)
{
    term x, lazy;
    enum seq_status status = seq_of(p, s, &x, &lazy);
    return status == SEQ_OK ? x : no_step(p, status, lazy, SLOW_seq, s, NIL);
}
term seq_next(struct proc *p, term s)
{
    term x, lazy, at = s;
    enum seq_status status = seq_step(p, &at, &x, &lazy);
    if (status != SEQ_OK)
        return no_step(p, status, lazy, SLOW_next, s, NIL);
    return seq_seq(p, at);
}

/* --- count and nth --- */

/* A walk stops here to let others run. */
#define WALK_BUDGET 1000000

static term raise_uncounted(struct proc *p, term t)
{
    return raise(p, E_TYPE_ERROR, "cannot count %T: a collection, a string or nil is wanted", t);
}
/* Counts elements from the cursor on, which it moves: SEQ_OK where it is time to let others run. MAY_GC */
static enum seq_status count_walk(struct proc *p, struct cursor *c, word *n, term *lazy)
{
    word before = *n;
    enum seq_status status = SEQ_OK;
    while (status == SEQ_OK && *n - before < WALK_BUDGET) {
        term x;
        if (is_type(c->s, T_CHUNKED)) { /* its elements all at once */
            const struct obj_chunked *o = OBJ(chunked, c->s);
            *n += tuple_count(o->chunk) - ((word)int_value(o->index) + c->i);
            *c = cursor_at(o->rest);
            continue;
        }
        status = cursor_next(c, &x, lazy);
        *n += status == SEQ_OK;
        if (status == SEQ_ERROR)
            raise_uncounted(p, c->s);
        if (status == SEQ_LAZY && lazy_is_native(*lazy)) {
            status = lazy_force_native(p, lazy) ? SEQ_OK : SEQ_ERROR;
            *c = cursor_at(*lazy);
        }
    }
    native_charge(p, (*n - before) / 20);
    return status;
}
/* The elements of a sequence whose number is not known. */
static term seq_count(struct proc *p, term s)
{
    struct cursor c = cursor_at(s);
    term lazy;
    word n = 0;
    switch (count_walk(p, &c, &n, &lazy)) {
    case SEQ_END:
        return mk_int((iword)n);
    case SEQ_LAZY:
        return tail_call(p, SLOW_count_on, 2, lazy, mk_int((iword)n));
    case SEQ_ERROR:
        return NONE;
    case SEQ_OK:
        break;
    }
    if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
        return NONE;
    return tail_call(p, SLOW_count_on, 2, cursor_rest(p, &c), mk_int((iword)n));
}
/* (%count-on s n): STEP. n + the elements of s; cells on the way are forced, and nothing holds what was counted. */
enum { COUNT_SEQ, COUNT_N, COUNT_GOES_ON };
enum step step_count_on(struct proc *p)
{
    struct cursor c = cursor_at(is_nil(REG(COUNT_GOES_ON)) ? REG(COUNT_SEQ) : p->result);
    word n = (word)int_value(REG(COUNT_N));
    term lazy;
    REG(COUNT_SEQ) = p->result = NIL;
    REG(COUNT_GOES_ON) = TRUE_TERM;
    enum seq_status status = count_walk(p, &c, &n, &lazy);
    REG(COUNT_N) = mk_int((iword)n);
    switch (status) {
    case SEQ_END:
        return step_return(p, REG(COUNT_N));
    case SEQ_LAZY:
        return step_call(p, SLOW_force, 1, lazy);
    case SEQ_OK:
        if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s))
            return STEP_RAISE;
        p->result = cursor_rest(p, &c);
        return STEP_AGAIN;
    case SEQ_ERROR:
        break;
    }
    return STEP_RAISE;
}
static iword known_count(term c) /* -1: must be walked; -2: has none */
{
    switch (value_kind(c)) {
    case VALUE_NIL:
        return 0;
    case VALUE_STRING:
        return str_view(c).code_points;
    case VALUE_BINARY:
        return (iword)binary_bytes(c);
    case VALUE_VECTOR:
        return (iword)vec_count(c);
    case VALUE_MAP:
        return (iword)map_count(c);
    case VALUE_SET:
        return (iword)set_count(c);
    case VALUE_SORTED:
        return (iword)OBJ(sorted, c)->count;
    case VALUE_RECORD: {
        const struct obj_record *r = OBJ(record, c);
        return (iword)(tuple_count(r->rtype) - 1 + (is_nil(r->ext) ? 0 : map_count(r->ext)));
    }
    case VALUE_SEQ:
        break;
    case VALUE_OTHER:
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_TAGGED:
        return -2;
    }
    if (is_type(c, T_LIST))
        return int_value(OBJ(list, c)->count);
    if (is_type(c, T_RANGE) && !is_nil(OBJ(range, c)->end))
        return (iword)range_count(c);
    if (is_type(c, T_SEQ)) {
        const struct obj_seq *s = OBJ(seq, c);
        iword at = int_value(s->position);
        switch ((enum seq_kind)box_aux(c)) {
        case SEQ_VECTOR:
            return (iword)vec_count(s->coll) - at;
        case SEQ_STRING: {
            struct str_view v = str_view(s->coll);
            return v.ascii ? (iword)v.bytes - at : -1;
        }
        case SEQ_BINARY:
            return (iword)binary_bytes(s->coll) - at;
        case SEQ_RSEQ:
            return at + 1;
        case SEQ_MAP:
        case SEQ_SORTED:
        case SEQ_KEYS:
        case SEQ_VALS:
            break;
        }
    }
    return -1;
}
term coll_count(struct proc *p, term c)
{
    iword n = known_count(c);
    if (n >= 0)
        return mk_int(n);
    if (n == -1)
        return seq_count(p, c);
    return is_type(c, T_TRANSIENT) ? transient_count(p, c) : raise_uncounted(p, c);
}

static term out_of_range(struct proc *p, iword i, term otherwise)
{
    if (!is_absent(otherwise))
        return otherwise;
    return raise(p, E_RANGE_ERROR, "index %ld is out of range", (long)i);
}
static term nth_walk(struct proc *p, term s, word i, term otherwise)
{
    word wanted = i;
    struct cursor c = cursor_at(s);
    term x, lazy;
    enum seq_status status = SEQ_OK;
    word budget = WALK_BUDGET;
    for (;;) {
        while (budget && (status = cursor_next(&c, &x, &lazy)) == SEQ_OK) {
            if (i-- == 0)
                return x;
            budget--;
        }
        if (status != SEQ_LAZY || !lazy_is_native(lazy))
            break;
        SCRATCH(SCRATCH_SEQS) = otherwise;
        bool ok = lazy_force_native(p, &lazy);
        otherwise = SCRATCH(SCRATCH_SEQS);
        SCRATCH(SCRATCH_SEQS) = NIL;
        if (!ok)
            return NONE;
        c = cursor_at(lazy);
    }
    native_charge(p, (WALK_BUDGET - budget) / 20);
    if (status == SEQ_END)
        return out_of_range(p, (iword)wanted, otherwise);
    if (status == SEQ_LAZY)
        return call_after_force(p, lazy, SLOW_nth_on, 3, lazy, mk_int((iword)i), otherwise);
    if (!heap_reserve(p, CURSOR_REST_WORDS, &c.s, &otherwise))
        return NONE;
    return tail_call(p, SLOW_nth_on, 3, cursor_rest(p, &c), mk_int((iword)i), otherwise);
}
term raise_index(struct proc *p, term i)
{
    if (is_integer(i))
        return raise(p, E_RANGE_ERROR, "index %T is out of range", i);
    return raise(p, E_TYPE_ERROR, "an index must be an integer, not %T", i);
}
term coll_nth(struct proc *p, term c, term index, term otherwise)
{
    if (!is_int(index))
        return is_integer(index) && !is_absent(otherwise) ? otherwise : raise_index(p, index);
    iword i = int_value(index);
    switch (value_kind(c)) {
    case VALUE_NIL:
        return is_absent(otherwise) ? NIL : otherwise;
    case VALUE_VECTOR:
        return i >= 0 && (word)i < vec_count(c) ? vec_nth(c, (word)i) : out_of_range(p, i, otherwise);
    case VALUE_STRING:
        if (i < 0 || (word)i >= str_view(c).code_points)
            return out_of_range(p, i, otherwise);
        return mk_char(str_char_at(c, (word)i));
    case VALUE_BINARY:
        return i >= 0 && (word)i < binary_bytes(c) ? binary_byte(c, (word)i) : out_of_range(p, i, otherwise);
    case VALUE_SEQ:
        if (i < 0)
            return out_of_range(p, i, otherwise);
        if (is_type(c, T_RANGE))
            return (word)i < range_count(c) ? range_at(c, (word)i) : out_of_range(p, i, otherwise);
        return nth_walk(p, c, (word)i, otherwise);
    case VALUE_OTHER:
        if (is_type(c, T_TRANSIENT))
            return transient_nth(p, c, index, otherwise);
        break;
    case VALUE_BOOL:
    case VALUE_CHAR:
    case VALUE_PID:
    case VALUE_NUMBER:
    case VALUE_SYMBOL:
    case VALUE_KEYWORD:
    case VALUE_UUID:
    case VALUE_INST:
    case VALUE_REF:
    case VALUE_TAGGED:
    case VALUE_MAP:
    case VALUE_SET:
    case VALUE_SORTED:
    case VALUE_RECORD:
        break;
    }
    return raise(p, E_TYPE_ERROR, "nth works on sequences, vectors and strings, not on %T", c);
}

/* --- lists --- */

term mk_list(struct proc *p, term cells, word count, term meta)
{
    if (!heap_reserve(p, 4, &cells, &meta))
        return NONE;
    struct obj_list *l = (struct obj_list *)heap_take_box(p, T_LIST, 0, 3);
    l->cells = cells;
    l->count = mk_int((iword)count);
    l->meta = meta;
    return mk_box_ptr(l);
}
term list_from_args(struct proc *p, unsigned from, unsigned n)
{
    if (from >= n)
        return EMPTY_LIST;
    if (!heap_reserve(p, CONS_WORDS * (n - from)))
        return NONE;
    term list = EMPTY_LIST;
    for (unsigned i = n; i > from; i--)
        list = mk_cons(p, ARG(i - 1), list);
    return list;
}
/* Walks to the end, or `most` elements: their number. Cells over collections are forced on the way. MAY_GC: *s is
 * updated.
 */
static enum seq_status length_of(struct proc *p, term *s, word most, word *count, term *lazy)
{
    struct cursor c = cursor_at(*s);
    word n = 0;
    enum seq_status status = SEQ_END;
    term x;
    for (;;) {
        while (n < most && (status = cursor_next(&c, &x, lazy)) == SEQ_OK)
            n++;
        if (n == most || status != SEQ_LAZY || !lazy_is_native(*lazy))
            break;
        SCRATCH(SCRATCH_SEQS) = *s;
        bool ok = lazy_force_native(p, lazy);
        *s = SCRATCH(SCRATCH_SEQS);
        SCRATCH(SCRATCH_SEQS) = NIL;
        if (!ok)
            return SEQ_ERROR;
        c = cursor_at(*lazy);
    }
    *count = n;
    native_charge(p, n / 20);
    return n == most || status == SEQ_END ? SEQ_OK : status;
}
/* seq_of and length_of: *s is nil where there is nothing. */
static enum seq_status part(struct proc *p, term coll, word most, term *s, word *count, term *lazy)
{
    *count = 0;
    *s = NIL;
    enum seq_status status = seq_of(p, coll, s, lazy);
    if (status == SEQ_END)
        return SEQ_OK;
    return status == SEQ_OK ? length_of(p, s, most, count, lazy) : status;
}
/* part, all of it. */
static enum seq_status whole(struct proc *p, term coll, term *s, word *count, term *lazy)
{
    enum seq_status status = part(p, coll, SEQ_MAX + 1, s, count, lazy);
    if (status == SEQ_OK && *count > SEQ_MAX) {
        raise(p, E_SIZE_LIMIT, "a sequence of more than %lu elements", (unsigned long)SEQ_MAX);
        return SEQ_ERROR;
    }
    return status;
}
enum seq_status list_of_first(struct proc *p, term coll, word most, term *list, word *count, term *lazy)
{
    term s, x;
    enum seq_status status = most > SEQ_MAX ? whole(p, coll, &s, count, lazy) : part(p, coll, most, &s, count, lazy);
    if (status != SEQ_OK)
        return status;
    if (!heap_reserve(p, CONS_WORDS * *count + CURSOR_REST_WORDS, &s))
        return SEQ_ERROR;
    struct cursor c = cursor_at(s);
    term first = EMPTY_LIST, *end = &first;
    for (word i = 0; i < *count && cursor_next(&c, &x, lazy) == SEQ_OK; i++) {
        term cell = mk_cons(p, x, EMPTY_LIST);
        *end = cell;
        end = &cons_ptr(cell)->tail;
        if (UNLIKELY(i % INTERRUPT_LOOKS == INTERRUPT_LOOKS - 1) && interrupt_asked(p)) {
            retry_after_interrupt(p);
            return SEQ_ERROR;
        }
    }
    if (*count == most)
        *end = cursor_rest(p, &c);
    *list = first;
    return SEQ_OK;
}
enum seq_status list_of(struct proc *p, term coll, term *list, word *count, term *lazy)
{
    return list_of_first(p, coll, SEQ_MAX + 1, list, count, lazy);
}
term vec_of(struct proc *p, term coll, term *lazy)
{
    term s, x, list;
    word n;
    if (is_type(coll, T_TUPLE))
        return coll;
    enum seq_status status = whole(p, coll, &s, &n, lazy);
    if (status != SEQ_OK)
        return status == SEQ_LAZY ? ABSENT : NONE;
    if (n > TUPLE_MAX) {
        if (list_of(p, s, &list, &n, lazy) != SEQ_OK)
            return NONE;
        return vec_from_list(p, list);
    }
    if (n == 0)
        return EMPTY_VECTOR;
    if (!heap_reserve(p, 1 + n, &s))
        return NONE;
    struct obj_tuple *v = heap_take_tuple(p, n);
    struct cursor c = cursor_at(s);
    for (word i = 0; i < n && cursor_next(&c, &x, lazy) == SEQ_OK; i++)
        v->item[i] = x;
    return mk_box_ptr(v);
}
