/* SPDX-License-Identifier: GPL-3.0-only */
#include "ioapic.h"

#include "window.h"

#define IOAPIC_BYTES 0x20
#define IOAPIC_INDEX 0
#define IOAPIC_DATA 4 /* words of 32 bits */
#define REGISTER_VERSION 1
#define REGISTER_ENTRIES 0x10 /* two an entry, low word first */
#define ENTRY_VECTOR 0xffu
#define ENTRY_ACTIVE_LOW (1u << 13)
#define ENTRY_LEVEL (1u << 15)
#define ENTRY_MASKED (1u << 16)

static struct {
    unsigned n;
    volatile u32 *at[ACPI_IOAPICS_MAX];
    unsigned pins[ACPI_IOAPICS_MAX];
} ioapics;

static u32 ioapic_read(unsigned i, u32 which)
{
    ioapics.at[i][IOAPIC_INDEX] = which;
    return ioapics.at[i][IOAPIC_DATA];
}
static void ioapic_write(unsigned i, u32 which, u32 value)
{
    ioapics.at[i][IOAPIC_INDEX] = which;
    ioapics.at[i][IOAPIC_DATA] = value;
}

void ioapic_init(const struct acpi *acpi)
{
    for (unsigned i = 0; i < acpi->n_ioapics; i++) {
        ioapics.at[i] = window_device(acpi->ioapic[i].address, IOAPIC_BYTES);
        ENSURE(ioapics.at[i], "there is room for the I/O APICs' registers");
        ioapics.pins[i] = (ioapic_read(i, REGISTER_VERSION) >> 16 & 0xff) + 1;
        for (unsigned pin = 0; pin < ioapics.pins[i]; pin++)
            ioapic_write(i, REGISTER_ENTRIES + 2 * pin, ENTRY_MASKED);
    }
    ioapics.n = acpi->n_ioapics;
}

unsigned ioapic_count(void)
{
    return ioapics.n;
}
unsigned ioapic_pins(unsigned ioapic)
{
    return ioapics.pins[ioapic];
}

void ioapic_route(struct ioapic_pin pin, u8 vector, u32 apic)
{
    u32 entry = vector | ENTRY_MASKED | (pin.level ? ENTRY_LEVEL : 0) | (pin.active_low ? ENTRY_ACTIVE_LOW : 0);
    ioapic_write(pin.ioapic, REGISTER_ENTRIES + 2u * pin.pin, entry);
    ioapic_write(pin.ioapic, REGISTER_ENTRIES + 2u * pin.pin + 1, apic << 24);
}
void ioapic_set_masked(struct ioapic_pin pin, u8 vector, bool masked)
{
    u32 which = REGISTER_ENTRIES + 2u * pin.pin, entry = ioapic_read(pin.ioapic, which);
    if ((entry & ENTRY_VECTOR) == vector)
        ioapic_write(pin.ioapic, which, masked ? entry | ENTRY_MASKED : entry & ~ENTRY_MASKED);
}
