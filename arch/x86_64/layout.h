/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * layout.h: the kernel's half of every address space. Two entries of the top level, the same in each PML4:
 *
 *   ffff_ff00_0000_0000  WINDOW_BASE   physical memory from 0, up to 512 GiB: RAM and tables of the firmware, no
 * execute ffff_ffff_8000_0000  IMAGE_BASE    the kernel's image, at its physical address above this base
 *   ffff_ffff_c000_0000  DEVICES_BASE  registers that the kernel itself uses, 4 KiB pages, uncached
 *
 * Assembly includes this file too.
 */
#ifndef LONA_X86_LAYOUT_H
#define LONA_X86_LAYOUT_H

#define WINDOW_BASE 0xffffff0000000000
#define WINDOW_SIZE 0x0000008000000000
#define IMAGE_BASE 0xffffffff80000000
#define IMAGE_MAX 0x0000000000200000 /* text to the end of bss lies below 2 MiB physical plus this */
#define DEVICES_BASE 0xffffffffc0000000

#define IMAGE_START 0x100000 /* where boot loaders put it */
#define KERNEL_STACK_BYTES 16384

/* Selectors: the order of the last three is what SYSRET asks for. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA 0x1b
#define SELECTOR_USER_CODE 0x23
#define SELECTOR_TSS 0x28

#endif
