/* SPDX-License-Identifier: GPL-3.0-only */
#include "bootinfo.h"

const void *bootinfo_chunk(const seL4_BootInfo *info, word id, word *bytes)
{
    const u8 *at = (const u8 *)info + seL4_BootInfoFrameSize, *end = at + info->extraLen;
    while (at + sizeof(seL4_BootInfoHeader) <= end) {
        const seL4_BootInfoHeader *h = (const seL4_BootInfoHeader *)at;
        if (h->len < sizeof *h || h->len > (word)(end - at))
            return NULL;
        if (h->id == id) {
            *bytes = h->len - sizeof *h;
            return h + 1;
        }
        at += h->len;
    }
    return NULL;
}
