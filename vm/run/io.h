/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * io.h: handles of the port (files, sockets, standard input, signals) in the hands of processes.
 *
 * A handle is a reference, so nobody can make one up, and one that was closed is never another. It is closed when the
 * process that owns it ends; %io-take makes the caller its owner. Whoever has it may use it: a handle that is closed
 * while an operation runs goes to the port when that is done.
 *
 *   (%io op handle texts bytes numbers)   does `op` of io.def: a value, or a keyword that says what is wrong (:eagain)
 *   (%io-wait handle :read)               [:io handle :read] arrives once it is readable (:write: writable)
 *
 * One thread, started at the first wait, sleeps in port_io_events and sends these messages, which the askers made.
 */
#ifndef LONA_RUN_IO_H
#define LONA_RUN_IO_H

#include "port.h"
#include "run/native.h"

const char *io_error_text(iword error);

/* Writes all of it to the console, which blocks p where the reader is slow: the bytes stay where they are. False:
 * :io-error is pending, which says why not. */
MUST_CHECK bool io_console_write(struct proc *p, enum port_stream stream, const void *bytes, word count);
/* So many threads write to the stream that another had better leave it to a process that writes for others. */
bool io_console_is_crowded(enum port_stream stream);
/* Whether the last thing written there, or typed, left a line unfinished. */
bool io_console_line_begun(void);
void io_console_line_ended(void);
/* Writes a report of p, which blocks, or of nobody (NULL) to the error stream; on a terminal it does not go on in an
 * unfinished line. */
void io_console_report(struct proc *p, const void *bytes, word count);

/* Argument i as a C string (a path, a name); false: pending. */
#define IO_TEXT_MAX 4096
bool io_text_arg(struct proc *p, unsigned i, char text[IO_TEXT_MAX]);

/* The bytes of a string or binary, which stay where they are while the process blocks. */
struct io_bytes {
    const u8 *data;
    word count;
    struct bin *bin; /* that holds them, or NULL */
    u8 *copy;        /* of port_alloc, or NULL */
};
/* Of argument i; false: pending. */
bool io_bytes_hold(struct proc *p, unsigned i, struct io_bytes *b);
void io_bytes_release(struct io_bytes *b);

/* Closes what the process owns, at its end. */
void io_close_all(struct proc *p);

#endif
