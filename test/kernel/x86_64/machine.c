/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * machine.c: a root task that asks for all that this architecture adds to the interface (ports, address spaces, ASIDs,
 * interrupts), rightly and wrongly, and prints what the kernel answers: "question: error, first three words of the
 * answer". It uses nothing but the interface, and COM1 by ports, so the same file boots on seL4: the answers must be
 * the same.
 */
#include "alike.h"
#include "edu.h"

static void ask_ports(void)
{
    u64 slot = next_slot++;
    say("issue issued ports", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x3ff, 0x400, slot, 64), WORDS(CNODE)), 0);
    say("issue backwards", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x81, 0x80, slot, 64), WORDS(CNODE)), 1);
    say("issue nowhere", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x80, 0x80, 1, 64), WORDS(CNODE)), 0);
    say("in beside", ask(ports, PORT_IN8, WORDS(0x3f7), NONE), 0);
    say("in across", ask(ports, PORT_IN32, WORDS(0x3fd), NONE), 0);
    say("out truncated", ask(ports, PORT_OUT8, WORDS(0x3f8), NONE), 0);
    say("no port operation", ask(ports, PAGE_MAP, WORDS(0, 0, 0), NONE), 0);
}

static void ask_tables(u64 frame)
{
    u64 pdpt = make(PDPT, 0), directory = make(DIRECTORY, 0), table = make(TABLE, 0), other = make(TABLE, 0),
        spare = next_slot++;
    say("page without pdpt", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("table without pdpt", ask(table, TABLE_MAP, WORDS(AT, 0), WORDS(VSPACE)), 3);
    say("copy of an unmapped table", ask(CNODE, COPY, WORDS(spare, 64, table, 64, 15), WORDS(CNODE)), 0);
    say("pdpt", ask(pdpt, PDPT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("pdpt again", ask(pdpt, PDPT_MAP, WORDS(AT, 0), WORDS(VSPACE)), 1);
    say("page without directory", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("directory", ask(directory, DIRECTORY_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("page without table", map(frame, AT, RIGHTS_READ_WRITE), 3);
    say("table into no vspace", ask(table, TABLE_MAP, WORDS(AT, 0), WORDS(frame)), 1);
    say("table in the kernel", ask(table, TABLE_MAP, WORDS(0xffff800000000000, 0), WORDS(VSPACE)), 1);
    say("table truncated", ask(table, TABLE_MAP, WORDS(AT), WORDS(VSPACE)), 0);
    say("table", ask(table, TABLE_MAP, WORDS(AT + 0x1234, 0), WORDS(VSPACE)), 0);
    say("other table", ask(other, TABLE_MAP, WORDS(AT, 0), WORDS(VSPACE)), 0);
    say("copy of a mapped table", ask(CNODE, COPY, WORDS(spare, 64, table, 64, 15), WORDS(CNODE)), 0);
    say("unmap of a copied table", ask(table, TABLE_UNMAP, NONE, NONE), 0);
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
    say_value("what is there", at[LARGE / 8 - 1]);
    say("copy of a page", ask(CNODE, COPY, WORDS(copy, 64, first, 64, RIGHTS_READ), WORDS(CNODE)), 0);
    say("copy elsewhere", map(copy, AT + 2 * LARGE, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[2 * LARGE / 8 - 1]);
    say("page truncated", ask(small, PAGE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
    say("no page operation", ask(small, TABLE_MAP, WORDS(AT, 3), WORDS(VSPACE)), 0);
}

static void ask_asids(void)
{
    u64 pml4 = make(VSPACE_OBJECT, 0), small = make(UNTYPED, 12), large = make(UNTYPED, 13), pool = next_slot++,
        frame = make(PAGE, 0);
    say("map into an unassigned vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(pml4)), 1);
    say("assign an assigned vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(VSPACE)), 1);
    say("assign no vspace", ask(POOL, POOL_ASSIGN, NONE, WORDS(frame)), 1);
    say("pool of the wrong size", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(large, CNODE)), 1);
    say("pool", ask(ASID_CONTROL, POOL_MAKE, WORDS(pool, 64), WORDS(small, CNODE)), 0);
    say("pool of used memory", ask(ASID_CONTROL, POOL_MAKE, WORDS(next_slot, 64), WORDS(small, CNODE)), 0);
    say("assign", ask(pool, POOL_ASSIGN, NONE, WORDS(pml4)), 0);
    say("page into an empty vspace", ask(frame, PAGE_MAP, WORDS(AT, 3, 0), WORDS(pml4)), 3);
}

#define PIT_HZ 100
static void pit_start(void)
{
    u64 pit = next_slot++, divisor = 1193182 / PIT_HZ;
    say("ports of the timer", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x40, 0x43, pit, 64), WORDS(CNODE)), 0);
    ask(pit, PORT_OUT8, WORDS(0x43, 0x34), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor & 0xff), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor >> 8), NONE);
}
static void ask_interrupts(void)
{
    u64 handler = next_slot++, spare = next_slot++, notification = make(NOTIFICATION, 0), root = CNODE;
    say("handler of no source", ask(IRQ_CONTROL, IRQ_ISSUE, WORDS(1, spare, 64), WORDS(root)), 0);
    say("pin 500", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 500, 0, 0, 5), WORDS(root)), 0);
    say("level 2", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 2, 0, 5), WORDS(root)), 2);
    say("vector 108", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 0, 0, 108), WORDS(root)), 2);
    say("handler", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, 2, 0, 0, 5), WORDS(root)), 0);
    say("handler again", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(spare, 64, 0, 2, 0, 0, 5), WORDS(root)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    /* The firmware's timer may have interrupted before there was a notification: masked, and nobody told. */
    ask(handler, IRQ_ACK, NONE, NONE);
    pit_start();
    for (unsigned i = 0; i < 10; i++) {
        enter(WAIT, &(struct message){.cap = notification});
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    say("ten interrupts", 0, 0);
    say("other handler for the pin", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(spare, 64, 0, 2, 0, 0, 7), WORDS(root)),
        0);
    say("end of it", ask(root, DELETE, WORDS(spare, 64), NONE), 0);
}

#define MESSAGE 6
static u64 issue_message(u64 bus, u64 device, u64 function, u64 handle, u64 irq, u64 to)
{
    return ask(IRQ_CONTROL, IRQ_ISSUE_MSI, WORDS(to, 64, bus, device, function, handle, irq), WORDS(CNODE));
}
static void ask_message_interrupts(void)
{
    u64 handler = next_slot++, notification = make(NOTIFICATION, 0), badged = next_slot++, spare = next_slot++;
    say("bus 256", issue_message(256, 3, 0, 0, MESSAGE, handler), 2);
    say("device 32", issue_message(0, 32, 0, 0, MESSAGE, handler), 2);
    say("function 8", issue_message(0, 3, 8, 0, MESSAGE, handler), 2);
    say("message as 108", issue_message(0, 3, 0, 0, 108, handler), 2);
    say("message as a pin's number", issue_message(0, 3, 0, 0, 5, handler), 0);
    say("message as a pin's number, of device 32", issue_message(0, 32, 0, 0, 5, handler), 0);
    say("message of device 32 nowhere", issue_message(0, 32, 0, 0, MESSAGE, CNODE), 0);
    say("message nowhere", issue_message(0, 3, 0, 0, MESSAGE, CNODE), 0);
    say("message truncated", ask(IRQ_CONTROL, IRQ_ISSUE_MSI, WORDS(handler, 64, 0, 3, 0, 0), WORDS(CNODE)), 0);
    say("message without a root", ask(IRQ_CONTROL, IRQ_ISSUE_MSI, WORDS(handler, 64, 0, 3, 0, 0, MESSAGE), NONE), 0);
    say("message of any handle", issue_message(255, 31, 7, 12345, MESSAGE, handler), 0);
    say("message again", issue_message(255, 31, 7, 12345, MESSAGE, spare), 0);
    say("pin as a message's number",
        ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(spare, 64, 0, 3, 0, 0, MESSAGE), WORDS(CNODE)), 0);
    say("badge", ask(CNODE, MINT, WORDS(badged, 64, notification, 64, RIGHTS_ALL, 77), WORDS(CNODE)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(badged)), 0);
    volatile u32 *edu = edu_open(MESSAGE);
    if (!edu) {
        print("no device that sends messages\n");
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        struct message m = {.cap = notification};
        edu_raise(edu);
        enter(WAIT, &m);
        edu_lower(edu);
        say_value("a message with the badge", m.cap);
        ask(handler, IRQ_ACK, NONE, NONE);
    }
    say("end of the handler", ask(CNODE, DELETE, WORDS(handler, 64), NONE), 0);
    say("message once more", issue_message(0, 3, 0, 0, MESSAGE, handler), 0);
}

void task_main(void)
{
    ask_ports();
    u64 frame = make(PAGE, 0);
    ask_tables(frame);
    ask_pages(frame);
    ask_large_pages();
    ask_asids();
    ask_domains();
    ask_interrupts();
    ask_message_interrupts();
    print("machine: done\n");
    task_stop();
}
