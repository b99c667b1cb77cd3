/* SPDX-License-Identifier: GPL-3.0-only */
/* pit.h: the interval timer, which ticks at a known rate: what other clocks are measured against, at boot only. */
#ifndef LONA_PC_PIT_H
#define LONA_PC_PIT_H

#include <lona/base.h>

/* Ticks of the time-stamp counter a second. Takes 60 ms. */
u64 pit_measure_tsc(void);

#endif
