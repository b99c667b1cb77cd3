/* SPDX-License-Identifier: GPL-3.0-only */
/* cache_lines.h: what caches do with a range of memory, by addresses of the kernel. The interface numbers them in this
 * order. */
#ifndef LONA_ARM_CACHE_LINES_H
#define LONA_ARM_CACHE_LINES_H

#include <lona/base.h>

enum cache_operation {
    CACHE_CLEAN,            /* memory has what was written */
    CACHE_INVALIDATE,       /* what was not written back is lost; the rest of lines on the edges is not */
    CACHE_CLEAN_INVALIDATE, /* and it is read from memory again */
    CACHE_UNIFY,            /* what was written is fetched as instructions */
};
void cache_lines(enum cache_operation what, const void *start, u64 bytes);

#endif
