/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * bytes.h: what functions of byte strings share: hashes, ciphers and signatures (BearSSL), compression (zlib).
 *
 * Their data are binaries of whole bytes, or strings, whose UTF-8 is meant. Long data are worked on in one of two ways:
 *
 *   in slices   a STEP native does DATA_SLICE bytes, keeps its state in registers, and answers STEP_AGAIN. The process
 *               gives way between slices and may be ended or interrupted there.
 *   blocking    where a library wants all at once, or is asked something that only takes time (a key, a signature):
 *               io_bytes_hold or small_arg, then sched_block_begin, the work without any term, sched_block_end. The
 *               watcher (run/sched.h) gives the core to others meanwhile.
 */
#ifndef LONA_BYTES_H
#define LONA_BYTES_H

#include <bearssl.h>

#include "data/buf.h"
#include "data/str.h"
#include "run/native.h"

#define DATA_SLICE ((word)128 << 10)
#define BYTES_A_REDUCTION 64 /* of such work, about */
#define DATA_ARG "a string or a binary of whole bytes"

/* Length of the data in bytes; NOT_DATA: it is none. */
#define NOT_DATA (~(word)0)
word data_bytes(term data);
/* The bytes of data from `at` on that lie together: all that are left, but where they begin inside a byte no more than
 * room has. Borrowed until the next MAY_GC. */
#define STRETCH_ROOM 4096
struct stretch {
    const u8 *data;
    word count;
};
struct stretch data_stretch(term data, word at, u8 room[STRETCH_ROOM]);

/* Copies argument i, data of least to most bytes, into room; false: pending, "<native> wants <wanted> ...",
 * without the bytes. */
MUST_CHECK bool small_arg(struct proc *p, unsigned i, const char *wanted, u8 *room, word least, word most, word *count);

/* What a buffer holds as a binary. Takes the buffer, also on failure. MAY_GC */
term binary_of_buf(struct proc *p, struct buf *b);
/* [:ok value], and [:error reason]. MAY_GC */
term result_ok(struct proc *p, term value);
term result_error(struct proc *p, const char *reason);

/* --- hashes (hash.c) --- */
#define HASH_MAX 64 /* bytes of the longest one */
/* The hash function that argument i names, as :sha-256; NULL: pending. */
const br_hash_class *hash_arg(struct proc *p, unsigned i);
word hash_bytes_of(const br_hash_class *hash);

#endif
