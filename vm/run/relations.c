/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/relations.h"

#include "pure.h"
#include "term/blocks.h"
#include "term/gc.h"

struct relations {
    u32 count, size; /* size: a power of two */
    struct relation slot[];
};
#define FEW 4 /* slots of the first table */

static word table_words(u32 size)
{
    return 1 + 2 * (word)size;
}
static struct relations *table_new(u32 size)
{
    word got;
    struct relations *t = (struct relations *)blocks_alloc(&process_blocks, table_words(size), &got);
    if (t) {
        memset(t, 0, table_words(size) * sizeof(word));
        t->size = size;
    }
    return t;
}
static u32 home(const struct relations *t, u64 key)
{
    return (u32)(key * 0x9e3779b97f4a7c15ull >> 32) & (t->size - 1);
}
static u32 find(const struct relations *t, unsigned kind, u64 key)
{
    u32 i = home(t, key);
    while (t->slot[i].other && !(t->slot[i].key == key && (t->slot[i].other & 0xff) == kind))
        i = (i + 1) & (t->size - 1);
    return i;
}
static bool grow(struct proc *p)
{
    struct relations *old = p->relations, *t = table_new(old ? old->size * 2 : FEW);
    if (!t)
        return false;
    for (u32 i = 0; old && i < old->size; i++) {
        if (old->slot[i].other)
            t->slot[find(t, old->slot[i].other & 0xff, old->slot[i].key)] = old->slot[i];
    }
    t->count = old ? old->count : 0;
    relations_free(p);
    p->relations = t;
    return true;
}

bool relation_add(struct proc *p, enum relation_kind kind, u64 key, term other)
{
    if ((!p->relations || (p->relations->count + 1) * 4 > p->relations->size * 3) && !grow(p))
        return false;
    struct relations *t = p->relations;
    struct relation *r = &t->slot[find(t, kind, key)];
    if (!r->other) {
        *r = (struct relation){key, (other.w & ~(word)0xff) | kind};
        t->count++;
    }
    return true;
}
bool relation_has(const struct proc *p, enum relation_kind kind, u64 key)
{
    return p->relations && p->relations->slot[find(p->relations, kind, key)].other;
}
term relation_other(const struct proc *p, enum relation_kind kind, u64 key)
{
    return relation_has(p, kind, key) ? relation_pid(p->relations->slot[find(p->relations, kind, key)]) : NIL;
}

bool relation_set_number(struct proc *p, enum relation_kind kind, u64 key, u64 number)
{
    if (!relation_add(p, kind, key, NIL))
        return false;
    p->relations->slot[find(p->relations, kind, key)].other = number << 8 | kind;
    return true;
}
u64 relation_number(const struct proc *p, enum relation_kind kind, u64 key)
{
    return relation_has(p, kind, key) ? p->relations->slot[find(p->relations, kind, key)].other >> 8 : 0;
}

/* Those behind that are found only by passing the free slot move up. */
static void remove_at(struct relations *t, u32 i)
{
    u32 mask = t->size - 1;
    for (u32 j = (i + 1) & mask; t->slot[j].other; j = (j + 1) & mask) {
        if (((j - home(t, t->slot[j].key)) & mask) >= ((j - i) & mask)) {
            t->slot[i] = t->slot[j];
            i = j;
        }
    }
    t->slot[i] = (struct relation){0};
    t->count--;
}
bool relation_remove(struct proc *p, enum relation_kind kind, u64 key)
{
    struct relations *t = p->relations;
    u32 i = t ? find(t, kind, key) : 0;
    if (!t || !t->slot[i].other)
        return false;
    remove_at(t, i);
    if (!t->count)
        relations_free(p);
    return true;
}
/* Taken from the end: the table's walk over all of them costs what it has slots. */
bool relation_pop(struct proc *p, struct relation *out)
{
    struct relations *t = p->relations;
    while (t && t->size) {
        struct relation *r = &t->slot[t->size - 1];
        if (r->other) {
            *out = *r;
            *r = (struct relation){0};
            t->count--;
            return true;
        }
        t->size--; /* from now on this is a list */
    }
    relations_free(p);
    return false;
}
word relations_count(const struct proc *p)
{
    return p->relations ? p->relations->count : 0;
}
word relations_slots(const struct proc *p)
{
    return p->relations ? p->relations->size : 0;
}
struct relation relation_slot(const struct proc *p, word i)
{
    return p->relations->slot[i];
}
void relations_free(struct proc *p)
{
    if (p->relations)
        blocks_free(&process_blocks, (word *)p->relations);
    p->relations = NULL;
}
