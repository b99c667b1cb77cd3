/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/sweep.h"

#include "data/str.h"
#include "hostile.h"
#include "lang/code.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/procs.h"
#include "run/sched.h"
#include "run/tables.h"
#include "run/timers.h"
#include "term/roots.h"
#include "term/scan.h"
#include "term/shared.h"

#define CLOCK_ROUNDS 32 /* objects, processes ... between two looks at the clock */
#define TAKE 256        /* objects taken from the common list at once */

u32 sweep_phase;

static struct {
    struct lock lock; /* grey */
    struct {          /* objects marked and not yet scanned, but for those that workers have */
        word **at;
        word n, max;
    } grey;
    /* atomic: */
    u32 busy;     /* a worker makes a step */
    u32 again;    /* another wanted to meanwhile */
    u32 soon;     /* a cycle was asked for */
    u32 overflow; /* an object was marked that did not fit into grey */
    u64 cycles;   /* begun */

    /* the step's: */
    u64 grace;
    word at;    /* place in the bitmaps, while clearing and freeing */
    bool alone; /* no process runs: the caller has them all */
    bool roots_marked;
    word process, processes_left;
    u32 timer;
    struct table_cursor table;
    bool tables_marked;
    struct shared_amounts before; /* when the cycle began */
    word freed_bytes;
} sweep;

u8 sweep_cycle(void)
{
    return (u8)__atomic_load_n(&sweep.cycles, __ATOMIC_ACQUIRE);
}
u64 sweep_cycles(void)
{
    return __atomic_load_n(&sweep.cycles, __ATOMIC_RELAXED);
}
void sweep_soon(void)
{
    __atomic_store_n(&sweep.soon, 1, __ATOMIC_RELAXED);
}
bool sweep_is_due(void)
{
    return sweep_phase_now() != SWEEP_IDLE || __atomic_load_n(&sweep.soon, __ATOMIC_RELAXED) || shared_is_due();
}
bool sweep_is_behind(void)
{
    return shared_is_behind();
}

/* --- marking --- */

static bool grow(word ***at, word *max)
{
    word more = *max ? *max * 2 : 1024;
    word **grown = port_realloc(*at, more * sizeof *grown);
    if (!grown) {
        __atomic_store_n(&sweep.overflow, 1, __ATOMIC_RELAXED);
        return false;
    }
    *at = grown;
    *max = more;
    return true;
}
static void push(struct worker *w, word *o)
{
    if (LIKELY(w->n_grey < w->max_grey) || grow(&w->grey, &w->max_grey))
        w->grey[w->n_grey++] = o;
}
static void push_common(word *o)
{
    if (LIKELY(sweep.grey.n < sweep.grey.max) || grow(&sweep.grey.at, &sweep.grey.max))
        sweep.grey.at[sweep.grey.n++] = o;
}

static inline bool is_shared_word(word w)
{
    return is_pointer_word(w) && shared_holds(w);
}
static inline void mark(struct worker *w, word x)
{
    if (is_shared_word(x) && shared_mark(pointer_target(x)))
        push(w, pointer_target(x));
}
static void mark_root(void *context, term *slot)
{
    mark(context, slot_read(slot).w);
}

/* What words from..end, whole terms, refer to; others may be writing to slots among them. */
static ALWAYS_INLINE void each_reference(const word *from, const word *end, void (*visit)(struct worker *, word),
                                         struct worker *w)
{
    for (const word *at = from; at < end; at++) {
        word x = slot_read((const term *)at).w;
        if (!is_header(x)) {
            visit(w, x);
            continue;
        }
        if (hdr_type(x) == T_FN)
            visit(w, slot_read((const term *)&((const struct obj_fn *)at)->code).w | TAG_BOX);
        at += scan_skip(x);
    }
}
static void mark_words(struct worker *w, const word *from, const word *end)
{
    each_reference(from, end, mark, w);
}

static void scan_code(struct worker *w, const struct code *c)
{
    const term *consts = code_consts(c);
    mark(w, c->name.w);
    mark(w, c->file.w);
    mark(w, c->debug.w);
    for (u32 i = 0; i < c->n_consts; i++)
        mark(w, consts[i].w);
}
static void scan_object(struct worker *w, const word *o)
{
    word first = slot_read((const term *)o).w;
    if (is_header(first) && hdr_type(first) == T_CODE)
        scan_code(w, (const struct code *)o);
    else
        mark_words(w, o, o + (is_header(first) ? 1 + hdr_words(first) : 2));
}

static void mark_message(void *context, struct message *m)
{
    mark(context, m->value.w);
    mark_words(context, m->term, m->term + m->words);
}
static void mark_entry(void *context, struct entry *e)
{
    mark_words(context, &e->hdr, e->term + e->words);
}
void sweep_mark_process(struct proc *p)
{
    u8 cycle = sweep_cycle();
    u32 phase = sweep_phase_now();
    if (LIKELY(phase != SWEEP_MARKING || __atomic_load_n(&p->marked, __ATOMIC_RELAXED) == cycle))
        return;
    struct worker *w = worker_this();
    mark_words(w, p->block, p->hp);
    mark_words(w, p->more->old, p->more->old_hp);
    proc_each_root(p, mark_root, mark_root, w); /* what is spent must not be left dangling */
    proc_each_message(p, mark_message, w);
    __atomic_store_n(&p->marked, cycle, __ATOMIC_RELEASE);
}

/* --- keeping --- */

static void keep(struct worker *w, word x)
{
    if (!is_shared_word(x) || shared_is_marked(pointer_target(x)))
        return;
    lock_take(&sweep.lock); /* FINISHING ends with the lock held: then all that is alive is marked */
    if (sweep_keeps() && shared_mark(pointer_target(x)))
        push_common(pointer_target(x));
    lock_release(&sweep.lock);
}
void sweep_keep(term t)
{
    keep(NULL, t.w);
}
void sweep_keep_words(const word *from, const word *end)
{
    each_reference(from, end, keep, NULL);
}

void sweep_born(word *o)
{
    shared_mark(o);
    if (sweep_phase_now() <= SWEEP_HANDING_OVER)
        push(worker_this(), o);
}
void sweep_hand_over(struct worker *w)
{
    if (LIKELY(!w->n_grey))
        return;
    lock_take(&sweep.lock);
    for (word i = 0; i < w->n_grey; i++)
        push_common(w->grey[i]);
    lock_release(&sweep.lock);
    port_free(w->grey);
    w->grey = NULL;
    w->n_grey = w->max_grey = 0;
}

/* --- steps --- */

struct clock {
    u64 until_ns;
    unsigned rounds;
};
static bool is_over(struct clock *c)
{
    if (++c->rounds % CLOCK_ROUNDS)
        return false;
    return port_monotonic_ns() >= c->until_ns;
}

static void next_phase(u32 phase)
{
    STORE_SEQ_CST(&sweep_phase, phase);
}
static void grace_begin(void)
{
    sweep.grace = sched_grace_begin();
}

static bool take_some(struct worker *w)
{
    lock_take(&sweep.lock);
    for (unsigned i = 0; i < TAKE && sweep.grey.n; i++)
        push(w, sweep.grey.at[--sweep.grey.n]);
    lock_release(&sweep.lock);
    return w->n_grey;
}
/* True: there is nothing to scan. */
static bool drain(struct worker *w, struct clock *c)
{
    do {
        while (w->n_grey) {
            scan_object(w, w->grey[--w->n_grey]);
            if (is_over(c))
                return false;
        }
    } while (take_some(w));
    return true;
}

/* True: every process was marked. */
static bool mark_processes(struct worker *w, struct clock *c)
{
    u8 cycle = sweep_cycle();
    for (; sweep.process < procs_end(); sweep.process++) {
        if (is_over(c))
            return false;
        struct proc *p = proc_number(sweep.process);
        if (__atomic_load_n(&p->state, __ATOMIC_ACQUIRE) == PROC_FREE ||
            __atomic_load_n(&p->marked, __ATOMIC_ACQUIRE) == cycle)
            continue;
        u32 was = sweep.alone ? PROC_FREE : sched_hold(p);
        if (was == PROC_FREE && !sweep.alone) {
            sweep.processes_left++;
            continue;
        }
        sweep_mark_process(p);
        if (was != PROC_FREE)
            sched_let_go(p, was);
        if (w->n_grey > TAKE && !drain(w, c))
            return false;
    }
    return true;
}
/* What is visited besides processes; true: all was. */
static bool mark_others(struct worker *w, struct clock *c)
{
    if (!sweep.roots_marked) {
        names_each_root(mark_root, w);
        shared_each_root(mark_root, w);
        sweep.roots_marked = true;
    }
    while (timers_each_message(&sweep.timer, mark_message, w))
        if (is_over(c))
            return false;
    while (!sweep.tables_marked) {
        sweep.tables_marked = !tables_each_entry(&sweep.table, mark_entry, w);
        if (w->n_grey > TAKE && !drain(w, c))
            return false;
        if (is_over(c))
            return false;
    }
    return true;
}
/* Processes that run are marked before their next slice: then it is looked again. */
static bool mark_step(struct worker *w, struct clock *c)
{
    if (!drain(w, c) || !mark_others(w, c) || !mark_processes(w, c))
        return true;
    word left = sweep.processes_left;
    sweep.process = 1;
    sweep.processes_left = 0;
    if (left)
        return false;
    next_phase(SWEEP_HANDING_OVER);
    grace_begin();
    return true;
}

static void scan_and_drain(void *context, word *o)
{
    struct clock forever = {PORT_FOREVER, 0};
    scan_object(context, o);
    drain(context, &forever);
}
static void finish_step(struct worker *w, struct clock *c)
{
    if (!drain(w, c))
        return;
    while (__atomic_exchange_n(&sweep.overflow, 0, __ATOMIC_RELAXED)) /* all that is marked is scanned again */
        shared_each_marked(scan_and_drain, w);
    lock_take(&sweep.lock);
    if (!sweep.grey.n && !__atomic_load_n(&sweep.overflow, __ATOMIC_RELAXED)) {
        sweep.at = 0;
        next_phase(SWEEP_FREEING);
    }
    lock_release(&sweep.lock);
}

static void begin(void)
{
    __atomic_store_n(&sweep.soon, 0, __ATOMIC_RELAXED);
    sweep.before = shared_amounts();
    sweep.freed_bytes = 0;
    sweep.at = 0;
    sweep.roots_marked = sweep.tables_marked = false;
    sweep.process = 1;
    sweep.processes_left = 0;
    sweep.timer = 1;
    sweep.table = (struct table_cursor){0};
    next_phase(SWEEP_CLEARING);
    grace_begin(); /* objects that are born marked, though the last cycle is over */
}
static void clear_step(struct clock *c)
{
    while (shared_clear_marks(&sweep.at))
        if (is_over(c))
            return;
    lock_take(&sweep.lock);
    sweep.grey.n = 0;
    lock_release(&sweep.lock);
    next_phase(SWEEP_KEEPING);
    __atomic_store_n(&sweep.cycles, sweep.cycles + 1, __ATOMIC_RELEASE); /* see proc_spawn */
    grace_begin();
}
static void free_step(struct clock *c)
{
    while (shared_free_unmarked(&sweep.at, &sweep.freed_bytes))
        if (is_over(c))
            return;
    lock_take(&sweep.lock);
    port_free(sweep.grey.at);
    sweep.grey.at = NULL;
    sweep.grey.n = sweep.grey.max = 0;
    lock_release(&sweep.lock);
    shared_swept(&sweep.before, sweep.freed_bytes);
    next_phase(SWEEP_IDLE);
}

static bool step(struct worker *w, struct clock *c)
{
    u32 phase = sweep_phase_now();
    bool waits = phase == SWEEP_CLEARING || phase == SWEEP_KEEPING || phase == SWEEP_HANDING_OVER;
    if (waits && !sched_grace_is_over(sweep.grace))
        return false;
    switch ((enum sweep_phase)phase) {
    case SWEEP_IDLE:
        if (!sweep_is_due())
            return false;
        begin();
        return true;
    case SWEEP_CLEARING:
        clear_step(c);
        return true;
    case SWEEP_KEEPING:
        next_phase(SWEEP_MARKING);
        return true;
    case SWEEP_MARKING:
        return mark_step(w, c);
    case SWEEP_HANDING_OVER:
        next_phase(SWEEP_FINISHING);
        return true;
    case SWEEP_FINISHING:
        finish_step(w, c);
        return true;
    case SWEEP_FREEING:
        free_step(c);
        return true;
    }
    return false;
}
static bool steps(struct worker *w, struct clock *c)
{
    bool more;
    do
        more = step(w, c);
    while (more && port_monotonic_ns() < c->until_ns);
    sweep_hand_over(w);
    return more;
}
/* Who finds another at it relies on that one to look again: there may be more to do than it saw. */
bool sweep_step(u64 until_ns)
{
    struct clock c = {until_ns, 0};
    bool more = false;
    STORE_SEQ_CST(&sweep.again, 1);
    while (!more && __atomic_load_n(&sweep.again, __ATOMIC_SEQ_CST) &&
           !__atomic_exchange_n(&sweep.busy, 1, __ATOMIC_SEQ_CST)) {
        STORE_SEQ_CST(&sweep.again, 0);
        more = steps(worker_this(), &c);
        STORE_SEQ_CST(&sweep.busy, 0);
    }
    return more;
}
void sweep_whole(void)
{
    sweep.alone = true;
    while (sweep_phase_now() != SWEEP_IDLE)
        sweep_step(0);
    sweep_soon();
    do
        sweep_step(0);
    while (sweep_phase_now() != SWEEP_IDLE);
    sweep.alone = false;
}
