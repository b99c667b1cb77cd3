/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * window.h: the kernel's own half of the address space (layout.h). Mappings are added while the kernel boots, from one
 * core. Its tables are part of the image.
 */
#ifndef LONA_ARM_WINDOW_H
#define LONA_ARM_WINDOW_H

#include "layout.h"

#include <lona/base.h>

/*
 * Called with the MMU off, from the physical address: makes tables for the image, which begins at `physical`, and for
 * the instructions that turn the MMU on.
 */
struct window_roots {
    u64 kernel, boot;   /* for TTBR1 and TTBR0 */
    u64 types, control; /* for MAIR_EL1 and TCR_EL1 */
};
void window_boot(u64 physical, struct window_roots *roots);

/* With the MMU on: the image begins at `physical`. The tables of boot are left. */
void window_init(u64 physical);

/* Maps the blocks of 2 MiB that physical memory lies in, where they are not mapped yet, and answers where it is seen;
 * NULL beyond the window, or without tables. All of these blocks must be RAM. */
void *window_reach(u64 physical, u64 bytes);

/* Maps registers of a device for the kernel; NULL when there is no room. */
volatile void *window_device(u64 physical, u64 bytes);

/* What TTBR0 holds when there is no address space of users. */
u64 window_no_users(void);
/* A top table of users holds nothing of the kernel's. */
static inline void window_share(u64 *top)
{
}
static inline bool window_has_huge_pages(void)
{
    return true;
}
/* Bits of the processor's address space identifiers, and of its physical addresses. */
unsigned window_asid_bits(void);
unsigned window_physical_bits(void);

static inline void *window_at(u64 physical)
{
    return (void *)(WINDOW_BASE + physical);
}
static inline u64 window_physical(const void *at)
{
    return (u64)at - WINDOW_BASE;
}
/* Of an address within the kernel's image. */
u64 image_physical(const void *at);

#endif
