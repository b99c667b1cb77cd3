/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/sched.h"

#include "data/regex.h"
#include "hostile.h"
#include "port.h"
#include "pure.h"
#include "run/interp.h"
#include "run/timers.h"
#include "term/gc.h"
#include "term/sweep.h"

#define WATCH_NS 1000000ull      /* how often the watcher looks */
#define WATCH_IDLE_ROUNDS 20     /* so long after the last work it goes on looking */
#define CROWDED_ROUNDS 10        /* looks in a row at which no core slept */
#define IDLE_NS 1000000000ull    /* so long after that nothing is kept for work to come */
#define STEAL_MAX 16             /* processes taken from another core at once */
#define FAVOUR 8                 /* slices of a priority before a lower one gets one */
#define SHORT_SLICES 20          /* a core that runs so many between two looks gets to all it has soon */
#define LONG_WAIT 4              /* looks at which somebody waited, in a row */
#define WAKE_PAUSE_NS 50000ull   /* between two cores that are woken to help */
#define SWEEP_STEP_NS 300000ull  /* a step of the shared area's collector */
#define SWEEP_PAUSE_NS 700000ull /* after one, while processes are ready */

enum worker_mode {
    MODE_SAFE,    /* runs no process, or its process touches nothing */
    MODE_RUNNING, /* inside a slice */
};
/* Lease of a core: what its worker does. The slice's number stands above the bit. */
#define LEASE_IN_SLICE 1u

struct queue {
    struct proc *first, *last;
};
struct core {
    struct lock lock; /* queues, ready, favour */
    struct queue queue[PRIORITIES];
    u32 ready;   /* processes in the queues; read without the lock, whose release orders it before a look at who is idle
                  */
    u32 movable; /* those of them that are not held back */
    u8 favour[PRIORITIES];
    u64 lease;             /* atomic */
    u64 seen;              /* the watcher's: the lease when it looked last */
    u64 seen_busy_ns;      /* the watcher's: of the worker then */
    bool overdue;          /* atomic: others may take even the only process that waits; set by the watcher */
    u32 looks_waiting;     /* the watcher's: in a row at which somebody waited there */
    bool orphan;           /* the watcher's: nobody could be given it yet */
    u64 wake_ns;           /* atomic: until when its worker sleeps */
    struct worker *worker; /* atomic: that has this core */
    struct timer_wheel *wheel;
    u64 slices, steals;
};

static struct {
    struct core core[MAX_CORES];
    unsigned n_cores;
    u64 idle;    /* atomic: bit i: the worker of core i sleeps */
    u32 stopped; /* atomic */
    struct proc *first;
    u64 epoch;                  /* atomic: grace periods begun */
    u64 next_sweep_ns;          /* atomic: no step of the collector before */
    u64 next_help_ns;           /* atomic: no core is woken to help before */
    struct sched_counts counts; /* atomic; those of the cores are theirs */

    struct lock lock; /* workers */
    struct worker *workers, *spare;
    u32 n_workers;

    u32 watcher_wake; /* atomic: the watcher parks on it while all is idle */
    u32 crowded;      /* the watcher's: looks in a row at which no core slept */
} sched;

unsigned sched_cores(void)
{
    return sched.n_cores ? sched.n_cores : 1;
}
struct sched_counts sched_counts(void)
{
    struct sched_counts c = {.handovers = __atomic_load_n(&sched.counts.handovers, __ATOMIC_RELAXED)};
    for (unsigned i = 0; i < sched.n_cores; i++) {
        c.slices += __atomic_load_n(&sched.core[i].slices, __ATOMIC_RELAXED);
        c.steals += __atomic_load_n(&sched.core[i].steals, __ATOMIC_RELAXED);
    }
    return c;
}

/* --- queues; the core's lock is held --- */

static void queue_put(struct queue *q, struct proc *p)
{
    p->queue_next = NULL;
    if (q->first)
        q->last->queue_next = p;
    else
        q->first = p;
    q->last = p;
}
static struct proc *queue_take(struct queue *q)
{
    struct proc *p = q->first;
    if (p)
        q->first = p->queue_next;
    return p;
}

static void core_count(struct core *c, const struct proc *p, u32 n)
{
    __atomic_store_n(&c->ready, c->ready + n, __ATOMIC_RELAXED);
    if (!p->held_back)
        __atomic_store_n(&c->movable, c->movable + n, __ATOMIC_RELAXED);
}
static void core_put(struct core *c, struct proc *p)
{
    queue_put(&c->queue[p->priority], p);
    core_count(c, p, 1);
}
/* The next to run. After FAVOUR of one priority the next lower one that has somebody gets one, so that nobody starves.
 */
static struct proc *core_take(struct core *c)
{
    struct proc *p = NULL;
    for (unsigned i = 0; i < PRIORITIES && !p; i++) {
        if (!c->queue[i].first)
            continue;
        bool lower = false;
        for (unsigned j = i + 1; j < PRIORITIES; j++)
            lower = lower || c->queue[j].first;
        if (lower && ++c->favour[i] > FAVOUR) {
            c->favour[i] = 0;
            continue;
        }
        p = queue_take(&c->queue[i]);
    }
    if (p)
        core_count(c, p, (u32)-1);
    return p;
}

/* --- waking --- */

static void signal_worker(struct worker *w)
{
    STORE_SEQ_CST(&w->signal, 1);
    port_unpark(&w->signal, 1);
}
static void wake_core(unsigned i)
{
    u64 bit = 1ull << i;
    if (__atomic_fetch_and(&sched.idle, ~bit, __ATOMIC_SEQ_CST) & bit)
        signal_worker(__atomic_load_n(&sched.core[i].worker, __ATOMIC_ACQUIRE));
}
/* Waking a core costs more than many a process that it would run. */
static bool help_is_due(void)
{
    u64 now = port_monotonic_ns(), next = __atomic_load_n(&sched.next_help_ns, __ATOMIC_RELAXED);
    return now >= next && __atomic_compare_exchange_n(&sched.next_help_ns, &next, now + WAKE_PAUSE_NS, false,
                                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
/* The core has got something to do. Others help once there is more than its worker is going to do next. */
static void core_has_work(struct core *c)
{
    u64 idle = __atomic_load_n(&sched.idle, __ATOMIC_SEQ_CST);
    if (LIKELY(!idle))
        return;
    unsigned i = (unsigned)(c - sched.core);
    if (idle >> i & 1)
        wake_core(i);
    else if (__atomic_load_n(&c->movable, __ATOMIC_RELAXED) > 1 && help_is_due())
        wake_core((unsigned)__builtin_ctzll(idle));
}

static struct core *core_here(void)
{
    struct core *c = worker_this()->core;
    return c ? c : &sched.core[0];
}
static void make_ready(struct core *c, struct proc *p)
{
    lock_take(&c->lock);
    core_put(c, p);
    lock_release(&c->lock);
    core_has_work(c);
}
void sched_start_proc(struct proc *p)
{
    __atomic_store_n(&p->state, PROC_RUNNABLE, __ATOMIC_RELEASE);
    make_ready(core_here(), p);
}
void sched_wake(struct proc *p)
{
    u32 waiting = PROC_WAITING;
    if (__atomic_load_n(&p->state, __ATOMIC_SEQ_CST) == PROC_WAITING &&
        __atomic_compare_exchange_n(&p->state, &waiting, PROC_RUNNABLE, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        make_ready(core_here(), p);
}
struct timer_wheel *sched_wheel(void)
{
    return core_here()->wheel;
}
void sched_timer_started(struct timer_wheel *w, u64 at_ns)
{
    for (unsigned i = 0; i < sched.n_cores; i++) {
        struct core *c = &sched.core[i];
        if (c->wheel == w && at_ns < __atomic_load_n(&c->wake_ns, __ATOMIC_SEQ_CST) &&
            __atomic_load_n(&sched.idle, __ATOMIC_SEQ_CST) >> i & 1)
            wake_core(i);
    }
}

/* --- what others may know of a worker --- */

static void leave_running(struct worker *w)
{
    sweep_hand_over(w);
    __atomic_store_n(&w->mode, MODE_SAFE, __ATOMIC_RELEASE);
}
static void enter_running(struct worker *w)
{
    STORE_SEQ_CST(&w->mode, MODE_RUNNING);
    u64 epoch = __atomic_load_n(&sched.epoch, __ATOMIC_SEQ_CST);
    if (UNLIKELY(epoch != w->epoch))
        STORE_SEQ_CST(&w->epoch, epoch);
}
u64 sched_grace_begin(void)
{
    return __atomic_add_fetch(&sched.epoch, 1, __ATOMIC_SEQ_CST);
}
bool sched_grace_is_over(u64 grace)
{
    const struct worker *me = worker_this();
    for (const struct worker *w = __atomic_load_n(&sched.workers, __ATOMIC_SEQ_CST); w; w = w->next) {
        if (w != me && __atomic_load_n(&w->mode, __ATOMIC_SEQ_CST) != MODE_SAFE &&
            __atomic_load_n(&w->epoch, __ATOMIC_SEQ_CST) < grace)
            return false;
    }
    return true;
}

/* p, whose state is the caller's, waits (again). What came meanwhile found it not waiting. Then others may run it to
 * its end: only what stays is looked at; an interrupt is for the first process, which ends last. */
static void let_wait(struct proc *p)
{
    const struct timer *timer = p->timer;
    STORE_SEQ_CST(&p->state, PROC_WAITING);
    bool interrupted = p == sched.first && __atomic_load_n(&p->interrupted, __ATOMIC_SEQ_CST);
    if (mailbox_has_new(p) || (timer && timer_has_fired(timer)) || interrupted)
        sched_wake(p);
}
static bool change_state(struct proc *p, u32 from, u32 to)
{
    return __atomic_compare_exchange_n(&p->state, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
u32 sched_hold(struct proc *p)
{
    u32 state = __atomic_load_n(&p->state, __ATOMIC_RELAXED);
    if (state == PROC_WAITING && change_state(p, PROC_WAITING, PROC_RUNNABLE))
        return PROC_WAITING;
    if (state == PROC_BLOCKED && change_state(p, PROC_BLOCKED, PROC_HELD))
        return PROC_BLOCKED;
    return PROC_FREE;
}
void sched_let_go(struct proc *p, u32 state)
{
    if (state == PROC_WAITING) {
        let_wait(p);
        return;
    }
    STORE_SEQ_CST(&p->state, PROC_BLOCKED);
    port_unpark(&p->state, 1);
}

/* --- slices --- */

/* Where p, which ran in a slice of so many reductions, has the next one. Who mostly sends to somebody that is behind
 * with its messages is held back: it goes where that one runs, and takes turns with it there, for on a core of its own
 * it would only make what waits more. */
static struct core *next_core(const struct worker *w, struct proc *p, i32 slice)
{
    p->held_back = w->behind > (u32)slice / 2;
    return p->held_back ? &sched.core[w->behind_core] : core_here();
}
/* What a process that ran does next. */
static void after_slice(const struct worker *w, struct proc *p, i32 slice)
{
    p->worker = NULL;
    if (p->flags & PROC_DONE) {
        if (p == sched.first)
            sched_stop();
        else if (!proc_exit_step(p))
            make_ready(core_here(), p);
        return;
    }
    if (p->flags & PROC_WAITS) {
        p->flags &= ~PROC_WAITS;
        let_wait(p);
        return;
    }
    __atomic_store_n(&p->state, PROC_RUNNABLE, __ATOMIC_RELAXED);
    make_ready(next_core(w, p, slice), p);
}
static void run_process(struct worker *w, const struct core *c, struct proc *p)
{
    i32 slice = 0;
    __atomic_store_n(&w->proc, p, __ATOMIC_RELAXED);
    p->worker = w;
    p->held_back = false;
    __atomic_store_n(&p->core, (u8)(c - sched.core), __ATOMIC_RELAXED);
    worker_clear(w);
    sweep_mark_process(p);
    if (!(p->flags & PROC_DONE)) {
        __atomic_store_n(&p->state, PROC_RUNNING, __ATOMIC_RELAXED);
        p->flags &= ~PROC_YIELD;
        p->reductions = slice = slice_reductions(&w->random);
        w->behind = 0;
        p->granted_reductions += (u64)p->reductions;
        p->busy = false;
        mailbox_take_in(p);
        if (!(p->flags & PROC_DONE))
            interp_run(p);
        proc_end_slice(p);
    }
    after_slice(w, p, slice);
    __atomic_store_n(&w->proc, NULL, __ATOMIC_RELAXED);
}
static u64 slice_begin(struct worker *w, struct core *c)
{
    __atomic_store_n(&c->slices, c->slices + 1, __ATOMIC_RELAXED);
    u64 mine = c->slices << 1 | LEASE_IN_SLICE;
    enter_running(w);
    __atomic_store_n(&c->lease, mine, __ATOMIC_RELEASE);
    return mine;
}
/* The slice may have taken so long that the core was given away. */
static void slice_end(struct worker *w, struct core *c, u64 mine)
{
    leave_running(w);
    if (!__atomic_compare_exchange_n(&c->lease, &mine, mine & ~(u64)LEASE_IN_SLICE, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        w->core = NULL;
}
static void slice(struct worker *w, struct core *c, struct proc *p)
{
    u64 mine = slice_begin(w, c);
    run_process(w, c, p);
    slice_end(w, c, mine);
}
/* A step of the collector. False: there is nothing to do for now. */
static bool sweep_slice(struct worker *w, struct core *c)
{
    if (LIKELY(!sweep_is_due()))
        return false;
    u64 now = port_monotonic_ns();
    bool pause = now < __atomic_load_n(&sched.next_sweep_ns, __ATOMIC_RELAXED) && !sweep_is_behind();
    if (pause && __atomic_load_n(&c->ready, __ATOMIC_RELAXED))
        return false;
    u64 mine = slice_begin(w, c);
    bool more = sweep_step(now + SWEEP_STEP_NS);
    slice_end(w, c, mine);
    __atomic_store_n(&sched.next_sweep_ns, port_monotonic_ns() + SWEEP_PAUSE_NS, __ATOMIC_RELAXED);
    return more;
}

/* --- finding something to do --- */

/* Processes that another core had better run. The only one that waits will be run soon where it is, and what it talks
 * to may be there, too. */
static u32 to_be_had(const struct core *c)
{
    u32 movable = __atomic_load_n(&c->movable, __ATOMIC_SEQ_CST);
    return movable > 1 || __atomic_load_n(&c->overdue, __ATOMIC_SEQ_CST) ? movable : 0;
}
/* Up to half of what another core may have of this one; its lock is held. */
static struct queue take_movable(struct core *from)
{
    struct queue taken = {0}, kept = {0};
    unsigned n = from->movable / 2 + 1;
    struct proc *p;
    for (unsigned i = 0; n && i < STEAL_MAX && (p = core_take(from)) != NULL; i++) {
        queue_put(p->held_back ? &kept : &taken, p);
        n -= !p->held_back;
    }
    while ((p = queue_take(&kept)) != NULL)
        core_put(from, p);
    return taken;
}
/* From the fullest other core. */
static struct proc *steal(struct core *to)
{
    struct core *from = NULL;
    u32 most = 0;
    for (unsigned i = 0; i < sched.n_cores; i++) {
        u32 n = to_be_had(&sched.core[i]);
        if (&sched.core[i] != to && n > most) {
            most = n;
            from = &sched.core[i];
        }
    }
    if (!from)
        return NULL;
    __atomic_store_n(&from->overdue, false, __ATOMIC_RELAXED);
    lock_take(&from->lock);
    struct queue taken = take_movable(from);
    lock_release(&from->lock);
    struct proc *p = queue_take(&taken);
    if (!p)
        return NULL;
    __atomic_store_n(&to->steals, to->steals + 1, __ATOMIC_RELAXED);
    lock_take(&to->lock);
    for (struct proc *more; (more = queue_take(&taken)) != NULL;)
        core_put(to, more);
    lock_release(&to->lock);
    return p;
}
static struct proc *find_work(struct core *c)
{
    struct proc *p = NULL;
    if (__atomic_load_n(&c->ready, __ATOMIC_SEQ_CST)) {
        lock_take(&c->lock);
        p = core_take(c);
        lock_release(&c->lock);
    }
    return p ? p : steal(c);
}
static bool work_is_left(const struct core *mine)
{
    for (unsigned i = 0; i < sched.n_cores; i++) {
        const struct core *c = &sched.core[i];
        if (c == mine ? __atomic_load_n(&c->ready, __ATOMIC_SEQ_CST) : to_be_had(c))
            return true;
    }
    return false;
}
/* Fires what is due, as a slice would: messages move. */
static void run_timers(struct worker *w, struct core *c)
{
    u64 due_ns = timers_due(c->wheel), now_ns;
    if (LIKELY(due_ns == PORT_FOREVER) || due_ns > (now_ns = port_monotonic_ns()))
        return;
    enter_running(w);
    timers_run(c->wheel, now_ns);
    leave_running(w);
}
static void core_sleep(struct worker *w, struct core *c)
{
    u64 bit = 1ull << (c - sched.core);
    STORE_SEQ_CST(&w->signal, 0);
    STORE_SEQ_CST(&c->wake_ns, PORT_FOREVER); /* any timer that is started now wakes us */
    __atomic_or_fetch(&sched.idle, bit, __ATOMIC_SEQ_CST);
    run_timers(w, c); /* one may have been started meanwhile */
    u64 until_ns = timers_due(c->wheel);
    STORE_SEQ_CST(&c->wake_ns, until_ns);
    if (!work_is_left(c) && !__atomic_load_n(&sched.stopped, __ATOMIC_SEQ_CST))
        port_park(&w->signal, 0, until_ns);
    __atomic_and_fetch(&sched.idle, ~bit, __ATOMIC_SEQ_CST);
    STORE_SEQ_CST(&c->wake_ns, 0);
    if (__atomic_load_n(&sched.watcher_wake, __ATOMIC_SEQ_CST)) {
        STORE_SEQ_CST(&sched.watcher_wake, 0);
        port_unpark(&sched.watcher_wake, 1);
    }
}

/* Runs the core's processes until it is given away. */
static void run_core(struct worker *w, struct core *c)
{
    while (w->core && !__atomic_load_n(&sched.stopped, __ATOMIC_ACQUIRE)) {
        run_timers(w, c);
        bool swept = sweep_slice(w, c);
        struct proc *p = w->core ? find_work(c) : NULL;
        if (p)
            slice(w, c, p);
        else if (!swept && w->core)
            core_sleep(w, c);
    }
}

/* --- workers --- */

static void worker_add(struct worker *w)
{
    lock_take(&sched.lock);
    w->number = sched.n_workers++;
    w->random = port_monotonic_ns() + w->number;
    w->next = sched.workers;
    STORE_SEQ_CST(&sched.workers, w); /* before it begins to run anything: sched_grace_is_over */
    lock_release(&sched.lock);
}
/* Waits as a spare worker until it is given a core. */
static void worker_wait(struct worker *w)
{
    STORE_SEQ_CST(&w->signal, 0);
    lock_take(&sched.lock);
    w->next_spare = sched.spare;
    sched.spare = w;
    lock_release(&sched.lock);
    /* A signal alone means nothing: who meant to wake the core that was this worker's may come late. */
    while (!__atomic_load_n(&w->core, __ATOMIC_ACQUIRE) && !__atomic_load_n(&sched.stopped, __ATOMIC_ACQUIRE)) {
        port_park(&w->signal, 0, PORT_FOREVER);
        STORE_SEQ_CST(&w->signal, 0);
    }
}
/* A long slice is over. False: the thread, which ran behind others, may not be as it was before (a host lets nobody but
 * its administrator do that): it ends. */
static MUST_CHECK bool leave_background(struct worker *w)
{
    lock_take(&sched.lock);
    __atomic_store_n(&w->took_long, false, __ATOMIC_RELAXED);
    bool done = !w->background || port_thread_background(w->thread, false);
    w->background = !done;
    lock_release(&sched.lock);
    return done;
}
static void worker_loop(struct worker *w)
{
    while (!__atomic_load_n(&sched.stopped, __ATOMIC_ACQUIRE)) {
        if (w->core)
            run_core(w, w->core);
        else if (leave_background(w))
            worker_wait(w);
        else
            break;
    }
    /* The watcher starts another thread: one started here would run behind others, too. */
    __atomic_store_n(&w->wants_thread, w->background, __ATOMIC_RELEASE);
}
struct begin {
    struct worker *worker;
    word thread;
    u32 told;
};
static void worker_main(void *argument)
{
    struct begin *b = argument;
    struct worker *w = b->worker;
    worker_adopt(w);
    if (w->core) { /* a new one */
        worker_add(w);
        __atomic_store_n(&w->core->worker, w, __ATOMIC_RELEASE);
    }
    while (!__atomic_load_n(&b->told, __ATOMIC_ACQUIRE))
        port_park(&b->told, 0, PORT_FOREVER);
    w->thread = b->thread;
    w->background = false;
    port_free(b);
    worker_loop(w);
    regex_leave_thread();
}
static bool worker_start(struct worker *w)
{
    struct begin *b = port_alloc(sizeof *b);
    if (!b)
        return false;
    *b = (struct begin){.worker = w};
    if (!port_thread_start(worker_main, b, &b->thread)) {
        port_free(b);
        return false;
    }
    __atomic_store_n(&b->told, 1, __ATOMIC_RELEASE);
    port_unpark(&b->told, 1);
    return true;
}
/* Gives the core to a spare worker, or a new one. False: there is none to be had. */
static bool hand_over(struct core *c)
{
    lock_take(&sched.lock);
    struct worker *w = sched.spare;
    if (w)
        sched.spare = w->next_spare;
    lock_release(&sched.lock);
    if (w) {
        __atomic_store_n(&w->core, c, __ATOMIC_RELEASE);
        __atomic_store_n(&c->worker, w, __ATOMIC_RELEASE);
        signal_worker(w);
        return true;
    }
    w = worker_new();
    if (!w)
        return false;
    w->core = c;
    bool started = worker_start(w);
    if (!started)
        port_free(w);
    return started;
}

/* --- the watcher --- */

static bool interrupt_waits_for(const struct worker *w)
{
    return __atomic_load_n(&w->proc, __ATOMIC_RELAXED) == sched.first && interrupt_asked(sched.first);
}
/* Threads in long slices run behind the others, but not while a core sleeps, whose processor they may have, and not
 * where the user waits for an interrupt to be seen: other programs of the host would come first as well. */
static void place_long_slices(bool crowded, bool room)
{
    for (struct worker *w = __atomic_load_n(&sched.workers, __ATOMIC_ACQUIRE); w; w = w->next) {
        if (UNLIKELY(__atomic_load_n(&w->wants_thread, __ATOMIC_ACQUIRE))) {
            __atomic_store_n(&w->wants_thread, false, __ATOMIC_RELAXED);
            if (!worker_start(w))
                __atomic_store_n(&w->wants_thread, true, __ATOMIC_RELAXED);
        }
        if (LIKELY(!__atomic_load_n(&w->took_long, __ATOMIC_RELAXED)))
            continue;
        lock_take(&sched.lock);
        bool asked = interrupt_waits_for(w);
        bool behind = (w->background ? !room : crowded) && !asked;
        if (w->took_long && behind != w->background && port_thread_background(w->thread, behind))
            w->background = behind;
        lock_release(&sched.lock);
    }
}

/* Two processes that talk to each other leave nobody waiting most of the time; two that only work always do. */
static void judge_waiting(struct core *c, u64 slices)
{
    bool waits = __atomic_load_n(&c->ready, __ATOMIC_RELAXED);
    c->looks_waiting = waits ? c->looks_waiting + 1 : 0;
    STORE_SEQ_CST(&c->overdue, slices < SHORT_SLICES || c->looks_waiting >= LONG_WAIT);
}
static bool watch(void)
{
    bool busy = false;
    for (unsigned i = 0; i < sched.n_cores; i++) {
        struct core *c = &sched.core[i];
        if (UNLIKELY(c->orphan))
            c->orphan = !hand_over(c);
        u64 lease = __atomic_load_n(&c->lease, __ATOMIC_ACQUIRE);
        judge_waiting(c, (lease >> 1) - (c->seen >> 1));
        busy = busy || !(__atomic_load_n(&sched.idle, __ATOMIC_SEQ_CST) >> i & 1);
        struct worker *slow = __atomic_load_n(&c->worker, __ATOMIC_ACQUIRE);
        if (!(lease & LEASE_IN_SLICE) || lease != c->seen) {
            c->seen = lease;
            c->seen_busy_ns = lease & LEASE_IN_SLICE ? port_thread_busy_ns(slow->thread) : 0;
            continue;
        }
        u64 taken = lease & ~(u64)LEASE_IN_SLICE;
        /* One that did not get a processor, on a machine that is busy with other things, is not to get even less. */
        bool busy_all_along = port_thread_busy_ns(slow->thread) - c->seen_busy_ns > WATCH_NS / 2;
        __atomic_store_n(&slow->took_long, busy_all_along, __ATOMIC_RELAXED); /* it forgets that after the slice */
        if (!__atomic_compare_exchange_n(&c->lease, &lease, taken, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
            __atomic_store_n(&slow->took_long, false, __ATOMIC_RELAXED);
            continue;
        }
        c->orphan = !hand_over(c);
        __atomic_fetch_add(&sched.counts.handovers, 1, __ATOMIC_RELAXED);
    }
    u64 idle = __atomic_load_n(&sched.idle, __ATOMIC_SEQ_CST);
    sched.crowded = idle ? 0 : sched.crowded + 1;
    place_long_slices(sched.crowded > CROWDED_ROUNDS, idle);
    if (idle && work_is_left(NULL))
        wake_core((unsigned)__builtin_ctzll(idle));
    return busy;
}
static void wait_for_work(void)
{
    port_park(&sched.watcher_wake, 1, port_monotonic_ns() + IDLE_NS);
    if (!__atomic_load_n(&sched.watcher_wake, __ATOMIC_SEQ_CST))
        return;
    blocks_release_idle(&process_blocks);
    port_park(&sched.watcher_wake, 1, PORT_FOREVER);
}
static void watcher_main(void *argument)
{
    unsigned quiet = 0;
    worker_add(worker_this());
    while (!__atomic_load_n(&sched.stopped, __ATOMIC_ACQUIRE)) {
        quiet = watch() ? 0 : quiet + 1;
        if (quiet < WATCH_IDLE_ROUNDS) {
            static const u32 nothing;
            port_park(&nothing, 0, port_monotonic_ns() + WATCH_NS);
            continue;
        }
        STORE_SEQ_CST(&sched.watcher_wake, 1);
        if (!watch())
            wait_for_work();
        STORE_SEQ_CST(&sched.watcher_wake, 0);
        quiet = 0;
    }
}

/* --- other threads --- */

void sched_join(void)
{
    worker_add(worker_this());
}
void sched_send_begin(void)
{
    enter_running(worker_this());
}
void sched_send_end(void)
{
    leave_running(worker_this());
}

/* --- blocking calls --- */

void sched_block_begin(struct proc *p)
{
    STORE_SEQ_CST(&p->state, PROC_BLOCKED);
    leave_running(p->worker);
}
void sched_block_end(struct proc *p)
{
    enter_running(p->worker);
    while (!change_state(p, PROC_BLOCKED, PROC_RUNNING))
        port_park(&p->state, PROC_HELD, PORT_FOREVER);
}

/* --- start and end --- */

/* The calling thread only waits: it is the port's. */
void sched_run(struct proc *first, unsigned cores)
{
    word thread;
    sched.first = first;
    sched.n_cores = cores < MAX_CORES ? cores : MAX_CORES;
    for (unsigned i = 0; i < sched.n_cores; i++) {
        sched.core[i].wheel = timer_wheel_new();
        ENSURE(sched.core[i].wheel, "there is memory for the timers");
    }
    sched_start_proc(first);
    for (unsigned i = 0; i < sched.n_cores; i++)
        ENSURE(hand_over(&sched.core[i]), "a thread can be started for each core");
    ENSURE(port_thread_start(watcher_main, NULL, &thread), "a thread can be started to watch the others");
    while (!__atomic_load_n(&sched.stopped, __ATOMIC_ACQUIRE))
        port_park(&sched.stopped, 0, PORT_FOREVER);
}
void sched_stop(void)
{
    STORE_SEQ_CST(&sched.stopped, 1);
    port_unpark(&sched.stopped, ~0u);
    for (struct worker *w = __atomic_load_n(&sched.workers, __ATOMIC_ACQUIRE); w; w = w->next)
        signal_worker(w);
}
