/* SPDX-License-Identifier: GPL-3.0-only */
#include "costs_arch.h"

u64 interrupt_issue(u64 handler)
{
    return ask(IRQ_CONTROL, IRQ_ISSUE_TRIGGER, WORDS(UART_IRQ, 0, handler, 64), WORDS(CNODE));
}
/* The driver lowers it. */
u64 interrupt_start(u64 driver_vspace)
{
    u64 copy = next_slot++, error = map_tables(driver_vspace, UART_AT);
    if (!error)
        error = ask(CNODE, COPY, WORDS(copy, 64, uart_page, 64, RIGHTS_ALL), WORDS(CNODE));
    return error ? error : ask(copy, PAGE_MAP, WORDS(UART_AT, RIGHTS_READ_WRITE, NO_EXECUTE), WORDS(driver_vspace));
}
void interrupt_lower(void)
{
    static unsigned part;
    *uart(UART_INTERRUPTS) = 0;
    part = (part + 1) % COUNTER_STEP;
    for (unsigned i = 0; i < part; i++)
        __asm__ volatile("");
}
