/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fuzz.h: a root task that makes random system calls.
 *
 * Workers (worker.c) are threads at lower priorities in an address space where only their stacks and IPC buffers can be
 * written. Their CNode has capabilities to a bit of memory, to themselves and to some authorities; whatever they make
 * of these is fine but a kernel that stops. The judge (judge.c), above them all, sleeps; now and then it starts all
 * workers again, wherever they are stuck, and puts back what they lost. At the end of a round it revokes the memory and
 * makes sure that all of it has come back.
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
#define FUZZ_RADIX 8
#define FUZZ_SLOTS (1u << FUZZ_RADIX)
#define FUZZ_GUARD_BITS (64 - FUZZ_RADIX)
#define FUZZ_CNODE 1

/* From here on they map; there are tables for the first pages. */
#define FUZZ_ADDRESS (1ull << 39)

#define WORKERS 8  /* that the judge makes */
#define THREADS 24 /* stacks and buffers: workers make threads, too */
#define STACK_BYTES 4096

/* What workers may write. */
struct shared {
    u8 stacks[THREADS][STACK_BYTES];
    struct buffer buffers[THREADS];
    u64 calls;
    u64 done[LABELS];     /* invocations that succeeded */
    u8 types[FUZZ_SLOTS]; /* of what is in the slots, as far as somebody looked lately */
    u8 rest[4096 - 8 - 8 * LABELS - FUZZ_SLOTS];
};
extern struct shared shared;

/* --- of the architecture: ARCH/fuzz_arch.h, ARCH/fuzz_arch.c; and what the judge has for it --- */

#include "fuzz_arch.h"

/* A fault, mostly: kinds below ARCH_FAULTS; others do nothing. */
void arch_fault(u64 kind);
u64 arch_ticks(void);
/* Once: what the judge needs of the machine, and where interrupts are to come from. */
void arch_judge_begin(void);
/* What cannot be copied into the workers' CNode, from slot 200 on, is made there, if it is not; any is a number. */
void arch_give(u64 cnode, u64 any);
/* What was issued to workers can be issued again; slots from `free` on are empty. */
void arch_check(u64 free);

#define WORDS(...)                                      \
    sizeof((u64[]){__VA_ARGS__}) / sizeof(u64), (u64[]) \
    {                                                   \
        __VA_ARGS__                                     \
    }
#define NONE 0, NULL
/* Calls a capability of the judge's; answers the error. */
u64 ask(u64 cap, u64 label, unsigned n, const u64 *words, unsigned extras, const u64 *caps);
void must(const char *what, u64 error);
u64 make(u64 memory, u64 type, u64 bits);
u64 next_empty_slot(void);
extern u64 vspace; /* the workers' */
extern const struct boot_info *info;

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
