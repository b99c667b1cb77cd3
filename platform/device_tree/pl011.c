/* SPDX-License-Identifier: GPL-3.0-only */
/* The PL011 of the device tree, polled; its rate is the firmware's. */
#include "../platform.h"

#include "arch.h"
#include "machine_tree.h"
#include "window.h"

#define UART_BYTES 0x1000
#define UART_DATA 0x00 /* by words of 32 bits */
#define UART_FLAGS 0x18
#define UART_CONTROL 0x30
#define FLAG_FULL 0x20u
#define CONTROL_ON 0x301u /* both ways */
#define PATIENCE 1000000  /* a port that never has room is none */

static volatile u32 *uart;

void platform_console_init(void)
{
    if (!machine_tree.serial)
        return;
    uart = window_device(machine_tree.serial, UART_BYTES);
    if (uart)
        uart[UART_CONTROL / 4] |= CONTROL_ON;
}

void arch_putc(char c)
{
    for (unsigned i = 0; i < PATIENCE && uart; i++) {
        if (!(uart[UART_FLAGS / 4] & FLAG_FULL)) {
            uart[UART_DATA / 4] = (u8)c;
            return;
        }
    }
}
