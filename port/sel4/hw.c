/* SPDX-License-Identifier: GPL-3.0-only */
/* hw.c: interrupts, I/O ports and device memory in the hands of programs. */
#include "caps.h"
#include "courier.h"
#include "guardian.h"
#include "machine.h"
#include "paging.h"

/* --- interrupts --- */

#define LINES 64
static struct held *lines[LINES]; /* by the bit that tells of it; 0 is events_tell's. Lock: held */

void hw_arrived(unsigned line)
{
    if (lines[line])
        lines[line]->arrived = true;
}
static unsigned line_take(struct held *h)
{
    for (unsigned i = 1; i < LINES; i++) {
        if (lines[i])
            continue;
        lines[i] = h;
        h->line = (u8)i;
        return i;
    }
    return 0;
}
/* The handler's notification is told by a capability of its own, which the kernel copies. */
static seL4_Error bind(const struct held *h, unsigned line)
{
    seL4_CPtr teller = slot_take();
    if (!teller || !events_mint(teller, line))
        return seL4_NotEnoughMemory;
    seL4_Error error = INVOKE(h->slot, IRQSetIRQHandler, &teller, 1, 0);
    if (error != seL4_NoError)
        slot_ask(CNodeDelete, teller);
    return error;
}
static seL4_Error interrupt_issue(struct held *h, const u64 *number)
{
    h->address = number[0];
    return hw_issue_interrupt(h->slot, number[0], number[1] != 0, number[2] != 0);
}
static seL4_Error message_issue(struct held *h, const u64 *number)
{
    return hw_issue_message(h->slot, number[0] >> 16, number[0] >> 8 & 0xff, number[0] & 0xff, &h->address, &h->badge);
}
static seL4_Error interrupt_open(struct held *h)
{
    unsigned line = line_take(h);
    seL4_Error error = line ? bind(h, line) : seL4_NotEnoughMemory;
    if (error == seL4_NoError)
        return INVOKE(h->slot, IRQAckIRQ, NULL, 0, 0);
    lines[line] = NULL;
    slot_ask(CNodeDelete, h->slot);
    return error;
}
static iword interrupt_take(enum held_type type, seL4_Error (*issue)(struct held *h, const u64 *number),
                            const u64 *number)
{
    lock_take(&held_lock);
    struct held *h = held_new(type);
    seL4_Error error = h ? issue(h, number) : seL4_NoError;
    if (h && error == seL4_NoError)
        error = interrupt_open(h);
    if (error != seL4_NoError)
        held_drop(h);
    lock_release(&held_lock);
    return !h ? -PORT_NO_MEMORY : error != seL4_NoError ? kernel_failed(error) : (iword)held_number(h);
}
iword hw_interrupt(struct port_request *r)
{
    return interrupt_take(HELD_INTERRUPT, interrupt_issue, r->number);
}
iword hw_message(struct port_request *r)
{
    return interrupt_take(HELD_MESSAGE, message_issue, r->number);
}
void hw_close(struct held *h)
{
    if (h->line)
        lines[h->line] = NULL;
}

/* --- ports and memory --- */

iword hw_ports(struct port_request *r)
{
    lock_take(&held_lock);
    struct held *h = held_new(HELD_PORTS);
    seL4_CPtr ours = machine_ports(r->number[0], r->number[1]);
    seL4_Error error = seL4_NoError;
    if (h && ours) /* the kernel has issued those already */
        error = held_has_ports(r->number[0], r->number[1]) ? seL4_RevokeFirst : slot_copy(h->slot, ours, 15);
    else if (h)
        error = hw_issue_ports(h->slot, r->number[0], r->number[1]);
    if (h && error != seL4_NoError)
        held_drop(h);
    if (h && error == seL4_NoError) {
        h->address = r->number[0];
        h->badge = r->number[1];
    }
    lock_release(&held_lock);
    return !h ? -PORT_NO_MEMORY : error != seL4_NoError ? kernel_failed(error) : (iword)held_number(h);
}

/* Pages of devices that were taken from the kernel, which gives each once. */
struct page {
    word address;
    seL4_CPtr frame;
    struct page *next;
};
static struct page *pages; /* lock: held */

static seL4_CPtr page_take(word address)
{
    seL4_CPtr ours = machine_device_page(address);
    if (ours)
        return ours;
    for (const struct page *p = pages; p; p = p->next)
        if (p->address == address)
            return p->frame;
    struct page *p = port_alloc(sizeof *p);
    word frame = 0;
    if (!p || !guardian_ask(ASK_DEVICE, address, 0, &frame)) {
        port_free(p);
        return 0;
    }
    *p = (struct page){.address = address, .frame = frame, .next = pages};
    pages = p;
    return frame;
}
iword hw_memory(struct port_request *r)
{
    if (r->number[0] & (PAGE_SIZE - 1))
        return -PORT_KERNEL_ALIGNMENT;
    lock_take(&held_lock);
    seL4_CPtr frame = page_take(r->number[0]);
    struct held *h = frame ? held_new(HELD_DEVICE) : NULL;
    seL4_Error error = h ? slot_copy(h->slot, frame, 15) : seL4_NoError;
    word at = h ? held_window(h) : 0;
    if (h && error == seL4_NoError && !guardian_ask(ASK_MAP, h->slot, at | PAGING_DEVICE, NULL)) {
        slot_ask(CNodeDelete, h->slot);
        error = seL4_NotEnoughMemory;
    }
    if (h && error != seL4_NoError)
        held_drop(h);
    if (h && error == seL4_NoError) {
        h->address = r->number[0];
        h->bits = PAGE_BITS;
        h->mapped = at;
    }
    lock_release(&held_lock);
    return !frame                  ? -PORT_NOT_FOUND
           : !h                    ? -PORT_NO_MEMORY
           : error != seL4_NoError ? kernel_failed(error)
                                   : (iword)held_number(h);
}

/* --- reading and writing --- */

static bool is_width(u64 bits)
{
    return bits == 8 || bits == 16 || bits == 32 || bits == 64;
}
static word memory_read(word at, u64 bits)
{
    switch (bits) {
    case 8:
        return *(volatile u8 *)at;
    case 16:
        return *(volatile u16 *)at;
    case 32:
        return *(volatile u32 *)at;
    default:
        return *(volatile u64 *)at;
    }
}
static void memory_write(word at, u64 bits, word value)
{
    switch (bits) {
    case 8:
        *(volatile u8 *)at = (u8)value;
        break;
    case 16:
        *(volatile u16 *)at = (u16)value;
        break;
    case 32:
        *(volatile u32 *)at = (u32)value;
        break;
    default:
        *(volatile u64 *)at = value;
    }
}
/* The lock is held: the mapping stays. */
static iword access(struct port_request *r, bool write, word *value)
{
    const struct held *h = held_get(r->handle);
    word offset = r->number[0], bytes = r->number[1] / 8;
    if (!h)
        return -PORT_BAD_HANDLE;
    if (!is_width(r->number[1]) || (h->type != HELD_PORTS && !h->mapped) || (write && !(h->rights & 1)))
        return -PORT_KERNEL_CAP;
    word size = h->type == HELD_PORTS ? h->badge : (word)1 << h->bits;
    if (offset >= size || bytes > size - offset)
        return -PORT_KERNEL_RANGE;
    if (offset & (bytes - 1))
        return -PORT_KERNEL_ALIGNMENT;
    if (write && bytes < sizeof(word) && *value >> 8 * bytes)
        return -PORT_KERNEL_RANGE;
    if (h->type == HELD_PORTS)
        return kernel_failed(hw_port(h, h->address + offset, (unsigned)r->number[1], write, value));
    if (write)
        memory_write(h->mapped + offset, r->number[1], *value);
    else
        *value = memory_read(h->mapped + offset, r->number[1]);
    return 0;
}
static iword locked_access(struct port_request *r, bool write, word *value)
{
    lock_take(&held_lock);
    iword status = access(r, write, value);
    lock_release(&held_lock);
    return status;
}
iword hw_read(struct port_request *r)
{
    return locked_access(r, false, &r->answer[0]);
}
iword hw_write(struct port_request *r)
{
    return locked_access(r, true, &r->number[2]);
}
