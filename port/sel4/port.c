/* SPDX-License-Identifier: GPL-3.0-only */
/* port.c: the rest of port.h: time, chance, threads by way of the guardian, what there is not. */
#include "port.h"

#include "boot.h"
#include "console.h"
#include "guardian.h"
#include "machine.h"
#include "port_init.h"
#include "pure.h"

static struct {
    u64 scale;   /* nanoseconds a count, with 32 bits of fraction */
    u64 start;   /* of the counter */
    u64 wall_ns; /* at the start */
} clock;

void port_clock_init(void)
{
    clock.scale = (u64)(((unsigned __int128)1000000000 << 32) / machine_counter_hz());
    clock.start = machine_counter();
    clock.wall_ns = machine_wall_seconds() * 1000000000u;
}
u64 port_monotonic_ns(void)
{
    return (u64)((unsigned __int128)(machine_counter() - clock.start) * clock.scale >> 32);
}
u64 port_wall_clock_ns(void)
{
    return clock.wall_ns + port_monotonic_ns();
}

unsigned port_cpus(void)
{
    return 1;
}
bool port_thread_start(void (*f)(void *argument), void *argument, word *id)
{
    return guardian_ask(ASK_THREAD, (word)f, (word)argument, id) != 0;
}
/* It keeps its priority, since it must get on while others work without a pause; its rounds are short. */
bool port_thread_background(word id, bool on)
{
    const struct thread *t = thread_number(id);
    u64 round_us = on ? ROUND_BACKGROUND_US : ROUND_US;
    return t && thread_set_time(t->context, round_us, round_us, id);
}

/* One thread at a time asks: the kernel tells what was used since it was asked last. */
u64 port_thread_busy_ns(word id)
{
    struct thread *t = thread_number(id);
    seL4_SchedContext_Consumed_t used = seL4_SchedContext_Consumed(t->context);
    if (!used.error)
        t->busy_ns += used.consumed * 1000;
    return t->busy_ns;
}

const char *port_setting(const char *name)
{
    return NULL;
}

/* A root task cannot switch the machine off. */
void port_exit(int status)
{
    console_print("\nlona: ended with status %u\n", (u64)(unsigned)status);
    for (;;)
        seL4_TCB_Suspend(thread_this()->tcb);
}
