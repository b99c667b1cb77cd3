/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * From the boot loader's hand-over to a running kernel, on a PC: reads what loader and firmware tell about the machine,
 * gives the kernel its own page tables and starts it with what is left. Runs once, on the boot core, with interrupts
 * off.
 */
#include "multiboot.h"

#include "../../arch/x86_64/cpu.h"
#include "../../arch/x86_64/pte.h"
#include "../../arch/x86_64/window.h"
#include "../../kernel/print.h"
#include "../../platform/pc/acpi.h"
#include "../../platform/pc/pit.h"
#include "../../platform/platform.h"
#include "../memory.h"

#define AREAS_MAX 64
#define LOW_MEMORY 0x100000 /* what lies below belongs to the firmware */

extern const u8 image_end[];
NORETURN void boot_main(u32 mark, u32 info);

static struct {
    struct range ram[AREAS_MAX]; /* as the loader tells */
    unsigned n_areas;
    struct ranges free;
    struct range root_image;
    struct acpi acpi;
    u64 tsc_hz;
} boot;

/* The boot code's tables and low memory: the loader's information lies below the first GiB. */
static const void *loader_data(u32 physical)
{
    ENSURE(physical && physical < HUGE_SIZE, "the boot loader's information lies in the first GiB");
    return window_at(physical);
}

static u64 page_take(void)
{
    return ranges_take(&boot.free, PAGE_SIZE, PAGE_SIZE, HUGE_SIZE);
}

static void areas_read(const struct multiboot *m)
{
    ENSURE(m->flags & MULTIBOOT_HAS_MAP, "the boot loader tells what memory there is");
    const u8 *at = loader_data(m->map), *end = at + m->map_bytes;
    while (at + sizeof(struct multiboot_area) <= end && boot.n_areas < AREAS_MAX) {
        const struct multiboot_area *a = (const struct multiboot_area *)at;
        if (a->type == MULTIBOOT_RAM)
            boot.ram[boot.n_areas++] = (struct range){a->start, a->start + a->bytes};
        at += a->size + sizeof a->size;
    }
}

static void root_image_read(const struct multiboot *m)
{
    ENSURE((m->flags & MULTIBOOT_HAS_MODULES) && m->n_modules, "the first module is the root task's image");
    const struct multiboot_module *module = loader_data(m->modules);
    boot.root_image = (struct range){module->start, module->end};
}

/* Whole pages of RAM that the window reaches, but for what lies in them. */
static void free_memory_find(void)
{
    for (unsigned i = 0; i < boot.n_areas; i++) {
        u64 start = (boot.ram[i].start + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1), end = boot.ram[i].end & ~(PAGE_SIZE - 1);
        ranges_add(&boot.free, (struct range){start, end});
    }
    ranges_exclude(&boot.free, (struct range){0, LOW_MEMORY});
    ranges_exclude(&boot.free, (struct range){LOW_MEMORY, image_physical(image_end)});
    ranges_exclude(&boot.free, (struct range){boot.root_image.start & ~(PAGE_SIZE - 1),
                                              (boot.root_image.end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1)});
    ranges_exclude(&boot.free, (struct range){WINDOW_SIZE, ~0ull});
}

static void free_memory_map(void)
{
    struct ranges ram = boot.free; /* tables are taken from what is mapped already: the first GiB needs none */
    for (unsigned i = 0; i < ram.n; i++)
        ENSURE(window_reach(ram.at[i].start, ram.at[i].end - ram.at[i].start), "there is memory to map memory with");
    ENSURE(window_reach(boot.root_image.start, boot.root_image.end - boot.root_image.start),
           "the root task's image is within reach");
}

void boot_main(u32 mark, u32 info)
{
    platform_console_init();
    kernel_print("Lona's kernel, x86_64: built-in, unverified\n");
    ENSURE(mark == MULTIBOOT_MARK, "the kernel is started by a multiboot loader");
    window_init(page_take);
    ENSURE(window_reach(0, HUGE_SIZE), "the first GiB needs no tables");
    const struct multiboot *m = loader_data(info);
    areas_read(m);
    root_image_read(m);
    free_memory_find();
    free_memory_map();
    ENSURE(acpi_read(&boot.acpi), "the firmware has ACPI tables, with a MADT");
    boot.tsc_hz = pit_measure_tsc();
    kernel_print("memory: %lu MiB free in %u ranges\n", ranges_bytes(&boot.free) >> 20, boot.free.n);
    kernel_print("cores: %u (1 used), I/O APICs: %u, time-stamp counter: %lu MHz\n", boot.acpi.n_cores,
                 boot.acpi.n_ioapics, boot.tsc_hz / 1000000);
    platform_stop(false);
}
