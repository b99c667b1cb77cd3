/* SPDX-License-Identifier: GPL-3.0-only */
/* mapping.h: which table is missing when a mapping fails. */
#ifndef LONA_USER_ARCH_MAPPING_H
#define LONA_USER_ARCH_MAPPING_H

#include "sel4/calls.h"

/* log2 of what an entry of the table above it covers, where that entry is empty. */
#define SEL4_MAPPING_LOOKUP_NO_PT 21
#define SEL4_MAPPING_LOOKUP_NO_PD 30
#define SEL4_MAPPING_LOOKUP_NO_PUD 39

/* After seL4_FailedLookup: the words are where the lookup was, its kind, and the bits left. */
static inline seL4_Word seL4_MappingFailedLookupLevel(void)
{
    return seL4_GetMR(2);
}

#endif
