/* SPDX-License-Identifier: GPL-3.0-only */
#include "thread.h"

#include "caps.h"
#include "layout.h"
#include "paging.h"

static struct {
    struct thread at[THREADS_MAX];
    word count; /* atomic: grows on the guardian, others read */
    seL4_CPtr endpoint, sched_control;
} threads;

static __thread struct thread *this_thread;
__thread seL4_IPCBuffer *__sel4_ipc_buffer;

/* vm.ld: the size of thread-local storage and of what lies around it; the first thread's. */
extern u8 tls_bytes[], boot_tls[];

struct thread *thread_this(void)
{
    return this_thread;
}
struct thread *thread_number(word number)
{
    return number < __atomic_load_n(&threads.count, __ATOMIC_ACQUIRE) ? &threads.at[number] : NULL;
}
seL4_CPtr thread_sched_control(void)
{
    return threads.sched_control;
}
static word area_of(const struct thread *t)
{
    return THREADS_BASE + t->number * THREAD_AREA;
}

/* 0: memory is out. */
static word tls_make(const struct thread *t)
{
    word bytes = (word)tls_bytes, base = area_of(t) + TLS_BASE;
    for (word at = 0; at < bytes; at += PAGE_SIZE) {
        if (!paging_add(base + at, false, PAGING_WRITE))
            return 0;
    }
    return thread_tls_layout((u8 *)base, bytes);
}

bool thread_set_time(seL4_CPtr context, u64 budget_us, u64 period_us, word number)
{
    return seL4_SchedControl_ConfigureFlags(threads.sched_control, context, budget_us, period_us, 0, number, 0) ==
           seL4_NoError;
}

static void thread_begin(struct thread *t)
{
    __sel4_ipc_buffer = (seL4_IPCBuffer *)(area_of(t) + IPC_BUFFER);
    this_thread = t;
    t->f(t->argument);
    for (;;)
        seL4_TCB_Suspend(t->tcb);
}

void thread_init_storage(const seL4_BootInfo *info)
{
    /* The call needs no buffer, unless it fails. */
    seL4_TCB_SetTLSBase(seL4_CapInitThreadTCB, thread_tls_layout(boot_tls, (word)tls_bytes));
    __sel4_ipc_buffer = info->ipcBuffer;
}
bool thread_init(seL4_CPtr endpoint, const seL4_BootInfo *info)
{
    struct thread *t = &threads.at[0];
    threads.endpoint = endpoint;
    threads.sched_control = info->schedcontrol.start;
    *t = (struct thread){.tcb = seL4_CapInitThreadTCB, .context = seL4_CapInitThreadSC};
    this_thread = t;
    t->wake = caps_make(seL4_NotificationObject, 0, seL4_NotificationBits, 1);
    __atomic_store_n(&threads.count, 1, __ATOMIC_RELEASE);
    return t->wake != 0;
}

static bool make_objects(struct thread *t)
{
    seL4_CapRights_t to_guardian = seL4_CapRights_new(true, false, false, true);
    t->tcb = caps_make(seL4_TCBObject, 0, seL4_TCBBits, 1);
    t->context = caps_make(seL4_SchedContextObject, seL4_MinSchedContextBits, seL4_MinSchedContextBits, 1);
    t->wake = caps_make(seL4_NotificationObject, 0, seL4_NotificationBits, 1);
    t->guardian = caps_mint(threads.endpoint, to_guardian, t->number);
    return t->tcb && t->context && t->wake && t->guardian && thread_set_time(t->context, ROUND_US, ROUND_US, t->number);
}

bool thread_restart(const struct thread *t, void (*f)(struct thread *t))
{
    return thread_start_at(t->tcb, f, &threads.at[t->number], area_of(t) + STACK_TOP);
}

struct thread *thread_make(void (*f)(void *argument), void *argument, enum thread_priority priority)
{
    if (threads.count == THREADS_MAX)
        return NULL;
    struct thread *t = &threads.at[threads.count];
    *t = (struct thread){.number = threads.count, .f = f, .argument = argument};
    word area = area_of(t), buffer = area + IPC_BUFFER;
    if (!make_objects(t))
        return NULL;
    seL4_CPtr frame = paging_add(buffer, false, PAGING_WRITE);
    word tls = frame ? tls_make(t) : 0;
    if (!tls || seL4_TCB_Configure(t->tcb, caps_root(), caps_root_data(), seL4_CapInitThreadVSpace, 0, buffer, frame) ||
        seL4_TCB_SetTLSBase(t->tcb, tls) ||
        seL4_TCB_SetSchedParams(t->tcb, seL4_CapInitThreadTCB, priority, priority, t->context, t->guardian))
        return NULL;
    __atomic_store_n(&threads.count, threads.count + 1, __ATOMIC_RELEASE);
    return thread_start_at(t->tcb, thread_begin, t, area + STACK_TOP) ? t : NULL;
}
