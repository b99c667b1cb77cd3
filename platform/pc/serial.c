/* SPDX-License-Identifier: GPL-3.0-only */
/* The 16550 at COM1, polled: 115,200 baud, 8 bits. */
#include "../platform.h"

#include "arch.h"
#include "cpu.h"

#define COM1 0x3f8
#define UART_DATA 0
#define UART_INTERRUPTS 1
#define UART_FIFO 2
#define UART_LINE 3
#define UART_MODEM 4
#define UART_STATUS 5
#define LINE_DIVISOR 0x80
#define LINE_8_BITS 0x03
#define STATUS_ROOM 0x20
#define PATIENCE 1000000 /* a port that never has room is none */

static bool present;

void platform_console_init(void)
{
    cpu_out8(COM1 + UART_INTERRUPTS, 0);
    cpu_out8(COM1 + UART_LINE, LINE_DIVISOR);
    cpu_out8(COM1 + UART_DATA, 1);
    cpu_out8(COM1 + UART_INTERRUPTS, 0);
    cpu_out8(COM1 + UART_LINE, LINE_8_BITS);
    cpu_out8(COM1 + UART_FIFO, 0x01);
    cpu_in8(COM1 + UART_DATA); /* QEMU looks for input again only when what that emptied is read */
    cpu_out8(COM1 + UART_MODEM, 0x03);
    present = cpu_in8(COM1 + UART_LINE) == LINE_8_BITS;
}

void arch_putc(char c)
{
    for (unsigned i = 0; i < PATIENCE && present; i++) {
        if (cpu_in8(COM1 + UART_STATUS) & STATUS_ROOM) {
            cpu_out8(COM1 + UART_DATA, (u8)c);
            return;
        }
    }
}
