/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * proc.h: a process: one control block and one block of memory that holds its young heap (growing up) and its stack
 * (growing down). The two share the gap; `limit` divides it and moves when one side runs out (heap_reserve).
 *
 *   block                                                        block + block_words
 *   | young objects ... hp →        limit        ← sp ... frames |
 *
 * A frame's register i is fp[-i]:
 *
 *   fp[2]   return address (const u32 *, 4-byte aligned): instruction after the caller's call
 *   fp[1]   the function being run (FN); its code says how many registers there are
 *   fp[0]   register 0: first parameter
 *   fp[-1]  register 1 ...
 *   fp[-(nregs-1)]
 *
 * A call with base A puts the function into R[A+1] and the arguments into R[A+2]...; the callee's fp is fp-(A+2), so
 * arguments become its registers without a move, and its result is stored over the return address: R[A] of the caller.
 * The caller's fp is found from the A field of the call instruction before the return address, 2 words long in all
 * cases.
 *
 * While a process does not run, all its state is in this struct and its block.
 */
#ifndef LONA_PROC_H
#define LONA_PROC_H

#include "hostile.h"
#include "map.h"
#include "run/worker.h"
#include "term/objects.h"

/* Whether the next collection is a full one: as far as there is memory to copy all to, or in any case, since not all
 * old objects that refer to young ones are known. */
enum full_due { FULL_NOT_DUE, FULL_WANTED, FULL_NEEDED };

/* After :out-of-memory or :stack-overflow the limits give way a little until there is room: all the way for who is
 * told; half of it once that is caught, or the prompt goes on, so that there is some left for the next time. */
enum reserve { RESERVE_KEPT, RESERVE_HALF, RESERVE_OPEN };

enum pending {
    PENDING_NOTHING,
    PENDING_RAISE, /* pending_value is thrown: a condition or any value */
    PENDING_TAIL,  /* call tail.fn with tail.arg[0..n) and then the elements of the list tail.spread */
};
/* Of heaps that have an old generation, or bytes outside; made by heap_more. */
struct heap_more {
    word *old; /* old generation: [old, old_hp), room to old_end; NULL while there is none */
    word *old_hp, *old_end;
    term *remembered; /* old objects that were written a young pointer */
    u32 n_remembered, max_remembered;
    word *off_heap;      /* newest obj_lstring or obj_lbinary of this heap */
    word off_heap_bytes; /* held by that list, dead objects not yet collected included */
    word off_heap_limit; /* past this a collection is due */
    word off_heap_live;  /* held after the last full collection */
    u64 collection_ns;   /* spent in collections since this was made */
    u32 full_collections;
};
extern struct heap_more no_more;

struct proc {
    /* what the interpreter touches */
    const u32 *pc;  /* valid while not inside the interpreter, and in every helper that may collect */
    term *fp;       /* likewise */
    word *hp;       /* first free word of the young heap */
    word *limit;    /* hp <= limit <= lowest stack word */
    i32 reductions; /* left of this slice */
    u32 flags;      /* PROC_*; its own */
    term *args;     /* arguments of the native that runs: ARG(i) */
    u32 nargs;
    u32 pending; /* enum pending: why a native answered NONE */
    term pending_value;
    struct worker *worker; /* of the thread that runs it; valid while it runs */
    word chain;            /* newest chain record: words from the block's end; 0: none (run/chain.h) */

    /* memory, owned by term/heap.c and term/gc.c */
    word *block;
    word block_words;
    word *aged;             /* young objects below it survived one collection */
    struct heap_more *more; /* what larger heaps have; never NULL: &no_more, which is all zero, while it has none */
    word max_words;         /* heap limit, 0: the default */
    u32 collections;
    u8 full_due;      /* enum full_due */
    bool busy;        /* it has collected in this slice */
    u8 reserve;       /* enum reserve */
    bool interrupted; /* atomic, set from outside: raise :interrupt at the next safepoint */

    /* what whoever holds an old pid may look at at any time: atomic, and never cleared */
    u64 inbox; /* what was sent and not yet taken in, newest first; and the generation (run/mailbox.h) */
    struct message
        *senders; /* that wait for room (run/room.h): the last to come, whose next is the first; lock: room */
    word name;    /* registered symbol or keyword, or nil; stored under the lock of the names (run/procs.c) */
    u32 message_limit, queued;
    u32 state;        /* enum proc_state (run/sched.h) */
    bool owns_tables; /* it was the owner of a table */
    u8 marked;        /* the cycle of the shared area's collector in which it was marked last */
    u8 backlog;       /* messages that waited when it last took some in, as a number of BACKLOG_UNIT; 255: or more */
    u8 core;          /* that it ran on last */

    /* mailbox (run/mailbox.h); from here on all is cleared for a new process */
    struct message *messages, **last, **cursor;
    struct message **mark; /* where messages that may speak of the reference mark_ref begin; NULL: unknown */
    u64 mark_ref;
    u32 n_messages;
    u32 fragment_words;
    struct message *fragments; /* received: their terms are part of the heap until the next collection */

    /* scheduling (run/sched.h) */
    u8 priority;
    bool traps_exits;
    bool receiving; /* a receive looks at the message at the cursor: registers may refer into it */
    bool held_back; /* it waits for its next slice on the core of somebody who was behind with its messages */
    struct proc *queue_next;
    struct timer *timer; /* of the receive under way, or NULL */

    /* others (run/procs.h, run/relations.h) */
    struct relations *relations;
    term pid; /* immediate */
    term parent, group_leader;
    struct proc_extra *extra; /* what few processes have; NULL */
    u64 spawned_ms;           /* wall clock, since 1970-01-01 UTC */
    u64 granted_reductions;   /* of all slices; less what is left of this one: those it has used */

    term result; /* value of the outermost frame once PROC_DONE */
};

struct proc_extra {  /* what few processes have */
    term dictionary; /* map, in the heap */
    term label;      /* in the heap */
    u32 handles;     /* the first it owns (run/io.c); 0: none. Lock: io */
};

#define PROC_DONE 1u
#define PROC_YIELD 2u     /* the slice is over */
#define PROC_WAITS 4u     /* with PROC_YIELD: until a message or signal arrives */
#define PROC_FAILED 8u    /* with PROC_DONE: nobody handled p->result; the stack is as it was */
#define PROC_REPORTED 16u /* it failed, which was reported; p->result is, or will be, the exit reason */
#define PROC_KILLED 32u   /* with PROC_DONE: by an exit signal; p->result is the reason */

/* Ctrl-C asks for it; only the first process ever is. */
static inline bool interrupt_asked(const struct proc *p)
{
    return __atomic_load_n(&p->interrupted, __ATOMIC_RELAXED);
}
/* Was it? Now it no longer is. */
static inline bool interrupt_take(struct proc *p)
{
    return interrupt_asked(p) && __atomic_exchange_n(&p->interrupted, false, __ATOMIC_RELAXED);
}

/* The slice is over at the next safepoint. */
static inline void proc_end_slice(struct proc *p)
{
    p->granted_reductions -= (u64)(iword)p->reductions;
    p->reductions = 0;
}
static inline u64 proc_reductions(const struct proc *p)
{
    return p->granted_reductions - (u64)(iword)p->reductions;
}

/* Argument i of the running native. Re-read after anything that MAY_GC. */
#define ARG(i) (p->args[-(iword)(i)])
/* Register i of the running STEP native. */
#define REG(i) (p->fp[-(iword)(i)])

/*
 * Roots for C code that builds something in several steps that may collect: the places of a tail call's arguments,
 * which are free until one is made pending. Each user has its own number and leaves nil there.
 */
#define SCRATCH(i) (p->worker->tail.arg[i])
enum scratch {
    SCRATCH_READER,
    SCRATCH_READER_VALUE,
    SCRATCH_READER_EXTRA,
    SCRATCH_READER_FEATURES, /* a set of features that #?( ) has beside its own; set by who calls read_form */
    SCRATCH_SEQS,
    SCRATCH_COLL,
    SCRATCH_NAMES = TAIL_ARGS_MAX - 1
};

static inline term *proc_stack_end(const struct proc *p)
{
    return (term *)(p->block + p->block_words);
}

#endif
