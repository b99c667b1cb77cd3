/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_CONSTANTS_H
#define LONA_USER_ARCH_CONSTANTS_H

#include "sel4/constants.h"

enum {
    seL4_X86_PDPTObject = LONA_OBJECT_PDPT,
    seL4_X64_PML4Object = LONA_OBJECT_PML4,
    seL4_X64_HugePageObject = LONA_OBJECT_HUGE_PAGE,
    seL4_X86_4K = LONA_OBJECT_SMALL_PAGE,
    seL4_X86_LargePageObject = LONA_OBJECT_LARGE_PAGE,
    seL4_X86_PageTableObject = LONA_OBJECT_PAGE_TABLE,
    seL4_X86_PageDirectoryObject = LONA_OBJECT_PAGE_DIRECTORY,
};
enum {
    seL4_TCBBits = 11,
    seL4_PageBits = 12,
    seL4_LargePageBits = 21,
    seL4_HugePageBits = 30,
    seL4_PML4Bits = 12,
    seL4_ASIDPoolBits = 12,
    seL4_PageTableBits = 12,
    seL4_PageDirBits = 12,
    seL4_PDPTBits = 12,
    seL4_BootInfoFrameSize = 4096,
};

enum { seL4_CapIOPortControl = 7 };

/* The chunk of BootInfo that holds the frequency of the time-stamp counter: a u32, in MHz. */
#define SEL4_BOOTINFO_HEADER_X86_TSC_FREQ 5

typedef enum {
    seL4_X86_Default_VMAttributes = 0,
    seL4_X86_CacheDisabled = 2,
} seL4_X86_VMAttributes;

#endif
