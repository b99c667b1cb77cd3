/* SPDX-License-Identifier: GPL-3.0-only */
/* Natives of process.def. */
#include "data/maps.h"
#include "data/num.h"
#include "data/seqs.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/output.h"
#include "run/process_info.h"
#include "run/procs.h"
#include "run/relations.h"
#include "run/room.h"
#include "run/sched.h"
#include "run/timers.h"

static bool is_name(term t)
{
    return is_keyword(t) || is_symbol(t);
}
/* The pid that argument i means: itself, or what is registered under the name. NIL: nothing is. NONE: pending. */
static term pid_arg(struct proc *p, unsigned i)
{
    term t = ARG(i);
    if (is_pid(t))
        return t;
    if (!is_name(t))
        return raise_arg(p, i, "a pid or a registered name");
    term pid = proc_registered(t);
    return is_absent(pid) ? NIL : pid;
}

/* --- references --- */

/* Unique in this VM: the worker's number above a count of its own. */
static u64 fresh_number(struct proc *p)
{
    return (u64)(p->worker->number + 1) << 48 | ++p->worker->refs;
}
static term ref_of_number(struct proc *p, u64 number)
{
    struct obj_ref *r = (struct obj_ref *)heap_take_box(p, T_REF, 0, 2);
    r->id[0] = number;
    r->id[1] = 0; /* the number of a timer, where there is one */
    p->mark = p->last;
    p->mark_ref = r->id[0];
    return mk_box_ptr(r);
}
term mk_ref(struct proc *p)
{
    return ref_of_number(p, fresh_number(p));
}
static term mk_monitor_ref(struct proc *p)
{
    return ref_of_number(p, fresh_number(p) | MONITOR_REF);
}
term native_make_ref(struct proc *p, unsigned n)
{
    return heap_reserve(p, REF_WORDS) ? mk_ref(p) : NONE;
}
term native_is_ref(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_REF));
}

/* --- spawning --- */

static bool priority_arg(term t, u8 *priority)
{
    const struct {
        term name;
        enum priority priority;
    } all[] = {{K_max, PRIORITY_MAX}, {K_high, PRIORITY_HIGH}, {K_normal, PRIORITY_NORMAL}, {K_low, PRIORITY_LOW}};
    for (unsigned i = 0; is_keyword(t) && i < ARRAY_LEN(all); i++) {
        if (names_equal(t, all[i].name)) {
            *priority = (u8)all[i].priority;
            return true;
        }
    }
    return false;
}
static bool heap_limit_arg(term t, word *words)
{
    if (is_nil(t) || !is_int(t) || int_value(t) < (iword)sizeof(word) || int_value(t) > (iword)HEAPS_BYTES)
        return false;
    *words = (word)int_value(t) / sizeof(word);
    return true;
}
static bool can_be_spawned(term t)
{
    return is_function(t) || is_type(t, T_VAR);
}
/* (%spawn f args link? monitor? priority max-heap label group-leader): pid, or [pid ref]; the last four: nil for the
 * usual. */
term native_spawn(struct proc *p, unsigned n)
{
    if (!can_be_spawned(ARG(0)))
        return raise(p, E_TYPE_ERROR, "spawn wants a function, not %T", ARG(0));
    if (!is_nil(ARG(1)) && !is_vector(ARG(1)))
        return raise(p, E_TYPE_ERROR, "spawn wants a vector of arguments, not %T", ARG(1));
    if (!is_nil(ARG(7)) && !is_pid(ARG(7)))
        return raise(p, E_TYPE_ERROR, "a group leader is a pid, not %T", ARG(7));
    struct spawn s = {.link = is_truthy(ARG(2)), .monitor = NIL, .priority = PRIORITY_NORMAL, .group_leader = ARG(7)};
    if (!is_nil(ARG(4)) && !priority_arg(ARG(4), &s.priority))
        return raise(p, E_ILLEGAL_ARGUMENT, "a priority is :low, :normal, :high or :max, not %T", ARG(4));
    if (!is_nil(ARG(5)) && !heap_limit_arg(ARG(5), &s.max_words))
        return raise(p, E_ILLEGAL_ARGUMENT, "a heap limit is a number of bytes, not %T", ARG(5));
    bool monitor = is_truthy(ARG(3));
    if (monitor) {
        if (!heap_reserve(p, REF_WORDS + 3))
            return NONE;
        s.monitor = mk_monitor_ref(p);
    }
    s.fn = ARG(0);
    s.args = ARG(1);
    s.label = ARG(6);
    term pid = proc_spawn(p, &s);
    if (!monitor || is_none(pid))
        return pid;
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = pid;
    t->item[1] = s.monitor;
    return mk_box_ptr(t);
}
term native_self(struct proc *p, unsigned n)
{
    return p->pid;
}
term native_is_pid(struct proc *p, unsigned n)
{
    return mk_bool(is_pid(ARG(0)));
}
term native_is_alive(struct proc *p, unsigned n)
{
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    return mk_bool(proc_is_alive(ARG(0)));
}

/* --- messages --- */

term native_is_sendable(struct proc *p, unsigned n)
{
    term cell = NIL;
    return mk_bool(copy_size(ARG(0), &cell) != COPY_STAYS);
}

bool send_message(struct proc *p, term to, term value)
{
    struct message *m = message_make(p, MESSAGE, value);
    if (!m)
        return false;
    message_send(to, m);
    return true;
}
/* Who sends to somebody behind with the work gives way sooner: what waits stays little, and warm in the caches. */
static void charge_for_backlog(struct proc *p, const struct proc *receiver)
{
    u32 behind = __atomic_load_n(&receiver->backlog, __ATOMIC_RELAXED);
    if (LIKELY(!behind))
        return;
    native_charge(p, behind);
    p->worker->behind += behind;
    p->worker->behind_core = __atomic_load_n(&receiver->core, __ATOMIC_RELAXED);
}
term native_send(struct proc *p, unsigned n)
{
    term to = pid_arg(p, 0);
    if (is_none(to))
        return NONE;
    if (is_nil(to))
        return raise(p, E_NO_SUCH_PROCESS, "no process is registered as %T", ARG(0));
    const struct proc *receiver = proc_of_pid(to);
    enum room room = receiver && receiver != p ? room_for_message(receiver) : ROOM;
    if (UNLIKELY(room == ROOM_NOT))
        return tail_call(p, SLOW_send, 2, to, ARG(1));
    if (UNLIKELY(room == ROOM_FAIL))
        return raise(p, E_MAILBOX_FULL, "the mailbox of %T holds as many messages as it may", ARG(0));
    if (receiver)
        charge_for_backlog(p, receiver);
    return send_message(p, to, ARG(1)) ? ARG(1) : NONE;
}
/* (%reply pid ref answer): sends [ref answer]; where ref is that of a monitor it arrives only while that is active.
 * Answers are not held back by the limit of a mailbox: who waits for one looks at nothing else. */
term native_reply(struct proc *p, unsigned n)
{
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    bool monitor = is_type(ARG(1), T_REF) && OBJ(ref, ARG(1))->id[0] & MONITOR_REF;
    struct message *m = message_vector(p, monitor ? MESSAGE_ANSWER : MESSAGE, 2, (term[]){ARG(1), ARG(2)});
    if (!m)
        return NONE;
    message_send(ARG(0), m);
    return ARG(2);
}
static bool send_signal(struct proc *p, enum message_kind kind, term to, term value)
{
    struct message *m = message_make(p, kind, value);
    if (m)
        message_send(to, m);
    return m != NULL;
}
/* What a process that is gone would have sent. */
static bool send_to_self(struct proc *p, enum message_kind kind, term from, unsigned n, const term *items)
{
    struct message *m = message_vector(p, kind, n, items);
    if (!m)
        return false;
    m->from = from;
    message_send(p->pid, m);
    return true;
}
/* Sends the signal with this value; false: the process is gone. */
static bool tell(struct proc *p, enum message_kind kind, term to, term value, bool *failed)
{
    struct message *m = message_make(p, kind, value);
    *failed = !m;
    return m && message_send(to, m);
}

/* --- links and monitors --- */

term native_link(struct proc *p, unsigned n)
{
    bool failed;
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    if (same(ARG(0), p->pid) || relation_has(p, LINKED, ARG(0).w))
        return TRUE_TERM;
    if (!relation_add(p, LINKED, ARG(0).w, ARG(0)))
        return raise(p, E_OUT_OF_MEMORY, "a link");
    relation_remove(p, UNLINKING, ARG(0).w);
    if (tell(p, SIGNAL_LINK, ARG(0), NIL, &failed))
        return TRUE_TERM;
    if (!failed)
        failed = !send_to_self(p, SIGNAL_EXIT, ARG(0), 3, (term[]){K_exit, ARG(0), K_noproc});
    return failed ? NONE : TRUE_TERM;
}
term native_unlink(struct proc *p, unsigned n)
{
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    if (!relation_has(p, LINKED, ARG(0).w))
        return TRUE_TERM;
    u64 number = fresh_number(p) & RELATION_NUMBER_MAX;
    struct message *m = message_make(p, SIGNAL_UNLINK, mk_int((iword)number));
    if (!m)
        return NONE;
    if (!relation_set_number(p, UNLINKING, ARG(0).w, number)) {
        message_free(m);
        return raise(p, E_OUT_OF_MEMORY, "ending a link");
    }
    relation_remove(p, LINKED, ARG(0).w);
    if (!message_send(ARG(0), m)) /* it is gone and confirms nothing */
        relation_remove(p, UNLINKING, ARG(0).w);
    return TRUE_TERM;
}
term native_monitor(struct proc *p, unsigned n)
{
    term pid = pid_arg(p, 0);
    bool failed;
    if (is_none(pid) || !heap_reserve(p, REF_WORDS))
        return NONE;
    term ref = mk_monitor_ref(p);
    if (!relation_add(p, MONITORING, OBJ(ref, ref)->id[0], is_nil(pid) ? p->pid : pid))
        return raise(p, E_OUT_OF_MEMORY, "a monitor");
    if (!is_nil(pid) && tell(p, SIGNAL_MONITOR, pid, ref, &failed))
        return ref;
    if (!send_to_self(p, SIGNAL_DOWN, NIL, 4, (term[]){K_down, ref, ARG(0), K_noproc}))
        return NONE;
    return ref;
}
/* (%demonitor ref): was it active? */
term native_demonitor(struct proc *p, unsigned n)
{
    if (!is_type(ARG(0), T_REF))
        return raise_arg(p, 0, "a reference");
    u64 key = OBJ(ref, ARG(0))->id[0];
    term other = relation_other(p, MONITORING, key);
    if (!relation_remove(p, MONITORING, key))
        return FALSE_TERM;
    return send_signal(p, SIGNAL_DEMONITOR, other, ARG(0)) ? TRUE_TERM : NONE;
}
/* (%exit-signal pid reason) */
term native_exit_signal(struct proc *p, unsigned n)
{
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    struct message *m = message_vector(p, SIGNAL_EXIT_ASKED, 3, (term[]){K_exit, p->pid, ARG(1)});
    if (!m)
        return NONE;
    message_send(ARG(0), m);
    if (same(ARG(0), p->pid))
        proc_end_slice(p); /* served at once */
    return TRUE_TERM;
}

/* --- flags --- */

/* (%process-flag flag value): the old value */
term native_process_flag(struct proc *p, unsigned n)
{
    term flag = is_keyword(ARG(0)) ? intern_name(ARG(0)) : NIL, old;
    if (same(flag, K_trap_exit)) {
        old = mk_bool(p->traps_exits);
        if (!is_bool(ARG(1)))
            return raise(p, E_ILLEGAL_ARGUMENT, ":trap-exit is true or false, not %T", ARG(1));
        p->traps_exits = same(ARG(1), TRUE_TERM);
        return old;
    }
    if (same(flag, K_priority)) {
        old = proc_priority_keyword(p);
        if (!priority_arg(ARG(1), &p->priority))
            return raise(p, E_ILLEGAL_ARGUMENT, "a priority is :low, :normal, :high or :max, not %T", ARG(1));
        return old;
    }
    if (same(flag, K_max_heap)) {
        old = proc_heap_limit(p);
        if (is_nil(ARG(1)))
            p->max_words = 0;
        else if (!heap_limit_arg(ARG(1), &p->max_words))
            return raise(p, E_ILLEGAL_ARGUMENT, "a heap limit is a number of bytes or nil, not %T", ARG(1));
        return old;
    }
    if (same(flag, K_message_limit)) {
        bool fails = is_vector(ARG(1)) && vec_count(ARG(1)) == 2 && same(vec_nth(ARG(1), 0), K_fail);
        term limit = fails ? vec_nth(ARG(1), 1) : ARG(1);
        if (!is_nil(limit) && (!is_int(limit) || int_value(limit) < 1 || int_value(limit) > 0x7fffffff))
            return raise(p, E_ILLEGAL_ARGUMENT, "a message limit is a positive integer, [:fail n] or nil, not %T",
                         ARG(1));
        old = room_limit(p);
        if (!is_none(old))
            room_set_limit(p, is_nil(limit) ? 0 : (u32)int_value(limit), fails);
        return old;
    }
    return raise(p, E_ILLEGAL_ARGUMENT, "a process flag is :trap-exit, :priority, :max-heap or :message-limit, not %T",
                 ARG(0));
}

/* --- names --- */

term native_register(struct proc *p, unsigned n)
{
    if (!is_name(ARG(0)))
        return raise_arg(p, 0, "a keyword or symbol");
    if (!is_pid(ARG(1)))
        return raise_arg(p, 1, "a pid");
    if (!proc_register(ARG(0), ARG(1)))
        return raise(p, E_ILLEGAL_ARGUMENT,
                     "%T cannot be registered as %T: the name or the process has one, or it is gone", ARG(1), ARG(0));
    return TRUE_TERM;
}
term native_unregister(struct proc *p, unsigned n)
{
    if (!is_name(ARG(0)))
        return raise_arg(p, 0, "a keyword or symbol");
    return mk_bool(proc_unregister(ARG(0)));
}
term native_whereis(struct proc *p, unsigned n)
{
    if (!is_name(ARG(0)))
        return raise_arg(p, 0, "a keyword or symbol");
    term pid = proc_registered(ARG(0));
    return is_absent(pid) ? NIL : pid;
}
struct collect {
    struct proc *p;
    word count, room;
    term list;
};
static void count_name(void *context, term name, term pid)
{
    ((struct collect *)context)->room++;
}
static void take_name(void *context, term name, term pid)
{
    struct collect *c = context;
    if (c->count++ < c->room)
        c->list = mk_cons(c->p, name, c->list);
}
term native_registered(struct proc *p, unsigned n)
{
    struct collect c = {.p = p, .list = EMPTY_LIST};
    registered_each(count_name, &c);
    if (!heap_reserve(p, c.room * CONS_WORDS))
        return NONE;
    registered_each(take_name, &c);
    return c.list;
}

/* --- timers --- */

/* (%send-at monotonic-ns dest message): a reference that names the timer */
term native_send_at(struct proc *p, unsigned n)
{
    u64 id;
    if (!is_pid(ARG(1)) && !is_name(ARG(1)))
        return raise_arg(p, 1, "a pid or a name");
    if (!is_int(ARG(0)) || int_value(ARG(0)) < 0)
        return raise_arg(p, 0, "a time");
    term to = is_pid(ARG(1)) ? ARG(1) : intern_name(ARG(1));
    if (!heap_reserve(p, REF_WORDS))
        return NONE;
    term ref = mk_ref(p);
    struct message *m = message_make(p, MESSAGE, ARG(2));
    if (!m)
        return NONE;
    if (!timer_start_send(to, m, (u64)int_value(ARG(0)), OBJ(ref, ref)->id[0], &id))
        return raise(p, E_SYSTEM_LIMIT, "there is no room for another timer");
    OBJ(ref, ref)->id[1] = id;
    return ref;
}
static term timer_answer(struct proc *p, bool (*ask)(u64 id, u64 ref, u64 *left_ns))
{
    u64 left;
    if (!is_type(ARG(0), T_REF))
        return raise_arg(p, 0, "a timer's reference");
    return ask(OBJ(ref, ARG(0))->id[1], OBJ(ref, ARG(0))->id[0], &left) ? mk_int((iword)(left / 1000000)) : NIL;
}
term native_cancel_timer(struct proc *p, unsigned n)
{
    return timer_answer(p, timer_cancel);
}
term native_read_timer(struct proc *p, unsigned n)
{
    return timer_answer(p, timer_left);
}

/* --- looking at processes --- */

term native_list_processes(struct proc *p, unsigned n)
{
    word count = procs_count(), taken = 0;
    native_charge(p, procs_end() / 20);
    if (!heap_reserve(p, count * CONS_WORDS))
        return NONE;
    term list = EMPTY_LIST;
    for (word i = procs_end(); i-- > 1 && taken < count;) {
        term pid = proc_pid(proc_number(i));
        if (!is_nil(pid)) {
            list = mk_cons(p, pid, list);
            taken++;
        }
    }
    return list;
}
/* (%process-ask pid what): a reference; [ref answer] arrives. */
term native_process_ask(struct proc *p, unsigned n)
{
    if (!is_pid(ARG(0)))
        return raise_arg(p, 0, "a pid");
    if (!process_info_is_known(ARG(1)))
        return raise(p, E_ILLEGAL_ARGUMENT, "process-info does not know %T: (doc process-info) lists its keys", ARG(1));
    if (!heap_reserve(p, REF_WORDS))
        return NONE;
    term ref = mk_ref(p);
    struct message *m = message_vector(p, SIGNAL_ASK, 2, (term[]){ref, ARG(1)});
    if (!m)
        return NONE;
    if (!message_send(ARG(0), m) && !send_to_self(p, MESSAGE, NIL, 2, (term[]){ref, NIL}))
        return NONE;
    return ref;
}
term native_yield(struct proc *p, unsigned n)
{
    proc_end_slice(p);
    return NIL;
}
term native_hibernate(struct proc *p, unsigned n)
{
    heap_collect(p, true);
    return NIL;
}
term native_group_leader(struct proc *p, unsigned n)
{
    return p->group_leader;
}
/* (%set-group-leader pid leader): false where the process is gone. */
term native_set_group_leader(struct proc *p, unsigned n)
{
    bool failed = false;
    for (unsigned i = 0; i < 2; i++)
        if (!is_pid(ARG(i)))
            return raise_arg(p, i, "a pid");
    if (same(ARG(0), p->pid)) {
        p->group_leader = ARG(1);
        return TRUE_TERM;
    }
    bool told = tell(p, SIGNAL_GROUP_LEADER, ARG(0), ARG(1), &failed);
    return failed ? NONE : mk_bool(told);
}
/* (%console): the console's group leader */
term native_console(struct proc *p, unsigned n)
{
    return output_console();
}
term native_console_is_busy(struct proc *p, unsigned n)
{
    return mk_bool(output_console_is_busy());
}
term native_dictionary(struct proc *p, unsigned n)
{
    return p->extra && !is_nil(p->extra->dictionary) ? p->extra->dictionary : empty_map;
}
static term set_extra(struct proc *p, word offset)
{
    struct proc_extra *e = proc_extra(p);
    if (!e)
        return raise(p, E_OUT_OF_MEMORY, "the dictionary and label of the process");
    *(term *)((u8 *)e + offset) = ARG(0);
    return NIL;
}
term native_set_dictionary(struct proc *p, unsigned n)
{
    return is_map(ARG(0)) ? set_extra(p, offsetof(struct proc_extra, dictionary)) : raise_arg(p, 0, "a map");
}
term native_set_label(struct proc *p, unsigned n)
{
    return set_extra(p, offsetof(struct proc_extra, label));
}
/* (%vm-info): [processes timers cores slices steals handovers sweeps] */
term native_crashes_dropped(struct proc *p, unsigned n)
{
    return mk_int((iword)procs_crashes_dropped());
}
term native_vm_info(struct proc *p, unsigned n)
{
    struct sched_counts c = sched_counts();
    const u64 all[] = {procs_count(), timers_count(), sched_cores(), c.slices, c.steals, c.handovers, sweep_cycles()};
    if (!heap_reserve(p, 1 + ARRAY_LEN(all)))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, ARRAY_LEN(all));
    for (unsigned i = 0; i < ARRAY_LEN(all); i++)
        t->item[i] = mk_int((iword)all[i]);
    return mk_box_ptr(t);
}
