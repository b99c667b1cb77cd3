/* SPDX-License-Identifier: GPL-3.0-only */
/* io.h: the two halves of port_io: files.c and io.c. */
#ifndef LONA_POSIX_IO_H
#define LONA_POSIX_IO_H

#include "port.h"

enum port_error posix_error(int number); /* of errno */
/* Minus what errno says. */
iword posix_failed(void);
iword posix_file(struct port_request *r); /* operations on paths and open files */

#endif
