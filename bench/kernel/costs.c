/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * costs.c: a root task that counts what kernel operations cost, with their stubs, and prints "operation:
 * instructions". It uses nothing but the interface and a serial line, so the same file boots on seL4. costs_arch.h
 * has the counter and a source of interrupts.
 */
#include "costs_arch.h"

#define ROOT_PRIORITY 100
#define OTHER_PRIORITY 101
#define CONTEXT_BITS 8
#define STACK_BYTES 4096
#define IMAGE_PAGE 0x400000ull
#define FRAME_AT 0x100000000000ull
#define PAGE_BYTES 4096ull
#define ROUNDS 256
#define WARM_UP 16 /* interrupts that are not counted */

static u64 endpoint, reply, notification;
static u8 stacks[3][STACK_BYTES] __attribute__((aligned(16)));

static void tell(const char *what, u64 count)
{
    print(what);
    print(": ");
    print_number(count, 10);
    print("\n");
}
static u64 mean(u64 sum)
{
    return (sum + ROUNDS / 2) / ROUNDS;
}
static void must(const char *what, u64 error)
{
    if (!error)
        return;
    tell(what, error);
    print("costs: failed\n");
    task_stop();
}

/* --- objects --- */

/* The image once more, with the same memory. */
static u64 make_vspace(void)
{
    extern const u8 _end[];
    u64 vspace = make(VSPACE_OBJECT, 0), first = info[9], frames = info[10] - first;
    u64 end = ((u64)_end + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    must("assign", ask(POOL, POOL_ASSIGN, NONE, WORDS(vspace)));
    must("map tables", map_tables(vspace, IMAGE_PAGE));
    for (u64 i = 0; i < frames; i++) {
        u64 at = end - (frames - i) * PAGE_BYTES, slot = next_slot++;
        must("copy", ask(CNODE, COPY, WORDS(slot, 64, first + i, 64, RIGHTS_ALL), WORDS(CNODE)));
        must("map", ask(slot, PAGE_MAP, WORDS(at, RIGHTS_READ_WRITE, ATTRIBUTES), WORDS(vspace)));
    }
    return vspace;
}
struct thread {
    u64 tcb, context;
};
static struct thread start(void (*entry)(void), unsigned stack, u64 vspace)
{
    struct thread t = {make(TCB, 0), make(CONTEXT, CONTEXT_BITS)};
    u64 top = (u64)stacks[stack] + STACK_BYTES - STACK_SKEW;
    must("budget", ask(info[19], SET_BUDGET, WORDS(5000, 5000, 0, 0, 0), WORDS(t.context)));
    must("configure", ask(t.tcb, CONFIGURE, WORDS(0, 0, 0), WORDS(CNODE, vspace, 0)));
    must("parameters",
         ask(t.tcb, SET_SCHED_PARAMS, WORDS(OTHER_PRIORITY, OTHER_PRIORITY), WORDS(ROOT_TCB, t.context, 0)));
    must("start", ask(t.tcb, WRITE_REGISTERS, WORDS(1, 2, (u64)entry, top), NONE));
    return t;
}
/* --- what is counted --- */

static void server(void)
{
    struct message m = {.cap = endpoint, .reply = reply};
    enter(RECV, &m);
    for (;;) {
        m.cap = endpoint;
        m.tag = 0;
        m.reply = reply;
        enter(REPLY_RECV, &m);
    }
}
static u64 count_calls(void)
{
    struct message m;
    u64 began = 0;
    for (unsigned i = 0; i < 2 * ROUNDS; i++) {
        if (i == ROUNDS)
            began = now();
        m = (struct message){.cap = endpoint};
        enter(CALL, &m);
    }
    return mean(now() - began);
}
static void count_messages(u64 vspace)
{
    struct thread t = start(server, 0, vspace);
    tell("call and reply, server with its own time", count_calls());
    must("unbind", ask(t.context, CONTEXT_UNBIND, NONE, NONE));
    tell("call and reply, passive server", count_calls());
}

static void waiter(void)
{
    for (;;) {
        struct message m = {.cap = notification};
        enter(WAIT, &m);
    }
}
static void count_signals(u64 vspace)
{
    u64 began = now();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct message m = {.cap = notification};
        enter(SEND, &m);
        m.cap = notification;
        enter(WAIT, &m);
    }
    tell("signal and wait, one thread", mean(now() - began));
    start(waiter, 1, vspace);
    began = now();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct message m = {.cap = notification};
        enter(SEND, &m);
    }
    tell("signal to a thread that waits again", mean(now() - began));
}

static volatile u64 last_seen, interrupts;
static u64 passed[WARM_UP + ROUNDS];
static u64 handler, irq_notification;
static void driver(void)
{
    for (;;) {
        struct message m = {.cap = irq_notification};
        enter(WAIT, &m);
        u64 seen = now();
        interrupt_lower();
        if (interrupts < WARM_UP + ROUNDS)
            passed[interrupts++] = seen - last_seen;
        m = (struct message){.cap = handler, .tag = (u64)IRQ_ACK << 12};
        enter(CALL, &m);
    }
}
/* The mean of those that the counter cannot tell from the least: the others met something else, too. */
static u64 least(void)
{
    u64 best = ~0ull, sum = 0, n = 0;
    for (unsigned i = WARM_UP; i < WARM_UP + ROUNDS; i++)
        best = passed[i] < best ? passed[i] : best;
    for (unsigned i = WARM_UP; i < WARM_UP + ROUNDS; i++) {
        if (passed[i] <= best + COUNTER_STEP) {
            sum += passed[i];
            n++;
        }
    }
    return (sum + n / 2) / n;
}
/* From the last look at the counter before the interrupt to the first behind the wait for it. */
static void count_interrupts(u64 vspace)
{
    handler = next_slot++;
    irq_notification = make(NOTIFICATION, 0);
    must("handler", interrupt_issue(handler));
    must("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(irq_notification)));
    ask(handler, IRQ_ACK, NONE, NONE);
    start(driver, 2, vspace);
    must("interrupts", interrupt_start(vspace));
    while (interrupts < WARM_UP + ROUNDS) {
        last_seen = now();
        interrupt_raise();
    }
    tell("interrupt to a thread that waits for it", least());
}

static void must_answer(const char *what, struct message m)
{
    enter(CALL, &m);
    must(what, m.tag >> 12);
}
static void count_mapping(void)
{
    u64 frame = make(PAGE, 0);
    for (unsigned i = 1; i < ROUNDS; i++)
        make(PAGE, 0);
    must("map tables", map_tables(VSPACE, FRAME_AT));
    /* The address space's capability stays in the IPC buffer. */
    must("map a frame", ask(frame, PAGE_MAP, WORDS(FRAME_AT, RIGHTS_READ_WRITE, ATTRIBUTES), WORDS(VSPACE)));
    must("unmap a frame", ask(frame, PAGE_UNMAP, NONE, NONE));
    u64 began = now();
    for (unsigned i = 0; i < ROUNDS; i++)
        must_answer("map a frame", (struct message){frame + i,
                                                    (u64)PAGE_MAP << 12 | 1 << 7 | 3,
                                                    {FRAME_AT + i * PAGE_BYTES, RIGHTS_READ_WRITE, ATTRIBUTES}});
    tell("map a frame", mean(now() - began));
    began = now();
    for (unsigned i = 0; i < ROUNDS; i++)
        must_answer("unmap a frame", (struct message){frame + i, (u64)PAGE_UNMAP << 12});
    tell("unmap a frame", mean(now() - began));
}

void task_main(void)
{
    endpoint = make(ENDPOINT, 0);
    reply = make(REPLY, 0);
    notification = make(NOTIFICATION, 0);
    u64 vspace = make_vspace();
    must("priority", ask(ROOT_TCB, SET_PRIORITY, WORDS(ROOT_PRIORITY), WORDS(ROOT_TCB)));
    count_messages(vspace);
    count_signals(vspace);
    count_mapping();
    count_interrupts(vspace);
    print("costs: done\n");
    /* Where instructions are the clock, a machine that waits for nothing makes QEMU wait for ever. */
    for (;;)
        now();
}
