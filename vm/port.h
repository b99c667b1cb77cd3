/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * port.h: the whole of what the VM needs from the world below it (at most 25 functions). A port implements all of them.
 *
 * Ownership: buffers are borrowed for the duration of the call. Nothing here calls back into the VM. Functions that can
 * fail say so; the others must not.
 */
#ifndef LONA_PORT_H
#define LONA_PORT_H

#include "lona/base.h"

/* --- memory --------------------------------------------------------------------------------------------------- */

/* Reserves [base, base+bytes) as zero-filled, readable and writable memory that costs nothing until touched.
 * False when the range is not to be had. */
MUST_CHECK bool port_map_reserve(word base, word bytes);
/* What becomes of [base, base+bytes). False where memory is needed that is not to be had; the others must not fail. */
enum port_use {
    PORT_USE_NEEDED,    /* it is going to be touched, all or part: there shall be memory for that */
    PORT_USE_EXPECTED,  /* a hint: much of it will be touched soon, so that the port may use larger pages */
    PORT_USE_UNTOUCHED, /* it was needed, but not touched since */
    PORT_USE_NONE,      /* pages wholly inside are given back, and read as zero afterwards */
};
bool port_map_use(word base, word bytes, enum port_use use);
/* Memory for tables and large byte strings, aligned to 16. NULL when there is none. Of NULL port_realloc makes new
 * memory, and port_free does nothing. */
MUST_CHECK void *port_realloc(void *memory, word bytes);
void port_free(void *memory);
static inline MUST_CHECK void *port_alloc(word bytes)
{
    return port_realloc(NULL, bytes);
}
/* In bytes: what is resident of the whole VM, 0 when unknown; and how much more is to be had, about. */
enum port_memory { PORT_MEMORY_RESIDENT, PORT_MEMORY_LEFT };
word port_memory(enum port_memory what);

/* --- time and chance ------------------------------------------------------------------------------------------ */

u64 port_monotonic_ns(void);
u64 port_wall_clock_ns(void); /* since 1970-01-01 UTC */
void port_entropy(void *buffer, word bytes);

/* --- threads -------------------------------------------------------------------------------------------------- */

unsigned port_cpus(void); /* that the VM may use: at least 1 */
/* Starts a thread in f(argument), with a stack above HEAPS_BASE (map.h); *id names it for port_thread_background.
 * False: there is none to be had. */
MUST_CHECK bool port_thread_start(void (*f)(void *argument), void *argument, word *id);
/* The thread shall run only where no other wants to (it works long), or as usual again. False: it stays as it is. */
bool port_thread_background(word id, bool on);
/* Time that the thread has spent on a processor, in ns; a port that cannot tell answers the time that has passed. */
u64 port_thread_busy_ns(word id);
/* Blocks the calling thread while *at is expected, until port_unpark(at) or the monotonic clock reads until_ns.
 * May return early. */
void port_park(const u32 *at, u32 expected, u64 until_ns);
void port_unpark(const u32 *at, unsigned n); /* wakes up to n threads */
#define PORT_FOREVER (~0ull)

/* What goes wrong: keyword and text are in io.def. Functions answer minus one of them. */
enum port_error {
    PORT_NO_ERROR,
#define IO_ERROR(name, keyword, text) PORT_##name,
#include "io.def"
#undef IO_ERROR
    PORT_ERRORS
};

/* --- console -------------------------------------------------------------------------------------------------- */

enum port_stream { PORT_STDIN, PORT_STDOUT, PORT_STDERR };
/* Writes all bytes; may block. What kept it from doing so, or PORT_NO_ERROR. */
enum port_error port_console_write(enum port_stream stream, const void *bytes, word count);
/* Reads up to count bytes, blocks until at least one; 0 at the end of input, -1 when interrupted or woken. */
iword port_console_read(void *bytes, word count);
/* Makes a thread in port_console_read return -1. Async-signal-safe. */
void port_console_wake(void);
/* Raw mode: each key at once and unechoed. False when there is no terminal. */
bool port_console_raw(bool on);
/* Width of the terminal that the stream is, and its height where lines is not NULL; 0 when it is none. */
unsigned port_console_size(enum port_stream stream, unsigned *lines);
/* From now on the user's interrupt (Ctrl-C) calls f, on any thread at any time (as a signal handler does: it may set
 * flags only), and wakes what sleeps or reads. NULL: the port's usual way, which ends the program. */
void port_on_interrupt(void (*f)(void));

/* --- the boot archive and settings ---------------------------------------------------------------------------------
 */

/* Looks up a file of the boot archive, e.g. "lona/core.lona-s". Static memory; NULL when absent. */
const u8 *port_archive_find(const char *path, word *bytes);
/* Value of a setting of the environment (HOME …), NULL when there is none. */
const char *port_setting(const char *name);

NORETURN void port_exit(int status);

/* --- files, network, standard input, signals of the host: io.def ------------------------------------------------- */

enum port_op {
#define IO_OP(name, keyword, result, blocks) IO_##name,
#include "io.def"
#undef IO_OP
    IO_OPS
};
#define PORT_ADDRESS_MAX 64
enum port_file { /* of IO_FILE_OPEN */
                 PORT_FILE_READ = 1,
                 PORT_FILE_WRITE = 2,
                 PORT_FILE_CREATE = 4,
                 PORT_FILE_TRUNCATE = 8,
                 PORT_FILE_EXCLUSIVE = 16,
};
struct port_request {
    enum port_op op;
    word handle;         /* of the port: what an operation that makes one answered */
    const char *text[2]; /* paths, addresses, names: what io.def says */
    u64 number[6];
    u32 caps; /* bit i: number[i] is what the port calls a capability that was given; else a number, whatever it is */
    const void *in;
    word in_bytes;
    /* Answers. out: room for out_bytes, or NULL: then the port makes it with port_alloc and the caller frees it. */
    u8 *out;
    word out_bytes;
    u64 answer[6];
    char address[PORT_ADDRESS_MAX];
};
/* Does it; a number, handle or 0, or minus an enum port_error. Operations on handles never block but for those on
 * files; PORT_AGAIN says that there is nothing to be done now: IO_WAIT asks to be told. */
iword port_io(struct port_request *r);

#define PORT_READABLE 1u
#define PORT_WRITABLE 2u
struct port_event {
    u64 tag;   /* given to IO_WAIT */
    u32 ready; /* PORT_*ABLE; both when the handle is in an error */
};
/* Blocks until handles asked about by IO_WAIT are ready: how many were put into events. Each is told once. One thread
 * at a time. 0: the port has none. */
unsigned port_io_events(struct port_event *events, unsigned max);

#endif
