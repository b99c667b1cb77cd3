/* SPDX-License-Identifier: GPL-3.0-only */
/* A machine with a device tree: PL011, PL031, the generic timer's counter, a seed for chance in the tree. */
#include "../machine.h"

#include "../bootinfo.h"
#include "../caps.h"
#include "../layout.h"
#include "../paging.h"

#include <libfdt.h>

#define UART_DATA 0x00
#define UART_FLAGS 0x18
#define UART_CONTROL 0x30
#define FLAG_EMPTY 0x10u
#define FLAG_FULL 0x20u

struct device {
    seL4_CPtr frame;
    word physical, interrupt;
};
static struct {
    struct device page[2];
    word serial, clock; /* where they are mapped; 0: not there */
    u64 hz;
    const void *tree; /* NULL: there is none */
} machine;

static u32 read32(word at)
{
    return *(volatile u32 *)at;
}
static void write32(word at, u32 value)
{
    *(volatile u32 *)at = value;
}
/* The number that the interrupt controller has for the device's first interrupt; 0: it has none. */
static word interrupt_of(int node)
{
    int bytes = 0;
    const fdt32_t *cell = fdt_getprop(machine.tree, node, "interrupts", &bytes);
    if (!cell || bytes < 12)
        return 0;
    return fdt32_ld(&cell[1]) + (fdt32_ld(&cell[0]) == 0 ? 32 : 16); /* shared ones, a core's own */
}
static int node_of(const char *compatible)
{
    return machine.tree ? fdt_node_offset_by_compatible(machine.tree, -1, compatible) : -1;
}
/* The PL011 that the firmware has its console on (a path or an alias, and options behind a colon), else the first. */
static int serial_node(void)
{
    int chosen = machine.tree ? fdt_path_offset(machine.tree, "/chosen") : -1, bytes = 0;
    const char *path = chosen >= 0 ? fdt_getprop(machine.tree, chosen, "stdout-path", &bytes) : NULL;
    int length = 0;
    while (path && length < bytes && path[length] && path[length] != ':')
        length++;
    int node = length ? fdt_path_offset_namelen(machine.tree, path, length) : -1;
    return node >= 0 && fdt_node_check_compatible(machine.tree, node, "arm,pl011") == 0 ? node : node_of("arm,pl011");
}
/* Where that device is mapped, as that page of ours; 0: there is none to be had. */
static word device(int node, word page)
{
    int bytes = 0;
    const void *reg = node >= 0 ? fdt_getprop(machine.tree, node, "reg", &bytes) : NULL;
    /* Children of the root have addresses of two cells. */
    if (!reg || bytes < 16 || fdt_parent_offset(machine.tree, node) != 0 || fdt_address_cells(machine.tree, 0) != 2)
        return 0;
    word at = DEVICES_BASE + page * PAGE_SIZE;
    seL4_CPtr frame = caps_device_page(fdt64_ld(reg));
    machine.page[page] = (struct device){frame, fdt64_ld(reg), interrupt_of(node)};
    return frame && paging_map(frame, at, PAGING_DEVICE) ? at : 0;
}

void machine_serial_put(u8 byte)
{
    if (!machine.serial)
        return;
    while (read32(machine.serial + UART_FLAGS) & FLAG_FULL)
        continue;
    write32(machine.serial + UART_DATA, byte);
}
int machine_serial_get(void)
{
    if (!machine.serial || read32(machine.serial + UART_FLAGS) & FLAG_EMPTY)
        return -1;
    return (int)(read32(machine.serial + UART_DATA) & 0xff);
}

bool machine_console(char *name, u64 *number)
{
    const u64 pl011[] = {machine.page[0].physical, machine.page[0].interrupt, 1, 0, 0};
    __builtin_memcpy(name, "pl011", sizeof "pl011");
    __builtin_memcpy(number, pl011, sizeof pl011);
    return machine.serial && machine.page[0].interrupt;
}
seL4_CPtr machine_ports(word first, word count)
{
    return 0;
}
seL4_CPtr machine_device_page(word address)
{
    for (unsigned i = 0; i < 2; i++)
        if (machine.page[i].frame && machine.page[i].physical == address)
            return machine.page[i].frame;
    return 0;
}

u64 machine_counter(void)
{
    u64 count;
#ifdef CONFIG_EXPORT_VCNT_USER
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
#else
    __asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(count));
#endif
    return count;
}
u64 machine_counter_hz(void)
{
    return machine.hz;
}
u64 machine_wall_seconds(void)
{
    return machine.clock ? read32(machine.clock) : 0;
}

word machine_entropy(u8 *buffer, word bytes)
{
    int node = machine.tree ? fdt_path_offset(machine.tree, "/chosen") : -1, have = 0;
    const u8 *seed = node >= 0 ? fdt_getprop(machine.tree, node, "rng-seed", &have) : NULL;
    word n = !seed ? 0 : (word)have < bytes ? (word)have : bytes;
    for (word i = 0; i < n; i++)
        buffer[i] = seed[i];
    return n;
}

void machine_init(const seL4_BootInfo *info)
{
    word bytes;
    const void *tree = bootinfo_chunk(info, SEL4_BOOTINFO_HEADER_FDT, &bytes);
    machine.tree = tree && !fdt_check_header(tree) && fdt_totalsize(tree) <= bytes ? tree : NULL;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(machine.hz));
    machine.serial = device(serial_node(), 0);
    if (machine.serial)
        write32(machine.serial + UART_CONTROL, 0x301); /* on, both ways */
    machine.clock = device(node_of("arm,pl031"), 1);
}
