/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * window.h: the kernel's own half of every address space (layout.h). Mappings are added while the kernel boots, from
 * one core; all address spaces share the tables below the top level, so they see what is added later too.
 */
#ifndef LONA_X86_WINDOW_H
#define LONA_X86_WINDOW_H

#include "layout.h"

#include <lona/base.h>

/* Where a table for the window comes from: a page, physical, that the tables at hand already reach; 0 when there is
 * none. */
typedef u64 window_page_source(void);

/* Leaves the tables of the boot code for the kernel's own: the image with its rights, RAM as far as `window_reach` is
 * asked. */
void window_init(window_page_source *source);

/* Maps physical memory, where it is not mapped yet, and answers where it is seen; NULL beyond the window, or without
 * tables. */
void *window_reach(u64 physical, u64 bytes);

/* Maps registers of a device for the kernel, uncached; NULL when there is no room. */
volatile void *window_device(u64 physical, u64 bytes);

/* Writes the kernel's entries into a new top-level table. */
void window_share(u64 *pml4);

/* The processor has pages of 1 GiB. */
bool window_has_huge_pages(void);
/* The bit of an entry that forbids execution; 0 where the processor has none. */
u64 window_no_execute(void);

/* The table without user mappings: what a core uses when its thread has no address space. */
u64 window_pml4(void);

static inline void *window_at(u64 physical)
{
    return (void *)(WINDOW_BASE + physical);
}
static inline u64 window_physical(const void *at)
{
    return (u64)at - WINDOW_BASE;
}
/* Of an address within the kernel's image. */
static inline u64 image_physical(const void *at)
{
    return (u64)at - IMAGE_BASE;
}

#endif
