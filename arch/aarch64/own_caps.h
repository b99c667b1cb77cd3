/* SPDX-License-Identifier: GPL-3.0-only */
/* own_caps.h: kinds of capabilities that only this processor has: signals to cores, which IRQControl issues. */
#ifndef LONA_ARM_OWN_CAPS_H
#define LONA_ARM_OWN_CAPS_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"
#include "machine.h"

#define SGI_TARGET_SHIFT 8

static inline struct cap sgi_cap(u64 irq, u64 core)
{
    return cap_make(CAP_SGI, 0, 0, 0, 0, core << SGI_TARGET_SHIFT | irq);
}
static inline bool own_cap_has_copies(struct cap c)
{
    return true;
}
/* child's object is part of what parent stands for, and not the same. */
static inline bool own_cap_contains(struct cap parent, struct cap child)
{
    return cap_is(parent, CAP_IRQ_CONTROL) && cap_is(child, CAP_SGI);
}
/* The last capability to its object goes. */
static inline void own_cap_finalise(struct cap c)
{
}
/* Whatever is asked of it, the signal is sent. */
MUST_CHECK static inline enum error own_cap_invoke(struct invocation *v)
{
    u64 named = v->cap.word[1];
    machine_sgi_send(named & ((1u << SGI_TARGET_SHIFT) - 1), named >> SGI_TARGET_SHIFT);
    return ERROR_NONE;
}
/* The root task's, in that slot of its CNode. */
static inline struct cap own_cap_boot(unsigned slot)
{
    return cap_null();
}

#endif
