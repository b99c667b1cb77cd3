/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * machine.c: a root task that asks for all that this architecture adds to the interface (address spaces, ASIDs, caches,
 * interrupts), rightly and wrongly, and prints what the kernel answers: "question: error, first three words of the
 * answer". It uses nothing but the interface, and the PL011 of QEMU's machine `virt`, so the same file boots on seL4:
 * the answers must be the same.
 */
#include "alike.h"

static u64 map_table(u64 table, u64 at)
{
    return ask(table, TABLE_MAP, WORDS(at, CACHED), WORDS(VSPACE));
}

static void ask_tables(u64 frame)
{
    u64 first = make(TABLE, 0), second = make(TABLE, 0), third = make(TABLE, 0), other = make(TABLE, 0),
        spare = next_slot++;
    say("page without tables", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("copy of an unmapped table", ask(CNODE, COPY, WORDS(spare, 64, first, 64, 15), WORDS(CNODE)), 0);
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
    say("copy of a mapped table", ask(CNODE, COPY, WORDS(spare, 64, third, 64, 15), WORDS(CNODE)), 0);
    say("unmap of a copied table", ask(third, TABLE_UNMAP, NONE, NONE), 0);
    say("no table operation", ask(third, PAGE_MAP, WORDS(AT, 3, 1), WORDS(VSPACE)), 0);
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
    say("copy of a page", ask(CNODE, COPY, WORDS(copy, 64, first, 64, RIGHTS_READ), WORDS(CNODE)), 0);
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
    say("page to read", map(frame, AT, RIGHTS_READ), 0);
    say("clean what may be read", ask(frame, PAGE_CLEAN, WORDS(64, 128), NONE), 0);
    say("invalidate what may be read", ask(frame, PAGE_INVALIDATE, WORDS(64, 128), NONE), 0);
    say("invalidate what may be read, by address", ask(VSPACE, VSPACE_INVALIDATE, WORDS(AT, AT + 64), NONE), 0);
    say("another page there", map(loose, AT, RIGHTS_READ_WRITE), 0);
    say("clean of the page that gave way", ask(frame, PAGE_CLEAN, WORDS(64, 128), NONE), 1);
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
    say("pool of the wrong size", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(large, CNODE)), 1);
    say("pool", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(small, CNODE)), 0);
    say("pool of used memory", ask(ASID_CONTROL, POOL_MAKE, WORDS(next_slot, 64), WORDS(small, CNODE)), 0);
    say("assign", ask(pool, POOL_ASSIGN, NONE, WORDS(top)), 0);
    say("page into an empty vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(top)), 3);
}

#define TIMER_IRQ 27
/* To send a byte interrupts: the line stays up until it is cleared. */
static void ask_interrupts(void)
{
    u64 handler = next_slot++, spare = next_slot++, notification = make(NOTIFICATION, 0), root = CNODE;
    say("device page", ask(uart_page, PAGE_MAP, WORDS(UART_AT, 3, NO_EXECUTE), WORDS(VSPACE)), 0);
    say("address of the device", ask(uart_page, PAGE_ADDRESS, NONE, NONE), 1);
    say("clean of a device", ask(uart_page, PAGE_CLEAN, WORDS(0, 64), NONE), 0);
    say("interrupt 5000", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(5000, spare, 64), WORDS(root)), 1);
    say("the kernel's timer", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(TIMER_IRQ, spare, 64), WORDS(root)), 0);
    say("trigger truncated", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, handler), WORDS(root)), 0);
    say("handler nowhere", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, 1, 64), WORDS(root)), 0);
    say("handler", ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, handler, 64), WORDS(root)), 0);
    say("handler again", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(UART_IRQ, spare, 64), WORDS(root)), 0);
    say("another handler", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(UART_IRQ + 1, spare, 64), WORDS(root)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    for (unsigned i = 0; i < 10; i++) {
        *uart(UART_INTERRUPTS) = UART_SENT;
        put('.');
        enter(WAIT, &(struct message){.cap = notification});
        *uart(UART_INTERRUPTS) = 0;
        *uart(UART_CLEAR) = UART_SENT;
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    print("\n");
    say("ten interrupts", 0, 0);
}

/* A signal from this core to itself. */
static void ask_signals(void)
{
    u64 signal = next_slot++, copy = next_slot++, handler = next_slot++, spare = next_slot++,
        notification = make(NOTIFICATION, 0);
    say("signal truncated", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(5, 0, signal), WORDS(CNODE)), 0);
    say("signal 16", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(16, 0, signal, 64), WORDS(CNODE)), 2);
    say("signal to nobody", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(5, 1ull << 32, signal, 64), WORDS(CNODE)), 1);
    say("signal nowhere", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(5, 0, 1, 64), WORDS(CNODE)), 0);
    say("signal", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(5, 0, signal, 64), WORDS(CNODE)), 0);
    say("signal again", ask(IRQ_CONTROL, IRQ_ISSUE_SGI, WORDS(5, 0, spare, 64), WORDS(CNODE)), 0);
    say("copy of a signal", ask(CNODE, COPY, WORDS(copy, 64, signal, 64, 15), WORDS(CNODE)), 0);
    say("handler of signals", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(5, handler, 64), WORDS(CNODE)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    for (unsigned i = 0; i < 3; i++) {
        say("send", ask(i ? copy : signal, 0, NONE, NONE), 0);
        enter(WAIT, &(struct message){.cap = notification});
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    say("three signals", 0, 0);
}

void task_main(void)
{
    print("machine: start\n");
    u64 frame = make(PAGE, 0);
    ask_tables(frame);
    ask_pages(frame);
    ask_large_pages();
    ask_caches();
    ask_asids();
    ask_domains();
    ask_interrupts();
    ask_signals();
    print("machine: done\n");
    task_stop();
}
