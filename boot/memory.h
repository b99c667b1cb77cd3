/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * memory.h: which physical memory nobody uses yet, while the machine boots. Firmware adds what is RAM, then everything
 * that lies in it is excluded; what boot itself needs is taken; the rest becomes the root task's.
 *
 * The ranges are disjoint, ascending, not empty. There is room for RANGES_MAX; what would need more is given up, never
 * handed out twice.
 */
#ifndef LONA_BOOT_MEMORY_H
#define LONA_BOOT_MEMORY_H

#include "kernel.h"

#define RANGES_MAX 128

struct ranges {
    struct boot_range at[RANGES_MAX];
    unsigned n;
};

/* So many bytes, as far as there are addresses. */
struct boot_range range_of(u64 start, u64 bytes);
/* All blocks of `align` bytes (a power of two) that have something of r; those that r has all of. */
struct boot_range range_outward(struct boot_range r, u64 align);
struct boot_range range_inward(struct boot_range r, u64 align);

void ranges_add(struct ranges *r, struct boot_range added);
void ranges_exclude(struct ranges *r, struct boot_range hole);
/* Takes `bytes` at a multiple of `align` (a power of two), as low as there is room, below `limit`; 0 when there is
 * none. */
u64 ranges_take(struct ranges *r, u64 bytes, u64 align, u64 limit);
u64 ranges_bytes(const struct ranges *r);

#endif
