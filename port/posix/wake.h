/* SPDX-License-Identifier: GPL-3.0-only */
/* wake.h: the descriptor that port_console_wake makes readable, for the port's own blocking calls. */
#ifndef LONA_POSIX_WAKE_H
#define LONA_POSIX_WAKE_H

#include "lona/base.h"

#include <poll.h>

int wake_fd(void);
bool wake_take(void); /* true when there was a wake; it is used up */

#endif
