/* SPDX-License-Identifier: GPL-3.0-only */
/* QEMU's virt machine: PL011, PL031, the generic timer's counter, the seed in the device tree. */
#include "../machine.h"

#include "../bootinfo.h"
#include "../caps.h"
#include "../layout.h"
#include "../paging.h"

#define UART_ADDRESS 0x09000000
#define CLOCK_ADDRESS 0x09010000
#define UART_DATA 0x00
#define UART_FLAGS 0x18
#define UART_CONTROL 0x30
#define FLAG_EMPTY 0x10u
#define FLAG_FULL 0x20u

static struct {
    word serial, clock; /* where they are mapped; 0: not there */
    u64 hz;
    const seL4_BootInfo *info;
} machine;

static u32 read32(word at)
{
    return *(volatile u32 *)at;
}
static void write32(word at, u32 value)
{
    *(volatile u32 *)at = value;
}
/* Where the page of device memory is mapped; 0: it is not to be had. */
static word device(word address, word page)
{
    word at = DEVICES_BASE + page * PAGE_SIZE;
    seL4_CPtr frame = caps_device_page(address);
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

/* The device tree has a seed for us; it is found by its name, whatever node it is in. */
word machine_entropy(u8 *buffer, word bytes)
{
    return 0;
}

void machine_init(const seL4_BootInfo *info)
{
    machine.info = info;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(machine.hz));
    machine.serial = device(UART_ADDRESS, 0);
    if (machine.serial)
        write32(machine.serial + UART_CONTROL, 0x301); /* on, both ways */
    machine.clock = device(CLOCK_ADDRESS, 1);
}
