/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * relations.h: the links and monitors of one process: a small open hash table outside the heap, by the pid's word for
 * links and the reference's number for monitors. Each side of a relation has an entry of its own.
 *
 * Both sides of a link may make and end it at once. They agree as in Erlang: who ends it tells the other, with a number
 * of its own, and is UNLINKING until the other confirms that number or it links again itself. Meanwhile a link that the
 * other side made is not taken: the other side ends it, too, when it hears that this one did.
 */
#ifndef LONA_RELATIONS_H
#define LONA_RELATIONS_H

#include "run/proc.h"

enum relation_kind {
    RELATION_NONE,
    LINKED,
    MONITORING, /* we watch other */
    MONITORED,  /* other watches us */
    UNLINKING,  /* the other side has not yet confirmed that the link ended; relation_number: of our unlink */
};
struct relation {
    u64 key;
    u64 other; /* pid word, its low byte replaced by the kind */
};

/* Bit of the number of a monitor's reference: tells it from others. */
#define MONITOR_REF ((u64)1 << 63)

/* False: no memory. Adding what is there already changes nothing. */
MUST_CHECK bool relation_add(struct proc *p, enum relation_kind kind, u64 key, term other);
bool relation_has(const struct proc *p, enum relation_kind kind, u64 key);
bool relation_remove(struct proc *p, enum relation_kind kind, u64 key);
/* Other side of that relation, or NIL. */
term relation_other(const struct proc *p, enum relation_kind kind, u64 key);
/* A relation of this kind with a number in place of the other side; changes the number where it is there. False: no
 * memory. */
MUST_CHECK bool relation_set_number(struct proc *p, enum relation_kind kind, u64 key, u64 number);
/* That number, 0: there is no such relation. */
u64 relation_number(const struct proc *p, enum relation_kind kind, u64 key);
#define RELATION_NUMBER_MAX (((u64)1 << 56) - 1)
/* Takes any one out; false: there is none. */
bool relation_pop(struct proc *p, struct relation *out);
static inline enum relation_kind relation_kind(struct relation r)
{
    return (enum relation_kind)(r.other & 0xff);
}
static inline term relation_pid(struct relation r)
{
    return TERM((r.other & ~(u64)0xff) | ((word)IMM_PID << 3) | TAG_IMM);
}
word relations_count(const struct proc *p);
/* Entry number i of the table's slots; kind RELATION_NONE: free. i < relations_slots. */
struct relation relation_slot(const struct proc *p, word i);
word relations_slots(const struct proc *p);
void relations_free(struct proc *p);

#endif
