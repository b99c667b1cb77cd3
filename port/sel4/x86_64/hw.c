/* SPDX-License-Identifier: GPL-3.0-only */
/* hw.c: pins of the first I/O APIC, whose number is also that of the interrupt; messages, which take the highest
 * interrupt that is left; ports. */
#include "../held.h"

#include "../caps.h"

seL4_Error hw_issue_interrupt(seL4_CPtr slot, word number, bool level, bool low)
{
    return INVOKE(seL4_CapIRQControl, X86IRQIssueIRQHandlerIOAPIC, ((seL4_CPtr[]){caps_root()}), 1, slot,
                  caps_root_depth(), 0, number, level, low, number);
}
#define INTERRUPTS 108
#define FIRST_VECTOR 0x30 /* of interrupt 0 */
#define APIC_WINDOW 0xfee00000u
#define APIC_SHIFT 12

static word apic_id(void)
{
    u32 a = 1, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return b >> 24;
}
seL4_Error hw_issue_message(seL4_CPtr slot, word bus, word device, word function, word *address, word *data)
{
    seL4_Error error = seL4_RevokeFirst;
    word number = INTERRUPTS;
    while (error == seL4_RevokeFirst && number-- > 0)
        error = INVOKE(seL4_CapIRQControl, X86IRQIssueIRQHandlerMSI, ((seL4_CPtr[]){caps_root()}), 1, slot,
                       caps_root_depth(), bus, device, function, 0, number);
    *address = APIC_WINDOW | apic_id() << APIC_SHIFT;
    *data = FIRST_VECTOR + number;
    return error;
}
seL4_Error hw_issue_ports(seL4_CPtr slot, word first, word count)
{
    return INVOKE(seL4_CapIOPortControl, X86IOPortControlIssue, ((seL4_CPtr[]){caps_root()}), 1, first,
                  first + count - 1, slot, caps_root_depth());
}
seL4_Error hw_port(const struct held *h, word port, unsigned bits, bool write, word *value)
{
    static const word labels[3][2] = {
        {X86IOPortIn8, X86IOPortOut8}, {X86IOPortIn16, X86IOPortOut16}, {X86IOPortIn32, X86IOPortOut32}};
    if (bits > 32)
        return (seL4_Error)2;
    word words[2] = {port, *value};
    unsigned n = 1, log = bits == 8 ? 0 : bits == 16 ? 1 : 2;
    seL4_Error error = invoke(h->slot, labels[log][write], 1 + write, words, &n, 0, NULL);
    if (!write)
        *value = words[0] & (((word)1 << bits) - 1);
    return error;
}
