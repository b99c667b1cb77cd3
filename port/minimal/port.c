/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * port.c of a world that has nothing: every function refuses. The template for a new port: copy it, and replace the
 * functions one by one, in the order of port.h. It compiles, so that port.h stays honest; nothing can start on it.
 */
#include "port.h"

/* --- memory --- */

bool port_map_reserve(word base, word bytes)
{
    return false;
}
bool port_map_use(word base, word bytes, enum port_use use)
{
    return use != PORT_USE_NEEDED;
}
void *port_realloc(void *memory, word bytes)
{
    return NULL;
}
void port_free(void *memory)
{
}
word port_memory(enum port_memory what)
{
    return 0;
}

/* --- time and chance --- */

u64 port_monotonic_ns(void)
{
    return 0;
}
u64 port_wall_clock_ns(void)
{
    return 0;
}
void port_entropy(void *buffer, word bytes)
{
    port_exit(1); /* no pretended chance */
}

/* --- threads --- */

unsigned port_cpus(void)
{
    return 1;
}
bool port_thread_start(void (*f)(void *argument), void *argument, word *id)
{
    return false;
}
bool port_thread_background(word id, bool on)
{
    return false;
}
u64 port_thread_busy_ns(word id)
{
    return port_monotonic_ns();
}
void port_park(const u32 *at, u32 expected, u64 until_ns)
{
}
void port_unpark(const u32 *at, unsigned n)
{
}

/* --- console --- */

void port_console_wake(void)
{
}

enum port_error port_console_write(enum port_stream stream, const void *bytes, word count)
{
    return PORT_UNSUPPORTED;
}
iword port_console_read(void *bytes, word count)
{
    return 0;
}
bool port_console_raw(bool on)
{
    return false;
}
unsigned port_console_size(enum port_stream stream, unsigned *lines)
{
    return 0;
}
void port_on_interrupt(void (*f)(void))
{
}

/* --- files and the rest --- */

const u8 *port_archive_find(const char *path, word *bytes)
{
    return NULL;
}
iword port_io(struct port_request *r)
{
    return -PORT_UNSUPPORTED;
}
unsigned port_io_events(struct port_event *events, unsigned max)
{
    return 0;
}
const char *port_setting(const char *name)
{
    return NULL;
}

void port_exit(int status)
{
    for (;;)
        continue;
}
