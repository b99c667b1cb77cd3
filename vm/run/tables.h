/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * tables.h: tables that processes share. An entry is one block outside all heaps, like a message: copied there by the
 * writer, and from there into a reader's heap. It never changes while somebody besides the table holds it.
 *
 *   table --> stripe 0..15 (a lock each) --> segments of buckets --> entry --> entry        sets, bags
 *             stripe 0                   --> tree of nodes --> entry, entry ...              ordered sets
 *
 * A stripe is a linear hash table: it grows and shrinks by one bucket at a time, so that no insertion is long. A bucket
 * holds the entries whose hash, its low bits reversed, lies in one range; ranges are only ever halved or joined.
 * Whoever walks the table in that order meets each entry that stays exactly once, holding no lock between two buckets.
 *
 * A table's place is never other memory than a table. Its id, which is in the handles (a reference), says which table
 * it is; who has taken a stripe's lock and still finds the id may use the stripe.
 */
#ifndef LONA_TABLES_H
#define LONA_TABLES_H

#include "lock.h"
#include "run/proc.h"

enum table_kind { TABLE_SET, TABLE_BAG, TABLE_DUPLICATE_BAG, TABLE_ORDERED };
enum table_access { TABLE_PUBLIC, TABLE_PROTECTED, TABLE_PRIVATE };

struct entry {
    struct entry *next;
    u64 hash;       /* ordered: 0 */
    u64 stamp;      /* another one whenever the entry is written or replaced */
    word *off_heap; /* views of bytes outside the heaps among the terms */
    u32 words;      /* of terms */
    u32 refs;       /* atomic */
    word hdr;       /* key and value as one tuple: what they share is there once */
    term key, value;
    word term[];
};
#define ENTRY_HEAD_WORDS (sizeof(struct entry) / 8)

/* An entry with a copy of both; held once. NULL: pending on p, :not-sendable or no memory. */
MUST_CHECK struct entry *entry_make(struct proc *p, term key, term value);
void entry_release(struct entry *e);
/* A copy of part (key, value) in p's heap, which has e->words reserved. */
term entry_copy(struct proc *p, const struct entry *e, term part);

#define STRIPES 16
#define SEGMENTS 24
#define FIRST_SEGMENT 8 /* buckets; each further segment doubles the table */
struct stripe {
    struct lock lock;
    u32 buckets; /* in use */
    word count, words;
    u64 stamp;
    union {
        struct entry **segment[SEGMENTS];
        struct { /* ordered.c */
            struct node *root;
            u32 depth; /* 0: there is no root */
        };
    };
};
struct table {
    u64 id;      /* atomic; 0: nobody may use it */
    u64 dead_id; /* atomic: what it was while it is being emptied for good */
    u8 kind, access;
    iword key_position; /* -1: options->key is the function */
    word name;          /* atomic: keyword's word, or 0 */
    word owner;         /* atomic: pid's word */
    term heir;          /* pid or nil; lock: tables */
    struct entry *options;
    u32 number;
    struct stripe stripe[STRIPES];
};

/* --- tables --- */
struct table_make {
    enum table_kind kind;
    enum table_access access;
    iword key_position;
    term name, heir;
    struct entry *options;
};
/* Takes options. NULL: *name_taken, or no room. */
struct table *table_make(struct proc *owner, const struct table_make *m, bool *name_taken);
#define TABLE_REF ((u64)1 << 63)        /* in the second word of a handle; the table's number below */
struct table *table_number(u32 number); /* NULL: never used */
u32 tables_end(void);
struct table *table_named(term name);
/* False: another has it. name 0: none. */
bool table_rename(struct table *t, u64 id, term name);
/* Key function and data for the heir, held for the caller. NULL: the table is gone. */
struct entry *table_options(struct table *t, u64 id);
term table_key_function(struct proc *p, struct table *t, struct entry *options); /* options->words are reserved */
/* False: the receiver is gone. */
bool table_give(struct table *t, u64 id, term to);
/* Nobody finds it any more; what is in it is still to be freed. False: somebody else did it. */
bool table_kill(struct table *t, u64 id);
/* Frees about so many entries of a table that was killed; true: none is left, and the place is free. */
bool table_free_step(struct table *t, u64 dead_id, word budget);
/* Frees entries of a live one; true: none is left. */
bool table_clear_step(struct table *t, u64 id, word budget);
/* Tables of a process that ends go to their heirs or are freed; false: there is more to do. */
bool tables_exit_step(struct proc *p);
/* Visits some entries from *at on, which is all zero at the start; false: all were. Entries that come or go meanwhile
 * may be visited or not. */
struct table_cursor {
    u32 table;
    unsigned stripe; /* 0: the options come first */
    u64 position;
    struct entry *last; /* of an ordered set: visited last, held */
};
bool tables_each_entry(struct table_cursor *at, void (*visit)(void *context, struct entry *e), void *context);

/* --- what is in them; the caller holds the stripe's lock --- */
static inline struct stripe *table_stripe(struct table *t, u64 hash)
{
    return &t->stripe[t->kind == TABLE_ORDERED ? 0 : hash >> 60];
}
/* Takes the lock; false, and not taken: the table is gone. */
static inline bool stripe_take(const struct table *t, u64 id, struct stripe *s)
{
    lock_take(&s->lock);
    if (LIKELY(__atomic_load_n(&t->id, __ATOMIC_RELAXED) == id))
        return true;
    lock_release(&s->lock);
    return false;
}

/* The place of the first entry with the key; *place NULL where there is none. */
struct entry **hash_find(struct stripe *s, u64 hash, term key);
/* Makes the first bucket; false: no memory. */
bool hash_ready(struct stripe *s);
void hash_add(struct stripe *s, struct entry **place, struct entry *e); /* may grow: places are stale after */
struct entry *hash_remove(struct stripe *s, struct entry **place);      /* likewise */
/* Calls visit for the entries of the bucket at the position; answers the next one, or STRIPE_END. */
#define STRIPE_END ((u64)1 << 48)
u64 hash_bucket(struct stripe *s, u64 position, void (*visit)(void *context, struct entry *e), void *context);
word stripe_free_some(struct stripe *s, bool ordered, word budget); /* what is left of the budget */

/* Where a key stands or would stand: the place in the node of each level. Changing the table spoils it. */
#define NODE_KEYS 31 /* a node is 63 words */
#define LEVELS_MAX 16
struct path {
    struct {
        struct node *node;
        u32 at;
    } step[LEVELS_MAX];
    u32 depth;
    struct entry *found; /* NULL: none */
};
/* False: not comparable, or no memory. */
bool ordered_find(const struct stripe *s, term key, struct path *path);
/* To the first or last entry, and to the nearest one beyond where the path leads; what they answer is path->found. */
struct entry *ordered_edge(const struct stripe *s, bool last, struct path *path);
struct entry *ordered_beyond(struct path *path, bool forward);
bool ordered_add(struct stripe *s, struct path *path, struct entry *e);     /* where none was found; false: no memory */
void ordered_replace(struct stripe *s, struct path *path, struct entry *e); /* path->found, which the caller releases */
void ordered_remove(struct stripe *s, struct path *path);                   /* likewise */

#endif
