/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * io_port.h: I/O ports as capabilities. A port is issued once, until the last capability to its range is gone.
 *
 *   IO_PORT   second word: 31..16 last port, 15..0 first port
 */
#ifndef LONA_X86_IO_PORT_H
#define LONA_X86_IO_PORT_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"

MUST_CHECK enum error io_port_invoke_control(struct invocation *v);
MUST_CHECK enum error io_port_invoke(struct invocation *v);
void io_port_release(struct cap c);

#endif
