/* SPDX-License-Identifier: GPL-3.0-only */
/* worker.c: see fuzz.h. Messages, faults, and what a worker does next. */
#include "worker.h"

#define MESSAGE_LABEL 16 /* and some behind it: no fault has such a one */

/* --- messages --- */

static void saw_fault(u64 kind)
{
    switch (kind) {
    case 1:
        saw(EVENT_FAULT_CAPABILITY);
        break;
    case 2:
        saw(EVENT_FAULT_SYSCALL);
        break;
    case 3:
        saw(EVENT_FAULT_EXCEPTION);
        break;
    case 5:
        saw(EVENT_FAULT_TIMEOUT);
        break;
    case 6:
        saw(EVENT_FAULT_VM);
        break;
    }
}
static bool is_fault(const struct worker *w)
{
    u64 label = w->call.tag >> 12;
    return w->call.cap == FAULT_BADGE && label > 0 && label < MESSAGE_LABEL && (w->call.tag & 127);
}
/* Half of the messages have no capabilities, and may be short. */
static u64 draw_info(struct worker *w)
{
    return tag(MESSAGE_LABEL, one_in(w, 2) ? 0 : draw(w, 4), draw(w, 6));
}
/* What came is answered: to a fault so that its thread goes on where all start, if it can be put there. */
static void put_answer(struct worker *w)
{
    u64 kind = is_fault(w) ? w->call.tag >> 12 : 0;
    w->call.tag = kind ? tag(one_in(w, 8), 0, draw(w, 6)) : draw_info(w);
    if (kind == 2) {
        *(ARCH_SYSCALL_PC < REGISTER_WORDS ? &w->call.word[ARCH_SYSCALL_PC] : &w->buffer->words[ARCH_SYSCALL_PC]) =
            (u64)worker_start;
        w->call.tag = tag(0, 0, ARCH_SYSCALL_PC + 1);
    } else if (kind == 3) {
        w->call.word[0] = (u64)worker_start;
        w->call.tag = tag(0, 0, 1 + draw(w, 3));
    } else if (kind == 5) {
        w->call.word[0] = (u64)worker_start;
        w->call.tag = tag(0, 0, draw(w, 2));
    }
}
/* Those that go with this message, and where others may come, which stays so for a while. */
static void prepare_caps(struct worker *w, u64 with)
{
    for (unsigned i = 0; i < (with >> 7 & 3); i++)
        w->buffer->caps[i] = one_in(w, 3) ? pointer_of(w, CAP_ENDPOINT) : any_pointer(w);
    if (!one_in(w, 4))
        return;
    w->buffer->receive_cnode = pointer_of(w, CAP_CNODE);
    w->buffer->receive_index = slot_of(w, CAP_NULL);
    w->buffer->receive_depth = one_in(w, 16) ? odd_value(w) : 64;
}
static void look_at_message(struct worker *w)
{
    u64 extras = w->call.tag >> 7 & 3, unwrapped = w->call.tag >> 9 & 7;
    if (is_fault(w))
        saw_fault(w->call.tag >> 12);
    else if (w->call.tag >> 12 >= MESSAGE_LABEL)
        saw(EVENT_MESSAGE);
    if (unwrapped)
        saw(EVENT_CAP_UNWRAPPED);
    else if (extras)
        saw(EVENT_CAP_CAME);
}
static void wait(struct worker *w)
{
    w->call.cap = one_in(w, 2) ? FUZZ_BELL : pointer_of(w, CAP_NOTIFICATION);
    bool blocking = one_in(w, 2);
    enter(blocking ? SYSCALL_WAIT : SYSCALL_NB_WAIT, &w->call);
    if (blocking)
        saw(EVENT_SIGNAL);
}
static u64 meeting(struct worker *w)
{
    return FUZZ_MEETING + 2 * draw(w, MEETINGS);
}
/* Two servers have stacks of which one has an even number. */
static u64 own_meeting(const struct worker *w)
{
    return FUZZ_MEETING + 2 * ((u64)(w->buffer - shared.buffers) % MEETINGS);
}
static void call(struct worker *w, u64 endpoint)
{
    u64 first = draw_info(w);
    prepare_caps(w, first);
    w->call = (struct message){.cap = endpoint, .tag = first};
    enter(SYSCALL_CALL, &w->call);
    if (w->call.tag >> 12 == MESSAGE_LABEL)
        saw(EVENT_ANSWER);
}
/* What a server does before it answers; it may well not come back. Many ask another one first. */
static void attend(struct worker *w)
{
    struct message came = w->call;
    if (w->ways & WAY_FIRST) {
        if (one_in(w, 2))
            call(w, meeting(w));
        if (one_in(w, 2))
            wait(w);
    }
    for (u64 i = draw(w, 3); i; i--)
        invoke(w);
    if (one_in(w, 4))
        wait(w);
    w->call = came;
}
/* Answers and waits for the next one, some times. Perhaps no message came when the info is what was sent. */
static void serve(struct worker *w, u64 endpoint, u64 reply)
{
    u64 sent = 0;
    while (w->call.tag != sent && !one_in(w, 4)) {
        look_at_message(w);
        attend(w);
        put_answer(w);
        sent = w->call.tag;
        prepare_caps(w, sent);
        w->call.cap = endpoint;
        w->call.reply = reply;
        enter(SYSCALL_REPLY_RECV, &w->call);
    }
}
static void receive(struct worker *w, bool blocking, u64 endpoint, u64 reply)
{
    prepare_caps(w, 0);
    w->call = (struct message){.cap = endpoint, .reply = reply};
    enter(blocking ? SYSCALL_RECV : SYSCALL_NB_RECV, &w->call);
    serve(w, endpoint, reply);
}
/* Anything to anything. */
static void exchange(struct worker *w)
{
    static const i64 ways[] = {SYSCALL_CALL,         SYSCALL_CALL,         SYSCALL_SEND,         SYSCALL_NB_SEND,
                               SYSCALL_NB_SEND,      SYSCALL_NB_SEND,      SYSCALL_NB_SEND,      SYSCALL_REPLY_RECV,
                               SYSCALL_NB_RECV,      SYSCALL_NB_SEND_RECV, SYSCALL_NB_SEND_RECV, SYSCALL_NB_WAIT,
                               SYSCALL_NB_SEND_WAIT, SYSCALL_YIELD,        SYSCALL_SET_TLS_BASE};
    i64 way = ways[draw(w, ARRAY_LEN(ways))];
    enum cap_type to = one_in(w, 3) ? CAP_NOTIFICATION : CAP_ENDPOINT;
    if (way == SYSCALL_NB_SEND && one_in(w, 2))
        to = CAP_REPLY;
    for (unsigned i = 0; i < 8; i++)
        w->words[i] = odd_value(w);
    prepare_caps(w, ~0ull);
    w->call.cap = one_in(w, 24) ? odd_value(w) : pointer_of(w, to);
    w->call.reply = one_in(w, 24) ? any_pointer(w) : pointer_of(w, CAP_REPLY);
    w->call.dest = one_in(w, 8) ? any_pointer(w) : pointer_of(w, one_in(w, 2) ? CAP_REPLY : CAP_ENDPOINT);
    w->call.tag = one_in(w, 16) ? odd_value(w) : tag(MESSAGE_LABEL + draw(w, 3), draw(w, 4), draw(w, 8));
    send_words(w, 8);
    enter(way, &w->call);
    if (way == SYSCALL_CALL && to == CAP_ENDPOINT && w->call.tag >> 12 == MESSAGE_LABEL)
        saw(EVENT_ANSWER);
}

/* --- the end of much at a time --- */

/* What goes into a grave: the reply objects of servers by choice, and what others wait for. */
static u64 corpse(struct worker *w, u64 i)
{
    static const u8 types[] = {CAP_REPLY, CAP_TCB, CAP_SCHED_CONTEXT, CAP_ENDPOINT, CAP_NOTIFICATION};
    bool by_choice = w->ways & WAY_FIRST || one_in(w, 2);
    return i <= MEETINGS && by_choice ? FUZZ_REPLY + 2 * (i - 1) : slot_of(w, types[draw(w, ARRAY_LEN(types))]);
}
/* From a slot into a CNode of so many bits. */
static u64 move_into(struct worker *w, u64 cnode, u64 index, u64 bits, u64 from)
{
    w->words[0] = index;
    w->words[1] = bits;
    w->words[2] = from;
    w->words[3] = 64;
    w->buffer->caps[0] = FUZZ_CNODE;
    return worker_ask(w, cnode, LABEL_CNODE_MOVE, 4, 1);
}
/*
 * A CNode so large that interrupts come while it ends, its last slots first. Some are in themselves, and end with their
 * memory.
 */
static void bury(struct worker *w)
{
    u64 bits = 7 + draw(w, 4), grave = slot_of(w, CAP_NULL), memory = FUZZ_GRAVES + draw(w, GRAVES);
    u64 retype[] = {OBJECT_CNODE, bits, 0, 0, grave, 1};
    w->words[0] = memory;
    w->words[1] = 64;
    worker_ask(w, FUZZ_CNODE, LABEL_CNODE_REVOKE, 2, 0);
    for (unsigned i = 0; i < ARRAY_LEN(retype); i++)
        w->words[i] = retype[i];
    w->buffer->caps[0] = FUZZ_CNODE;
    if (worker_ask(w, memory, LABEL_UNTYPED_RETYPE, ARRAY_LEN(retype), 1))
        return;
    for (u64 i = 1 + draw(w, 5); i; i--)
        move_into(w, grave, i, bits, corpse(w, i));
    bool is_in_itself = one_in(w, 4) && move_into(w, grave, 0, bits, grave) == 0;
    w->words[0] = is_in_itself ? memory : grave;
    w->words[1] = 64;
    if (!worker_ask(w, FUZZ_CNODE, is_in_itself ? LABEL_CNODE_REVOKE : LABEL_CNODE_DELETE, 2, 0))
        saw(EVENT_BURIED);
}
/* Threads get other scheduling contexts, perhaps while what they wait for ends. */
static void rebind(struct worker *w)
{
    for (u64 i = 1 + draw(w, 4); i; i--) {
        u64 server = one_in(w, 2) ? shared.scene : draw(w, WORKERS),
            caller = one_in(w, 2) ? (shared.scene + 1) % WORKERS : draw(w, WORKERS);
        w->words[0] = w->words[1] = 1 + draw(w, TOP_PRIORITY);
        w->buffer->caps[0] = FUZZ_WORKERS + 2 * caller;
        w->buffer->caps[1] = one_in(w, 4) ? slot_of(w, CAP_SCHED_CONTEXT) : FUZZ_WORKERS + 2 * server + 1;
        w->buffer->caps[2] = slot_of(w, one_in(w, 2) ? CAP_ENDPOINT : CAP_NULL);
        worker_ask(w, FUZZ_WORKERS + 2 * caller, LABEL_TCB_SET_SCHED_PARAMS, 2, 3);
        if (one_in(w, 4))
            worker_ask(w, FUZZ_WORKERS + 2 * server + 1, LABEL_SCHED_CONTEXT_YIELD_TO, 0, 0);
    }
}

/* --- faults --- */

/* Each of these is one, mostly: answers let the thread go on behind it, or elsewhere. */
static void fault(struct worker *w)
{
    switch (draw(w, 6)) {
    case 0:
        *(volatile u64 *)fuzz_address(w) = 1;
        break;
    case 1:
        (void)*(volatile u8 *)odd_value(w);
        break;
    case 2: { /* not those that stop the machine or print */
        u64 number = 18 + draw(w, -SYSCALL_DEBUG_TRAP - 18);
        enter(-(i64)number, &w->call);
        break;
    }
    case 3:
        ((void (*)(void))odd_value(w))();
        break;
    default:
        arch_fault(draw(w, ARCH_FAULTS));
    }
}

/* Uses time until a budget ends; perhaps others go first. */
static void compute(struct worker *w)
{
    if (one_in(w, 2))
        worker_ask(w, FUZZ_WORKERS + 2 * ((shared.scene + draw(w, 3)) % WORKERS) + 1, LABEL_SCHED_CONTEXT_YIELD_TO, 0,
                   0);
    for (volatile u64 i = draw(w, 20000); i; i--)
        continue;
}

/* --- what is done next --- */

static void be_server(struct worker *w)
{
    if (one_in(w, 8))
        wait(w);
    receive(w, true, own_meeting(w), own_meeting(w) + 1);
}
static void begin(struct worker *w)
{
    switch (w->ways & WAY_FIRST) {
    case WAY_SERVES:
        be_server(w);
        break;
    case WAY_CALLS:
        call(w, one_in(w, 3) ? FUZZ_BADGED + draw(w, 2) : meeting(w));
        break;
    case WAY_BURIES:
        bury(w);
        break;
    }
}
static void do_anything(struct worker *w)
{
    u64 what = draw(w, 100);
    if (what < 68 || (w->ways & WAY_HERMIT && what < 98))
        invoke(w);
    else if (what < 74)
        receive(w, one_in(w, 2), one_in(w, 3) ? FUZZ_FAULTS : pointer_of(w, CAP_ENDPOINT), pointer_of(w, CAP_REPLY));
    else if (what < 76)
        wait(w);
    else if (what < 90)
        exchange(w);
    else if (what < 92)
        call(w, pointer_of(w, CAP_ENDPOINT));
    else if (what < 95)
        bury(w);
    else if (what < 97)
        compute(w);
    else
        fault(w);
}
static void do_quickly(struct worker *w)
{
    if (one_in(w, 3))
        rebind(w);
    else
        invoke(w);
    saw(EVENT_HURRIED);
    enter(SYSCALL_YIELD, &w->call);
}

void worker_main(u64 seed, u64 number)
{
    struct worker w = {
        .random = seed | 1, .ways = number / THREADS % WAYS, .buffer = &shared.buffers[number % THREADS]};
    for (unsigned i = 0; i < OWN_SLOTS; i++)
        w.own_types[i] = TYPE_UNKNOWN;
    begin(&w);
    for (;;) {
        if (w.ways & WAY_HURRIED)
            do_quickly(&w);
        else
            do_anything(&w);
        shared.counts.calls++;
    }
}
