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
/* Gives the pages wholly inside [base, base+bytes) back; they read as zero afterwards. */
void port_map_release(word base, word bytes);
/* A hint that much of [base, base+bytes) will be touched soon: the port may use larger pages. */
void port_map_expect(word base, word bytes);
/* Memory for tables and large byte strings, aligned to 16. NULL when there is none. port_free(NULL) does nothing. */
MUST_CHECK void *port_alloc(word bytes);
MUST_CHECK void *port_realloc(void *memory, word bytes);
void port_free(void *memory);
/* Resident memory of the whole VM in bytes; 0 when unknown. */
word port_resident_bytes(void);

/* --- time and chance ------------------------------------------------------------------------------------------ */

u64 port_monotonic_ns(void);
u64 port_wall_clock_ns(void); /* since 1970-01-01 UTC */
void port_entropy(void *buffer, word bytes);

/* --- threads -------------------------------------------------------------------------------------------------- */

unsigned port_cpus(void); /* that the VM may use: at least 1 */
/* Starts a thread in f(argument); *id names it for port_thread_background. False: there is none to be had. */
MUST_CHECK bool port_thread_start(void (*f)(void *argument), void *argument, word *id);
/* The thread shall run only where no other wants to (it works long), or as usual again. False: it stays as it is. */
bool port_thread_background(word id, bool on);
/* Blocks the calling thread while *at is expected, until port_unpark(at) or the monotonic clock reads until_ns.
 * May return early. */
void port_park(const u32 *at, u32 expected, u64 until_ns);
void port_unpark(const u32 *at, unsigned n); /* wakes up to n threads */
#define PORT_FOREVER (~0ull)

/* --- console -------------------------------------------------------------------------------------------------- */

enum port_stream { PORT_STDIN, PORT_STDOUT, PORT_STDERR };
/* Writes all bytes; may block. */
void port_console_write(enum port_stream stream, const void *bytes, word count);
/* Reads up to count bytes, blocks until at least one; 0 at the end of input, -1 when interrupted or woken. */
iword port_console_read(void *bytes, word count);
/* Makes a thread in port_console_read return -1. Async-signal-safe. */
void port_console_wake(void);
bool port_console_is_terminal(enum port_stream stream);
/* Raw mode: each key at once and unechoed. False when there is no terminal. */
bool port_console_raw(bool on);
unsigned port_console_columns(void);
/* From now on the user's interrupt (Ctrl-C) calls f, on any thread at any time (as a signal handler does: it may set
 * flags only), and wakes what sleeps or reads. NULL: the port's usual way, which ends the program. */
void port_on_interrupt(void (*f)(void));

/* --- files of the boot archive, and of the host where there is one ------------------------------------------------ */

/* Looks up a file of the boot archive, e.g. "lona/core.lona-s". Static memory; NULL when absent. */
const u8 *port_archive_find(const char *path, word *bytes);
/* Reads a whole host file into memory from port_alloc (caller frees). NULL: *error says why (static text). */
MUST_CHECK u8 *port_file_read(const char *path, word *bytes, const char **error);
/* Replaces (or with append extends) a host file. NULL on success, else why not. */
MUST_CHECK const char *port_file_write(const char *path, const void *bytes, word count, bool append);
/* Value of a setting of the environment (HOME …), NULL when there is none. */
const char *port_setting(const char *name);

NORETURN void port_exit(int status);

#endif
