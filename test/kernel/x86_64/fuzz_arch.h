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
#define ARCH_OBJECTS {OBJECT_PDPT, 0, 4}, {OBJECT_PAGE_DIRECTORY, 0, 4}
/* The root task's capability to the control of I/O ports. */
#define ARCH_ALONE 7
/* Handlers are issued by the pin. */
#define ARCH_IMPOSSIBLE LABEL_IRQ_ISSUE_HANDLER
/* The word of an unknown system call's message that the program counter is. */
#define ARCH_SYSCALL_PC 15
#define ARCH_OPERATIONS                                                                                              \
    {LABEL_PDPT_MAP, CAP_TABLE, "m0", {CAP_VSPACE}}, {LABEL_PDPT_UNMAP, CAP_TABLE, "", {0}},                         \
        {LABEL_PAGE_DIRECTORY_MAP, CAP_TABLE, "m0", {CAP_VSPACE}}, {LABEL_PAGE_DIRECTORY_UNMAP, CAP_TABLE, "", {0}}, \
        {LABEL_IO_PORT_CONTROL_ISSUE, CAP_IO_PORT_CONTROL, "FLed", {CAP_CNODE}},                                     \
        {LABEL_IO_PORT_IN8, CAP_IO_PORT, "P", {0}}, {LABEL_IO_PORT_IN16, CAP_IO_PORT, "P", {0}},                     \
        {LABEL_IO_PORT_IN32, CAP_IO_PORT, "P", {0}}, {LABEL_IO_PORT_OUT8, CAP_IO_PORT, "Px", {0}},                   \
        {LABEL_IO_PORT_OUT16, CAP_IO_PORT, "Px", {0}}, {LABEL_IO_PORT_OUT32, CAP_IO_PORT, "Px", {0}},                \
        {LABEL_IRQ_ISSUE_HANDLER, CAP_IRQ_CONTROL, "Ied", {CAP_CNODE}},                                              \
        {LABEL_IRQ_ISSUE_IOAPIC, CAP_IRQ_CONTROL, "ed0kBBI", {CAP_CNODE}},                                           \
        {LABEL_IRQ_ISSUE_MSI, CAP_IRQ_CONTROL, "edbbB0I", {CAP_CNODE}},

#endif
