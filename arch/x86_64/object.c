/* SPDX-License-Identifier: GPL-3.0-only */
/* object.c: the architecture's capabilities and objects, as the portable kernel asks for them (arch.h). */
#include "arch.h"
#include "io_port.h"
#include "vspace.h"
#include "window.h"

/* What Retype makes of a type: a frame or a table with this size (vspace.h), or the top table. */
static const struct {
    u8 cap, size, memory_bits;
} objects[] = {
    [OBJECT_PDPT - OBJECT_PDPT] = {CAP_TABLE, HUGE_BITS, PAGE_BITS},
    [OBJECT_PML4 - OBJECT_PDPT] = {CAP_VSPACE, 0, PAGE_BITS},
    [OBJECT_HUGE_PAGE - OBJECT_PDPT] = {CAP_FRAME, HUGE_BITS, HUGE_BITS},
    [OBJECT_SMALL_PAGE - OBJECT_PDPT] = {CAP_FRAME, PAGE_BITS, PAGE_BITS},
    [OBJECT_LARGE_PAGE - OBJECT_PDPT] = {CAP_FRAME, LARGE_BITS, LARGE_BITS},
    [OBJECT_PAGE_TABLE - OBJECT_PDPT] = {CAP_TABLE, PAGE_BITS, PAGE_BITS},
    [OBJECT_PAGE_DIRECTORY - OBJECT_PDPT] = {CAP_TABLE, LARGE_BITS, PAGE_BITS},
};

unsigned arch_object_bits(enum object_type type)
{
    bool known = type >= OBJECT_PDPT && type < OBJECT_TYPES;
    if (!known || (type == OBJECT_HUGE_PAGE && !window_has_huge_pages()))
        return 0;
    return objects[type - OBJECT_PDPT].memory_bits;
}
bool arch_object_is_frame(enum object_type type)
{
    return type >= OBJECT_PDPT && type < OBJECT_TYPES && objects[type - OBJECT_PDPT].cap == CAP_FRAME;
}

struct cap arch_object_create(enum object_type type, u64 physical, bool device)
{
    enum cap_type cap = (enum cap_type)objects[type - OBJECT_PDPT].cap;
    unsigned size = objects[type - OBJECT_PDPT].size;
    if (cap == CAP_FRAME)
        return cap_make(CAP_FRAME, physical, size, device, RIGHT_READ | RIGHT_WRITE, 0);
    if (cap == CAP_VSPACE)
        window_share(window_at(physical));
    return cap_make_object(cap, window_at(physical), size, 0, 0);
}

void arch_memory_cleared(void *start, u64 bytes)
{
    /* Caches are coherent with uncached mappings that begin after them: a device's user sees zeros. */
}

/* --- capabilities --- */

enum error arch_cap_derive(struct cap c, struct cap *copy, struct failure *f)
{
    *copy = c;
    if (cap_is(c, CAP_FRAME))
        copy->word[1] = 0;
    if (cap_is(c, CAP_IO_PORT_CONTROL))
        *copy = cap_null();
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
    return a.word[1] == b.word[1]; /* a range of ports; the controls have none */
}
bool arch_cap_contains(struct cap parent, struct cap child)
{
    return arch_cap_same_object(parent, child) || (cap_is(parent, CAP_IO_PORT_CONTROL) && cap_is(child, CAP_IO_PORT));
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
    if (cap_is(c, CAP_IO_PORT))
        io_port_release(c);
}

enum error arch_invoke(struct invocation *v)
{
    switch (cap_type(v->cap)) {
    case CAP_FRAME:
        return frame_invoke(v);
    case CAP_TABLE:
        return table_invoke(v);
    case CAP_ASID_CONTROL:
        return asid_invoke_control(v);
    case CAP_ASID_POOL:
        return asid_invoke_pool(v);
    case CAP_IO_PORT_CONTROL:
        return io_port_invoke_control(v);
    case CAP_IO_PORT:
        return io_port_invoke(v);
    default: /* a VSpace has none */
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
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
