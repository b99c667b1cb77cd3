/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * destroy.h: deleting and revoking capabilities, and ending the objects whose last capability goes.
 *
 * A CNode or TCB that ends holds capabilities, whose objects may end, and so on: a tree, or a ring, of any depth. It is
 * walked without recursion and with a state that survives interruption. When the last capability to a CNode, in slot s,
 * is deleted, it changes places with what is in the CNode's first slot and there becomes a *dying* mark:
 *
 *   s: CNode ----> [a][b][c][d]            s: a        [dying][b][c][d] <---- list of the dying
 *
 * s is deleted further (a may be a CNode too), and the dying are emptied from their last slot downwards. The mark keeps
 * its place in the derivation tree until then, so the untyped memory below is not used again before it is empty. A
 * TCB's first slot is always empty: who has a capability to a thread has not those that it holds, not even for a
 * moment.
 *
 * What a CNode's first slot held is *doomed*: it has left the place in the tree that is being emptied, so it is
 * remembered, moves included, and goes before anything else does.
 *
 * These functions stop with ERROR_PREEMPTED when an interrupt waits. What is done stays done, the list stays; the
 * system call made again goes on, and so does any later one that deletes.
 *
 * OPEN: whoever deletes next empties all that is dying, also what others left behind when they lost the processor. A
 * list for each thread would bind the work to who caused it; measure when domains share a machine for real.
 */
#ifndef LONA_KERNEL_DESTROY_H
#define LONA_KERNEL_DESTROY_H

#include "derive.h"
#include "tcb.h"

#define DYING_TCB 1u

static inline bool dying_is_tcb(struct cap c)
{
    return cap_flags(c) & DYING_TCB;
}
/* Empties s: its capability is gone, and all that it was the last one to. */
MUST_CHECK enum error destroy_capability(struct slot *s);
/* The same for all that was made from s's capability; s keeps it. */
MUST_CHECK enum error destroy_descendants(struct slot *s);
/* Ends what others left dying, which both do too: what is checked after this is still so after one of them. */
MUST_CHECK enum error destroy_dying(void);
/* Long work asks now and then, after so many steps: an interrupt waits, stop. */
extern unsigned destroy_steps;
MUST_CHECK bool destroy_should_stop(void);

#endif
