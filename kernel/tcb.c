/* SPDX-License-Identifier: GPL-3.0-only */
/* tcb.c: invocations of threads. */
#include "derive.h"
#include "destroy.h"
#include "endpoint.h"
#include "fault.h"
#include "message.h"
#include "notification.h"
#include "object.h"
#include "sched.h"
#include "sched_context.h"
#include "thread.h"

static struct tcb *target(const struct invocation *v)
{
    return cap_object(v->cap);
}
static enum error truncated(struct invocation *v)
{
    return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
}
static enum error illegal(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}

/* --- registers --- */

/* What a thread that is blocked in a system call would go on with if it were cancelled. */
static u64 read_register(struct tcb *t, unsigned i)
{
    u64 now = arch_register_read(&t->context, i);
    if (i != ARCH_PROGRAM_COUNTER || !thread_is_in_syscall(t))
        return now;
    arch_rewind_syscall(&t->context);
    u64 before = arch_register_read(&t->context, i);
    arch_register_write(&t->context, i, now);
    return before;
}
static enum error read_registers(struct invocation *v)
{
    struct tcb *t = target(v);
    if (v->words < 2)
        return truncated(v);
    u64 flags = invocation_word(v, 0), count = invocation_word(v, 1);
    if (count < 1 || count > ARCH_REGISTERS)
        return fail_range(&v->failure, 1, ARCH_REGISTERS);
    if (t == v->caller)
        return illegal(v);
    if (flags & 1)
        thread_suspend(t);
    for (unsigned i = 0; i < count; i++)
        invocation_answer(v, i, read_register(t, i));
    return ERROR_NONE;
}
static enum error write_registers(struct invocation *v)
{
    struct tcb *t = target(v);
    if (v->words < 2)
        return truncated(v);
    u64 flags = invocation_word(v, 0), count = invocation_word(v, 1);
    if (v->words - 2 < count)
        return truncated(v);
    if (t == v->caller)
        return illegal(v);
    for (unsigned i = 0; i < count && i < ARCH_REGISTERS; i++)
        arch_register_write(&t->context, i, invocation_word(v, 2 + i));
    arch_registers_changed(t);
    endpoint_caller_changed(t);
    if (count > 0)
        thread_place(t);
    if (flags & 1)
        thread_resume(t);
    return ERROR_NONE;
}
static enum error copy_registers(struct invocation *v)
{
    enum { SUSPEND_SOURCE = 1, RESUME_TARGET = 2, FRAME = 4, INTEGER = 8 };
    struct tcb *t = target(v);
    if (v->words < 1 || v->extras < 1)
        return truncated(v);
    if (!cap_is(v->extra[0]->cap, CAP_TCB))
        return fail_capability(&v->failure, 1);
    struct tcb *source = cap_object(v->extra[0]->cap);
    u64 flags = invocation_word(v, 0);
    if (flags & SUSPEND_SOURCE)
        thread_suspend(source);
    if (flags & RESUME_TARGET)
        thread_resume(t);
    for (unsigned i = 0; i < ARCH_REGISTERS; i++) {
        if (flags & (i < ARCH_FRAME_REGISTERS ? FRAME : INTEGER))
            arch_register_write(&t->context, i, read_register(source, i));
    }
    arch_registers_changed(t);
    endpoint_caller_changed(t);
    if (flags & FRAME)
        thread_place(t);
    if (t == v->caller)
        sched_choose_anew();
    return ERROR_NONE;
}

/* --- priorities --- */

/* Extra capability 0 is a thread whose maximum bounds what may be given. */
static enum error check_authority(struct invocation *v, u64 priority)
{
    if (!cap_is(v->extra[0]->cap, CAP_TCB))
        return fail_capability(&v->failure, 1);
    u8 most = ((struct tcb *)cap_object(v->extra[0]->cap))->max_priority;
    return priority > most ? fail_range(&v->failure, 0, most) : ERROR_NONE;
}
static enum error set_priority(struct invocation *v)
{
    if (v->words < 1 || v->extras < 1)
        return truncated(v);
    u64 priority = invocation_word(v, 0);
    enum error e = check_authority(v, priority);
    if (e == ERROR_NONE)
        thread_set_priority(target(v), (u8)priority);
    return e;
}
static enum error set_max_priority(struct invocation *v)
{
    if (v->words < 1 || v->extras < 1)
        return truncated(v);
    u64 priority = invocation_word(v, 0);
    enum error e = check_authority(v, priority);
    if (e == ERROR_NONE)
        target(v)->max_priority = (u8)priority;
    return e;
}

/* --- what a thread holds --- */

/* What was left to be deleted is deleted meanwhile; it may have been the thread. */
static bool is_there(const struct invocation *v)
{
    return cap_same_object(v->cap, v->slot->cap);
}
/*
 * source's capability, as c, becomes the thread's in slot i; a null one leaves it empty. The old one may end with all
 * it holds: the new one, and the thread itself.
 */
static enum error hold(struct invocation *v, enum tcb_slot i, struct slot *source, struct cap c)
{
    struct slot *s = &target(v)->slot[i];
    enum error e = destroy_capability(s);
    if (e != ERROR_NONE)
        return e;
    if (!cap_is_null(c) && cap_same_object(c, source->cap) && is_there(v))
        derive_insert(source, s, c);
    return ERROR_NONE;
}
static enum error check_fault_handler(struct invocation *v, unsigned extra)
{
    return fault_handler_is_valid(v->extra[extra]->cap) ? ERROR_NONE : fail_capability(&v->failure, extra + 1);
}
static enum error set_timeout_endpoint(struct invocation *v)
{
    if (v->extras < 1)
        return truncated(v);
    enum error e = check_fault_handler(v, 0);
    return e != ERROR_NONE ? e : hold(v, TCB_TIMEOUT_HANDLER, v->extra[0], v->extra[0]->cap);
}
static enum error check_sched_context(struct invocation *v, struct cap c)
{
    if (cap_is_null(c))
        return target(v) == v->caller ? illegal(v) : ERROR_NONE;
    if (!cap_is(c, CAP_SCHED_CONTEXT))
        return fail_capability(&v->failure, 2);
    return sched_context_check_bind(cap_object(c), target(v), &v->failure);
}
static enum error set_sched_params(struct invocation *v)
{
    struct tcb *t = target(v);
    if (v->words < 2 || v->extras < 3)
        return truncated(v);
    u64 max_priority = invocation_word(v, 0), priority = invocation_word(v, 1);
    /* First: the end of a call gives time back, to this thread too; and the thread and its time may end. */
    enum error e = destroy_dying();
    struct cap context = v->extra[1]->cap;
    if (e == ERROR_NONE && !is_there(v))
        e = fail_capability(&v->failure, 0);
    if (e == ERROR_NONE)
        e = check_authority(v, max_priority);
    if (e == ERROR_NONE)
        e = check_authority(v, priority);
    if (e == ERROR_NONE)
        e = check_sched_context(v, context);
    if (e == ERROR_NONE)
        e = check_fault_handler(v, 2);
    if (e == ERROR_NONE)
        e = hold(v, TCB_FAULT_HANDLER, v->extra[2], v->extra[2]->cap);
    if (e != ERROR_NONE)
        return e;
    t->max_priority = (u8)max_priority;
    thread_set_priority(t, (u8)priority);
    if (!cap_is_null(context))
        sched_context_bind(cap_object(context), t);
    else if (t->context_of_time)
        sched_context_unbind(t);
    return ERROR_NONE;
}

/* The IPC buffer's capability as it is to be held; null: none. */
static enum error check_buffer(struct invocation *v, struct slot *source, u64 address, struct cap *c)
{
    *c = cap_null();
    if (address == 0)
        return ERROR_NONE;
    enum error e = arch_check_buffer(source->cap, address, &v->failure);
    return e != ERROR_NONE ? e : derive_copy(source, source->cap, c, &v->failure);
}
static enum error hold_buffer(struct invocation *v, struct slot *source, struct cap c, u64 address)
{
    enum error e = hold(v, TCB_BUFFER, source, c);
    if (e == ERROR_NONE)
        target(v)->buffer = address;
    return e;
}
static enum error set_ipc_buffer(struct invocation *v)
{
    struct cap c;
    if (v->words < 1 || v->extras < 1)
        return truncated(v);
    u64 address = invocation_word(v, 0);
    enum error e = check_buffer(v, v->extra[0], address, &c);
    return e != ERROR_NONE ? e : hold_buffer(v, v->extra[0], c, address);
}

struct spaces {
    struct slot *cspace_source, *vspace_source;
    struct cap cspace, vspace;
};
static enum error with_data(struct invocation *v, struct slot *source, u64 data, struct cap *c)
{
    struct cap changed = data ? cap_with_data(source->cap, data, false) : source->cap;
    return derive_copy(source, changed, c, &v->failure);
}
/* Words first and first + 1 are their data, extra capabilities from extra on the two roots. */
static enum error check_spaces(struct invocation *v, unsigned first, unsigned extra, struct spaces *s)
{
    s->cspace_source = v->extra[extra];
    s->vspace_source = v->extra[extra + 1];
    enum error e = with_data(v, s->cspace_source, invocation_word(v, first), &s->cspace);
    if (e == ERROR_NONE && !cap_is(s->cspace, CAP_CNODE))
        e = illegal(v);
    if (e == ERROR_NONE)
        e = with_data(v, s->vspace_source, invocation_word(v, first + 1), &s->vspace);
    if (e == ERROR_NONE && !arch_is_vspace(s->vspace))
        e = illegal(v);
    return e;
}
static enum error hold_spaces(struct invocation *v, const struct spaces *s)
{
    enum error e = hold(v, TCB_CSPACE, s->cspace_source, s->cspace);
    if (e == ERROR_NONE)
        e = hold(v, TCB_VSPACE, s->vspace_source, s->vspace);
    if (target(v) == this_core()->current)
        sched_choose_anew();
    return e;
}
static enum error set_space(struct invocation *v)
{
    struct spaces s;
    if (v->words < 2 || v->extras < 3)
        return truncated(v);
    enum error e = check_fault_handler(v, 0);
    if (e == ERROR_NONE)
        e = check_spaces(v, 0, 1, &s);
    if (e == ERROR_NONE)
        e = hold(v, TCB_FAULT_HANDLER, v->extra[0], v->extra[0]->cap);
    return e != ERROR_NONE ? e : hold_spaces(v, &s);
}
static enum error configure(struct invocation *v)
{
    struct spaces s;
    struct cap buffer;
    if (v->words < 3 || v->extras < 3)
        return truncated(v);
    u64 address = invocation_word(v, 2);
    enum error e = check_buffer(v, v->extra[2], address, &buffer);
    if (e == ERROR_NONE)
        e = check_spaces(v, 0, 0, &s);
    if (e == ERROR_NONE)
        e = hold_spaces(v, &s);
    return e != ERROR_NONE ? e : hold_buffer(v, v->extra[2], buffer, address);
}

/* --- the rest --- */

static enum error suspend(struct invocation *v)
{
    thread_suspend(target(v));
    return ERROR_NONE;
}
static enum error resume(struct invocation *v)
{
    thread_resume(target(v));
    return ERROR_NONE;
}
static enum error bind_notification(struct invocation *v)
{
    struct tcb *t = target(v);
    if (v->extras < 1)
        return truncated(v);
    struct cap c = v->extra[0]->cap;
    if (t->bound || !cap_is(c, CAP_NOTIFICATION) || !(cap_rights(c) & RIGHT_READ))
        return illegal(v);
    struct notification *n = cap_object(c);
    if (n->bound || !queue_is_empty(&n->queue))
        return illegal(v);
    notification_bind(n, t);
    return ERROR_NONE;
}
static enum error unbind_notification(struct invocation *v)
{
    if (!target(v)->bound)
        return illegal(v);
    notification_unbind(target(v));
    return ERROR_NONE;
}
static enum error set_tls_base(struct invocation *v)
{
    if (v->words < 1)
        return truncated(v);
    arch_set_tls_base(&target(v)->context, invocation_word(v, 0));
    if (target(v) == v->caller)
        sched_choose_anew();
    return ERROR_NONE;
}
static enum error set_flags(struct invocation *v)
{
    struct tcb *t = target(v);
    if (v->words < 2)
        return truncated(v);
    u64 clear = invocation_word(v, 0), set = invocation_word(v, 1);
    t->flags = (u32)(((t->flags & ~clear) | set) & TCB_FLAGS);
    arch_flags_changed(t);
    invocation_answer(v, 0, t->flags);
    return ERROR_NONE;
}

enum error tcb_invoke(struct invocation *v)
{
    static enum error (*const operations[])(struct invocation *) = {
        [LABEL_TCB_READ_REGISTERS] = read_registers,
        [LABEL_TCB_WRITE_REGISTERS] = write_registers,
        [LABEL_TCB_COPY_REGISTERS] = copy_registers,
        [LABEL_TCB_CONFIGURE] = configure,
        [LABEL_TCB_SET_PRIORITY] = set_priority,
        [LABEL_TCB_SET_MC_PRIORITY] = set_max_priority,
        [LABEL_TCB_SET_SCHED_PARAMS] = set_sched_params,
        [LABEL_TCB_SET_TIMEOUT_ENDPOINT] = set_timeout_endpoint,
        [LABEL_TCB_SET_IPC_BUFFER] = set_ipc_buffer,
        [LABEL_TCB_SET_SPACE] = set_space,
        [LABEL_TCB_SUSPEND] = suspend,
        [LABEL_TCB_RESUME] = resume,
        [LABEL_TCB_BIND_NOTIFICATION] = bind_notification,
        [LABEL_TCB_UNBIND_NOTIFICATION] = unbind_notification,
        [LABEL_TCB_SET_TLS_BASE] = set_tls_base,
        [LABEL_TCB_SET_FLAGS] = set_flags,
    };
    if (v->label < LABEL_TCB_READ_REGISTERS || v->label > LABEL_TCB_SET_FLAGS)
        return illegal(v);
    return operations[v->label](v);
}
