/* SPDX-License-Identifier: GPL-3.0-only */
/* The VM begins here, on the first thread: rdi is the handover of the stub. */
    .section .text.entry, "ax"
    .globl vm_entry
vm_entry:
    lea boot_stack_top(%rip), %rsp
    xor %ebp, %ebp
    call sel4_main
    ud2

    .section .boot_stack, "aw", @nobits
    .balign 4096
    .skip 65536
boot_stack_top:
    .section .note.GNU-stack, "", @progbits
