/* SPDX-License-Identifier: GPL-3.0-only */
/* untyped.c: Retype. */
#include "untyped.h"
#include "cspace.h"
#include "derive.h"
#include "destroy.h"
#include "memory.h"
#include "object.h"
#include "thread.h"

struct retype {
    enum object_type type;
    u64 user_bits;
    unsigned bits; /* of one object */
    bool device;
    u64 count;
    struct slot *dest; /* count empty ones */
    u64 start;         /* physical */
    u64 end;
};

/* --- decoding --- */

static enum error check_size(struct invocation *v, struct retype *r)
{
    u64 type = invocation_word(v, 0);
    struct failure *f = &v->failure;
    r->user_bits = invocation_word(v, 1);
    if (type >= OBJECT_TYPES)
        return fail_argument(f, 0);
    r->type = (enum object_type)type;
    if (r->user_bits >= 64)
        return fail_range(f, 0, ARCH_UNTYPED_MAX_BITS);
    r->bits = object_bits(r->type, r->user_bits);
    if (r->type > OBJECT_REPLY && r->bits == 0)
        return fail_argument(f, 0);
    if (r->bits > ARCH_UNTYPED_MAX_BITS)
        return fail_range(f, 0, ARCH_UNTYPED_MAX_BITS);
    bool too_small = (r->type == OBJECT_CNODE && r->user_bits == 0) ||
                     (r->type == OBJECT_UNTYPED && r->user_bits < UNTYPED_MIN_BITS) ||
                     (r->type == OBJECT_SCHED_CONTEXT && r->user_bits < SCHED_CONTEXT_MIN_BITS);
    return too_small ? fail_argument(f, 1) : ERROR_NONE;
}
static enum error find_node(struct invocation *v, struct cap *node)
{
    u64 depth = invocation_word(v, 3);
    *node = v->extra[0]->cap;
    if (depth != 0) {
        struct slot *s;
        enum error e = cspace_slot(*node, invocation_word(v, 2), depth, false, &s, &v->failure);
        if (e != ERROR_NONE)
            return e;
        *node = s->cap;
    }
    if (cap_is(*node, CAP_CNODE))
        return ERROR_NONE;
    v->failure.from_source = false;
    v->failure.lookup = (struct lookup_failure){LOOKUP_MISSING_CAPABILITY, {depth}};
    return fail(&v->failure, ERROR_FAILED_LOOKUP);
}
static enum error check_window(struct invocation *v, struct retype *r)
{
    struct cap node;
    enum error e = find_node(v, &node);
    if (e != ERROR_NONE)
        return e;
    u64 slots = 1ull << cnode_radix(node), offset = invocation_word(v, 4);
    r->count = invocation_word(v, 5);
    if (offset >= slots)
        return fail_range(&v->failure, 0, slots - 1);
    if (r->count < 1 || r->count > RETYPE_OBJECTS_MAX)
        return fail_range(&v->failure, 1, RETYPE_OBJECTS_MAX);
    if (r->count > slots - offset)
        return fail_range(&v->failure, 1, slots - offset);
    r->dest = cnode_slots(node) + offset;
    for (u64 i = 0; i < r->count; i++) {
        if (!slot_is_empty(&r->dest[i]))
            return fail(&v->failure, ERROR_DELETE_FIRST);
    }
    return ERROR_NONE;
}
static enum error check_room(struct invocation *v, struct retype *r)
{
    u64 size = 1ull << cap_size(v->cap);
    u64 used = derive_has_children(v->slot) ? v->cap.word[1] : 0;
    if ((size - used) >> r->bits < r->count) {
        v->failure.detail[0] = size - used;
        return fail(&v->failure, ERROR_NOT_ENOUGH_MEMORY);
    }
    r->device = untyped_is_device(v->cap);
    if (r->device && r->type != OBJECT_UNTYPED && !arch_object_is_frame(r->type))
        return fail_argument(&v->failure, 1);
    u64 object = 1ull << r->bits;
    r->start = cap_physical(v->cap) + ((used + object - 1) & ~(object - 1));
    r->end = r->start + (r->count << r->bits);
    return ERROR_NONE;
}

/* --- clearing --- */

#define CLEAR_AT_ONCE 4096ull

/*
 * Large memory is cleared from its end downwards, so that an interrupted Retype may leave in its first words how far it
 * came. Nobody else can write there as long as the capability says so: its flag goes when it makes anything, and what
 * is used then ends where these words begin, so that they are found nowhere else.
 */
struct clearing {
    u64 bytes; /* to be cleared in all */
    u64 left;
};
static void set_clearing(struct slot *untyped, bool clearing)
{
    u64 flag = cap0_with_flags(0, UNTYPED_CLEARING);
    untyped->cap.word[0] = clearing ? untyped->cap.word[0] | flag : untyped->cap.word[0] & ~flag;
}
static bool was_interrupted(const struct slot *untyped, const struct retype *r)
{
    return cap_flags(untyped->cap) & UNTYPED_CLEARING && r->start == cap_physical(untyped->cap) + untyped->cap.word[1];
}
static void clear_part(u8 *start, u64 bytes, bool is_frame)
{
    memset(start, 0, bytes);
    if (is_frame)
        arch_memory_cleared(start, bytes);
}
static enum error clear(struct slot *untyped, const struct retype *r)
{
    u8 *start = arch_kernel_address(r->start);
    bool is_frame = arch_object_is_frame(r->type);
    struct clearing *note = (struct clearing *)start, c = {r->end - r->start, r->end - r->start};
    if (c.bytes > CLEAR_AT_ONCE && was_interrupted(untyped, r) && note->bytes == c.bytes)
        c.left = note->left;
    while (c.left > CLEAR_AT_ONCE) {
        c.left -= CLEAR_AT_ONCE;
        clear_part(start + c.left, CLEAR_AT_ONCE, is_frame);
        if (destroy_should_stop()) {
            *note = c;
            set_clearing(untyped, true);
            untyped->cap.word[1] = r->start - cap_physical(untyped->cap);
            return ERROR_PREEMPTED;
        }
    }
    clear_part(start, c.left, is_frame);
    return ERROR_NONE;
}

/* --- acting --- */

struct cap untyped_create(enum object_type type, u64 physical, u64 user_bits, bool device)
{
    switch (type) {
    case OBJECT_UNTYPED:
        return untyped_cap(physical, (unsigned)user_bits, device);
    case OBJECT_TCB:
        thread_init(arch_kernel_address(physical));
        return cap_make_object(CAP_TCB, arch_kernel_address(physical), 0, 0, 0);
    case OBJECT_ENDPOINT:
        return cap_make_object(CAP_ENDPOINT, arch_kernel_address(physical), 0, RIGHTS_ALL, 0);
    case OBJECT_NOTIFICATION:
        return cap_make_object(CAP_NOTIFICATION, arch_kernel_address(physical), 0, RIGHT_READ | RIGHT_WRITE, 0);
    case OBJECT_CNODE:
        return cnode_cap(arch_kernel_address(physical), (unsigned)user_bits, 0, 0);
    case OBJECT_SCHED_CONTEXT:
        return cap_make_object(CAP_SCHED_CONTEXT, arch_kernel_address(physical), (unsigned)user_bits, 0, 0);
    case OBJECT_REPLY:
        return cap_make_object(CAP_REPLY, arch_kernel_address(physical), 0, RIGHT_GRANT, 0);
    default:
        return arch_object_create(type, physical, device);
    }
}
enum error untyped_invoke(struct invocation *v)
{
    struct retype r;
    if (v->label != LABEL_UNTYPED_RETYPE)
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    if (v->words < 6 || v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    enum error e = check_size(v, &r);
    if (e == ERROR_NONE)
        e = check_window(v, &r);
    if (e == ERROR_NONE)
        e = check_room(v, &r);
    if (e == ERROR_NONE && !r.device && r.type != OBJECT_UNTYPED)
        e = clear(v->slot, &r);
    if (e != ERROR_NONE)
        return e;
    set_clearing(v->slot, false);
    v->slot->cap.word[1] = r.end - cap_physical(v->cap);
    for (u64 i = 0; i < r.count; i++)
        derive_original(v->slot, &r.dest[i], untyped_create(r.type, r.start + (i << r.bits), r.user_bits, r.device));
    return ERROR_NONE;
}
