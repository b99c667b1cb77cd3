/* SPDX-License-Identifier: GPL-3.0-only */
/* crash.h: how a process ends that nobody saved: its exit reason, and a report for people. */
#ifndef LONA_CRASH_H
#define LONA_CRASH_H

#include "run/proc.h"

struct buf;
/* The exit reason of a process that failed: [:error condition stack], stack a list of [function file line column]; what
 * (exit reason) was given, where that is what nobody handled. What holds cells that belong to the process, of a
 * condition the part that does, is told as text: others are to hear of the end in any case. MAY_GC */
term crash_reason(struct proc *p);
/* Who crashed, unless it was the program's first process: pid, name, label, initial call. "error: :kind: message", or
 * "file:line:column: :kind: message", data, causes, or "exit: reason" where it was asked or told to end; and the stack,
 * which stands as it was. */
void crash_text(const struct proc *p, struct buf *b);
/* Did p, which failed or was ended by a signal, end with :normal, :shutdown or [:shutdown why]? */
bool crash_is_planned(const struct proc *p);
/* Whether others should be told: an error, not an exit that was asked for. */
bool crash_is_error(term reason);

#endif
