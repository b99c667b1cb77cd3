/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/timers.h"

#include "map.h"
#include "port.h"
#include "pure.h"
#include "run/procs.h"
#include "run/sched.h"
#include "term/blocks.h"
#include "term/sweep.h"

#define TICK_NS 1000000ull
#define LEVELS 4
#define SLOTS 256 /* of a level; a slot of level n spans SLOTS^n ticks */

struct timer {
    u32 next, prev; /* numbers in the slot's list; 0: end */
    u64 at_ns;
    u64 ref; /* of a sending timer; 0: free, or a receive's */
    struct message *message;
    term to;                   /* pid, or the interned name of who has it when it fires */
    struct timer_wheel *wheel; /* whose lock guards all of this */
    u8 level, slot;
    bool active;
};
struct timer_wheel {
    struct lock lock;
    u64 tick; /* all before it has fired */
    u32 slot[LEVELS][SLOTS];
    u64 busy[LEVELS][SLOTS / 64];
    word count;
    u64 due_ns; /* atomic: nothing is to do before */
};

static struct {
    struct lock lock;
    u32 end, free; /* free: linked through next */
    word count;
} table = {.end = 1};
#define MAX_TIMERS ((u32)(TIMERS_BYTES / sizeof(struct timer)))

static struct timer *timer_number(u32 i)
{
    return (struct timer *)TIMERS_BASE + i;
}
static bool timer_is_active(const struct timer *t)
{
    return __atomic_load_n(&t->active, __ATOMIC_SEQ_CST);
}
/* Who holds an old number may look at it at any time. */
static void set_ref(struct timer *t, u64 ref)
{
    __atomic_store_n(&t->ref, ref, __ATOMIC_RELEASE);
}
static u32 number_of(const struct timer *t)
{
    return (u32)(t - timer_number(0));
}
static struct timer *timer_new(void)
{
    lock_take(&table.lock);
    u32 i = table.free;
    if (i)
        table.free = timer_number(i)->next;
    else if (table.end < MAX_TIMERS && blocks_have_memory())
        i = __atomic_fetch_add(&table.end, 1, __ATOMIC_RELEASE);
    table.count += i != 0;
    lock_release(&table.lock);
    if (!i)
        return NULL;
    struct timer *t = timer_number(i);
    t->message = NULL;
    __atomic_store_n(&t->active, false, __ATOMIC_RELAXED);
    return t;
}
static void timer_free(struct timer *t)
{
    lock_take(&table.lock);
    t->next = table.free;
    table.free = number_of(t);
    table.count--;
    lock_release(&table.lock);
}
word timers_count(void)
{
    lock_take(&table.lock);
    word n = table.count;
    lock_release(&table.lock);
    return n;
}

/* --- the wheel; its lock is held --- */

struct timer_wheel *timer_wheel_new(void)
{
    struct timer_wheel *w = port_alloc(sizeof *w);
    if (w) {
        memset(w, 0, sizeof *w);
        w->tick = port_monotonic_ns() / TICK_NS;
        w->due_ns = PORT_FOREVER;
    }
    return w;
}

static void link_in(struct timer_wheel *w, struct timer *t)
{
    u64 tick = (t->at_ns + TICK_NS - 1) / TICK_NS; /* never early */
    if (tick < w->tick)
        tick = w->tick;
    u64 ahead = tick - w->tick;
    unsigned level = 0;
    while (level < LEVELS - 1 && ahead >> (8 * (level + 1)))
        level++;
    if (ahead >> (8 * LEVELS))
        tick = w->tick + ((u64)1 << (8 * LEVELS)) - 1; /* looked at again then */
    u8 slot = (u8)(tick >> (8 * level));
    t->level = (u8)level;
    t->slot = slot;
    t->prev = 0;
    t->next = w->slot[level][slot];
    if (t->next)
        timer_number(t->next)->prev = number_of(t);
    w->slot[level][slot] = number_of(t);
    w->busy[level][slot / 64] |= 1ull << (slot % 64);
    STORE_SEQ_CST(&t->active, true);
    __atomic_store_n(&t->wheel, w, __ATOMIC_RELEASE);
    w->count++;
}
static void link_out(struct timer_wheel *w, struct timer *t)
{
    if (t->prev)
        timer_number(t->prev)->next = t->next;
    else
        w->slot[t->level][t->slot] = t->next;
    if (t->next)
        timer_number(t->next)->prev = t->prev;
    if (!w->slot[t->level][t->slot])
        w->busy[t->level][t->slot / 64] &= ~(1ull << (t->slot % 64));
    STORE_SEQ_CST(&t->active, false);
    w->count--;
}
/* Slots from `from` on, around the level: how many to the next busy one; SLOTS: none. */
static unsigned next_busy(const u64 busy[SLOTS / 64], unsigned from)
{
    for (unsigned i = 0; i < SLOTS;) {
        unsigned at = (from + i) % SLOTS;
        u64 bits = busy[at / 64] >> (at % 64);
        if (bits) {
            unsigned ahead = i + (unsigned)__builtin_ctzll(bits);
            return ahead < SLOTS ? ahead : SLOTS;
        }
        i += 64 - at % 64;
    }
    return SLOTS;
}
/* The first tick, not before w->tick, at which something is to do. */
static u64 next_tick(const struct timer_wheel *w)
{
    u64 best = ~0ull;
    for (unsigned level = 0; level < LEVELS; level++) {
        u64 now = w->tick >> (8 * level);
        bool started = level && w->tick & (((u64)1 << (8 * level)) - 1); /* the slot we are in was moved down */
        unsigned ahead = next_busy(w->busy[level], (unsigned)(now + started) % SLOTS);
        if (ahead == SLOTS)
            continue;
        u64 tick = (now + started + ahead) << (8 * level);
        if (tick < best)
            best = tick;
    }
    return best;
}
/* Takes the timers of a slot apart from it; they are active no more. */
static u32 slot_take(struct timer_wheel *w, unsigned level, unsigned slot)
{
    u32 first = w->slot[level][slot];
    w->slot[level][slot] = 0;
    w->busy[level][slot / 64] &= ~(1ull << (slot % 64));
    for (u32 i = first; i; i = timer_number(i)->next) {
        STORE_SEQ_CST(&timer_number(i)->active, false);
        w->count--;
    }
    return first;
}

static void fire(struct timer *t)
{
    term to = t->to;
    if (!t->message) { /* a receive's: it stays the process's */
        struct proc *p = proc_of_pid(to);
        if (p)
            sched_wake(p);
        return;
    }
    struct message *m = t->message;
    t->message = NULL;
    set_ref(t, 0);
    timer_free(t);
    shared_keep(m->value);
    shared_keep_words(m->term, m->term + m->words);
    if (!is_pid(to))
        to = proc_registered(to);
    if (is_absent(to))
        message_free(m);
    else
        message_send(to, m);
}

/* Fires and moves down what is due at tick; the others go back. */
static void run_tick(struct timer_wheel *w)
{
    for (unsigned level = LEVELS; level-- > 0;) {
        if (w->tick & (((u64)1 << (8 * level)) - 1))
            continue;
        u32 i = slot_take(w, level, (u8)(w->tick >> (8 * level)));
        while (i) {
            struct timer *t = timer_number(i);
            i = t->next;
            if ((t->at_ns + TICK_NS - 1) / TICK_NS <= w->tick)
                fire(t);
            else
                link_in(w, t);
        }
    }
}

u64 timers_due(const struct timer_wheel *w)
{
    return __atomic_load_n(&w->due_ns, __ATOMIC_SEQ_CST);
}
void timers_run(struct timer_wheel *w, u64 now_ns)
{
    u64 now = now_ns / TICK_NS, next = ~0ull;
    lock_take(&w->lock);
    while (w->count && (next = next_tick(w)) <= now) {
        w->tick = next;
        run_tick(w);
        w->tick = next + 1;
    }
    if (!w->count || w->tick < now)
        w->tick = now < next ? now : next;
    STORE_SEQ_CST(&w->due_ns, w->count ? next * TICK_NS : PORT_FOREVER);
    lock_release(&w->lock);
}

static void start(struct timer *t, struct timer_wheel *w, u64 at_ns)
{
    lock_take(&w->lock);
    if (!w->count)
        w->tick = port_monotonic_ns() / TICK_NS;
    t->at_ns = at_ns;
    link_in(w, t);
    if (at_ns < timers_due(w))
        STORE_SEQ_CST(&w->due_ns, at_ns);
    lock_release(&w->lock);
    sched_timer_started(w, at_ns);
}

/* --- receive --- */

bool timer_start_receive(struct proc *p, u64 at_ns)
{
    struct timer *t = p->timer;
    if (t && timer_is_active(t) && t->at_ns == at_ns)
        return true;
    if (t)
        timer_stop_receive(p);
    t = timer_new();
    if (!t)
        return false;
    t->to = p->pid;
    set_ref(t, 0);
    p->timer = t;
    start(t, sched_wheel(), at_ns);
    return true;
}
void timer_stop_receive(struct proc *p)
{
    struct timer *t = p->timer;
    struct timer_wheel *w = t->wheel;
    lock_take(&w->lock);
    if (t->active)
        link_out(w, t);
    lock_release(&w->lock);
    timer_free(t);
    p->timer = NULL;
}

bool timer_has_fired(const struct timer *t)
{
    return !timer_is_active(t);
}

/* --- sending --- */

bool timer_start_send(term to, struct message *m, u64 at_ns, u64 ref, u64 *id)
{
    struct timer *t = timer_new();
    if (!t) {
        message_free(m);
        return false;
    }
    struct timer_wheel *w = sched_wheel();
    t->to = to;
    t->message = m;
    __atomic_store_n(&t->wheel, w, __ATOMIC_RELEASE);
    set_ref(t, ref);
    *id = number_of(t);
    start(t, w, at_ns);
    return true;
}

/* The timer, with its wheel's lock held, or NULL. */
static struct timer *find(u64 id, u64 ref)
{
    if (!id || id >= __atomic_load_n(&table.end, __ATOMIC_RELAXED) || !ref)
        return NULL;
    struct timer *t = timer_number((u32)id);
    if (__atomic_load_n(&t->ref, __ATOMIC_ACQUIRE) != ref)
        return NULL;
    struct timer_wheel *w = __atomic_load_n(&t->wheel, __ATOMIC_ACQUIRE);
    lock_take(&w->lock);
    if (t->ref == ref && t->active)
        return t;
    lock_release(&w->lock);
    return NULL;
}
static u64 left(const struct timer *t)
{
    u64 now = port_monotonic_ns();
    return t->at_ns > now ? t->at_ns - now : 0;
}
bool timer_left(u64 id, u64 ref, u64 *left_ns)
{
    struct timer *t = find(id, ref);
    if (!t)
        return false;
    *left_ns = left(t);
    lock_release(&t->wheel->lock);
    return true;
}
bool timer_cancel(u64 id, u64 ref, u64 *left_ns)
{
    struct timer *t = find(id, ref);
    if (!t)
        return false;
    *left_ns = left(t);
    link_out(t->wheel, t);
    set_ref(t, 0);
    struct message *m = t->message;
    t->message = NULL;
    lock_release(&t->wheel->lock);
    timer_free(t);
    message_free(m);
    return true;
}

bool timers_each_message(u32 *at, void (*visit)(void *context, struct message *m), void *context)
{
    if (*at >= __atomic_load_n(&table.end, __ATOMIC_ACQUIRE))
        return false;
    struct timer *t = timer_number((*at)++);
    struct timer_wheel *w = __atomic_load_n(&t->wheel, __ATOMIC_ACQUIRE);
    if (!w)
        return true;
    lock_take(&w->lock); /* one that moves down is not active meanwhile */
    /* What is active in this wheel stays as it is; what is not may be becoming another timer. */
    if (__atomic_load_n(&t->wheel, __ATOMIC_ACQUIRE) == w && timer_is_active(t) && t->message)
        visit(context, t->message);
    lock_release(&w->lock);
    return true;
}
