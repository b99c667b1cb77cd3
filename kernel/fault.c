/* SPDX-License-Identifier: GPL-3.0-only */
#include "fault.h"
#include "endpoint.h"
#include "kernel.h"
#include "message.h"
#include "sched.h"
#include "sched_context.h"
#include "thread.h"

bool fault_handler_is_valid(struct cap c)
{
    unsigned rights = cap_rights(c);
    if (cap_is_null(c))
        return true;
    return cap_is(c, CAP_ENDPOINT) && (rights & RIGHT_WRITE) && (rights & (RIGHT_GRANT | RIGHT_GRANT_REPLY));
}
bool fault_has_time_out_handler(const struct tcb *t)
{
    return cap_is(t->slot[TCB_TIMEOUT_HANDLER].cap, CAP_ENDPOINT);
}

/* False: nobody handles t's fault. */
static bool send(struct tcb *t, struct cap handler, bool may_donate)
{
    if (!cap_is(handler, CAP_ENDPOINT))
        return false;
    unsigned rights = cap_rights(handler);
    endpoint_send(cap_object(handler), (struct send){.sender = t,
                                                     .badge = handler.word[1],
                                                     .blocking = true,
                                                     .may_grant = rights & RIGHT_GRANT,
                                                     .may_grant_reply = rights & RIGHT_GRANT_REPLY,
                                                     .may_donate = may_donate});
    return true;
}
#ifdef LONA_DEBUG
static void report(const struct tcb *t)
{
    kernel_print("kernel: %s stops with fault %u at %lx: %lx %lx %lx\n", t->name, (unsigned)t->fault.kind,
                 arch_program_counter(&t->context), t->fault.detail[0], t->fault.detail[1], t->fault.detail[2]);
}
#else
static void report(const struct tcb *t)
{
}
#endif
void fault_raise(struct tcb *t, struct fault f)
{
    t->fault = f;
    if (send(t, t->slot[TCB_FAULT_HANDLER].cap, t->context_of_time != NULL))
        return;
    report(t);
    t->fault.kind = FAULT_NONE;
    thread_set_state(t, THREAD_INACTIVE);
}
bool fault_time_out(struct tcb *t)
{
    struct sched_context *c = t->context_of_time;
    if (!fault_has_time_out_handler(t))
        return false;
    t->fault = (struct fault){.kind = FAULT_TIMEOUT, .detail = {c->badge, sched_context_consumed(c)}};
    return send(t, t->slot[TCB_TIMEOUT_HANDLER].cap, false);
}

unsigned lookup_failure_write(struct lookup_failure f, struct tcb *receiver, unsigned first)
{
    static const u8 details[] = {[LOOKUP_NO_FAILURE] = 0,
                                 [LOOKUP_INVALID_ROOT] = 0,
                                 [LOOKUP_MISSING_CAPABILITY] = 1,
                                 [LOOKUP_DEPTH_MISMATCH] = 2,
                                 [LOOKUP_GUARD_MISMATCH] = 3};
    unsigned written = first;
    if (!message_set_word(receiver, written, f.kind))
        return written;
    written++;
    for (unsigned i = 0; i < details[f.kind] && message_set_word(receiver, written, f.detail[i]); i++)
        written++;
    return written;
}
/* Words first.. of a fault that only the architecture understands. */
static unsigned write_arch_words(const struct tcb *t, struct tcb *receiver, unsigned words)
{
    unsigned i = 0;
    while (i < words && message_set_word(receiver, i, arch_fault_word(t, i)))
        i++;
    return i;
}
unsigned fault_write_message(const struct tcb *t, struct tcb *receiver)
{
    const struct fault *f = &t->fault;
    switch (f->kind) {
    case FAULT_CAPABILITY:
        message_set_word(receiver, 0, arch_program_counter(&t->context));
        message_set_word(receiver, 1, f->detail[0]);
        message_set_word(receiver, 2, f->detail[1]);
        return lookup_failure_write(f->lookup, receiver, 3);
    case FAULT_UNKNOWN_SYSCALL:
        return write_arch_words(t, receiver, ARCH_UNKNOWN_SYSCALL_WORDS);
    case FAULT_USER_EXCEPTION:
        return write_arch_words(t, receiver, ARCH_USER_EXCEPTION_WORDS);
    case FAULT_TIMEOUT:
        message_set_word(receiver, 0, f->detail[0]);
        message_set_word(receiver, 1, f->detail[1]);
        return 2;
    case FAULT_VM:
        message_set_word(receiver, 0, arch_program_counter(&t->context));
        for (unsigned i = 0; i < 3; i++)
            message_set_word(receiver, 1 + i, f->detail[i]);
        return 4;
    case FAULT_NONE:
        break;
    }
    return 0;
}
bool fault_take_answer(struct tcb *t, struct tcb *sender)
{
    u64 info = message_info(sender);
    unsigned words = 0;
    switch (t->fault.kind) {
    case FAULT_UNKNOWN_SYSCALL:
        words = ARCH_UNKNOWN_SYSCALL_WORDS;
        break;
    case FAULT_USER_EXCEPTION:
        words = ARCH_USER_EXCEPTION_WORDS;
        break;
    case FAULT_TIMEOUT:
        words = ARCH_TIMEOUT_REPLY_WORDS;
        break;
    case FAULT_CAPABILITY:
    case FAULT_VM:
    case FAULT_NONE:
        return true;
    }
    endpoint_caller_changed(t);
    for (unsigned i = 0; i < words && i < info_length(info); i++)
        arch_fault_answer(t, t->fault.kind, i, message_word(sender, i));
    return info_label(info) == 0;
}
