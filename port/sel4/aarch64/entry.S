/* SPDX-License-Identifier: GPL-3.0-only */
/* The VM begins here, on the first thread: x0 is the handover of the stub. */
    .section .text.entry, "ax"
    .globl vm_entry
vm_entry:
    adrp x9, boot_stack_top
    add x9, x9, :lo12:boot_stack_top
    mov sp, x9
    mov x29, xzr
    mov x30, xzr
    bl sel4_main
    brk #0

    .section .boot_stack, "aw", @nobits
    .balign 4096
    .skip 65536
boot_stack_top:
    .section .note.GNU-stack, "", @progbits
