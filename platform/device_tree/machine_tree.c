/* SPDX-License-Identifier: GPL-3.0-only */
#include "machine_tree.h"

#define BLOCK (2ull << 20)
#define PAGE 4096ull
#define PRIVATE_IRQS 16 /* number 0 of those that each core has for itself, and how many there are */
#define TIMER_VIRTUAL 2 /* which of the timer's interrupts */
#define CELLS_AN_IRQ 3  /* kind, number, flags */

struct machine_tree machine_tree;

static const char *stdout_path; /* or the name of an alias, until aliases are read */

/* --- memory --- */

static bool is_device_type(const struct fdt_node *n, const char *type)
{
    const char *is = fdt_string(n, "device_type");
    unsigned i = 0;
    while (is && type[i] && is[i] == type[i])
        i++;
    return is && !type[i] && !is[i];
}
static void memory_read(const struct fdt_node *n, struct machine_tree *m)
{
    u64 start, bytes;
    for (unsigned i = 0; fdt_reg(n, i, &start, &bytes); i++)
        ranges_add(&m->ram, range_inward(range_of(start, bytes), BLOCK));
}
static void reserve(struct machine_tree *m, u64 start, u64 bytes)
{
    ranges_add(&m->reserved, range_outward(range_of(start, bytes), PAGE));
}
/* What must not even be mapped is kept out of the window's blocks. */
static void reserved_read(const struct fdt_node *n, struct machine_tree *m)
{
    u64 start, bytes;
    u32 ignored;
    bool unmapped = fdt_property(n, "no-map", &ignored);
    for (unsigned i = 0; fdt_reg(n, i, &start, &bytes); i++) {
        reserve(m, start, bytes);
        if (unmapped)
            ranges_exclude(&m->ram, range_outward(range_of(start, bytes), BLOCK));
    }
}

/* --- what the boot loader was told --- */

static u64 chosen_number(const struct fdt_node *n, const char *name)
{
    u32 high = 0, low = 0;
    if (!fdt_cell(n, name, 0, &high))
        return 0;
    return fdt_cell(n, name, 1, &low) ? (u64)high << 32 | low : high;
}
static void chosen_read(const struct fdt_node *n, struct machine_tree *m)
{
    m->root_file = (struct boot_range){chosen_number(n, "linux,initrd-start"), chosen_number(n, "linux,initrd-end")};
    stdout_path = fdt_string(n, "stdout-path");
}

/* --- devices --- */

static void serial_read(const struct fdt_node *n, struct machine_tree *m)
{
    u64 start, bytes;
    bool is_chosen = stdout_path && fdt_is_at(n, stdout_path);
    if ((!m->serial || is_chosen) && fdt_reg(n, 0, &start, &bytes))
        m->serial = start;
}
static void gic_read(const struct fdt_node *n, struct machine_tree *m, unsigned version)
{
    u64 start, bytes;
    if (m->gic.version)
        return;
    m->gic.version = version;
    for (; m->gic.n < GIC_REGIONS_MAX && fdt_reg(n, m->gic.n, &start, &bytes); m->gic.n++)
        m->gic.region[m->gic.n] = range_of(start, bytes);
}
static void timer_read(const struct fdt_node *n, struct machine_tree *m)
{
    u32 number, hz = 0;
    if (fdt_cell(n, "interrupts", CELLS_AN_IRQ * TIMER_VIRTUAL + 1, &number) && number < PRIVATE_IRQS)
        m->timer_irq = PRIVATE_IRQS + number;
    fdt_cell(n, "clock-frequency", 0, &hz);
    m->timer_hz = hz;
}
static void psci_read(const struct fdt_node *n, struct machine_tree *m)
{
    const char *method = fdt_string(n, "method");
    if (method)
        m->psci = method[0] == 'h' ? PSCI_HVC : PSCI_SMC;
}

static void visit_first(const struct fdt_node *n, void *context)
{
    struct machine_tree *m = context;
    if (!n->parent)
        return;
    if (is_device_type(n, "memory"))
        memory_read(n, m);
    if (is_device_type(n, "cpu"))
        m->cores++;
    if (!n->parent->parent && fdt_is_named(n, "chosen"))
        chosen_read(n, m);
}
static void visit_aliases(const struct fdt_node *n, void *context)
{
    if (!n->parent || n->parent->parent || !fdt_is_named(n, "aliases"))
        return;
    char name[32];
    unsigned i = 0;
    for (; i < sizeof name - 1 && stdout_path[i] && stdout_path[i] != ':'; i++)
        name[i] = stdout_path[i];
    name[i] = 0;
    const char *path = fdt_string(n, name);
    stdout_path = path ? path : stdout_path;
}
/* The reserved memory cuts what visit_first found. */
static void visit_devices(const struct fdt_node *n, void *context)
{
    static const struct {
        const char *name;
        unsigned version;
    } gics[] = {{"arm,gic-v3", 3}, {"arm,gic-400", 2}, {"arm,cortex-a15-gic", 2}, {"arm,cortex-a9-gic", 2}};
    struct machine_tree *m = context;
    if (n->parent && !n->parent->parent && fdt_is_named(n, "psci"))
        psci_read(n, m);
    if (n->parent && fdt_is_named(n->parent, "reserved-memory"))
        reserved_read(n, m);
    if (fdt_is_compatible(n, "arm,pl011"))
        serial_read(n, m);
    if (fdt_is_compatible(n, "arm,armv8-timer") || fdt_is_compatible(n, "arm,armv7-timer"))
        timer_read(n, m);
    for (unsigned i = 0; i < ARRAY_LEN(gics); i++) {
        if (fdt_is_compatible(n, gics[i].name))
            gic_read(n, m, gics[i].version);
    }
}

bool machine_tree_read(const void *tree)
{
    struct machine_tree *m = &machine_tree;
    u64 start, bytes;
    *m = (struct machine_tree){0};
    stdout_path = NULL;
    if (!fdt_open(&m->fdt, tree))
        return false;
    fdt_walk(&m->fdt, visit_first, m);
    if (stdout_path && stdout_path[0] != '/')
        fdt_walk(&m->fdt, visit_aliases, m);
    fdt_walk(&m->fdt, visit_devices, m);
    for (unsigned i = 0; fdt_reserved(&m->fdt, i, &start, &bytes); i++)
        reserve(m, start, bytes);
    return true;
}
