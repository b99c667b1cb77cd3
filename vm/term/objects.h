/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * objects.h: layouts of the boxed objects of types.def. Each starts with its header word; hdr_words is the number of
 * words after it. These structs are read by everybody and built only by the mk_* functions of the module that owns
 * them.
 */
#ifndef LONA_OBJECTS_H
#define LONA_OBJECTS_H

#include "map.h"
#include "term/term.h"

/* --- numbers (data/num.h) --- */
struct obj_float {
    word hdr;
    double value;
};
struct obj_bigint { /* aux: 1 when negative; limbs little endian, most significant one not zero, never a small value */
    word hdr;
    u64 limb[];
};
struct obj_ratio { /* lowest terms, den > 1 */
    word hdr;
    term num, den;
};
struct obj_decimal { /* unscaled * 10^-scale */
    word hdr;
    term unscaled, scale;
};

/* --- text and bytes (data/str.h, data/binary.h) --- */
#define STR_ASCII 1u    /* aux bit of both string types: one byte a code point */
#define VIEW_CHARGED 2u /* aux bit of an lstring or lbinary: the process's account holds the bytes of its bin */
struct obj_string {     /* below 64 bytes, or shared */
    word hdr;
    u32 bytes, code_points;
    u8 data[]; /* UTF-8, a NUL after it, padded with NUL to a word */
};
struct bin {  /* reference-counted bytes outside the heaps */
    u64 refs; /* atomic */
    u64 bytes;
    u32 *index; /* byte offsets of every 64th code point, made on demand (data/str.c); NULL until then */
    u8 data[];
};
/* Long strings and long or sub-binaries share this shape; all in a heap hang on the process's off-heap list. */
struct obj_lstring {
    word hdr;
    u32 bytes, code_points;
    struct bin *bin; /* one reference is held */
    const u8 *data;  /* first byte, inside bin */
    word *next;      /* off-heap list of the owning process: next obj_lstring or obj_lbinary; NULL when shared */
    word spare;
};
struct obj_binary {
    word hdr;
    u64 bits; /* length */
    u8 data[];
};
struct obj_lbinary {
    word hdr;
    u64 bits;
    struct bin *bin;
    const u8 *data;
    word *next;
    word bit_offset; /* 0..7, of the first bit in data[0] */
};
STATIC_ASSERT(offsetof(struct obj_lstring, next) == offsetof(struct obj_lbinary, next),
              "one off-heap list serves both");
STATIC_ASSERT(offsetof(struct obj_lstring, bin) == offsetof(struct obj_lbinary, bin), "one off-heap list serves both");
struct obj_regex {
    word hdr;
    void *compiled; /* PCRE2 code, outside the heaps */
    word flags;
    term source; /* string */
};

/* --- names (run/names.h) --- */
struct obj_symbol { /* also keywords; hash is of namespace and name */
    word hdr;
    u64 hash;
    term ns;   /* string or nil */
    term name; /* string */
    term meta; /* symbols only; a symbol with metadata is never interned */
};

/* --- sequences (data/seq.h) --- */
struct obj_list { /* a list with count and metadata; cells may be () */
    word hdr;
    term cells;
    term count; /* small integer */
    term meta;  /* map or nil, or form positions of the reader: see reader.h */
};
enum lazy_state { LAZY_WAITING, LAZY_RUNNING, LAZY_DONE, LAZY_FAILED /* a delay: what its thunk threw */ };
struct obj_lazy { /* aux: enum lazy_state; waiting or running: thunk; done: value is nil or a realised sequence */
    word hdr;
    term thunk_or_value;
    term meta;
};
struct obj_chunked { /* elements index..count-1 of the tuple chunk, then rest */
    word hdr;
    term chunk;
    term index; /* small integer */
    term rest;
    term meta;
};
enum seq_kind { SEQ_VECTOR, SEQ_STRING, SEQ_MAP, SEQ_SORTED, SEQ_BINARY, SEQ_KEYS, SEQ_VALS, SEQ_RSEQ };
struct obj_seq { /* a view of a collection from a position on; aux: enum seq_kind; never empty */
    word hdr;
    term coll;
    term position; /* small integer, or what the kind needs */
    term extra;
    term meta;
};
struct obj_range { /* never empty */
    word hdr;
    term start, end, step; /* numbers; end nil: infinite */
    term meta;
};

/* --- collections --- */
#define TUPLE_MAX 32
#define TUPLE_ENTRY 1u /* aux: an entry of a map, as iteration and find make it */
struct obj_tuple {     /* a vector of up to TUPLE_MAX elements without metadata; also chunks and vector leaves */
    word hdr;
    term item[];
};
struct obj_vector { /* more than TUPLE_MAX elements, or any number with metadata */
    word hdr;
    word count;
    word shift; /* 5 times the depth of root */
    word start; /* physical index of element 0 (data/vectors.h) */
    term root;  /* NODE or nil */
    term tail;  /* TUPLE of 1..32 (0 only when count is 0) */
    term meta;
};
struct obj_flatmap { /* up to 8 entries in insertion order; words = 1 + 2 * entries */
    word hdr;
    term meta;
    term kv[];
};
struct obj_hashmap {
    word hdr;
    word count;
    term root; /* NODE */
    term meta;
};
struct obj_node { /* CHAMP: see data/champ.h; vector: 32 children, see data/vectors.h */
    word hdr;
    word map;
    term item[];
};
struct obj_set {
    word hdr;
    term map; /* element -> element */
    term meta;
};
struct obj_sorted { /* aux: 0 map, 1 set */
    word hdr;
    word count;
    term root;    /* NODE {map: height, left, right, key, value} or nil */
    term compare; /* nil: the default order */
    term meta;
};
struct obj_record { /* aux 1: opaque (deftype, reify): no map, equal to itself only, any number of fields */
    word hdr;
    term rtype; /* shared tuple [qualified-name-symbol field-keyword ...] */
    term ext;   /* map of other keys, or nil */
    term meta;
    term field[];
};
struct obj_transient { /* aux: 0 vector, 1 map, 2 set; see data/vectors.h, data/maps.h */
    word hdr;
    word count; /* ~0 once persistent! was called */
    word shift, start;
    word tail_from; /* of a vector: index of the element in the first slot of the tail */
    term root, tail, extra;
};

/* --- cells --- */
#define CELL_NUMBERS (1u << 16)
struct obj_atom { /* aux: a number for its hash; in the shared area: a domain cell, whose value is shared too */
    word hdr;
    term value, meta, validator, watches;
};
struct obj_volatile { /* aux: a number for its hash */
    word hdr;
    term value;
};
struct obj_delay { /* aux: enum lazy_state */
    word hdr;
    term thunk_or_value;
    term number; /* small integer that its hash is made of */
};
struct obj_reduced {
    word hdr;
    term value;
};

/* --- code (lang/code.h) --- */
#define FN_MANY 0xffffu /* aux of a function that has not exactly one fixed arity */
#define FN_META 0x8000u /* aux bit (not with FN_MANY): never set on fast-path functions; see with-meta in run/ */
struct obj_fn {         /* aux: number of parameters, or FN_MANY */
    word hdr;
    word *code; /* struct code, or with FN_MANY struct obj_arities or a variadic struct code */
    term meta;  /* map or nil */
    term capture[];
};
struct native_desc;
#define NO_QUICK_WAY 0xffffu
struct obj_native { /* aux: arguments of its quick way (run/quick.h), or NO_QUICK_WAY */
    word hdr;
    const struct native_desc *desc;
    term (*quick)(term a, term b);
    term meta;
};
#define ARITIES_MAX 20
struct obj_arities { /* one CODE a fixed arity 0..n-1, nil where there is none */
    word hdr;
    term variadic; /* CODE or nil */
    term fixed[];
};
#define VAR_DYNAMIC 1u
#define VAR_MACRO 2u
#define VAR_PRIVATE 4u
#define VAR_INSTRUCTION 8u   /* instructions stand for its value (ops.def) */
#define VAR_ALTERED 16u      /* its value is not what the newest definition gave it */
#define VAR_META_ALTERED 32u /* its metadata is not */
struct obj_var {             /* shared */
    word hdr;
    word cell;    /* index into CELLS */
    word flags;   /* VAR_*; atomic, as are meta, def and watches */
    term ns;      /* NS */
    term name;    /* symbol without namespace */
    term meta;    /* map or nil, without what def records */
    term def;     /* definition record (run/vars.h), or nil */
    term watches; /* map of what is told of other root values, or nil */
};
struct obj_ns {
    word hdr;
    struct ns *table; /* run/names.h */
    term name;
    term meta;
    term comment; /* the comment lines directly above its ns form, a string; nil */
};

/* --- other --- */
struct obj_condition {
    word hdr;
    term kind;    /* keyword, e.g. :type-error */
    term message; /* string or nil */
    term data;    /* map, or the thrown value when kind is :thrown */
    term cause;
    term stack; /* nil, or a vector of frames once captured */
};
struct obj_ref { /* also a capability (T_CAP): both are names that nobody can make up (run/io.h) */
    word hdr;
    u64 id[2];
};
struct obj_inst {
    word hdr;
    term millis;
};
struct obj_uuid {
    word hdr;
    u64 high, low;
};
struct obj_tagged {
    word hdr;
    term tag, form;
    term at; /* where it was read, as position_pack says, or nil: no part of the value */
};
#define TAGGED_WORDS 4

/* OBJ(fn, t) is the struct obj_fn behind the boxed term t. */
#define OBJ(kind, t) ((struct obj_##kind *)box_ptr(t))

static inline bool is_string(term t)
{
    return is_box(t) && (box_type(t) == T_STRING || box_type(t) == T_LSTRING);
}
static inline bool is_symbol(term t)
{
    return is_type(t, T_SYMBOL);
}
static inline bool is_keyword(term t)
{
    return is_type(t, T_KEYWORD);
}
static inline bool is_vector(term t)
{
    return is_box(t) && (box_type(t) == T_TUPLE || box_type(t) == T_VECTOR);
}
static inline bool is_map(term t) /* records and sorted maps are asked separately */
{
    return is_box(t) && (box_type(t) == T_FLATMAP || box_type(t) == T_HASHMAP);
}
static inline bool is_float(term t)
{
    return is_float_imm(t) || is_type(t, T_FLOAT);
}
static inline double float_value(term t)
{
    return is_box(t) ? OBJ(float, t)->value : float_imm_value(t);
}
static inline word tuple_count(term t)
{
    return box_words(t);
}

#endif
