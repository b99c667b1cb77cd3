/* SPDX-License-Identifier: GPL-3.0-only */
/* ioapic.h: the I/O APICs, which turn interrupt lines into vectors (82093AA data sheet). Pins are masked until they are
 * asked for. */
#ifndef LONA_PC_IOAPIC_H
#define LONA_PC_IOAPIC_H

#include "acpi.h"
#include "machine.h"

void ioapic_init(const struct acpi *acpi);
unsigned ioapic_count(void);
unsigned ioapic_pins(unsigned ioapic);
/* Leads the pin to a vector of the core with that local APIC; masked. */
void ioapic_route(struct ioapic_pin pin, u8 vector, u32 apic);
/* Nothing happens where the pin leads to another vector by now: it is not the caller's any more. */
void ioapic_set_masked(struct ioapic_pin pin, u8 vector, bool masked);

#endif
