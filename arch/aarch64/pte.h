/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * pte.h: entries of the four levels of translation tables, 4 KiB granule, stage 1.
 *
 *   54   53   52  47 ........ 12  11  10  9..8         7          6     4..2        1      0
 *   UXN  PXN  -   frame or table  nG  AF  shareable    READ_ONLY  USER  attributes  TABLE  VALID
 *
 * Bit 1 is set in tables' entries and in those of the lowest level; a large page, in a level above, has it clear. The
 * attributes are an index into MAIR_EL1.
 */
#ifndef LONA_ARM_PTE_H
#define LONA_ARM_PTE_H

#include "page.h"

#define PTE_VALID (1ull << 0)
#define PTE_TABLE (1ull << 1) /* in the levels above the lowest; there a page has it */
#define PTE_ATTRIBUTES(i) ((u64)(i) << 2)
#define PTE_USER (1ull << 6)
#define PTE_READ_ONLY (1ull << 7)
#define PTE_INNER_SHAREABLE (3ull << 8)
#define PTE_ACCESSED (1ull << 10) /* the processor need not tell the kernel */
#define PTE_NOT_GLOBAL (1ull << 11)
#define PTE_NO_EXECUTE_KERNEL (1ull << 53)
#define PTE_NO_EXECUTE_USER (1ull << 54)
#define PTE_ADDRESS 0x0000fffffffff000ull

/* MAIR_EL1: what the attributes 0 to 4 are. */
enum memory_type {
    MEMORY_DEVICE,       /* nGnRnE: nothing gathered, reordered or acknowledged early */
    MEMORY_DEVICE_EARLY, /* nGnRE */
    MEMORY_DEVICE_RELAXED,
    MEMORY_UNCACHED,
    MEMORY_CACHED, /* write-back */
};
#define MEMORY_TYPES 0xff440c0400ull

#define PTE_CACHED (PTE_ATTRIBUTES(MEMORY_CACHED) | PTE_INNER_SHAREABLE)
/* A table on the way, in the kernel's half or in users'. */
#define PTE_TO_TABLE (PTE_VALID | PTE_TABLE)
/* RAM and registers as the kernel sees them. */
#define PTE_KERNEL (PTE_VALID | PTE_ACCESSED | PTE_CACHED | PTE_NO_EXECUTE_USER)
#define PTE_KERNEL_DEVICE \
    (PTE_VALID | PTE_ACCESSED | PTE_ATTRIBUTES(MEMORY_DEVICE_EARLY) | PTE_NO_EXECUTE_USER | PTE_NO_EXECUTE_KERNEL)

static inline bool pte_is_valid(u64 entry)
{
    return entry & PTE_VALID;
}
/* Of the levels above the lowest. */
static inline bool pte_is_table(u64 entry)
{
    return (entry & PTE_TO_TABLE) == PTE_TO_TABLE;
}

#endif
