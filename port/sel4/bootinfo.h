/* SPDX-License-Identifier: GPL-3.0-only */
/* bootinfo.h: the chunks that follow BootInfo. */
#ifndef LONA_SEL4_BOOTINFO_H
#define LONA_SEL4_BOOTINFO_H

#include "kernel.h"

/* The content of the chunk and its length; NULL when the kernel gave none. */
const void *bootinfo_chunk(const seL4_BootInfo *info, word id, word *bytes);

#endif
