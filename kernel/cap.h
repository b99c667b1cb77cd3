/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * cap.h: what a capability and a slot look like.
 *
 *   first word   63..59 type   58..53 size   52..48 flags   47..4 address   3..0 rights
 *   second word  by type: badge, guard, watermark, what an architecture's type needs
 *
 * The address is that of the kernel object (all are aligned to 16 bytes; the kernel's window lies where copying bit 47
 * upwards gives the pointer back), or for memory that users see, untyped and frames, the physical one.
 *
 *   type           size            flags       rights        second word
 *   untyped        size bits       0: device   -             bytes used, from the start
 *   endpoint       -               -           all four      badge
 *   notification   -               -           read, write   badge
 *   reply          -               -           grant         -
 *   CNode          guard's bits    -           -             guard; radix in bits 5..0 of the first word
 *   TCB            -               -           -             -
 *   sched context  size bits       -           -             -
 *   sched control  -               -           -             core
 *   IRQ handler    -               -           -             interrupt
 *   dying          radix           -           -             slots not yet empty; the address: next in the list
 *
 * A slot adds the links of the derivation tree (derive.h): 32 bytes in all. An empty slot is all zero.
 */
#ifndef LONA_KERNEL_CAP_H
#define LONA_KERNEL_CAP_H

#include "lona/base.h"

enum cap_type {
#define CAP(name) CAP_##name,
#include "captypes.def"
#undef CAP
    CAP_TYPES
};
STATIC_ASSERT(CAP_TYPES <= 32, "a type fits five bits");

enum object_type {
#define OBJECT(name) OBJECT_##name,
#include "objects.def"
#undef OBJECT
    OBJECT_TYPES
};

enum label {
#define LABEL(name) LABEL_##name,
#include "labels.def"
#undef LABEL
    LABELS
};

/* Rights, as the interface numbers them. */
#define RIGHT_WRITE 1u
#define RIGHT_READ 2u
#define RIGHT_GRANT 4u
#define RIGHT_GRANT_REPLY 8u
#define RIGHTS_ALL 15u

struct cap {
    u64 word[2];
};
struct slot {
    struct cap cap;
    u64 link[2];
};
#define SLOT_BITS 5
STATIC_ASSERT(sizeof(struct slot) == 1u << SLOT_BITS, "a slot is 32 bytes");

FIELD(cap0, type, 63, 59)
FIELD(cap0, size, 58, 53)
FIELD(cap0, flags, 52, 48)
FIELD(cap0, address, 47, 0)
FIELD(cap0, rights, 3, 0)
FIELD(cap0, radix, 5, 0)

static inline enum cap_type cap_type(struct cap c)
{
    return (enum cap_type)cap0_type(c.word[0]);
}
static inline bool cap_is(struct cap c, enum cap_type type)
{
    return cap_type(c) == type;
}
static inline bool cap_is_null(struct cap c)
{
    return cap_type(c) == CAP_NULL;
}
static inline unsigned cap_size(struct cap c)
{
    return (unsigned)cap0_size(c.word[0]);
}
static inline unsigned cap_flags(struct cap c)
{
    return (unsigned)cap0_flags(c.word[0]);
}
static inline unsigned cap_rights(struct cap c)
{
    return (unsigned)cap0_rights(c.word[0]);
}
static inline struct cap cap_with_rights(struct cap c, unsigned rights)
{
    c.word[0] = cap0_with_rights(c.word[0], rights);
    return c;
}
/* Untyped memory and frames. */
static inline u64 cap_physical(struct cap c)
{
    return cap0_address(c.word[0]) & ~15ull;
}
/* All others that name an object. */
static inline void *cap_object(struct cap c)
{
    return (void *)(uintptr_t)((i64)(c.word[0] << 16) >> 16 & ~15ll);
}
/* second: the second word. */
static inline struct cap cap_make(enum cap_type type, u64 address, unsigned size, unsigned flags, unsigned rights,
                                  u64 second)
{
    u64 w = cap0_with_address(0, address & ~15ull);
    w = cap0_with_rights(cap0_with_flags(cap0_with_size(cap0_with_type(w, type), size), flags), rights);
    return (struct cap){{w, second}};
}
static inline struct cap cap_make_object(enum cap_type type, const void *object, unsigned size, unsigned rights,
                                         u64 second)
{
    return cap_make(type, (u64)(uintptr_t)object, size, 0, rights, second);
}
static inline struct cap cap_null(void)
{
    return (struct cap){{0, 0}};
}

#endif
