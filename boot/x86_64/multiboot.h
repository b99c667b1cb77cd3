/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * multiboot.h: what a multiboot 1 loader (QEMU's -kernel, GRUB) hands over: Multiboot Specification 0.6.96,
 * section 3.3.
 */
#ifndef LONA_BOOT_MULTIBOOT_H
#define LONA_BOOT_MULTIBOOT_H

#include <lona/base.h>

#define MULTIBOOT_MARK 0x2badb002u
#define MULTIBOOT_HAS_MODULES (1u << 3)
#define MULTIBOOT_HAS_MAP (1u << 6)

struct multiboot {
    u32 flags, mem_lower, mem_upper, boot_device, command_line;
    u32 n_modules, modules;
    u32 symbols[4];
    u32 map_bytes, map;
};
struct multiboot_module {
    u32 start, end, text, reserved;
};
struct PACKED multiboot_area {
    u32 size; /* of what follows; the next area comes then */
    u64 start, bytes;
    u32 type;
};
#define MULTIBOOT_RAM 1

#endif
