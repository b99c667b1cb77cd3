/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * x86_64.c: a root task that counts what kernel operations cost, with their stubs, and prints "operation:
 * instructions". It uses nothing but the interface and COM1, so the same file boots on seL4. The time-stamp counter
 * counts instructions under QEMU's -icount shift=0.
 */
#include "task.h"

#define ROOT_PRIORITY 100
#define OTHER_PRIORITY 101
#define CONTEXT_BITS 8
#define STACK_BYTES 4096
#define IMAGE_PAGE 0x400000ull
#define FRAME_AT 0x100000000000ull
#define ROUNDS 64
#define PIT_PIN 2
#define PIT_DIVISOR 1193

static u64 endpoint, reply, notification;
static u8 stacks[3][STACK_BYTES] __attribute__((aligned(16)));

static u64 now(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
}

static void tell(const char *what, u64 count)
{
    print(what);
    print(": ");
    print_number(count, 10);
    print("\n");
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

static void map_table(u64 type, u64 label, u64 vspace, u64 at)
{
    must("map a table", ask(make(type, 0), label, WORDS(at, 0), WORDS(vspace)));
}
static void map_tables(u64 vspace, u64 at)
{
    map_table(PDPT, PDPT_MAP, vspace, at);
    map_table(DIRECTORY, DIRECTORY_MAP, vspace, at);
    map_table(TABLE, TABLE_MAP, vspace, at);
}
/* The image once more, with the same memory. */
static u64 make_vspace(void)
{
    extern const u8 _end[];
    u64 vspace = make(VSPACE_OBJECT, 0), first = info[9], frames = info[10] - first;
    u64 end = ((u64)_end + 4095) & ~4095ull;
    must("assign", ask(POOL, POOL_ASSIGN, NONE, WORDS(vspace)));
    map_tables(vspace, IMAGE_PAGE);
    for (u64 i = 0; i < frames; i++) {
        u64 at = end - (frames - i) * 4096, slot = next_slot++;
        must("copy", ask(CNODE, COPY, WORDS(slot, 64, first + i, 64, RIGHTS_ALL), WORDS(CNODE)));
        must("map", ask(slot, PAGE_MAP, WORDS(at, RIGHTS_READ_WRITE, 0), WORDS(vspace)));
    }
    return vspace;
}
struct thread {
    u64 tcb, context;
};
static struct thread start(void (*entry)(void), unsigned stack, u64 vspace)
{
    struct thread t = {make(TCB, 0), make(CONTEXT, CONTEXT_BITS)};
    u64 top = (u64)stacks[stack] + STACK_BYTES - 8;
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
    return (now() - began) / ROUNDS;
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
    tell("signal and wait, one thread", (now() - began) / ROUNDS);
    start(waiter, 1, vspace);
    began = now();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct message m = {.cap = notification};
        enter(SEND, &m);
    }
    tell("signal to a thread that waits again", (now() - began) / ROUNDS);
}

static volatile u64 last_seen, least, interrupts;
static u64 handler, irq_notification;
static void driver(void)
{
    for (;;) {
        struct message m = {.cap = irq_notification};
        enter(WAIT, &m);
        u64 passed = now() - last_seen;
        if (passed < least)
            least = passed;
        interrupts++;
        m = (struct message){.cap = handler, .tag = (u64)IRQ_ACK << 12};
        enter(CALL, &m);
    }
}
/* From the last instruction before the interrupt to the first behind the wait for it. */
static void count_interrupts(u64 vspace)
{
    u64 pit = next_slot++;
    handler = next_slot++;
    irq_notification = make(NOTIFICATION, 0);
    least = ~0ull;
    must("handler", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, PIT_PIN, 0, 0, 5), WORDS(CNODE)));
    must("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(irq_notification)));
    ask(handler, IRQ_ACK, NONE, NONE);
    must("ports", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x40, 0x43, pit, 64), WORDS(CNODE)));
    start(driver, 2, vspace);
    ask(pit, PORT_OUT8, WORDS(0x43, 0x34), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, PIT_DIVISOR & 0xff), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, PIT_DIVISOR >> 8), NONE);
    while (interrupts < ROUNDS)
        last_seen = now();
    tell("interrupt to a thread that waits for it", least);
}

static u64 count(struct message m, u64 *instructions)
{
    u64 began = now();
    enter(CALL, &m);
    *instructions += now() - began;
    return m.tag >> 12;
}
static void count_mapping(void)
{
    u64 frame = make(PAGE, 0), map = 0, unmap = 0;
    map_tables(VSPACE, FRAME_AT);
    /* The address space's capability stays in the IPC buffer. */
    must("map a frame", ask(frame, PAGE_MAP, WORDS(FRAME_AT, RIGHTS_READ_WRITE, 0), WORDS(VSPACE)));
    must("unmap a frame", ask(frame, PAGE_UNMAP, NONE, NONE));
    const struct message to_map = {frame, (u64)PAGE_MAP << 12 | 1 << 7 | 3, {FRAME_AT, RIGHTS_READ_WRITE}, 0};
    const struct message to_unmap = {frame, (u64)PAGE_UNMAP << 12, {0}, 0};
    for (unsigned i = 0; i < ROUNDS; i++) {
        must("map a frame", count(to_map, &map));
        must("unmap a frame", count(to_unmap, &unmap));
    }
    tell("map a frame", map / ROUNDS);
    tell("unmap a frame", unmap / ROUNDS);
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
    task_stop();
}
