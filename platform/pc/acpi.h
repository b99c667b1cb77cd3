/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * acpi.h: what the firmware's tables (ACPI 6, 5.2) tell about interrupts and its console. Tables are checked
 * (signature, length, checksum) and read once, at boot; no reference into them stays.
 */
#ifndef LONA_PC_ACPI_H
#define LONA_PC_ACPI_H

#include <lona/base.h>

#define ACPI_IOAPICS_MAX 8
#define ACPI_OVERRIDES_MAX 32
#define ACPI_RSDP_BYTES 36

struct acpi {
    u8 rsdp[ACPI_RSDP_BYTES]; /* as it stands; of version 0 the first 20 bytes, the rest 0 */
    u64 local_apic;           /* physical address of each core's registers */
    bool legacy_pics;         /* the two 8259 are there too, and must be masked */
    unsigned n_ioapics, n_overrides, n_cores;
    struct acpi_ioapic {
        u8 id;
        u32 address, first; /* the global interrupt of its first pin */
    } ioapic[ACPI_IOAPICS_MAX];
    struct acpi_override { /* an ISA interrupt that is not the global interrupt of its number, active high, by edge */
        u8 irq;
        u32 global;
        u16 flags;
    } override[ACPI_OVERRIDES_MAX];
    u32 console_port; /* I/O port of a 16550 that is the firmware's console (SPCR); 0: it tells of none */
    struct acpi_line {
        u32 global;      /* interrupt; 0, the timer's: none */
        bool level, low; /* not: by edge, active high */
    } console_line;
};

/* False where there is no ACPI, or no MADT; `rsdp` is filled as far as it was found. */
bool acpi_read(struct acpi *acpi);

/* Where an interrupt of the old numbers (0 to 15) arrives. */
struct acpi_line acpi_isa_line(const struct acpi *acpi, u8 irq);

#endif
