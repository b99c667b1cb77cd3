/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * serial.h: the 16550s of a PC at I/O ports, as the firmware tells of them: the BIOS's list of up to four in its data
 * area, and the one that ACPI's SPCR says is its console. What answers is there; the first is the kernel's console:
 * until serial_find the first of the BIOS's, afterwards that of the SPCR, if there is one. Where nothing answers there
 * is no console.
 */
#ifndef LONA_PC_SERIAL_H
#define LONA_PC_SERIAL_H

#include <lona/boot_serial.h>

#include "acpi.h"

#define SERIAL_PORTS_MAX 5

/* Its 8 ports are decoded together, and are not the board's own. What firmware left elsewhere is not to be touched. */
static inline bool serial_can_be_at(u64 port)
{
    return port >= 0x100 && port <= 0xfff8 && port % 8 == 0;
}

struct serial_ports {
    unsigned n;
    struct boot_serial at[SERIAL_PORTS_MAX]; /* the console first */
};
void serial_find(const struct acpi *acpi, struct serial_ports *found);

#endif
