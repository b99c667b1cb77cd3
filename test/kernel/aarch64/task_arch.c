/* SPDX-License-Identifier: GPL-3.0-only */
#include "task.h"

__asm__(".globl _start\n_start: adrp x9, task_stack_end\n add sp, x9, :lo12:task_stack_end\n bl task_start\n"
        ".bss\n.balign 16\n.skip 16384\ntask_stack_end:\n.text");

#define UART 0x9000000ull
#define UART_DATA 0
#define UART_STATUS 0x18
#define STATUS_FULL 0x20

u64 uart_page;

/* The page of a device: its untyped memory is halved until it is that page. 0: not to be had. */
static u64 device_page(u64 address)
{
    for (u64 i = 0; i < untyped_count(); i++) {
        u64 start = untyped_address(i), untyped = untyped_slot(i);
        if (!untyped_is_device(i) || address < start || address - start >= 1ull << untyped_bits(i))
            continue;
        for (unsigned bits = untyped_bits(i); bits > 12; bits--) {
            u64 low = make_from(untyped, UNTYPED, bits - 1), high = make_from(untyped, UNTYPED, bits - 1);
            bool upper = address - start >= 1ull << (bits - 1);
            untyped = upper ? high : low;
            start += upper ? 1ull << (bits - 1) : 0;
        }
        return make_from(untyped, PAGE, 0);
    }
    return 0;
}

u64 map_tables(u64 vspace, u64 at)
{
    u64 error = 0;
    for (unsigned level = 1; level <= 3 && !error; level++)
        error = ask(make(TABLE, 0), TABLE_MAP, WORDS(at, CACHED), WORDS(vspace));
    return error;
}
void console_open(void)
{
    uart_page = device_page(UART);
    map_tables(VSPACE, UART_AT);
    ask(uart_page, PAGE_MAP, WORDS(UART_AT, RIGHTS_READ_WRITE, NO_EXECUTE), WORDS(VSPACE));
}
void put(char c)
{
    while (*uart(UART_STATUS) & STATUS_FULL)
        continue;
    *uart(UART_DATA) = (u8)c;
}
