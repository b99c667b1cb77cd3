/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/room.h"

#include "run/frames.h"
#include "run/names.h"
#include "run/native.h"

#define LIMIT_FAILS 0x80000000u /* bit of message_limit */

static struct lock lock; /* of all lists of waiting senders */

enum room room_for_message(const struct proc *p)
{
    u32 limit = __atomic_load_n(&p->message_limit, __ATOMIC_SEQ_CST); /* see queue_up */
    if (!limit || __atomic_load_n(&p->queued, __ATOMIC_SEQ_CST) < (limit & ~LIMIT_FAILS))
        return ROOM;
    return limit & LIMIT_FAILS ? ROOM_FAIL : ROOM_NOT;
}

/* Tells up to n senders, the longest waiting first, that there may be room. */
static void wake(struct proc *p, word n)
{
    while (n && __atomic_load_n(&p->senders, __ATOMIC_SEQ_CST)) {
        lock_take(&lock);
        struct message *last = p->senders, *m = last ? last->next : NULL;
        if (m == last)
            STORE_SEQ_CST(&p->senders, NULL);
        else
            last->next = m->next;
        lock_release(&lock);
        if (!m)
            return;
        n -= message_send(m->from, m);
    }
}
void room_renew_slow(struct proc *p)
{
    STORE_SEQ_CST(&p->queued, p->n_messages);
    u32 limit = p->message_limit & ~LIMIT_FAILS;
    if (p->n_messages < limit)
        wake(p, limit - p->n_messages);
}
void room_count_back(struct proc *p)
{
    u32 n = __atomic_load_n(&p->queued, __ATOMIC_SEQ_CST);
    while (n && !__atomic_compare_exchange_n(&p->queued, &n, n - 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    wake(p, 1);
}
void room_set_limit(struct proc *p, u32 limit, bool fails)
{
    STORE_SEQ_CST(&p->message_limit, limit ? limit | (fails ? LIMIT_FAILS : 0) : 0);
    if (limit)
        room_renew_slow(p);
    else
        wake(p, ~(word)0);
}
term room_limit(struct proc *p)
{
    u32 limit = p->message_limit & ~LIMIT_FAILS;
    if (!(p->message_limit & LIMIT_FAILS))
        return limit ? mk_int(limit) : NIL;
    if (!heap_reserve(p, 3))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = K_fail;
    t->item[1] = mk_int(limit);
    return mk_box_ptr(t);
}
void room_close(struct proc *p)
{
    STORE_SEQ_CST(&p->message_limit, 0);
    wake(p, ~(word)0);
}

/*
 * (%send-when-room pid message): STEP. Suspends the process until there may be room in the mailbox of pid, and sends.
 * While W_QUEUED a SIGNAL_RETRY from the process to itself stands in the list of the receiver, or is on its way.
 */
enum { W_TO, W_MESSAGE, W_QUEUED };

/* The receiver is looked at once more behind the entry in its list: it counts first and looks at the list afterwards.
 */
static bool queue_up(struct proc *p, struct proc *to)
{
    struct message *m = message_make(p, SIGNAL_RETRY, REG(W_TO));
    if (!m)
        return false;
    lock_take(&lock);
    struct message *last = to->senders;
    m->next = last ? last->next : m;
    if (last)
        last->next = m;
    STORE_SEQ_CST(&to->senders, m);
    lock_release(&lock);
    REG(W_QUEUED) = TRUE_TERM;
    return true;
}
enum step step_send_when_room(struct proc *p)
{
    struct proc *to = is_pid(REG(W_TO)) ? proc_of_pid(REG(W_TO)) : NULL;
    bool full = to && to != p && room_for_message(to) == ROOM_NOT;
    if (full && is_nil(REG(W_QUEUED))) {
        if (!queue_up(p, to))
            return STEP_RAISE;
        full = proc_of_pid(REG(W_TO)) == to && room_for_message(to) == ROOM_NOT;
    }
    if (full) {
        p->result = NIL;
        p->flags |= PROC_WAITS;
        return STEP_AGAIN;
    }
    term message = REG(W_MESSAGE);
    return send_message(p, REG(W_TO), message) ? step_return(p, message) : STEP_RAISE;
}

bool room_is_awaited(const struct proc *p)
{
    const struct native_desc *d = p->fp ? frame_step_native(p->fp) : NULL;
    return d && d->step == step_send_when_room && !is_nil(p->fp[-W_QUEUED]);
}
static void pass_on(term receiver)
{
    struct proc *to = proc_of_pid(receiver);
    if (to)
        wake(to, 1);
}
void room_retry(struct proc *p, term receiver)
{
    bool sends_next = false;
    for (struct frame f = frame_top(p); f.fp; f = frame_up(f)) {
        const struct native_desc *d = frame_step_native(f.fp);
        if (!d || d->step != step_send_when_room || !same(f.fp[-W_TO], receiver) || is_nil(f.fp[-W_QUEUED]))
            continue;
        f.fp[-W_QUEUED] = NIL;
        sends_next = f.fp == p->fp && !interrupt_asked(p);
        break;
    }
    if (!sends_next)
        pass_on(receiver);
}
void room_refuse(term receiver)
{
    pass_on(receiver);
}
void room_give_up(const term *fp)
{
    if (is_nil(fp[-W_QUEUED]))
        pass_on(fp[-W_TO]);
}
