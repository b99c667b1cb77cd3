/* SPDX-License-Identifier: GPL-3.0-only */
#include "fastpath.h"
#include "check.h"
#include "cspace.h"
#include "endpoint.h"
#include "message.h"
#include "notification.h"
#include "queue.h"
#include "reply.h"
#include "sched.h"

/* --- decoding --- */

static ALWAYS_INLINE struct cap lookup(const struct tcb *t, u64 pointer)
{
    const struct slot *s = cspace_lookup_flat(t, pointer);
    return s ? s->cap : cap_null();
}
static ALWAYS_INLINE bool is_short(u64 info)
{
    return info_length(info) <= ARCH_MESSAGE_REGISTERS && info_extras(info) == 0;
}
/* Nobody who is ready comes before t. */
static ALWAYS_INLINE bool is_best(const struct core *k, const struct tcb *t)
{
    unsigned i = t->priority / 64;
    return !(k->ready_words & ~1ull << i) && !(k->ready_levels[i] & ~1ull << t->priority % 64);
}

/* --- acting --- */

static ALWAYS_INLINE void deliver(const struct tcb *from, struct tcb *to, u64 badge, u64 info)
{
    u64 length = info_length(info);
    for (unsigned i = 0; i < ARCH_MESSAGE_REGISTERS && i < length; i++)
        arch_set(&to->context, (enum arch_register)(ARCH_MR0 + i),
                 arch_get(&from->context, (enum arch_register)(ARCH_MR0 + i)));
    arch_set(&to->context, ARCH_CAP, badge);
    arch_set(&to->context, ARCH_INFO, info_with_unwrapped(info, 0));
}
/* from, which is blocked now, lets `to` go on with its time. */
static ALWAYS_INLINE struct tcb *pass_on(struct core *k, struct tcb *from, struct tcb *to)
{
    struct sched_context *c = from->context_of_time;
    from->context_of_time = NULL;
    to->context_of_time = c;
    c->tcb = to;
    to->state = THREAD_RUNNING;
    to->is_placed = false;
    k->current = to;
    arch_switch_to(to);
    check_core(k);
    return to;
}

struct tcb *fastpath_call(void)
{
    struct core *k = this_core();
    struct tcb *t = k->current;
    u64 info = arch_get(&t->context, ARCH_INFO);
    struct cap c = lookup(t, arch_get(&t->context, ARCH_CAP));
    if (!is_short(info) || !cap_is(c, CAP_ENDPOINT) || !(cap_rights(c) & RIGHT_WRITE) ||
        !(cap_rights(c) & (RIGHT_GRANT | RIGHT_GRANT_REPLY)))
        return NULL;
    struct endpoint *e = cap_object(c);
    struct tcb *server = e->queue.head;
    if (!server || server->state != THREAD_BLOCKED_RECEIVE || !server->reply || server->context_of_time ||
        !is_best(k, server))
        return NULL;

    struct reply *r = server->reply, *below = t->context_of_time->reply;
    queue_leave(server);
    deliver(t, server, c.word[1], info);
    server->reply = NULL;
    r->tcb = t;
    r->prev = below;
    r->context = t->context_of_time;
    if (below) {
        below->next = r;
        below->context = NULL;
    }
    r->context->reply = r;
    t->reply = r;
    t->state = THREAD_BLOCKED_REPLY;
    return pass_on(k, t, server);
}

/* Waiting for a message would block t. */
static ALWAYS_INLINE bool would_block(const struct tcb *t, const struct endpoint *e)
{
    const struct notification *n = t->bound;
    if (n && (n->active || n->context == t->context_of_time))
        return false;
    return !e->queue.head || e->queue.head->state == THREAD_BLOCKED_RECEIVE;
}
struct tcb *fastpath_reply_receive(void)
{
    struct core *k = this_core();
    struct tcb *t = k->current;
    u64 info = arch_get(&t->context, ARCH_INFO);
    struct cap to = lookup(t, arch_get(&t->context, ARCH_REPLY)), from = lookup(t, arch_get(&t->context, ARCH_CAP));
    if (!is_short(info) || !cap_is(to, CAP_REPLY) || !cap_is(from, CAP_ENDPOINT) || !(cap_rights(from) & RIGHT_READ))
        return NULL;
    struct reply *r = cap_object(to);
    struct endpoint *e = cap_object(from);
    struct tcb *caller = r->tcb;
    if (!caller || caller->state != THREAD_BLOCKED_REPLY || caller->fault.kind != FAULT_NONE ||
        r->context != t->context_of_time || caller->context_of_time || !would_block(t, e) || !is_best(k, caller))
        return NULL;

    struct reply *below = r->prev;
    deliver(t, caller, 0, info);
    caller->reply = NULL;
    r->context->reply = below;
    if (below) {
        below->next = NULL;
        below->context = r->context;
    }
    r->prev = NULL;
    r->context = NULL;
    r->tcb = t;
    t->reply = r;
    t->may_grant = cap_rights(from) & RIGHT_GRANT;
    t->state = THREAD_BLOCKED_RECEIVE;
    queue_add(&e->queue, t);
    return pass_on(k, t, caller);
}
