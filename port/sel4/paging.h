/* SPDX-License-Identifier: GPL-3.0-only */
/* paging.h: frames in the root domain's address space. What differs between architectures is in ARCH/paging.c. */
#ifndef LONA_SEL4_PAGING_H
#define LONA_SEL4_PAGING_H

#include "kernel.h"

enum paging_rights {
    PAGING_READ,
    PAGING_WRITE,
    PAGING_EXECUTE, /* never together with PAGING_WRITE */
    PAGING_DEVICE,  /* read and write, uncached */
};

/* The kernel's number for the type of a small or large frame. */
word paging_frame_type(bool large);
/* Maps the frame there, making the tables it needs; of a frame that is mapped there the rights change. */
MUST_CHECK bool paging_map(seL4_CPtr frame, word address, enum paging_rights rights);
void paging_unmap(seL4_CPtr frame);
/* What was written into a mapped frame is going to be executed. */
void paging_code_written(seL4_CPtr frame, word bytes);

/* A new frame, zero-filled, mapped there: its capability; 0 when memory is out. */
MUST_CHECK seL4_CPtr paging_add(word address, bool large, enum paging_rights rights);

#endif
