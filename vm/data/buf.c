/* SPDX-License-Identifier: GPL-3.0-only */
/* buf.c: the growing byte buffer that printers, formatters and decoders write to. */
#include "data/buf.h"

#include "data/str.h"
#include "pure.h"

#define BUF_FIRST_ROOM 128
#define BUF_MAX (1ull << 40)

#define HEAD offsetof(struct bin, data)

struct buf buf_of(const struct proc *p)
{
    return (struct buf){.most = heap_limit_bytes(p), .process = p};
}

static u8 *resize(u8 *data, word room)
{
    u8 *memory = port_realloc(data ? data - HEAD : NULL, HEAD + room + 1); /* a NUL ends a bin */
    return memory ? memory + HEAD : NULL;
}

bool buf_reserve(struct buf *b, word count)
{
    if (b->failed)
        return false;
    if (count <= b->room - b->count)
        return true;
    word room = b->room < BUF_FIRST_ROOM ? BUF_FIRST_ROOM : b->room * 2;
    word most = b->most ? b->most : BUF_MAX;
    if (count > most || b->count > most - count) {
        b->failed = true;
        return false;
    }
    if (room < b->count + count)
        room = b->count + count;
    u8 *data = resize(b->data, room);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->room = room;
    return true;
}

void buf_append(struct buf *b, const void *bytes, word count)
{
    if (!count || !buf_reserve(b, count))
        return;
    memcpy(b->data + b->count, bytes, count);
    b->count += count;
}

void buf_byte(struct buf *b, u8 byte)
{
    if (buf_reserve(b, 1))
        b->data[b->count++] = byte;
}

void buf_fill(struct buf *b, u8 byte, word count)
{
    if (!count || !buf_reserve(b, count))
        return;
    memset(b->data + b->count, byte, count);
    b->count += count;
}

void buf_text(struct buf *b, const char *text)
{
    buf_append(b, text, strlen(text));
}

void buf_code_point(struct buf *b, u32 code_point)
{
    u8 bytes[4];
    buf_append(b, bytes, utf8_put(bytes, code_point));
}

void buf_format(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    char small[128];
    int length = vsnprintf(small, sizeof(small), format, args);
    if (length < 0)
        b->failed = true;
    else if (length < (int)sizeof(small))
        buf_append(b, small, length);
    else if (buf_reserve(b, (word)length + 1)) {
        vsnprintf((char *)b->data + b->count, (word)length + 1, format, again);
        b->count += length;
    }
    va_end(again);
    va_end(args);
}

void buf_free(struct buf *b)
{
    if (b->data)
        port_free(b->data - HEAD);
    *b = BUF_INIT;
}

struct bin *buf_take(struct buf *b)
{
    u8 *data = b->data;
    if (b->room - b->count > b->count / 8) {
        u8 *less = resize(data, b->count);
        data = less ? less : data;
    }
    struct bin *bin = (struct bin *)(data - HEAD);
    *bin = (struct bin){.refs = 1, .bytes = b->count};
    data[b->count] = 0;
    *b = BUF_INIT;
    return bin;
}
