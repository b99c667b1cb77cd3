/* SPDX-License-Identifier: GPL-3.0-only */
#include "courier.h"

#include "caps.h"
#include "guardian.h"
#include "pure.h"

#define WORDS_MAX 120
#define CAPS_MAX 3
#define LABEL_MAX (((word)1 << 52) - 1)

enum phase { FREE, ASSIGNED, BLOCKED, DONE, GIVEN_UP };
enum work { WORK_WAIT, WORK_POLL, WORK_RECEIVE, WORK_SEND, WORK_CALL, WORKS };
static const char *const work_names[WORKS] = {"wait", "poll", "receive", "send", "call"};

struct courier {
    u32 phase; /* atomic */
    const struct thread *thread;
    struct courier *next; /* free. Lock: held */
    enum work work;
    seL4_CPtr slot, reply, receive; /* receive: an empty slot, or with what came */
    word label, badge, length, n_caps;
    seL4_CPtr caps[CAPS_MAX];
    iword error;
    word words[WORDS_MAX];
};
static struct courier *free_couriers; /* lock: held */

static u32 phase_of(const struct courier *c)
{
    return __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST);
}
static bool phase_change(struct courier *c, u32 from, u32 to)
{
    return __atomic_compare_exchange_n(&c->phase, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
bool courier_done(const struct courier *c)
{
    return phase_of(c) == DONE;
}

/* --- on the courier's thread --- */

static seL4_MessageInfo_t outgoing(const struct courier *c)
{
    for (word i = 0; i < c->length; i++)
        seL4_SetMR((int)i, c->words[i]);
    for (word i = 0; i < c->n_caps; i++)
        seL4_SetCap((int)i, c->caps[i]);
    return seL4_MessageInfo_new(c->label, 0, c->n_caps, c->length);
}
static void incoming(struct courier *c, seL4_MessageInfo_t info)
{
    c->label = seL4_MessageInfo_get_label(info);
    c->length = seL4_MessageInfo_get_length(info);
    /* What came as a badge instead is in no slot. */
    c->n_caps = seL4_MessageInfo_get_extraCaps(info) && !(seL4_MessageInfo_get_capsUnwrapped(info) & 1);
    for (word i = 0; i < c->length && i < WORDS_MAX; i++)
        c->words[i] = seL4_GetMR((int)i);
}
static void nothing_came(struct courier *c)
{
    c->label = c->length = c->n_caps = 0;
}
/* May block. What the kernel refuses is a fault, after which the thread begins anew in `begin`. */
static void ask_kernel(struct courier *c)
{
    c->badge = 0;
    seL4_SetCapReceivePath(caps_root(), c->receive, caps_root_depth());
    switch (c->work) {
    case WORK_WAIT:
        seL4_Wait(c->slot, &c->badge);
        nothing_came(c);
        break;
    case WORK_POLL:
        seL4_NBWait(c->slot, &c->badge);
        nothing_came(c);
        break;
    case WORK_RECEIVE:
        incoming(c, seL4_Recv(c->slot, &c->badge, c->reply));
        break;
    case WORK_SEND:
        seL4_Send(c->slot, outgoing(c));
        nothing_came(c);
        break;
    case WORK_CALL:
        incoming(c, seL4_Call(c->slot, outgoing(c)));
        break;
    case WORKS:
        break;
    }
}
/* From its first instruction and after each time it was stopped. */
static void begin(struct thread *t)
{
    struct courier *c = t->argument;
    if (phase_change(c, BLOCKED, DONE)) { /* the kernel refused */
        c->error = -PORT_KERNEL_CAP;
        nothing_came(c);
        events_tell();
    }
    for (;;) {
        u32 phase = phase_of(c);
        if (phase != ASSIGNED) {
            port_park(&c->phase, phase, PORT_FOREVER);
            continue;
        }
        if (phase_change(c, ASSIGNED, BLOCKED))
            ask_kernel(c);
        if (phase_change(c, BLOCKED, DONE))
            events_tell();
    }
}
static void courier_main(void *argument)
{
    begin(thread_this());
}

/* --- for others; with held_lock --- */

static struct courier *courier_new(void)
{
    struct courier *c = port_alloc(sizeof *c);
    word number;
    if (!c)
        return NULL;
    *c = (struct courier){.phase = FREE, .receive = slot_take()};
    if (!c->receive || !guardian_ask(ASK_COURIER, (word)courier_main, (word)c, &number)) {
        port_free(c);
        return NULL;
    }
    struct thread *t = thread_number(number);
    c->thread = t;
    t->refused = begin;
    return c;
}
static struct courier *courier_take(void)
{
    struct courier *c = free_couriers;
    if (c)
        free_couriers = c->next;
    else if (!(c = courier_new()))
        return NULL;
    c->error = 0;
    c->reply = 0;
    c->length = c->n_caps = c->label = 0;
    return c;
}
/* It has nothing to do. */
static void courier_free(struct courier *c)
{
    if (c->n_caps)
        slot_ask(CNodeDelete, c->receive);
    STORE_SEQ_CST(&c->phase, FREE);
    c->next = free_couriers;
    free_couriers = c;
}
/* One that is ASSIGNED has not begun: it never is, since couriers run before workers do. OPEN: with more cores it may
 * be, and its owner would have to wait. */
void courier_give_up(struct courier *c)
{
    if (phase_change(c, ASSIGNED, FREE) || phase_of(c) == DONE) {
        courier_free(c);
        return;
    }
    if (!phase_change(c, BLOCKED, GIVEN_UP)) {
        courier_free(c);
        return;
    }
    seL4_TCB_Suspend(c->thread->tcb);
    nothing_came(c);
    courier_free(c);
    bool restarted = thread_restart(c->thread, begin);
    ENSURE(restarted, "a thread that was made can be started");
}

/* Capabilities that go with a message: their slots. False: one is gone. */
static bool extras(const struct port_request *r, seL4_CPtr *slot, word *n)
{
    for (unsigned i = 1; i <= CAPS_MAX && r->caps >> i & 1; i++) {
        const struct held *extra = held_given(r, i);
        if (!extra)
            return false;
        slot[(*n)++] = extra->slot;
    }
    return true;
}
/* 0, or why that cannot be done. */
static iword arguments(struct courier *c, struct port_request *r)
{
    unsigned work = 0;
    while (work < WORKS && strcmp(work_names[work], r->text[0]) != 0)
        work++;
    c->work = (enum work)work;
    c->length = r->in_bytes / sizeof(word);
    if (work == WORKS)
        return -PORT_KERNEL_OPERATION;
    if (r->in_bytes > sizeof c->words)
        return -PORT_KERNEL_LENGTH;
    if (r->in_bytes)
        memcpy(c->words, r->in, r->in_bytes);
    const struct held *reply = work == WORK_RECEIVE ? held_given(r, 0) : NULL;
    if (work == WORK_RECEIVE && (!reply || reply->type != HELD_REPLY))
        return reply || !(r->caps & 1) ? -PORT_KERNEL_REPLY : -PORT_KERNEL_GONE;
    c->reply = reply ? reply->slot : 0;
    c->label = reply ? 0 : r->number[0];
    if (c->label > LABEL_MAX)
        return -PORT_KERNEL_RANGE;
    return reply || extras(r, c->caps, &c->n_caps) ? 0 : -PORT_KERNEL_GONE;
}
static bool may(const struct held *h, enum work work)
{
    bool sends = work == WORK_SEND || work == WORK_CALL, waits = work == WORK_WAIT || work == WORK_POLL;
    enum held_type wanted = waits ? HELD_NOTIFICATION : HELD_ENDPOINT;
    return (h->type == (u8)wanted || h->type == HELD_RECEIVED) && h->rights & (sends ? 1 : 2);
}
/* Sends on a reply object and signals do not block, so the caller's thread does them. */
static iword at_once(struct held *h, struct port_request *r)
{
    word n = r->in_bytes / sizeof(word), words[WORDS_MAX], n_caps = 0;
    seL4_CPtr slot[CAPS_MAX];
    if (r->in_bytes > sizeof words)
        return -PORT_KERNEL_LENGTH;
    if (n)
        memcpy(words, r->in, r->in_bytes);
    if (strcmp(r->text[0], "signal") == 0)
        return h->type != HELD_NOTIFICATION ? -PORT_KERNEL_CAP
                                            : kernel_failed(invoke(h->slot, 0, 0, words, &(unsigned){0}, 0, NULL));
    if (h->type != HELD_REPLY)
        return -PORT_KERNEL_CAP;
    if (r->number[0] > LABEL_MAX)
        return -PORT_KERNEL_RANGE;
    if (!extras(r, slot, &n_caps))
        return -PORT_KERNEL_GONE;
    for (word i = 0; i < n; i++)
        seL4_SetMR((int)i, words[i]);
    for (word i = 0; i < n_caps; i++)
        seL4_SetCap((int)i, slot[i]);
    seL4_NBSend(h->slot, seL4_MessageInfo_new(r->number[0], 0, n_caps, n));
    return 0;
}
/* Ends what goes on; 1: it is done already. */
static iword give_up(struct held *h)
{
    if (!h->courier || courier_done(h->courier))
        return h->courier != NULL;
    courier_give_up(h->courier);
    h->courier = NULL;
    return 0;
}
static iword begin_for(struct held *h, struct port_request *r)
{
    if (strcmp(r->text[0], "give-up") == 0)
        return give_up(h);
    if (strcmp(r->text[0], "signal") == 0 || strcmp(r->text[0], "reply") == 0)
        return at_once(h, r);
    if (h->courier)
        return -PORT_BUSY;
    struct courier *c = courier_take();
    if (!c)
        return -PORT_NO_MEMORY;
    iword wrong = arguments(c, r);
    if (!wrong && !may(h, c->work))
        wrong = -PORT_KERNEL_CAP;
    if (wrong) {
        c->n_caps = 0;
        courier_free(c);
        return wrong;
    }
    c->slot = h->slot;
    h->courier = c;
    STORE_SEQ_CST(&c->phase, ASSIGNED);
    port_unpark(&c->phase, 1);
    return 0;
}
iword courier_begin(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    iword status = h ? begin_for(h, r) : -PORT_BAD_HANDLE;
    lock_release(&held_lock);
    return status;
}
static iword result_of(struct held *h, struct port_request *r)
{
    struct courier *c = h->courier;
    if (!c || !courier_done(c))
        return -PORT_AGAIN;
    iword error = c->error;
    r->out_bytes = c->length * sizeof(word);
    memcpy(r->out, c->words, r->out_bytes);
    r->answer[0] = c->label;
    r->answer[1] = c->badge;
    r->answer[2] = c->n_caps;
    if (c->n_caps) /* it stays until CAP_RECEIVED has fetched that */
        return error;
    h->courier = NULL;
    courier_free(c);
    return error;
}
iword courier_result(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    iword status = h ? result_of(h, r) : -PORT_BAD_HANDLE;
    lock_release(&held_lock);
    return status;
}
static iword received(struct held *h, enum held_type type)
{
    struct courier *c = h->courier;
    if (!c || !courier_done(c) || !c->n_caps)
        return -PORT_NOT_FOUND;
    struct held *to = held_new(type);
    if (!to)
        return -PORT_NO_MEMORY;
    held_mark_foreign(to);
    seL4_CPtr slot = to->slot;
    to->slot = c->receive;
    c->receive = slot;
    c->n_caps = 0;
    h->courier = NULL;
    courier_free(c);
    return (iword)held_number(to);
}
iword courier_received(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_get(r->handle);
    iword status = h ? received(h, held_type_named(r->text[0])) : -PORT_BAD_HANDLE;
    lock_release(&held_lock);
    return status;
}
