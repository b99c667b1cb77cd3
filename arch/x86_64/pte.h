/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * pte.h: entries of the four levels of page tables.
 *
 *   63   62..52  51 ........ 12  11..9  8  7     6  5  4    3    2     1       0
 *   NX   -       frame or table  -      G  LARGE D  A  PCD  PWT  USER  WRITE   PRESENT
 *
 * Bit 7 of the lowest level, and bit 12 of a large page, is PAT: the third bit of the memory's type. PAT is programmed
 * so that the three bits are the interface's attribute: 0 write-back, 1 write-through, 2 uncached, 3 uncacheable, 4
 * write-combining.
 */
#ifndef LONA_X86_PTE_H
#define LONA_X86_PTE_H

#include "page.h"

#define PTE_PRESENT (1ull << 0)
#define PTE_WRITE (1ull << 1)
#define PTE_USER (1ull << 2)
#define PTE_WRITE_THROUGH (1ull << 3)
#define PTE_CACHE_DISABLED (1ull << 4)
#define PTE_LARGE (1ull << 7) /* in the levels above the lowest */
#define PTE_PAT (1ull << 7)   /* in the lowest level */
#define PTE_GLOBAL (1ull << 8)
#define PTE_LARGE_PAT (1ull << 12)
#define PTE_NO_EXECUTE (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull
/* A table on the way, in users' half. */
#define PTE_TO_TABLE (PTE_PRESENT | PTE_WRITE | PTE_USER)

static inline bool pte_is_valid(u64 entry)
{
    return entry & PTE_PRESENT;
}
/* Of the levels above the lowest. */
static inline bool pte_is_table(u64 entry)
{
    return (entry & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}

#endif
