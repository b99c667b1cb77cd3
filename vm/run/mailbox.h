/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * mailbox.h: messages and signals. A message is one block: a header and the terms it carries, copied there by the
 * sender. Nothing in it refers to a heap, so the receiver's collector leaves it alone while it waits in the mailbox.
 * Taken, its block becomes a fragment of the receiver's heap until the next collection has moved what is still used.
 *
 *   senders --compare-and-swap--> inbox (newest first) --owner--> messages ... last     oldest first; cursor: where
 *                                                                 ^cursor               the receive under way looks
 *
 * Signals (links, monitors, exits, questions) travel the same way, so that all that one process tells another arrives
 * in the order it was sent. The owner serves them when it takes in what was sent: mailbox_take_in.
 *
 * Order between threads: lock.h.
 */
#ifndef LONA_MAILBOX_H
#define LONA_MAILBOX_H

#include "run/proc.h"

enum message_kind {
    MESSAGE,           /* value */
    MESSAGE_ANSWER,    /* value [ref answer]: a message as long as ref's monitor is active, dropped otherwise */
    SIGNAL_EXIT,       /* value [:exit pid reason]: the linked process from ended */
    SIGNAL_EXIT_ASKED, /* the same, by (exit pid reason): links do not matter */
    SIGNAL_DOWN,       /* value [:down ref pid reason]: the monitored process from ended */
    SIGNAL_LINK,       /* from is linked to us now */
    SIGNAL_UNLINK,     /* value: number of the unlink */
    SIGNAL_UNLINKED,   /* answers it: value is that number */
    SIGNAL_MONITOR,    /* value: the reference by which from monitors us */
    SIGNAL_DEMONITOR,
    SIGNAL_ASK,          /* value [ref what]: from wants to know; answered by [ref answer] */
    SIGNAL_RETRY,        /* value: the pid at which there may be room now for a message */
    SIGNAL_GROUP_LEADER, /* value: the pid of the new one */
};
struct message {
    struct message *next;
    term value;
    term from;      /* pid, or nil */
    word *off_heap; /* views of bytes outside the heaps among the terms */
    u32 words;      /* of terms */
    u8 kind;
    word term[];
};
#define BACKLOG_UNIT 64 /* messages for which a send counts for one reduction more */
#define MESSAGE_WORDS (sizeof(struct message) / 8)
/* So many words in fragments call for a collection. */
static inline bool fragments_are_many(const struct proc *p)
{
    return p->fragment_words > 256 && p->fragment_words > p->block_words / 2;
}

/* A message that carries a copy of value. NULL: it holds something that cannot be sent, or there is no memory; pending
 * on p. Changes nothing of p's else. */
MUST_CHECK struct message *message_make(struct proc *p, enum message_kind kind, term value);
/* The same about n terms, which become a vector (n <= 4). */
MUST_CHECK struct message *message_vector(struct proc *p, enum message_kind kind, unsigned n, const term *items);
void message_free(struct message *m);
/* Takes m; false: nobody has this pid (any more). Wakes the receiver. */
bool message_send(term pid, struct message *m);

/* Sends a copy of value from p and charges p for it. False: pending. */
MUST_CHECK bool send_message(struct proc *p, term to, term value);

void mailbox_init(struct proc *p, u32 generation);
/* Takes in what was sent: messages queue up, signals are served; one may end the process (PROC_DONE). Owner only. */
void mailbox_take_in(struct proc *p);
static inline bool mailbox_has_new(const struct proc *p)
{
    return __atomic_load_n(&p->inbox, __ATOMIC_SEQ_CST) >> 20;
}
/* The message at the cursor, or NULL. */
static inline struct message *mailbox_current(const struct proc *p)
{
    return *p->cursor;
}
/* Removes the current message; answers its value, whose terms stay where they are until the next collection. The cursor
 * goes back to the start. */
term mailbox_take(struct proc *p);
/* What refers into the current message shall stay while others are received: the message becomes part of the heap, and
 * a copy waits in its place. False: pending. */
MUST_CHECK bool mailbox_let_go(struct proc *p);
/* All that waits there, taken in or not, and fragments. p is the caller's. */
void proc_each_message(struct proc *p, void (*visit)(void *context, struct message *m), void *context);
/* Ends the mailbox: later sends fail. What was in it is answered as a list, oldest first. */
struct message *mailbox_close(struct proc *p);

#endif
