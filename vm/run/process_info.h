/* SPDX-License-Identifier: GPL-3.0-only */
/* process_info.h: what can be asked about a process. It answers itself, at a safepoint, by a message. */
#ifndef LONA_PROCESS_INFO_H
#define LONA_PROCESS_INFO_H

#include "run/proc.h"

/* Sends [ref answer] to the asker: what is a keyword of process_info.def, a vector of them, :messages (a list of the
 * values in the mailbox), or :all (a map of all but those that may be large). MAY_GC */
void process_info_answer(struct proc *p, term to, term ref, term what);
/* What process-flag and process-info say about it. */
term proc_priority_keyword(const struct proc *p);
term proc_heap_limit(const struct proc *p); /* bytes; NIL: the usual one */
/* Is `what` a question: one of those? */
bool process_info_is_known(term what);

#endif
