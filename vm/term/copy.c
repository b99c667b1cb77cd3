/* SPDX-License-Identifier: GPL-3.0-only */
/* copy.c: values from one process's heap to another's. Shared parts are not copied; sharing inside the value is kept.
 */
#include "data/str.h"
#include "hostile.h"
#include "port.h"
#include "pure.h"
#include "term/forward.h"
#include "term/heap.h"

bool forwards_reserve(struct forwards *f)
{
    if (LIKELY(f->n < f->room))
        return true;
    word room = f->room ? f->room * 2 : 64;
    struct forward *more = port_realloc(f->item, room * sizeof *more);
    if (!more)
        return false;
    f->item = more;
    f->room = room;
    return true;
}

void forwards_undo(struct forwards *f)
{
    for (word i = 0; i < f->n; i++) {
        struct forward *x = &f->item[i];
        x->object[0] = x->first;
        if (!is_header(x->first))
            x->object[1] = x->second;
    }
    port_free(f->item);
}

static inline bool is_copied(term t)
{
    return is_pointer(t) && !is_shared(t);
}

/* --- measuring: an object that was counted is forwarded to itself --- */

static bool count_object(struct forwards *f, term t, word *words)
{
    if (!is_copied(t) || forward_known(&t))
        return true;
    if (!forwards_reserve(f))
        return false;
    *words += object_words(pointer_target(t.w));
    forward_put(f, t, pointer_target(t.w));
    return true;
}

word copy_size(term value)
{
    struct forwards f = {0};
    word words = 0;
    bool ok = count_object(&f, value, &words);
    for (word i = 0; ok && i < f.n; i++) {
        struct forward x = f.item[i];
        if (!is_header(x.first)) {
            ok = count_object(&f, TERM(x.first), &words) && count_object(&f, TERM(x.second), &words);
            continue;
        }
        const word *end = x.object + 1 + hdr_words(x.first);
        for (const word *slot = x.object + 1 + scan_skip(x.first); ok && slot < end; slot++)
            ok = count_object(&f, TERM(*slot), &words);
    }
    forwards_undo(&f);
    return ok ? words : COPY_NO_MEMORY;
}

/* --- copying --- */

static void adopt_bytes(struct proc *to, word *copy)
{
    struct obj_lstring *s = (struct obj_lstring *)copy;
    bin_retain(s->bin);
    off_heap_push(to, copy, s->bin->bytes);
}

static bool copy_object(struct forwards *f, struct proc *to, term *slot)
{
    term t = *slot;
    if (!is_copied(t))
        return true;
    if (!forward_known(&t)) {
        if (!forwards_reserve(f))
            return false;
        const word *o = pointer_target(t.w);
        word n = object_words(o), *copy = heap_take(to, n);
        memcpy(copy, o, n * sizeof(word));
        if (is_header(*copy)) {
            *copy &= ~HDR_FLAG_BITS;
            enum type type = (enum type)hdr_type(*copy);
            if (type == T_LSTRING || type == T_LBINARY)
                adopt_bytes(to, copy);
        }
        forward_put(f, t, copy);
        t = TERM((word)copy | (t.w & 7));
    }
    *slot = t;
    return true;
}

term copy_to(struct proc *to, term value)
{
    struct forwards f = {0};
    word *scan = to->hp;
    bool ok = copy_object(&f, to, &value);
    for (; scan < to->hp; scan++) {
        if (is_header(*scan))
            scan += scan_skip(*scan);
        else if (UNLIKELY(!ok || !copy_object(&f, to, (term *)scan))) {
            *scan = NIL.w; /* what was copied must be whole terms, for the collector of the receiver */
            ok = false;
        }
    }
    forwards_undo(&f);
    return ok ? value : NONE;
}
