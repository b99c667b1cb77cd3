/* SPDX-License-Identifier: GPL-3.0-only */
#include "task.h"

#define COM1 0x3f8
#define COM1_STATUS 0x3fd
#define STATUS_ROOM 0x20

__asm__(".globl _start\n_start: lea task_stack_end(%rip), %rsp\n call task_start\n"
        ".bss\n.balign 16\n.skip 16384\ntask_stack_end:\n.text");

u64 ports;

void console_open(void)
{
    ports = next_slot++;
    ask(PORT_CONTROL, PORT_ISSUE, WORDS(COM1, COM1 + 7, ports, 64), WORDS(CNODE));
}
void put(char c)
{
    while (ask(ports, PORT_IN8, WORDS(COM1_STATUS), NONE) || !(answer[0] & STATUS_ROOM))
        continue;
    ask(ports, PORT_OUT8, WORDS(COM1, (u64)(u8)c), NONE);
}

u64 map_tables(u64 vspace, u64 at)
{
    u64 error = ask(make(PDPT, 0), PDPT_MAP, WORDS(at, 0), WORDS(vspace));
    if (!error)
        error = ask(make(DIRECTORY, 0), DIRECTORY_MAP, WORDS(at, 0), WORDS(vspace));
    return error ? error : ask(make(TABLE, 0), TABLE_MAP, WORDS(at, 0), WORDS(vspace));
}
