/* SPDX-License-Identifier: GPL-3.0-only */
/* The kernel and the root task, as ELF files. */
    .section .blobs, "a"
    .globl kernel_elf
    .globl root_elf
    .balign 4096
kernel_elf:
    .incbin KERNEL_IMAGE
    .balign 4096
root_elf:
    .incbin ROOT_IMAGE
    .section .note.GNU-stack, "", @progbits
