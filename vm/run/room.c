/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/room.h"

#include "run/native.h"
#include "run/sched.h"
#include "term/blocks.h"
#include "term/gc.h"

#define LIMIT_FAILS 0x80000000u /* bit of message_limit */

struct blocked {
    struct blocked *next;
    term sender;
};
static struct lock lock; /* of all lists of blocked senders; only sched_wake's locks are taken inside */

enum room room_for_message(const struct proc *p)
{
    u32 limit = __atomic_load_n(&p->message_limit, __ATOMIC_RELAXED);
    if (!limit || __atomic_load_n(&p->queued, __ATOMIC_SEQ_CST) < (limit & ~LIMIT_FAILS))
        return ROOM;
    return limit & LIMIT_FAILS ? ROOM_FAIL : ROOM_NOT;
}

/* Takes up to n from the list and wakes them. */
static void wake(struct proc *p, word n)
{
    while (n-- && __atomic_load_n(&p->blocked, __ATOMIC_SEQ_CST)) {
        lock_take(&lock);
        struct blocked *b = p->blocked;
        if (b)
            __atomic_store_n(&p->blocked, b->next, __ATOMIC_SEQ_CST);
        lock_release(&lock);
        if (!b)
            return;
        struct proc *sender = proc_of_pid(b->sender);
        blocks_free(&process_blocks, (word *)b);
        if (sender)
            sched_wake(sender);
    }
}
void room_renew_slow(struct proc *p)
{
    __atomic_store_n(&p->queued, p->n_messages, __ATOMIC_SEQ_CST);
    u32 limit = p->message_limit & ~LIMIT_FAILS;
    if (p->n_messages < limit)
        wake(p, limit - p->n_messages);
}
void room_set_limit(struct proc *p, u32 limit, bool fails)
{
    __atomic_store_n(&p->message_limit, limit ? limit | (fails ? LIMIT_FAILS : 0) : 0, __ATOMIC_SEQ_CST);
    if (limit)
        room_renew_slow(p);
    else
        wake(p, ~(word)0);
}
bool room_wait(struct proc *p, term sender)
{
    word got;
    struct blocked *b = (struct blocked *)blocks_alloc(&process_blocks, words_for_bytes(sizeof *b), &got);
    if (!b)
        return false;
    *b = (struct blocked){NULL, sender};
    lock_take(&lock);
    struct blocked **last = &p->blocked;
    while (*last)
        last = &(*last)->next;
    __atomic_store_n(last, b, __ATOMIC_SEQ_CST);
    lock_release(&lock);
    return true;
}
void room_close(struct proc *p)
{
    __atomic_store_n(&p->message_limit, 0, __ATOMIC_SEQ_CST);
    wake(p, ~(word)0);
}

/*
 * (%wait-for-room pid): STEP. Suspends the process until there may be room in the mailbox of pid, which is looked at
 * once more behind the entry in its list: the receiver counts first and looks at the list afterwards.
 */
enum { W_PID, W_WAITED };
enum step step_wait_for_room(struct proc *p)
{
    struct proc *to = is_pid(REG(W_PID)) ? proc_of_pid(REG(W_PID)) : NULL;
    if (!to || to == p || is_truthy(REG(W_WAITED)) || room_for_message(to) != ROOM_NOT)
        return step_return(p, NIL);
    if (!room_wait(to, p->pid)) {
        raise(p, E_OUT_OF_MEMORY, "the list of waiting senders");
        return STEP_RAISE;
    }
    REG(W_WAITED) = TRUE_TERM;
    if (room_for_message(to) != ROOM_NOT || proc_of_pid(REG(W_PID)) != to)
        return step_return(p, NIL);
    p->result = NIL;
    proc_set_flags(p, PROC_WAITS);
    return STEP_AGAIN;
}
