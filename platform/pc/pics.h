/* SPDX-License-Identifier: GPL-3.0-only */
/* pics.h: the two 8259 of a PC, which the I/O APICs replace. */
#ifndef LONA_PC_PICS_H
#define LONA_PC_PICS_H

/* Masks all, and moves what may come by mistake out of the exceptions' vectors. */
void pics_init(void);

#endif
