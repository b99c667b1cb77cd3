/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/process_info.h"

#include "data/maps.h"
#include "data/vectors.h"
#include "lang/code.h"
#include "pure.h"
#include "run/frames.h"
#include "run/interp.h"
#include "run/names.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/relations.h"
#include "run/room.h"
#include "run/signal.h"
#include "term/blocks.h"
#include "term/gc.h"
#include "term/roots.h"

static term bytes(word words)
{
    return mk_int((iword)(words * sizeof(word)));
}
word proc_memory_bytes(const struct proc *p)
{
    word words = p->block_words + (word)(p->more->old_end - p->more->old) + p->fragment_words + 2 * relations_slots(p);
    for (const struct message *m = p->messages; m; m = m->next)
        words += MESSAGE_WORDS + m->words;
    return sizeof *p + words * sizeof(word) + p->more->off_heap_bytes + (p->extra ? sizeof *p->extra : 0);
}

/* Asked while it is taking in messages: at a receive, where it waits for room in a mailbox, or before a slice. */
static term status(const struct proc *p, term asker)
{
    if (same(p->pid, asker))
        return K_running;
    if (room_is_awaited(p))
        return K_suspended;
    return p->pc && INSN_OP(*p->pc) == OP_RECV ? K_waiting : K_runnable;
}
static term current_function(struct proc *p)
{
    return p->fp ? frame_running_code(frame_top(p))->name : NIL;
}
static term location(struct proc *p)
{
    term stack = stack_list(p, 1);
    return is_cons(stack) ? cons_head(stack) : NIL;
}
term proc_heap_limit(const struct proc *p)
{
    return p->max_words ? bytes(p->max_words) : NIL;
}
term proc_priority_keyword(const struct proc *p)
{
    const term names[] = {K_max, K_high, K_normal, K_low};
    return names[p->priority];
}
/* A list of pids. */
static term related(struct proc *p, enum relation_kind kind)
{
    if (!heap_reserve(p, CONS_WORDS * relations_count(p)))
        return NONE;
    term list = EMPTY_LIST;
    for (word i = 0; i < relations_slots(p); i++) {
        struct relation r = relation_slot(p, i);
        if (r.other && relation_kind(r) == kind)
            list = mk_cons(p, relation_pid(r), list);
    }
    return list;
}

/* --- the table --- */

#define INFO(id, key, all, expression)                \
    static term info_##id(struct proc *p, term asker) \
    {                                                 \
        return expression;                            \
    }
#include "run/process_info.def"
#undef INFO
static const struct info {
    const term *key;
    bool all;
    term (*answer)(struct proc *p, term asker);
} infos[] = {
#define INFO(id, key, all, expression) {&K_info_##id, all, info_##id},
#include "run/process_info.def"
#undef INFO
};

static const struct info *info_find(term key)
{
    for (unsigned i = 0; is_keyword(key) && i < ARRAY_LEN(infos); i++)
        if (names_equal(key, *infos[i].key))
            return &infos[i];
    return NULL;
}
/* The map so far waits in p->pending_value. */
static bool add(struct proc *p, term asker, const struct info *i)
{
    term value = i->answer(p, asker);
    if (is_none(value))
        return false;
    term map = map_assoc(p, p->pending_value, *i->key, value);
    if (is_none(map))
        return false;
    p->pending_value = map;
    return true;
}
static term all_of(struct proc *p, term asker)
{
    bool ok = true;
    p->pending_value = empty_map;
    for (unsigned i = 0; ok && i < ARRAY_LEN(infos); i++)
        ok = !infos[i].all || add(p, asker, &infos[i]);
    return ok ? p->pending_value : NIL;
}
static term some_of(struct proc *p, term asker, term keys)
{
    bool ok = true;
    p->pending_value = empty_map;
    for (word i = 0; ok && i < vec_count(keys); i++) {
        const struct info *info = info_find(vec_nth(keys, i));
        ok = !info || add(p, asker, info);
    }
    return ok ? p->pending_value : NIL;
}

/* A list of the values that wait, made outside the heap, since the collector must not move them. */
static struct message *messages_answer(struct proc *p, term ref)
{
    word got, n = 0;
    word *cells = blocks_alloc(&process_blocks, CONS_WORDS * p->n_messages + 1, &got);
    if (!cells)
        return NULL;
    term list = EMPTY_LIST, *tail = &list;
    for (const struct message *m = p->messages; m; m = m->next) {
        struct cons *c = (struct cons *)(cells + CONS_WORDS * n++);
        *c = (struct cons){m->value, EMPTY_LIST};
        *tail = mk_cons_ptr(c);
        tail = &c->tail;
    }
    struct message *answer = message_vector(p, MESSAGE, 2, (term[]){ref, list});
    blocks_free(&process_blocks, cells);
    return answer;
}

static bool is_single(term what)
{
    return is_keyword(what) && (names_equal(what, K_messages) || names_equal(what, K_all) || info_find(what));
}
bool process_info_is_known(term what)
{
    word n = is_vector(what) ? vec_count(what) : 0;
    for (word i = 0; i < n; i++)
        if (!info_find(vec_nth(what, i)))
            return false;
    return is_vector(what) || is_single(what);
}
void process_info_answer(struct proc *p, term to, term ref, term what)
{
    struct message *answer;
    if (is_keyword(what) && names_equal(what, K_messages)) {
        answer = messages_answer(p, ref);
    } else {
        const struct info *info = info_find(what);
        term value = is_vector(what)                                      ? some_of(p, to, what)
                     : is_keyword(what) && same(intern_name(what), K_all) ? all_of(p, to)
                     : info                                               ? info->answer(p, to)
                                                                          : NIL;
        answer = message_vector(p, MESSAGE, 2, (term[]){ref, is_none(value) ? NIL : value});
    }
    p->pending_value = NIL;
    p->pending = PENDING_NOTHING;
    if (answer)
        message_send(to, answer);
}
