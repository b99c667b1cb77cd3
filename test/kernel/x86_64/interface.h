/* SPDX-License-Identifier: GPL-3.0-only */
/* interface.h: what test/kernel/interface.c compares on this architecture only. */
SAME(SEL4_MAPPING_LOOKUP_NO_PDPT, TOP_BITS);
SAME(SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, BOOT_EXTRA_TSC_MHZ);
