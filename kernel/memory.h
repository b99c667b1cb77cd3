/* SPDX-License-Identifier: GPL-3.0-only */
/* memory.h: what compilers expect of a C library; the architecture has it. */
#ifndef LONA_KERNEL_MEMORY_H
#define LONA_KERNEL_MEMORY_H

#include "lona/base.h"

void *memset(void *to, int byte, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

#endif
