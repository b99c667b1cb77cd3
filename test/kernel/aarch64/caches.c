/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * caches.c: a root task that cleans a frame of 1 GiB, by its capability and by address, while a better thread runs each
 * millisecond: that one must not wait for it. Under -icount shift=0 an instruction is a nanosecond.
 */
#include "task.h"

#define YIELD (-11)
#define PERIOD_US 1000
#define LATE_NS 3000000 /* two periods, and work in between */
#define COUNTER_STEP_NS 16
#define STACK_BYTES 4096
#define HUGE_PAGE 7
#define HUGE_BITS 30
#define AT 0x100000000000ull
#define RUNS_MIN 10 /* in one operation: it takes more than 16 ms */

static u8 stack[STACK_BYTES] __attribute__((aligned(16)));
static volatile u64 last, longest, runs;
static bool was_late;

static u64 now(void)
{
    u64 ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks * COUNTER_STEP_NS;
}
static void watch(void)
{
    for (;;) {
        u64 at = now();
        longest = at - last > longest ? at - last : longest;
        last = at;
        runs++;
        enter(YIELD, &(struct message){0});
    }
}
static void start_watching(void)
{
    u64 tcb = make(TCB, 0), context = make(CONTEXT, 8);
    say("budget", ask(info[19], SET_BUDGET, WORDS(PERIOD_US / 2, PERIOD_US, 0, 0, 0), WORDS(context)), 0);
    say("configure", ask(tcb, CONFIGURE, WORDS(0, 0, 0), WORDS(CNODE, VSPACE, 0)), 0);
    say("parameters", ask(tcb, SET_SCHED_PARAMS, WORDS(101, 101), WORDS(ROOT_TCB, context, 0)), 0);
    say("start", ask(tcb, WRITE_REGISTERS, WORDS(1, 2, (u64)watch, (u64)stack + STACK_BYTES), NONE), 0);
}
/* A frame of memory in one piece. */
static u64 make_huge(void)
{
    for (u64 i = 0; i < untyped_count(); i++) {
        if (!untyped_is_device(i) && untyped_bits(i) >= HUGE_BITS)
            return make_from(untyped_slot(i), HUGE_PAGE, 0);
    }
    return 0;
}
static void clean(const char *what, u64 cap, u64 label, u64 start)
{
    u64 before = runs;
    longest = 0;
    last = now();
    say(what, ask(cap, label, WORDS(start, start + (1ull << HUGE_BITS)), NONE), 0);
    was_late = was_late || longest >= LATE_NS || runs - before < RUNS_MIN;
}

void task_main(void)
{
    u64 frame = make_huge();
    ask(ROOT_TCB, SET_PRIORITY, WORDS(100), WORDS(ROOT_TCB));
    say("table", ask(make(TABLE, 0), TABLE_MAP, WORDS(AT, CACHED), WORDS(VSPACE)), 0);
    say("map", ask(frame, PAGE_MAP, WORDS(AT, RIGHTS_READ_WRITE, CACHED), WORDS(VSPACE)), 0);
    start_watching();
    clean("clean", frame, PAGE_CLEAN, 0);
    clean("unify", frame, PAGE_UNIFY, 0);
    clean("invalidate by address", VSPACE, VSPACE_INVALIDATE, AT);
    print(was_late ? "caches: somebody waited\n" : "caches: nobody waited\n");
    task_stop();
}
