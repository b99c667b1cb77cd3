/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cipher.c: authenticated encryption with associated data (RFC 5116: the tag follows the text), random bytes,
 * comparison in constant time. All ciphers are BearSSL's in constant time: with the processor's own instructions where
 * it has some.
 */
#include "bytes/bytes.h"
#include "pure.h"
#include "run/io.h"
#include "run/sched.h"

#define KEY_MAX 32
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define PIECE ((word)1 << 20) /* of a text, after which an interrupt is looked for */
#define RANDOM_MAX ((word)64 << 20)
#define RANDOM_PIECE 4096 /* the port's source is asked for at once: it may be one for all cores */

enum cipher_kind { GCM, CHACHA20_POLY1305 };
static const struct cipher {
    const char *name;
    enum cipher_kind kind;
    word key_bytes;
    const char *key_wanted;
} ciphers[] = {
    {"chacha20-poly1305", CHACHA20_POLY1305, 32, "a key of 32 bytes"},
    {"aes-128-gcm", GCM, 16, "a key of 16 bytes"},
    {"aes-192-gcm", GCM, 24, "a key of 24 bytes"},
    {"aes-256-gcm", GCM, 32, "a key of 32 bytes"},
};
#define CIPHER_NAMES "a cipher's name: :chacha20-poly1305, :aes-128-gcm, :aes-192-gcm or :aes-256-gcm"

struct job {
    const struct cipher *cipher;
    u8 key[KEY_MAX], nonce[NONCE_BYTES];
    struct io_bytes text, aad; /* text is without its tag */
    const u8 *tag_given;       /* NULL: to encrypt */
    struct buf out;
    bool stopped; /* an interrupt is asked */
};

static const struct cipher *cipher_arg(struct proc *p, unsigned i)
{
    term t = ARG(i);
    for (unsigned c = 0; is_keyword(t) && is_nil(OBJ(symbol, t)->ns) && c < sizeof ciphers / sizeof ciphers[0]; c++)
        if (str_is(OBJ(symbol, t)->name, ciphers[c].name))
            return &ciphers[c];
    raise_arg(p, i, CIPHER_NAMES);
    return NULL;
}
static void job_end(struct job *j)
{
    io_bytes_release(&j->text);
    io_bytes_release(&j->aad);
    buf_free(&j->out);
}
/* Decodes (name key nonce text [aad]); false: pending. On success job_end is due. */
static bool job_begin(struct proc *p, unsigned n, struct job *j)
{
    word bytes;
    *j = (struct job){.cipher = cipher_arg(p, 0)};
    if (!j->cipher ||
        !small_arg(p, 1, j->cipher->key_wanted, j->key, j->cipher->key_bytes, j->cipher->key_bytes, &bytes) ||
        !small_arg(p, 2, "a nonce of 12 bytes", j->nonce, NONCE_BYTES, NONCE_BYTES, &bytes) ||
        !io_bytes_hold(p, 3, &j->text))
        return false;
    if (n == 5 && !io_bytes_hold(p, 4, &j->aad)) {
        io_bytes_release(&j->text);
        return false;
    }
    j->out = buf_of(p);
    return true;
}

static void gcm(struct proc *p, struct job *j, u8 *text, u8 tag[TAG_BYTES])
{
    br_aes_gen_ctr_keys keys;
    br_gcm_context c;
    const br_block_ctr_class *aes = br_aes_x86ni_ctr_get_vtable();
    br_ghash ghash = br_ghash_pclmul_get();
    aes = aes ? aes : &br_aes_ct64_ctr_vtable;
    aes->init(&keys.vtable, j->key, j->cipher->key_bytes);
    br_gcm_init(&c, &keys.vtable, ghash ? ghash : br_ghash_ctmul64);
    br_gcm_reset(&c, j->nonce, NONCE_BYTES);
    br_gcm_aad_inject(&c, j->aad.data, j->aad.count);
    br_gcm_flip(&c);
    for (word at = 0; at < j->text.count && !j->stopped; at += PIECE) {
        br_gcm_run(&c, !j->tag_given, text + at, j->text.count - at < PIECE ? j->text.count - at : PIECE);
        j->stopped = interrupt_asked(p);
    }
    br_gcm_get_tag(&c, tag);
}
static void chacha20_poly1305(struct job *j, u8 *text, u8 tag[TAG_BYTES])
{
    br_chacha20_run chacha = br_chacha20_sse2_get();
    br_poly1305_run poly = br_poly1305_ctmulq_get();
    chacha = chacha ? chacha : br_chacha20_ct_run;
    poly = poly ? poly : br_poly1305_ctmul_run;
    poly(j->key, j->nonce, text, j->text.count, j->aad.data, j->aad.count, tag, chacha, !j->tag_given);
}
static bool equal_in_constant_time(const u8 *a, const u8 *b, word bytes)
{
    volatile u8 difference = 0;
    for (word i = 0; i < bytes; i++)
        difference |= a[i] ^ b[i];
    return !difference;
}
/* Whether the tag is right; true when encrypting. */
static bool job_run(struct proc *p, struct job *j)
{
    u8 tag[TAG_BYTES];
    u8 *text = j->out.data;
    sched_block_begin(p);
    memcpy(text, j->text.data, j->text.count);
    switch (j->cipher->kind) {
    case GCM:
        gcm(p, j, text, tag);
        break;
    case CHACHA20_POLY1305:
        chacha20_poly1305(j, text, tag);
        break;
    }
    sched_block_end(p);
    native_charge(p, (j->text.count + j->aad.count) / BYTES_A_REDUCTION);
    j->out.count = j->text.count;
    if (j->tag_given)
        return equal_in_constant_time(tag, j->tag_given, TAG_BYTES);
    buf_append(&j->out, tag, TAG_BYTES);
    return true;
}

static term no_room(struct proc *p, struct job *j)
{
    word bytes = j->text.count;
    job_end(j);
    return raise(p, E_OUT_OF_MEMORY, "no memory for a text of %lu bytes", (unsigned long)bytes);
}

/* (encrypt name key nonce text [aad]) */
term n_encrypt(struct proc *p, unsigned n)
{
    struct job j;
    if (!job_begin(p, n, &j))
        return NONE;
    if (!buf_reserve(&j.out, j.text.count + TAG_BYTES))
        return no_room(p, &j);
    job_run(p, &j);
    if (j.stopped) {
        job_end(&j);
        return retry_after_interrupt(p);
    }
    term sealed = binary_of_buf(p, &j.out);
    job_end(&j);
    return sealed;
}
/* (decrypt name key nonce sealed [aad]): [:ok text] or [:error :authentication-failed] */
term n_decrypt(struct proc *p, unsigned n)
{
    struct job j;
    if (!job_begin(p, n, &j))
        return NONE;
    bool right = j.text.count >= TAG_BYTES;
    if (right) {
        j.text.count -= TAG_BYTES;
        j.tag_given = j.text.data + j.text.count;
        if (!buf_reserve(&j.out, j.text.count + 1))
            return no_room(p, &j);
        right = job_run(p, &j);
        if (j.stopped) {
            job_end(&j);
            return retry_after_interrupt(p);
        }
    }
    term text = right ? binary_of_buf(p, &j.out) : NIL;
    job_end(&j);
    return right ? result_ok(p, text) : result_error(p, "authentication-failed");
}

/* (random-bytes n) */
term n_random_bytes(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)))
        return raise_arg(p, 0, "an integer");
    if (int_value(ARG(0)) < 0 || (word)int_value(ARG(0)) > RANDOM_MAX)
        return raise(p, E_RANGE_ERROR, "random-bytes makes 0 to %lu bytes, not %T", (unsigned long)RANDOM_MAX, ARG(0));
    word count = int_value(ARG(0));
    struct buf b = buf_of(p);
    if (!buf_reserve(&b, count + 1))
        return raise(p, E_OUT_OF_MEMORY, "no memory for %lu bytes", (unsigned long)count);
    while (b.count < count) {
        word piece = count - b.count < RANDOM_PIECE ? count - b.count : RANDOM_PIECE;
        port_entropy(b.data + b.count, piece);
        b.count += piece;
    }
    native_charge(p, count / BYTES_A_REDUCTION);
    return binary_of_buf(p, &b);
}

/* (hash-equals? a b): time depends on the lengths only. */
term n_hash_equals(struct proc *p, unsigned n)
{
    word bytes = data_bytes(ARG(0)), others = data_bytes(ARG(1));
    if (bytes == NOT_DATA || others == NOT_DATA)
        return raise_arg(p, bytes == NOT_DATA ? 0 : 1, DATA_ARG);
    if (bytes != others)
        return FALSE_TERM;
    u8 room[STRETCH_ROOM], other_room[STRETCH_ROOM];
    bool equal = true;
    for (word at = 0; at < bytes;) {
        struct stretch a = data_stretch(ARG(0), at, room), b = data_stretch(ARG(1), at, other_room);
        word count = a.count < b.count ? a.count : b.count;
        equal &= equal_in_constant_time(a.data, b.data, count);
        at += count;
    }
    native_charge(p, bytes / BYTES_A_REDUCTION);
    return mk_bool(equal);
}
