/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_CONSTANTS_H
#define LONA_USER_ARCH_CONSTANTS_H

#include "sel4/constants.h"

enum {
    seL4_ARM_HugePageObject = LONA_OBJECT_HUGE_PAGE,
    seL4_ARM_VSpaceObject = LONA_OBJECT_VSPACE,
    seL4_ARM_SmallPageObject = LONA_OBJECT_SMALL_PAGE,
    seL4_ARM_LargePageObject = LONA_OBJECT_LARGE_PAGE,
    seL4_ARM_PageTableObject = LONA_OBJECT_PAGE_TABLE,
};
enum {
    seL4_TCBBits = 11,
    seL4_PageBits = 12,
    seL4_LargePageBits = 21,
    seL4_HugePageBits = 30,
    seL4_VSpaceBits = 12,
    seL4_PageTableBits = 12,
    seL4_BootInfoFrameSize = 4096,
};

/* The chunk of BootInfo that holds the device tree. */
#define SEL4_BOOTINFO_HEADER_FDT 6

typedef enum {
    seL4_ARM_PageCacheable = 1,
    seL4_ARM_Default_VMAttributes = 3, /* cacheable; bit 1 is for machines whose memory has parity */
    seL4_ARM_ExecuteNever = 4,
} seL4_ARM_VMAttributes;

#endif
