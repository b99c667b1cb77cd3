/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * machine.c: a root task that asks for all that this architecture adds to the interface (ports, address spaces, ASIDs,
 * interrupts), rightly and wrongly, and prints what the kernel answers: "question: error, first three words of the
 * answer". It uses nothing but the interface, and COM1 by ports, so the same file boots on seL4: the answers must be
 * the same.
 */
#include <lona/base.h>

enum { CALL = -1, WAIT = -9 };
enum label {
    RETYPE = 1,
    COPY = 21,
    IRQ_ISSUE = 26,
    IRQ_ACK = 27,
    IRQ_SET_HANDLER = 28,
    PDPT_MAP = 39,
    PDPT_UNMAP = 40,
    PD_MAP = 41,
    PT_MAP = 43,
    PT_UNMAP = 44,
    PAGE_MAP = 45,
    PAGE_UNMAP = 46,
    PAGE_ADDRESS = 47,
    POOL_MAKE = 48,
    POOL_ASSIGN = 49,
    PORT_ISSUE = 50,
    PORT_IN8 = 51,
    PORT_IN32 = 53,
    PORT_OUT8 = 54,
    IRQ_ISSUE_IOAPIC = 57,
    IRQ_ISSUE_MSI = 58,
};
enum { UNTYPED = 0, NOTIFICATION = 3, PDPT = 7, PML4 = 8, PAGE = 10, LARGE_PAGE = 11, TABLE = 12, DIRECTORY = 13 };
enum { CNODE_SLOT = 2, VSPACE = 3, IRQ_CONTROL = 4, ASID_CONTROL = 5, POOL = 6, PORT_CONTROL = 7 };

#define RIGHTS_READ 2
#define RIGHTS_READ_WRITE 3
#define WORDS_MAX 8

struct buffer {
    u64 tag, words[120], user, caps[3];
};
static struct buffer *buffer;
static u64 next_slot, memory, answer[WORDS_MAX];
static u64 ports;

NORETURN void machine_main(const u64 *info);

__asm__(".globl _start\n_start: lea stack_top(%rip), %rsp\n call machine_main\n"
        ".bss\n.balign 16\n.skip 16384\nstack_top:\n.text");

static u64 system_call(i64 number, u64 cap, u64 tag)
{
    register u64 r10 __asm__("r10") = answer[0];
    register u64 r8 __asm__("r8") = answer[1];
    register u64 r9 __asm__("r9") = answer[2];
    register u64 r15 __asm__("r15") = answer[3];
    register u64 r12 __asm__("r12") = 0;
    __asm__ volatile("mov %%rsp, %%rbx; syscall; mov %%rbx, %%rsp"
                     : "+D"(cap), "+S"(tag), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r15), "+r"(r12), "+d"(number)
                     :
                     : "rax", "rbx", "rcx", "r11", "r13", "r14", "memory");
    answer[0] = r10;
    answer[1] = r8;
    answer[2] = r9;
    answer[3] = r15;
    return tag;
}

/* Calls cap; the message and up to two capabilities are lists that end as long as they are said to be. */
static u64 ask(u64 cap, enum label label, unsigned n, const u64 *words, unsigned extras, const u64 *caps)
{
    for (unsigned i = 0; i < WORDS_MAX; i++) {
        u64 given = i < n ? words[i] : 0;
        answer[i] = given;
        buffer->words[i] = given;
    }
    for (unsigned i = 0; i < extras; i++)
        buffer->caps[i] = caps[i];
    return system_call(CALL, cap, (u64)label << 12 | extras << 7 | n) >> 12;
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
        digits[n++] = "0123456789abcdef"[value % 16];
    while (value /= 16);
    while (n)
        put(digits[--n]);
}
/* words: how many of the answer are the same wherever this boots. */
static void say(const char *question, u64 error, unsigned words)
{
    u64 kept[WORDS_MAX];
    __builtin_memcpy(kept, answer, sizeof kept);
    print(question);
    print(": ");
    print_number(error);
    for (unsigned i = 0; i < words; i++) {
        put(' ');
        print_number(kept[i]);
    }
    print("\n");
}

/* --- objects --- */

static u64 make(u64 type, u64 bits)
{
    u64 slot = next_slot++;
    u64 error = ask(memory, RETYPE, WORDS(type, bits, 0, 0, slot, 1), WORDS(CNODE_SLOT));
    if (error)
        say("retype failed", error, 0);
    return slot;
}

static void find_memory(const u64 *info)
{
    const u64 first = info[21], n = info[22] - first;
    next_slot = info[5];
    for (u64 i = 0; i < n; i++) {
        u64 kind = info[23 + 2 * i + 1];
        if (!(kind >> 8 & 0xff) && (kind & 0xff) >= 24 && (kind & 0xff) <= 28)
            memory = first + i;
    }
}

/* --- questions --- */

static void ask_ports(void)
{
    u64 slot = next_slot++;
    say("issue issued ports", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x3ff, 0x400, slot, 64), WORDS(CNODE_SLOT)), 0);
    say("issue backwards", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x81, 0x80, slot, 64), WORDS(CNODE_SLOT)), 1);
    say("issue nowhere", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x80, 0x80, 1, 64), WORDS(CNODE_SLOT)), 0);
    say("in beside", ask(ports, PORT_IN8, WORDS(0x3f7), NONE), 0);
    say("in across", ask(ports, PORT_IN32, WORDS(0x3fd), NONE), 0);
    say("out truncated", ask(ports, PORT_OUT8, WORDS(0x3f8), NONE), 0);
    say("no port operation", ask(ports, PAGE_MAP, WORDS(0, 0, 0), NONE), 0);
}

#define LARGE 0x200000ull
#define AT 0x100000000000ull
static u64 map(u64 frame, u64 at, u64 rights)
{
    return ask(frame, PAGE_MAP, WORDS(at, rights, 0), WORDS(VSPACE));
}

static void ask_tables(u64 frame)
{
    u64 pdpt = make(PDPT, 0), directory = make(DIRECTORY, 0), table = make(TABLE, 0), other = make(TABLE, 0),
        spare = next_slot++;
    say("page without pdpt", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("table without pdpt", ask(table, PT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 3);
    say("copy of an unmapped table", ask(CNODE_SLOT, COPY, WORDS(spare, 64, table, 64, 15), WORDS(CNODE_SLOT)), 0);
    say("pdpt", ask(pdpt, PDPT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("pdpt again", ask(pdpt, PDPT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 1);
    say("page without directory", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("directory", ask(directory, PD_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("page without table", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("table into no vspace", ask(table, PT_MAP, WORDS(AT, 0), WORDS(frame)), 1);
    say("table in the kernel", ask(table, PT_MAP, WORDS(0xffff800000000000, 0), WORDS(VSPACE)), 1);
    say("table truncated", ask(table, PT_MAP, WORDS(AT), WORDS(VSPACE)), 0);
    say("table", ask(table, PT_MAP, WORDS(AT + 0x1234, 0), WORDS(VSPACE)), 0);
    say("other table", ask(other, PT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("copy of a mapped table", ask(CNODE_SLOT, COPY, WORDS(spare, 64, table, 64, 15), WORDS(CNODE_SLOT)), 0);
    say("unmap of a copied table", ask(table, PT_UNMAP, NONE, NONE), 0);
}
static void ask_pages(u64 frame)
{
    volatile u64 *at = (volatile u64 *)AT;
    u64 second = make(PAGE, 0);
    say("page unaligned", map(frame, AT + 8, RIGHTS_READ_WRITE), 0);
    say("page in the kernel", map(frame, 0xffff800000000000, RIGHTS_READ_WRITE), 1);
    say("page", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0] = 42;
    say("page elsewhere", map(frame, AT + 4096, RIGHTS_READ_WRITE), 1);
    say("page again, to read", map(frame, AT, RIGHTS_READ), 0);
    say("page again, to write", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0]++;
    answer[0] = at[0];
    say("what is there", 0, 1);
    say("second page", map(second, AT + 4096, RIGHTS_READ_WRITE), 0);
    answer[0] = at[512];
    say("what is there", 0, 1);
    say("unmap", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("unmap again", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("page over a page", map(second, AT, RIGHTS_READ_WRITE), 0);
    say("unmap of what gave way", ask(frame, PAGE_UNMAP, NONE, NONE), 0);
    answer[0] = at[0];
    say("what is there", 0, 1);
}
static void ask_large_pages(void)
{
    volatile u64 *at = (volatile u64 *)(AT + LARGE);
    u64 first = make(LARGE_PAGE, 0), second = make(LARGE_PAGE, 0), small = make(PAGE, 0), copy = next_slot++;
    say("large page over a table", map(first, AT, RIGHTS_READ_WRITE), 0);
    say("large page unaligned", map(first, AT + 4096, RIGHTS_READ_WRITE), 0);
    say("large page", map(first, AT + LARGE, RIGHTS_READ_WRITE), 0);
    at[LARGE / 8 - 1] = 43;
    say("page in a large page", map(small, AT + LARGE, RIGHTS_READ_WRITE), 3);
    say("large page over a large page", map(second, AT + LARGE, RIGHTS_READ_WRITE), 0);
    answer[0] = at[LARGE / 8 - 1];
    say("what is there", 0, 1);
    say("copy of a page", ask(CNODE_SLOT, COPY, WORDS(copy, 64, first, 64, RIGHTS_READ), WORDS(CNODE_SLOT)), 0);
    say("copy elsewhere", map(copy, AT + 2 * LARGE, RIGHTS_READ_WRITE), 0);
    answer[0] = at[2 * LARGE / 8 - 1];
    say("what is there", 0, 1);
    say("page truncated", ask(small, PAGE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
    say("no page operation", ask(small, PT_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
}

static void ask_asids(void)
{
    u64 pml4 = make(PML4, 0), small = make(UNTYPED, 12), large = make(UNTYPED, 13), pool = next_slot++,
        frame = make(PAGE, 0);
    say("map into an unassigned vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(pml4)), 1);
    say("assign an assigned vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(VSPACE)), 1);
    say("assign no vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(frame)), 1);
    say("pool of the wrong size", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(large, CNODE_SLOT)), 1);
    say("pool", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(small, CNODE_SLOT)), 0);
    say("pool of used memory", ask(ASID_CONTROL, POOL_MAKE, WORDS(next_slot, 64), WORDS(small, CNODE_SLOT)), 0);
    say("assign", ask(pool, POOL_ASSIGN, NONE, WORDS(pml4)), 0);
    say("page into an empty vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(pml4)), 3);
}

#define PIT_HZ 100
static void pit_start(void)
{
    u64 pit = next_slot++, divisor = 1193182 / PIT_HZ;
    say("ports of the timer", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x40, 0x43, pit, 64), WORDS(CNODE_SLOT)), 0);
    ask(pit, PORT_OUT8, WORDS(0x43, 0x34), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor & 0xff), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor >> 8), NONE);
}
static void ask_interrupts(void)
{
    u64 handler = next_slot++, spare = next_slot++, notification = make(NOTIFICATION, 0), root = CNODE_SLOT;
    say("handler of no source", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(1, spare, 64), WORDS(root)), 0);
    say("pin 500", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 500, 0, 0, 5), WORDS(root)), 0);
    say("level 2", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 2, 0, 5), WORDS(root)), 2);
    say("vector 108", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 0, 0, 108), WORDS(root)), 2);
    say("handler", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 0, 0, 5), WORDS(root)), 0);
    say("handler again", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(spare, 64, 0, 2, 0, 0, 5), WORDS(root)), 0);
    say("device 32", ask(IRQ_CONTROL, IRQ_ISSUE_MSI, WORDS(spare, 64, 0, 32, 0, 0, 6), WORDS(root)), 2);
    say("message", ask(IRQ_CONTROL, IRQ_ISSUE_MSI, WORDS(spare, 64, 0, 3, 0, 0, 6), WORDS(root)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    /* The firmware's timer may have interrupted before there was a notification: masked, and nobody told. */
    ask(handler, IRQ_ACK, NONE, NONE);
    pit_start();
    for (unsigned i = 0; i < 10; i++) {
        system_call(WAIT, notification, 0);
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    say("ten interrupts", 0, 0);
}

void machine_main(const u64 *info)
{
    buffer = (struct buffer *)info[4];
    find_memory(info);
    ports = next_slot++;
    ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x3f8, 0x3ff, ports, 64), WORDS(CNODE_SLOT));
    print("\n");
    ask_ports();
    u64 frame = make(PAGE, 0);
    ask_tables(frame);
    ask_pages(frame);
    ask_large_pages();
    ask_asids();
    ask_interrupts();
    print("machine: done\n");
    for (;;)
        system_call(WAIT, 0, 0);
}
