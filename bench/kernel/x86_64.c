/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * x86_64.c: a root task that counts what kernel operations cost, with their stubs, and prints "operation:
 * instructions". It uses nothing but the interface and COM1, so the same file boots on seL4. The time-stamp counter
 * counts instructions under QEMU's -icount shift=0.
 */
#include <lona/base.h>

enum { CALL = -1, REPLY_RECV = -2, SEND = -5, RECV = -7, WAIT = -9 };
enum label {
    RETYPE = 1,
    WRITE_REGISTERS = 3,
    CONFIGURE = 5,
    SET_PRIORITY = 6,
    SET_SCHED_PARAMS = 8,
    COPY = 21,
    IRQ_ACK = 27,
    IRQ_SET_HANDLER = 28,
    SET_BUDGET = 33,
    CONTEXT_BIND = 34,
    CONTEXT_UNBIND = 35,
    PDPT_MAP = 39,
    DIRECTORY_MAP = 41,
    TABLE_MAP = 43,
    PAGE_MAP = 45,
    PAGE_UNMAP = 46,
    POOL_ASSIGN = 49,
    PORT_ISSUE = 50,
    PORT_IN8 = 51,
    PORT_OUT8 = 54,
    IRQ_ISSUE_IOAPIC = 57,
};
enum type {
    TCB = 1,
    ENDPOINT = 2,
    NOTIFICATION = 3,
    CONTEXT = 5,
    REPLY = 6,
    PDPT = 7,
    PML4 = 8,
    PAGE = 10,
    TABLE = 12,
    DIRECTORY = 13
};
enum { ROOT_TCB = 1, CNODE = 2, VSPACE = 3, IRQ_CONTROL = 4, POOL = 6, PORT_CONTROL = 7 };
#define RIGHTS 15
#define READ_WRITE 3

#define ROOT_PRIORITY 100
#define OTHER_PRIORITY 101
#define CONTEXT_BITS 8
#define STACK_BYTES 4096
#define IMAGE_PAGE 0x400000ull
#define FRAME_AT 0x100000000000ull
#define ROUNDS 64
#define PIT_PIN 2
#define PIT_DIVISOR 1193

struct message {
    u64 cap, tag, word[4], reply;
};
struct buffer {
    u64 tag, words[120], user, caps[3];
};
static struct buffer *buffer;
static const u64 *info;
static u64 next_slot, memory, ports, answer[4];
static u64 endpoint, reply, notification;
static u8 stacks[3][STACK_BYTES] __attribute__((aligned(16)));

__asm__(".globl _start\n_start: lea root_stack_end(%rip), %rsp\n call root_main\n"
        ".bss\n.balign 16\n.skip 16384\nroot_stack_end:\n.text");

static ALWAYS_INLINE void enter(i64 number, struct message *m)
{
    register u64 r10 __asm__("r10") = m->word[0];
    register u64 r8 __asm__("r8") = m->word[1];
    register u64 r9 __asm__("r9") = m->word[2];
    register u64 r15 __asm__("r15") = m->word[3];
    register u64 r12 __asm__("r12") = m->reply;
    __asm__ volatile("mov %%rsp, %%rbx; syscall; mov %%rbx, %%rsp"
                     : "+D"(m->cap), "+S"(m->tag), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15), "+r"(r12), "+d"(number)
                     :
                     : "rax", "rbx", "rcx", "r11", "r13", "r14", "memory");
    m->word[0] = r10;
    m->word[1] = r8;
    m->word[2] = r9;
    m->word[3] = r15;
}
static u64 now(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (u64)high << 32 | low;
}

static u64 ask(u64 cap, enum label label, unsigned n, const u64 *words, unsigned extras, const u64 *caps)
{
    struct message m = {.cap = cap, .tag = (u64)label << 12 | extras << 7 | n};
    for (unsigned i = 0; i < n; i++)
        *(i < 4 ? &m.word[i] : &buffer->words[i]) = words[i];
    for (unsigned i = 0; i < extras; i++)
        buffer->caps[i] = caps[i];
    enter(CALL, &m);
    __builtin_memcpy(answer, m.word, sizeof answer);
    return m.tag >> 12;
}
#define WORDS(...)                                      \
    sizeof((u64[]){__VA_ARGS__}) / sizeof(u64), (u64[]) \
    {                                                   \
        __VA_ARGS__                                     \
    }
#define NONE 0, NULL

/* --- printing --- */

static void put(char c)
{
    while (ask(ports, PORT_IN8, WORDS(0x3fd), NONE) || !(answer[0] & 0x20))
        continue;
    ask(ports, PORT_OUT8, WORDS(0x3f8, (u64)(u8)c), NONE);
}
static void print(const char *text)
{
    for (; *text; text++)
        put(*text);
}
static void print_number(u64 value)
{
    char digits[20];
    unsigned n = 0;
    do
        digits[n++] = "0123456789"[value % 10];
    while (value /= 10);
    while (n)
        put(digits[--n]);
}
static void say(const char *what, u64 count)
{
    print(what);
    print(": ");
    print_number(count);
    print("\n");
}
static NORETURN void stop(void)
{
    for (;;)
        enter(WAIT, &(struct message){0});
}
static void must(const char *what, u64 error)
{
    if (!error)
        return;
    say(what, error);
    print("costs: failed\n");
    stop();
}

/* --- objects --- */

static u64 make(enum type type, u64 bits)
{
    must("retype", ask(memory, RETYPE, WORDS(type, bits, 0, 0, next_slot, 1), WORDS(CNODE)));
    return next_slot++;
}
static void map_table(enum type type, enum label label, u64 vspace, u64 at)
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
    u64 vspace = make(PML4, 0), first = info[9], frames = info[10] - first;
    u64 end = ((u64)_end + 4095) & ~4095ull;
    must("assign", ask(POOL, POOL_ASSIGN, NONE, WORDS(vspace)));
    map_tables(vspace, IMAGE_PAGE);
    for (u64 i = 0; i < frames; i++) {
        u64 at = end - (frames - i) * 4096, slot = next_slot++;
        must("copy", ask(CNODE, COPY, WORDS(slot, 64, first + i, 64, RIGHTS), WORDS(CNODE)));
        must("map", ask(slot, PAGE_MAP, WORDS(at, READ_WRITE, 0), WORDS(vspace)));
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
static void find_memory(void)
{
    const u64 first = info[21], n = info[22] - first;
    for (u64 i = 0; i < n; i++) {
        u64 kind = info[23 + 2 * i + 1];
        if (!(kind >> 8 & 0xff) && (kind & 0xff) >= 24 && (kind & 0xff) <= 28)
            memory = first + i;
    }
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
    say("call and reply, server with its own time", count_calls());
    must("unbind", ask(t.context, CONTEXT_UNBIND, NONE, NONE));
    say("call and reply, passive server", count_calls());
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
    say("signal and wait, one thread", (now() - began) / ROUNDS);
    start(waiter, 1, vspace);
    began = now();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct message m = {.cap = notification};
        enter(SEND, &m);
    }
    say("signal to a thread that waits again", (now() - began) / ROUNDS);
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
    say("interrupt to a thread that waits for it", least);
}

static void count_mapping(void)
{
    u64 frame = make(PAGE, 0), map = 0, unmap = 0;
    map_tables(VSPACE, FRAME_AT);
    for (unsigned i = 0; i < ROUNDS; i++) {
        u64 began = now();
        u64 error = ask(frame, PAGE_MAP, WORDS(FRAME_AT, READ_WRITE, 0), WORDS(VSPACE));
        u64 mapped = now();
        error |= ask(frame, PAGE_UNMAP, NONE, NONE);
        must("map a frame", error);
        map += mapped - began;
        unmap += now() - mapped;
    }
    say("map a frame", map / ROUNDS);
    say("unmap a frame", unmap / ROUNDS);
}

__attribute__((used)) NORETURN static void root_main(const u64 *given)
{
    info = given;
    buffer = (struct buffer *)info[4];
    next_slot = info[5];
    find_memory();
    ports = next_slot++;
    ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x3f8, 0x3ff, ports, 64), WORDS(CNODE));
    print("\n");
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
    stop();
}
