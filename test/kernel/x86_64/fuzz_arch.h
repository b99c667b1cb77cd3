/* SPDX-License-Identifier: GPL-3.0-only */
/* fuzz_arch.h: x86_64's part of test/kernel/fuzz. */
#ifndef LONA_FUZZ_ARCH_H
#define LONA_FUZZ_ARCH_H

/* Where in UserContext the arguments of worker_start are. */
#define ARCH_SEED 8
#define ARCH_NUMBER 7
#define ARCH_VSPACE OBJECT_PML4
#define ARCH_CACHED 0
#define ARCH_FAULTS 3
#define ARCH_TABLES                                                                   \
    {OBJECT_PDPT, LABEL_PDPT_MAP}, {OBJECT_PAGE_DIRECTORY, LABEL_PAGE_DIRECTORY_MAP}, \
    {                                                                                 \
        OBJECT_PAGE_TABLE, LABEL_PAGE_TABLE_MAP                                       \
    }
#define ARCH_OBJECTS {OBJECT_PDPT, 0, 2}, {OBJECT_PAGE_DIRECTORY, 0, 2}
#define ARCH_OPERATIONS                                                                                              \
    {LABEL_PDPT_MAP, CAP_TABLE, "a0", {CAP_VSPACE}}, {LABEL_PDPT_UNMAP, CAP_TABLE, "", {0}},                         \
        {LABEL_PAGE_DIRECTORY_MAP, CAP_TABLE, "a0", {CAP_VSPACE}}, {LABEL_PAGE_DIRECTORY_UNMAP, CAP_TABLE, "", {0}}, \
        {LABEL_IO_PORT_IN8, CAP_IO_PORT, "P", {0}}, {LABEL_IO_PORT_OUT16, CAP_IO_PORT, "Px", {0}},

#endif
