/* SPDX-License-Identifier: GPL-3.0-only */
#include "paging.h"

#include "caps.h"

seL4_CPtr paging_add(word address, bool large, enum paging_rights rights)
{
    seL4_CPtr frame = caps_make(paging_frame_type(large), 0, large ? LARGE_BITS : PAGE_BITS, 1);
    return frame && paging_map(frame, address, rights) ? frame : 0;
}
