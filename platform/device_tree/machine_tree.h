/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * machine_tree.h: the machine, as its device tree tells: what the kernel itself has to know of it. All else is for
 * the root task, which gets the tree.
 */
#ifndef LONA_DEVICE_TREE_MACHINE_TREE_H
#define LONA_DEVICE_TREE_MACHINE_TREE_H

#include "../../boot/memory.h"
#include "fdt.h"

#define GIC_REGIONS_MAX 8

enum psci_way { PSCI_NONE, PSCI_HVC, PSCI_SMC };

struct machine_tree {
    struct fdt fdt;
    struct ranges ram;           /* as the firmware has it, in whole blocks of 2 MiB */
    struct ranges reserved;      /* memory that is the firmware's, or something else's that is not to be given away */
    struct boot_range root_file; /* the initial ramdisk; empty: there is none */
    u64 serial;                  /* a PL011's registers; 0: there is none */
    struct {
        unsigned version; /* 2 or 3; 0: there is none */
        unsigned n;
        struct boot_range region[GIC_REGIONS_MAX]; /* distributor; then the core's interface, or redistributors */
    } gic;
    u64 timer_irq, timer_hz; /* of the virtual timer; 0: not there, not told */
    enum psci_way psci;
    unsigned cores;
};
extern struct machine_tree machine_tree;

/* The tree lies in the kernel's window. False: it is none. */
MUST_CHECK bool machine_tree_read(const void *tree);

#endif
