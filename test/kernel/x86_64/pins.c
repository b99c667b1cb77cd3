/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * pins.c: a root task with two handlers for the timer's pin. The second takes it: interrupts come by that one, whatever
 * becomes of the first.
 */
#include "task.h"

#define PIN 2
#define PIT_HZ 100

static u64 handler_for(u64 irq, u64 notification)
{
    u64 handler = next_slot++;
    say("handler", ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, PIN, 0, 0, irq), WORDS(CNODE)), 0);
    say("set handler", ask(handler, IRQ_SET_HANDLER, NONE, WORDS(notification)), 0);
    return handler;
}

void task_main(void)
{
    u64 mine = make(NOTIFICATION, 0), other = make(NOTIFICATION, 0), pit = next_slot++, divisor = 1193182 / PIT_HZ;
    u64 first = handler_for(5, other), second = handler_for(7, mine);
    say("ports of the timer", ask(PORT_CONTROL, PORT_ISSUE, WORDS(0x40, 0x43, pit, 64), WORDS(CNODE)), 0);
    ask(pit, PORT_OUT8, WORDS(0x43, 0x34), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor & 0xff), NONE);
    ask(pit, PORT_OUT8, WORDS(0x40, divisor >> 8), NONE);
    ask(first, IRQ_ACK, NONE, NONE);
    ask(second, IRQ_ACK, NONE, NONE);
    for (unsigned i = 0; i < 10; i++) {
        enter(WAIT, &(struct message){.cap = mine});
        ask(second, IRQ_ACK, NONE, NONE);
        if (i == 0) /* the second waits for the next one */
            say("end of the first handler", ask(CNODE, DELETE, WORDS(first, 64), NONE), 0);
    }
    say("ten interrupts", 0, 0);
    task_stop();
}
