/* SPDX-License-Identifier: GPL-3.0-only */
/* The console: a 16550 where the firmware has one, polled: 115,200 baud, 8 bits. */
#include "serial.h"

#include "../platform.h"
#include "arch.h"
#include "cpu.h"
#include "layout.h"

#define BIOS_PORTS 0x400 /* of the BIOS's data: ports of four 16550, 16 bits each; 0: none */
#define BIOS_PORTS_MAX 4
#define UART_DATA 0
#define UART_INTERRUPTS 1
#define UART_FIFO 2
#define UART_LINE 3
#define UART_MODEM 4
#define UART_STATUS 5
#define UART_SCRATCH 7
#define LINE_DIVISOR 0x80
#define LINE_8_BITS 0x03
#define STATUS_ROOM 0x20
#define PATIENCE 1000000 /* a port that never has room is none */

static u16 console; /* 0: there is none */
static u16 bios_ports[BIOS_PORTS_MAX];

static bool answers(u16 port)
{
    static const u8 patterns[] = {0x5a, 0xa5};
    for (unsigned i = 0; i < ARRAY_LEN(patterns); i++) {
        cpu_out8(port + UART_SCRATCH, patterns[i]);
        if (cpu_in8(port + UART_SCRATCH) != patterns[i])
            return false;
    }
    return true;
}
static void console_set(u16 port)
{
    console = port;
    cpu_out8(port + UART_INTERRUPTS, 0);
    cpu_out8(port + UART_LINE, LINE_DIVISOR);
    cpu_out8(port + UART_DATA, 1);
    cpu_out8(port + UART_INTERRUPTS, 0);
    cpu_out8(port + UART_LINE, LINE_8_BITS);
    cpu_out8(port + UART_FIFO, 0x01);
    cpu_in8(port + UART_DATA); /* QEMU looks for input again only when what that emptied is read */
    cpu_out8(port + UART_MODEM, 0x03);
}

/* The tables of boot show the first GiB above IMAGE_BASE; the window is not there yet. */
void platform_console_init(void)
{
    __builtin_memcpy(bios_ports, (const void *)(IMAGE_BASE + BIOS_PORTS), sizeof bios_ports);
    for (unsigned i = 0; i < BIOS_PORTS_MAX; i++) {
        if (!serial_can_be_at(bios_ports[i]) || !answers(bios_ports[i]))
            bios_ports[i] = 0;
        if (bios_ports[i] && !console)
            console_set(bios_ports[i]);
    }
}

/* The BIOS tells no interrupt: the usual of the four usual ports. */
static struct acpi_line usual_line(const struct acpi *acpi, u16 port)
{
    switch (port) {
    case 0x3f8:
    case 0x3e8:
        return acpi_isa_line(acpi, 4);
    case 0x2f8:
    case 0x2e8:
        return acpi_isa_line(acpi, 3);
    }
    return (struct acpi_line){0};
}
static void add(struct serial_ports *found, u16 port, struct acpi_line line)
{
    for (unsigned i = 0; i < found->n; i++) {
        if (found->at[i].port == port)
            return;
    }
    found->at[found->n++] = (struct boot_serial){port, line.global, line.level, line.low};
}
void serial_find(const struct acpi *acpi, struct serial_ports *found)
{
    u16 told = (u16)acpi->console_port;
    found->n = 0;
    if (told && answers(told)) {
        add(found, told, acpi->console_line.global ? acpi->console_line : usual_line(acpi, told));
        if (told != console)
            console_set(told);
    }
    for (unsigned i = 0; i < BIOS_PORTS_MAX; i++) {
        if (bios_ports[i])
            add(found, bios_ports[i], usual_line(acpi, bios_ports[i]));
    }
}

void arch_putc(char c)
{
    for (unsigned i = 0; i < PATIENCE && console; i++) {
        if (cpu_in8(console + UART_STATUS) & STATUS_ROOM) {
            cpu_out8(console + UART_DATA, (u8)c);
            return;
        }
    }
}
