/* SPDX-License-Identifier: GPL-3.0-only */
/* alike.h: what is asked alike on both architectures. */
#ifndef LONA_TEST_ALIKE_H
#define LONA_TEST_ALIKE_H

#include "task.h"

#define AT 0x100000000000ull /* where nothing is mapped at first */
#define LARGE 0x200000ull

/* Maps a frame of memory into the root task's own address space. */
u64 map(u64 frame, u64 at, u64 rights);
/* The tables for AT are there. */
void ask_pages(u64 frame);
/* There is one scheduling domain. */
void ask_domains(void);

#endif
