/* SPDX-License-Identifier: GPL-3.0-only */
/* Records: look-up, change, and the natives that defrecord, reify and protocols are built on. */
#include "data/records.h"

#include "data/maps.h"
#include "data/seqs.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/names.h"
#include "term/equal.h"

native_fn native_own_collections, native_make_rtype, native_record, native_opaque, native_map_to_record,
    native_is_record, native_is_any_record, native_rtype, native_record_basis, native_record_get, native_tagged_literal,
    native_type;

#define RECORD_WORDS(n) (4 + (n)) /* header included */
#define FIELDS_MAX 1000

iword record_field(term record, term key)
{
    if (!is_keyword(key))
        return -1;
    term rtype = OBJ(record, record)->rtype;
    const struct obj_tuple *t = OBJ(tuple, rtype);
    word n = tuple_count(rtype);
    for (word i = 1; i < n; i++) {
        if (same(t->item[i], key))
            return (iword)i - 1;
    }
    if (is_shared(key)) /* interned: no other is equal */
        return -1;
    for (word i = 1; i < n; i++) {
        if (names_equal(t->item[i], key))
            return (iword)i - 1;
    }
    return -1;
}
term record_get(term record, term key)
{
    iword i = record_field(record, key);
    if (i >= 0)
        return OBJ(record, record)->field[i];
    term ext = OBJ(record, record)->ext;
    return is_nil(ext) ? ABSENT : map_get(ext, key);
}
/* A copy, whose fields are then written while nothing else is allocated. */
static struct obj_record *record_copy(struct proc *p, term *record, term *a, term *b)
{
    word words = box_words(*record);
    if (!heap_reserve(p, 1 + words, record, a, b))
        return NULL;
    struct obj_record *r = (struct obj_record *)heap_take_box(p, T_RECORD, box_aux(*record), words);
    memcpy(&r->rtype, &OBJ(record, *record)->rtype, words * sizeof(word));
    return r;
}
term record_with_meta(struct proc *p, term record, term meta)
{
    term unused = NIL;
    struct obj_record *r = record_copy(p, &record, &meta, &unused);
    if (!r)
        return NONE;
    r->meta = meta;
    return mk_box_ptr(r);
}
static term record_with_ext(struct proc *p, term record, term ext)
{
    term unused = NIL;
    struct obj_record *r = record_copy(p, &record, &ext, &unused);
    if (!r)
        return NONE;
    r->ext = ext;
    return mk_box_ptr(r);
}
term record_assoc(struct proc *p, term record, term key, term value)
{
    iword i = record_field(record, key);
    if (i >= 0) {
        if (same(OBJ(record, record)->field[i], value))
            return record;
        struct obj_record *r = record_copy(p, &record, &key, &value);
        if (!r)
            return NONE;
        r->field[i] = value;
        return mk_box_ptr(r);
    }
    term ext = OBJ(record, record)->ext;
    SCRATCH(SCRATCH_COLL) = record;
    ext = map_assoc(p, is_nil(ext) ? empty_map : ext, key, value);
    record = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    return is_none(ext) ? NONE : record_with_ext(p, record, ext);
}
/* Puts the fields, but for number `without`, into the map at SCRATCH_COLL's record's ext. */
static term fields_into_map(struct proc *p, term record, iword without)
{
    term ext = OBJ(record, record)->ext, map = is_nil(ext) ? empty_map : ext;
    SCRATCH(SCRATCH_COLL) = record;
    for (word i = 0; i < record_fields(SCRATCH(SCRATCH_COLL)) && !is_none(map); i++) {
        const struct obj_record *r = OBJ(record, SCRATCH(SCRATCH_COLL));
        if ((iword)i != without)
            map = map_assoc(p, map, OBJ(tuple, r->rtype)->item[i + 1], r->field[i]);
    }
    term meta = OBJ(record, SCRATCH(SCRATCH_COLL))->meta;
    SCRATCH(SCRATCH_COLL) = NIL;
    if (is_none(map) || is_nil(meta))
        return map;
    return map_with_meta(p, map, meta);
}
term record_dissoc(struct proc *p, term record, term key)
{
    iword i = record_field(record, key);
    if (i >= 0)
        return fields_into_map(p, record, i);
    term ext = OBJ(record, record)->ext;
    if (is_nil(ext) || is_absent(map_get(ext, key)))
        return record;
    SCRATCH(SCRATCH_COLL) = record;
    ext = map_dissoc(p, ext, key);
    record = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    if (is_none(ext))
        return NONE;
    return record_with_ext(p, record, map_count(ext) ? ext : NIL);
}
term record_map(struct proc *p, term record)
{
    return fields_into_map(p, record, -1);
}

/* --- collections of a type's own --- */

bool own_collections_known;

term own_instead(struct proc *p)
{
    term fn = ARG(-1);
    p->pending = PENDING_NOTHING;
    if (!heap_reserve(p, CONS_WORDS * p->nargs, &fn))
        return NONE;
    term list = EMPTY_LIST;
    for (unsigned i = p->nargs; i-- > 0;)
        list = mk_cons(p, ARG(i), list);
    tail_call(p, SLOW_own, 3, fn, list, p->pending_value);
    p->pending_value = NIL;
    return NONE;
}
bool own_refused(struct proc *p)
{
    term c = p->pending_value;
    if (p->pending != PENDING_RAISE || !is_type(c, T_CONDITION) ||
        !same(OBJ(condition, c)->kind, error_keywords[E_TYPE_ERROR]))
        return false;
    for (unsigned i = 0; i < p->nargs; i++) {
        if (may_be_own(ARG(i)))
            return true;
    }
    return false;
}
/* (%own-collections): from now on there are types that are collections. */
term native_own_collections(struct proc *p, unsigned n)
{
    __atomic_store_n(&own_collections_known, true, __ATOMIC_RELAXED);
    return NIL;
}

/* --- natives --- */

/* A type: a tuple whose first item is a symbol and whose others are keywords. */
static bool is_rtype(term t)
{
    if (!is_type(t, T_TUPLE) || tuple_count(t) == 0 || !is_symbol(OBJ(tuple, t)->item[0]))
        return false;
    for (word i = 1; i < tuple_count(t); i++) {
        if (!is_keyword(OBJ(tuple, t)->item[i]))
            return false;
    }
    return true;
}
/* (%make-rtype name fields): name a symbol, fields a sequence of keywords. */
term native_make_rtype(struct proc *p, unsigned n)
{
    term list, lazy;
    word count;
    if (!is_symbol(ARG(0)))
        return raise_arg(p, 0, "a symbol");
    enum seq_status status = list_of(p, ARG(1), &list, &count, &lazy);
    if (status == SEQ_LAZY)
        return retry_after_force_all(p, lazy);
    if (status != SEQ_OK)
        return NONE;
    if (count > FIELDS_MAX)
        return raise(p, E_SIZE_LIMIT, "a record type has up to %d fields, not %lu", FIELDS_MAX, (unsigned long)count);
    for (term l = list; is_cons(l); l = cons_tail(l)) {
        if (!is_keyword(cons_head(l)))
            return raise(p, E_TYPE_ERROR, "the fields of a record type are keywords, not %T", cons_head(l));
    }
    word *box = shared_alloc_box(T_TUPLE, 0, 1 + count);
    struct obj_tuple *t = (struct obj_tuple *)box;
    for (word i = 0; i <= count; i++)
        t->item[i] = NIL;
    t->item[0] = intern_name(ARG(0));
    word i = 1;
    for (term l = list; is_cons(l); l = cons_tail(l))
        t->item[i++] = intern_name(cons_head(l));
    return mk_box_ptr(t);
}
static term new_record(struct proc *p, unsigned n, unsigned aux)
{
    word fields = n - 1;
    if (!heap_reserve(p, RECORD_WORDS(fields)))
        return NONE;
    struct obj_record *r = (struct obj_record *)heap_take_box(p, T_RECORD, aux, RECORD_WORDS(fields) - 1);
    r->rtype = ARG(0);
    r->ext = r->meta = NIL;
    for (word i = 0; i < fields; i++)
        r->field[i] = ARG(1 + i);
    return mk_box_ptr(r);
}
/* (%record rtype field ...) */
term native_record(struct proc *p, unsigned n)
{
    if (!is_rtype(ARG(0)))
        return raise_arg(p, 0, "a record type");
    word fields = tuple_count(ARG(0)) - 1;
    if (fields != n - 1)
        return raise(p, E_ARITY_ERROR, "%T has %lu fields, not %u", OBJ(tuple, ARG(0))->item[0], (unsigned long)fields,
                     n - 1);
    return new_record(p, n, 0);
}
/* (%opaque rtype value ...) */
term native_opaque(struct proc *p, unsigned n)
{
    return is_rtype(ARG(0)) ? new_record(p, n, RECORD_OPAQUE) : raise_arg(p, 0, "a record type");
}
/* (%map->record rtype map): fields that the map lacks are nil. */
term native_map_to_record(struct proc *p, unsigned n)
{
    if (!is_rtype(ARG(0)))
        return raise_arg(p, 0, "a record type");
    if (is_record(ARG(1))) {
        term map = record_map(p, ARG(1));
        if (is_none(map))
            return NONE;
        ARG(1) = map;
    }
    if (is_nil(ARG(1)))
        ARG(1) = empty_map;
    if (!is_map(ARG(1)))
        return raise_arg(p, 1, "a map");
    word fields = tuple_count(ARG(0)) - 1;
    if (!heap_reserve(p, RECORD_WORDS(fields)))
        return NONE;
    struct obj_record *r = (struct obj_record *)heap_take_box(p, T_RECORD, 0, RECORD_WORDS(fields) - 1);
    r->rtype = ARG(0);
    r->ext = NIL;
    r->meta = map_meta(ARG(1));
    for (word i = 0; i < fields; i++) {
        term v = map_get(ARG(1), OBJ(tuple, ARG(0))->item[1 + i]);
        r->field[i] = is_absent(v) ? NIL : v;
    }
    term record = mk_box_ptr(r);
    SCRATCH(SCRATCH_SEQS) = record;
    term ext = ARG(1);
    for (word i = 0; i < fields && !is_none(ext); i++)
        ext = map_dissoc(p, ext, OBJ(tuple, ARG(0))->item[1 + i]);
    record = SCRATCH(SCRATCH_SEQS);
    SCRATCH(SCRATCH_SEQS) = NIL;
    if (is_none(ext))
        return NONE;
    return map_count(ext) ? record_with_ext(p, record, ext) : record;
}
term native_is_record(struct proc *p, unsigned n)
{
    return mk_bool(is_record(ARG(0)));
}
/* (%record? x): opaque ones too. */
term native_is_any_record(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_RECORD));
}
term native_rtype(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_RECORD) ? OBJ(record, ARG(0))->rtype : NIL;
}
/* (%record-basis rtype-or-record): a vector of the field keywords. */
term native_record_basis(struct proc *p, unsigned n)
{
    term rtype = is_type(ARG(0), T_RECORD) ? OBJ(record, ARG(0))->rtype : ARG(0);
    if (!is_rtype(rtype))
        return raise_arg(p, 0, "a record type");
    ARG(0) = rtype;
    return vec_subvec(p, ARG(0), 1, tuple_count(ARG(0)));
}
/* (%record-get record i): field number i, without a look-up; of opaque records too. */
term native_record_get(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_RECORD))
        return raise_arg(p, 0, "a record");
    word fields = box_words(ARG(0)) - 3;
    if (!is_int(ARG(1)) || (word)int_value(ARG(1)) >= fields)
        return raise_arg(p, 1, "the number of a field");
    return OBJ(record, ARG(0))->field[int_value(ARG(1))];
}

/* --- the type of a value, as protocols and multimethods want it --- */

static const char *const imm_names[] = {
    [VALUE_BOOL] = "boolean",
    [VALUE_CHAR] = "character",
    [VALUE_PID] = "pid",
    [VALUE_NUMBER] = "integer",
};
static term keyword_named(const char *name)
{
    return intern_keyword(NULL, 0, name, strlen(name));
}
static term type_keyword(term t)
{
    static const char *const names[TYPE_COUNT] = {
#define TYPE(name, raw, scan, lonala_name) [T_##name] = lonala_name,
#include "term/types.def"
#undef TYPE
    };
    static term cache[TYPE_COUNT];
    enum type type = box_type(t);
    if (type == T_SORTED && box_aux(t))
        return keyword_named("sorted-set");
    term known = slot_read(&cache[type]);
    if (!known.w) {
        known = keyword_named(names[type]);
        slot_publish(&cache[type], known);
    }
    return known;
}
term native_tagged_literal(struct proc *p, unsigned n)
{
    if (!is_symbol(ARG(0)))
        return raise_arg(p, 0, "a symbol");
    if (!heap_reserve(p, TAGGED_WORDS))
        return NONE;
    struct obj_tagged *o = (struct obj_tagged *)heap_take_box(p, T_TAGGED, 0, TAGGED_WORDS - 1);
    o->tag = ARG(0);
    o->form = ARG(1);
    o->at = NIL;
    return mk_box_ptr(o);
}
term native_type(struct proc *p, unsigned n)
{
    term t = ARG(0);
    if (is_type(t, T_RECORD))
        return OBJ(tuple, OBJ(record, t)->rtype)->item[0];
    if (is_box(t))
        return type_keyword(t);
    if (is_cons(t) || same(t, EMPTY_LIST))
        return keyword_named("list");
    if (is_float_imm(t))
        return keyword_named("float");
    return is_nil(t) ? NIL : keyword_named(imm_names[value_kind(t)]);
}
