/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * mapping.h: what users ask of frames and tables, and what capabilities of address spaces are made of. The processor's
 * vspace.h says what entries look like and how the processor forgets them.
 */
#ifndef LONA_ARCH_MAPPING_H
#define LONA_ARCH_MAPPING_H

#include "cap.h"
#include "failure.h"
#include "invocation.h"

/* Objects of the processor, in the order of arch_objects.def: a frame of this size, or a table of this level (asid.h),
 * which takes a page. */
struct arch_object {
    u8 cap, size;
};
#define OBJECTS_FIRST (OBJECT_REPLY + 1)
extern const struct arch_object arch_objects[OBJECT_TYPES - OBJECTS_FIRST];

/* Labels of Map and Unmap, by a table's level. */
struct table_labels {
    u16 level, map, unmap;
};
extern const struct table_labels table_labels[];
extern const unsigned table_labels_count;

/*
 * The entry for address in the last table on the way down to tables whose entries cover 1 << least bits bytes: the one
 * of that level, or one above that leads to no table. *bits: what the entry covers.
 */
u64 *vspace_entry(u64 *top, u64 address, unsigned least, unsigned *bits);

/* The entry, which covers as much as the frame has, leads to it. */
bool frame_is_shown(struct cap frame, u64 entry);
void frame_unmap(struct cap frame);
void table_unmap(struct cap table);
MUST_CHECK enum error frame_invoke(struct invocation *v);
MUST_CHECK enum error table_invoke(struct invocation *v);

#endif
