/* SPDX-License-Identifier: GPL-3.0-only */
/* The VM's ELF file, inside the stub. VM_IMAGE is its path. */
    .section .vm, "a"
    .balign 4096
    .globl vm_image
vm_image:
    .incbin VM_IMAGE
    .section .note.GNU-stack, "", @progbits
