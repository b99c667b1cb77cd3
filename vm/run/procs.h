/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * procs.h: the processes of the domain: their numbers, their beginning and their end.
 *
 * Control blocks lie in one array (map.h), so a pid's number is an address. A block is used again for another process
 * with the next generation; it never becomes other memory, so that whoever holds an old pid may look at it: the
 * generation in the inbox word tells.
 */
#ifndef LONA_PROCS_H
#define LONA_PROCS_H

#include "run/mailbox.h"

#define MAX_PROCS ((word)1 << 26)
STATIC_ASSERT(MAX_PROCS * sizeof(struct proc) <= PROCS_BYTES, "control blocks fit their range");

enum proc_state {
    PROC_FREE,
    PROC_RUNNABLE, /* in a run queue */
    PROC_RUNNING,
    PROC_WAITING,
    PROC_BLOCKED, /* in a call of the port, touching no term */
    PROC_HELD,    /* was BLOCKED, and the collector of the shared area looks at it */
    PROC_EXITING, /* like RUNNABLE or RUNNING, but only tells others of its end */
};
enum priority { PRIORITY_MAX, PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW, PRIORITIES };

static inline struct proc *proc_number(word i)
{
    return (struct proc *)PROCS_BASE + i;
}
word procs_end(void); /* all numbers in use are below; 0 is none */
word procs_count(void);
word proc_memory_bytes(const struct proc *p); /* all that is its own; the owner asks (process_info.c) */
/* The process of a pid, for the moment: it may end at any time unless it is the caller. NULL: gone. */
struct proc *proc_of_pid(term pid);
static inline bool is_pid(term t)
{
    return is_imm(t, IMM_PID);
}
/* Its pid; nil when it is gone or ends. */
term proc_pid(const struct proc *p);
/* p's extra, made when there is none; NULL: no memory. */
struct proc_extra *proc_extra(struct proc *p);

struct spawn {
    term fn, args; /* args: vector or nil */
    bool link;
    term monitor; /* reference or nil */
    u8 priority;
    word max_words;
    term label;
    term group_leader; /* nil: the parent's */
    bool waits;        /* runs only once something is sent to it */
};
/* A new process, ready to run fn; its pid. NONE: pending on the parent. MAY_GC */
term proc_spawn(struct proc *parent, const struct spawn *s);
/* The first one, without a parent. NULL: no memory. */
struct proc *proc_first(word block_words);
/* Frees a process that never ran, or runs no more, and tells nobody. */
void proc_drop(struct proc *p);
/* Goes on with the end of a process whose code is done; false: there is more to do in another slice. */
bool proc_exit_step(struct proc *p);
/* p failed with p->result, and its stack stands: reports that, and makes p->result the exit reason. MAY_GC */
void crash_end(struct proc *p);
/* How many crash reports the logger had no room for since the last call. */
word procs_crashes_dropped(void);
/* The exit signal m, which it takes, ends p for the reason. */
void proc_killed(struct proc *p, struct message *m, term reason);

/* A new reference, which nobody can forge. REF_WORDS are reserved. Later messages alone can speak of it: receive may
 * begin there. id[1] is for the maker, for the number of what it stands for. */
#define REF_WORDS 3
term mk_ref(struct proc *p);

/* --- names --- */
bool proc_register(term name, term pid); /* false: the name or the process has one already, or is gone */
bool proc_unregister(term name);
term proc_registered(term name);      /* pid or ABSENT */
bool proc_is_alive(term pid);         /* not ended; one that ends is until its name is free */
term proc_name(const struct proc *p); /* its registered name, or nil; the owner asks */
void registered_each(void (*visit)(void *context, term name, term pid), void *context);

#endif
