/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * thread.h: threads of the root domain. Each has a scheduling context, a notification it sleeps on, and a capability to
 * the guardian's endpoint that carries its number: its faults and its requests go there.
 *
 * Workers share a priority and take turns; a thread that works long in the background has a tenth of a turn.
 */
#ifndef LONA_SEL4_THREAD_H
#define LONA_SEL4_THREAD_H

#include "kernel.h"

#define ROUND_US 2000
#define ROUND_BACKGROUND_US 200

enum thread_priority {
    PRIORITY_NORMAL = 100,
    PRIORITY_CONSOLE = 120,
    PRIORITY_ALARM = 200,
    PRIORITY_GUARDIAN = 255,
};

struct thread {
    word number;
    void (*f)(void *argument);
    void *argument;
    seL4_CPtr tcb, context, wake, guardian;
    u64 busy_ns;                       /* that the kernel has told of: port_thread_busy_ns */
    void (*refused)(struct thread *t); /* where it begins anew after a fault for a bad capability, or NULL */
    /* park.c; with its lock */
    const u32 *at; /* NULL: it does not sleep */
    u64 until_ns;
    struct thread *next;
};

/* Thread-local storage of the first thread: before any other call of the kernel. */
void thread_init_storage(const seL4_BootInfo *info);
/* Makes the calling (first) thread one of these; endpoint: where faults are going to be received. */
MUST_CHECK bool thread_init(seL4_CPtr endpoint, const seL4_BootInfo *info);
/* On the guardian only. NULL: no memory, or too many. */
MUST_CHECK struct thread *thread_make(void (*f)(void *argument), void *argument, enum thread_priority priority);
/* A stopped or waiting thread begins anew there, on its empty stack. */
MUST_CHECK bool thread_restart(const struct thread *t, void (*f)(struct thread *t));
struct thread *thread_this(void);
struct thread *thread_number(word number); /* NULL: there is none */
seL4_CPtr thread_sched_control(void);
/* Sets budget and period of a scheduling context. */
MUST_CHECK bool thread_set_time(seL4_CPtr context, u64 budget_us, u64 period_us, word number);

/* ARCH/context.c: where a new thread begins: start(t), on that stack. */
MUST_CHECK bool thread_start_at(seL4_CPtr tcb, void (*start)(struct thread *t), struct thread *t, word stack_top);
/* Lays out thread-local storage in memory (zero-filled, that many bytes): what the thread pointer is. */
word thread_tls_layout(u8 *memory, word bytes);
/* Prints registers of a stopped thread. */
void thread_print_registers(seL4_CPtr tcb);

#endif
