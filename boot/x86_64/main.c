/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * From the boot loader's hand-over to a running kernel, on a PC: reads what loader and firmware tell about the machine,
 * gives the kernel its own page tables and starts it with what is left. Runs once, on the boot core, with interrupts
 * off.
 */
#include "multiboot.h"

#include "../../platform/pc/acpi.h"
#include "../../platform/pc/ioapic.h"
#include "../../platform/pc/pics.h"
#include "../../platform/pc/pit.h"
#include "../../platform/pc/serial.h"
#include "../../platform/platform.h"
#include "../memory.h"
#include "apic.h"
#include "core.h"
#include "cpu.h"
#include "kernel.h"
#include "pte.h"
#include "timer.h"
#include "trap.h"
#include "window.h"

#define LOW_MEMORY 0x100000 /* what lies below belongs to the firmware */
#define USER_PHYSICAL_BITS 47

extern const u8 image_end[];
NORETURN void boot_main(u32 mark, u32 info);

static struct {
    struct loader loader;
    struct ranges free;     /* RAM for the root task, but for its image */
    struct ranges reserved; /* what is never a user's */
    struct acpi acpi;
    struct serial_ports serial;
    u32 tsc_mhz;
} boot;

/* --- memory --- */

static void reserve(struct boot_range r)
{
    ranges_exclude(&boot.free, r);
    ranges_add(&boot.reserved, r);
}

/* Whole pages of RAM that the window reaches, but for what lies in them. */
static void free_memory_find(void)
{
    for (unsigned i = 0; i < boot.loader.n_areas; i++) {
        const struct loader_area *a = &boot.loader.areas.at[i];
        if (a->type == LOADER_AREA_RAM)
            ranges_add(&boot.free, range_inward(range_of(a->start, a->bytes), PAGE_SIZE));
    }
    ranges_exclude(&boot.free, (struct boot_range){0, LOW_MEMORY});
    ranges_exclude(&boot.free, (struct boot_range){WINDOW_SIZE, ~0ull});
    ranges_exclude(&boot.free, range_outward(boot.loader.root_image, PAGE_SIZE));
    reserve((struct boot_range){LOW_MEMORY, image_physical(image_end)});
}

/* For tables of the window, from what they reach already. */
static u64 page_take(void)
{
    u64 page = ranges_take(&boot.free, PAGE_SIZE, PAGE_SIZE, HUGE_SIZE);
    if (page)
        ranges_add(&boot.reserved, (struct boot_range){page, page + PAGE_SIZE});
    return page;
}

static void memory_init(void)
{
    free_memory_find();
    struct ranges ram = boot.free;
    struct boot_range root = boot.loader.root_image;
    for (unsigned i = 0; i < ram.n; i++)
        ENSURE(window_reach(ram.at[i].start, ram.at[i].end - ram.at[i].start), "there is memory to map memory with");
    ENSURE(window_reach(root.start, root.end - root.start), "the root task's image is within reach");
}

/* --- interrupts and time --- */

static u64 apic_counter(void)
{
    return ~0u - apic_timer_left();
}
static void time_init(void)
{
    apic_timer_mode(false);
    apic_timer_count(~0u);
    u64 apic_hz = pit_rate_of(apic_counter), tsc_hz = pit_rate_of(cpu_tsc);
    apic_timer_count(0);
    boot.tsc_mhz = (u32)((tsc_hz + 500000) / 1000000);
    timer_init(tsc_hz, apic_hz);
}

static void interrupts_init(void)
{
    ENSURE(acpi_read(&boot.acpi), "the firmware has ACPI tables, with a MADT");
    serial_find(&boot.acpi, &boot.serial);
    ENSURE(boot.acpi.n_ioapics, "the machine has an I/O APIC");
    if (boot.acpi.legacy_pics)
        pics_init();
    apic_init(boot.acpi.local_apic);
    reserve(range_outward(range_of(boot.acpi.local_apic, 1), PAGE_SIZE));
    ioapic_init(&boot.acpi);
    for (unsigned i = 0; i < boot.acpi.n_ioapics; i++)
        reserve(range_outward(range_of(boot.acpi.ioapic[i].address, 1), PAGE_SIZE));
}

/* --- the kernel --- */

static void summary_print(void)
{
    kernel_print("memory: %lu MiB free in %u ranges\n", ranges_bytes(&boot.free) >> 20, boot.free.n);
    kernel_print("cores: %u (1 used), I/O APICs: %u, time-stamp counter: %u MHz\n", boot.acpi.n_cores,
                 boot.acpi.n_ioapics, boot.tsc_mhz);
}

static u64 physical_end(void)
{
    unsigned bits = cpu_id(0x80000000, 0).a >= 0x80000008 ? cpu_id(0x80000008, 0).a & 0xff : 36;
    return 1ull << (bits < USER_PHYSICAL_BITS ? bits : USER_PHYSICAL_BITS);
}

static NORETURN void kernel_start(void)
{
    struct boot_extra extra[] = {
        {BOOT_EXTRA_MULTIBOOT_MEMORY, &boot.loader.areas, sizeof boot.loader.areas},
        {BOOT_EXTRA_RSDP, boot.acpi.rsdp, sizeof boot.acpi.rsdp},
        {BOOT_EXTRA_TSC_MHZ, &boot.tsc_mhz, sizeof boot.tsc_mhz},
        {0}, /* serial ports and a screen, where there are such */
        {0},
        {0},
    };
    unsigned n = 3;
    if (boot.serial.n)
        extra[n++] = (struct boot_extra){BOOT_SERIAL_ID, boot.serial.at, boot.serial.n * sizeof(struct boot_serial)};
    if (boot.loader.framebuffer.address)
        extra[n++] =
            (struct boot_extra){BOOT_EXTRA_FRAMEBUFFER, &boot.loader.framebuffer, sizeof boot.loader.framebuffer};
    if (boot.loader.has_vbe)
        extra[n++] = (struct boot_extra){BOOT_EXTRA_VBE, &boot.loader.vbe, sizeof boot.loader.vbe};
    ranges_add(&boot.free, range_outward(boot.loader.root_image, PAGE_SIZE));
    const struct boot_platform platform = {
        .ram = boot.free.at,
        .ram_count = boot.free.n,
        .reserved = boot.reserved.at,
        .reserved_count = boot.reserved.n,
        .physical_end = physical_end(),
        .root_file = boot.loader.root_image,
        .extra = extra,
        .extra_count = n,
        .cores = 1,
    };
    trap_start(kernel_boot(&platform));
}

void boot_main(u32 mark, u32 info)
{
    platform_console_init();
    kernel_print("Lona's kernel, x86_64: built-in, unverified\n");
    core_init();
    window_init(page_take);
    core_this()->root = window_pml4();
    ENSURE(window_reach(0, HUGE_SIZE), "the first GiB needs no tables");
    loader_read(&boot.loader, mark, info);
    memory_init();
    interrupts_init();
    time_init();
    summary_print();
    kernel_start();
}
