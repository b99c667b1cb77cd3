/* SPDX-License-Identifier: GPL-3.0-only */
/* page.h: sizes that both processors have: pages of 4 KiB, 2 MiB and 1 GiB, in tables of 512 entries, four levels. */
#ifndef LONA_ARCH_PAGE_H
#define LONA_ARCH_PAGE_H

#include <lona/base.h>

#define PAGE_BITS 12
#define PAGE_SIZE (1ull << PAGE_BITS)
#define LARGE_BITS 21
#define LARGE_SIZE (1ull << LARGE_BITS)
#define HUGE_BITS 30
#define HUGE_SIZE (1ull << HUGE_BITS)
#define TOP_BITS 39
#define LEVEL_BITS 9 /* a level's entry covers so many bits more than one of the level below */
#define TABLE_ENTRIES (1u << LEVEL_BITS)

/* The index of `address` in the table whose entries cover 1 << bits bytes each. */
static inline unsigned pte_index(u64 address, unsigned bits)
{
    return (unsigned)(address >> bits) % TABLE_ENTRIES;
}

#endif
