/* SPDX-License-Identifier: GPL-3.0-only */
/* bootinfo.h: what the root task is told at its start, word for word as the interface lays it out. */
#ifndef LONA_KERNEL_BOOTINFO_H
#define LONA_KERNEL_BOOTINFO_H

#include "lona/base.h"

/* The root task's slots. Those of the architecture's (5 to 8, 12, 13, 15) come from arch_boot_cap. */
enum root_slot {
    ROOT_TCB = 1,
    ROOT_CNODE = 2,
    ROOT_VSPACE = 3,
    ROOT_IRQ_CONTROL = 4,
    ROOT_BOOT_INFO = 9,
    ROOT_IPC_BUFFER = 10,
    ROOT_DOMAIN = 11,
    ROOT_SCHED_CONTEXT = 14,
    ROOT_SLOTS = 16, /* here others begin */
};
#define ROOT_CNODE_RADIX 13
#define ROOT_UNTYPEDS_MAX 230

/* Slots start..end-1. */
struct boot_region {
    u64 start, end;
};
struct boot_untyped {
    u64 physical;
    u8 bits, is_device;
    u8 padding[6];
};
struct boot_info {
    u64 extra_bytes; /* of the entries behind this page, each with its header */
    u64 node, nodes;
    u64 io_page_table_levels;
    u64 ipc_buffer; /* user address */
    struct boot_region empty, shared_frames, image_frames, image_paging, io_space, extra_pages;
    u64 cnode_radix;
    u64 domain;
    struct boot_region sched_control;
    struct boot_region untyped;
    struct boot_untyped untypeds[ROOT_UNTYPEDS_MAX];
};
STATIC_ASSERT(offsetof(struct boot_info, empty) == 40, "BootInfo's layout is the interface's");
STATIC_ASSERT(offsetof(struct boot_info, cnode_radix) == 136, "BootInfo's layout is the interface's");
STATIC_ASSERT(offsetof(struct boot_info, untypeds) == 184, "BootInfo's layout is the interface's");
STATIC_ASSERT(sizeof(struct boot_info) <= 4096, "BootInfo takes one page");

struct boot_extra_header {
    u64 id;
    u64 bytes; /* with this header */
};

#endif
