/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * output.h: where the text goes that a process prints: to its group leader, a process that is asked by messages
 *
 *   [:io-request [pid ref] request]     answered, as calls are, by [ref answer]
 *
 * doc/spec/11-input-output.md lists the requests. The console has a group leader, too, which the program's first
 * process begins with. Its work is to write to the port; who knows that it is the console's (output_is_console) writes
 * there at once, on its own thread, unless as many as there are cores do so already and nobody reads what they write.
 */
#ifndef LONA_RUN_OUTPUT_H
#define LONA_RUN_OUTPUT_H

#include "port.h"
#include "run/native.h"

struct buf;

/* Makes the console's group leader, which is `first`'s from then on, without running it. False: no memory. */
MUST_CHECK bool output_init(struct proc *first);
term output_console(void); /* its pid; nil before there is one */
bool output_is_console(term leader);
bool output_console_is_busy(void); /* it has requests that it has not answered */

/* Ends a native: puts the text to the leader's stream, PORT_STDOUT or PORT_STDERR. Takes the buffer. nil; NONE: a tail
 * call or a condition is pending. MAY_GC */
term output_put(struct proc *p, term leader, enum port_stream stream, struct buf *b);
/* Last words of p, which waits for no answer: on the error stream of its group leader, the console's where that is
 * gone. MAY_GC */
void output_report(struct proc *p, const struct buf *b);

#endif
