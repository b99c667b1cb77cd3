/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * gmp_room.h: working memory for GMP's mpn functions.
 *
 * Small operands need none beyond the C stack. For large ones mpn asks for temporary blocks and cannot be told that
 * there are none, so whoever calls an mpn function that is not linear first takes room for it:
 *
 *     if (!gmp_room_take(limbs_of_all_operands))
 *         out of memory, nothing has happened yet
 *     mpn_mul(...);
 *     gmp_room_drop(limbs_of_all_operands);
 */
#ifndef LONA_GMP_ROOM_H
#define LONA_GMP_ROOM_H

#include "lona/base.h"

#include <gmp.h>

STATIC_ASSERT(GMP_LIMB_BITS == 64 && GMP_NAIL_BITS == 0, "a limb is a word");

/* Room for one mpn call whose operands have so many limbs in total. Does not nest. Below GMP_ROOM_FREE limbs (fewer in
 * total than 26 for mpn_get_str and mpn_set_str, which have variants of their own) GMP needs none: measured. */
#define GMP_ROOM_FREE 300
#define GMP_TEXT_ROOM_FREE 20
MUST_CHECK bool gmp_room_take_slow(word limbs);
void gmp_room_drop_slow(void);

static inline MUST_CHECK bool gmp_room_take(word limbs)
{
    return limbs < GMP_ROOM_FREE || gmp_room_take_slow(limbs);
}
static inline void gmp_room_drop(word limbs)
{
    if (limbs >= GMP_ROOM_FREE)
        gmp_room_drop_slow();
}
static inline MUST_CHECK bool gmp_text_room_take(word limbs)
{
    return limbs < GMP_TEXT_ROOM_FREE || gmp_room_take_slow(limbs);
}
static inline void gmp_text_room_drop(word limbs)
{
    if (limbs >= GMP_TEXT_ROOM_FREE)
        gmp_room_drop_slow();
}

#endif
