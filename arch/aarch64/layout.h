/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * layout.h: the kernel's half of the address space, which TTBR1 translates. Users have the other half, by TTBR0.
 *
 *   ffff_8000_0000_0000  WINDOW_BASE   physical memory from 0, up to 512 GiB: RAM, never executable
 *   ffff_ffff_8000_0000  IMAGE_BASE    the kernel's image, wherever it lies in memory
 *   ffff_ffff_c000_0000  DEVICES_BASE  registers that the kernel itself uses, in blocks of 2 MiB
 *
 * Assembly includes this file too.
 */
#ifndef LONA_ARM_LAYOUT_H
#define LONA_ARM_LAYOUT_H

#define WINDOW_BASE 0xffff800000000000
#define WINDOW_SIZE 0x0000008000000000
#define IMAGE_BASE 0xffffffff80000000
#define IMAGE_MAX 0x0000000000200000 /* but for a root task that is appended */
#define DEVICES_BASE 0xffffffffc0000000

#define KERNEL_STACK_BYTES 16384

#endif
