/* SPDX-License-Identifier: GPL-3.0-only */
/* The firmware's tables as they should be, cut off, and damaged: nothing is read that was not reached, and it ends. */
#include "../../../platform/pc/acpi.h"
#include "host.h"
#include "random.h"
#include "window.h"

#include <string.h>

#define MEMORY_BYTES (0x100000 + 0x1000)
#define RSDP 0xe0010
#define XSDT 0x100000
#define RSDT 0x100080
#define MADT 0x100f00 /* up to the end of memory: its length can be no more */
#define MADT_BYTES 0x100
#define MADT_FIXED 44
#define SPCR 0x100100
#define SPCR_BYTES 80
#define ROUNDS 10000

static u8 *memory;

static void put(u64 at, u64 value, unsigned bytes)
{
    memcpy(memory + at, &value, bytes);
}
static void sum_up(u64 start, u64 bytes, u64 at)
{
    u8 sum = 0;
    memory[at] = 0;
    for (u64 i = 0; i < bytes; i++)
        sum = (u8)(sum + memory[start + i]);
    memory[at] = (u8)-sum;
}
static void put_header(u64 at, const char *signature, u32 bytes)
{
    memcpy(memory + at, signature, 4);
    put(at + 4, bytes, 4);
}
static void sum_up_table(u64 at)
{
    u32 bytes;
    memcpy(&bytes, memory + at + 4, sizeof bytes);
    if (bytes <= MEMORY_BYTES - at)
        sum_up(at, bytes, at + 9);
}
static void sum_up_all(void)
{
    sum_up_table(XSDT);
    sum_up_table(RSDT);
    sum_up_table(MADT);
    sum_up_table(SPCR);
    sum_up(RSDP, 20, RSDP + 8);
    sum_up(RSDP, 36, RSDP + 32);
}
/* Two I/O APICs, one override, two cores, a local APIC elsewhere, and an entry of a kind that is not known. */
static void put_madt(void)
{
    static const u8 entries[] = {
        0, 8,  0, 0, 1, 0, 0,    0,                                                  /* core */
        0, 8,  1, 1, 0, 0, 0,    0,                                                  /* not usable */
        0, 8,  2, 2, 2, 0, 0,    0,                                                  /* can be enabled */
        1, 12, 7, 0, 0, 0, 0xc0, 0xfe, 0,  0, 0, 0,                                  /* I/O APIC at fec00000 from 0 */
        1, 12, 8, 0, 0, 0, 0xc1, 0xfe, 24, 0, 0, 0, 2, 10, 0, 9, 20, 0, 0, 0, 13, 0, /* 9 is 20 */
        5, 12, 0, 0, 0, 0, 0xe1, 0xfe, 1,  0, 0, 0,                                  /* at 1fee10000 */
    };
    put_header(MADT, "APIC", MADT_BYTES);
    put(MADT + 36, 0xfee00000, 4);
    put(MADT + 40, 1, 4);
    memcpy(memory + MADT + MADT_FIXED, entries, sizeof entries);
    put(MADT + MADT_FIXED + sizeof entries, 0x80 | (MADT_BYTES - MADT_FIXED - sizeof entries) << 8, 2);
}
/* The console: ports from 2f8 on, which interrupt by the 8259's number 9. */
static void put_spcr(void)
{
    put_header(SPCR, "SPCR", SPCR_BYTES);
    put(SPCR + 40, 1, 1);
    put(SPCR + 44, 0x2f8, 8);
    put(SPCR + 52, 1, 1);
    put(SPCR + 53, 9, 1);
    put(SPCR + 54, 17, 4);
}
static void make(void)
{
    memory = window_make(MEMORY_BYTES);
    memset(memory + XSDT, 0, MEMORY_BYTES - XSDT);
    memcpy(memory + RSDP, "RSD PTR ", 8);
    memory[RSDP + 15] = 2;
    put(RSDP + 16, RSDT, 4);
    put(RSDP + 20, 36, 4);
    put(RSDP + 24, XSDT, 8);
    put_header(XSDT, "XSDT", 36 + 8 * 3);
    put(XSDT + 36, 0xffffffffffffff00, 8); /* a table that is nowhere */
    put(XSDT + 44, MADT, 8);
    put(XSDT + 52, SPCR, 8);
    put_header(RSDT, "RSDT", 36 + 4);
    put(RSDT + 36, MADT, 4);
    put_madt();
    put_spcr();
    sum_up_all();
}
static bool reads(struct acpi *acpi)
{
    window_hide();
    return acpi_read(acpi);
}
/* Word of `bytes` at `at` is another; sums are right. */
static bool reads_with(struct acpi *acpi, u64 at, u64 value, unsigned bytes)
{
    make();
    put(at, value, bytes);
    sum_up_all();
    return reads(acpi);
}

TEST(acpi_tells_of_interrupt_controllers_and_cores)
{
    struct acpi acpi;
    make();
    CHECK(reads(&acpi));
    CHECK_EQ(acpi.n_cores, 2);
    CHECK_EQ(acpi.n_ioapics, 2);
    CHECK_EQ(acpi.ioapic[1].id, 8);
    CHECK_EQ(acpi.ioapic[1].address, 0xfec10000);
    CHECK_EQ(acpi.ioapic[1].first, 24);
    CHECK_EQ(acpi.n_overrides, 1);
    CHECK_EQ(acpi.override[0].irq, 9);
    CHECK_EQ(acpi.override[0].global, 20);
    CHECK_EQ(acpi.override[0].flags, 13);
    CHECK_EQ(acpi.local_apic, 0x1fee10000);
    CHECK(acpi.legacy_pics);
    CHECK_EQ(memcmp(acpi.rsdp, "RSD PTR ", 8), 0);
}
TEST(acpi_of_the_first_version_has_a_root_table_of_short_pointers)
{
    struct acpi acpi;
    make();
    memory[RSDP + 15] = 0;
    sum_up_all();
    CHECK(reads(&acpi));
    CHECK_EQ(acpi.n_ioapics, 2);
    CHECK_EQ(acpi.rsdp[24], 0);
}
TEST(acpi_tells_of_the_port_of_the_firmwares_console)
{
    struct acpi acpi;
    make();
    CHECK(reads(&acpi));
    CHECK_EQ(acpi.console_port, 0x2f8);
    CHECK_EQ(acpi.console_line.global, 20); /* as the override says */
    CHECK(acpi.console_line.level);
    CHECK(!acpi.console_line.low);
    CHECK(reads_with(&acpi, SPCR + 52, 3, 1)); /* both ways: the I/O APIC's number goes first */
    CHECK_EQ(acpi.console_line.global, 17);
    CHECK(reads_with(&acpi, SPCR + 52, 0, 1)); /* none */
    CHECK_EQ(acpi.console_port, 0x2f8);
    CHECK_EQ(acpi.console_line.global, 0);
}
TEST(acpi_consoles_that_are_no_16550_at_ports_are_none)
{
    struct acpi acpi;
    CHECK(reads_with(&acpi, SPCR + 36, 3, 1)); /* a PL011 */
    CHECK_EQ(acpi.console_port, 0);
    CHECK(reads_with(&acpi, SPCR + 40, 0, 1)); /* in memory */
    CHECK_EQ(acpi.console_port, 0);
    static const u64 elsewhere[] = {0x102f8, 0xfff9, 0x2f9, 0x20}; /* no ports, not 8, astride, the 8259's */
    for (unsigned i = 0; i < ARRAY_LEN(elsewhere); i++) {
        CHECK(reads_with(&acpi, SPCR + 44, elsewhere[i], 8));
        CHECK_EQ(acpi.console_port, 0);
    }
    CHECK(reads_with(&acpi, SPCR + 4, 57, 4)); /* cut off */
    CHECK_EQ(acpi.console_port, 0);
    make();
    memory[SPCR + 9]++; /* the sum is wrong */
    CHECK(reads(&acpi));
    CHECK_EQ(acpi.console_port, 0);
}
TEST(acpi_tables_that_lead_out_of_memory_are_none)
{
    struct acpi acpi;
    CHECK(reads_with(&acpi, XSDT + 4, 36 + 8 * 3, 4));
    CHECK(reads_with(&acpi, RSDP + 24, MEMORY_BYTES - 8, 8)); /* by the RSDT */
    CHECK(!reads_with(&acpi, XSDT + 44, MEMORY_BYTES - 8, 8));
    CHECK(!reads_with(&acpi, XSDT + 4, 51, 4)); /* 7 bytes of a pointer */
    CHECK(!reads_with(&acpi, MADT + 4, MADT_BYTES + 1, 4));
    CHECK(!reads_with(&acpi, MADT + 4, 0xffffffff, 4));
    CHECK(!reads_with(&acpi, MADT + 4, 35, 4));
}
TEST(acpi_entries_end_where_their_table_does)
{
    struct acpi acpi;
    for (unsigned length = 0; length < 256; length++) {
        make();
        memory[MADT + MADT_FIXED + 1] = (u8)length;
        sum_up_all();
        CHECK(reads(&acpi));
    }
    make();
    memory[MADT_BYTES + MADT - 2] = 5; /* the last two bytes begin an entry that is longer */
    memory[MADT_BYTES + MADT - 1] = 12;
    memory[MADT + MADT_FIXED + 69] = (u8)(MADT_BYTES - MADT_FIXED - 68 - 2);
    sum_up_all();
    CHECK(reads(&acpi));
}
TEST(acpi_roots_at_the_end_of_where_they_may_be_are_not_read_beyond)
{
    struct acpi acpi;
    memory = window_make(0x100000);
    memcpy(memory + 0xffff0, "RSD PTR ", 8);
    memory[0xffff0 + 15] = 2;
    put(0x40e, 0xffff, 2); /* data of the BIOS up to beyond its end */
    CHECK(!reads(&acpi));
    window_make(0x1000);
    CHECK(!reads(&acpi));
}
TEST(acpi_tables_with_damage_are_read_without_harm)
{
    u64 state = 1;
    struct acpi acpi;
    for (unsigned i = 0; i < ROUNDS; i++) {
        make();
        for (u64 n = random_below(&state, 4); n > 0; n--) {
            if (random_below(&state, 2))
                random_damage(&state, memory + MADT, MADT_BYTES);
            else
                random_damage(&state, memory + XSDT, SPCR + SPCR_BYTES - XSDT);
        }
        if (random_below(&state, 8) == 0)
            random_damage(&state, memory + RSDP, 36);
        if (random_below(&state, 8))
            sum_up_all();
        reads(&acpi);
        CHECK(acpi.n_ioapics <= ACPI_IOAPICS_MAX && acpi.n_overrides <= ACPI_OVERRIDES_MAX);
    }
}
