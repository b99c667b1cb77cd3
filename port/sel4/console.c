/* SPDX-License-Identifier: GPL-3.0-only */
#include "console.h"

#include <stdarg.h>

#include "lock.h"
#include "machine.h"
#include "port.h"
#include "thread.h"

#define CTRL_C 3
#define RING 4096u
/* How often input is looked for: seldom when none comes, since each look wakes the processor; often while somebody
 * types or pastes. The UART holds 16 bytes, and the other side waits while it is full. */
#define LOOK_NS 40000000ull
#define LOOK_BUSY_NS 1000000ull
#define BUSY_LOOKS 1000

static struct {
    struct lock output;
    u8 ring[RING];
    u32 written, read;          /* atomic: bytes since the start */
    u32 wakes, seen;            /* atomic: of port_console_wake; the reader's */
    u32 changes;                /* atomic: of `written` and `wakes`; the reader parks on it */
    u32 taken;                  /* atomic: somebody drives the serial line; the looker parks on it */
    void (*on_interrupt)(void); /* atomic */
} console;

/* --- output --- */

static void put(u8 byte)
{
    if (byte == '\n')
        machine_serial_put('\r');
    machine_serial_put(byte);
}
static void print_number(u64 n, unsigned base, unsigned digits)
{
    char text[20];
    unsigned used = 0;
    do {
        text[used++] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n || used < digits);
    while (used)
        put((u8)text[--used]);
}
void console_print(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            put((u8)*f);
            continue;
        }
        switch (*++f) {
        case 's':
            for (const char *s = va_arg(list, const char *); *s; s++)
                put((u8)*s);
            break;
        case 'u':
            print_number(va_arg(list, u64), 10, 1);
            break;
        case 'x':
            print_number(va_arg(list, u64), 16, 1);
            break;
        default:
            print_number(va_arg(list, u64), 16, 16);
        }
    }
    va_end(list);
}

enum port_error port_console_write(enum port_stream stream, const void *bytes, word count)
{
    const u8 *at = bytes;
    lock_take(&console.output);
    for (word i = 0; i < count; i++)
        put(at[i]);
    lock_release(&console.output);
    return PORT_NO_ERROR;
}

/* --- input --- */

static void tell_reader(void)
{
    __atomic_fetch_add(&console.changes, 1, __ATOMIC_SEQ_CST);
    port_unpark(&console.changes, 1);
}

void console_interrupt(void)
{
    void (*f)(void) = __atomic_load_n(&console.on_interrupt, __ATOMIC_ACQUIRE);
    if (!f)
        return;
    f();
    port_console_wake();
}
/* Takes what has come, as far as there is room. */
static bool look(void)
{
    bool any = false;
    u32 at = console.written;
    while (at - __atomic_load_n(&console.read, __ATOMIC_ACQUIRE) < RING) {
        int byte = machine_serial_get();
        if (byte < 0)
            break;
        any = true;
        if (byte == CTRL_C) {
            console_interrupt();
            continue;
        }
        console.ring[at++ % RING] = (u8)byte;
        STORE_SEQ_CST(&console.written, at);
    }
    if (any)
        tell_reader();
    return any;
}
void console_thread(void *unused)
{
    static const u32 nothing;
    unsigned busy = 0;
    for (;;) {
        if (__atomic_load_n(&console.taken, __ATOMIC_SEQ_CST)) {
            port_park(&console.taken, 1, PORT_FOREVER);
            continue;
        }
        busy = look() ? BUSY_LOOKS : busy ? busy - 1 : 0;
        port_park(&nothing, 0, port_monotonic_ns() + (busy ? LOOK_BUSY_NS : LOOK_NS));
    }
}

/* The looker runs above whoever calls this, so it is not amidst a look. */
iword console_take(void)
{
    u32 free = 0;
    bool taken = __atomic_compare_exchange_n(&console.taken, &free, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    if (taken)
        port_console_wake();
    return taken ? (iword)CONSOLE_HANDLE : -PORT_BUSY;
}
iword console_give_back(void)
{
    STORE_SEQ_CST(&console.taken, 0);
    port_unpark(&console.taken, 1);
    return 0;
}
static word ring_read(u8 *to, word count)
{
    u32 written = __atomic_load_n(&console.written, __ATOMIC_SEQ_CST);
    u32 at = __atomic_load_n(&console.read, __ATOMIC_RELAXED);
    word n = written - at < count ? written - at : count;
    for (word i = 0; i < n; i++)
        to[i] = console.ring[(at + i) % RING];
    __atomic_store_n(&console.read, at + (u32)n, __ATOMIC_RELEASE);
    return n;
}
iword console_rest(struct port_request *r)
{
    r->out_bytes = ring_read(r->out, r->out_bytes);
    return (iword)r->out_bytes;
}

void port_console_wake(void)
{
    __atomic_fetch_add(&console.wakes, 1, __ATOMIC_SEQ_CST);
    tell_reader();
}
iword port_console_read(void *bytes, word count)
{
    u8 *to = bytes;
    for (;;) {
        u32 changes = __atomic_load_n(&console.changes, __ATOMIC_SEQ_CST);
        u32 written = __atomic_load_n(&console.written, __ATOMIC_SEQ_CST), at = console.read;
        u32 wakes = __atomic_load_n(&console.wakes, __ATOMIC_SEQ_CST);
        if (wakes != console.seen) {
            console.seen = wakes;
            return -1;
        }
        if (written == at) {
            port_park(&console.changes, changes, PORT_FOREVER);
            continue;
        }
        return (iword)ring_read(to, count);
    }
}

/* A serial line is always raw. */
bool port_console_raw(bool on)
{
    return true;
}
unsigned port_console_size(enum port_stream stream, unsigned *lines)
{
    if (lines)
        *lines = 24;
    return 80;
}
void port_on_interrupt(void (*f)(void))
{
    __atomic_store_n(&console.on_interrupt, f, __ATOMIC_RELEASE);
}
