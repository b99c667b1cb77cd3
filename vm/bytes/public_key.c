/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * public_key.c: what lona.crypto makes its keys and signatures of: elliptic curves (NIST's by FIPS 186, X25519 by RFC
 * 7748), ECDSA with nonces of RFC 6979, RSA with PKCS #1 v1.5 (RFC 8017). Numbers are big-endian bytes. The namespace
 * has checked what keys are made of; where these natives answer nil or false, BearSSL found that they are no key.
 */
#include "bytes/bytes.h"
#include "pure.h"
#include "run/sched.h"

#define SCALAR_MAX 66
#define POINT_MAX 133
#define SIGNATURE_MAX 512
#define RSA_BYTES_MAX 512
#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX (8 * RSA_BYTES_MAX)
#define RSA_EXPONENT 65537
#define NUMBER "a number of the key, as bytes"

/* Chance as BearSSL asks for it. */
static void entropy_init(const br_prng_class **self, const void *parameters, const void *seed, size_t bytes)
{
}
static void entropy_generate(const br_prng_class **self, void *out, size_t bytes)
{
    port_entropy(out, bytes);
}
static void entropy_update(const br_prng_class **self, const void *seed, size_t bytes)
{
}
static const br_prng_class entropy = {sizeof(br_prng_class *), entropy_init, entropy_generate, entropy_update};

/* --- elliptic curves --- */

static const br_ec_impl *const ec = &br_ec_all_m31;
static const struct curve {
    const char *name;
    int id;
    word scalar_bytes, point_bytes;
} curves[] = {
    {"p-256", BR_EC_secp256r1, 32, 65},
    {"p-384", BR_EC_secp384r1, 48, 97},
    {"p-521", BR_EC_secp521r1, 66, 133},
    {"x25519", BR_EC_curve25519, 32, 32},
};

static const struct curve *curve_arg(struct proc *p, unsigned i)
{
    term t = ARG(i);
    for (unsigned c = 0; is_keyword(t) && is_nil(OBJ(symbol, t)->ns) && c < sizeof curves / sizeof curves[0]; c++)
        if (str_is(OBJ(symbol, t)->name, curves[c].name))
            return &curves[c];
    raise_arg(p, i, "a curve's name: :p-256, :p-384, :p-521 or :x25519");
    return NULL;
}
static const struct curve *signing_curve_arg(struct proc *p, unsigned i)
{
    const struct curve *curve = curve_arg(p, i);
    if (!curve || curve->id != BR_EC_curve25519)
        return curve;
    raise_arg(p, i, "a curve that signs");
    return NULL;
}
static bool scalar_arg(struct proc *p, unsigned i, const struct curve *curve, u8 scalar[SCALAR_MAX])
{
    word bytes;
    return small_arg(p, i, "a private key of its curve's length", scalar, curve->scalar_bytes, curve->scalar_bytes,
                     &bytes);
}
/* Is it in the range of private keys: from 1, below the order? For X25519 all are. */
static bool scalar_valid(const struct curve *curve, const u8 *scalar)
{
    size_t bytes;
    const u8 *order = ec->order(curve->id, &bytes);
    if (curve->id == BR_EC_curve25519)
        return true;
    u32 borrow = 0, some = 0;
    for (size_t i = bytes; i-- > 0;) {
        borrow = (scalar[i] - order[i] - borrow) >> 8 & 1;
        some |= scalar[i];
    }
    return borrow && some && bytes == curve->scalar_bytes;
}

/* (%ec-generate curve): a new private key of one of NIST's curves. */
term n_ec_generate(struct proc *p, unsigned n)
{
    const struct curve *curve = signing_curve_arg(p, 0);
    if (!curve)
        return NONE;
    const br_prng_class *source = &entropy;
    u8 scalar[BR_EC_KBUF_PRIV_MAX_SIZE];
    br_ec_private_key key;
    ENSURE(br_ec_keygen(&source, ec, &key, scalar, curve->id) == curve->scalar_bytes, "a curve has keys of its length");
    return binary_make(p, scalar, curve->scalar_bytes);
}
/* (%ec-public curve private): the public key, nil where the private one is none. */
term n_ec_public(struct proc *p, unsigned n)
{
    const struct curve *curve = curve_arg(p, 0);
    u8 scalar[SCALAR_MAX], point[POINT_MAX];
    if (!curve || !scalar_arg(p, 1, curve, scalar))
        return NONE;
    sched_block_begin(p);
    bool valid =
        scalar_valid(curve, scalar) && ec->mulgen(point, scalar, curve->scalar_bytes, curve->id) == curve->point_bytes;
    sched_block_end(p);
    return valid ? binary_make(p, point, curve->point_bytes) : NIL;
}
/* (%ec-secret curve private public): the secret that both sides compute; nil where a key is none. */
term n_ec_secret(struct proc *p, unsigned n)
{
    const struct curve *curve = curve_arg(p, 0);
    u8 scalar[SCALAR_MAX], point[POINT_MAX];
    word bytes;
    if (!curve || !scalar_arg(p, 1, curve, scalar) || !small_arg(p, 2, DATA_ARG, point, 0, sizeof point, &bytes))
        return NONE;
    if (bytes != curve->point_bytes)
        return NIL;
    sched_block_begin(p);
    bool valid = scalar_valid(curve, scalar) && ec->mul(point, bytes, scalar, curve->scalar_bytes, curve->id);
    size_t x_bytes, x = ec->xoff(curve->id, &x_bytes);
    u8 some = 0; /* a point of low order gives 0, whoever takes part: RFC 7748, 6.1 */
    for (size_t i = 0; i < x_bytes; i++)
        some |= point[x + i];
    sched_block_end(p);
    return valid && some ? binary_make(p, point + x, x_bytes) : NIL;
}

static bool digest_arg(struct proc *p, unsigned i, const br_hash_class *hash, u8 digest[HASH_MAX])
{
    word bytes;
    return small_arg(p, i, "a hash of that kind", digest, hash_bytes_of(hash), hash_bytes_of(hash), &bytes);
}
/* (%ecdsa-sign curve hash digest private): the signature in DER, nil where the key is none. */
term n_ecdsa_sign(struct proc *p, unsigned n)
{
    const struct curve *curve = signing_curve_arg(p, 0);
    const br_hash_class *hash = curve ? hash_arg(p, 1) : NULL;
    u8 digest[HASH_MAX], scalar[SCALAR_MAX], signature[SIGNATURE_MAX];
    if (!hash || !digest_arg(p, 2, hash, digest) || !scalar_arg(p, 3, curve, scalar))
        return NONE;
    br_ec_private_key key = {curve->id, scalar, curve->scalar_bytes};
    sched_block_begin(p);
    size_t bytes = scalar_valid(curve, scalar) ? br_ecdsa_i31_sign_asn1(ec, hash, digest, &key, signature) : 0;
    sched_block_end(p);
    return bytes ? binary_make(p, signature, bytes) : NIL;
}
/* (%ecdsa-verify curve digest public signature) */
term n_ecdsa_verify(struct proc *p, unsigned n)
{
    const struct curve *curve = signing_curve_arg(p, 0);
    u8 digest[HASH_MAX], point[POINT_MAX], signature[SIGNATURE_MAX];
    word digest_bytes, point_bytes, bytes;
    if (!curve || !small_arg(p, 1, "a hash", digest, 1, HASH_MAX, &digest_bytes) ||
        !small_arg(p, 2, "a public key of its curve's length", point, curve->point_bytes, curve->point_bytes,
                   &point_bytes))
        return NONE;
    if (data_bytes(ARG(3)) != NOT_DATA && data_bytes(ARG(3)) > SIGNATURE_MAX)
        return FALSE_TERM;
    if (!small_arg(p, 3, DATA_ARG, signature, 0, SIGNATURE_MAX, &bytes))
        return NONE;
    br_ec_public_key key = {curve->id, point, point_bytes};
    sched_block_begin(p);
    bool valid = br_ecdsa_i31_vrfy_asn1(ec, digest, digest_bytes, &key, signature, bytes);
    sched_block_end(p);
    return mk_bool(valid);
}

/* --- RSA --- */

/* The hash's name in a signature; NULL: pending. */
static const u8 *oid_arg(struct proc *p, unsigned i, const br_hash_class **hash)
{
    static const struct {
        const br_hash_class *class;
        const u8 *oid;
    } oids[] = {
        {&br_sha1_vtable, BR_HASH_OID_SHA1},     {&br_sha224_vtable, BR_HASH_OID_SHA224},
        {&br_sha256_vtable, BR_HASH_OID_SHA256}, {&br_sha384_vtable, BR_HASH_OID_SHA384},
        {&br_sha512_vtable, BR_HASH_OID_SHA512},
    };
    *hash = hash_arg(p, i);
    if (!*hash)
        return NULL;
    for (unsigned o = 0; o < sizeof oids / sizeof oids[0]; o++)
        if (oids[o].class == *hash)
            return oids[o].oid;
    raise_arg(p, i, "a hash that RSA signs: :sha-256, :sha-384, :sha-512, :sha-224 or :sha-1");
    return NULL;
}
struct number {
    u8 room[RSA_BYTES_MAX];
    u8 *at; /* its first byte that is not 0 */
    word count;
};
static bool number_arg(struct proc *p, unsigned i, struct number *x)
{
    if (!small_arg(p, i, NUMBER, x->room, 1, sizeof x->room, &x->count))
        return false;
    for (x->at = x->room; x->count > 1 && !*x->at; x->at++)
        x->count--;
    return true;
}

/* (%rsa-generate bits): p, q, d mod p-1, d mod q-1 and 1/q mod p behind each other, each of (bits + 15) / 16 bytes. The
 * public exponent is RSA_EXPONENT. */
term n_rsa_generate(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)) || int_value(ARG(0)) < RSA_BITS_MIN || int_value(ARG(0)) > RSA_BITS_MAX)
        return raise_arg(p, 0, "the length of a modulus: 1024 to 4096 bits");
    unsigned bits = (unsigned)int_value(ARG(0));
    const br_prng_class *source = &entropy;
    br_rsa_private_key key;
    br_rsa_public_key public;
    u8 private_room[BR_RSA_KBUF_PRIV_SIZE(RSA_BITS_MAX)], public_room[BR_RSA_KBUF_PUB_SIZE(RSA_BITS_MAX)];
    u8 out[sizeof private_room] = {0};
    sched_block_begin(p);
    bool made = br_rsa_keygen_get_default()(&source, &key, private_room, &public, public_room, bits, RSA_EXPONENT);
    sched_block_end(p);
    ENSURE(made, "there are keys of each length allowed");
    word each = (bits + 15) / 16;
    const u8 *parts[] = {key.p, key.q, key.dp, key.dq, key.iq};
    const size_t counts[] = {key.plen, key.qlen, key.dplen, key.dqlen, key.iqlen};
    for (unsigned i = 0; i < 5; i++)
        memcpy(out + (i + 1) * each - counts[i], parts[i], counts[i]);
    return binary_make(p, out, 5 * each);
}
/* (%rsa-sign hash digest n p q dp dq qi): the signature, nil where the key is none. */
term n_rsa_sign(struct proc *p, unsigned n)
{
    const br_hash_class *hash;
    const u8 *oid = oid_arg(p, 0, &hash);
    u8 digest[HASH_MAX], signature[RSA_BYTES_MAX];
    struct number modulus, part[5];
    if (!oid || !digest_arg(p, 1, hash, digest) || !number_arg(p, 2, &modulus))
        return NONE;
    for (unsigned i = 0; i < 5; i++)
        if (!number_arg(p, 3 + i, &part[i]))
            return NONE;
    br_rsa_private_key key = {
        .n_bitlen = (u32)(modulus.count * 8 - (word)(__builtin_clz(modulus.at[0] | 1) - 24)),
        .p = part[0].at,
        .plen = part[0].count,
        .q = part[1].at,
        .qlen = part[1].count,
        .dp = part[2].at,
        .dplen = part[2].count,
        .dq = part[3].at,
        .dqlen = part[3].count,
        .iq = part[4].at,
        .iqlen = part[4].count,
    };
    sched_block_begin(p);
    bool made = br_rsa_pkcs1_sign_get_default()(oid, digest, hash_bytes_of(hash), &key, signature);
    sched_block_end(p);
    return made ? binary_make(p, signature, modulus.count) : NIL;
}
/* (%rsa-verify hash digest n e signature) */
term n_rsa_verify(struct proc *p, unsigned n)
{
    const br_hash_class *hash;
    const u8 *oid = oid_arg(p, 0, &hash);
    u8 digest[HASH_MAX], signed_digest[HASH_MAX], signature[SIGNATURE_MAX];
    struct number modulus, exponent;
    word bytes;
    if (!oid || !digest_arg(p, 1, hash, digest) || !number_arg(p, 2, &modulus) || !number_arg(p, 3, &exponent))
        return NONE;
    if (data_bytes(ARG(4)) != NOT_DATA && data_bytes(ARG(4)) > SIGNATURE_MAX)
        return FALSE_TERM;
    if (!small_arg(p, 4, DATA_ARG, signature, 0, SIGNATURE_MAX, &bytes))
        return NONE;
    br_rsa_public_key key = {modulus.at, modulus.count, exponent.at, exponent.count};
    sched_block_begin(p);
    bool valid = br_rsa_pkcs1_vrfy_get_default()(signature, bytes, oid, hash_bytes_of(hash), &key, signed_digest);
    sched_block_end(p);
    return mk_bool(valid && !memcmp(digest, signed_digest, hash_bytes_of(hash)));
}
