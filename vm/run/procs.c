/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/procs.h"

#include "data/buf.h"
#include "data/vectors.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/crash.h"
#include "run/interp.h"
#include "run/io.h"
#include "run/names.h"
#include "run/output.h"
#include "run/relations.h"
#include "run/room.h"
#include "run/sched.h"
#include "run/signal.h"
#include "run/signals.h"
#include "run/tables.h"
#include "run/timers.h"
#include "term/blocks.h"
#include "term/gc.h"
#include "term/heap.h"
#include "term/off_heap.h"
#include "term/sweep.h"

/* A process begins with so many words for its frames: the outermost one, and a small function's. */
#define FIRST_STACK_WORDS 20
/* What making one is worth in calls of functions. */
#define SPAWN_REDUCTIONS 20
/* Relations that an ending process tells of its end in one slice. */
#define ENDS_A_SLICE 500

static struct {
    struct lock lock;
    word end; /* numbers used so far */
    struct frontier frontier;
    word free; /* number of a free block, linked through max_words; 0: none */
    word count;
} procs = {.end = 1};

/* --- numbers --- */

static struct proc *number_take(void)
{
    lock_take(&procs.lock);
    word i = procs.free;
    if (i)
        procs.free = proc_number(i)->max_words;
    else if (procs.end < MAX_PROCS)
        i = __atomic_fetch_add(&procs.end, 1, __ATOMIC_RELEASE);
    frontier_move(&procs.frontier, (word)proc_number(0), (word)proc_number(procs.end));
    procs.count += i != 0;
    lock_release(&procs.lock);
    return i ? proc_number(i) : NULL;
}
static word number_of(const struct proc *p)
{
    return (word)(p - proc_number(0));
}
static void number_give(struct proc *p)
{
    lock_take(&procs.lock);
    __atomic_store_n(&p->state, PROC_FREE, __ATOMIC_RELEASE);
    p->max_words = procs.free;
    procs.free = number_of(p);
    procs.count--;
    lock_release(&procs.lock);
}
word procs_end(void)
{
    return __atomic_load_n(&procs.end, __ATOMIC_ACQUIRE);
}
word procs_count(void)
{
    lock_take(&procs.lock);
    word n = procs.count;
    lock_release(&procs.lock);
    return n;
}
struct proc *proc_of_pid(term pid)
{
    word number = imm_payload(pid) & 0xfffffff;
    if (!number || number >= procs_end())
        return NULL;
    struct proc *p = proc_number(number);
    u32 state = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
    bool same_generation = ((__atomic_load_n(&p->inbox, __ATOMIC_RELAXED) ^ imm_payload(pid) >> 28) & 0xfffff) == 0;
    return state != PROC_FREE && same_generation ? p : NULL;
}

term proc_pid(const struct proc *p)
{
    u32 state = __atomic_load_n(&p->state, __ATOMIC_ACQUIRE);
    u64 generation = __atomic_load_n(&p->inbox, __ATOMIC_RELAXED) & 0xfffff;
    return state == PROC_FREE || state == PROC_EXITING ? NIL : IMM(IMM_PID, generation << 28 | number_of(p));
}

/* --- beginning --- */

/* A block with its generation's successor kept in the inbox word, as mailbox_close left it. */
static struct proc *proc_new(word block_words)
{
    struct proc *p = number_take();
    if (!p)
        return NULL;
    u64 inbox = __atomic_load_n(&p->inbox, __ATOMIC_RELAXED);
    u32 generation = (u32)(inbox & 0xfffff);
    if (!generation)
        generation = 1;
    if (!heap_init(p, block_words)) {
        number_give(p);
        return NULL;
    }
    __atomic_store_n(&p->marked, sweep_cycle(), __ATOMIC_RELAXED); /* before it is given anything */
    p->pid = IMM(IMM_PID, (word)generation << 28 | number_of(p));
    p->parent = p->group_leader = NIL;
    p->priority = PRIORITY_NORMAL;
    __atomic_store_n(&p->name, NIL.w, __ATOMIC_RELAXED);
    __atomic_store_n(&p->message_limit, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&p->owns_tables, false, __ATOMIC_RELAXED);
    p->spawned_ms = port_wall_clock_ns() / 1000000;
    mailbox_init(p, generation);
    return p;
}

struct proc *proc_first(word block_words)
{
    struct proc *p = proc_new(block_words);
    if (p)
        __atomic_store_n(&p->state, PROC_RUNNING, __ATOMIC_RELEASE);
    return p;
}

/* Room for the function's frame, where that is known. */
static word stack_words(term fn)
{
    const word *code = is_type(fn, T_FN) ? fn_code(fn) : NULL;
    if (code && hdr_type(*code) == T_CODE)
        return FIRST_STACK_WORDS + ((const struct code *)code)->nregs;
    return 2 * FIRST_STACK_WORDS;
}

/* What the child is begun with, as one value, so that what its parts share stays shared. It stands on the C stack. */
struct start {
    word hdr;
    term fn, args, label;
};
static struct start start_of(const struct spawn *s)
{
    return (struct start){mk_header(T_TUPLE, 0, 3), s->fn, s->args, s->label};
}

static bool is_copied(term t)
{
    return is_pointer(t) && !is_shared(t);
}
static bool nothing_to_copy(const struct spawn *s)
{
    return is_nil(s->args) && !is_copied(s->fn) && is_nil(s->label);
}
static bool child_start(struct proc *child, const struct spawn *s)
{
    shared_keep(s->fn);
    if (nothing_to_copy(s))
        return interp_start(child, s->fn, 0, NULL);
    struct start start = start_of(s);
    term copy = copy_to(child, mk_box_ptr(&start)), args[TAIL_ARGS_MAX];
    if (is_none(copy))
        return false;
    const struct start *mine = (const struct start *)box_ptr(copy);
    if (!is_nil(mine->label)) {
        struct proc_extra *extra = proc_extra(child);
        if (!extra)
            return false;
        extra->label = mine->label;
    }
    word n = is_nil(mine->args) ? 0 : vec_count(mine->args);
    if (n > TAIL_ARGS_MAX) /* more than a frame is begun with: apply spreads them */
        return interp_start(child, SLOW_apply, 2, (term[]){mine->fn, mine->args});
    for (word i = 0; i < n; i++)
        args[i] = vec_nth(mine->args, i);
    return interp_start(child, mine->fn, (unsigned)n, args);
}

static bool child_relate(struct proc *parent, struct proc *child, const struct spawn *s)
{
    u64 ref = is_nil(s->monitor) ? 0 : OBJ(ref, s->monitor)->id[0];
    if (s->link && (!relation_add(parent, LINKED, child->pid.w, child->pid) ||
                    !relation_add(child, LINKED, parent->pid.w, parent->pid)))
        return false;
    return !ref ||
           (relation_add(parent, MONITORING, ref, child->pid) && relation_add(child, MONITORED, ref, parent->pid));
}

void proc_drop(struct proc *p)
{
    relations_free(p);
    for (struct message *m = mailbox_close(p), *next; m; m = next) {
        next = m->next;
        message_free(m);
    }
    if (p->extra)
        blocks_free(&process_blocks, (word *)p->extra);
    p->extra = NULL;
    heap_destroy(p);
    number_give(p);
}

term proc_spawn(struct proc *parent, const struct spawn *s)
{
    term cell = NIL;
    struct start start = start_of(s);
    word words = nothing_to_copy(s) ? 0 : copy_size(mk_box_ptr(&start), &cell);
    if (words == COPY_STAYS)
        return raise(parent, E_NOT_SENDABLE, "%s belongs to the process that made it and cannot be given to another",
                     cell_that_stays(cell));
    word others = parent->priority <= PRIORITY_HIGH ? BLOCKS_SPARE / 2 : 2 * BLOCKS_SPARE;
    bool room = words < COPY_STAYS && blocks_leave(others);
    struct proc *child = room ? proc_new(words + stack_words(s->fn)) : NULL;
    if (!child) {
        if (!room)
            parent->reserve = RESERVE_OPEN;
        return raise(parent, E_SYSTEM_LIMIT, "there is no room for another process");
    }
    child->limit = child->hp + words;
    child->max_words = s->max_words;
    child->priority = s->priority;
    child->parent = parent->pid;
    child->group_leader = is_nil(s->group_leader) ? parent->group_leader : s->group_leader;
    if (!child_start(child, s) || !child_relate(parent, child, s)) {
        relation_remove(parent, LINKED, child->pid.w);
        if (!is_nil(s->monitor))
            relation_remove(parent, MONITORING, OBJ(ref, s->monitor)->id[0]);
        proc_drop(child);
        return raise(parent, E_OUT_OF_MEMORY, "a process");
    }
    native_charge(parent, SPAWN_REDUCTIONS + words / COPIED_WORDS_A_REDUCTION);
    term pid = child->pid;
    child->worker = NULL;
    if (s->waits)
        __atomic_store_n(&child->state, PROC_WAITING, __ATOMIC_RELEASE);
    else
        sched_start_proc(child);
    return pid;
}

struct proc_extra *proc_extra(struct proc *p)
{
    if (!p->extra) {
        word got;
        p->extra = (struct proc_extra *)blocks_alloc(&process_blocks, words_for_bytes(sizeof *p->extra), &got);
        if (p->extra)
            *p->extra = (struct proc_extra){.dictionary = NIL, .label = NIL};
    }
    return p->extra;
}

/* --- registered names --- */

struct registered {
    term name, pid;
};
static struct {
    struct lock lock;
    struct registered *slot;
    u32 count, size;
} registered;

static u32 slot_of(term name)
{
    u32 i = (u32)OBJ(symbol, name)->hash & (registered.size - 1);
    while (registered.slot[i].name.w && !names_equal(registered.slot[i].name, name))
        i = (i + 1) & (registered.size - 1);
    return i;
}
static bool registered_grow(void)
{
    struct registered *old = registered.slot;
    u32 size = registered.size, larger = size ? size * 2 : 64;
    struct registered *slot = port_alloc(larger * sizeof *slot);
    if (!slot)
        return false;
    memset(slot, 0, larger * sizeof *slot);
    registered.slot = slot;
    registered.size = larger;
    for (u32 i = 0; i < size; i++)
        if (old[i].name.w)
            slot[slot_of(old[i].name)] = old[i];
    port_free(old);
    return true;
}
static bool is_there(term name)
{
    return registered.size && registered.slot[slot_of(name)].name.w;
}

/* Lock: registered. One of the two sees the other: who registers that the process ends, or that one its name. */
static bool name_give(term name, term pid)
{
    struct proc *p = proc_of_pid(pid);
    if (!p || __atomic_load_n(&p->name, __ATOMIC_RELAXED) != NIL.w)
        return false;
    STORE_SEQ_CST(&p->name, name.w);
    if (__atomic_load_n(&p->state, __ATOMIC_SEQ_CST) != PROC_EXITING && proc_of_pid(pid) == p)
        return true;
    STORE_SEQ_CST(&p->name, NIL.w);
    return false;
}
bool proc_register(term name, term pid)
{
    name = intern_name(name);
    lock_take(&registered.lock);
    bool ok = !is_there(name) && ((registered.count + 1) * 4 <= registered.size * 3 || registered_grow()) &&
              name_give(name, pid);
    if (ok) {
        registered.slot[slot_of(name)] = (struct registered){name, pid};
        registered.count++;
    }
    lock_release(&registered.lock);
    return ok;
}
/* The slots behind move up where they are found only by passing the free one. */
static void registered_remove(u32 i)
{
    u32 mask = registered.size - 1;
    for (u32 j = (i + 1) & mask; registered.slot[j].name.w; j = (j + 1) & mask) {
        u32 home = (u32)OBJ(symbol, registered.slot[j].name)->hash & mask;
        if (((j - home) & mask) >= ((j - i) & mask)) {
            registered.slot[i] = registered.slot[j];
            i = j;
        }
    }
    registered.slot[i] = (struct registered){TERM(0), TERM(0)};
    registered.count--;
}
bool proc_unregister(term name)
{
    lock_take(&registered.lock);
    bool there = is_there(name);
    if (there) {
        u32 i = slot_of(name); /* as long as a name stands there, its process has not ended */
        STORE_SEQ_CST(&proc_of_pid(registered.slot[i].pid)->name, NIL.w);
        registered_remove(i);
    }
    lock_release(&registered.lock);
    return there;
}
static void name_drop(struct proc *p)
{
    if (__atomic_load_n(&p->name, __ATOMIC_SEQ_CST) == NIL.w)
        return;
    lock_take(&registered.lock);
    term name = TERM(__atomic_load_n(&p->name, __ATOMIC_RELAXED));
    if (!is_nil(name)) {
        registered_remove(slot_of(name));
        __atomic_store_n(&p->name, NIL.w, __ATOMIC_RELAXED);
    }
    lock_release(&registered.lock);
}
term proc_name(const struct proc *p)
{
    return TERM(__atomic_load_n(&p->name, __ATOMIC_RELAXED));
}
term proc_registered(term name)
{
    lock_take(&registered.lock);
    term pid = is_there(name) ? registered.slot[slot_of(name)].pid : ABSENT;
    lock_release(&registered.lock);
    return pid;
}
bool proc_is_alive(term pid)
{
    const struct proc *p = proc_of_pid(pid);
    if (!p || same(proc_pid(p), pid))
        return p != NULL;
    term name = proc_name(p);
    return !is_nil(name) && same(proc_registered(name), pid);
}
void registered_each(void (*visit)(void *context, term name, term pid), void *context)
{
    lock_take(&registered.lock);
    for (u32 i = 0; i < registered.size; i++)
        if (registered.slot[i].name.w)
            visit(context, registered.slot[i].name, registered.slot[i].pid);
    lock_release(&registered.lock);
}

/* --- the end --- */

void proc_killed(struct proc *p, struct message *m, term reason)
{
    p->result = reason;
    p->flags |= PROC_DONE | PROC_KILLED;
    off_heap_adopt(p, m->off_heap);
    m->off_heap = NULL;
    m->next = p->fragments; /* the reason may lie in it */
    p->fragments = m;
}

static word crashes_dropped; /* atomic */
word procs_crashes_dropped(void)
{
    return __atomic_exchange_n(&crashes_dropped, 0, __ATOMIC_RELAXED);
}
/* Sends [:crash pid [name label initial-call] reason], the reason being p->result, to the process registered as
 * :logger; where the limit of its mailbox is reached that is counted only. False: there is none, or what is to be told
 * cannot be sent. */
static bool crash_report(struct proc *p)
{
    term logger = proc_registered(K_logger);
    const struct proc *receiver = is_absent(logger) ? NULL : proc_of_pid(logger);
    if (!receiver || receiver == p || !heap_reserve(p, 4))
        return false;
    if (room_for_message(receiver) != ROOM) {
        __atomic_add_fetch(&crashes_dropped, 1, __ATOMIC_RELAXED);
        return true;
    }
    struct obj_tuple *who = heap_take_tuple(p, 3);
    who->item[0] = proc_name(p);
    who->item[1] = p->extra ? p->extra->label : NIL;
    who->item[2] = interp_initial_call(p);
    struct message *m = message_vector(p, MESSAGE, 4, (term[]){K_crash, p->pid, mk_box_ptr(who), p->result});
    return m && message_send(logger, m);
}
void crash_end(struct proc *p)
{
    struct worker *worker = p->worker;
    struct buf b = BUF_INIT;
    crash_text(p, &b);
    p->worker = worker_this(); /* its last words may collect */
    p->result = crash_reason(p);
    if (crash_is_error(p->result) && !crash_report(p))
        output_report(p, &b);
    p->pending = PENDING_NOTHING; /* a report that could not be sent is no error of its own */
    p->worker = worker;
    buf_free(&b);
}
static void exit_begin(struct proc *p)
{
    u32 flags = p->flags;
    if ((flags & (PROC_FAILED | PROC_REPORTED | PROC_KILLED)) == PROC_FAILED)
        crash_end(p);
    if (flags & (PROC_FAILED | PROC_KILLED))
        give_up_all_frames(p);
    else
        p->result = K_normal;
    STORE_SEQ_CST(&p->state, PROC_EXITING); /* nobody gives it a table from now on */
    if (p->timer)
        timer_stop_receive(p);
    room_close(p);
    name_drop(p);
    if (p->extra && __atomic_load_n(&p->extra->handles, __ATOMIC_RELAXED))
        io_close_all(p);
    for (struct message *m = mailbox_close(p), *next; m; m = next) {
        next = m->next;
        signal_refuse(p, m);
    }
}

bool proc_exit_step(struct proc *p)
{
    struct relation r;
    if (__atomic_load_n(&p->state, __ATOMIC_RELAXED) != PROC_EXITING)
        exit_begin(p);
    if (__atomic_load_n(&p->owns_tables, __ATOMIC_SEQ_CST) && !tables_exit_step(p))
        return false;
    for (unsigned i = 0; i < ENDS_A_SLICE; i++) {
        if (!relation_pop(p, &r)) {
            proc_drop(p);
            return true;
        }
        signal_end(p, r.key, relation_kind(r), relation_pid(r), p->result);
    }
    return false;
}
