/* SPDX-License-Identifier: GPL-3.0-only */
/* entry.h: what goes into the kernel and comes back in registers. sel4_arch/enter.h has the instruction: lona_enter. */
#ifndef LONA_USER_ENTRY_H
#define LONA_USER_ENTRY_H

#include "sel4/types.h"

#define LONA_MESSAGE_REGISTERS 4
/* What registers hold at the entry, and what the kernel left there. */
struct lona_entry {
    seL4_Word cap; /* in: a capability, out: a badge */
    seL4_Word info;
    seL4_Word word[LONA_MESSAGE_REGISTERS];
    seL4_CPtr reply;
};

#endif
