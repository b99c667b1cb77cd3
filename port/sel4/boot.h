/* SPDX-License-Identifier: GPL-3.0-only */
/* boot.h: what the stub hands over to the VM that it has put in place. */
#ifndef LONA_SEL4_BOOT_H
#define LONA_SEL4_BOOT_H

#include "caps.h"

struct handover {
    const seL4_BootInfo *info;
    struct caps caps;
};

#endif
