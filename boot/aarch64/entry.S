/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The first instructions: an image as Linux has it on aarch64 (Documentation/arch/arm64/booting), entered with the MMU off, at EL2 or EL1,
 * x0 the device tree's address, wherever a multiple of 2 MiB is. Goes to EL1 and to the kernel's tables, and calls boot_main(tree, image).
 */
#include "../../arch/aarch64/layout.h"

#define SCTLR_OFF 0x30d00800 /* what must be one */
#define SCTLR_ON 0x30d01805  /* and the MMU, and caches */
#define SPSR_EL1 0x3c5       /* with its own stack pointer, all masked */

    .section .head, "ax"
    .globl image_entry
image_entry:
    b 1f
    .long 0
    .quad 0 /* from a multiple of 2 MiB */
    .quad image_bytes
    .quad 0xa /* little endian, pages of 4 KiB, anywhere in memory */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

1:  msr daifset, #15
    mov x20, x0
    mrs x9, CurrentEL
    cmp x9, #8
    b.ne at_el1

    mov x9, #(1 << 31) /* HCR_EL2: EL1 has 64 bits */
    msr hcr_el2, x9
    mov x9, #3 /* EL1 has the counters and timers */
    msr cnthctl_el2, x9
    msr cntvoff_el2, xzr
    mov x9, #0x33ff /* floating point does not trap */
    msr cptr_el2, x9
    msr hstr_el2, xzr
    mrs x9, midr_el1 /* EL1 sees which processor this is */
    msr vpidr_el2, x9
    mrs x9, mpidr_el1
    msr vmpidr_el2, x9
    mrs x9, id_aa64pfr0_el1
    tst x9, #(0xf << 24)
    b.eq 2f
    mrs x9, s3_4_c12_c9_5 /* ICC_SRE_EL2: the interrupt controller by system registers, for EL1 too */
    orr x9, x9, #1
    orr x9, x9, #8
    msr s3_4_c12_c9_5, x9
    isb
2:  ldr x9, =SCTLR_OFF
    msr sctlr_el1, x9
    mov x9, #SPSR_EL1
    msr spsr_el2, x9
    adr x9, at_el1
    msr elr_el2, x9
    eret

at_el1:
    adrp x19, image_entry
    adrp x9, image_bss
    add x9, x9, :lo12:image_bss
    adrp x10, image_end
3:  stp xzr, xzr, [x9], #16
    cmp x9, x10
    b.lo 3b
    adrp x9, kernel_stack_top
    add x9, x9, :lo12:kernel_stack_top
    sub sp, x9, #32
    mov x29, xzr
    mov x0, x19
    mov x1, sp
    bl window_boot
    /* Caches that hold old lines of what was written past them forget them. */
    dsb sy
    mov x9, x19
    adrp x10, image_end
    mrs x11, ctr_el0
    ubfx x11, x11, #16, #4
    mov x12, #4
    lsl x11, x12, x11
4:  dc ivac, x9
    add x9, x9, x11
    cmp x9, x10
    b.lo 4b
    dsb sy
    ldp x9, x10, [sp]
    ldp x11, x12, [sp, #16]
    msr ttbr1_el1, x9
    msr ttbr0_el1, x10
    msr mair_el1, x11
    msr tcr_el1, x12
    isb
    tlbi vmalle1
    ic iallu
    dsb sy
    isb
    ldr x9, =SCTLR_ON
    ldr x10, =high
    msr sctlr_el1, x9
    isb
    br x10

    .section .text, "ax"
high:
    adrp x9, kernel_stack_top
    add sp, x9, :lo12:kernel_stack_top
    mov x29, xzr
    mov x0, x20
    mov x1, x19
    bl boot_main
    brk #0

    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl kernel_stack_guard, kernel_stack_top
kernel_stack_guard: /* not mapped */
    .skip 4096
    .skip KERNEL_STACK_BYTES
kernel_stack_top:
    .section .note.GNU-stack, "", @progbits
