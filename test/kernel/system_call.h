/* SPDX-License-Identifier: GPL-3.0-only */
/* system_call.h: a system call of a root task, with all that goes in and out by registers. ARCH/enter.h makes it. */
#ifndef LONA_TEST_SYSTEM_CALL_H
#define LONA_TEST_SYSTEM_CALL_H

#include <lona/base.h>

#define REGISTER_WORDS 4 /* of a message */

struct message {
    u64 cap, tag, word[REGISTER_WORDS], reply, dest;
};

#endif
