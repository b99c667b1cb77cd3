/* SPDX-License-Identifier: GPL-3.0-only */
/* check.h: what must hold between two entries, looked at by kernels that check their own rules (LONA_DEBUG). */
#ifndef LONA_KERNEL_CHECK_H
#define LONA_KERNEL_CHECK_H

#include "sched.h"

/* Who runs, who is ready, who waits for time, and what hangs on them. Costs a walk over all of these. */
#ifdef LONA_DEBUG
void check_core(const struct core *k);
#else
static inline void check_core(const struct core *k)
{
}
#endif

#endif
