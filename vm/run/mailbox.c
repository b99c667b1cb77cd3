/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/mailbox.h"

#include "data/str.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/room.h"
#include "run/sched.h"
#include "run/signals.h"
#include "term/blocks.h"
#include "term/gc.h"
#include "term/heap.h"
#include "term/off_heap.h"

/* The inbox word: address of the newest message / 8, and 20 bits of the process's generation. */
#define GENERATION_MASK 0xfffffu
static struct message *inbox_message(u64 inbox)
{
    return (struct message *)(inbox >> 20 << 3);
}
static u64 inbox_word(const struct message *m, u32 generation)
{
    return (u64)m >> 3 << 20 | (generation & GENERATION_MASK);
}

/* --- making --- */

struct message *message_make(struct proc *p, enum message_kind kind, term value)
{
    term cell = NIL;
    word words = copy_size(value, &cell), got;
    if (words == COPY_STAYS) {
        raise(p, E_NOT_SENDABLE, "%s belongs to the process that made it and cannot be sent", cell_that_stays(cell));
        return NULL;
    }
    struct message *m = words < COPY_STAYS && words <= ~(u32)0
                            ? (struct message *)blocks_alloc(&process_blocks, MESSAGE_WORDS + words, &got)
                            : NULL;
    if (!m) {
        raise(p, E_OUT_OF_MEMORY, "a message");
        return NULL;
    }
    *m = (struct message){.kind = (u8)kind, .words = (u32)words, .from = p->pid, .value = value};
    word *to = m->term;
    m->value = copy_into(&to, &m->off_heap, value);
    if (is_none(m->value)) {
        message_free(m);
        raise(p, E_OUT_OF_MEMORY, "a message");
        return NULL;
    }
    native_charge(p, words / COPIED_WORDS_A_REDUCTION);
    return m;
}

struct message *message_vector(struct proc *p, enum message_kind kind, unsigned n, const term *items)
{
    word tuple[1 + 4];
    ENSURE(n <= 4, "such messages are short");
    tuple[0] = mk_header(T_TUPLE, 0, n);
    for (unsigned i = 0; i < n; i++)
        tuple[1 + i] = items[i].w;
    return message_make(p, kind, mk_box_ptr(tuple));
}

void message_free(struct message *m)
{
    for (word *o = m->off_heap, *next; o; o = next) {
        next = ((struct obj_lstring *)o)->next;
        bin_release(((struct obj_lstring *)o)->bin);
    }
    blocks_free(&process_blocks, (word *)m);
}

/* --- sending --- */

bool message_send(term pid, struct message *m)
{
    word number = imm_payload(pid) & 0xfffffff;
    u32 generation = (u32)(imm_payload(pid) >> 28);
    if (number && number < procs_end()) {
        struct proc *p = proc_number(number);
        u64 old = __atomic_load_n(&p->inbox, __ATOMIC_RELAXED);
        bool counted = ((old ^ generation) & GENERATION_MASK) == 0 && room_count(p);
        while (((old ^ generation) & GENERATION_MASK) == 0) {
            m->next = inbox_message(old);
            if (__atomic_compare_exchange_n(&p->inbox, &old, inbox_word(m, generation), true, __ATOMIC_SEQ_CST,
                                            __ATOMIC_RELAXED)) {
                sched_wake(p);
                return true;
            }
        }
        if (counted)
            room_count_back(p);
    }
    message_free(m);
    return false;
}

/* --- receiving --- */

void mailbox_init(struct proc *p, u32 generation)
{
    p->messages = NULL;
    p->last = p->cursor = &p->messages;
    p->mark = NULL;
    p->n_messages = 0;
    __atomic_store_n(&p->backlog, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&p->inbox, inbox_word(NULL, generation), __ATOMIC_RELEASE);
}

static void append(struct proc *p, struct message *m)
{
    m->next = NULL;
    *p->last = m;
    p->last = &m->next;
    p->n_messages++;
}
static struct message *oldest_first(struct message *m)
{
    struct message *first = NULL;
    while (m) {
        struct message *next = m->next;
        m->next = first;
        first = m;
        m = next;
    }
    return first;
}

void mailbox_take_in(struct proc *p)
{
    u64 inbox = __atomic_load_n(&p->inbox, __ATOMIC_RELAXED);
    if (!inbox_message(inbox))
        return;
    inbox = __atomic_exchange_n(&p->inbox, inbox & GENERATION_MASK, __ATOMIC_ACQUIRE);
    for (struct message *m = oldest_first(inbox_message(inbox)), *next; m; m = next) {
        next = m->next;
        bool ended = p->flags & PROC_DONE; /* then it is refused once the name is free: proc_exit_step */
        if (!ended && m->kind != MESSAGE) {
            if (!signal_serve(p, m))
                continue;
            m->kind = MESSAGE;
        }
        append(p, m);
    }
    u32 backlog = p->n_messages / BACKLOG_UNIT;
    __atomic_store_n(&p->backlog, backlog < UINT8_MAX ? (u8)backlog : UINT8_MAX, __ATOMIC_RELAXED);
    room_renew(p);
}

struct message *mailbox_close(struct proc *p)
{
    u32 generation = (u32)(imm_payload(p->pid) >> 28);
    u64 inbox = __atomic_exchange_n(&p->inbox, inbox_word(NULL, generation + 1), __ATOMIC_ACQ_REL);
    *p->last = oldest_first(inbox_message(inbox));
    struct message *all = p->messages;
    p->messages = NULL;
    p->last = p->cursor = &p->messages;
    p->n_messages = 0;
    return all;
}

void proc_each_message(struct proc *p, void (*visit)(void *context, struct message *m), void *context)
{
    struct message *list[] = {p->messages, p->fragments, inbox_message(__atomic_load_n(&p->inbox, __ATOMIC_ACQUIRE))};
    for (unsigned i = 0; i < ARRAY_LEN(list); i++)
        for (struct message *m = list[i]; m; m = m->next)
            visit(context, m);
}

/* m leaves the mailbox for the heap; `next` is where what came behind it goes on. */
static void leave_mailbox(struct proc *p, struct message *m, struct message **next)
{
    if (p->last == &m->next)
        p->last = next;
    if (p->mark == &m->next)
        p->mark = next;
    p->receiving = false;
    if (!m->words) {
        message_free(m);
        return;
    }
    off_heap_adopt(p, m->off_heap);
    m->off_heap = NULL;
    m->next = p->fragments;
    p->fragments = m;
    p->fragment_words += MESSAGE_WORDS + m->words;
}

term mailbox_take(struct proc *p)
{
    struct message **at = p->cursor, *m = *at;
    term value = m->value;
    *at = m->next;
    p->n_messages--;
    room_renew(p);
    p->cursor = &p->messages;
    leave_mailbox(p, m, at);
    return value;
}

bool mailbox_let_go(struct proc *p)
{
    struct message **at = p->cursor, *m = *at;
    struct message *copy = message_make(p, MESSAGE, m->value);
    if (!copy)
        return false;
    copy->from = m->from;
    copy->next = m->next;
    *at = copy;
    leave_mailbox(p, m, &copy->next);
    return true;
}
