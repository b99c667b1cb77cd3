/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * caps.h: capability slots and kernel objects of the root domain, made from the untyped memory that the kernel handed
 * over. One thread at a time uses it: the stub first, then the VM's guardian, to which the state is handed on.
 *
 *   CSpace       slots of a CNode of CNodes: 2^ROOT_BITS of them, of which number 0 is the CNode that the kernel made,
 *                so that its slots keep their numbers; the others are made as they are needed.
 *   memory       an object comes from the smallest untyped that has room for it: the kernel clears the whole of an
 *                untyped at its first use, so large ones are left alone as long as possible.
 */
#ifndef LONA_SEL4_CAPS_H
#define LONA_SEL4_CAPS_H

#include "kernel.h"

#define CAPS_UNTYPED CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS

struct untyped {
    word address; /* physical */
    word used;    /* bytes from its start */
    u8 bits;
    bool device;
};
struct caps {
    word next, end;  /* slots not yet given out: from..below */
    word node_bits;  /* of one CNode */
    word nodes;      /* CNodes of the second level; 0: the kernel's CNode is still the whole CSpace */
    seL4_CPtr root;  /* the first level */
    seL4_CPtr first; /* slot of untyped[0] */
    word n_untyped;
    struct untyped untyped[CAPS_UNTYPED];
};
extern struct caps caps;

/* From what the kernel says about the machine. */
void caps_init(const seL4_BootInfo *info);
/* Puts the kernel's CNode under one of our own, for the calling thread, whose TCB is given. */
MUST_CHECK bool caps_extend(seL4_CPtr tcb);
/* The capability and its guard, for threads that share the CSpace. */
seL4_CPtr caps_root(void);
word caps_root_data(void);
/* How many bits of a slot's number caps_root() resolves, where it is named in an invocation. */
u8 caps_root_depth(void);

/* A slot that nobody has; 0 when there is none. */
MUST_CHECK seL4_CPtr caps_slot(void);
MUST_CHECK seL4_CPtr caps_slots(word n); /* n that follow each other: the first */
/* The slot as Retype wants it: the CNode it is in, and its place there. */
void caps_place(seL4_CPtr slot, word *index, word *depth, word *offset);
/* New objects of 2^object_bits bytes in n slots that follow each other: the first one; 0 when memory or slots are out.
 * size_bits is the kernel's argument for types of any size, otherwise 0. */
MUST_CHECK seL4_CPtr caps_make(word type, word size_bits, word object_bits, word n);
/* A copy with a badge. 0 when there is no slot. */
MUST_CHECK seL4_CPtr caps_mint(seL4_CPtr from, seL4_CapRights_t rights, word badge);
/* A frame of one page of device memory at that physical address. 0: it is not ours to have. */
MUST_CHECK seL4_CPtr caps_device_page(word address);
/* How many objects of that size there is memory for. */
word caps_room(word bits);

#endif
