/* SPDX-License-Identifier: GPL-3.0-only */
#include "pics.h"

#include "cpu.h"
#include "trap.h"

#define PIC_1 0x20
#define PIC_2 0xa0
#define COMMAND_INIT 0x11 /* four words follow, the first of them this */
#define MODE_8086 0x01
#define LINE_OF_SECOND 2

static void pic_init(u16 port, u8 vector, u8 cascade)
{
    cpu_out8(port, COMMAND_INIT);
    cpu_out8(port + 1, vector);
    cpu_out8(port + 1, cascade);
    cpu_out8(port + 1, MODE_8086);
    cpu_out8(port + 1, 0xff);
}

void pics_init(void)
{
    pic_init(PIC_1, VECTOR_PICS, 1 << LINE_OF_SECOND);
    pic_init(PIC_2, VECTOR_PICS + 8, LINE_OF_SECOND);
}
