/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * events.c: port_io_events. Its thread sleeps on one notification: bit 0 of what it is told says that something is to
 * be told, the others that the interrupt of that line has come. It runs above the workers.
 */
#include "caps.h"
#include "courier.h"
#include "thread.h"

static seL4_CPtr notification, teller;

bool events_init(void)
{
    notification = caps_make(seL4_NotificationObject, 0, seL4_NotificationBits, 1);
    teller = notification ? caps_mint(notification, seL4_CapRights_new(0, 0, 0, 1), 1) : 0;
    return teller != 0;
}
void events_tell(void)
{
    seL4_Signal(teller);
}
bool events_mint(seL4_CPtr slot, unsigned line)
{
    return slot_mint(slot, notification, 1, (word)1 << line) == seL4_NoError;
}
unsigned port_io_events(struct port_event *events, unsigned max)
{
    static bool raised;
    unsigned n;
    if (!raised) {
        const struct thread *me = thread_this();
        raised = INVOKE(me->tcb, TCBSetPriority, ((seL4_CPtr[]){seL4_CapInitThreadTCB}), 1, PRIORITY_CONSOLE) == 0;
    }
    while ((n = held_collect(events, max)) == 0) {
        word badge = 0;
        seL4_Wait(notification, &badge);
        lock_take(&held_lock);
        for (unsigned line = 1; line < 64; line++)
            if (badge >> line & 1)
                hw_arrived(line);
        lock_release(&held_lock);
    }
    return n;
}
