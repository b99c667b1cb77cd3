/* SPDX-License-Identifier: GPL-3.0-only */
/* signals.h: what processes tell each other besides messages: links, monitors, exits, questions. Erlang's rules. */
#ifndef LONA_SIGNALS_H
#define LONA_SIGNALS_H

#include "run/mailbox.h"

/* The owner serves a signal. True: it becomes a message of the mailbox; else it is done with. */
MUST_CHECK bool signal_serve(struct proc *p, struct message *m);
/* Answers a signal that reached a process which is no more. Takes m. */
void signal_refuse(struct proc *p, struct message *m);
/* Tells from's end, for the reason, to the other side of a relation that it had. */
void signal_end(struct proc *from, u64 key, unsigned kind, term other, term reason);

#endif
