/* SPDX-License-Identifier: GPL-3.0-only */
/* interface.h: what test/kernel/interface.c compares on this architecture only. */
SAME(SEL4_MAPPING_LOOKUP_NO_PUD, TOP_BITS);
SAME(SEL4_BOOTINFO_HEADER_FDT, BOOT_EXTRA_DEVICE_TREE);
SAME((unsigned)seL4_ARM_ExecuteNever, ATTRIBUTE_NO_EXECUTE);
SAME((unsigned)seL4_ARM_PageCacheable, ATTRIBUTE_CACHED);
