/* SPDX-License-Identifier: GPL-3.0-only */
/* worker.c: see fuzz.h. Draws an operation, arguments that fit it, and now and then spoils some. */
#include "debug.h"
#include "fuzz.h"

struct worker {
    u64 random;
    struct buffer *buffer;
    struct message call;
    u64 words[WORDS_MAX];
};

/* --- arguments --- */

static u64 draw(struct worker *w, u64 n)
{
    return random_below(&w->random, n);
}
static bool one_in(struct worker *w, u64 n)
{
    return draw(w, n) == 0;
}
static u64 odd_value(struct worker *w)
{
    static const u64 values[] = {0,
                                 1,
                                 2,
                                 7,
                                 63,
                                 64,
                                 65,
                                 127,
                                 FUZZ_SLOTS - 1,
                                 FUZZ_SLOTS,
                                 4096,
                                 1u << 30,
                                 1ull << 47,
                                 (1ull << 47) - 4096,
                                 0xffff800000000000,
                                 1ull << 63,
                                 ~0ull,
                                 (1ull << 63) - 1};
    u64 i = draw(w, ARRAY_LEN(values) + 3);
    return i < ARRAY_LEN(values) ? values[i] : random(&w->random) >> draw(w, 64);
}
static u64 look_at(u64 slot)
{
    struct message c = {.cap = slot};
    enter(SYSCALL_DEBUG_CAP_IDENTIFY, &c);
    shared.types[slot % FUZZ_SLOTS] = (u8)c.cap;
    return c.cap;
}
/* A slot with a capability of that type, if one is known. */
static u64 slot_of(struct worker *w, enum cap_type type)
{
    u64 identity = debug_cap_identity(type);
    u64 slot = draw(w, FUZZ_SLOTS);
    for (unsigned i = 0; i < FUZZ_SLOTS; i++) {
        slot = (slot + 1) % FUZZ_SLOTS;
        if (shared.types[slot] == identity && look_at(slot) == identity)
            return slot;
    }
    for (unsigned i = 0; i < 8; i++)
        look_at(draw(w, FUZZ_SLOTS));
    return slot;
}
static u64 any_slot(struct worker *w)
{
    u64 slot = draw(w, FUZZ_SLOTS);
    for (unsigned i = 0; i < FUZZ_SLOTS / 2 && shared.types[slot] == 0; i++)
        slot = (slot + 1) % FUZZ_SLOTS;
    return slot;
}
/* From a few places, so that tables and frames meet. */
static u64 address(struct worker *w)
{
    u64 at = FUZZ_ADDRESS + (draw(w, 4) << 12);
    return one_in(w, 2) ? at : at + (draw(w, 3) << 39) + (draw(w, 2) << 30) + (draw(w, 3) << 21);
}
static u64 object_bits_for(struct worker *w)
{
    return one_in(w, 4) ? draw(w, 24) : 4 + draw(w, 10);
}
/* One letter of an operation's words. */
static u64 word_for(struct worker *w, char kind)
{
    switch (kind) {
    case 'e': /* an empty slot, or soon one */
        return slot_of(w, CAP_NULL);
    case 's':
        return any_slot(w);
    case 'd':
        return 64;
    case '0':
        return 0;
    case 'r':
        return draw(w, 16);
    case 'b':
        return draw(w, 4);
    case 'g': /* a guard, often that with which the pointer is a slot */
        return one_in(w, 2) ? FUZZ_GUARD_BITS : draw(w, 64) | draw(w, 4) << 6;
    case 't':
        return draw(w, OBJECT_TYPES);
    case 'z':
        return object_bits_for(w);
    case 'n':
        return 1 + draw(w, 4);
    case 'p':
        return 1 + draw(w, 6);
    case 'a':
        return address(w);
    case 'u': /* microseconds */
        return 20 + draw(w, 300);
    case 'U':
        return 320 + draw(w, 3000);
    case 'i':
        return draw(w, 4);
    case 'P':
        return 0x40 + draw(w, 4);
    case 'x':
        return random(&w->random);
    case 'E':
        return (u64)worker_start;
    case 'T': /* a thread's number */
        return draw(w, THREADS);
    default: /* a digit */
        return (u64)(kind - '0');
    }
}

/* --- invocations --- */

struct operation {
    enum label label;
    u8 cap;
    const char *words; /* a letter each, see word_for */
    u8 extras[3];      /* types; 0: none */
};
static const struct operation operations[] = {
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tz00en", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tzsden", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tz00en", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "1000e1", {CAP_CNODE}},
    {LABEL_TCB_READ_REGISTERS, CAP_TCB, "bn", {0}},
    {LABEL_TCB_WRITE_REGISTERS, CAP_TCB, "1:Exxxxxxxx", {0}},
    {LABEL_TCB_WRITE_REGISTERS, CAP_TCB, "b:Exxxxxxxx", {0}},
    {LABEL_TCB_COPY_REGISTERS, CAP_TCB, "r", {CAP_TCB}},
    {LABEL_TCB_CONFIGURE, CAP_TCB, "g00", {CAP_CNODE, CAP_VSPACE, CAP_FRAME}},
    {LABEL_TCB_CONFIGURE, CAP_TCB, "g0a", {CAP_CNODE, CAP_VSPACE, CAP_FRAME}},
    {LABEL_TCB_SET_PRIORITY, CAP_TCB, "p", {CAP_TCB}},
    {LABEL_TCB_SET_MC_PRIORITY, CAP_TCB, "p", {CAP_TCB}},
    {LABEL_TCB_SET_SCHED_PARAMS, CAP_TCB, "pp", {CAP_TCB, CAP_SCHED_CONTEXT, CAP_ENDPOINT}},
    {LABEL_TCB_SET_SCHED_PARAMS, CAP_TCB, "pp", {CAP_TCB, CAP_NULL, CAP_ENDPOINT}},
    {LABEL_TCB_SET_TIMEOUT_ENDPOINT, CAP_TCB, "", {CAP_ENDPOINT}},
    {LABEL_TCB_SET_IPC_BUFFER, CAP_TCB, "a", {CAP_FRAME}},
    {LABEL_TCB_SET_SPACE, CAP_TCB, "g0", {CAP_ENDPOINT, CAP_CNODE, CAP_VSPACE}},
    {LABEL_TCB_SUSPEND, CAP_TCB, "", {0}},
    {LABEL_TCB_RESUME, CAP_TCB, "", {0}},
    {LABEL_TCB_BIND_NOTIFICATION, CAP_TCB, "", {CAP_NOTIFICATION}},
    {LABEL_TCB_UNBIND_NOTIFICATION, CAP_TCB, "", {0}},
    {LABEL_TCB_SET_TLS_BASE, CAP_TCB, "x", {0}},
    {LABEL_TCB_SET_FLAGS, CAP_TCB, "bb", {0}},
    {LABEL_CNODE_REVOKE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_CANCEL_BADGED_SENDS, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edsdr", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edsdr", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edsdrb", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edsdrg", {CAP_CNODE}},
    {LABEL_CNODE_MOVE, CAP_CNODE, "edsd", {CAP_CNODE}},
    {LABEL_CNODE_MUTATE, CAP_CNODE, "edsdg", {CAP_CNODE}},
    {LABEL_CNODE_ROTATE, CAP_CNODE, "edbsdgsd", {CAP_CNODE, CAP_CNODE}},
    {LABEL_IRQ_ACK, CAP_IRQ_HANDLER, "", {0}},
    {LABEL_IRQ_SET_HANDLER, CAP_IRQ_HANDLER, "", {CAP_NOTIFICATION}},
    {LABEL_IRQ_CLEAR_HANDLER, CAP_IRQ_HANDLER, "", {0}},
    {LABEL_DOMAIN_SET, CAP_DOMAIN, "0", {CAP_TCB}},
    {LABEL_DOMAIN_SCHEDULE_CONFIGURE, CAP_DOMAIN, "i0x", {0}},
    {LABEL_DOMAIN_SCHEDULE_SET_START, CAP_DOMAIN, "i", {0}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uUbxb", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uUbxb", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uubxb", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTEXT_BIND, CAP_SCHED_CONTEXT, "", {CAP_TCB}},
    {LABEL_SCHED_CONTEXT_BIND, CAP_SCHED_CONTEXT, "", {CAP_NOTIFICATION}},
    {LABEL_SCHED_CONTEXT_UNBIND, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_SCHED_CONTEXT_UNBIND_OBJECT, CAP_SCHED_CONTEXT, "", {CAP_TCB}},
    {LABEL_SCHED_CONTEXT_UNBIND_OBJECT, CAP_SCHED_CONTEXT, "", {CAP_NOTIFICATION}},
    {LABEL_SCHED_CONTEXT_CONSUMED, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_SCHED_CONTEXT_YIELD_TO, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_PAGE_TABLE_MAP, CAP_TABLE, "a0", {CAP_VSPACE}},
    {LABEL_PAGE_TABLE_UNMAP, CAP_TABLE, "", {0}},
    {LABEL_PAGE_MAP, CAP_FRAME, "arb", {CAP_VSPACE}},
    {LABEL_PAGE_MAP, CAP_FRAME, "arb", {CAP_VSPACE}},
    {LABEL_PAGE_UNMAP, CAP_FRAME, "", {0}},
    {LABEL_PAGE_GET_ADDRESS, CAP_FRAME, "", {0}},
    {LABEL_ASID_CONTROL_MAKE_POOL, CAP_ASID_CONTROL, "ed", {CAP_UNTYPED, CAP_CNODE}},
    {LABEL_ASID_POOL_ASSIGN, CAP_ASID_POOL, "", {CAP_VSPACE}},
    ARCH_OPERATIONS};

static void put_words(struct worker *w, const struct operation *o, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        u64 value = word_for(w, o->words[i]);
        w->words[i] = one_in(w, 24) ? odd_value(w) : value;
    }
}
/* Workers write the registers of threads so that these start; a stack of its own comes with the number. */
static unsigned finish_registers(struct worker *w)
{
    for (unsigned i = 11; i < 20; i++)
        w->words[i] = 0;
    w->words[1] = one_in(w, 16) ? draw(w, 24) : 18;
    w->words[2 + ARCH_NUMBER] = draw(w, THREADS);
    w->words[2 + ARCH_SEED] = random(&w->random) | 1;
    return 20;
}
static unsigned length_of(const char *words)
{
    unsigned n = 0;
    while (words[n])
        n++;
    return n;
}
static void send_words(struct worker *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (i < 4)
            w->call.word[i] = w->words[i];
        else
            w->buffer->words[i] = w->words[i];
    }
}
static void invoke(struct worker *w)
{
    static const i64 ways[] = {SYSCALL_CALL, SYSCALL_CALL,    SYSCALL_CALL, SYSCALL_CALL,
                               SYSCALL_CALL, SYSCALL_NB_SEND, SYSCALL_SEND, SYSCALL_REPLY_RECV};
    const struct operation *o = &operations[draw(w, ARRAY_LEN(operations))];
    unsigned n = length_of(o->words), extras = 0;
    put_words(w, o, n);
    if (o->label == LABEL_TCB_WRITE_REGISTERS)
        n = finish_registers(w);
    while (extras < 3 && (o->extras[extras] || (extras < 2 && o->extras[extras + 1]))) {
        w->buffer->caps[extras] = one_in(w, 24) ? any_slot(w) : slot_of(w, o->extras[extras]);
        extras++;
    }
    u64 label = one_in(w, 64) ? draw(w, LABELS + 3) : o->label;
    w->call.cap = one_in(w, 32) ? any_slot(w) : slot_of(w, o->cap);
    w->call.reply = w->call.cap;
    w->call.tag = tag(label, one_in(w, 32) ? draw(w, 4) : extras, one_in(w, 32) ? draw(w, 128) : n);
    send_words(w, n);
    i64 way = ways[draw(w, ARRAY_LEN(ways))];
    enter(way, &w->call);
    if (way == SYSCALL_CALL && label < LABELS && w->call.tag >> 12 == 0)
        shared.done[label]++;
    for (unsigned i = 0; i < n; i++) {
        if (i < length_of(o->words) && (o->words[i] == 'e' || o->words[i] == 's'))
            look_at(w->words[i] % FUZZ_SLOTS);
    }
}

/* --- messages --- */

static void exchange(struct worker *w)
{
    static const i64 ways[] = {
        SYSCALL_CALL,    SYSCALL_CALL,  SYSCALL_CALL,         SYSCALL_SEND,    SYSCALL_NB_SEND,      SYSCALL_REPLY_RECV,
        SYSCALL_RECV,    SYSCALL_RECV,  SYSCALL_RECV,         SYSCALL_NB_RECV, SYSCALL_NB_SEND_RECV, SYSCALL_WAIT,
        SYSCALL_NB_WAIT, SYSCALL_YIELD, SYSCALL_NB_SEND_WAIT, SYSCALL_RECV,    SYSCALL_REPLY_RECV};
    i64 way = ways[draw(w, ARRAY_LEN(ways))];
    enum cap_type to = one_in(w, 3) ? CAP_NOTIFICATION : CAP_ENDPOINT;
    if (way == SYSCALL_NB_SEND && one_in(w, 2))
        to = CAP_REPLY;
    for (unsigned i = 0; i < 8; i++)
        w->words[i] = odd_value(w);
    for (unsigned i = 0; i < 3; i++)
        w->buffer->caps[i] = any_slot(w);
    w->buffer->receive_cnode = slot_of(w, CAP_CNODE);
    w->buffer->receive_index = slot_of(w, CAP_NULL);
    w->buffer->receive_depth = 64;
    w->call.cap = one_in(w, 24) ? odd_value(w) : slot_of(w, to);
    w->call.reply = one_in(w, 24) ? any_slot(w) : slot_of(w, CAP_REPLY);
    w->call.dest = one_in(w, 8) ? any_slot(w) : slot_of(w, one_in(w, 2) ? CAP_REPLY : CAP_ENDPOINT);
    w->call.tag = one_in(w, 16) ? odd_value(w) : tag(draw(w, 3), draw(w, 4), draw(w, 8));
    send_words(w, 8);
    enter(way, &w->call);
}

/* --- faults --- */

/* Each of these is one, mostly: answers let the thread go on behind it, or elsewhere. */
static void fault(struct worker *w)
{
    switch (draw(w, 3)) {
    case 0:
        *(volatile u64 *)address(w) = 1;
        break;
    case 1:
        (void)*(volatile u8 *)odd_value(w);
        break;
    case 2: { /* not those that stop the machine or print */
        u64 number = 18 + draw(w, -SYSCALL_DEBUG_TRAP - 18);
        enter(-(i64)number, &w->call);
        break;
    }
    }
    arch_fault(draw(w, 2 * ARCH_FAULTS));
}

void worker_main(u64 seed, u64 number)
{
    struct worker w = {.random = seed | 1, .buffer = &shared.buffers[number % THREADS]};
    for (;;) {
        u64 what = draw(&w, 100);
        if (what < 70)
            invoke(&w);
        else if (what < 98)
            exchange(&w);
        else
            fault(&w);
        shared.calls++;
    }
}
