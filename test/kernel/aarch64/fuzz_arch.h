/* SPDX-License-Identifier: GPL-3.0-only */
/* fuzz_arch.h: aarch64's part of test/kernel/fuzz. */
#ifndef LONA_FUZZ_ARCH_H
#define LONA_FUZZ_ARCH_H

/* Where in UserContext the arguments of worker_start are. */
#define ARCH_SEED 3
#define ARCH_NUMBER 4
#define ARCH_VSPACE OBJECT_VSPACE
#define ARCH_CACHED 1
#define ARCH_FAULTS 6
#define ARCH_TABLE {OBJECT_PAGE_TABLE, LABEL_PAGE_TABLE_MAP}
#define ARCH_TABLES ARCH_TABLE, ARCH_TABLE, ARCH_TABLE
#define ARCH_OBJECTS {OBJECT_PAGE_TABLE, 0, 6}
#define ARCH_ALONE
#define ARCH_IMPOSSIBLE LABEL_SMC_CALL
/* The word of an unknown system call's message that the program counter is. */
#define ARCH_SYSCALL_PC 8
#define ARCH_OPERATIONS                                                                                      \
    {LABEL_VSPACE_CLEAN, CAP_VSPACE, "aA", {0}}, {LABEL_VSPACE_INVALIDATE, CAP_VSPACE, "aA", {0}},           \
        {LABEL_VSPACE_CLEAN_INVALIDATE, CAP_VSPACE, "aA", {0}}, {LABEL_VSPACE_UNIFY, CAP_VSPACE, "aA", {0}}, \
        {LABEL_PAGE_CLEAN, CAP_FRAME, "0u", {0}}, {LABEL_PAGE_CLEAN, CAP_FRAME, "0Z", {0}},                  \
        {LABEL_PAGE_INVALIDATE, CAP_FRAME, "0Z", {0}}, {LABEL_PAGE_INVALIDATE, CAP_FRAME, "uU", {0}},        \
        {LABEL_PAGE_CLEAN_INVALIDATE, CAP_FRAME, "uU", {0}}, {LABEL_PAGE_UNIFY, CAP_FRAME, "0U", {0}},       \
        {LABEL_IRQ_ACK, CAP_SGI, "", {0}}, {LABEL_IRQ_ISSUE_HANDLER, CAP_IRQ_CONTROL, "Ied", {CAP_CNODE}},   \
        {LABEL_IRQ_ISSUE_TRIGGER, CAP_IRQ_CONTROL, "IBed", {CAP_CNODE}},                                     \
        {LABEL_IRQ_ISSUE_SGI, CAP_IRQ_CONTROL, "b0ed", {CAP_CNODE}},                                         \
        {LABEL_IRQ_ISSUE_SGI, CAP_IRQ_CONTROL, "rbed", {CAP_CNODE}},

#endif
