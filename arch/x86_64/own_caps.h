/* SPDX-License-Identifier: GPL-3.0-only */
/* own_caps.h: kinds of capabilities that only this processor has: I/O ports and their control. */
#ifndef LONA_X86_OWN_CAPS_H
#define LONA_X86_OWN_CAPS_H

#include "io_port.h"

#define ROOT_IO_PORT_CONTROL 7

static inline bool own_cap_has_copies(struct cap c)
{
    return !cap_is(c, CAP_IO_PORT_CONTROL);
}
/* child's object is part of what parent stands for, and not the same. */
static inline bool own_cap_contains(struct cap parent, struct cap child)
{
    return cap_is(parent, CAP_IO_PORT_CONTROL) && cap_is(child, CAP_IO_PORT);
}
/* The last capability to its object goes. */
static inline void own_cap_finalise(struct cap c)
{
    if (cap_is(c, CAP_IO_PORT))
        io_port_release(c);
}
MUST_CHECK static inline enum error own_cap_invoke(struct invocation *v)
{
    return cap_is(v->cap, CAP_IO_PORT) ? io_port_invoke(v) : io_port_invoke_control(v);
}
/* The root task's, in that slot of its CNode. */
static inline struct cap own_cap_boot(unsigned slot)
{
    return slot == ROOT_IO_PORT_CONTROL ? cap_make(CAP_IO_PORT_CONTROL, 0, 0, 0, 0, 0) : cap_null();
}

#endif
