/* SPDX-License-Identifier: GPL-3.0-only */
/* pit.h: the interval timer, which ticks at a known rate: what other clocks are measured against, at boot only. */
#ifndef LONA_PC_PIT_H
#define LONA_PC_PIT_H

#include <lona/base.h>

/* Ticks a second of a counter that goes up. Takes 20 ms; on a machine whose time is stolen up to 300. */
u64 pit_rate_of(u64 (*counter)(void));

#endif
