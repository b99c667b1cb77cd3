/* SPDX-License-Identifier: GPL-3.0-only */
/* worker.h: a thread that makes random system calls, and what it draws. */
#ifndef LONA_FUZZ_WORKER_H
#define LONA_FUZZ_WORKER_H

#include "fuzz.h"

struct worker {
    u64 random;
    u64 ways; /* WAY_OWN, WAY_HURRIED, WAY_HERMIT */
    struct buffer *buffer;
    struct message call;
    u64 words[WORDS_MAX];
    u8 own_types[OWN_SLOTS]; /* of the capabilities in a CNode of its own, as far as it looked */
};

static inline u64 draw(struct worker *w, u64 n)
{
    return random_below(&w->random, n);
}
static inline bool one_in(struct worker *w, u64 n)
{
    return draw(w, n) == 0;
}
static inline void saw(enum event e)
{
    shared.counts.seen[e]++;
}

/* --- operations.c --- */

u64 odd_value(struct worker *w);
/* An address from a few places, so that tables and frames meet. */
u64 fuzz_address(struct worker *w);
/* A slot of the CNode of all, with a capability of that type if one is known; and any that is not known to be empty. */
u64 slot_of(struct worker *w, enum cap_type type);
u64 any_slot(struct worker *w);
/* A capability pointer: to such a slot, or to a capability of the worker's own. */
u64 pointer_of(struct worker *w, enum cap_type type);
u64 any_pointer(struct worker *w);
/* The message in w->words. */
void send_words(struct worker *w, unsigned n);
/* One operation of the table. */
void invoke(struct worker *w);
/* Calls a capability with that message; answers the error. */
u64 worker_ask(struct worker *w, u64 cap, u64 label, unsigned n, unsigned extras);

#endif
