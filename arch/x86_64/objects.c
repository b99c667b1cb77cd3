/* SPDX-License-Identifier: GPL-3.0-only */
/* objects.c: tables of what the interface has on this processor (mapping.h). */
#include "mapping.h"
#include "page.h"

#define AT(type) [OBJECT_##type - OBJECTS_FIRST]
const struct arch_object arch_objects[] = {
    AT(PDPT) = {CAP_TABLE, HUGE_BITS},
    AT(PML4) = {CAP_VSPACE, 0},
    AT(HUGE_PAGE) = {CAP_FRAME, HUGE_BITS},
    AT(SMALL_PAGE) = {CAP_FRAME, PAGE_BITS},
    AT(LARGE_PAGE) = {CAP_FRAME, LARGE_BITS},
    AT(PAGE_TABLE) = {CAP_TABLE, PAGE_BITS},
    AT(PAGE_DIRECTORY) = {CAP_TABLE, LARGE_BITS},
};

const struct table_labels table_labels[] = {
    {HUGE_BITS, LABEL_PDPT_MAP, LABEL_PDPT_UNMAP},
    {LARGE_BITS, LABEL_PAGE_DIRECTORY_MAP, LABEL_PAGE_DIRECTORY_UNMAP},
    {PAGE_BITS, LABEL_PAGE_TABLE_MAP, LABEL_PAGE_TABLE_UNMAP},
};
const unsigned table_labels_count = ARRAY_LEN(table_labels);
