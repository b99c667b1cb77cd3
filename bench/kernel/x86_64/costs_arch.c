/* SPDX-License-Identifier: GPL-3.0-only */
#include "costs_arch.h"

#define PIT_PIN 2
#define PIT_COUNTER 0x40
#define PIT_CONTROL 0x43
#define PIT_PERIODIC 0x34 /* counter 0, both bytes, mode 2 */
#define PIT_DIVISOR 1193  /* a millisecond */

u64 interrupt_issue(u64 handler)
{
    return ask(IRQ_CONTROL, IRQ_ISSUE_IOAPIC, WORDS(handler, 64, 0, PIT_PIN, 0, 0, 5), WORDS(CNODE));
}
u64 interrupt_start(u64 driver_vspace)
{
    u64 pit = next_slot++,
        error = ask(PORT_CONTROL, PORT_ISSUE, WORDS(PIT_COUNTER, PIT_CONTROL, pit, 64), WORDS(CNODE));
    ask(pit, PORT_OUT8, WORDS(PIT_CONTROL, PIT_PERIODIC), NONE);
    ask(pit, PORT_OUT8, WORDS(PIT_COUNTER, PIT_DIVISOR & 0xff), NONE);
    ask(pit, PORT_OUT8, WORDS(PIT_COUNTER, PIT_DIVISOR >> 8), NONE);
    return error;
}
