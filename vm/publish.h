/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * publish.h: slots that one thread stores into while others read them. What is stored is complete before (release), and
 * what is read through it is reached by its address, which orders the loads on every machine that Lonala runs on:
 * reading costs what an ordinary load does.
 */
#ifndef LONA_PUBLISH_H
#define LONA_PUBLISH_H

#include "hostile.h"
#include "term/term.h"

/* The order of loads through a pointer. ThreadSanitizer knows none, so it is told of a stronger one. */
#ifdef LONA_TSAN
#define BY_ADDRESS __ATOMIC_ACQUIRE
#else
#define BY_ADDRESS __ATOMIC_RELAXED
#endif

static inline term slot_read(const term *slot)
{
    return TERM(__atomic_load_n(&slot->w, BY_ADDRESS));
}
static inline void slot_publish(term *slot, term value)
{
    __atomic_store_n(&slot->w, value.w, __ATOMIC_RELEASE);
}
/* What was there before: of several threads, each gets another. */
static inline term slot_exchange(term *slot, term value)
{
    return TERM(__atomic_exchange_n(&slot->w, value.w, __ATOMIC_ACQ_REL));
}

#endif
