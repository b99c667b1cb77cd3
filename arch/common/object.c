/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * object.c: the processor's capabilities and objects, as the portable kernel asks for them (arch.h). Kinds of
 * capabilities that only one processor has are in its own_caps.h.
 */
#include "arch.h"
#include "asid.h"
#include "mapping.h"
#include "own_caps.h"
#include "vspace.h"
#include "window.h"

static const struct arch_object *object_of(enum object_type type)
{
    return type >= OBJECTS_FIRST && type < OBJECT_TYPES ? &arch_objects[type - OBJECTS_FIRST] : NULL;
}

unsigned arch_object_bits(enum object_type type)
{
    const struct arch_object *o = object_of(type);
    if (!o || (type == OBJECT_HUGE_PAGE && !window_has_huge_pages()))
        return 0;
    return o->cap == CAP_FRAME ? o->size : PAGE_BITS;
}
bool arch_object_is_frame(enum object_type type)
{
    const struct arch_object *o = object_of(type);
    return o && o->cap == CAP_FRAME;
}

struct cap arch_object_create(enum object_type type, u64 physical, bool device)
{
    const struct arch_object *o = object_of(type);
    enum cap_type cap = (enum cap_type)o->cap;
    if (cap == CAP_FRAME)
        return cap_make(CAP_FRAME, physical, o->size, device, RIGHT_READ | RIGHT_WRITE, 0);
    if (cap == CAP_VSPACE)
        window_share(window_at(physical));
    return cap_make_object(cap, window_at(physical), o->size, 0, 0);
}

/* --- capabilities --- */

enum error arch_cap_derive(struct cap c, struct cap *copy, struct failure *f)
{
    *copy = own_cap_has_copies(c) ? c : cap_null();
    if (cap_is(c, CAP_FRAME))
        copy->word[1] = 0;
    if ((cap_is(c, CAP_TABLE) || cap_is(c, CAP_VSPACE)) && !cap_asid(c))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    return ERROR_NONE;
}

/* What cannot be read cannot be written either. */
struct cap arch_cap_mask_rights(struct cap c, unsigned rights)
{
    if (!cap_is(c, CAP_FRAME))
        return c;
    unsigned left = cap_rights(c) & rights;
    return cap_with_rights(c, left & RIGHT_READ ? left : 0);
}
struct cap arch_cap_with_data(struct cap c, u64 data, bool mutate)
{
    return c;
}

bool arch_cap_memory(struct cap c, u64 *physical, unsigned *bits)
{
    switch (cap_type(c)) {
    case CAP_FRAME:
        *physical = cap_physical(c);
        *bits = cap_size(c);
        return true;
    case CAP_TABLE:
    case CAP_VSPACE:
    case CAP_ASID_POOL:
        *physical = window_physical(cap_object(c));
        *bits = PAGE_BITS;
        return true;
    default:
        return false;
    }
}

bool arch_cap_same_object(struct cap a, struct cap b)
{
    if (cap_type(a) != cap_type(b))
        return false;
    u64 at_a = 0, at_b = 0;
    unsigned bits_a = 0, bits_b = 0;
    if (arch_cap_memory(a, &at_a, &bits_a))
        return arch_cap_memory(b, &at_b, &bits_b) && at_a == at_b && bits_a == bits_b;
    return a.word[1] == b.word[1]; /* what is made of no memory is named there */
}
bool arch_cap_contains(struct cap parent, struct cap child)
{
    return arch_cap_same_object(parent, child) || own_cap_contains(parent, child);
}

void arch_cap_finalise(struct cap c, bool is_final)
{
    if (cap_is(c, CAP_FRAME))
        frame_unmap(c);
    if (!is_final)
        return;
    if (cap_is(c, CAP_TABLE))
        table_unmap(c);
    if (cap_is(c, CAP_VSPACE))
        asid_forget(cap_asid(c), cap_object(c));
    if (cap_is(c, CAP_ASID_POOL))
        asid_pool_forget(cap_asid(c), cap_object(c));
    own_cap_finalise(c);
}

enum error arch_invoke(struct invocation *v)
{
    switch (cap_type(v->cap)) {
    case CAP_FRAME:
        return frame_invoke(v);
    case CAP_TABLE:
        return table_invoke(v);
    case CAP_VSPACE:
        return vspace_invoke(v);
    case CAP_ASID_CONTROL:
        return asid_invoke_control(v);
    case CAP_ASID_POOL:
        return asid_invoke_pool(v);
    default:
        return own_cap_invoke(v);
    }
}

bool arch_is_vspace(struct cap c)
{
    return cap_is(c, CAP_VSPACE) && cap_asid(c);
}

enum error arch_check_buffer(struct cap c, u64 address, struct failure *f)
{
    if (!cap_is(c, CAP_FRAME) || cap_flags(c))
        return fail(f, ERROR_ILLEGAL_OPERATION);
    return address % 1024 ? fail(f, ERROR_ALIGNMENT) : ERROR_NONE;
}
