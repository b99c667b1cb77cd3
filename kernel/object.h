/* SPDX-License-Identifier: GPL-3.0-only */
/* object.h: sizes of kernel objects, as the interface fixes them, and where their capabilities say they are. */
#ifndef LONA_KERNEL_OBJECT_H
#define LONA_KERNEL_OBJECT_H

#include "arch.h"
#include "cap.h"

#define UNTYPED_MIN_BITS 4
#define ENDPOINT_BITS 4
#define NOTIFICATION_BITS 6
#define REPLY_BITS 5
#define SCHED_CONTEXT_MIN_BITS 7
STATIC_ASSERT(sizeof(struct tcb) <= 1u << ARCH_TCB_BITS, "a TCB has the size that the interface says");

static inline bool cap_is_arch(struct cap c)
{
    return cap_type(c) > CAP_DYING;
}
/* log2 of an object's bytes; user_bits is Retype's size argument. 0: no such type. */
unsigned object_bits(enum object_type type, u64 user_bits);

/* CNode capabilities. The address leaves room for the radix in its low bits. */
static inline unsigned cnode_radix(struct cap c)
{
    return (unsigned)cap0_radix(c.word[0]);
}
static inline struct slot *cnode_slots(struct cap c)
{
    return (struct slot *)((uintptr_t)cap_object(c) & ~(uintptr_t)63);
}
static inline unsigned cnode_guard_bits(struct cap c)
{
    return cap_size(c);
}
static inline u64 cnode_guard(struct cap c)
{
    return c.word[1];
}
static inline struct cap cnode_cap(struct slot *slots, unsigned radix, unsigned guard_bits, u64 guard)
{
    struct cap c = cap_make_object(CAP_CNODE, slots, guard_bits, 0, guard);
    c.word[0] = cap0_with_radix(c.word[0], radix);
    return c;
}

/* Untyped capabilities. */
#define UNTYPED_DEVICE 1u
#define UNTYPED_CLEARING 2u /* a Retype was interrupted while it cleared memory, see untyped.c */
static inline struct cap untyped_cap(u64 physical, unsigned bits, bool device)
{
    return cap_make(CAP_UNTYPED, physical, bits, device ? UNTYPED_DEVICE : 0, 0, 0);
}
static inline bool untyped_is_device(struct cap c)
{
    return cap_flags(c) & UNTYPED_DEVICE;
}

/* The memory that the object of s's capability takes. False: none. */
bool slot_memory(const struct slot *s, u64 *physical, unsigned *bits);

#endif
