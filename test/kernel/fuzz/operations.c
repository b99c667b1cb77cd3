/* SPDX-License-Identifier: GPL-3.0-only */
/* operations.c: see fuzz.h. The table of invocations; one of them, with arguments that fit it or with some spoilt. */
#include "debug.h"
#include "worker.h"

#define LOOKS 8 /* at slots, before one gives up */

/* --- capabilities --- */

static u64 identify(u64 pointer)
{
    struct message c = {.cap = pointer};
    enter(SYSCALL_DEBUG_CAP_IDENTIFY, &c);
    return c.cap;
}
static u64 look_at(u64 slot)
{
    u64 identity = identify(slot);
    shared.types[slot % FUZZ_SLOTS] = (u8)identity;
    return identity;
}
/* The slots in a random order: a start, and a distance to the next that has no divisor in common with their number. */
struct walk {
    u64 slot, distance;
};
/* Half of them begin with what is always there, so that pairs meet again. */
static struct walk walk_begin(struct worker *w)
{
    if (one_in(w, 2))
        return (struct walk){0, 1};
    u64 any = draw(w, FUZZ_SLOTS * FUZZ_SLOTS);
    return (struct walk){any % FUZZ_SLOTS, any / FUZZ_SLOTS | 1};
}
static u64 walk_on(struct walk *k)
{
    k->slot = (k->slot + k->distance) % FUZZ_SLOTS;
    return k->slot;
}
/* At slots of which nothing is known, then at others. */
static void look_around(struct worker *w)
{
    struct walk k = walk_begin(w);
    for (unsigned i = 0, looks = 0; i < FUZZ_SLOTS && looks < LOOKS; i++) {
        u64 slot = walk_on(&k);
        if (shared.types[slot] == TYPE_UNKNOWN || i >= FUZZ_SLOTS - LOOKS) {
            look_at(slot);
            looks++;
        }
    }
}
u64 slot_of(struct worker *w, enum cap_type type)
{
    u64 identity = debug_cap_identity(type), slot = 0;
    struct walk k = walk_begin(w);
    for (unsigned i = 0; i < FUZZ_SLOTS; i++) {
        slot = walk_on(&k);
        if (shared.types[slot] == identity && look_at(slot) == identity)
            return slot;
    }
    look_around(w);
    return slot;
}
u64 any_slot(struct worker *w)
{
    struct walk k = walk_begin(w);
    for (unsigned i = 0; i < FUZZ_SLOTS / 2 && shared.types[k.slot] == 0; i++)
        walk_on(&k);
    return k.slot;
}
/* A pointer to a capability of the worker's own; 0: there is none of that type. */
static u64 own_pointer_of(struct worker *w, enum cap_type type)
{
    u64 identity = debug_cap_identity(type), first = draw(w, OWN_SLOTS);
    for (u64 i = 0; w->ways & WAY_OWN && i < OWN_SLOTS; i++) {
        u64 at = (first + i) % OWN_SLOTS;
        bool may_be = w->own_types[at] == identity || w->own_types[at] == TYPE_UNKNOWN;
        if (at && may_be && (w->own_types[at] = (u8)identify(OWN_POINTER(at))) == identity)
            return OWN_POINTER(at);
    }
    w->own_types[first] = TYPE_UNKNOWN;
    return 0;
}
u64 pointer_of(struct worker *w, enum cap_type type)
{
    if (type == CAP_CNODE && !one_in(w, 4))
        return FUZZ_CNODE;
    u64 own = type == CAP_NULL || one_in(w, 3) ? 0 : own_pointer_of(w, type);
    return own ? own : slot_of(w, type);
}
u64 any_pointer(struct worker *w)
{
    return w->ways & WAY_OWN && one_in(w, 4) ? OWN_POINTER(draw(w, OWN_SLOTS)) : any_slot(w);
}

/* --- words --- */

u64 odd_value(struct worker *w)
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
static u64 few(struct worker *w)
{
    return one_in(w, 2) ? 0 : draw(w, 3);
}
u64 fuzz_address(struct worker *w)
{
    static const u8 bits[] = {12, 12, 12, 21, 21, 30};
    u64 at = FUZZ_ADDRESS;
    if (one_in(w, 3))
        return at + (draw(w, 4) << 12);
    for (unsigned level = 39, least = bits[draw(w, ARRAY_LEN(bits))]; level >= least; level -= 9)
        at += few(w) << level;
    return at;
}
/* One letter of an operation's words; before: the word before it. */
static u64 word_for(struct worker *w, char kind, u64 before)
{
    switch (kind) {
    case 'e': /* an empty slot, or soon one */
        return slot_of(w, CAP_NULL);
    case 's':
        return any_slot(w);
    case 'c':
        return slot_of(w, CAP_ENDPOINT);
    case 'N':
        return slot_of(w, CAP_NOTIFICATION);
    case 'v':
        return slot_of(w, CAP_CNODE);
    case 'C':
        return slot_of(w, CAP_SCHED_CONTEXT);
    case 'h':
        return slot_of(w, CAP_TCB);
    case 'w':
        return slot_of(w, CAP_TABLE);
    case 'l':
        return slot_of(w, CAP_ASID_POOL);
    case 'o':
        return w->words[0];
    case 'q': /* a slot of one's own CNode; the depth is 4 */
        return draw(w, OWN_SLOTS);
    case 'd':
        return 64;
    case 'r':
        return draw(w, 16);
    case 'b':
        return draw(w, 4);
    case 'B':
        return draw(w, 2);
    case 'g': /* a guard, often that with which the pointer is a slot */
        return one_in(w, 2) ? FUZZ_GUARD_BITS : draw(w, 64) | draw(w, 4) << 6;
    case 't':
        return draw(w, OBJECT_TYPES);
    case 'z': /* bits of an object */
        return one_in(w, 4) ? draw(w, 24) : 4 + draw(w, 10);
    case 'n':
        return 1 + draw(w, 4);
    case 'p': /* priorities */
        return 1 + draw(w, TOP_PRIORITY);
    case 'a':
        return fuzz_address(w);
    case 'm': /* where a table may be missing */
        return FUZZ_ADDRESS + (few(w) << 39) + (few(w) << 30) + (few(w) << 21);
    case 'A': /* the end of what begins with the word before */
        return before + 1 + draw(w, one_in(w, 4) ? 8192 : 200);
    case 'Z': /* a size of frames */
        return 4096ull << 9 * draw(w, 2);
    case 'u': /* microseconds */
        return 20 + draw(w, 300);
    case 'U':
        return 320 + draw(w, 3000);
    case 'I':
        return arch_interrupt(draw(w, 64));
    case 'k': /* a pin of an interrupt controller, or what else there are two dozens of */
        return one_in(w, 2) ? 2 : draw(w, 24);
    case 'P':
        return one_in(w, 2) ? 0x40 + (draw(w, 4) & draw(w, 4)) : 0x80 + draw(w, 8);
    case 'F': /* ports that may be had: none by which a machine is reset */
        return one_in(w, 24) ? 0xffff + draw(w, 2) : 0x80 + draw(w, 8);
    case 'L':
        return one_in(w, 24) ? 0x7f : before + draw(w, 6);
    case 'x':
        return random(&w->random);
    case 'X': /* a time */
        return 1 + draw(w, 1u << 30);
    case 'E':
        return (u64)worker_start;
    default: /* a character from '0' on */
        return (u64)(kind - '0');
    }
}

/* --- invocations --- */

/* All of these can be done, and are at some time: the run fails when one never is. */
const struct operation operations[] = {
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tz00en", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tz00e1", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "tzsden", {CAP_CNODE}},
    {LABEL_UNTYPED_RETYPE, CAP_UNTYPED, "1000e1", {CAP_CNODE}},
    {LABEL_TCB_READ_REGISTERS, CAP_TCB, "Bn", {0}},
    {LABEL_TCB_WRITE_REGISTERS, CAP_TCB, "1:Exxxxxxxx", {0}},
    {LABEL_TCB_WRITE_REGISTERS, CAP_TCB, "b:Exxxxxxxx", {0}},
    {LABEL_TCB_COPY_REGISTERS, CAP_TCB, "r", {CAP_TCB}},
    {LABEL_TCB_CONFIGURE, CAP_TCB, "g00", {CAP_CNODE, CAP_VSPACE, CAP_FRAME}},
    {LABEL_TCB_CONFIGURE, CAP_TCB, "00a", {CAP_CNODE, CAP_VSPACE, CAP_FRAME}},
    {LABEL_TCB_SET_PRIORITY, CAP_TCB, "p", {CAP_TCB}},
    {LABEL_TCB_SET_MC_PRIORITY, CAP_TCB, "p", {CAP_TCB}},
    {LABEL_TCB_SET_SCHED_PARAMS, CAP_TCB, "pp", {CAP_TCB, CAP_SCHED_CONTEXT, CAP_ENDPOINT}},
    {LABEL_TCB_SET_SCHED_PARAMS, CAP_TCB, "pp", {CAP_TCB, CAP_SCHED_CONTEXT, CAP_ENDPOINT}},
    {LABEL_TCB_SET_SCHED_PARAMS, CAP_TCB, "pp", {CAP_TCB, CAP_NULL, CAP_ENDPOINT}},
    {LABEL_TCB_SET_TIMEOUT_ENDPOINT, CAP_TCB, "", {CAP_ENDPOINT}},
    {LABEL_TCB_SET_IPC_BUFFER, CAP_TCB, "a", {CAP_FRAME}},
    {LABEL_TCB_SET_SPACE, CAP_TCB, "g0", {CAP_ENDPOINT, CAP_CNODE, CAP_VSPACE}},
    {LABEL_TCB_SET_SPACE, CAP_TCB, "00", {CAP_ENDPOINT, CAP_CNODE, CAP_VSPACE}},
    {LABEL_TCB_SUSPEND, CAP_TCB, "", {0}},
    {LABEL_TCB_RESUME, CAP_TCB, "", {0}},
    {LABEL_TCB_BIND_NOTIFICATION, CAP_TCB, "", {CAP_NOTIFICATION}},
    {LABEL_TCB_UNBIND_NOTIFICATION, CAP_TCB, "", {0}},
    {LABEL_TCB_SET_TLS_BASE, CAP_TCB, "x", {0}},
    {LABEL_TCB_SET_FLAGS, CAP_TCB, "bb", {0}},
    {LABEL_CNODE_REVOKE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_REVOKE, CAP_CNODE, "cd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "sd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "Cd", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "ld", {0}},
    {LABEL_CNODE_DELETE, CAP_CNODE, "q4", {0}},
    {LABEL_CNODE_CANCEL_BADGED_SENDS, CAP_CNODE, "cd", {0}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edsdr", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edsdr", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edcd?", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edwd?", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edhd?", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "q4sd?", {CAP_CNODE}},
    {LABEL_CNODE_COPY, CAP_CNODE, "edq4r", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edcdrb", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edcd?b", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edNd?b", {CAP_CNODE}},
    {LABEL_CNODE_MINT, CAP_CNODE, "edsdrg", {CAP_CNODE}},
    {LABEL_CNODE_MOVE, CAP_CNODE, "edsd", {CAP_CNODE}},
    {LABEL_CNODE_MOVE, CAP_CNODE, "q4sd", {CAP_CNODE}},
    {LABEL_CNODE_MUTATE, CAP_CNODE, "edvdg", {CAP_CNODE}},
    {LABEL_CNODE_ROTATE, CAP_CNODE, "ed0sd0sd", {CAP_CNODE, CAP_CNODE}},
    {LABEL_CNODE_ROTATE, CAP_CNODE, "edgvdgvd", {CAP_CNODE, CAP_CNODE}},
    {LABEL_CNODE_ROTATE, CAP_CNODE, "hd0hd0od", {CAP_CNODE, CAP_CNODE}},
    {LABEL_IRQ_ACK, CAP_IRQ_HANDLER, "", {0}},
    {LABEL_IRQ_SET_HANDLER, CAP_IRQ_HANDLER, "", {CAP_NOTIFICATION}},
    {LABEL_IRQ_SET_HANDLER, CAP_IRQ_HANDLER, "", {CAP_NOTIFICATION}},
    {LABEL_IRQ_CLEAR_HANDLER, CAP_IRQ_HANDLER, "", {0}},
    {LABEL_DOMAIN_SET, CAP_DOMAIN, "0", {CAP_TCB}},
    {LABEL_DOMAIN_SCHEDULE_CONFIGURE, CAP_DOMAIN, "00X", {0}},
    {LABEL_DOMAIN_SCHEDULE_SET_START, CAP_DOMAIN, "B", {0}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uUbxB", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uUbxB", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTROL_CONFIGURE_FLAGS, CAP_SCHED_CONTROL, "uubxB", {CAP_SCHED_CONTEXT}},
    {LABEL_SCHED_CONTEXT_BIND, CAP_SCHED_CONTEXT, "", {CAP_TCB}},
    {LABEL_SCHED_CONTEXT_BIND, CAP_SCHED_CONTEXT, "", {CAP_NOTIFICATION}},
    {LABEL_SCHED_CONTEXT_UNBIND, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_SCHED_CONTEXT_UNBIND_OBJECT, CAP_SCHED_CONTEXT, "", {CAP_TCB}},
    {LABEL_SCHED_CONTEXT_UNBIND_OBJECT, CAP_SCHED_CONTEXT, "", {CAP_NOTIFICATION}},
    {LABEL_SCHED_CONTEXT_CONSUMED, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_SCHED_CONTEXT_YIELD_TO, CAP_SCHED_CONTEXT, "", {0}},
    {LABEL_PAGE_TABLE_MAP, CAP_TABLE, "m0", {CAP_VSPACE}},
    {LABEL_PAGE_TABLE_UNMAP, CAP_TABLE, "", {0}},
    {LABEL_PAGE_MAP, CAP_FRAME, "a?b", {CAP_VSPACE}},
    {LABEL_PAGE_MAP, CAP_FRAME, "arb", {CAP_VSPACE}},
    {LABEL_PAGE_UNMAP, CAP_FRAME, "", {0}},
    {LABEL_PAGE_GET_ADDRESS, CAP_FRAME, "", {0}},
    {LABEL_ASID_CONTROL_MAKE_POOL, CAP_ASID_CONTROL, "ed", {CAP_UNTYPED, CAP_CNODE}},
    {LABEL_ASID_POOL_ASSIGN, CAP_ASID_POOL, "", {CAP_VSPACE}},
    ARCH_OPERATIONS};
const unsigned operations_count = ARRAY_LEN(operations);
STATIC_ASSERT(ARRAY_LEN(operations) <= OPERATIONS_MAX, "there is a count for each");

/* Those in whose midst a thread may end. */
static bool is_delicate(enum label label)
{
    return (label >= LABEL_TCB_CONFIGURE && label <= LABEL_TCB_SET_SPACE) || label == LABEL_CNODE_REVOKE ||
           label == LABEL_CNODE_DELETE || label == LABEL_CNODE_MOVE;
}
static const struct operation *draw_operation(struct worker *w)
{
    const struct operation *o;
    bool delicate = one_in(w, w->ways & WAY_HERMIT ? 2 : 4);
    do
        o = &operations[draw(w, ARRAY_LEN(operations))];
    while (delicate && !is_delicate(o->label));
    return o;
}
static bool is_index(char kind)
{
    static const char kinds[] = "escNvChwl";
    for (unsigned i = 0; i < sizeof kinds - 1; i++) {
        if (kinds[i] == kind)
            return true;
    }
    return false;
}
static unsigned put_words(struct worker *w, const struct operation *o, bool *spoilt)
{
    unsigned n = 0;
    for (; o->words[n]; n++) {
        w->words[n] = word_for(w, o->words[n], n ? w->words[n - 1] : 0);
        if (o->words[n] != 'F' && o->words[n] != 'L' && one_in(w, 32)) {
            w->words[n] = odd_value(w);
            *spoilt = true;
        }
    }
    return n;
}
/* Workers write the registers of threads so that these start; a stack of its own comes with the number. */
static unsigned finish_registers(struct worker *w)
{
    for (unsigned i = 11; i < 20; i++)
        w->words[i] = 0;
    w->words[1] = one_in(w, 16) ? draw(w, 24) : 18;
    w->words[2 + ARCH_NUMBER] = draw(w, THREADS * WAYS);
    w->words[2 + ARCH_SEED] = random(&w->random) | 1;
    return 20;
}
static unsigned put_extras(struct worker *w, const struct operation *o, unsigned words)
{
    unsigned n = 0;
    for (; n < operation_extras(o); n++)
        w->buffer->caps[n] = one_in(w, 32) ? any_pointer(w) : pointer_of(w, o->extras[n]);
    if (n == 1 && words > 2 && o->words[2] == 'q')
        w->buffer->caps[0] = own_pointer_of(w, CAP_CNODE);
    return n;
}
/* Words that are indices of one's own CNode need a capability to that. */
static u64 put_cap(struct worker *w, const struct operation *o, bool *spoilt)
{
    if (one_in(w, 32)) {
        *spoilt = true;
        return any_pointer(w);
    }
    return o->words[0] == 'q' ? own_pointer_of(w, (enum cap_type)o->cap) : pointer_of(w, (enum cap_type)o->cap);
}
void send_words(struct worker *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (i < REGISTER_WORDS)
            w->call.word[i] = w->words[i];
        else
            w->buffer->words[i] = w->words[i];
    }
}
u64 worker_ask(struct worker *w, u64 cap, u64 label, unsigned n, unsigned extras)
{
    w->call.cap = cap;
    w->call.tag = tag(label, extras, n);
    send_words(w, n);
    enter(SYSCALL_CALL, &w->call);
    return w->call.tag >> 12;
}
/* Those who cannot be started again stop for no answer, if they can help it. */
static i64 draw_way(struct worker *w)
{
    static const i64 ways[] = {SYSCALL_CALL, SYSCALL_CALL,    SYSCALL_CALL,    SYSCALL_CALL, SYSCALL_CALL,
                               SYSCALL_CALL, SYSCALL_NB_SEND, SYSCALL_NB_SEND, SYSCALL_SEND, SYSCALL_REPLY_RECV};
    return w->ways & (WAY_HURRIED | WAY_HERMIT) ? SYSCALL_CALL : ways[draw(w, ARRAY_LEN(ways))];
}
void invoke(struct worker *w)
{
    const struct operation *o = draw_operation(w);
    bool spoilt = false;
    unsigned n = put_words(w, o, &spoilt), extras = put_extras(w, o, n), words = n;
    u64 label = o->label;
    if (label == LABEL_TCB_WRITE_REGISTERS)
        words = finish_registers(w);
    w->call.cap = put_cap(w, o, &spoilt);
    if (one_in(w, 64)) {
        label = draw(w, LABELS + 3);
        spoilt = true;
    }
    w->call.reply = w->call.cap;
    w->call.tag = tag(label, one_in(w, 32) ? draw(w, 4) : extras, one_in(w, 32) ? draw(w, 128) : words);
    send_words(w, words);
    i64 way = draw_way(w);
    bool counts = way == SYSCALL_CALL && !spoilt && identify(w->call.cap) == debug_cap_identity((enum cap_type)o->cap);
    if (counts)
        shared.counts.asked[o - operations]++;
    enter(way, &w->call);
    if (counts && w->call.tag >> 12 == 0)
        shared.counts.done[o - operations]++;
    for (unsigned i = 0; i < n; i++) {
        if (is_index(o->words[i]))
            look_at(w->words[i] % FUZZ_SLOTS);
    }
}
