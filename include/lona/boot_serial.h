/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * boot_serial.h: the extra entry of BootInfo by which the built-in kernel tells a root task on a PC where serial ports
 * are: an array of these, the console first; no entry where there is none. seL4 has no such entry, and no such number.
 */
#ifndef LONA_BOOT_SERIAL_H
#define LONA_BOOT_SERIAL_H

#include "base.h"

#define BOOT_SERIAL_ID 0x4c4f4e41

struct boot_serial {
    u32 port;       /* of a 16550: the first of 8 */
    u32 interrupt;  /* input of the I/O APICs; 0: not known */
    u32 level, low; /* 0: by edge, active high */
};

#endif
