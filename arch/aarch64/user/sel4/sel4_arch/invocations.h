/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_INVOCATIONS_H
#define LONA_USER_ARCH_INVOCATIONS_H

#include "sel4/invocations.h"

static inline seL4_Error seL4_ARM_PageTable_Map(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address,
                                                seL4_ARM_VMAttributes attributes)
{
    return lona_invoke(table, LONA_LABEL_PAGE_TABLE_MAP, LONA_WORDS(address, attributes), LONA_CAPS(vspace)).error;
}
static inline seL4_Error seL4_ARM_Page_Map(seL4_CPtr page, seL4_CPtr vspace, seL4_Word address, seL4_CapRights_t rights,
                                           seL4_ARM_VMAttributes attributes)
{
    return lona_invoke(page, LONA_LABEL_PAGE_MAP, LONA_WORDS(address, rights.words[0], attributes), LONA_CAPS(vspace))
        .error;
}
static inline seL4_Error seL4_ARM_Page_Unmap(seL4_CPtr page)
{
    return lona_invoke(page, LONA_LABEL_PAGE_UNMAP, LONA_NONE, LONA_NONE).error;
}
/* start and end: bytes in the page, which is mapped. */
static inline seL4_Error seL4_ARM_Page_Unify_Instruction(seL4_CPtr page, seL4_Word start, seL4_Word end)
{
    return lona_invoke(page, LONA_LABEL_PAGE_UNIFY, LONA_WORDS(start, end), LONA_NONE).error;
}

#endif
