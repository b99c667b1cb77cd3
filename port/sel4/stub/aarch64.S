/* SPDX-License-Identifier: GPL-3.0-only */
/* The root task's first instruction: x0 is the BootInfo, there is no stack. */
    .section .text, "ax"
    .globl stub_entry
stub_entry:
    adrp x9, stack_top
    add x9, x9, :lo12:stack_top
    mov sp, x9
    mov x29, xzr
    bl stub_main
    brk #0
    .globl stub_leave /* stub_leave(entry, handover) */
stub_leave:
    mov x9, x0
    mov x0, x1
    br x9

    .section .bss
    .balign 16
    .skip 16384
stack_top:
    .section .note.GNU-stack, "", @progbits
