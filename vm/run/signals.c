/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/signals.h"

#include "run/names.h"
#include "run/native.h"
#include "run/process_info.h"
#include "run/procs.h"
#include "run/relations.h"
#include "run/room.h"
#include "term/heap.h"

static term item(const struct message *m, unsigned i)
{
    return OBJ(tuple, m->value)->item[i];
}
static u64 ref_key(term ref)
{
    return OBJ(ref, ref)->id[0];
}

/* Sends; a message for which there is no memory is lost: nobody else could be told either. */
static void send_made(struct proc *p, term to, struct message *m)
{
    if (m)
        message_send(to, m);
    else
        p->pending = PENDING_NOTHING;
}
static void send_exit(struct proc *p, term to, term reason)
{
    term items[] = {K_exit, p->pid, reason};
    send_made(p, to, message_vector(p, SIGNAL_EXIT, 3, items));
}
/* The monitor's number alone is known here: the message carries a fresh reference object of that number. */
static void send_down(struct proc *p, term to, u64 ref, term reason)
{
    word object[3] = {mk_header(T_REF, 0, 2), ref, 0};
    term items[] = {K_down, mk_box_ptr(object), p->pid, reason};
    send_made(p, to, message_vector(p, SIGNAL_DOWN, 4, items));
}

/* An exit signal. True: it becomes a message. */
static bool serve_exit(struct proc *p, struct message *m, bool linked)
{
    term reason = item(m, 2);
    bool kill = !linked && is_keyword(reason) && names_equal(reason, K_kill);
    bool normal = is_keyword(reason) && names_equal(reason, K_normal);
    if (p->traps_exits && !kill)
        return true;
    if (normal && !(!linked && same(m->from, p->pid))) {
        message_free(m);
        return false;
    }
    proc_killed(p, m, kill ? K_killed : reason);
    return false;
}

bool signal_serve(struct proc *p, struct message *m)
{
    switch ((enum message_kind)m->kind) {
    case MESSAGE:
        return true;
    case MESSAGE_ANSWER:
        if (relation_has(p, MONITORING, ref_key(item(m, 0))))
            return true;
        break;
    case SIGNAL_EXIT:
        if (relation_remove(p, LINKED, m->from.w))
            return serve_exit(p, m, true);
        break;
    case SIGNAL_EXIT_ASKED:
        return serve_exit(p, m, false);
    case SIGNAL_DOWN:
        if (relation_remove(p, MONITORING, ref_key(item(m, 1))))
            return true;
        break;
    case SIGNAL_LINK:
        if (!relation_number(p, UNLINKING, m->from.w) && !relation_add(p, LINKED, m->from.w, m->from))
            send_exit(p, m->from, K_system_limit);
        break;
    case SIGNAL_UNLINK:
        relation_remove(p, LINKED, m->from.w);
        send_made(p, m->from, message_make(p, SIGNAL_UNLINKED, m->value));
        break;
    case SIGNAL_UNLINKED:
        if (relation_number(p, UNLINKING, m->from.w) == (u64)int_value(m->value))
            relation_remove(p, UNLINKING, m->from.w);
        break;
    case SIGNAL_MONITOR:
        if (!relation_add(p, MONITORED, ref_key(m->value), m->from))
            send_down(p, m->from, ref_key(m->value), K_system_limit);
        break;
    case SIGNAL_DEMONITOR:
        relation_remove(p, MONITORED, ref_key(m->value));
        break;
    case SIGNAL_ASK:
        process_info_answer(p, m->from, item(m, 0), item(m, 1));
        break;
    case SIGNAL_RETRY:
        room_retry(p, m->value);
        break;
    case SIGNAL_GROUP_LEADER:
        p->group_leader = m->value;
        break;
    }
    message_free(m);
    return false;
}

void signal_refuse(struct proc *p, struct message *m)
{
    switch ((enum message_kind)m->kind) {
    case SIGNAL_LINK:
        send_exit(p, m->from, K_noproc);
        break;
    case SIGNAL_UNLINK:
        send_made(p, m->from, message_make(p, SIGNAL_UNLINKED, m->value));
        break;
    case SIGNAL_MONITOR:
        send_down(p, m->from, ref_key(m->value), K_noproc);
        break;
    case SIGNAL_ASK: {
        term items[] = {item(m, 0), NIL};
        send_made(p, m->from, message_vector(p, MESSAGE, 2, items));
        break;
    }
    case SIGNAL_RETRY:
        room_refuse(m->value);
        break;
    case MESSAGE:
    case MESSAGE_ANSWER:
    case SIGNAL_EXIT:
    case SIGNAL_EXIT_ASKED:
    case SIGNAL_DOWN:
    case SIGNAL_UNLINKED:
    case SIGNAL_DEMONITOR:
    case SIGNAL_GROUP_LEADER:
        break;
    }
    message_free(m);
}

void signal_end(struct proc *from, u64 key, unsigned kind, term other, term reason)
{
    switch ((enum relation_kind)kind) {
    case LINKED:
        send_exit(from, other, reason);
        break;
    case MONITORED:
        send_down(from, other, key, reason);
        break;
    case MONITORING: {
        word object[3] = {mk_header(T_REF, 0, 2), key, 0};
        send_made(from, other, message_make(from, SIGNAL_DEMONITOR, mk_box_ptr(object)));
        break;
    }
    case UNLINKING:
    case RELATION_NONE:
        break;
    }
}
