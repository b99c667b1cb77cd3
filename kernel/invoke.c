/* SPDX-License-Identifier: GPL-3.0-only */
/* invoke.c: which object an invocation is for, and how its result goes back. */
#include "invoke.h"
#include "cnode.h"
#include "cspace.h"
#include "derive.h"
#include "domain.h"
#include "endpoint.h"
#include "fault.h"
#include "irq.h"
#include "message.h"
#include "notification.h"
#include "reply.h"
#include "sched.h"
#include "sched_context.h"
#include "thread.h"
#include "untyped.h"

u64 invocation_word(const struct invocation *v, unsigned i)
{
    return message_word(v->caller, i);
}
void invocation_answer(struct invocation *v, unsigned i, u64 value)
{
    if (v->is_call && message_set_word(v->caller, i, value) && v->answer_words < i + 1)
        v->answer_words = i + 1;
}
enum error invocation_empty_slot(struct invocation *v, struct cap root, u64 index, u64 depth, struct slot **found)
{
    enum error e = cspace_slot(root, index, depth, false, found, &v->failure);
    if (e == ERROR_NONE && !slot_is_empty(*found))
        return fail(&v->failure, ERROR_DELETE_FIRST);
    return e;
}

/* --- objects that pass messages --- */

static enum error invoke_endpoint(struct invocation *v, struct invoke_how how)
{
    unsigned rights = cap_rights(v->cap);
    if (!(rights & RIGHT_WRITE))
        return fail_capability(&v->failure, 0);
    endpoint_send(cap_object(v->cap), (struct send){.sender = v->caller,
                                                    .badge = v->cap.word[1],
                                                    .blocking = how.blocking,
                                                    .is_call = v->is_call,
                                                    .may_grant = rights & RIGHT_GRANT,
                                                    .may_grant_reply = rights & RIGHT_GRANT_REPLY,
                                                    .may_donate = how.may_donate});
    v->is_call = false; /* somebody else answers */
    return ERROR_NONE;
}
static enum error invoke_notification(struct invocation *v)
{
    if (!(cap_rights(v->cap) & RIGHT_WRITE))
        return fail_capability(&v->failure, 0);
    notification_signal(cap_object(v->cap), v->cap.word[1]);
    return ERROR_NONE;
}
static enum error invoke_reply(struct invocation *v)
{
    reply_send(v->caller, cap_object(v->cap), cap_rights(v->cap) & RIGHT_GRANT);
    return ERROR_NONE;
}
/* Those that make the caller run on cannot be had in the first half of a system call. */
static bool is_for_kernel(enum cap_type type)
{
    return type == CAP_TCB || type == CAP_DOMAIN || type == CAP_CNODE || type == CAP_SCHED_CONTROL ||
           type == CAP_SCHED_CONTEXT;
}

static enum error dispatch(struct invocation *v, struct invoke_how how)
{
    enum cap_type type = cap_type(v->cap);
    if (how.first_half && is_for_kernel(type))
        return fail_capability(&v->failure, 0);
    switch (type) {
    case CAP_ENDPOINT:
        return invoke_endpoint(v, how);
    case CAP_NOTIFICATION:
        return invoke_notification(v);
    case CAP_REPLY:
        return invoke_reply(v);
    case CAP_UNTYPED:
        return untyped_invoke(v);
    case CAP_CNODE:
        return cnode_invoke(v);
    case CAP_TCB:
        return tcb_invoke(v);
    case CAP_SCHED_CONTEXT:
        return sched_context_invoke(v);
    case CAP_SCHED_CONTROL:
        return sched_control_invoke(v);
    case CAP_IRQ_CONTROL:
        return irq_invoke_control(v);
    case CAP_IRQ_HANDLER:
        return irq_invoke_handler(v);
    case CAP_DOMAIN:
        return domain_invoke(v);
    case CAP_NULL:
    case CAP_DYING:
        return fail_capability(&v->failure, 0);
    default:
        return arch_invoke(v);
    }
}

/* --- results --- */

static unsigned write_failure(struct tcb *t, const struct failure *f)
{
    switch (f->error) {
    case ERROR_INVALID_ARGUMENT:
    case ERROR_INVALID_CAPABILITY:
    case ERROR_NOT_ENOUGH_MEMORY:
        message_set_word(t, 0, f->detail[0]);
        return 1;
    case ERROR_RANGE:
        message_set_word(t, 0, f->detail[0]);
        message_set_word(t, 1, f->detail[1]);
        return 2;
    case ERROR_FAILED_LOOKUP:
        message_set_word(t, 0, f->from_source);
        return lookup_failure_write(f->lookup, t, 1);
    case ERROR_NONE:
    case ERROR_ILLEGAL_OPERATION:
    case ERROR_ALIGNMENT:
    case ERROR_TRUNCATED_MESSAGE:
    case ERROR_DELETE_FIRST:
    case ERROR_REVOKE_FIRST:
    case ERROR_PREEMPTED:
        return 0;
    }
    return 0;
}
static void answer(struct invocation *v, enum error e)
{
    unsigned words = e == ERROR_NONE ? v->answer_words : write_failure(v->caller, &v->failure);
    message_set(v->caller, 0, message_make_info(e, words));
}

/* The capability that was to be used is not there: the caller faults, unless it did not want to wait. */
static void no_capability(struct tcb *t, u64 pointer, struct lookup_failure f, bool blocking)
{
    if (!blocking)
        return;
    arch_rewind_syscall(&t->context);
    fault_raise(t, (struct fault){.kind = FAULT_CAPABILITY, .detail = {pointer, false}, .lookup = f});
}
bool invoke(struct tcb *t, u64 pointer, struct invoke_how how)
{
    struct invocation v; /* clearing it would cost as much as many an operation */
    struct lookup_failure f;
    u64 info = message_info(t), bad;
    v.slot = cspace_lookup(t, pointer, &f);
    if (!v.slot) {
        no_capability(t, pointer, f, how.blocking);
        return true;
    }
    if (!message_find_caps(t, v.extra, &v.extras, &bad, &f)) {
        no_capability(t, bad, f, how.blocking);
        return true;
    }
    v.caller = t;
    v.cap = v.slot->cap;
    v.label = info_label(info);
    v.words = (unsigned)info_length(info);
    v.is_call = how.is_call;
    v.answer_words = 0;
    v.failure = (struct failure){0};
    enum error e = dispatch(&v, how);
    if (UNLIKELY(e != ERROR_NONE)) {
        if (e == ERROR_PREEMPTED)
            return false;
        endpoint_caller_changed(t);
    }
    if (v.is_call && thread_is_runnable(t))
        answer(&v, e);
    return true;
}
