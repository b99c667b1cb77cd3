/* SPDX-License-Identifier: GPL-3.0-only */
/* bytes.c: arguments and results that are bytes. */
#include "bytes/bytes.h"

#include "data/bits.h"
#include "pure.h"
#include "run/names.h"

word data_bytes(term data)
{
    if (is_string(data))
        return str_view(data).bytes;
    return is_binary(data) && bin_view(data).bits % 8 == 0 ? bin_view(data).bits / 8 : NOT_DATA;
}

struct stretch data_stretch(term data, word at, u8 room[STRETCH_ROOM])
{
    if (is_string(data))
        return (struct stretch){str_view(data).data + at, str_view(data).bytes - at};
    struct bin_view v = bin_view(data);
    struct stretch s = {v.data + at, v.bits / 8 - at};
    if (v.bit_offset) {
        s.count = s.count < STRETCH_ROOM ? s.count : STRETCH_ROOM;
        bits_copy(room, v.data, v.bit_offset + at * 8, s.count * 8);
        s.data = room;
    }
    return s;
}

bool small_arg(struct proc *p, unsigned i, const char *wanted, u8 *room, word least, word most, word *count)
{
    word bytes = data_bytes(ARG(i));
    if (bytes == NOT_DATA) {
        raise_arg(p, i, wanted);
        return false;
    }
    if (bytes < least || bytes > most) { /* it may be a key, which nobody wants to read in a log */
        raise(p, E_ILLEGAL_ARGUMENT, "%s wants %s as argument %u, not %lu bytes", running_native_name(p), wanted, i + 1,
              (unsigned long)bytes);
        return false;
    }
    u8 unaligned[STRETCH_ROOM];
    for (word at = 0; at < bytes;) {
        struct stretch s = data_stretch(ARG(i), at, unaligned);
        memcpy(room + at, s.data, s.count);
        at += s.count;
    }
    *count = bytes;
    return true;
}

term binary_of_buf(struct proc *p, struct buf *b)
{
    return binary_from_buf(p, &(struct bits_buf){b, 0});
}

static term pair(struct proc *p, const char *name, term value)
{
    if (!heap_reserve(p, 3, &value))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = intern_keyword(NULL, 0, name, strlen(name));
    t->item[1] = value;
    return mk_box_ptr(t);
}
term result_ok(struct proc *p, term value)
{
    return is_none(value) ? NONE : pair(p, "ok", value);
}
term result_error(struct proc *p, const char *reason)
{
    return pair(p, "error", intern_keyword(NULL, 0, reason, strlen(reason)));
}
