/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * frontier.h: an address range that is filled from its beginning on. Once much of it is used the port is told of what
 * comes next, some way ahead, so that it may use larger pages: a million processes touch their memory once, and then
 * what costs most is that each small page is asked for.
 */
#ifndef LONA_FRONTIER_H
#define LONA_FRONTIER_H

#include "lona/base.h"
#include "port.h"

#define FRONTIER_SMALL ((word)16 << 20) /* bytes up to which nothing is taken that is not used */
#define FRONTIER_AHEAD 8                /* as a part of what is used */

struct frontier {
    word told; /* the port knows up to this address; 0: nothing yet */
};

/* All up to end is used, or about to be. The caller has the range's lock. */
static inline void frontier_move(struct frontier *f, word base, word end)
{
    word used = end - base;
    if (used <= FRONTIER_SMALL || end <= f->told)
        return;
    word from = f->told ? f->told : end;
    f->told = end + used / FRONTIER_AHEAD;
    port_map_use(from, f->told - from, PORT_USE_EXPECTED);
}

#endif
