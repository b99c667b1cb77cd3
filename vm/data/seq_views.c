/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * Sequences of maps, sets, sorted collections and records, and ranges.
 *
 * The seq of a map is a CHUNKED sequence: the first entries, then a lazy cell whose thunk is the state of the iteration
 * (a SEQ that programs never see). Forcing the cell makes the next chunk. So walkers need to know vectors, chunks and
 * cells only, a map of a million entries is not copied to look at its first, and each entry is made once.
 *
 *   SEQ_MAP state:    coll: the map; position: part | depth << 2; extra: tuple of (node, at) for each level
 *   SEQ_SORTED state: position: part | descending << 2; extra: list of the nodes to be visited, the next first
 */
#include "data/maps.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "term/equal.h"

#define FIRST_CHUNK 8
#define NEXT_CHUNK 32
/* Most words that a chunk of n and the state behind it take. */
#define CHUNK_ROOM(n) \
    ((n) * (ENTRY_WORDS + 1) + 1 + CHUNKED_WORDS + LAZY_WORDS + SEQ_WORDS + 1 + CONS_WORDS * SORTED_DEPTH)

term mk_seq(struct proc *p, enum seq_kind kind, term coll, term position, term extra)
{
    struct obj_seq *s = (struct obj_seq *)heap_take_box(p, T_SEQ, kind, SEQ_WORDS - 1);
    s->coll = coll;
    s->position = position;
    s->extra = extra;
    s->meta = NIL;
    return mk_box_ptr(s);
}
static term mk_chunked(struct proc *p, term chunk, term rest)
{
    struct obj_chunked *c = (struct obj_chunked *)heap_take_box(p, T_CHUNKED, 0, CHUNKED_WORDS - 1);
    c->chunk = chunk;
    c->index = mk_int(0);
    c->rest = rest;
    c->meta = NIL;
    return mk_box_ptr(c);
}

/* --- an iteration over either kind of tree --- */

struct source {
    bool sorted;
    enum view_part part;
    union {
        struct map_iter map;
        struct sorted_iter tree;
    };
};
static bool source_next(struct source *s, term *key, term *value)
{
    if (s->sorted) {
        if (!sorted_next(&s->tree))
            return false;
        *key = s->tree.key;
        *value = s->tree.value;
    } else {
        if (!map_next(&s->map))
            return false;
        *key = s->map.key;
        *value = s->map.value;
    }
    return true;
}
static bool source_more(const struct source *s)
{
    if (s->sorted)
        return s->tree.depth != 0;
    struct map_iter ahead = s->map;
    return map_next(&ahead);
}
static term source_save(struct proc *p, const struct source *s)
{
    if (s->sorted) {
        term nodes = EMPTY_LIST;
        for (unsigned i = 0; i < s->tree.depth; i++)
            nodes = mk_cons(p, s->tree.node[i], nodes);
        return mk_seq(p, SEQ_SORTED, NIL, mk_int(s->part | (iword)s->tree.descending << 2), nodes);
    }
    unsigned levels = s->map.depth; /* what stands beyond is of no iteration */
    struct obj_tuple *t = heap_take_tuple(p, 2 * levels);
    for (unsigned i = 0; i < levels; i++) {
        t->item[2 * i] = s->map.node[i];
        t->item[2 * i + 1] = mk_int(s->map.at[i]);
    }
    return mk_seq(p, SEQ_MAP, s->map.map, mk_int(s->part | (iword)s->map.depth << 2), mk_box_ptr(t));
}
static void source_load(struct source *s, term state)
{
    const struct obj_seq *o = OBJ(seq, state);
    word position = (word)int_value(o->position);
    s->part = (enum view_part)(position & 3);
    s->sorted = box_aux(state) == SEQ_SORTED;
    if (s->sorted) {
        unsigned n = 0;
        for (term l = o->extra; is_cons(l); l = cons_tail(l))
            n++;
        s->tree.depth = n;
        s->tree.descending = position >> 2;
        for (term l = o->extra; is_cons(l); l = cons_tail(l))
            s->tree.node[--n] = cons_head(l);
        return;
    }
    s->map = (struct map_iter){.key = NIL, .value = NIL, .map = o->coll, .depth = (unsigned)(position >> 2)};
    for (word i = 0; i < tuple_count(o->extra) / 2; i++) {
        s->map.node[i] = OBJ(tuple, o->extra)->item[2 * i];
        s->map.at[i] = (u32)int_value(OBJ(tuple, o->extra)->item[2 * i + 1]);
    }
}
/* The next up to `limit` elements as a CHUNKED sequence, or nil. CHUNK_ROOM(limit) is reserved. */
static term source_chunk(struct proc *p, struct source *s, unsigned limit)
{
    term item[NEXT_CHUNK], key, value;
    unsigned n = 0;
    while (n < limit && source_next(s, &key, &value)) {
        item[n++] = s->part == VIEW_KEYS ? key : s->part == VIEW_VALS ? value : mk_entry(p, key, value);
    }
    if (!n)
        return NIL;
    struct obj_tuple *chunk = heap_take_tuple(p, n);
    memcpy(chunk->item, item, n * sizeof *item);
    term rest = source_more(s) ? mk_lazy(p, source_save(p, s)) : EMPTY_LIST;
    return mk_chunked(p, mk_box_ptr(chunk), rest);
}

/* --- seq of collections --- */

static enum seq_status record_view(struct proc *p, term record, enum view_part part, term *s, term *lazy)
{
    term rest = EMPTY_LIST;
    if (!is_nil(OBJ(record, record)->ext)) {
        SCRATCH(SCRATCH_SEQS) = record;
        enum seq_status status = view_of(p, OBJ(record, record)->ext, part, &rest, lazy);
        record = SCRATCH(SCRATCH_SEQS);
        SCRATCH(SCRATCH_SEQS) = NIL;
        if (status == SEQ_ERROR)
            return status;
        if (status == SEQ_END)
            rest = EMPTY_LIST;
    }
    word n = tuple_count(OBJ(record, record)->rtype) - 1;
    if (!heap_reserve(p, n * (ENTRY_WORDS + CONS_WORDS), &record, &rest))
        return SEQ_ERROR;
    const struct obj_record *r = OBJ(record, record);
    for (word i = n; i-- > 0;) {
        term key = OBJ(tuple, r->rtype)->item[i + 1];
        term x = part == VIEW_KEYS ? key : part == VIEW_VALS ? r->field[i] : mk_entry(p, key, r->field[i]);
        rest = mk_cons(p, x, rest);
    }
    *s = rest;
    return same(rest, EMPTY_LIST) ? SEQ_END : SEQ_OK;
}
enum seq_status view_of(struct proc *p, term coll, enum view_part part, term *s, term *lazy)
{
    if (value_kind(coll) == VALUE_RECORD)
        return record_view(p, coll, part, s, lazy);
    if (value_kind(coll) == VALUE_SET) {
        coll = set_map(coll);
        part = VIEW_KEYS;
    }
    struct source source;
    source.part = part;
    source.sorted = value_kind(coll) == VALUE_SORTED;
    word count = source.sorted ? OBJ(sorted, coll)->count : map_count(coll);
    if (count == 0)
        return SEQ_END;
    word room = count <= FIRST_CHUNK ? count * (ENTRY_WORDS + 1) + 1 + CHUNKED_WORDS : CHUNK_ROOM(FIRST_CHUNK);
    if (!heap_reserve(p, room, &coll))
        return SEQ_ERROR;
    if (source.sorted)
        source.tree = sorted_iter(OBJ(sorted, coll)->root, false);
    else
        source.map = map_iter(coll);
    *s = source_chunk(p, &source, FIRST_CHUNK);
    return SEQ_OK;
}
term sorted_view(struct proc *p, const struct sorted_iter *it, enum view_part part)
{
    struct source source = {.sorted = true, .part = part};
    source.tree = *it;
    term *roots[SORTED_DEPTH];
    for (unsigned i = 0; i < it->depth; i++)
        roots[i] = &source.tree.node[i];
    if (!heap_reserve_roots(p, CHUNK_ROOM(FIRST_CHUNK), roots, it->depth))
        return NONE;
    return source_chunk(p, &source, FIRST_CHUNK);
}
bool state_chunk(struct proc *p, term *lazy, term state, term *chunk)
{
    if (!heap_reserve(p, CHUNK_ROOM(NEXT_CHUNK), lazy, &state))
        return false;
    struct source source;
    source_load(&source, state);
    *chunk = source_chunk(p, &source, NEXT_CHUNK);
    return true;
}

/* --- bytes of binaries --- */

word binary_bytes(term binary)
{
    return (bin_view(binary).bits + 7) / 8;
}
term binary_byte(term binary, word i)
{
    struct bin_view v = bin_view(binary);
    word left = v.bits - 8 * i;
    unsigned wanted = left < 8 ? (unsigned)left : 8;
    unsigned byte = (unsigned)v.data[i] << v.bit_offset;
    if (v.bit_offset + wanted > 8)
        byte |= v.data[i + 1] >> (8 - v.bit_offset);
    byte &= 0xff;
    return mk_int(byte >> (8 - wanted));
}

/* --- ranges --- */

word range_count(term range)
{
    const struct obj_range *r = OBJ(range, range);
    iword start = int_value(r->start), step = int_value(r->step);
    if (is_nil(r->end))
        return step == 0 ? SMALL_MAX : (word)(SMALL_MAX - start) / (word)step;
    iword end = int_value(r->end);
    word distance = step > 0 ? (word)(end - start) : (word)(start - end), stride = (word)(step > 0 ? step : -step);
    return (distance + stride - 1) / stride;
}
