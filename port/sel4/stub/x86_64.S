/* SPDX-License-Identifier: GPL-3.0-only */
/* The root task's first instruction: rdi is the BootInfo, there is no stack. */
    .section .text, "ax"
    .globl stub_entry
stub_entry:
    lea stack_top(%rip), %rsp
    xor %ebp, %ebp
    call stub_main
    ud2
    .globl stub_leave /* stub_leave(entry, handover) */
stub_leave:
    mov %rdi, %rax
    mov %rsi, %rdi
    jmp *%rax

    .section .bss
    .balign 16
    .skip 16384
stack_top:
    .section .note.GNU-stack, "", @progbits
