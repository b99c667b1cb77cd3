/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * guardian.h: the thread that receives the faults of all others, and what they ask for that changes the capability
 * space: it alone makes kernel objects, so nothing there needs a lock.
 */
#ifndef LONA_SEL4_GUARDIAN_H
#define LONA_SEL4_GUARDIAN_H

#include "kernel.h"

#include "thread.h"

/* Requests, as labels of messages that no fault has. */
enum guardian_request {
    ASK_THREAD = 1000, /* function, argument: 1 and its number, or 0 */
    ASK_GIVE_BACK,     /* base, bytes */
    ASK_COURIER,       /* as ASK_THREAD, above the workers */
    ASK_SLOTS,         /* how many: 1 and the first, or 0 */
    ASK_UNTYPED,       /* size bits: 1 and its capability, or 0 */
    ASK_DEVICE,        /* physical address of a page: 1 and a frame, or 0 */
    ASK_MAP,           /* frame, address | enum paging_rights: 1, or 0 */
};
word guardian_ask(enum guardian_request what, word a, word b, word *answer);
/* Serves for ever. On the first thread. */
NORETURN void guardian_serve(seL4_CPtr endpoint, seL4_CPtr reply);

#endif
