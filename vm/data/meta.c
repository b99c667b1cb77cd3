/* SPDX-License-Identifier: GPL-3.0-only */
/* Metadata: reading it, and copies of values with other metadata. */
#include "data/maps.h"
#include "data/records.h"
#include "data/seqs.h"
#include "data/sorted.h"
#include "data/vectors.h"
#include "lang/reader.h"
#include "pure.h"
#include "run/names.h"
#include "run/vars.h"

native_fn native_meta, native_with_meta, native_plain_meta, native_plain_with_meta, native_reset_meta, native_meta_slot,
    native_change_meta;

/* The slot that holds the metadata of an object whose copy differs in nothing else; NULL for all others. */
static term *meta_slot(term t)
{
    switch (box_type(t)) {
    case T_LAZY:
        return &OBJ(lazy, t)->meta;
    case T_CHUNKED:
        return &OBJ(chunked, t)->meta;
    case T_SEQ:
        return &OBJ(seq, t)->meta;
    case T_RANGE:
        return &OBJ(range, t)->meta;
    case T_LIST:
        return &OBJ(list, t)->meta;
    case T_SORTED:
        return &OBJ(sorted, t)->meta;
    case T_RECORD:
        return &OBJ(record, t)->meta;
    case T_FN:
        return &OBJ(fn, t)->meta;
    case T_NATIVE:
        return &OBJ(native, t)->meta;
    default:
        return NULL;
    }
}
term term_meta(term t)
{
    if (!is_box(t))
        return NIL;
    if (is_vector(t))
        return vec_meta(t);
    if (is_map(t))
        return map_meta(t);
    term meta = NIL;
    const term *slot = meta_slot(t);
    if (slot)
        meta = slot_read(slot);
    else if (box_type(t) == T_SET)
        meta = OBJ(set, t)->meta;
    else if (box_type(t) == T_SYMBOL)
        meta = OBJ(symbol, t)->meta;
    else if (box_type(t) == T_ATOM)
        meta = slot_read(&OBJ(atom, t)->meta);
    else if (box_type(t) == T_NS)
        meta = slot_read(&OBJ(ns, t)->meta);
    else if (box_type(t) == T_VAR)
        meta = slot_read(&OBJ(var, t)->meta);
    return is_type(meta, T_BYTES) ? NIL : meta;
}
static term list_with_meta(struct proc *p, term t, term meta)
{
    struct cursor c = cursor_at(t);
    term x, lazy;
    word n = 0;
    enum seq_status status = SEQ_OK;
    while (n < SEQ_MAX && is_list(c.s) && (status = cursor_next(&c, &x, &lazy)) == SEQ_OK)
        n++;
    native_charge(p, n / 20);
    return mk_list(p, t, is_nil(c.s) || status == SEQ_END ? n : (word)-1, meta);
}
term term_with_meta(struct proc *p, term t, term meta)
{
    if (!is_nil(meta) && !is_map(meta) && !is_sorted_map(meta) && !is_record(meta))
        return raise(p, E_TYPE_ERROR, "metadata is a map or nil, not %T", meta);
    if (is_cons(t) || same(t, EMPTY_LIST))
        return is_nil(meta) ? t : list_with_meta(p, t, meta);
    if (is_vector(t))
        return vec_with_meta(p, t, meta);
    if (is_map(t))
        return map_with_meta(p, t, meta);
    if (is_set(t))
        return set_with_meta(p, t, meta);
    if (is_symbol(t))
        return symbol_with_meta(p, t, meta);
    if (!is_box(t) || !meta_slot(t))
        return raise(p, E_TYPE_ERROR, "%T cannot have metadata", t);
    if (is_type(t, T_LAZY) && !lazy_is_done(t))
        return call_after_force(p, t, SLOW_with_meta, 2, t, meta);
    word words = box_words(t);
    if (!heap_reserve(p, 1 + words, &t, &meta))
        return NONE;
    word *copy = heap_take(p, 1 + words);
    memcpy(copy, box_ptr(t), (1 + words) * sizeof(word));
    *copy = mk_header(box_type(t), box_aux(t), words);
    term r = mk_box_ptr(copy);
    *meta_slot(r) = meta;
    return r;
}

/* --- natives --- */

/* {:line :column} of a list that the reader made. */
static term position_meta(struct proc *p)
{
    u32 line, column;
    if (!form_position(ARG(0), -1, &line, &column))
        return NIL;
    term m = map_assoc(p, empty_map, K_line, mk_int(line));
    return is_none(m) ? NONE : map_assoc(p, m, K_column, mk_int(column));
}
term native_meta(struct proc *p, unsigned n)
{
    if (is_type(ARG(0), T_VAR))
        return var_meta(p, ARG(0));
    if (is_type(ARG(0), T_LIST) && is_type(OBJ(list, ARG(0))->meta, T_BYTES))
        return position_meta(p);
    return may_be_own(ARG(0)) ? own_instead(p) : term_meta(ARG(0));
}
term native_with_meta(struct proc *p, unsigned n)
{
    return may_be_own(ARG(0)) ? own_instead(p) : term_with_meta(p, ARG(0), ARG(1));
}
/* (%plain-meta x), (%plain-with-meta x m): without asking the type of x. */
term native_plain_meta(struct proc *p, unsigned n)
{
    return term_meta(ARG(0));
}
term native_plain_with_meta(struct proc *p, unsigned n)
{
    return term_with_meta(p, ARG(0), ARG(1));
}
/* Where an atom, var or namespace, argument 0, has its metadata. NULL: pending. */
static term *changing_slot(struct proc *p)
{
    term ref = ARG(0);
    if (is_type(ref, T_VAR))
        return &OBJ(var, ref)->meta;
    if (is_type(ref, T_ATOM))
        return &OBJ(atom, ref)->meta;
    if (is_type(ref, T_NS))
        return &OBJ(ns, ref)->meta;
    raise_arg(p, 0, "an atom, var or namespace");
    return NULL;
}
static bool is_metadata(struct proc *p, unsigned i)
{
    bool ok = is_nil(ARG(i)) || is_map(ARG(i));
    if (!ok)
        raise_arg(p, i, "a map");
    return ok;
}
/* (reset-meta! ref m) */
term native_reset_meta(struct proc *p, unsigned n)
{
    term *slot = changing_slot(p);
    if (!slot || !is_metadata(p, 1))
        return NONE;
    if (is_type(ARG(0), T_VAR))
        return is_none(var_set_meta(p, ARG(0), ARG(1))) ? NONE : ARG(1);
    return cell_write(p, ARG(0), slot, ARG(1)) ? ARG(1) : NONE;
}
/* (%meta-slot ref): its metadata, of a var without what meta adds. */
term native_meta_slot(struct proc *p, unsigned n)
{
    const term *slot = changing_slot(p);
    return slot ? slot_read(slot) : NONE;
}
/* (%change-meta! ref old m): false when what %meta-slot answers is not old any more. */
term native_change_meta(struct proc *p, unsigned n)
{
    term *slot = changing_slot(p);
    if (!slot || !is_metadata(p, 2))
        return NONE;
    return is_type(ARG(0), T_VAR) ? var_change_meta(p, ARG(0), ARG(1), ARG(2))
                                  : cell_change(p, ARG(0), slot, ARG(1), ARG(2));
}
