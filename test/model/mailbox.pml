/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * mailbox.pml: no message is left lying, no process runs twice at once (vm/lock.h: proc.inbox, proc.state).
 *
 * SENDERS threads each send MESSAGES messages to one process (message_send, sched_wake); two workers run it
 * (run_process, after_slice). All accesses in it are sequentially consistent in the C, so interleavings are enough.
 * -DMUTANT_LOOK_FIRST: the sender looks at the state before it pushes.
 * -DMUTANT_WAIT_LAST: the process looks at its inbox before it says that it waits.
 * -DMUTANT_NO_EXCHANGE: a waker stores the new state instead of exchanging it.
 */
#define SENDERS 2
#define MESSAGES 2
#define WORKERS 2
mtype = {RUNNING, RUNNABLE, WAITING};

mtype state = RUNNABLE;
byte inbox, received, queued = 1, running;

inline make_ready() { queued++ }
inline wake(was) {
    if
#ifdef MUTANT_NO_EXCHANGE
    :: was == WAITING -> state = RUNNABLE; make_ready()
#else
    :: was == WAITING ->
        if
        :: atomic { state == WAITING -> state = RUNNABLE }; make_ready()
        :: state != WAITING
        fi
#endif
    :: else
    fi
}
proctype sender() {
    byte i = 0;
    mtype seen;
    do
    :: i < MESSAGES ->
#ifdef MUTANT_LOOK_FIRST
        seen = state; inbox++;
#else
        inbox++; seen = state;
#endif
        wake(seen); i++
    :: else -> break
    od
}
proctype worker() {
    byte taken;
    mtype seen;
    bool nothing_new;
end:
    do
    :: atomic { queued > 0 -> queued-- };
        running++;
        assert(running == 1);
        state = RUNNING;
        atomic { taken = inbox; inbox = 0 };
        received = received + taken;
        running--;
        if
        :: received > 0 && taken > 0 -> state = RUNNABLE; make_ready() /* it goes on */
        :: taken == 0 ->
#ifdef MUTANT_WAIT_LAST
            nothing_new = inbox == 0; state = WAITING;
#else
            state = WAITING; nothing_new = inbox == 0;
#endif
            if
            :: !nothing_new -> seen = state; wake(seen)
            :: else
            fi
        fi
    od
}
init {
    byte i;
    atomic {
        for (i : 1 .. SENDERS) { run sender() }
        for (i : 1 .. WORKERS) { run worker() }
    }
    timeout -> assert(received == SENDERS * MESSAGES && inbox == 0)
}
