/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * park.c: sleepers are in one list, under a lock of the kernel's kind (a counter in memory, a notification where it is
 * taken), since the locks of the VM sleep by port_park.
 *
 * Time: no timer device is needed. The alarm's thread, above all workers, gives up its budget, and its period is the
 * time until the next deadline: the kernel lets it run again when the budget is filled up. The budget is a large part
 * of the period, so that it is not used up before the alarm sleeps again, which would make it a period late. Changing
 * the period of a thread that waits for its budget does not shorten the wait, so whoever brings an earlier deadline
 * takes the scheduling context off the alarm, sets it anew and gives it back: the alarm runs at once and looks again.
 */
#include "park.h"

#include "caps.h"
#include "port.h"

#define ALARM_LEAST_US 200 /* its budget is well above the kernel's least one, which would never be filled up */
#define ALARM_MOST_US 60000000ull
#define AWAKE_US 5000 /* with a budget as large as the period nothing is waited for */

static struct {
    u32 waiting; /* atomic: threads that have the lock or want it */
    seL4_CPtr lock;
    /* with the lock */
    struct thread *sleepers;
    struct thread *alarm;
    u64 armed_ns; /* when the alarm looks again; PORT_FOREVER: when it is signalled */
} park;

bool park_init(void)
{
    park.lock = caps_make(seL4_NotificationObject, 0, seL4_NotificationBits, 1);
    return park.lock != 0;
}
static void lock(void)
{
    if (__atomic_fetch_add(&park.waiting, 1, __ATOMIC_ACQUIRE))
        seL4_Wait(park.lock, NULL);
}
static void unlock(void)
{
    if (__atomic_fetch_sub(&park.waiting, 1, __ATOMIC_RELEASE) > 1)
        seL4_Signal(park.lock);
}

/* --- the alarm --- */

static u64 wake_due(u64 now_ns)
{
    u64 next_ns = PORT_FOREVER;
    for (struct thread **at = &park.sleepers, *t; (t = *at) != NULL;) {
        if (t->until_ns <= now_ns) {
            *at = t->next;
            t->at = NULL;
            seL4_Signal(t->wake);
            continue;
        }
        if (t->until_ns < next_ns)
            next_ns = t->until_ns;
        at = &t->next;
    }
    return next_ns;
}
static void alarm_sleep(const struct thread *me, u64 wait_ns)
{
    u64 us = wait_ns / 1000 + 1;
    us = us < ALARM_LEAST_US ? ALARM_LEAST_US : us > ALARM_MOST_US ? ALARM_MOST_US : us;
    bool set = thread_set_time(me->context, us / 4 * 3, us, me->number);
    ENSURE(set, "the alarm's time can be set");
    seL4_Yield();
}
void park_alarm(void *unused)
{
    struct thread *me = thread_this();
    lock();
    park.alarm = me;
    for (;;) {
        u64 now_ns = port_monotonic_ns(), next_ns = park.armed_ns = wake_due(now_ns);
        unlock();
        if (next_ns == PORT_FOREVER)
            seL4_Wait(me->wake, NULL);
        else
            alarm_sleep(me, next_ns - now_ns);
        lock();
    }
}
static void arm(u64 until_ns)
{
    struct thread *alarm = park.alarm;
    if (!alarm || until_ns >= park.armed_ns)
        return;
    bool waits = park.armed_ns == PORT_FOREVER;
    park.armed_ns = until_ns;
    if (waits) {
        seL4_Signal(alarm->wake);
        return;
    }
    seL4_SchedContext_Unbind(alarm->context);
    bool set = thread_set_time(alarm->context, AWAKE_US, AWAKE_US, alarm->number);
    ENSURE(set && !seL4_SchedContext_Bind(alarm->context, alarm->tcb), "the alarm's time can be set");
}

/* --- sleeping --- */

void port_park(const u32 *at, u32 expected, u64 until_ns)
{
    struct thread *me = thread_this();
    lock();
    if (__atomic_load_n(at, __ATOMIC_SEQ_CST) != expected || until_ns <= port_monotonic_ns()) {
        unlock();
        return;
    }
    me->at = at;
    me->until_ns = until_ns;
    me->next = park.sleepers;
    park.sleepers = me;
    arm(until_ns);
    unlock();
    seL4_Wait(me->wake, NULL);
}

void port_unpark(const u32 *address, unsigned n)
{
    lock();
    for (struct thread **at = &park.sleepers, *t; n && (t = *at) != NULL;) {
        if (t->at != address) {
            at = &t->next;
            continue;
        }
        *at = t->next;
        t->at = NULL;
        n--;
        seL4_Signal(t->wake);
    }
    unlock();
}
