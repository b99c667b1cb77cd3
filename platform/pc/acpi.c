/* SPDX-License-Identifier: GPL-3.0-only */
#include "acpi.h"

#include "serial.h"
#include "window.h"

#define RSDP_SIGNATURE "RSD PTR "
#define RSDP_OLD_BYTES 20
#define EBDA_SEGMENT 0x40e /* where the BIOS says its data is, as a segment */
#define EBDA_SEARCHED 1024
#define BIOS_START 0xe0000
#define BIOS_END 0x100000
#define HEADER_BYTES 36
#define TABLE_MAX (1u << 20)
#define MADT_FIXED_BYTES 44

struct PACKED rsdp {
    char signature[8];
    u8 checksum;
    char oem[6];
    u8 revision;
    u32 rsdt;
    u32 length;
    u64 xsdt;
    u8 extended_checksum, reserved[3];
};
STATIC_ASSERT(sizeof(struct rsdp) == ACPI_RSDP_BYTES, "the RSDP is laid out as ACPI has it");

struct PACKED header {
    char signature[4];
    u32 length;
    u8 revision, checksum;
    char oem[6], oem_table[8];
    u32 oem_revision, creator, creator_revision;
};
STATIC_ASSERT(sizeof(struct header) == HEADER_BYTES, "a table's header is laid out as ACPI has it");

struct PACKED madt {
    struct header header;
    u32 local_apic, flags;
};
STATIC_ASSERT(sizeof(struct madt) == MADT_FIXED_BYTES, "the MADT is laid out as ACPI has it");
#define MADT_LEGACY_PICS 1

enum madt_entry { MADT_LOCAL_APIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2, MADT_LOCAL_APIC_ADDRESS = 5 };
struct PACKED entry {
    u8 type, length;
    union {
        struct PACKED {
            u8 processor, id;
            u32 flags;
        } local_apic;
        struct PACKED {
            u8 id, reserved;
            u32 address, first;
        } ioapic;
        struct PACKED {
            u8 bus, irq;
            u32 global;
            u16 flags;
        } override;
        struct PACKED {
            u16 reserved;
            u64 address;
        } local_apic_address;
    };
};
#define LOCAL_APIC_USABLE 3 /* enabled, or can be */

#define OVERRIDE_LOW 3    /* all of two bits */
#define OVERRIDE_LEVEL 12 /* likewise */

/* The table of the console's redirection, as far as it is asked. */
struct PACKED spcr {
    struct header header;
    u8 interface, reserved[3];
    u8 space, width, offset, access;
    u64 address;
    u8 interrupts, irq; /* how it interrupts; number of the 8259 */
    u32 global;
};
STATIC_ASSERT(sizeof(struct spcr) == 58, "the SPCR is laid out as its specification has it");
enum spcr_interface { SPCR_16550 = 0, SPCR_16450 = 1, SPCR_16550_GENERIC = 0x12 };
#define SPACE_PORTS 1
#define INTERRUPTS_8259 1
#define INTERRUPTS_GLOBAL 2

static bool sums_to_zero(const void *at, u64 bytes)
{
    u8 sum = 0;
    for (u64 i = 0; i < bytes; i++)
        sum = (u8)(sum + ((const u8 *)at)[i]);
    return sum == 0;
}

/* --- the pointer to the root --- */

static const struct rsdp *rsdp_search(u64 start, u64 end)
{
    for (u64 at = start; at + sizeof(struct rsdp) <= end; at += 16) {
        const struct rsdp *r = window_at(at);
        if (__builtin_memcmp(r->signature, RSDP_SIGNATURE, sizeof r->signature) == 0 && sums_to_zero(r, RSDP_OLD_BYTES))
            return r;
    }
    return NULL;
}
static const struct rsdp *rsdp_find(void)
{
    if (!window_reach(0, BIOS_END))
        return NULL;
    u64 ebda = (u64) * (const u16 *)window_at(EBDA_SEGMENT) << 4;
    const struct rsdp *r = NULL;
    if (ebda && ebda + EBDA_SEARCHED <= BIOS_END)
        r = rsdp_search(ebda, ebda + EBDA_SEARCHED);
    return r ? r : rsdp_search(BIOS_START, BIOS_END);
}

/* --- tables --- */

static const struct header *table_at(u64 address, const char *signature)
{
    const struct header *h = address ? window_reach(address, HEADER_BYTES) : NULL;
    if (!h || __builtin_memcmp(h->signature, signature, sizeof h->signature) != 0)
        return NULL;
    bool plausible = h->length >= HEADER_BYTES && h->length <= TABLE_MAX && window_reach(address, h->length);
    return plausible && sums_to_zero(h, h->length) ? h : NULL;
}

static u64 pointer_at(const u8 *at, unsigned bytes)
{
    u64 address = 0;
    __builtin_memcpy(&address, at, bytes); /* the processor is little-endian; an XSDT is not aligned */
    return address;
}
/* The table of that signature, by the root table, whose pointers have `width` bytes. */
static const struct header *table_find(const struct header *root, unsigned width, const char *signature)
{
    const u8 *end = (const u8 *)root + root->length;
    for (const u8 *at = (const u8 *)(root + 1); at + width <= end; at += width) {
        const struct header *found = table_at(pointer_at(at, width), signature);
        if (found)
            return found;
    }
    return NULL;
}
static const struct header *acpi_table(const struct rsdp *rsdp, const char *signature)
{
    const struct header *root = rsdp->revision >= 2 ? table_at(rsdp->xsdt, "XSDT") : NULL;
    if (root)
        return table_find(root, 8, signature);
    root = table_at(rsdp->rsdt, "RSDT");
    return root ? table_find(root, 4, signature) : NULL;
}

/* --- what the MADT says --- */

static void ioapic_add(struct acpi *acpi, const struct entry *e)
{
    if (acpi->n_ioapics < ACPI_IOAPICS_MAX)
        acpi->ioapic[acpi->n_ioapics++] = (struct acpi_ioapic){e->ioapic.id, e->ioapic.address, e->ioapic.first};
}
static void override_add(struct acpi *acpi, const struct entry *e)
{
    if (acpi->n_overrides < ACPI_OVERRIDES_MAX)
        acpi->override[acpi->n_overrides++] =
            (struct acpi_override){e->override.irq, e->override.global, e->override.flags};
}
static void entry_read(struct acpi *acpi, const struct entry *e)
{
    switch (e->type) {
    case MADT_LOCAL_APIC:
        acpi->n_cores += e->length >= 8 && (e->local_apic.flags & LOCAL_APIC_USABLE);
        break;
    case MADT_IOAPIC:
        if (e->length >= 12)
            ioapic_add(acpi, e);
        break;
    case MADT_OVERRIDE:
        if (e->length >= 10)
            override_add(acpi, e);
        break;
    case MADT_LOCAL_APIC_ADDRESS:
        if (e->length >= 12)
            acpi->local_apic = e->local_apic_address.address;
        break;
    }
}

struct acpi_line acpi_isa_line(const struct acpi *acpi, u8 irq)
{
    for (unsigned i = 0; i < acpi->n_overrides; i++) {
        const struct acpi_override *o = &acpi->override[i];
        if (o->irq == irq)
            return (struct acpi_line){o->global, (o->flags & OVERRIDE_LEVEL) == OVERRIDE_LEVEL,
                                      (o->flags & OVERRIDE_LOW) == OVERRIDE_LOW};
    }
    return (struct acpi_line){.global = irq};
}

/* --- what the SPCR says --- */

static void console_read(struct acpi *acpi, const struct spcr *s)
{
    bool is_16550 = s->interface == SPCR_16550 || s->interface == SPCR_16450 || s->interface == SPCR_16550_GENERIC;
    if (!is_16550 || s->space != SPACE_PORTS || !serial_can_be_at(s->address))
        return;
    acpi->console_port = (u32)s->address;
    if (s->interrupts & INTERRUPTS_GLOBAL)
        acpi->console_line.global = s->global;
    else if (s->interrupts & INTERRUPTS_8259)
        acpi->console_line = acpi_isa_line(acpi, s->irq);
}

bool acpi_read(struct acpi *acpi)
{
    *acpi = (struct acpi){0};
    const struct rsdp *rsdp = rsdp_find();
    if (!rsdp)
        return false;
    __builtin_memcpy(acpi->rsdp, rsdp, rsdp->revision >= 2 ? ACPI_RSDP_BYTES : RSDP_OLD_BYTES);
    const struct madt *madt = (const struct madt *)acpi_table(rsdp, "APIC");
    if (!madt || madt->header.length < MADT_FIXED_BYTES)
        return false;
    acpi->local_apic = madt->local_apic;
    acpi->legacy_pics = madt->flags & MADT_LEGACY_PICS;
    const u8 *at = (const u8 *)(madt + 1), *end = (const u8 *)madt + madt->header.length;
    while (end - at >= 2 && at[1] >= 2 && at[1] <= end - at) {
        entry_read(acpi, (const struct entry *)at);
        at += at[1];
    }
    const struct spcr *spcr = (const struct spcr *)acpi_table(rsdp, "SPCR");
    if (spcr && spcr->header.length >= sizeof *spcr)
        console_read(acpi, spcr);
    return true;
}
