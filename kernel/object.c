/* SPDX-License-Identifier: GPL-3.0-only */
/* object.c: how large kernel objects are, and which memory they take. */
#include "object.h"
#include "destroy.h"

unsigned object_bits(enum object_type type, u64 user_bits)
{
    switch (type) {
    case OBJECT_UNTYPED:
    case OBJECT_SCHED_CONTEXT:
        return (unsigned)user_bits;
    case OBJECT_TCB:
        return ARCH_TCB_BITS;
    case OBJECT_ENDPOINT:
        return ENDPOINT_BITS;
    case OBJECT_NOTIFICATION:
        return NOTIFICATION_BITS;
    case OBJECT_CNODE:
        return (unsigned)user_bits + SLOT_BITS;
    case OBJECT_REPLY:
        return REPLY_BITS;
    default: /* the architecture's */
        return arch_object_bits(type);
    }
}

/* log2 of the bytes of the object of a portable capability that has one; 0: none. */
static unsigned cap_object_bits(struct cap c)
{
    switch (cap_type(c)) {
    case CAP_ENDPOINT:
        return ENDPOINT_BITS;
    case CAP_NOTIFICATION:
        return NOTIFICATION_BITS;
    case CAP_REPLY:
        return REPLY_BITS;
    case CAP_CNODE:
        return cnode_radix(c) + SLOT_BITS;
    case CAP_TCB:
        return ARCH_TCB_BITS;
    case CAP_SCHED_CONTEXT:
        return cap_size(c);
    default:
        return 0;
    }
}

bool slot_memory(const struct slot *s, u64 *physical, unsigned *bits)
{
    struct cap c = s->cap;
    if (cap_is_arch(c))
        return arch_cap_memory(c, physical, bits);
    if (cap_is(c, CAP_UNTYPED)) {
        *physical = cap_physical(c);
        *bits = cap_size(c);
        return true;
    }
    if (cap_is(c, CAP_DYING)) {
        *physical = arch_physical(s);
        *bits = dying_is_tcb(c) ? ARCH_TCB_BITS : cap_size(c) + SLOT_BITS;
        return true;
    }
    *bits = cap_object_bits(c);
    if (*bits == 0)
        return false;
    *physical = arch_physical(cap_is(c, CAP_CNODE) ? (void *)cnode_slots(c) : cap_object(c));
    return true;
}
