/* SPDX-License-Identifier: GPL-3.0-only */
/* thread.h: a thread's states and how it leaves them. */
#ifndef LONA_KERNEL_THREAD_H
#define LONA_KERNEL_THREAD_H

#include "invocation.h"
#include "tcb.h"

void thread_init(struct tcb *t);
static inline bool thread_is_blocked(const struct tcb *t)
{
    return t->state >= THREAD_BLOCKED_SEND && t->state <= THREAD_BLOCKED_NOTIFICATION;
}
static inline bool thread_is_runnable(const struct tcb *t)
{
    return t->state == THREAD_RUNNING;
}
/* t is blocked in a system call, which it makes again when that is cancelled. */
static inline bool thread_is_in_syscall(const struct tcb *t)
{
    return thread_is_blocked(t) && t->fault.kind == FAULT_NONE && !t->is_placed;
}
/* t, which runs or is blocked, gets another state; the scheduler hears of it. */
void thread_set_state(struct tcb *t, enum thread_state state);
/* t leaves what it is blocked on, if anything, and is inactive. Its system call will be made again. */
void thread_cancel(struct tcb *t);
/* t, which is blocked, has what it waited for: its system call is over and it runs. */
void thread_unblock(struct tcb *t);
/* t, which has left what it waited for, is inactive. Its system call will be made again. */
void thread_stop(struct tcb *t);
/* t's program counter was written: there it goes on, also when it is blocked in a system call now. */
void thread_place(struct tcb *t);
void thread_suspend(struct tcb *t);
void thread_resume(struct tcb *t);
/* t was cancelled (by the end of what it waited for) and goes on. */
void thread_restart(struct tcb *t);
/* The last capability is gone. */
void thread_finalise(struct tcb *t);
void thread_set_priority(struct tcb *t, u8 priority);

MUST_CHECK enum error tcb_invoke(struct invocation *v);

#endif
