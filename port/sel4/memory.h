/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * memory.h: address ranges that get frames at the first touch. The touch is a fault, which the guardian answers with
 * memory_touched: it alone changes what is mapped. What the VM is going to touch is promised beforehand, so that it is
 * told in time when memory is out.
 */
#ifndef LONA_SEL4_MEMORY_H
#define LONA_SEL4_MEMORY_H

#include "kernel.h"

enum touched {
    TOUCH_FILLED,  /* the thread may go on */
    TOUCH_OUTSIDE, /* nothing is to be there */
    TOUCH_NO_MEMORY,
};
/* On the guardian. */
enum touched memory_touched(word address);
/* On the guardian: a frame is kept for each large page that [base, base+bytes) touches and that has none; false, and
 * nothing is kept, where there are not enough, or too few would be left for what is vital. */
MUST_CHECK bool memory_promise(word base, word bytes, bool vital);
/* On the guardian: takes the large frames, and promises, inside [base, base+bytes) back; they are zero-filled by now.
 */
void memory_give_back(word base, word bytes);

/* Bytes in frames. */
word memory_used_bytes(void);

#endif
