/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * compress.c: what lona.zlib is made of: zlib, a slice of data at a time. Between slices zlib's state lies in a binary
 * that a register of the STEP native holds and nobody else knows, so it goes when the process ends or is unwound; zlib
 * takes its memory from that binary and from nowhere else. What came out lies in a list of binaries.
 */
#include "bytes/bytes.h"
#include "pure.h"

#define ZLIB_CONST
#include <zlib.h>

enum { Z_DATA, Z_FORMAT, Z_PARAMETER, Z_AT, Z_STATE, Z_OUT }; /* registers; the parameter is a level or a limit */
#define IN_SLICE ((word)32 << 10)                             /* bytes of data a slice */
#define OUT_SLICE ((word)64 << 10)
/* What zlib.h says that they take, and some kilobytes of their own. */
#define DEFLATE_ROOM ((word)320 << 10)
#define INFLATE_ROOM ((word)64 << 10)
#define GZIP_FORMAT 31 /* zlib's number: Z_FORMAT is its windowBits */
#define GZIP_FIRST_BYTE 0x1f

struct state {
    z_stream z;
    word total;      /* bytes that came out */
    word used, room; /* of memory */
    _Alignas(16) u8 memory[];
};

static void *state_alloc(void *opaque, unsigned n, unsigned bytes)
{
    struct state *s = opaque;
    word all = ((word)n * bytes + 15) & ~(word)15;
    if (all > s->room - s->used)
        return NULL;
    s->used += all;
    return s->memory + s->used - all;
}
static void state_free(void *opaque, void *memory)
{
}
/* In the register; its bytes do not move. It may begin at any word. */
static struct state *state_now(struct proc *p)
{
    word at = (word)OBJ(lbinary, REG(Z_STATE))->data;
    return (struct state *)((at + 15) & ~(word)15);
}
/* An empty one with so much memory for zlib. False: pending. */
static bool state_make(struct proc *p, word room)
{
    word bytes = sizeof(struct state) + room + 16;
    struct buf b = buf_of(p);
    if (!buf_reserve(&b, bytes)) {
        raise(p, E_OUT_OF_MEMORY, "no memory for a window");
        return false;
    }
    b.count = bytes;
    term binary = binary_of_buf(p, &b);
    if (is_none(binary))
        return false;
    REG(Z_STATE) = binary;
    REG(Z_AT) = mk_int(0);
    REG(Z_OUT) = EMPTY_LIST;
    struct state *s = state_now(p);
    *s = (struct state){.z = {.zalloc = state_alloc, .zfree = state_free, .opaque = s}, .room = room};
    return true;
}

/* The bytes that wait for their turn, at most those of a slice. */
static void feed(struct proc *p, z_stream *z, u8 room[STRETCH_ROOM])
{
    word at = (word)int_value(REG(Z_AT));
    struct stretch s = data_stretch(REG(Z_DATA), at, room);
    z->next_in = s.data;
    z->avail_in = (unsigned)(s.count < IN_SLICE ? s.count : IN_SLICE);
}
/* zlib has taken all but avail_in of what fed it. */
static bool all_taken(struct proc *p, const z_stream *z, unsigned fed)
{
    word at = (word)int_value(REG(Z_AT)) + fed - z->avail_in;
    REG(Z_AT) = mk_int((iword)at);
    return at == data_bytes(REG(Z_DATA));
}
/* Puts what came out before the list. False: pending, and a step that goes on nevertheless begins anew. */
static bool put_out(struct proc *p, struct buf *out)
{
    if (!out->count) {
        buf_free(out);
        return true;
    }
    term piece = binary_of_buf(p, out);
    if (is_none(piece) || !heap_reserve(p, CONS_WORDS, &piece)) {
        REG(Z_STATE) = NIL;
        return false;
    }
    REG(Z_OUT) = mk_cons(p, piece, REG(Z_OUT));
    return true;
}
/* All that came out, as one binary. MAY_GC */
static term joined(struct proc *p)
{
    word bytes = 0;
    for (term t = REG(Z_OUT); is_cons(t); t = cons_tail(t))
        bytes += data_bytes(cons_head(t));
    if (is_cons(REG(Z_OUT)) && !is_cons(cons_tail(REG(Z_OUT))))
        return cons_head(REG(Z_OUT));
    struct buf all = buf_of(p);
    if (!buf_reserve(&all, bytes + 1))
        return raise(p, E_OUT_OF_MEMORY, "no memory for a binary of %lu bytes", (unsigned long)bytes);
    all.count = bytes;
    for (term t = REG(Z_OUT); is_cons(t); t = cons_tail(t)) {
        u8 room[STRETCH_ROOM];
        struct stretch s = data_stretch(cons_head(t), 0, room);
        bytes -= s.count;
        memcpy(all.data + bytes, s.data, s.count);
    }
    return binary_of_buf(p, &all);
}
static enum step returned(struct proc *p, term value)
{
    return is_none(value) ? STEP_RAISE : step_return(p, value);
}
static enum step again(struct proc *p)
{
    p->result = NIL;
    return STEP_AGAIN;
}
/* Arguments, at the beginning: data, and two integers that the namespace has checked. */
static bool arguments(struct proc *p)
{
    if (data_bytes(ARG(Z_DATA)) == NOT_DATA)
        raise_arg(p, Z_DATA, DATA_ARG);
    else if (!is_int(ARG(Z_FORMAT)) || !is_int(ARG(Z_PARAMETER)) || int_value(ARG(Z_PARAMETER)) < 0)
        raise_arg(p, is_int(ARG(Z_FORMAT)) ? Z_PARAMETER : Z_FORMAT, "a natural number");
    else
        return true;
    return false;
}

/* (%deflate data format level): the compressed bytes. */
enum step step_deflate(struct proc *p)
{
    if (is_nil(REG(Z_STATE))) {
        if (!arguments(p) || !state_make(p, DEFLATE_ROOM))
            return STEP_RAISE;
        int status = deflateInit2(&state_now(p)->z, (int)int_value(REG(Z_PARAMETER)), Z_DEFLATED,
                                  (int)int_value(REG(Z_FORMAT)), 8, Z_DEFAULT_STRATEGY);
        if (status != Z_OK) {
            REG(Z_STATE) = NIL;
            raise(p, E_ILLEGAL_ARGUMENT, "no compression of level %T and format %T", REG(Z_PARAMETER), REG(Z_FORMAT));
            return STEP_RAISE;
        }
    }
    struct buf out = buf_of(p);
    if (!buf_reserve(&out, OUT_SLICE)) {
        raise(p, E_OUT_OF_MEMORY, "no memory for compressed bytes");
        return STEP_RAISE;
    }
    u8 room[STRETCH_ROOM];
    z_stream *z = &state_now(p)->z;
    feed(p, z, room);
    unsigned fed = z->avail_in;
    bool last = (word)int_value(REG(Z_AT)) + fed == data_bytes(REG(Z_DATA));
    z->next_out = out.data;
    z->avail_out = OUT_SLICE;
    int status = deflate(z, last ? Z_FINISH : Z_NO_FLUSH);
    out.count = OUT_SLICE - z->avail_out;
    ENSURE(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR, "compression ends well");
    all_taken(p, z, fed);
    if (!put_out(p, &out))
        return STEP_RAISE;
    if (status != Z_STREAM_END)
        return again(p);
    native_charge(p, fed / BYTES_A_REDUCTION);
    return returned(p, joined(p));
}

/* Behind the end of the compressed bytes: what is wrong, or NULL. Of gzip's there may be more (RFC 1952, 2.2). */
static const char *after_end(struct proc *p, z_stream *z, bool all, bool *more)
{
    u8 room[STRETCH_ROOM];
    *more = false;
    if (all)
        return NULL;
    struct stretch rest = data_stretch(REG(Z_DATA), (word)int_value(REG(Z_AT)), room);
    if (int_value(REG(Z_FORMAT)) != GZIP_FORMAT || rest.data[0] != GZIP_FIRST_BYTE)
        return "invalid-data";
    *more = inflateReset(z) == Z_OK;
    return *more ? NULL : "invalid-data";
}
/* (%inflate data format limit): [:ok bytes] or [:error reason], :too-large past the limit. */
enum step step_inflate(struct proc *p)
{
    if (is_nil(REG(Z_STATE))) {
        if (!arguments(p) || !state_make(p, INFLATE_ROOM))
            return STEP_RAISE;
        if (inflateInit2(&state_now(p)->z, (int)int_value(REG(Z_FORMAT))) != Z_OK) {
            REG(Z_STATE) = NIL;
            raise(p, E_ILLEGAL_ARGUMENT, "no format %T", REG(Z_FORMAT));
            return STEP_RAISE;
        }
    }
    struct buf out = buf_of(p);
    if (!buf_reserve(&out, OUT_SLICE)) {
        raise(p, E_OUT_OF_MEMORY, "no memory for bytes");
        return STEP_RAISE;
    }
    u8 room[STRETCH_ROOM];
    z_stream *z = &state_now(p)->z;
    feed(p, z, room);
    unsigned fed = z->avail_in;
    z->next_out = out.data;
    z->avail_out = OUT_SLICE;
    int status = inflate(z, Z_NO_FLUSH);
    out.count = OUT_SLICE - z->avail_out;
    bool full = !z->avail_out, all = all_taken(p, z, fed), more = false;
    ENSURE(status != Z_MEM_ERROR, "zlib takes no more memory than it says");
    const char *wrong = NULL;
    state_now(p)->total += out.count;
    if (state_now(p)->total > (word)int_value(REG(Z_PARAMETER)))
        wrong = "too-large";
    else if (status == Z_STREAM_END)
        wrong = after_end(p, z, all, &more);
    else if (status == Z_NEED_DICT)
        wrong = "dictionary-needed";
    else if (status != Z_OK && status != Z_BUF_ERROR)
        wrong = "invalid-data";
    else if (all && !full)
        wrong = "truncated";
    if (wrong) {
        buf_free(&out);
        return returned(p, result_error(p, wrong));
    }
    word came = out.count;
    if (!put_out(p, &out))
        return STEP_RAISE;
    if (status != Z_STREAM_END || more)
        return again(p);
    native_charge(p, (fed + came) / BYTES_A_REDUCTION);
    return returned(p, result_ok(p, joined(p)));
}

/* --- checksums --- */

enum { C_DATA, C_SUM, C_AT };
typedef uLong checksum(uLong sum, const Bytef *data, uInt bytes);

static enum step step_checksum(struct proc *p, checksum *f)
{
    word bytes = data_bytes(REG(C_DATA)), at = is_nil(REG(C_AT)) ? 0 : (word)int_value(REG(C_AT)), done = 0;
    if (bytes == NOT_DATA) {
        raise_arg(p, C_DATA, DATA_ARG);
        return STEP_RAISE;
    }
    if (!is_int(REG(C_SUM)) || int_value(REG(C_SUM)) < 0 || int_value(REG(C_SUM)) > UINT32_MAX) {
        raise_arg(p, C_SUM, "a checksum of 32 bits");
        return STEP_RAISE;
    }
    u8 room[STRETCH_ROOM];
    uLong sum = (uLong)int_value(REG(C_SUM));
    while (at < bytes && done < DATA_SLICE) {
        struct stretch s = data_stretch(REG(C_DATA), at, room);
        s.count = s.count < DATA_SLICE ? s.count : DATA_SLICE;
        sum = f(sum, s.data, (uInt)s.count);
        at += s.count;
        done += s.count;
    }
    if (at == bytes) {
        native_charge(p, done / BYTES_A_REDUCTION / 4);
        return step_return(p, mk_int((iword)sum));
    }
    REG(C_SUM) = mk_int((iword)sum);
    REG(C_AT) = mk_int((iword)at);
    return again(p);
}
/* (%crc32 data sum), (%adler32 data sum): of what gave the sum, and the data behind it. */
enum step step_crc32(struct proc *p)
{
    return step_checksum(p, crc32);
}
enum step step_adler32(struct proc *p)
{
    return step_checksum(p, adler32);
}
