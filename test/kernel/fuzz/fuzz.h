/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fuzz.h: a root task that makes random system calls.
 *
 * Workers (worker.c) are threads at lower priorities in an address space where only their stacks and IPC buffers can be
 * written. Their CNode has capabilities to a bit of memory, to themselves and to some authorities; whatever they make
 * of these is fine but a kernel that stops. What they ask for is drawn from a table (operations.c), with arguments that
 * fit, mostly. One of them is in a hurry: it comes every few hundred microseconds, in the midst of what others do.
 *
 * A capability pointer of a worker's has a nibble and a slot. The nibble is an index of the worker's own CNode, the
 * first slot of which leads to the CNode of all. Some have no own one; there the nibble is part of the guard. Nobody
 * else has a capability to an own CNode: that of a worker is the judge's and has authorities that have no copies, that
 * of a hermit (nest.c) is held by its thread alone and has the only capabilities to that thread.
 *
 *   own CNode:  [0] -> CNode of all: 256 slots    [1..15] own capabilities: pointers i << 60
 *
 * The judge (judge.c), above them all, sleeps; now and then it starts workers again, wherever they are stuck, and puts
 * back what they lost. At the end of a round it revokes the memory and makes sure that all of it has come back. At the
 * end of the run it tells (report.c) how often each operation was asked for and done, and what else was seen.
 *
 * All is drawn from a seed, and under QEMU's -icount the whole run is the same each time.
 */
#ifndef LONA_FUZZ_H
#define LONA_FUZZ_H

#include "bootinfo.h"
#include "cap.h"
#include "enter.h"

enum syscall {
#define SYSCALL(name, number) SYSCALL_##name = (number),
#define DEBUG_SYSCALL SYSCALL
#include "syscalls.def"
#undef DEBUG_SYSCALL
#undef SYSCALL
};

#define WORDS_MAX 120
struct buffer {
    u64 tag, words[WORDS_MAX], user, caps[3], receive_cnode, receive_index, receive_depth;
    u8 rest[4096 - 1024];
};
STATIC_ASSERT(sizeof(struct buffer) == 4096, "each IPC buffer has a page of its own");

/* The CNode of the workers. What stands in the first slots is known, until a worker changes it. */
#define WORKERS 8 /* that the judge makes */
#define FUZZ_RADIX 8
#define FUZZ_SLOTS (1u << FUZZ_RADIX)
#define FUZZ_GUARD_BITS (64 - FUZZ_RADIX)
#define FUZZ_CNODE 1
#define FUZZ_GRAVES 2 /* and the slots behind: memory for what soon ends again */
#define GRAVES 3
#define GRAVE_BITS 15
#define FUZZ_BADGED 5   /* and the one behind: endpoints of FUZZ_MEETING with a badge */
#define FUZZ_BELL 7     /* a notification that may have a scheduling context to lend */
#define FUZZ_FAULTS 14  /* the endpoint of fault handlers */
#define FUZZ_WORKERS 16 /* a worker's thread, its scheduling context, the next one's thread... */
/* Where servers and those who call them meet: an endpoint, its server's reply object, another endpoint... */
#define FUZZ_MEETING (FUZZ_WORKERS + 2 * WORKERS)
#define FUZZ_REPLY (FUZZ_MEETING + 1)
#define MEETINGS 2
#define FUZZ_POOL (FUZZ_SLOTS - 1) /* of ASIDs, among them that of an address space of workers */
/* A CNode of a thread's own. */
#define OWN_RADIX 4
#define OWN_SLOTS (1u << OWN_RADIX)
#define OWN_POINTER(i) ((u64)(i) << (64 - OWN_RADIX))

/* From here on they map; there are tables for the first pages. */
#define FUZZ_ADDRESS (1ull << 39)

#define TOP_PRIORITY 6
#define NESTS 4
#define THREADS 24 /* stacks and buffers: workers make threads, too */
#define STACK_BYTES 4096

/* How a thread goes on; its number is that of its stack + THREADS * its ways. */
#define WAY_OWN 1u     /* has a CNode of its own */
#define WAY_HURRIED 2u /* does one thing and sleeps until its next period */
#define WAY_HERMIT 4u  /* asks for operations only */
/* What it does first. */
#define WAY_SERVES 8u
#define WAY_CALLS 16u
#define WAY_BURIES 24u
#define WAY_FIRST 24u
#define WAYS 32u

/* --- what is counted --- */

struct operation {
    enum label label;
    u8 cap;
    const char *words; /* a letter each, see word_for */
    u8 extras[3];      /* types; 0: none */
};
static inline unsigned operation_extras(const struct operation *o)
{
    unsigned n = 3;
    while (n && !o->extras[n - 1])
        n--;
    return n;
}
extern const struct operation operations[];
extern const unsigned operations_count;
#define OPERATIONS_MAX 128

/* What the receiver of a fault's message is told by its badge. */
#define FAULT_BADGE 0xfa17
#define EVENTS(EVENT)                                                        \
    EVENT(FAULT_CAPABILITY, "capability fault came to its handler")          \
    EVENT(FAULT_SYSCALL, "fault of an unknown system call came")             \
    EVENT(FAULT_EXCEPTION, "user exception came")                            \
    EVENT(FAULT_TIMEOUT, "time-out came")                                    \
    EVENT(FAULT_VM, "VM fault came")                                         \
    EVENT(MESSAGE, "message came")                                           \
    EVENT(CAP_CAME, "capability came with a message")                        \
    EVENT(CAP_UNWRAPPED, "capability came as its badge")                     \
    EVENT(ANSWER, "call was answered")                                       \
    EVENT(SIGNAL, "signal came")                                             \
    EVENT(HURRIED, "worker in a hurry had its turn")                         \
    EVENT(BURIED, "CNode was deleted with what was put into it just before") \
    EVENT(NEST, "nest was made where the last one had ended by itself")
enum event {
#define EVENT(name, text) EVENT_##name,
    EVENTS(EVENT)
#undef EVENT
        EVENT_KINDS
};

/* What workers may write. */
struct shared {
    u8 stacks[THREADS][STACK_BYTES];
    struct buffer buffers[THREADS];
    struct counts {
        u64 calls;
        u64 asked[OPERATIONS_MAX], done[OPERATIONS_MAX];
        u64 seen[EVENT_KINDS];
    } counts;  /* since the judge last looked */
    u64 scene; /* the worker that serves now: the next one calls it, then comes one that buries, then another server */
#define TYPE_UNKNOWN 0xff
    u8 types[FUZZ_SLOTS]; /* of what is in the slots, as far as somebody looked lately */
} __attribute__((aligned(4096)));
extern struct shared shared;

/* --- of the architecture: ARCH/fuzz_arch.h, ARCH/fuzz_arch.c; and what the judge has for it --- */

#include "fuzz_arch.h"

/* A fault, mostly: kinds below ARCH_FAULTS; others do nothing. */
void arch_fault(u64 kind);
u64 arch_ticks(void);
/* Interrupts that users can have handlers for, the same number for the same rest; some of them come. */
u64 arch_interrupt(u64 any);
/* Once: what the judge needs of the machine, and where interrupts are to come from. */
void arch_judge_begin(void);
/* At the start of each round: makes handlers of what interrupts there are in the CNode of all, from slot 200 on. */
void arch_round_begin(void);
/* What else the workers get, if they have lost it. */
void arch_give(void);
/* What was issued to workers can be issued again; slots from `free` on are empty. */
void arch_check(u64 free);

/* --- of the judge: judge.c --- */

#define WORDS(...)                                      \
    sizeof((u64[]){__VA_ARGS__}) / sizeof(u64), (u64[]) \
    {                                                   \
        __VA_ARGS__                                     \
    }
#define NONE 0, NULL
/* Calls a capability of the judge's; answers the error. */
u64 ask(u64 cap, u64 label, unsigned n, const u64 *words, unsigned extras, const u64 *caps);
void must(const char *what, u64 error);
u64 retype(u64 memory, u64 type, u64 bits, u64 slot, u64 count);
u64 make(u64 memory, u64 type, u64 bits);
u64 next_empty_slot(void);
u64 judge_draw(u64 n);
/* The frame that shows the page of the image at this address. */
u64 frame_of(const void *address);
/* Registers with which a thread starts as a worker, on a stack and with ways. */
void start_thread(u64 tcb, u64 stack, u64 ways);
/* A copy at that index of a thread's own CNode; with a guard if there is one to be minted. */
void put_own(u64 cnode, u64 index, u64 from, u64 guard_bits);
/* Slots of the judge's: the workers' address space; endpoints for faults, badged so; the CNode of all. */
extern u64 vspace, faults, sched_control, fuzz_cnode;
extern const struct boot_info *info;

/* --- nest.c --- */

/* Memory of its own for each nest. */
void nests_begin(u64 memory);
/* In a nest, if it is empty or is emptied now, there are hermits then. */
void nest_fill(void);

/* --- report.c --- */

void print(const char *text);
void print_number(u64 value);
NORETURN void stop(void);
NORETURN void complain(u64 round, const char *what, u64 number);
extern struct counts total;
/* Adds what workers counted since the last time, unless one of them has written there whose registers are another's. */
void count(void);
/* How often all was done. False: something never was that should have been, in so many rounds. */
bool report(u64 rounds);

static inline u64 tag(u64 label, u64 extras, u64 length)
{
    return label << 12 | extras << 7 | length;
}

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016. */
static inline u64 random(u64 *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1d;
}
static inline u64 random_below(u64 *state, u64 n)
{
    return random(state) % n;
}

/* Of the architecture: where threads start, with a seed and a number, of which the rest by THREADS counts. */
void worker_start(void);
NORETURN void worker_main(u64 seed, u64 number);
NORETURN void judge_main(const struct boot_info *given);

#endif
