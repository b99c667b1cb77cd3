/* SPDX-License-Identifier: GPL-3.0-only */
/* threads.c: threads of the VM as POSIX threads, waiting by futex (Linux). */
#define _GNU_SOURCE
#include "port.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES ((word)1 << 20)

unsigned port_cpus(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (unsigned)n : 1;
}

struct start {
    void (*f)(void *);
    void *argument;
    word id;
    u32 told;
};
static void *run(void *argument)
{
    struct start *s = argument, mine = *s;
    sigset_t none;
    sigfillset(&none); /* signals are the first thread's */
    pthread_sigmask(SIG_BLOCK, &none, NULL);
    s->id = (word)syscall(SYS_gettid);
    __atomic_store_n(&s->told, 1, __ATOMIC_RELEASE);
    port_unpark(&s->told, 1);
    mine.f(mine.argument);
    return NULL;
}

bool port_thread_start(void (*f)(void *argument), void *argument, word *id)
{
    struct start s = {.f = f, .argument = argument};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &attributes, run, &s) == 0;
    pthread_attr_destroy(&attributes);
    while (ok && !__atomic_load_n(&s.told, __ATOMIC_ACQUIRE))
        port_park(&s.told, 0, PORT_FOREVER);
    *id = s.id;
    return ok;
}

bool port_thread_background(word id, bool on)
{
    return setpriority(PRIO_PROCESS, (id_t)id, on ? 19 : 0) == 0;
}

u64 port_thread_busy_ns(word id)
{
    struct timespec t;
    clockid_t clock = (clockid_t)(~(u32)id << 3 | 6); /* the kernel's name for the time of one thread by its number */
    return clock_gettime(clock, &t) ? port_monotonic_ns() : (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

void port_park(const u32 *at, u32 expected, u64 until_ns)
{
    struct timespec t = {.tv_sec = (time_t)(until_ns / 1000000000u), .tv_nsec = (long)(until_ns % 1000000000u)};
    bool forever = until_ns == PORT_FOREVER;
    /* FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock */
    syscall(SYS_futex, at, FUTEX_WAIT_BITSET_PRIVATE, expected, forever ? NULL : &t, NULL, FUTEX_BITSET_MATCH_ANY);
}

void port_unpark(const u32 *at, unsigned n)
{
    syscall(SYS_futex, at, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}
