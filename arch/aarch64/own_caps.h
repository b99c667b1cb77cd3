/* SPDX-License-Identifier: GPL-3.0-only */
/* own_caps.h: kinds of capabilities that only this processor has: none. */
#ifndef LONA_ARM_OWN_CAPS_H
#define LONA_ARM_OWN_CAPS_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"

static inline bool own_cap_has_copies(struct cap c)
{
    return true;
}
/* child's object is part of what parent stands for, and not the same. */
static inline bool own_cap_contains(struct cap parent, struct cap child)
{
    return false;
}
/* The last capability to its object goes. */
static inline void own_cap_finalise(struct cap c)
{
}
MUST_CHECK static inline enum error own_cap_invoke(struct invocation *v)
{
    return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
}
/* The root task's, in that slot of its CNode. */
static inline struct cap own_cap_boot(unsigned slot)
{
    return cap_null();
}

#endif
