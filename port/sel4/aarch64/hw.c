/* SPDX-License-Identifier: GPL-3.0-only */
/* hw.c: interrupts of the GIC by its numbers; there are no ports. */
#include "../held.h"

#include "../caps.h"

seL4_Error hw_issue_interrupt(seL4_CPtr slot, word number, bool level, bool low)
{
    return INVOKE(seL4_CapIRQControl, ARMIRQIssueIRQHandlerTrigger, ((seL4_CPtr[]){caps_root()}), 1, number, !level,
                  slot, caps_root_depth());
}
seL4_Error hw_issue_message(seL4_CPtr slot, word bus, word device, word function, word *address, word *data)
{
    return seL4_IllegalOperation;
}
seL4_Error hw_issue_ports(seL4_CPtr slot, word first, word count)
{
    return seL4_IllegalOperation;
}
seL4_Error hw_port(const struct held *h, word port, unsigned bits, bool write, word *value)
{
    return seL4_IllegalOperation;
}
