/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * shared_copy.c: values from a process's heap into the shared area. All or nothing: when something in the value cannot
 * leave its process, what was copied so far is freed again.
 */
#include "data/str.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "term/forward.h"
#include "term/shared.h"

enum outcome { COPIED, NO_MEMORY, BOUND_TRANSIENT, BOUND_LAZY, BOUND_DELAY };

static enum outcome may_leave(word hdr)
{
    switch ((enum type)hdr_type(hdr)) {
    case T_TRANSIENT:
        return BOUND_TRANSIENT;
    case T_LAZY:
        return hdr_aux(hdr) == LAZY_RUNNING ? BOUND_LAZY : COPIED;
    case T_DELAY:
        return hdr_aux(hdr) == LAZY_RUNNING ? BOUND_DELAY : COPIED;
    default:
        return COPIED;
    }
}

static bool is_plain_name(term t)
{
    return is_keyword(t) || (is_symbol(t) && is_nil(OBJ(symbol, t)->meta));
}

/* The strings of a name may have been copied already, and say where to: the copies are whole. */
static struct str_view part_of_name(term part)
{
    if (is_nil(part))
        return (struct str_view){0};
    if (!is_shared(part))
        forward_known(&part);
    return str_view(part);
}
static term intern(term t)
{
    struct str_view ns = part_of_name(OBJ(symbol, t)->ns), name = part_of_name(OBJ(symbol, t)->name);
    term (*make)(const char *, word, const char *, word) = is_keyword(t) ? intern_keyword : intern_symbol;
    return make((const char *)ns.data, ns.bytes, (const char *)name.data, name.bytes);
}

/* Replaces the reference in *slot by one to a copy. */
static enum outcome copy_object(struct forwards *f, term *slot)
{
    term t = *slot;
    if (!is_pointer(t) || is_shared(t) || forward_known(&t)) {
        *slot = t;
        return COPIED;
    }
    if (!forwards_reserve(f))
        return NO_MEMORY;
    if (is_box(t)) {
        enum outcome bound = may_leave(*box_ptr(t));
        if (bound != COPIED)
            return bound;
        if (is_plain_name(t)) { /* never freed, hence not in the list */
            *slot = intern(t);
            return COPIED;
        }
    }
    const word *o = pointer_target(t.w);
    word n = object_words(o), *copy = shared_try_alloc(n);
    if (!copy)
        return NO_MEMORY;
    memcpy(copy, o, n * sizeof(word));
    if (is_header(*copy)) {
        *copy &= ~HDR_FLAG_BITS;
        enum type type = (enum type)hdr_type(*copy);
        if (type == T_LSTRING || type == T_LBINARY) {
            struct obj_lstring *s = (struct obj_lstring *)copy;
            bin_retain(s->bin);
            s->next = NULL;
        }
    }
    forward_put(f, t, copy);
    *slot = TERM((word)copy | (t.w & 7));
    return COPIED;
}

static word *copy_of(const struct forward *x)
{
    return pointer_target(is_header(x->first) ? x->object[0] : x->object[1]);
}

static enum outcome copy_fields(struct forwards *f, word *copy)
{
    enum outcome outcome = COPIED;
    word *end = copy + object_words(copy);
    word *slot = is_header(*copy) ? copy + 1 + scan_skip(*copy) : copy;
    for (; slot < end && outcome == COPIED; slot++)
        outcome = copy_object(f, (term *)slot);
    return outcome;
}

static term refuse(struct proc *p, enum outcome outcome)
{
    static const char *const what[] = {
        [BOUND_TRANSIENT] = "a transient",
        [BOUND_LAZY] = "a lazy sequence whose next element is being computed",
        [BOUND_DELAY] = "a delay that is being computed",
    };
    if (outcome == NO_MEMORY)
        return raise(p, E_OUT_OF_MEMORY, "there is no memory to share a value of this size");
    return raise(p, E_NOT_SENDABLE, "%s belongs to the process that made it and cannot be shared", what[outcome]);
}

static term copy_whole(struct proc *p, term value, enum outcome *refused)
{
    *refused = COPIED;
    if (!is_pointer(value) || is_shared(value)) {
        shared_keep(value);
        return value;
    }
    struct forwards f;
    forwards_init(&f);
    enum outcome outcome = copy_object(&f, &value);
    word words = 0;
    for (word i = 0; i < f.n && outcome == COPIED; i++) {
        outcome = copy_fields(&f, copy_of(&f.item[i]));
        words += object_words(copy_of(&f.item[i]));
    }
    native_charge(p, words / 8); /* a slice that takes long is what the collector waits for */
    if (outcome != COPIED) {
        for (word i = 0; i < f.n; i++)
            shared_free(copy_of(&f.item[i]));
    }
    forwards_undo(&f);
    *refused = outcome;
    return value;
}
term shared_copy(struct proc *p, term value)
{
    enum outcome refused;
    term copy = copy_whole(p, value, &refused);
    return refused == COPIED ? copy : refuse(p, refused);
}
term shared_copy_if(struct proc *p, term value)
{
    enum outcome refused;
    term copy = copy_whole(p, value, &refused);
    return refused == COPIED ? copy : NONE;
}

bool cell_write(struct proc *p, term cell, term *slot, term value)
{
    if (!is_shared(cell)) {
        heap_write(p, cell, slot, value);
        return true;
    }
    value = shared_copy(p, value);
    if (is_none(value))
        return false;
    shared_swap(slot, value);
    return true;
}

term cell_change(struct proc *p, term cell, term *slot, term old, term value)
{
    if (!same(slot_read(slot), old))
        return FALSE_TERM;
    if (!is_shared(cell)) {
        heap_write(p, cell, slot, value);
        return TRUE_TERM;
    }
    value = shared_copy(p, value);
    if (is_none(value))
        return NONE;
    return mk_bool(shared_swap_if(slot, old, value));
}
