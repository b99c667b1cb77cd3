/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * memory.h: address ranges that get frames at the first touch. The touch is a fault, which the guardian answers with
 * memory_touched: it alone changes what is mapped. What says beforehand that it is going to be touched
 * (PORT_USE_NEEDED) is promised a frame then, or refused.
 */
#ifndef LONA_SEL4_MEMORY_H
#define LONA_SEL4_MEMORY_H

#include "kernel.h"

/* How much there is: after caps_init, before what needs frames. */
void memory_init(void);

enum touched {
    TOUCH_FILLED,  /* the thread may go on */
    TOUCH_OUTSIDE, /* nothing is to be there */
    TOUCH_NO_MEMORY,
};
/* On the guardian. */
enum touched memory_touched(word address);
/* On the guardian: takes the large frames inside [base, base+bytes) back; they are zero-filled by now. */
void memory_give_back(word base, word bytes);

/* Bytes in frames. */
word memory_used_bytes(void);

#endif
