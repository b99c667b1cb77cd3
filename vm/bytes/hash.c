/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * hash.c: hashes and HMAC, as a value that goes on: [name saved], where saved is BearSSL's context after the bytes that
 * it was given, but for the pointer before it, which comes from the name; so bytes that a program made up do no more
 * than give a wrong hash. An HMAC (RFC 2104) has two, the inner and the outer hash, after the padded key.
 */
#include "bytes/bytes.h"

#include "pure.h"
#include "run/names.h"

static const struct {
    const char *name;
    const br_hash_class *class;
} hashes[] = {
    {"sha-256", &br_sha256_vtable}, {"sha-512", &br_sha512_vtable}, {"sha-384", &br_sha384_vtable},
    {"sha-224", &br_sha224_vtable}, {"sha-1", &br_sha1_vtable},     {"md5", &br_md5_vtable},
};
#define N_HASHES (sizeof hashes / sizeof hashes[0])
#define HASH_NAMES "a hash's name: :sha-256, :sha-384, :sha-512, :sha-224, :sha-1 or :md5"
#define BLOCK_MAX 128 /* bytes of the longest block */
#define CONTEXT_HEAD sizeof(const br_hash_class *)

enum { STATE_NAME, STATE_SAVED, STATE_ITEMS };
enum { H_STATE, H_DATA, H_AT }; /* registers */
struct state {
    br_hash_compat_context inner, outer;
    bool hmac; /* there is an outer one */
};

static const br_hash_class *hash_named(term name)
{
    for (unsigned i = 0; is_keyword(name) && is_nil(OBJ(symbol, name)->ns) && i < N_HASHES; i++)
        if (str_is(OBJ(symbol, name)->name, hashes[i].name))
            return hashes[i].class;
    return NULL;
}
const br_hash_class *hash_arg(struct proc *p, unsigned i)
{
    const br_hash_class *hash = hash_named(ARG(i));
    if (!hash)
        raise_arg(p, i, HASH_NAMES);
    return hash;
}
word hash_bytes_of(const br_hash_class *hash)
{
    return hash->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}
static word block_bytes_of(const br_hash_class *hash)
{
    return (word)1 << (hash->desc >> BR_HASHDESC_LBLEN_OFF & BR_HASHDESC_LBLEN_MASK);
}

static void begin(br_hash_compat_context *c, const br_hash_class *hash)
{
    memset(c, 0, sizeof *c); /* all of it will be seen */
    hash->init(&c->vtable);
}
static word saved_bytes_of(const br_hash_class *hash)
{
    return hash->context_size - CONTEXT_HEAD;
}
/* Of the name argument 0, or of the state in it. MAY_GC */
static term mk_state(struct proc *p, const struct state *s)
{
    word bytes = saved_bytes_of(s->inner.vtable);
    u8 both[2 * sizeof s->inner];
    memcpy(both, (const u8 *)&s->inner + CONTEXT_HEAD, bytes);
    if (s->hmac)
        memcpy(both + bytes, (const u8 *)&s->outer + CONTEXT_HEAD, bytes);
    term saved = binary_make(p, both, s->hmac ? 2 * bytes : bytes);
    if (is_none(saved) || !heap_reserve(p, 1 + STATE_ITEMS, &saved))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, STATE_ITEMS);
    t->item[STATE_NAME] = is_keyword(ARG(0)) ? ARG(0) : OBJ(tuple, ARG(0))->item[STATE_NAME];
    t->item[STATE_SAVED] = saved;
    return mk_box_ptr(t);
}
/* What argument 0 is; false: pending. */
static bool state_arg(struct proc *p, struct state *s)
{
    term state = ARG(0);
    const br_hash_class *hash = NULL;
    if (is_type(state, T_TUPLE) && tuple_count(state) == STATE_ITEMS)
        hash = hash_named(OBJ(tuple, state)->item[STATE_NAME]);
    term saved = hash ? OBJ(tuple, state)->item[STATE_SAVED] : NIL;
    word each = hash ? saved_bytes_of(hash) : 0, bytes = data_bytes(saved);
    if (!hash || (bytes != each && bytes != 2 * each)) {
        raise_arg(p, 0, "what hash-init or hmac-init began");
        return false;
    }
    u8 room[STRETCH_ROOM];
    const u8 *from = data_stretch(saved, 0, room).data;
    s->hmac = bytes != each;
    s->inner.vtable = s->outer.vtable = hash;
    memcpy((u8 *)&s->inner + CONTEXT_HEAD, from, each);
    if (s->hmac)
        memcpy((u8 *)&s->outer + CONTEXT_HEAD, from + each, each);
    return true;
}

/* Adds the data from *at on, but no more than limit bytes; *at is moved on. */
static void add(br_hash_compat_context *c, term data, word *at, word limit)
{
    u8 room[STRETCH_ROOM];
    word bytes = data_bytes(data), end = bytes - *at < limit ? bytes : *at + limit;
    while (*at < end) {
        struct stretch s = data_stretch(data, *at, room);
        word n = s.count < end - *at ? s.count : end - *at;
        c->vtable->update(&c->vtable, s.data, n);
        *at += n;
    }
}

term n_hash_init(struct proc *p, unsigned n)
{
    const br_hash_class *hash = hash_arg(p, 0);
    if (!hash)
        return NONE;
    struct state s = {.hmac = false};
    begin(&s.inner, hash);
    return mk_state(p, &s);
}

static void begin_padded(br_hash_compat_context *c, const br_hash_class *hash, const u8 *key, u8 pad)
{
    u8 block[BLOCK_MAX];
    word bytes = block_bytes_of(hash);
    for (word i = 0; i < bytes; i++)
        block[i] = key[i] ^ pad;
    begin(c, hash);
    hash->update(&c->vtable, block, bytes);
}
/* (hmac-init name key) */
term n_hmac_init(struct proc *p, unsigned n)
{
    const br_hash_class *hash = hash_arg(p, 0);
    if (!hash)
        return NONE;
    word bytes = data_bytes(ARG(1)), at = 0;
    if (bytes == NOT_DATA)
        return raise_arg(p, 1, DATA_ARG);
    u8 key[BLOCK_MAX] = {0};
    struct state s = {.hmac = true};
    if (bytes > block_bytes_of(hash)) { /* such a key is hashed */
        begin(&s.inner, hash);
        add(&s.inner, ARG(1), &at, bytes);
        hash->out(&s.inner.vtable, key);
        native_charge(p, bytes / BYTES_A_REDUCTION);
    } else if (!small_arg(p, 1, DATA_ARG, key, 0, sizeof key, &bytes)) {
        return NONE;
    }
    begin_padded(&s.inner, hash, key, 0x36);
    begin_padded(&s.outer, hash, key, 0x5c);
    return mk_state(p, &s);
}

/* (hash-update state data): the state after the data, a slice at a time. */
enum step step_hash_update(struct proc *p)
{
    struct state s;
    if (!state_arg(p, &s))
        return STEP_RAISE;
    word bytes = data_bytes(REG(H_DATA));
    if (bytes == NOT_DATA) {
        raise_arg(p, H_DATA, DATA_ARG);
        return STEP_RAISE;
    }
    word before = is_nil(REG(H_AT)) ? 0 : (word)int_value(REG(H_AT)), at = before;
    add(&s.inner, REG(H_DATA), &at, DATA_SLICE);
    term state = mk_state(p, &s);
    if (is_none(state))
        return STEP_RAISE;
    if (at == bytes) {
        native_charge(p, (at - before) / BYTES_A_REDUCTION);
        return step_return(p, state);
    }
    REG(H_STATE) = state;
    REG(H_AT) = mk_int(at);
    p->result = NIL;
    return STEP_AGAIN;
}

/* (hash-final state): the hash. */
term n_hash_final(struct proc *p, unsigned n)
{
    struct state s;
    u8 hash[HASH_MAX];
    if (!state_arg(p, &s))
        return NONE;
    const br_hash_class *class = s.inner.vtable;
    word bytes = hash_bytes_of(class);
    class->out(&s.inner.vtable, hash);
    if (s.hmac) {
        class->update(&s.outer.vtable, hash, bytes);
        class->out(&s.outer.vtable, hash);
    }
    return binary_make(p, hash, bytes);
}
