/* SPDX-License-Identifier: GPL-3.0-only */
/* machine.h: what this port itself needs of the machine: a counter, a serial line, the time of day, chance. */
#ifndef LONA_SEL4_MACHINE_H
#define LONA_SEL4_MACHINE_H

#include "kernel.h"

/* Takes the devices. The serial line works afterwards, if there is one. On the first thread. */
void machine_init(const seL4_BootInfo *info);

u64 machine_counter(void);
u64 machine_counter_hz(void);
/* Seconds since 1970-01-01 UTC by the machine's clock; 0 when it has none. Slow. */
u64 machine_wall_seconds(void);
/* Up to bytes of true chance: how many. */
word machine_entropy(u8 *buffer, word bytes);

/* The serial line, polled. */
void machine_serial_put(u8 byte); /* waits until there is room */
int machine_serial_get(void);     /* -1: nothing has come */

/* The console's device: a name that says how it is driven, up to 5 numbers (io.def: HW_CONSOLE). False: there is none.
 */
bool machine_console(char *name, u64 *number);
/* What this port holds itself, for others to have a copy of; 0: not that. */
seL4_CPtr machine_ports(word first, word count);
seL4_CPtr machine_device_page(word address);

#endif
