/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fdt.h: reading a flattened device tree (Devicetree Specification 0.4, chapter 5). The tree is checked as it is read:
 * what leads out of it is not there. Nothing is changed but the header, by fdt_trim.
 *
 * A walk visits each node with its ancestors; a node is valid while it is visited.
 */
#ifndef LONA_DEVICE_TREE_FDT_H
#define LONA_DEVICE_TREE_FDT_H

#include <lona/base.h>

#define FDT_HEADER_BYTES 40

struct fdt {
    const u8 *tree, *structure, *strings;
    u32 bytes, structure_bytes, strings_bytes, reserved_at;
};
struct fdt_node {
    const struct fdt *fdt;
    const struct fdt_node *parent; /* NULL: the root */
    const char *name;
    u32 properties;                /* where they begin in the structure */
    u32 address_cells, size_cells; /* of its children's reg */
};
typedef void fdt_visitor(const struct fdt_node *n, void *context);

/* Bytes of the tree at `tree`, of which the header can be read; 0: there is none. */
u32 fdt_bytes(const void *tree);
/* The whole tree can be read. False: it is not one. */
bool fdt_open(struct fdt *fdt, const void *tree);
/* Cuts off the room at the tree's end that nothing uses. */
void fdt_trim(struct fdt *fdt, void *tree);
/* Visits all nodes but those that the firmware calls disabled, with all below them; parents first. */
void fdt_walk(const struct fdt *fdt, fdt_visitor *visit, void *context);

/* NULL: the node has no such property. */
const void *fdt_property(const struct fdt_node *n, const char *name, u32 *bytes);
/* The first string of a property; NULL when it is none. */
const char *fdt_string(const struct fdt_node *n, const char *name);
/* One of the strings of `compatible` is this one. */
bool fdt_is_compatible(const struct fdt_node *n, const char *name);
/* Word i, of 32 bits, of a property. False: it is shorter. */
bool fdt_cell(const struct fdt_node *n, const char *name, unsigned i, u32 *value);
/* Entry i of reg, as a range of physical addresses. False: there is none, or it is not the processor's to reach. */
bool fdt_reg(const struct fdt_node *n, unsigned i, u64 *start, u64 *bytes);
/* The node's path is this one, up to a colon or the end. */
bool fdt_is_at(const struct fdt_node *n, const char *path);
/* The node's name without its unit address is this one. */
bool fdt_is_named(const struct fdt_node *n, const char *name);
/* Entry i of the memory that the header says is reserved. False: there is none. */
bool fdt_reserved(const struct fdt *fdt, unsigned i, u64 *start, u64 *bytes);

#endif
