/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * live.c: how much of a process's memory is alive, found without moving anything: where there is no memory for the case
 * that all of it is. A bit for each word of the two generations marks the objects that were reached.
 */
#include "port.h"
#include "pure.h"
#include "run/mailbox.h"
#include "term/gc.h"
#include "term/roots.h"
#include "term/scan.h"

#define WAITING_MAX (1u << 16)

struct generation {
    const word *from, *end;
    u64 *marks;
};
struct marking {
    struct generation young, old;
    word words; /* of what is marked */
    /* marked objects whose fields were not looked at; where there was no room for one, all are looked at again */
    const word **waiting;
    unsigned n_waiting;
    bool dropped;
};

/* True when it was not marked before. */
static bool mark_in(struct generation *g, const word *o)
{
    word i = (word)(o - g->from);
    u64 bit = (u64)1 << (i % 64), *marks = &g->marks[i / 64];
    bool fresh = !(*marks & bit);
    *marks |= bit;
    return fresh;
}
static void mark(struct marking *m, word w)
{
    if (!is_pointer_word(w))
        return;
    const word *o = pointer_target(w);
    struct generation *g = o >= m->young.from && o < m->young.end ? &m->young : &m->old;
    if (o < g->from || o >= g->end || !mark_in(g, o))
        return;
    m->words += object_words(o);
    if (m->n_waiting < WAITING_MAX)
        m->waiting[m->n_waiting++] = o;
    else
        m->dropped = true;
}
static void mark_fields(struct marking *m, const word *at, const word *end)
{
    for (; at < end; at++) {
        if (is_header(*at))
            at += scan_skip(*at);
        else
            mark(m, *at);
    }
}
static void mark_waiting(struct marking *m)
{
    while (m->n_waiting) {
        const word *o = m->waiting[--m->n_waiting];
        mark_fields(m, o, o + object_words(o));
    }
}
static void mark_again(struct marking *m, const struct generation *g)
{
    word words = (word)(g->end - g->from);
    for (word i = 0; i < words; i += 64) {
        for (u64 bits = g->marks[i / 64]; bits; bits &= bits - 1) {
            const word *o = g->from + i + (unsigned)__builtin_ctzll(bits);
            mark_fields(m, o, o + object_words(o));
            mark_waiting(m);
        }
    }
}
static void mark_slot(void *marking, term *slot)
{
    mark(marking, slot->w);
}
/* Spent registers keep nothing alive. */
static void pass_by(void *marking, term *slot)
{
}

static word marks_words(const struct generation *g)
{
    return (word)(g->end - g->from) / 64 + 1;
}

word live_words(struct proc *p, const struct gc_request *r)
{
    struct marking m = {.young = {p->block, p->hp, NULL}, .old = {p->more->old, p->more->old_hp, NULL}};
    word young = marks_words(&m.young), old = marks_words(&m.old);
    u64 *memory = port_realloc(NULL, (young + old + WAITING_MAX) * sizeof(word));
    if (!memory)
        return LIVE_UNKNOWN;
    memset(memory, 0, (young + old) * sizeof(word));
    m.young.marks = memory;
    m.old.marks = memory + young;
    m.waiting = (const word **)(memory + young + old);
    for (unsigned i = 0; i < r->n_roots; i++)
        mark(&m, r->roots[i]->w);
    proc_each_root(p, mark_slot, pass_by, &m);
    for (const struct message *f = p->fragments; f; f = f->next)
        mark_fields(&m, f->term, f->term + f->words);
    mark_waiting(&m);
    while (m.dropped) {
        m.dropped = false;
        mark_again(&m, &m.young);
        mark_again(&m, &m.old);
    }
    port_free(memory);
    return m.words + p->fragment_words;
}
