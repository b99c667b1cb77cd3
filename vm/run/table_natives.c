/* SPDX-License-Identifier: GPL-3.0-only */
/* Natives of table.def. */
#include "data/seqs.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/tables.h"
#include "term/equal.h"

#define BUDGET 2000 /* entries that one call frees */

/* --- which table --- */

struct use {
    struct table *t;
    u64 id;
};
enum intent { TO_LOOK, TO_READ, TO_WRITE, TO_OWN };

static term gone(struct proc *p)
{
    return raise(p, E_ILLEGAL_ARGUMENT, "there is no table %T", ARG(0));
}
static bool is_handle(term t)
{
    return is_type(t, T_REF) && OBJ(ref, t)->id[1] & TABLE_REF;
}
static bool find_table(term handle, struct use *u)
{
    if (is_handle(handle)) {
        u->t = table_number((u32)OBJ(ref, handle)->id[1]);
        u->id = OBJ(ref, handle)->id[0];
    } else {
        u->t = table_named(intern_name(handle));
        u->id = u->t ? __atomic_load_n(&u->t->id, __ATOMIC_ACQUIRE) : 0;
    }
    return u->t && u->id && __atomic_load_n(&u->t->id, __ATOMIC_ACQUIRE) == u->id;
}
/* The table that argument 0 means; false: pending. */
static bool table_arg(struct proc *p, struct use *u, enum intent intent)
{
    if (!is_handle(ARG(0)) && !is_keyword(ARG(0))) {
        raise_arg(p, 0, "a table or a table's name");
        return false;
    }
    if (!find_table(ARG(0), u)) {
        gone(p);
        return false;
    }
    bool owner = __atomic_load_n(&u->t->owner, __ATOMIC_RELAXED) == p->pid.w;
    bool may = owner || intent == TO_LOOK || (intent == TO_READ && u->t->access != TABLE_PRIVATE) ||
               (intent == TO_WRITE && u->t->access == TABLE_PUBLIC);
    if (!may)
        raise(p, E_ILLEGAL_ARGUMENT, "the table %T may be %s by its owner only", ARG(0),
              intent == TO_READ    ? "read"
              : intent == TO_WRITE ? "written"
                                   : "disposed of");
    return may;
}
static term mk_handle(struct proc *p, const struct table *t, u64 id)
{
    struct obj_ref *r = (struct obj_ref *)heap_take_box(p, T_REF, 0, 2);
    r->id[0] = id;
    r->id[1] = TABLE_REF | t->number;
    return mk_box_ptr(r);
}
/* Argument i as a key: realised data; *hash for tables that hash. False: pending. */
static bool key_arg(struct proc *p, unsigned i, term key, const struct use *u, u64 *hash)
{
    term lazy;
    if (UNLIKELY(!key_ready(p, key, &lazy))) {
        retry_when_ready(p, ARG(i));
        return false;
    }
    *hash = u->t->kind == TABLE_ORDERED ? 0 : key_hash(key);
    return true;
}
static term not_ordered(struct proc *p, term key)
{
    return raise(p, E_TYPE_ERROR, "%T cannot be compared with the keys of the ordered table %T", key, ARG(0));
}

/* --- entries found, held until they are copied out --- */

struct found {
    struct entry **at, *few[64];
    word n, room, words;
    bool failed;
};
static void found_add(void *context, struct entry *e)
{
    struct found *f = context;
    if (f->n == f->room) {
        struct entry **more = port_realloc(f->at == f->few ? NULL : f->at, 4 * f->room * sizeof *more);
        if (!more) {
            f->failed = true;
            return;
        }
        if (f->at == f->few)
            memcpy(more, f->few, sizeof f->few);
        f->at = more;
        f->room *= 4;
    }
    __atomic_add_fetch(&e->refs, 1, __ATOMIC_RELAXED);
    f->words += e->words;
    f->at[f->n++] = e;
}
static void found_init(struct found *f)
{
    f->at = f->few;
    f->room = ARRAY_LEN(f->few);
    f->n = f->words = 0;
    f->failed = false;
}
static void found_drop(struct found *f)
{
    for (word i = 0; i < f->n; i++)
        entry_release(f->at[i]);
    if (f->at != f->few)
        port_free(f->at);
}
/* Room for all of them, in a list, and more; false: pending, and dropped. */
static bool found_reserve(struct proc *p, struct found *f, word more)
{
    native_charge(p, f->n / 8 + f->words / 64);
    if (f->failed)
        raise(p, E_OUT_OF_MEMORY, "entries");
    else if (heap_reserve(p, f->words + f->n * CONS_WORDS + more))
        return true;
    found_drop(f);
    return false;
}
static term found_cons(struct proc *p, const struct found *f, word i, term list)
{
    return mk_cons(p, entry_copy(p, f->at[i], f->at[i]->value), list);
}
/* The values of those found as a list in that order; drops them. */
static term found_list(struct proc *p, struct found *f)
{
    term list = EMPTY_LIST;
    for (word i = f->n; i-- > 0;)
        list = found_cons(p, f, i, list);
    found_drop(f);
    return list;
}
/* Those with one key, whose newest was found first. */
static term found_list_oldest_first(struct proc *p, struct found *f)
{
    term list = EMPTY_LIST;
    for (word i = 0; i < f->n; i++)
        list = found_cons(p, f, i, list);
    found_drop(f);
    return list;
}

/* Those with the key, of any kind of table; false: pending. */
static bool find_entries(struct proc *p, const struct use *u, unsigned key_index, struct found *f)
{
    u64 hash;
    term key = ARG(key_index);
    found_init(f);
    if (!key_arg(p, key_index, key, u, &hash))
        return false;
    struct stripe *s = table_stripe(u->t, hash);
    if (!stripe_take(u->t, u->id, s)) {
        gone(p);
        return false;
    }
    bool ok = true;
    if (u->t->kind == TABLE_ORDERED) {
        struct path path;
        ok = ordered_find(s, key, &path);
        if (ok && path.found)
            found_add(f, path.found);
    } else {
        struct entry *e = *hash_find(s, hash, key);
        for (; e && e->hash == hash && key_equal(e->key, key); e = u->t->kind == TABLE_SET ? NULL : e->next)
            found_add(f, e);
    }
    lock_release(&s->lock);
    if (!ok)
        not_ordered(p, key);
    return ok;
}

/* --- making --- */

/* (%table-make kind access name key heir data); key: position or function */
term native_table_make(struct proc *p, unsigned n)
{
    if (!is_nil(ARG(2)) && !is_keyword(ARG(2)))
        return raise(p, E_TYPE_ERROR, "a table's name is a keyword, not %T", ARG(2));
    if (!is_nil(ARG(4)) && !is_pid(ARG(4)))
        return raise(p, E_TYPE_ERROR, "the heir of a table is a pid, not %T", ARG(4));
    struct table_make m = {.kind = (enum table_kind)int_value(ARG(0)),
                           .access = (enum table_access)int_value(ARG(1)),
                           .name = is_nil(ARG(2)) ? TERM(0) : intern_name(ARG(2)),
                           .heir = ARG(4),
                           .key_position = is_int(ARG(3)) ? int_value(ARG(3)) : -1};
    bool taken;
    if (!heap_reserve(p, REF_WORDS) || !(m.options = entry_make(p, ARG(3), ARG(5))))
        return NONE;
    struct table *t = table_make(p, &m, &taken);
    if (t)
        return mk_handle(p, t, t->id);
    entry_release(m.options);
    return taken ? raise(p, E_ILLEGAL_ARGUMENT, "there is a table named %T", ARG(2))
                 : raise(p, E_SYSTEM_LIMIT, "there is no room for another table");
}
term native_is_table(struct proc *p, unsigned n)
{
    struct use u;
    return mk_bool((is_handle(ARG(0)) || is_keyword(ARG(0))) && find_table(ARG(0), &u));
}

/* --- writing --- */

static void hash_replace(struct stripe *s, struct entry **place, struct entry *e)
{
    struct entry *old = *place;
    e->next = old->next;
    *place = e;
    e->stamp = ++s->stamp;
    s->words += (word)e->words - old->words;
}
enum insert { INSERTED, WAS_THERE, NO_ORDER, NO_MEMORY };

static enum insert ordered_insert(struct stripe *s, struct entry *e, bool only_new, struct entry **replaced)
{
    struct path path;
    if (!ordered_find(s, e->key, &path))
        return NO_ORDER;
    if (path.found && only_new)
        return WAS_THERE;
    *replaced = path.found;
    if (path.found)
        ordered_replace(s, &path, e);
    else if (!ordered_add(s, &path, e))
        return NO_MEMORY;
    return INSERTED;
}
/* One with the key goes before the others with it, so that adding takes no longer for each that is there. */
static enum insert hash_insert(struct stripe *s, enum table_kind kind, struct entry *e, bool only_new,
                               struct entry **replaced)
{
    if (!hash_ready(s))
        return NO_MEMORY;
    struct entry **place = hash_find(s, e->hash, e->key);
    if (*place && only_new)
        return WAS_THERE;
    if (*place && kind == TABLE_SET) {
        *replaced = *place;
        hash_replace(s, place, e);
        return INSERTED;
    }
    if (kind == TABLE_BAG)
        for (const struct entry *o = *place; o && o->hash == e->hash && key_equal(o->key, e->key); o = o->next)
            if (key_equal(o->value, e->value))
                return WAS_THERE;
    hash_add(s, place, e);
    return INSERTED;
}
/* value under key, both out of argument i. */
static term insert(struct proc *p, const struct use *u, unsigned i, term key, term value, bool only_new)
{
    u64 hash;
    term lazy;
    bool ordered = u->t->kind == TABLE_ORDERED;
    if (!key_arg(p, i, key, u, &hash))
        return NONE;
    if (u->t->kind == TABLE_BAG && !key_ready(p, value, &lazy))
        return retry_when_ready(p, value);
    struct stripe *s = table_stripe(u->t, hash);
    struct entry *e = entry_make(p, key, value), *replaced = NULL;
    if (!e)
        return NONE;
    native_charge(p, e->words / 32);
    if (!stripe_take(u->t, u->id, s)) {
        entry_release(e);
        return gone(p);
    }
    if (!ordered)
        e->hash = hash;
    enum insert done = ordered ? ordered_insert(s, e, only_new, &replaced)
                               : hash_insert(s, (enum table_kind)u->t->kind, e, only_new, &replaced);
    lock_release(&s->lock);
    if (done != INSERTED)
        replaced = e;
    if (replaced)
        entry_release(replaced);
    switch (done) {
    case INSERTED:
        return TRUE_TERM;
    case WAS_THERE:
        return FALSE_TERM;
    case NO_ORDER:
        return not_ordered(p, key);
    case NO_MEMORY:
        break;
    }
    return raise(p, E_OUT_OF_MEMORY, "a table");
}
/* (%table-insert table object only-new) */
term native_table_insert(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_WRITE))
        return NONE;
    if (u.t->key_position < 0)
        return tail_slow(p, SLOW_table_insert);
    if (!is_vector(ARG(1)) || vec_count(ARG(1)) <= (word)u.t->key_position)
        return raise(p, E_TYPE_ERROR, "this table holds vectors whose key stands at place %ld, not %T",
                     (long)u.t->key_position, ARG(1));
    return insert(p, &u, 1, vec_nth(ARG(1), (word)u.t->key_position), ARG(1), is_truthy(ARG(2)));
}
/* (%table-insert-keyed table key object only-new) */
term native_table_insert_keyed(struct proc *p, unsigned n)
{
    struct use u;
    return table_arg(p, &u, TO_WRITE) ? insert(p, &u, 1, ARG(1), ARG(2), is_truthy(ARG(3))) : NONE;
}
/* The function, or the position. */
term native_table_key_function(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_LOOK))
        return NONE;
    if (u.t->key_position >= 0)
        return mk_int(u.t->key_position);
    struct entry *options = table_options(u.t, u.id);
    if (!options)
        return gone(p);
    term f = heap_reserve(p, options->words) ? table_key_function(p, u.t, options) : NONE;
    entry_release(options);
    return f;
}

/* --- removing --- */

/* (%table-remove table key object): those with the key that are the object (all, when it is argument 0 again); a list
 * of them. */
static void unlink_entries(const struct use *u, struct stripe *s, u64 hash, const struct found *f)
{
    for (word i = 0; i < f->n; i++) {
        struct path path;
        if (u->t->kind == TABLE_ORDERED) {
            if (ordered_find(s, f->at[i]->key, &path) && path.found == f->at[i])
                ordered_remove(s, &path);
            continue;
        }
        struct entry **place = hash_find(s, hash, f->at[i]->key);
        while (*place && *place != f->at[i])
            place = &(*place)->next;
        if (*place)
            hash_remove(s, place);
    }
}
term native_table_remove(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    u64 hash;
    term lazy;
    found_init(&f);
    if (!table_arg(p, &u, TO_WRITE) || !key_arg(p, 1, ARG(1), &u, &hash))
        return NONE;
    bool all = same(ARG(0), ARG(2));
    if (!all && !key_ready(p, ARG(2), &lazy))
        return retry_when_ready(p, ARG(2));
    struct stripe *s = table_stripe(u.t, hash);
    if (!stripe_take(u.t, u.id, s))
        return gone(p);
    struct path path;
    bool ok = true;
    if (u.t->kind == TABLE_ORDERED) {
        ok = ordered_find(s, ARG(1), &path);
        if (ok && path.found && (all || key_equal(path.found->value, ARG(2))))
            found_add(&f, path.found);
    } else {
        for (struct entry *e = *hash_find(s, hash, ARG(1)); e && e->hash == hash && key_equal(e->key, ARG(1));
             e = e->next)
            if (all || key_equal(e->value, ARG(2)))
                found_add(&f, e);
    }
    if (!f.failed)
        unlink_entries(&u, s, hash, &f);
    lock_release(&s->lock);
    if (!ok)
        return not_ordered(p, ARG(1));
    if (!f.failed)
        for (word i = 0; i < f.n; i++)
            entry_release(f.at[i]); /* the table's hold */
    return found_reserve(p, &f, 0) ? found_list_oldest_first(p, &f) : NONE;
}
term native_table_clear_some(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_WRITE))
        return NONE;
    native_charge(p, BUDGET / 8);
    return mk_bool(table_clear_step(u.t, u.id, BUDGET));
}

/* --- reading --- */

term native_table_lookup(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    if (!table_arg(p, &u, TO_READ) || !find_entries(p, &u, 1, &f))
        return NONE;
    return found_reserve(p, &f, 0) ? found_list_oldest_first(p, &f) : NONE;
}
/* (%table-get table key default): the oldest with the key */
term native_table_get(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    if (!table_arg(p, &u, TO_READ) || !find_entries(p, &u, 1, &f) || !found_reserve(p, &f, 0))
        return NONE;
    term value = f.n ? entry_copy(p, f.at[f.n - 1], f.at[f.n - 1]->value) : ARG(2);
    found_drop(&f);
    return value;
}
term native_table_has(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    if (!table_arg(p, &u, TO_READ) || !find_entries(p, &u, 1, &f))
        return NONE;
    found_drop(&f);
    return mk_bool(f.n != 0);
}

/* --- changing one entry --- */

/* A key of the table names one object; false: pending. */
static bool one_object_a_key(struct proc *p, const struct use *u)
{
    if (u->t->kind == TABLE_SET || u->t->kind == TABLE_ORDERED)
        return true;
    raise(p, E_ILLEGAL_ARGUMENT, "objects of the bag %T are not replaced", ARG(0));
    return false;
}
/* (%table-entry table key): [stamp object], or nil */
term native_table_entry(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    if (!table_arg(p, &u, TO_WRITE) || !one_object_a_key(p, &u) || !find_entries(p, &u, 1, &f))
        return NONE;
    u64 stamp = f.n ? __atomic_load_n(&f.at[0]->stamp, __ATOMIC_RELAXED) : 0;
    if (!found_reserve(p, &f, 3))
        return NONE;
    term pair = NIL;
    if (f.n) {
        struct obj_tuple *t = heap_take_tuple(p, 2);
        t->item[0] = mk_int((iword)stamp);
        t->item[1] = NIL;
        pair = mk_box_ptr(t);
        t->item[1] = entry_copy(p, f.at[0], f.at[0]->value);
    }
    found_drop(&f);
    return pair;
}
static struct entry **stamped_place(struct stripe *s, bool ordered, struct entry *e, u64 stamp, struct path *path)
{
    struct entry **place;
    if (ordered)
        place = ordered_find(s, e->key, path) ? &path->found : NULL;
    else
        place = s->buckets ? hash_find(s, e->hash, e->key) : NULL;
    return place && *place && (*place)->stamp == stamp ? place : NULL;
}
/* (%table-swap table key stamp object): puts the object in the place of the one with the stamp; false: it is gone */
term native_table_swap(struct proc *p, unsigned n)
{
    struct use u;
    u64 hash;
    if (!table_arg(p, &u, TO_WRITE) || !key_arg(p, 1, ARG(1), &u, &hash))
        return NONE;
    bool ordered = u.t->kind == TABLE_ORDERED;
    struct stripe *s = table_stripe(u.t, hash);
    struct entry *e = entry_make(p, ARG(1), ARG(3)), *old = NULL;
    if (!e)
        return NONE;
    if (!stripe_take(u.t, u.id, s)) {
        entry_release(e);
        return gone(p);
    }
    if (!ordered)
        e->hash = hash;
    struct path path;
    struct entry **place = stamped_place(s, ordered, e, (u64)int_value(ARG(2)), &path);
    if (place) {
        old = *place;
        if (ordered)
            ordered_replace(s, &path, e);
        else
            hash_replace(s, place, e);
    }
    lock_release(&s->lock);
    entry_release(old ? old : e);
    return mk_bool(old != NULL);
}
/* Adds to a small integer where it stands; NIL: that is not possible. */
static term count_up(struct entry *e, term position, iword by)
{
    term v = e->value;
    if (!is_type(v, T_TUPLE) || (word)box_ptr(v) - (word)e->term >= e->words * sizeof(word) ||
        (word)int_value(position) >= tuple_count(v) || __atomic_load_n(&e->refs, __ATOMIC_ACQUIRE) != 1)
        return NIL;
    term *slot = &OBJ(tuple, v)->item[int_value(position)];
    if (!is_int(*slot) || !fits_small(int_value(*slot) + by))
        return NIL;
    return *slot = mk_int(int_value(*slot) + by);
}
/* (%table-count-up table key position by): the new number; nil: not this way */
term native_table_count_up(struct proc *p, unsigned n)
{
    struct use u;
    u64 hash;
    struct path path;
    if (!table_arg(p, &u, TO_WRITE) || !one_object_a_key(p, &u) || !key_arg(p, 1, ARG(1), &u, &hash))
        return NONE;
    if (!is_int(ARG(2)) || !is_int(ARG(3)) || int_value(ARG(2)) == u.t->key_position)
        return NIL;
    struct stripe *s = table_stripe(u.t, hash);
    if (!stripe_take(u.t, u.id, s))
        return gone(p);
    struct entry *e;
    if (u.t->kind == TABLE_ORDERED)
        e = ordered_find(s, ARG(1), &path) ? path.found : NULL;
    else
        e = *hash_find(s, hash, ARG(1));
    term number = e && u.t->key_position >= 0 ? count_up(e, ARG(2), int_value(ARG(3))) : NIL;
    if (!is_nil(number))
        e->stamp = ++s->stamp;
    lock_release(&s->lock);
    return number;
}

/* --- walking --- */

/* [cursor list], once found_reserve(..., 3 + cursor words) was there */
static term mk_chunk(struct proc *p, term cursor, term list)
{
    struct obj_tuple *t = heap_take_tuple(p, 2);
    t->item[0] = cursor;
    t->item[1] = list;
    return mk_box_ptr(t);
}
/* The cursor is stripe and position in it. */
static term hash_chunk(struct proc *p, const struct use *u, word most)
{
    struct found f;
    word cursor = is_int(ARG(1)) ? (word)int_value(ARG(1)) : 0;
    u64 stripe = cursor / STRIPE_END, position = cursor % STRIPE_END;
    found_init(&f);
    for (word visited = 0; stripe < STRIPES && f.n < most && visited < 10 * most; visited++) {
        struct stripe *s = &u->t->stripe[stripe];
        if (!stripe_take(u->t, u->id, s)) {
            found_drop(&f);
            return gone(p);
        }
        position = hash_bucket(s, position, found_add, &f);
        lock_release(&s->lock);
        if (position >= STRIPE_END) {
            stripe++;
            position = 0;
        }
    }
    if (!found_reserve(p, &f, 3))
        return NONE;
    term list = found_list(p, &f);
    return mk_chunk(p, stripe < STRIPES ? mk_int((iword)(stripe * STRIPE_END + position)) : NIL, list);
}
/* The cursor is [last key]; nil at the start. */
static term ordered_chunk(struct proc *p, const struct use *u, word most)
{
    struct stripe *s = &u->t->stripe[0];
    struct found f;
    struct path path;
    term after = is_vector(ARG(1)) ? vec_nth(ARG(1), 0) : NIL;
    found_init(&f);
    if (!stripe_take(u->t, u->id, s))
        return gone(p);
    bool ok = is_nil(ARG(1)) || ordered_find(s, after, &path);
    struct entry *e = !ok ? NULL : is_nil(ARG(1)) ? ordered_edge(s, false, &path) : ordered_beyond(&path, true);
    for (; e && f.n < most; e = ordered_beyond(&path, true))
        found_add(&f, e);
    bool more = e != NULL;
    lock_release(&s->lock);
    if (!ok)
        return not_ordered(p, after);
    if (!found_reserve(p, &f, 3 + 2 + (f.n ? f.at[f.n - 1]->words : 0)))
        return NONE;
    term cursor = NIL;
    if (more && f.n) {
        term key = entry_copy(p, f.at[f.n - 1], f.at[f.n - 1]->key);
        struct obj_tuple *t = heap_take_tuple(p, 1);
        t->item[0] = key;
        cursor = mk_box_ptr(t);
    }
    return mk_chunk(p, cursor, found_list(p, &f));
}
/* (%table-chunk table cursor most): [next-cursor objects]; cursor nil: the start, and the end */
term native_table_chunk(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_READ))
        return NONE;
    if (!is_int(ARG(2)) || int_value(ARG(2)) < 1 || int_value(ARG(2)) > 10000)
        return raise_arg(p, 2, "a number of entries");
    word most = (word)int_value(ARG(2));
    return u.t->kind == TABLE_ORDERED ? ordered_chunk(p, &u, most) : hash_chunk(p, &u, most);
}
/* (%table-near table [key] forward): the nearest key beyond as [key]; without a key ([]) the first or last; nil: none
 */
term native_table_near(struct proc *p, unsigned n)
{
    struct use u;
    struct found f;
    struct path path;
    found_init(&f);
    if (!table_arg(p, &u, TO_READ))
        return NONE;
    if (u.t->kind != TABLE_ORDERED)
        return raise(p, E_ILLEGAL_ARGUMENT, "the table %T is not ordered", ARG(0));
    bool from_edge = vec_count(ARG(1)) == 0, forward = is_truthy(ARG(2)), ok = true;
    struct stripe *s = &u.t->stripe[0];
    if (!stripe_take(u.t, u.id, s))
        return gone(p);
    struct entry *e;
    if (from_edge)
        e = ordered_edge(s, !forward, &path);
    else
        e = (ok = ordered_find(s, vec_nth(ARG(1), 0), &path)) ? ordered_beyond(&path, forward) : NULL;
    if (e)
        found_add(&f, e);
    lock_release(&s->lock);
    if (!ok)
        return not_ordered(p, vec_nth(ARG(1), 0));
    if (!found_reserve(p, &f, 2))
        return NONE;
    term key = NIL;
    if (e) {
        term copy = entry_copy(p, e, e->key);
        struct obj_tuple *t = heap_take_tuple(p, 1);
        t->item[0] = copy;
        key = mk_box_ptr(t);
    }
    found_drop(&f);
    return key;
}

/* --- tables as wholes --- */

/* Nobody finds the table any more. */
term native_table_kill(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_WRITE) || !heap_reserve(p, REF_WORDS))
        return NONE;
    return table_kill(u.t, u.id) ? mk_handle(p, u.t, u.id) : gone(p);
}
/* (%table-free-some handle), after %table-kill, until it says true */
term native_table_free_some(struct proc *p, unsigned n)
{
    struct table *t = is_handle(ARG(0)) ? table_number((u32)OBJ(ref, ARG(0))->id[1]) : NULL;
    if (!t)
        return raise_arg(p, 0, "a table");
    native_charge(p, BUDGET / 8);
    return mk_bool(table_free_step(t, OBJ(ref, ARG(0))->id[0], BUDGET));
}
term native_table_rename(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_WRITE))
        return NONE;
    if (!is_keyword(ARG(1)))
        return raise_arg(p, 1, "a keyword");
    return table_rename(u.t, u.id, intern_name(ARG(1)))
               ? ARG(1)
               : raise(p, E_ILLEGAL_ARGUMENT, "there is a table named %T", ARG(1));
}
term native_table_give(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_OWN))
        return NONE;
    if (!is_pid(ARG(1)))
        return raise_arg(p, 1, "a pid");
    return mk_bool(table_give(u.t, u.id, ARG(1)));
}
/* [handle kind access name key-position owner heir count bytes] */
term native_table_info(struct proc *p, unsigned n)
{
    struct use u;
    if (!table_arg(p, &u, TO_LOOK) || !heap_reserve(p, REF_WORDS + 1 + 9))
        return NONE;
    word count = 0, words = sizeof(struct table) / 8;
    for (unsigned i = 0; i < STRIPES; i++) {
        struct stripe *s = &u.t->stripe[i];
        lock_take(&s->lock);
        count += s->count;
        words += s->words + s->buckets * (u.t->kind != TABLE_ORDERED);
        lock_release(&s->lock);
    }
    word name = __atomic_load_n(&u.t->name, __ATOMIC_RELAXED);
    term handle = mk_handle(p, u.t, u.id);
    struct obj_tuple *t = heap_take_tuple(p, 9);
    const term all[] = {handle,
                        mk_int(u.t->kind),
                        mk_int(u.t->access),
                        name ? TERM(name) : NIL,
                        mk_int(u.t->key_position),
                        TERM(__atomic_load_n(&u.t->owner, __ATOMIC_RELAXED)),
                        u.t->heir,
                        mk_int((iword)count),
                        mk_int((iword)(words * sizeof(word)))};
    memcpy(t->item, all, sizeof all);
    return mk_box_ptr(t);
}
term native_table_list(struct proc *p, unsigned n)
{
    word end = tables_end();
    term list = EMPTY_LIST;
    if (!heap_reserve(p, end * (REF_WORDS + CONS_WORDS)))
        return NONE;
    for (word i = end; i-- > 0;) {
        struct table *t = table_number((u32)i);
        u64 id = __atomic_load_n(&t->id, __ATOMIC_ACQUIRE);
        if (id)
            list = mk_cons(p, mk_handle(p, t, id), list);
    }
    return list;
}
