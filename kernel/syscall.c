/* SPDX-License-Identifier: GPL-3.0-only */
/* syscall.c: every entry into the kernel after boot. */
#include "cspace.h"
#include "debug.h"
#include "endpoint.h"
#include "fastpath.h"
#include "fault.h"
#include "invoke.h"
#include "irq.h"
#include "kernel.h"
#include "message.h"
#include "notification.h"
#include "sched.h"
#include "thread.h"

enum syscall {
#define SYSCALL(name, number) SYSCALL_##name = (number),
#define DEBUG_SYSCALL SYSCALL
#include "syscalls.def"
#undef DEBUG_SYSCALL
#undef SYSCALL
};

struct tcb *kernel_current(void)
{
    return this_core()->current;
}

/* --- receiving --- */

static void receive_fault(struct tcb *t, u64 pointer, struct lookup_failure f)
{
    arch_rewind_syscall(&t->context);
    fault_raise(t, (struct fault){.kind = FAULT_CAPABILITY, .detail = {pointer, true}, .lookup = f});
}
static const struct lookup_failure missing = {LOOKUP_MISSING_CAPABILITY};

/* t's reply capability; false: it faulted. */
static bool find_reply(struct tcb *t, struct reply **r)
{
    struct lookup_failure f;
    u64 pointer = arch_get(&t->context, ARCH_REPLY);
    struct slot *s = cspace_lookup(t, pointer, &f);
    if (s && cap_is(s->cap, CAP_REPLY)) {
        *r = cap_object(s->cap);
        return true;
    }
    receive_fault(t, pointer, s ? missing : f);
    return false;
}
static void receive(struct tcb *t, bool blocking, bool may_answer)
{
    struct lookup_failure f;
    struct reply *r = NULL;
    u64 pointer = arch_get(&t->context, ARCH_CAP);
    struct slot *s = cspace_lookup(t, pointer, &f);
    if (!s) {
        receive_fault(t, pointer, f);
        return;
    }
    bool readable = cap_rights(s->cap) & RIGHT_READ;
    if (cap_is(s->cap, CAP_ENDPOINT) && readable) {
        if (!may_answer || find_reply(t, &r))
            endpoint_receive(s->cap, t, blocking, r);
        return;
    }
    struct notification *n = cap_is(s->cap, CAP_NOTIFICATION) && readable ? cap_object(s->cap) : NULL;
    if (n && (!n->bound || n->bound == t))
        notification_wait(n, t, blocking);
    else
        receive_fault(t, pointer, missing);
}
/* Sends to `to`, then receives, unless the first half made t stop. */
static bool send_and_receive(struct tcb *t, u64 to, bool may_answer)
{
    if (!invoke(t, to, (struct invoke_how){.may_donate = true, .first_half = true}))
        return false;
    if (thread_is_runnable(t))
        receive(t, true, may_answer);
    return true;
}

/* --- entries --- */

/* False: stopped for an interrupt. */
static bool serve(struct tcb *t, i64 number)
{
    u64 to = arch_get(&t->context, ARCH_CAP);
    switch (number) {
    case SYSCALL_CALL:
        return invoke(t, to, (struct invoke_how){.is_call = true, .blocking = true, .may_donate = true});
    case SYSCALL_SEND:
        return invoke(t, to, (struct invoke_how){.blocking = true});
    case SYSCALL_NB_SEND:
        return invoke(t, to, (struct invoke_how){0});
    case SYSCALL_REPLY_RECV:
        return send_and_receive(t, arch_get(&t->context, ARCH_REPLY), true);
    case SYSCALL_NB_SEND_RECV:
        return send_and_receive(t, arch_get(&t->context, ARCH_NB_DEST), true);
    case SYSCALL_NB_SEND_WAIT:
        return send_and_receive(t, arch_get(&t->context, ARCH_REPLY), false);
    case SYSCALL_RECV:
    case SYSCALL_NB_RECV:
        receive(t, number == SYSCALL_RECV, true);
        return true;
    case SYSCALL_WAIT:
    case SYSCALL_NB_WAIT:
        receive(t, number == SYSCALL_WAIT, false);
        return true;
    case SYSCALL_YIELD:
        sched_skip_turn();
        return true;
    case SYSCALL_SET_TLS_BASE:
        arch_set_tls_base(&t->context, to);
        return true;
    default:
        break;
    }
    if (!debug_syscall(t, number)) {
        arch_rewind_syscall(&t->context);
        fault_raise(t, (struct fault){.kind = FAULT_UNKNOWN_SYSCALL, .detail = {(u64)number}});
    }
    return true;
}
static struct tcb *by_fast_path(i64 number)
{
    if (number == SYSCALL_CALL)
        return fastpath_call();
    return number == SYSCALL_REPLY_RECV ? fastpath_reply_receive() : NULL;
}
struct tcb *handle_syscall(i64 number)
{
    struct tcb *next = by_fast_path(number);
    if (next)
        return next;
    sched_enter();
    struct tcb *t = this_core()->current;
    if (!sched_check_budget()) {
        /* Made again when there is budget. */
        arch_rewind_syscall(&t->context);
        return sched_exit();
    }
    u64 behind = arch_program_counter(&t->context);
    bool done = serve(t, number);
    /* Stopped by its own doing, it makes the call again when it is resumed. A fault has put it there already. */
    if ((!done || t->state == THREAD_INACTIVE) && arch_program_counter(&t->context) == behind)
        arch_rewind_syscall(&t->context);
    return sched_exit();
}
/* Entries that are not the current thread's doing go on without budget. */
static void enter(void)
{
    sched_enter();
    if (!sched_check_budget())
        sched_choose_anew();
}
struct tcb *handle_interrupt(u64 irq)
{
    enter();
    if (!irq_deliver(irq))
        arch_irq_mask(irq);
    return sched_exit();
}
struct tcb *handle_timer(void)
{
    enter();
    this_core()->reprogram = true;
    return sched_exit();
}
struct tcb *handle_nothing(void)
{
    enter();
    return sched_exit();
}
/* A thread out of budget does again what it faulted at. */
static struct tcb *fault(struct fault f)
{
    sched_enter();
    if (sched_check_budget())
        fault_raise(this_core()->current, f);
    return sched_exit();
}
struct tcb *handle_vm_fault(u64 address, bool fetch, u64 status)
{
    return fault((struct fault){.kind = FAULT_VM, .detail = {address, fetch, status}});
}
struct tcb *handle_user_exception(u64 number, u64 code)
{
    return fault((struct fault){.kind = FAULT_USER_EXCEPTION, .detail = {number, code}});
}
