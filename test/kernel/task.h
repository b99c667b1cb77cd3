/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * task.h: what small root tasks share that test or measure a kernel. They use nothing but the interface, by numbers
 * that are written here and in the architecture's task_arch.h, so that the same file boots on any kernel that has it.
 */
#ifndef LONA_TEST_TASK_H
#define LONA_TEST_TASK_H

#include "enter.h"

enum { CALL = -1, REPLY_RECV = -2, SEND = -5, RECV = -7, WAIT = -9 };
enum label {
    RETYPE = 1,
    WRITE_REGISTERS = 3,
    CONFIGURE = 5,
    SET_PRIORITY = 6,
    SET_SCHED_PARAMS = 8,
    DELETE = 19,
    COPY = 21,
    MINT = 22,
    IRQ_ISSUE = 26,
    IRQ_ACK = 27,
    IRQ_SET_HANDLER = 28,
    DOMAIN_SET = 30,
    SCHEDULE_CONFIGURE = 31,
    SCHEDULE_START = 32,
    SET_BUDGET = 33,
    CONTEXT_BIND = 34,
    CONTEXT_UNBIND = 35,
};
enum type { UNTYPED = 0, TCB = 1, ENDPOINT = 2, NOTIFICATION = 3, CONTEXT = 5, REPLY = 6 };
/* What the root task finds in its CNode. */
enum { ROOT_TCB = 1, CNODE = 2, VSPACE = 3, IRQ_CONTROL = 4, ASID_CONTROL = 5, POOL = 6, DOMAIN = 11 };

#define RIGHTS_READ 2
#define RIGHTS_READ_WRITE 3
#define RIGHTS_ALL 15
/* BootInfo by words, the first empty slot, an untyped of 16 to 256 MiB, the words that the last `ask` got. */
extern const u64 *info;
extern u64 next_slot, memory, answer[REGISTER_WORDS];

/* The program, once all that is there. */
NORETURN void task_main(void);
NORETURN void task_stop(void);

#include "task_arch.h"

/* Calls cap with a message of n words and so many capabilities, at most three. Answers the label that comes back. */
u64 ask(u64 cap, u64 label, unsigned n, const u64 *words, unsigned extras, const u64 *caps);
#define WORDS(...)                                      \
    sizeof((u64[]){__VA_ARGS__}) / sizeof(u64), (u64[]) \
    {                                                   \
        __VA_ARGS__                                     \
    }
#define NONE 0, NULL

/* An object from untyped memory: its slot. */
u64 make_from(u64 untyped, u64 type, u64 bits);
u64 make(u64 type, u64 bits);

/* All tables for a page at an address where there are none yet. Answers an error. */
u64 map_tables(u64 vspace, u64 at);

/* BootInfo's list of untyped memory: entry i. */
u64 untyped_count(void);
u64 untyped_slot(u64 i);
u64 untyped_address(u64 i);
unsigned untyped_bits(u64 i);
bool untyped_is_device(u64 i);

/* --- printing --- */

void put(char c);
void print(const char *text);
void print_number(u64 value, unsigned base);
/* "question: error, words of the answer": so many as are the same wherever this boots. */
void say(const char *question, u64 error, unsigned words);
void say_value(const char *question, u64 value);

#endif
