/* SPDX-License-Identifier: GPL-3.0-only */
#include "io_port.h"

#include "cpu.h"
#include "derive.h"

#define PORTS 0x10000u

FIELD(range, first, 15, 0)
FIELD(range, last, 31, 16)

static u64 issued[PORTS / 64]; /* a bit a port */

static bool is_issued(u64 port)
{
    return issued[port / 64] >> port % 64 & 1;
}
static void mark(u64 range, bool taken)
{
    for (u64 port = range_first(range); port <= range_last(range); port++) {
        u64 bit = 1ull << port % 64;
        issued[port / 64] = taken ? issued[port / 64] | bit : issued[port / 64] & ~bit;
    }
}

void io_port_release(struct cap c)
{
    mark(c.word[1], false);
}

/* Issue(first, last, index, depth; root) */
enum error io_port_invoke_control(struct invocation *v)
{
    struct failure *f = &v->failure;
    struct slot *dest;
    if (v->label != LABEL_IO_PORT_CONTROL_ISSUE)
        return fail(f, ERROR_ILLEGAL_OPERATION);
    if (v->words < 4 || v->extras < 1)
        return fail(f, ERROR_TRUNCATED_MESSAGE);
    u64 first = invocation_word(v, 0), last = invocation_word(v, 1);
    if (first >= PORTS || last >= PORTS)
        return fail_range(f, 0, PORTS - 1);
    if (first > last)
        return fail_argument(f, 1);
    for (u64 port = first; port <= last; port++) {
        if (is_issued(port))
            return fail(f, ERROR_REVOKE_FIRST);
    }
    enum error error = invocation_empty_slot(v, v->extra[0]->cap, invocation_word(v, 2), invocation_word(v, 3), &dest);
    if (error)
        return error;
    u64 range = range_with_first(range_with_last(0, last), first);
    mark(range, true);
    derive_original(v->slot, dest, cap_make(CAP_IO_PORT, 0, 0, 0, 0, range));
    return ERROR_NONE;
}

/* In(port), Out(port, data): a port of more than a byte is that many. */
static enum error port_check(struct invocation *v, unsigned words, u64 bytes, u16 *port)
{
    if (v->words < words)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    u64 first = invocation_word(v, 0);
    if (first < range_first(v->cap.word[1]) || first + bytes - 1 > range_last(v->cap.word[1]) || first >= PORTS)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    *port = (u16)first;
    return ERROR_NONE;
}

static enum error port_in(struct invocation *v, u64 bytes)
{
    u16 port;
    enum error error = port_check(v, 1, bytes, &port);
    if (error)
        return error;
    invocation_answer(v, 0, bytes == 1 ? cpu_in8(port) : bytes == 2 ? cpu_in16(port) : cpu_in32(port));
    return ERROR_NONE;
}
static enum error port_out(struct invocation *v, u64 bytes)
{
    u16 port;
    enum error error = port_check(v, 2, bytes, &port);
    if (error)
        return error;
    u64 data = invocation_word(v, 1);
    if (bytes == 1)
        cpu_out8(port, (u8)data);
    else if (bytes == 2)
        cpu_out16(port, (u16)data);
    else
        cpu_out32(port, (u32)data);
    return ERROR_NONE;
}

enum error io_port_invoke(struct invocation *v)
{
    switch (v->label) {
    case LABEL_IO_PORT_IN8:
        return port_in(v, 1);
    case LABEL_IO_PORT_IN16:
        return port_in(v, 2);
    case LABEL_IO_PORT_IN32:
        return port_in(v, 4);
    case LABEL_IO_PORT_OUT8:
        return port_out(v, 1);
    case LABEL_IO_PORT_OUT16:
        return port_out(v, 2);
    case LABEL_IO_PORT_OUT32:
        return port_out(v, 4);
    }
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
