/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * multiboot.h: what the boot loader tells, whichever way: by multiboot 1 (QEMU's -kernel; Multiboot Specification
 * 0.6.96, section 3.3) or multiboot 2 (GRUB; Multiboot2 Specification 2.0, section 3.6). Everything is copied out of
 * the loader's memory, which is free afterwards.
 */
#ifndef LONA_BOOT_MULTIBOOT_H
#define LONA_BOOT_MULTIBOOT_H

#include "kernel.h"

#define LOADER_AREAS_MAX 50 /* what BootInfo's chunk has room for */
#define LOADER_AREA_RAM 1

struct PACKED loader_area {
    u32 size; /* of what follows */
    u64 start, bytes;
    u32 type;
};
struct loader {
    struct PACKED {
        u32 bytes;
        struct loader_area at[LOADER_AREAS_MAX];
    } areas; /* the map of memory, as BootInfo has it */
    unsigned n_areas;
    struct boot_range root_image;      /* the first module */
    struct PACKED loader_framebuffer { /* as BootInfo has it; address 0: the loader tells of none */
        u64 address;
        u32 pitch, width, height; /* bytes from line to line; pixels, or characters with type 2 */
        u8 bits_per_pixel, type;  /* 0: with a palette, 1: colours, 2: text */
    } framebuffer;
    struct PACKED loader_vbe { /* as BootInfo has it */
        u8 controller[512], mode_info[256];
        u32 mode, segment, offset, length; /* of the firmware's interface in protected mode */
    } vbe;
    bool has_vbe;
};

/* `mark` and `info` are what the loader left in eax and ebx; the window reaches the first GiB. Panics with what is
 * missing.
 */
void loader_read(struct loader *l, u32 mark, u32 info);

#endif
