/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * window.h: the kernel's window to physical memory, for tests on the host: a block of memory that stands for physical
 * memory from 0. Once it is hidden, ASan stops whoever touches what was not reached before.
 */
#ifndef LONA_TEST_WINDOW_H
#define LONA_TEST_WINDOW_H

#include <lona/base.h>

/* So many bytes, to be filled by the test; zero at first, as they were left when it is made again. */
u8 *window_make(u64 bytes);
void window_hide(void);

void *window_reach(u64 physical, u64 bytes);
void *window_at(u64 physical);

#endif
