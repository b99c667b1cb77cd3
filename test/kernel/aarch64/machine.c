/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * machine.c: a root task that asks for all that this architecture adds to the interface (address spaces, ASIDs, caches,
 * interrupts), rightly and wrongly, and prints what the kernel answers: "question: error, first three words of the
 * answer". It uses nothing but the interface of a debug kernel, and the PL011 of QEMU's machine `virt`, so the same
 * file boots on seL4: the answers must be the same.
 */
#include <lona/base.h>

enum { CALL = -1, WAIT = -9, PUT_CHAR = -12 };
enum label {
    RETYPE = 1,
    COPY = 21,
    IRQ_ISSUE = 26,
    IRQ_ACK = 27,
    IRQ_SET_HANDLER = 28,
    VSPACE_CLEAN = 39,
    VSPACE_UNIFY = 42,
    TABLE_MAP = 44,
    TABLE_UNMAP = 45,
    PAGE_MAP = 46,
    PAGE_UNMAP = 47,
    PAGE_CLEAN = 48,
    PAGE_INVALIDATE = 49,
    PAGE_UNIFY = 51,
    PAGE_ADDRESS = 52,
    POOL_MAKE = 53,
    POOL_ASSIGN = 54,
    IRQ_ISSUE_TRIGGER = 55,
};
enum { UNTYPED = 0, NOTIFICATION = 3, VSPACE_OBJECT = 8, PAGE = 9, LARGE_PAGE = 10, TABLE = 11 };
enum { CNODE_SLOT = 2, VSPACE = 3, IRQ_CONTROL = 4, ASID_CONTROL = 5, POOL = 6 };

#define RIGHTS_READ 2
#define RIGHTS_READ_WRITE 3
#define CACHED 1
#define NO_EXECUTE 4
#define WORDS_MAX 8

struct buffer {
    u64 tag, words[120], user, caps[3];
};
static struct buffer *buffer;
static const u64 *boot_info;
static u64 next_slot, memory, answer[WORDS_MAX];

NORETURN void machine_main(const u64 *info);

__asm__(".globl _start\n_start: adrp x9, stack_top\n add sp, x9, :lo12:stack_top\n bl machine_main\n"
        ".bss\n.balign 16\n.skip 16384\nstack_top:\n.text");

static u64 system_call(i64 number, u64 cap, u64 tag)
{
    register u64 x0 __asm__("x0") = cap;
    register u64 x1 __asm__("x1") = tag;
    register u64 x2 __asm__("x2") = answer[0];
    register u64 x3 __asm__("x3") = answer[1];
    register u64 x4 __asm__("x4") = answer[2];
    register u64 x5 __asm__("x5") = answer[3];
    register u64 x6 __asm__("x6") = 0;
    register u64 x7 __asm__("x7") = (u64)number;
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7)
                     :
                     : "memory");
    answer[0] = x2;
    answer[1] = x3;
    answer[2] = x4;
    answer[3] = x5;
    return x1;
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
    system_call(PUT_CHAR, (u64)(u8)c, 0);
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
    for (unsigned i = 0; i < WORDS_MAX; i++)
        kept[i] = answer[i];
    print(question);
    print(": ");
    print_number(error);
    for (unsigned i = 0; i < words; i++) {
        put(' ');
        print_number(kept[i]);
    }
    print("\n");
}
static void say_value(const char *question, u64 value)
{
    answer[0] = value;
    say(question, 0, 1);
}

/* --- objects --- */

static u64 make_from(u64 untyped, u64 type, u64 bits)
{
    u64 slot = next_slot++;
    u64 error = ask(untyped, RETYPE, WORDS(type, bits, 0, 0, slot, 1), WORDS(CNODE_SLOT));
    if (error)
        say("retype failed", error, 0);
    return slot;
}
static u64 make(u64 type, u64 bits)
{
    return make_from(memory, type, bits);
}

/* BootInfo's list of untyped memory: entry i. */
static u64 untyped_address(u64 i)
{
    return boot_info[23 + 2 * i];
}
static unsigned untyped_bits(u64 i)
{
    return boot_info[23 + 2 * i + 1] & 0xff;
}
static bool untyped_is_device(u64 i)
{
    return boot_info[23 + 2 * i + 1] >> 8 & 0xff;
}
static void find_memory(void)
{
    const u64 first = boot_info[21], n = boot_info[22] - first;
    next_slot = boot_info[5];
    for (u64 i = 0; i < n; i++) {
        if (!untyped_is_device(i) && untyped_bits(i) >= 24 && untyped_bits(i) <= 28)
            memory = first + i;
    }
}
/* The page of a device: its untyped memory is halved until it is that page. 0: not to be had. */
static u64 device_page(u64 address)
{
    const u64 first = boot_info[21], n = boot_info[22] - first;
    for (u64 i = 0; i < n; i++) {
        u64 start = untyped_address(i), untyped = first + i;
        if (!untyped_is_device(i) || address < start || address - start >= 1ull << untyped_bits(i))
            continue;
        for (unsigned bits = untyped_bits(i); bits > 12; bits--) {
            u64 low = make_from(untyped, UNTYPED, bits - 1), high = make_from(untyped, UNTYPED, bits - 1);
            bool upper = address - start >= 1ull << (bits - 1);
            untyped = upper ? high : low;
            start += upper ? 1ull << (bits - 1) : 0;
        }
        return make_from(untyped, PAGE, 0);
    }
    return 0;
}

/* --- questions --- */

#define LARGE 0x200000ull
#define AT 0x100000000000ull
static u64 map(u64 frame, u64 at, u64 rights)
{
    return ask(frame, PAGE_MAP, WORDS(at, rights, CACHED), WORDS(VSPACE));
}
static u64 map_table(u64 table, u64 at)
{
    return ask(table, TABLE_MAP, WORDS(at, CACHED), WORDS(VSPACE));
}

static void ask_tables(u64 frame)
{
    u64 first = make(TABLE, 0), second = make(TABLE, 0), third = make(TABLE, 0), other = make(TABLE, 0),
        spare = next_slot++;
    say("page without tables", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("copy of an unmapped table", ask(CNODE_SLOT, COPY, WORDS(spare, 64, first, 64, 15), WORDS(CNODE_SLOT)), 0);
    say("first table", map_table(first, AT), 0);
    say("first table again", map_table(first, AT), 1);
    say("page without second table", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("second table", map_table(second, AT), 0);
    say("page without third table", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("table into no vspace", ask(third, TABLE_MAP, WORDS(AT, CACHED), WORDS(frame)), 1);
    say("table in the kernel", map_table(third, 0xffff800000000000), 1);
    say("table truncated", ask(third, TABLE_MAP, WORDS(AT), WORDS(VSPACE)), 0);
    say("third table", map_table(third, AT + 0x1234), 0);
    say("other table", map_table(other, AT), 0);
    say("copy of a mapped table", ask(CNODE_SLOT, COPY, WORDS(spare, 64, third, 64, 15), WORDS(CNODE_SLOT)), 0);
    say("unmap of a copied table", ask(third, TABLE_UNMAP, NONE, NONE), 0);
    say("no table operation", ask(third, PAGE_MAP, WORDS(AT, 3, 1), WORDS(VSPACE)), 0);
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
    say_value("what is there", at[0]);
    say("second page", map(second, AT + 4096, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[512]);
    say("unmap", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("unmap again", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("page over a page", map(second, AT, RIGHTS_READ_WRITE), 0);
    say("unmap of what gave way", ask(frame, PAGE_UNMAP, NONE, NONE), 0);
    say_value("what is there", at[0]);
}
static void ask_large_pages(void)
{
    volatile u64 *at = (volatile u64 *)(AT + LARGE);
    u64 first = make(LARGE_PAGE, 0), second = make(LARGE_PAGE, 0), small = make(PAGE, 0), copy = next_slot++;
    say("large page over a table", map(first, AT, RIGHTS_READ_WRITE), 3);
    say("large page unaligned", map(first, AT + 4096, RIGHTS_READ_WRITE), 0);
    say("large page", map(first, AT + LARGE, RIGHTS_READ_WRITE), 0);
    at[LARGE / 8 - 1] = 43;
    say("page in a large page", map(small, AT + LARGE, RIGHTS_READ_WRITE), 3);
    say("table in a large page", map_table(make(TABLE, 0), AT + LARGE), 0);
    say("large page over a large page", map(second, AT + LARGE, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[LARGE / 8 - 1]);
    say("copy of a page", ask(CNODE_SLOT, COPY, WORDS(copy, 64, first, 64, RIGHTS_READ), WORDS(CNODE_SLOT)), 0);
    say("copy elsewhere", map(copy, AT + 2 * LARGE, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[2 * LARGE / 8 - 1]);
    say("page truncated", ask(small, PAGE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
    say("no page operation", ask(small, TABLE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
}

/* A function is written where another one was: x0 = what it returns. */
static u64 call_made_of(volatile u32 *code, u64 frame, u32 value)
{
    code[0] = 0xd2800000u | value << 5; /* mov x0, #value */
    code[1] = 0xd65f03c0u;              /* ret */
    ask(frame, PAGE_UNIFY, WORDS(0, 8), NONE);
    return ((u64(*)(void))(u64)code)();
}
static void ask_caches(void)
{
    u64 frame = make(PAGE, 0), loose = make(PAGE, 0);
    say("page to run", map(frame, AT, RIGHTS_READ_WRITE), 0);
    say_value("what runs", call_made_of((volatile u32 *)AT, frame, 7));
    say_value("what runs", call_made_of((volatile u32 *)AT, frame, 8));
    say("clean", ask(frame, PAGE_CLEAN, WORDS(0, 4096), NONE), 0);
    say("invalidate", ask(frame, PAGE_INVALIDATE, WORDS(64, 128), NONE), 0);
    say("clean nothing", ask(frame, PAGE_CLEAN, WORDS(8, 8), NONE), 1);
    say("clean beyond", ask(frame, PAGE_CLEAN, WORDS(8, 4097), NONE), 1);
    say("clean truncated", ask(frame, PAGE_CLEAN, WORDS(8), NONE), 0);
    say("clean of an unmapped page", ask(loose, PAGE_CLEAN, WORDS(0, 8), NONE), 0);
    say("clean by address", ask(VSPACE, VSPACE_CLEAN, WORDS(AT, AT + 64), NONE), 0);
    say("unify by address", ask(VSPACE, VSPACE_UNIFY, WORDS(AT, AT + 64), NONE), 0);
    say("clean nothing by address", ask(VSPACE, VSPACE_CLEAN, WORDS(AT, AT), NONE), 1);
    say("clean two pages", ask(VSPACE, VSPACE_CLEAN, WORDS(AT + 8, AT + 5000), NONE), 2);
    say("clean where nothing is", ask(VSPACE, VSPACE_CLEAN, WORDS(AT + 4096, AT + 4104), NONE), 0);
    say("clean in the kernel", ask(VSPACE, VSPACE_CLEAN, WORDS(0xffff800000000000, 0xffff800000000008), NONE), 0);
    say("no vspace operation", ask(VSPACE, TABLE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
}

static void ask_asids(void)
{
    u64 top = make(VSPACE_OBJECT, 0), small = make(UNTYPED, 12), large = make(UNTYPED, 13), pool = next_slot++,
        frame = make(PAGE, 0);
    say("map into an unassigned vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(top)), 1);
    say("clean in an unassigned vspace", ask(top, VSPACE_CLEAN, WORDS(AT, AT + 8), NONE), 1);
    say("assign an assigned vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(VSPACE)), 1);
    say("assign no vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(frame)), 1);
    say("pool of the wrong size", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(large, CNODE_SLOT)), 1);
    say("pool", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(small, CNODE_SLOT)), 0);
    say("pool of used memory", ask(ASID_CONTROL, POOL_MAKE, WORDS(next_slot, 64), WORDS(small, CNODE_SLOT)), 0);
    say("assign", ask(pool, POOL_ASSIGN, NONE, WORDS(top)), 0);
    say("page into an empty vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(top)), 3);
}

#define UART 0x9000000ull
#define UART_IRQ 33
#define UART_AT (AT + 0x10000)
#define TIMER_IRQ 27
#define TX 0x20
static volatile u32 *uart(u64 at)
{
    return (volatile u32 *)(UART_AT + at);
}
/* To send a byte interrupts: the line stays up until it is cleared. */
static void ask_interrupts(void)
{
    u64 handler = next_slot++, spare = next_slot++, notification = make(NOTIFICATION, 0), root = CNODE_SLOT;
    u64 page = device_page(UART);
    say("device page", ask(page, PAGE_MAP, WORDS(UART_AT, 3, NO_EXECUTE), WORDS(VSPACE)), 0);
    say("address of the device", ask(page, PAGE_ADDRESS, NONE, NONE), 1);
    say("clean of a device", ask(page, PAGE_CLEAN, WORDS(0, 64), NONE), 0);
    say("interrupt 5000", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(5000, spare, 64), WORDS(root)), 1);
    say("the kernel's timer", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(TIMER_IRQ, spare, 64), WORDS(root)), 0);
    say("trigger truncated", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, handler), WORDS(root)), 0);
    say("handler nowhere", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, 1, 64), WORDS(root)), 0);
    say("handler", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, handler, 64), WORDS(root)), 0);
    say("handler again", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(UART_IRQ, spare, 64), WORDS(root)), 0);
    say("another handler", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(UART_IRQ + 1, spare, 64), WORDS(root)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    for (unsigned i = 0; i < 10; i++) {
        *uart(0x38) = TX; /* lets it interrupt */
        *uart(0) = '.';
        system_call(WAIT, notification, 0);
        *uart(0x38) = 0;
        *uart(0x44) = TX; /* clears it */
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    print("\n");
    say("ten interrupts", 0, 0);
}

void machine_main(const u64 *info)
{
    boot_info = info;
    buffer = (struct buffer *)info[4];
    find_memory();
    print("\nmachine: start\n");
    u64 frame = make(PAGE, 0);
    ask_tables(frame);
    ask_pages(frame);
    ask_large_pages();
    ask_caches();
    ask_asids();
    ask_interrupts();
    print("machine: done\n");
    for (;;)
        system_call(WAIT, 0, 0);
}
