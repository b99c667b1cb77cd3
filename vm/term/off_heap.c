/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/off_heap.h"

#include "data/str.h"
#include "pure.h"
#include "term/scan.h"

static bool inside(const word *o, const word *from, const word *end)
{
    return (word)o - (word)from < (word)((const u8 *)end - (const u8 *)from);
}
static struct bin *bin_of(const word *o)
{
    return ((const struct obj_lstring *)o)->bin;
}
static word view_bytes(const word *o)
{
    return hdr_type(*o) == T_LSTRING ? ((const struct obj_lstring *)o)->bytes
                                     : (((const struct obj_lbinary *)o)->bits + 7) / 8;
}
/* Bytes that go with the object: all, when it shows at least half of them. */
static word charge_of(const word *o)
{
    word all = bin_of(o)->bytes;
    return 2 * view_bytes(o) >= all ? all : 0;
}

/* A small view must not keep a large parent. The bytes are copied where all holders together show less than half of it.
 */
static void leave_large_parent(word *o)
{
    struct obj_lstring *s = (struct obj_lstring *)o;
    struct bin *old = s->bin;
    word bytes = view_bytes(o) + 1; /* bits may start inside the first byte */
    word refs = __atomic_load_n(&old->refs, __ATOMIC_RELAXED);
    if (old->bytes < 1024 || bytes > old->bytes / 2 || refs > old->bytes / 2 / bytes)
        return;
    word at = (word)(s->data - old->data), have = old->bytes - at;
    if (bytes > have)
        bytes = have;
    struct bin *new = bin_new(bytes);
    if (!new)
        return;
    memcpy(new->data, s->data, bytes);
    s->bin = new;
    s->data = new->data;
    bin_release(old);
}

word off_heap_step(const struct proc *p)
{
    word most = heap_limit_bytes(p) / 8;
    return most < OFF_HEAP_STEP ? most : OFF_HEAP_STEP;
}

struct list {
    word *first, **last;
};
static void append(struct list *l, word *o)
{
    *l->last = o;
    l->last = &((struct obj_lstring *)o)->next;
}

void off_heap_sweep(struct proc *p, bool full)
{
    if (p->more == &no_more)
        return;
    struct list kept = {.last = &kept.first}, promoted = {.last = &promoted.first};
    word *o = p->more->off_heap, dead = 0, live = 0;
    while (o && (full || !inside(o, p->more->old, p->more->old_hp))) {
        word *next = ((struct obj_lstring *)o)->next;
        if (is_header(*o)) {
            dead += hdr_aux(*o) & VIEW_CHARGED ? bin_of(o)->bytes : 0;
            bin_release(bin_of(o));
        } else {
            word *copy = pointer_target(*o);
            if (full) {
                leave_large_parent(copy);
                word bytes = charge_of(copy);
                view_set_charged(copy, bytes != 0);
                live += bytes;
            }
            bool is_old = !full && inside(copy, p->more->old, p->more->old_hp);
            append(is_old ? &promoted : &kept, copy);
        }
        o = next;
    }
    *promoted.last = o;
    *kept.last = promoted.first;
    p->more->off_heap = kept.first;
    if (full) {
        p->more->off_heap_bytes = p->more->off_heap_live = live;
    } else {
        p->more->off_heap_bytes -= dead < p->more->off_heap_bytes ? dead : p->more->off_heap_bytes;
        if (p->more->off_heap_bytes > 2 * p->more->off_heap_live + 4 * OFF_HEAP_STEP && !p->full_due)
            p->full_due = FULL_WANTED;
    }
    p->more->off_heap_limit = p->more->off_heap_bytes + off_heap_step(p) + p->more->off_heap_bytes / 4;
}

void off_heap_adopt_one(struct proc *p, word *o)
{
    off_heap_push(p, o, charge_of(o));
}
void off_heap_adopt(struct proc *p, word *list)
{
    for (word *o = list, *next; o; o = next) {
        next = ((struct obj_lstring *)o)->next;
        off_heap_adopt_one(p, o);
    }
}

void off_heap_drop(struct proc *p)
{
    for (word *o = p->more->off_heap, *next; o; o = next) {
        next = ((struct obj_lstring *)o)->next;
        bin_release(bin_of(o));
    }
    if (p->more != &no_more) {
        p->more->off_heap = NULL;
        p->more->off_heap_bytes = 0;
    }
}
