/* SPDX-License-Identifier: GPL-3.0-only */
/* port_init.h: what has to be made ready in port.c. */
#ifndef LONA_SEL4_PORT_INIT_H
#define LONA_SEL4_PORT_INIT_H

void port_clock_init(void);

#endif
