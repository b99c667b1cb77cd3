/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cores.pml: whoever is ready is run, by one worker at a time, and no core sleeps over work (run/sched.c; vm/lock.h:
 * core.lease, wheel.due_ns). The mailbox is mailbox.pml's.
 *
 * Two workers and a watcher run two processes that wake each other, go on, wait or end. Queues are sets, so the order of
 * priorities does not matter; whether help is due or a core overdue is anybody's guess. What a lock excludes is atomic.
 * All other accesses are sequentially consistent in the C or ordered as if they were.
 * -DCASE_QUEUES: two cores, each with a worker; a process may go on held back beside another.
 * -DCASE_GIVEN_AWAY: one core; a slice may last until the watcher gives the core away, and start a timer; a thread that
 * has no core wakes a process, too; the watcher sleeps.
 * -DMUTANT_IDLE_FIRST: who makes a process ready looks at who is idle before it puts it into the queue.
 * -DMUTANT_LOOK_FIRST: a worker looks for work before it says that it is going to sleep, and not again.
 * -DMUTANT_DUE_FIRST: it looks at its timers then, and not again.
 * -DMUTANT_WORKER_LAST: who hands a core over says whose it is after it has woken that one.
 * -DMUTANT_KEEP_CORE: a worker whose slice took long goes on with the core that was given away.
 * -DMUTANT_WATCHER_LOOKS_FIRST: the watcher looks at who is idle before it says that it is going to sleep, and not again.
 */
#define CORES 2
#define WORKERS 2
#define PROCS 2
#define NOBODY 255
#define OTHER(c) (1 - (c))
#define BIT(c) (1 << (c))
mtype = {WAITING, RUNNABLE, RUNNING, DONE};
mtype = {AWAKE, SOON, FOREVER};

mtype state[PROCS];
byte queued[PROCS]; /* 1 + the core in whose queue it is */
bool held[PROCS];
byte slices[PROCS]; /* left for it */

byte ready[CORES], movable[CORES];
bool overdue[CORES], orphan[CORES];
byte lease[CORES]; /* number of the slice, twice, and whether somebody is in it */
byte worker_of[CORES];
mtype wake_ns[CORES];
bool timer[CORES];

byte core_of[WORKERS];
bool signalled[WORKERS], spare[WORKERS], in_slice[WORKERS];
byte idle;
bool watcher_wake;
bool long_left = true, lasting; /* a slice that lasts until its core is given away */

/* --- queues --- */

inline core_put(c, p) {
    d_step {
        assert(queued[p] == 0 && state[p] == RUNNABLE);
        queued[p] = 1 + c;
        ready[c]++;
        movable[c] = movable[c] + !held[p]
    }
}
inline take(c, p) {
    queued[p] = 0;
    ready[c]--;
    movable[c] = movable[c] - !held[p]
}

/* --- waking --- */

inline wake_core(c) {
    atomic { was_idle = idle & BIT(c); idle = idle & ~BIT(c) };
    if
    :: was_idle -> to = worker_of[c]; signalled[to] = true; d_step { to = 0; was_idle = 0 }
    :: else
    fi
}
inline make_ready(c, p) {
#ifdef MUTANT_IDLE_FIRST
    seen_idle = idle;
    core_put(c, p);
#else
    core_put(c, p);
    seen_idle = idle;
#endif
    if
    :: seen_idle & BIT(c) -> wake_core(c)
    :: !(seen_idle & BIT(c)) && seen_idle && movable[c] > 1 ->
        if
        :: wake_core(OTHER(c))
        :: skip /* help is not due */
        fi
    :: else
    fi;
    seen_idle = 0
}
inline wake_somebody(here) {
    if
    :: atomic { state[0] == WAITING -> state[0] = RUNNABLE; q = 0 }
    :: atomic { state[1] == WAITING -> state[1] = RUNNABLE; q = 1 }
    :: atomic { state[0] != WAITING && state[1] != WAITING -> q = NOBODY }
    fi;
    if
    :: q != NOBODY -> make_ready(here, q); q = NOBODY
    :: else
    fi
}
/* In a slice on c, which may be somebody else's by now. */
inline start_timer(c) {
    timer[c] = true;
    if
    :: wake_ns[c] == FOREVER -> if :: idle & BIT(c) -> wake_core(c) :: else fi
    :: else
    fi
}
inline run_timers(c) {
#ifdef CASE_GIVEN_AWAY
    if
    :: atomic { timer[c] -> timer[c] = false }; wake_somebody(c)
    :: true /* there is none, or it is not yet due */
    fi
#endif
    skip
}

/* --- finding something to do --- */

inline look_for_work(c) {
    left = ready[c];
    if
    :: !left ->
        left = movable[OTHER(c)];
        if
        :: left == 1 -> left = overdue[OTHER(c)]
        :: else
        fi
    :: else
    fi
}
inline take_any(c) {
    atomic {
        if
        :: queued[0] == 1 + c -> p = 0; take(c, p)
        :: queued[1] == 1 + c -> p = 1; take(c, p)
        :: else
        fi
    }
}
#define MAY_MOVE(c, p) (queued[p] == 1 + OTHER(c) && !held[p])
inline steal_one(c, to_p) {
    if
    :: MAY_MOVE(c, 0) -> to_p = 0
    :: MAY_MOVE(c, 1) -> to_p = 1
    :: else
    fi;
    if
    :: to_p != NOBODY -> take(OTHER(c), to_p)
    :: else
    fi
}
inline steal(c) {
    left = movable[OTHER(c)];
    if
    :: left == 1 -> left = overdue[OTHER(c)]
    :: else
    fi;
    if
    :: left ->
        overdue[OTHER(c)] = false;
        atomic {
            left = movable[OTHER(c)] / 2 + 1;
            steal_one(c, p);
            if
            :: left > 1 -> steal_one(c, q)
            :: else
            fi;
            left = 0
        };
        if
        :: q != NOBODY -> core_put(c, q); q = NOBODY
        :: else
        fi
    :: else
    fi
}

/* --- workers --- */

inline core_sleep(c) {
#ifdef MUTANT_LOOK_FIRST
    look_for_work(c);
#endif
#ifdef MUTANT_DUE_FIRST
    due = timer[c];
#endif
    signalled[me] = false;
    wake_ns[c] = FOREVER;
    idle = idle | BIT(c);
#ifndef MUTANT_DUE_FIRST
    run_timers(c);
    due = timer[c];
#endif
    wake_ns[c] = (due -> SOON : FOREVER);
#ifndef MUTANT_LOOK_FIRST
    look_for_work(c);
#endif
    if
    :: !left -> end_asleep: signalled[me] || due
    :: else
    fi;
    d_step { left = 0; due = false };
    idle = idle & ~BIT(c);
    wake_ns[c] = AWAKE;
    if
    :: watcher_wake -> watcher_wake = false
    :: else
    fi
}
inline slice(c) {
    assert(!(lease[c] & 1));
    mine = (lease[c] / 2 + 1) % 4 * 2; /* no slice lasts while three others begin */
    in_slice[me] = true;
    assert(core_of[OTHER(me)] != c || in_slice[OTHER(me)]);
    lease[c] = mine + 1;
    assert(state[p] == RUNNABLE);
    held[p] = false;
    state[p] = RUNNING;
    if
    :: wake_somebody(c)
#ifdef CASE_GIVEN_AWAY
    :: long_left -> long_left = false; lasting = true; lease[c] != mine + 1; start_timer(c)
#endif
    :: skip
    fi;
    if
    :: slices[p] == 0 -> state[p] = DONE
    :: slices[p] > 0 ->
        slices[p]--;
        if
        :: state[p] = WAITING
        :: state[p] = RUNNABLE; make_ready(c, p)
#ifdef CASE_QUEUES
        :: held[p] = true; state[p] = RUNNABLE; make_ready(OTHER(c), p)
#endif
        fi
    fi;
    p = NOBODY;
    atomic {
        if
        :: lease[c] == mine + 1 -> lease[c] = mine
        :: else ->
#ifndef MUTANT_KEEP_CORE
            core_of[me] = NOBODY
#else
            skip
#endif
        fi;
        mine = 0;
        in_slice[me] = false
    }
}
proctype worker(byte me) {
    byte p = NOBODY, q = NOBODY, to, seen_idle, was_idle, left, mine;
    bool due;
end:
    do
    :: core_of[me] != NOBODY ->
        run_timers(core_of[me]);
        if
        :: ready[core_of[me]] -> take_any(core_of[me])
        :: else
        fi;
#ifdef CASE_QUEUES
        if
        :: p == NOBODY -> steal(core_of[me])
        :: else
        fi;
#endif
        if
        :: p != NOBODY -> slice(core_of[me])
        :: else -> core_sleep(core_of[me])
        fi
    :: core_of[me] == NOBODY ->
        signalled[me] = false;
        spare[me] = true;
        do
        :: core_of[me] != NOBODY -> break
        :: core_of[me] == NOBODY -> end_spare: signalled[me] -> signalled[me] = false
        od
    od
}
/* A thread of the port that sends a message. */
proctype outside() {
    byte q = NOBODY, to, seen_idle, was_idle;
    wake_somebody(0)
}

/* --- the watcher: looks again and again; what it would find nothing at is left out --- */

inline hand_over(c) {
    atomic {
        if
        :: spare[0] -> to = 0
        :: spare[1] -> to = 1
        :: else -> to = NOBODY
        fi;
        if
        :: to != NOBODY -> spare[to] = false
        :: else
        fi
    };
    orphan[c] = to == NOBODY;
    if
    :: to != NOBODY ->
        core_of[to] = c;
#ifdef MUTANT_WORKER_LAST
        signalled[to] = true;
        worker_of[c] = to
#else
        worker_of[c] = to;
        signalled[to] = true
#endif
    :: else
    fi;
    to = 0
}
#define CAN_STEAL(c) (movable[c] > 1 || (movable[c] && overdue[c]))
#define WORK_IS_LEFT (CAN_STEAL(0) || CAN_STEAL(1))
#define SPARE (spare[0] || spare[1])
inline watch(c) {
    if
#ifdef CASE_GIVEN_AWAY
    :: orphan[c] && SPARE -> hand_over(c)
    :: atomic { lease[c] & 1 && lasting -> lease[c]--; lasting = false }; hand_over(c)
#else
    :: !overdue[c] && ready[c] -> overdue[c] = true
#endif
    :: idle & BIT(c) && WORK_IS_LEFT -> wake_core(c)
    fi
}
#define NOT_ALL_IDLE (!(idle & BIT(0)))
proctype watcher() {
    byte to, was_idle;
end:
    do
    :: watch(0)
    :: watch(1)
#ifdef CASE_GIVEN_AWAY
    :: !NOT_ALL_IDLE ->
        watcher_wake = true;
        if
#ifdef MUTANT_WATCHER_LOOKS_FIRST
        :: true -> end_parked: !watcher_wake
#else
        :: !NOT_ALL_IDLE && !WORK_IS_LEFT -> end_parked: !watcher_wake
        :: else
#endif
        fi;
        watcher_wake = false
#endif
    od
}

init {
    atomic {
        state[0] = RUNNABLE;
        queued[0] = 1;
        ready[0] = 1;
        movable[0] = 1;
#ifdef CASE_QUEUES
        state[1] = RUNNABLE;
        slices[0] = 1;
        queued[1] = 1;
        ready[0] = 2;
        movable[0] = 2;
#else
        state[1] = WAITING;
#endif
        wake_ns[0] = AWAKE;
        wake_ns[1] = AWAKE;
        core_of[0] = 0;
#ifdef CASE_QUEUES
        core_of[1] = 1;
#else
        core_of[1] = NOBODY;
#endif
        worker_of[0] = 0;
        worker_of[1] = 1;
        run worker(0);
        run worker(1);
#ifndef CASE_QUEUES
        run outside();
#endif
        run watcher()
    }
    timeout -> d_step {
        assert(!ready[0] && !ready[1] && !movable[0] && !movable[1]);
        assert(!timer[0] && !timer[1]);
        assert(state[0] == DONE || state[0] == WAITING);
        assert(state[1] == DONE || state[1] == WAITING)
    }
}
