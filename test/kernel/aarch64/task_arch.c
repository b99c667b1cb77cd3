/* SPDX-License-Identifier: GPL-3.0-only */
#include "task.h"

__asm__(".globl _start\n_start: adrp x9, task_stack_end\n add sp, x9, :lo12:task_stack_end\n bl task_start\n"
        ".bss\n.balign 16\n.skip 16384\ntask_stack_end:\n.text");

void put(char c)
{
    enter(PUT_CHAR, &(struct message){.cap = (u8)c});
}
