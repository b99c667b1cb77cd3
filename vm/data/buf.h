/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * buf.h: a growing byte buffer outside the heaps. A failed growth sets `failed` and drops what does not fit.
 *
 * The bytes lie where those of a struct bin would, so that a string or binary is made of them without a copy
 * (buf_take).
 */
#ifndef LONA_BUF_H
#define LONA_BUF_H

#include "port.h"

struct proc;
struct buf {
    u8 *data;
    word count, room;
    word most; /* bytes that it may hold; 0: the largest buffer there can be */
    bool failed;
    bool stopped;               /* the process is asked to stop: a number that was being written is not all there */
    const struct proc *process; /* whose work the text is; NULL: nobody's */
};
#define BUF_INIT ((struct buf){0})
/* For what the process makes a value of: it fails where no process with p's limit could hold it. */
struct buf buf_of(const struct proc *p);

/* Makes room for count more bytes, so that data + count may be written directly; false (and failed) when there is none.
 */
bool buf_reserve(struct buf *b, word count);
void buf_append(struct buf *b, const void *bytes, word count);
void buf_byte(struct buf *b, u8 byte);
void buf_fill(struct buf *b, u8 byte, word count);
void buf_text(struct buf *b, const char *text);
void buf_code_point(struct buf *b, u32 code_point); /* as UTF-8 */
void buf_format(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_free(struct buf *b);
/* What was written (something was), with one reference; the buffer is empty afterwards. */
struct bin;
struct bin *buf_take(struct buf *b);

#endif
