/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * From the firmware's hand-over to a running kernel, on a machine with a device tree: reads what it tells about the
 * machine, and starts the kernel with what is left. Runs once, on the boot core, with interrupts off.
 */
#include "../../platform/device_tree/gic.h"
#include "../../platform/device_tree/machine_tree.h"
#include "../../platform/platform.h"
#include "core.h"
#include "cpu.h"
#include "kernel.h"
#include "pte.h"
#include "timer.h"
#include "trap.h"
#include "window.h"

extern const u8 image_text[], image_end[], root_start[], root_end[];
NORETURN void boot_main(u64 tree, u64 image);

static struct {
    struct ranges free;     /* RAM for the root task, but for its image */
    struct ranges reserved; /* what is never a user's */
    struct boot_range root_file;
} boot;

/* Nothing can be printed yet. */
static void tree_read(u64 physical)
{
    void *tree = physical ? window_reach(physical, FDT_HEADER_BYTES) : NULL;
    ENSURE(tree && fdt_bytes(tree), "the firmware hands over a device tree");
    ENSURE(window_reach(physical, fdt_bytes(tree)), "the device tree is within reach");
    ENSURE(machine_tree_read(tree), "the device tree is whole");
    fdt_trim(&machine_tree.fdt, tree);
}

static void reserve(struct boot_range r)
{
    ranges_exclude(&boot.free, r);
    ranges_add(&boot.reserved, r);
}

/* The initial ramdisk, or what is appended to the kernel. */
static void root_file_find(void)
{
    boot.root_file = machine_tree.root_file;
    if (boot.root_file.start >= boot.root_file.end)
        boot.root_file = (struct boot_range){image_physical(root_start), image_physical(root_end)};
    ENSURE(boot.root_file.start < boot.root_file.end, "a root task comes as initial ramdisk, or behind the kernel");
}

static void memory_init(void)
{
    boot.free = machine_tree.ram;
    ranges_exclude(&boot.free, (struct boot_range){WINDOW_SIZE, ~0ull});
    for (unsigned i = 0; i < boot.free.n; i++)
        ENSURE(window_reach(boot.free.at[i].start, boot.free.at[i].end - boot.free.at[i].start),
               "there are tables to map memory with");
    for (unsigned i = 0; i < machine_tree.reserved.n; i++)
        reserve(machine_tree.reserved.at[i]);
    reserve((struct boot_range){image_physical(image_text), image_physical(image_end)});
    ENSURE(window_reach(boot.root_file.start, boot.root_file.end - boot.root_file.start),
           "the root task's image is within reach");
}

static void interrupts_init(void)
{
    gic_init();
    for (unsigned i = 0; i < machine_tree.gic.n; i++)
        reserve(range_outward(machine_tree.gic.region[i], PAGE_SIZE));
    ENSURE(machine_tree.timer_irq, "the device tree tells the virtual timer's interrupt");
    timer_init(machine_tree.timer_hz, machine_tree.timer_irq);
}

static void summary_print(void)
{
    kernel_print("memory: %lu MiB free in %u ranges\n", ranges_bytes(&boot.free) >> 20, boot.free.n);
    kernel_print("cores: %u (1 used), GIC version: %u with %lu interrupts, counter: %lu kHz\n", machine_tree.cores,
                 machine_tree.gic.version, gic_irqs(), timer_hz() / 1000);
}

static NORETURN void kernel_start(void)
{
    const struct boot_extra extra[] = {{BOOT_EXTRA_DEVICE_TREE, machine_tree.fdt.tree, machine_tree.fdt.bytes}};
    const struct boot_platform platform = {
        .ram = boot.free.at,
        .ram_count = boot.free.n,
        .reserved = boot.reserved.at,
        .reserved_count = boot.reserved.n,
        .physical_end = 1ull << window_physical_bits(),
        .root_file = boot.root_file,
        .extra = extra,
        .extra_count = ARRAY_LEN(extra),
        .cores = 1,
    };
    trap_start(kernel_boot(&platform));
}

void boot_main(u64 tree, u64 image)
{
    window_init(image);
    core_init();
    core_this()->root = window_no_users();
    tree_read(tree);
    platform_console_init();
    kernel_print("Lona's kernel, aarch64: built-in, unverified\n");
    root_file_find();
    memory_init();
    interrupts_init();
    summary_print();
    kernel_start();
}
