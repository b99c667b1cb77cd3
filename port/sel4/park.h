/* SPDX-License-Identifier: GPL-3.0-only */
/* park.h: threads that sleep until they are woken or until a time (port_park). */
#ifndef LONA_SEL4_PARK_H
#define LONA_SEL4_PARK_H

#include "thread.h"

/* Before any thread but the first runs. False: memory is out. */
MUST_CHECK bool park_init(void);
/* The alarm's thread. */
void park_alarm(void *unused);

#endif
