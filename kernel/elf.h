/* SPDX-License-Identifier: GPL-3.0-only */
/* elf.h: the root task's file: ELF, 64 bits, little-endian, linked at fixed addresses. */
#ifndef LONA_KERNEL_ELF_H
#define LONA_KERNEL_ELF_H

#include "lona/base.h"

struct elf {
    const u8 *file;
    u64 bytes;
    u64 entry;
    u64 start, end; /* user addresses of what is loaded, in whole pages */
};
/* False: not such a file, or it has nothing to load. Nothing below, or at and above limit, is asked for. */
MUST_CHECK bool elf_open(struct elf *e, const void *file, u64 bytes, u64 limit);
/* What the page at a user address holds goes to `to`, which is clear. */
void elf_read_page(const struct elf *e, u64 address, void *to, u64 page_bytes);

#endif
