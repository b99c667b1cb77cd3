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
#define ARCH_OBJECTS {OBJECT_PAGE_TABLE, 0, 4}
#define ARCH_OPERATIONS                                                                                     \
    {LABEL_VSPACE_CLEAN, CAP_VSPACE, "aa", {0}}, {LABEL_VSPACE_INVALIDATE, CAP_VSPACE, "aa", {0}},          \
        {LABEL_VSPACE_UNIFY, CAP_VSPACE, "aa", {0}}, {LABEL_PAGE_CLEAN, CAP_FRAME, "0u", {0}},              \
        {LABEL_PAGE_INVALIDATE, CAP_FRAME, "uU", {0}}, {LABEL_PAGE_CLEAN_INVALIDATE, CAP_FRAME, "uU", {0}}, \
        {LABEL_PAGE_UNIFY, CAP_FRAME, "0U", {0}}, {LABEL_IRQ_ACK, CAP_SGI, "", {0}},

#endif
