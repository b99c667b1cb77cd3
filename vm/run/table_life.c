/* SPDX-License-Identifier: GPL-3.0-only */
/* Tables as wholes: their places, names, owners and end. */
#include "port.h"
#include "pure.h"
#include "run/mailbox.h"
#include "run/names.h"
#include "run/procs.h"
#include "run/tables.h"
#include "term/blocks.h"

#define MAX_TABLES 65536
#define NAME_HINTS 256

static struct {
    struct lock lock;
    struct table *at[MAX_TABLES];
    u32 end;
    u64 ids;
    u32 hint[NAME_HINTS]; /* atomic: number of a table whose name had this hash */
} tables;

struct table *table_number(u32 number)
{
    return number < tables_end() ? tables.at[number] : NULL;
}
u32 tables_end(void)
{
    return __atomic_load_n(&tables.end, __ATOMIC_ACQUIRE);
}
static u64 id_of(const struct table *t)
{
    return __atomic_load_n(&t->id, __ATOMIC_ACQUIRE);
}

/* --- names --- */

static u32 *hint_of(term name)
{
    return &tables.hint[OBJ(symbol, name)->hash % NAME_HINTS];
}
static struct table *named_at(u32 i, term name)
{
    struct table *t = table_number(i);
    return t && __atomic_load_n(&t->name, __ATOMIC_RELAXED) == name.w && id_of(t) ? t : NULL;
}
static struct table *named(term name)
{
    for (u32 i = 0; i < tables_end(); i++) {
        struct table *t = named_at(i, name);
        if (t) {
            __atomic_store_n(hint_of(name), i, __ATOMIC_RELAXED);
            return t;
        }
    }
    return NULL;
}
struct table *table_named(term name)
{
    struct table *t = named_at(__atomic_load_n(hint_of(name), __ATOMIC_RELAXED), name);
    if (t)
        return t;
    lock_take(&tables.lock);
    t = named(name);
    lock_release(&tables.lock);
    return t;
}
bool table_rename(struct table *t, u64 id, term name)
{
    lock_take(&tables.lock);
    bool ok = id_of(t) == id && (!name.w || !named(name));
    if (ok)
        __atomic_store_n(&t->name, name.w, __ATOMIC_RELAXED);
    lock_release(&tables.lock);
    return ok;
}

/* --- beginning --- */

static struct table *place_take(void)
{
    for (u32 i = 0; i < tables.end; i++)
        if (!id_of(tables.at[i]) && !__atomic_load_n(&tables.at[i]->dead_id, __ATOMIC_RELAXED))
            return tables.at[i];
    struct table *t = tables.end < MAX_TABLES ? port_alloc(sizeof *t) : NULL;
    if (!t)
        return NULL;
    memset(t, 0, sizeof *t);
    t->number = tables.end;
    tables.at[t->number] = t;
    __atomic_store_n(&tables.end, t->number + 1, __ATOMIC_RELEASE);
    return t;
}
struct table *table_make(struct proc *owner, const struct table_make *m, bool *name_taken)
{
    lock_take(&tables.lock);
    *name_taken = m->name.w && named(m->name);
    struct table *t = *name_taken ? NULL : place_take();
    if (t) {
        t->kind = (u8)m->kind;
        t->access = (u8)m->access;
        t->key_position = m->key_position;
        t->heir = m->heir;
        t->options = m->options;
        __atomic_store_n(&t->owner, owner->pid.w, __ATOMIC_RELAXED);
        __atomic_store_n(&t->name, m->name.w, __ATOMIC_RELAXED);
        STORE_SEQ_CST(&owner->owns_tables, true);
        /* no worker has this number */
        __atomic_store_n(&t->id, (u64)0xffff << 48 | ++tables.ids, __ATOMIC_RELEASE);
    }
    lock_release(&tables.lock);
    return t;
}

struct entry *table_options(struct table *t, u64 id)
{
    lock_take(&tables.lock);
    struct entry *e = id_of(t) == id ? t->options : NULL;
    if (e)
        __atomic_add_fetch(&e->refs, 1, __ATOMIC_RELAXED);
    lock_release(&tables.lock);
    return e;
}
term table_key_function(struct proc *p, struct table *t, struct entry *options)
{
    lock_take(&tables.lock);
    term key = entry_copy(p, options, options->key);
    lock_release(&tables.lock);
    return key;
}

/* --- owners --- */

/* Lock: tables. One of the two sees the other: the giver that the process ends, or that one that it owns a table. */
static bool give(struct table *t, term to)
{
    struct proc *p = proc_of_pid(to);
    if (!p)
        return false;
    STORE_SEQ_CST(&p->owns_tables, true);
    if (__atomic_load_n(&p->state, __ATOMIC_SEQ_CST) == PROC_EXITING || proc_of_pid(to) != p)
        return false;
    __atomic_store_n(&t->owner, to.w, __ATOMIC_RELAXED);
    return true;
}
bool table_give(struct table *t, u64 id, term to)
{
    lock_take(&tables.lock);
    bool ok = id_of(t) == id && give(t, to);
    lock_release(&tables.lock);
    return ok;
}

/* --- the end --- */

bool table_kill(struct table *t, u64 id)
{
    lock_take(&tables.lock);
    bool ok = id_of(t) == id;
    if (ok) {
        __atomic_store_n(&t->dead_id, id, __ATOMIC_RELAXED);
        __atomic_store_n(&t->name, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&t->id, 0, __ATOMIC_RELEASE);
    }
    lock_release(&tables.lock);
    return ok;
}
static bool empty_some(struct table *t, const u64 *id_field, u64 id, word budget)
{
    for (unsigned i = 0; i < STRIPES && budget; i++) {
        struct stripe *s = &t->stripe[i];
        lock_take(&s->lock);
        if (__atomic_load_n(id_field, __ATOMIC_RELAXED) == id)
            budget = stripe_free_some(s, t->kind == TABLE_ORDERED, budget);
        lock_release(&s->lock);
    }
    return budget != 0;
}
bool table_clear_step(struct table *t, u64 id, word budget)
{
    return empty_some(t, &t->id, id, budget);
}
bool table_free_step(struct table *t, u64 dead_id, word budget)
{
    if (!empty_some(t, &t->dead_id, dead_id, budget))
        return false;
    lock_take(&tables.lock);
    if (t->dead_id == dead_id) {
        entry_release(t->options);
        t->options = NULL;
        __atomic_store_n(&t->owner, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&t->dead_id, 0, __ATOMIC_RELEASE);
    }
    lock_release(&tables.lock);
    return true;
}

/* True: the heir has it. */
static bool inherit(struct proc *p, struct table *t, u64 id)
{
    word handle[3] = {mk_header(T_REF, 0, 2), id, TABLE_REF | t->number};
    if (is_nil(t->heir) || same(t->heir, p->pid))
        return false;
    term heir = t->heir;
    lock_take(&tables.lock); /* copying writes to the options for a while */
    struct message *m =
        message_vector(p, MESSAGE, 4, (term[]){K_table_transfer, mk_box_ptr(handle), p->pid, t->options->value});
    lock_release(&tables.lock);
    if (!m)
        return false;
    if (!table_give(t, id, heir)) {
        message_free(m);
        return false;
    }
    message_send(heir, m);
    return true;
}
#define EXIT_BUDGET 2000
bool tables_exit_step(struct proc *p)
{
    for (u32 i = 0; i < tables_end(); i++) {
        struct table *t = tables.at[i];
        u64 id = id_of(t), dead_id = __atomic_load_n(&t->dead_id, __ATOMIC_ACQUIRE);
        if (__atomic_load_n(&t->owner, __ATOMIC_RELAXED) != p->pid.w)
            continue;
        if (id && !inherit(p, t, id) && table_kill(t, id))
            dead_id = id;
        if (dead_id && !table_free_step(t, dead_id, EXIT_BUDGET))
            return false;
    }
    return true;
}

/* --- for the collector of the shared area --- */

#define ORDERED_CHUNK 64

/* With the lock: copying writes to the options for a while (inherit). */
static void options_visit(struct table *t, u64 id, void (*visit)(void *context, struct entry *e), void *context)
{
    lock_take(&tables.lock);
    if (id_of(t) == id && t->options)
        visit(context, t->options);
    lock_release(&tables.lock);
}
/* The first entry behind at->last. */
static struct entry *ordered_next(struct stripe *s, const struct table_cursor *at, struct path *path)
{
    if (!at->last || !ordered_find(s, at->last->key, path))
        return ordered_edge(s, false, path);
    return ordered_beyond(path, true);
}
static bool ordered_some(struct stripe *s, struct table_cursor *at, void (*visit)(void *context, struct entry *e),
                         void *context)
{
    struct path path;
    struct entry *e = ordered_next(s, at, &path), *last = NULL;
    for (unsigned i = 0; e && i < ORDERED_CHUNK; i++, e = ordered_beyond(&path, true)) {
        visit(context, e);
        last = e;
    }
    if (e)
        __atomic_add_fetch(&last->refs, 1, __ATOMIC_RELAXED);
    if (at->last)
        entry_release(at->last);
    at->last = e ? last : NULL;
    return e != NULL;
}
/* False: nothing more is in this table. */
static bool table_some(struct table *t, struct table_cursor *at, void (*visit)(void *context, struct entry *e),
                       void *context)
{
    u64 id = id_of(t);
    struct stripe *s = &t->stripe[at->stripe];
    if (!id)
        return false;
    if (!at->stripe && !at->position)
        options_visit(t, id, visit, context);
    if (!stripe_take(t, id, s))
        return false;
    if (t->kind == TABLE_ORDERED) {
        bool more = ordered_some(s, at, visit, context);
        lock_release(&s->lock);
        at->position = 1;
        return more;
    }
    at->position = hash_bucket(s, at->position, visit, context);
    lock_release(&s->lock);
    if (at->position < STRIPE_END)
        return true;
    at->position = 0;
    return ++at->stripe < STRIPES;
}
bool tables_each_entry(struct table_cursor *at, void (*visit)(void *context, struct entry *e), void *context)
{
    struct table *t = table_number(at->table);
    if (!t)
        return false;
    if (table_some(t, at, visit, context))
        return true;
    if (at->last)
        entry_release(at->last);
    *at = (struct table_cursor){.table = at->table + 1};
    return true;
}
