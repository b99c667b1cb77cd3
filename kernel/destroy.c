/* SPDX-License-Identifier: GPL-3.0-only */
/* destroy.c: see destroy.h for how containers end. */
#include "destroy.h"
#include "endpoint.h"
#include "irq.h"
#include "notification.h"
#include "object.h"
#include "reply.h"
#include "sched_context.h"
#include "thread.h"

/* First slots of what is dying, linked by their marks' addresses. */
static struct slot *dying;

/* A kernel that checks its rules stops in more places. */
#ifdef LONA_DEBUG
unsigned destroy_steps = 4;
#else
unsigned destroy_steps = 32;
#endif
static unsigned steps;

bool destroy_should_stop(void)
{
    if (++steps < destroy_steps)
        return false;
    steps = 0;
    return arch_interrupt_pending();
}

/* Somebody waits for the object that ends with c: one less. False: nobody did. */
static bool cancel_one(struct cap c)
{
    if (cap_is(c, CAP_ENDPOINT))
        return endpoint_cancel_one(cap_object(c));
    return cap_is(c, CAP_NOTIFICATION) && notification_cancel_one(cap_object(c));
}
/* The last capability to an object leaves its slot. Containers are ended by retire. */
static void finalise_object(struct cap c)
{
    switch (cap_type(c)) {
    case CAP_NOTIFICATION:
        notification_finalise(cap_object(c));
        break;
    case CAP_REPLY:
        reply_finalise(cap_object(c));
        break;
    case CAP_SCHED_CONTEXT:
        sched_context_finalise(cap_object(c));
        break;
    case CAP_IRQ_HANDLER:
        irq_release(c.word[1]);
        break;
    default:
        break;
    }
}

/* The last capability to a container, in s, becomes the mark in its first slot. s holds then what was there. */
static void retire(struct slot *s)
{
    struct cap c = s->cap;
    bool is_tcb = cap_is(c, CAP_TCB);
    struct slot *first = is_tcb ? &((struct tcb *)cap_object(c))->slot[TCB_DYING] : cnode_slots(c);
    u64 slots = is_tcb ? TCB_SLOTS : 1ull << cnode_radix(c);
    struct cap mark =
        cap_make(CAP_DYING, (u64)(uintptr_t)dying, is_tcb ? 0 : cnode_radix(c), is_tcb ? DYING_TCB : 0, 0, slots);
    if (is_tcb)
        thread_finalise(cap_object(c));
    if (derive_doomed == s)
        derive_doomed = NULL;
    if (s == first) {
        s->cap = mark;
    } else if (slot_is_empty(first)) {
        derive_move(s, first, mark);
    } else {
        derive_swap(s, first->cap, first, mark);
        derive_doomed = s;
    }
    dying = first;
}

/* A handler's notification goes before the handler. */
static struct slot *first_to_go(struct slot *s)
{
    if (!cap_is(s->cap, CAP_IRQ_HANDLER) || !derive_is_final(s))
        return s;
    struct slot *n = irq_notification(s->cap.word[1]);
    return slot_is_empty(n) ? s : n;
}
/* One step towards an empty slot. */
static void step(struct slot *of)
{
    struct slot *s = first_to_go(of);
    struct cap c = s->cap;
    bool is_final = derive_is_final(s);
    if (cap_is_arch(c)) {
        arch_cap_finalise(c, is_final);
    } else if (is_final) {
        if (cap_is(c, CAP_CNODE) || cap_is(c, CAP_TCB)) {
            retire(s);
            return;
        }
        if (cancel_one(c))
            return;
        finalise_object(c);
    }
    derive_remove(s);
}

/* Goes on with what a container's first slot held, where that is now. */
static enum error finish_doomed(void)
{
    while (derive_doomed) {
        if (destroy_should_stop())
            return ERROR_PREEMPTED;
        step(derive_doomed);
    }
    return ERROR_NONE;
}

enum error destroy_dying(void)
{
    enum error e = finish_doomed();
    if (e != ERROR_NONE)
        return e;
    while (dying) {
        if (destroy_should_stop())
            return ERROR_PREEMPTED;
        struct slot *first = dying, *last = first + first->cap.word[1] - 1;
        if (last == first) {
            dying = cap_object(first->cap);
            derive_remove(first);
        } else if (slot_is_empty(last)) {
            first->cap.word[1]--;
        } else {
            step(last);
        }
    }
    return ERROR_NONE;
}

enum error destroy_capability(struct slot *s)
{
    enum error e = finish_doomed();
    if (e != ERROR_NONE)
        return e;
    while (!slot_is_empty(s) && !cap_is(s->cap, CAP_DYING)) {
        if (destroy_should_stop())
            return ERROR_PREEMPTED;
        step(s);
    }
    return destroy_dying();
}

enum error destroy_descendants(struct slot *s)
{
    while (derive_has_children(s)) {
        enum error e = destroy_capability(slot_next(s));
        if (e != ERROR_NONE)
            return e;
    }
    return destroy_dying();
}
