/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The loader as firmware sees it: a Linux image for aarch64, entered with the MMU off, at EL2 or EL1, x0 the device tree.
 * It runs wherever it was put.
 */
    .section .text.entry, "ax"
    .globl loader_entry
loader_entry:
    b 1f
    .long 0
    .quad LOADER_OFFSET   /* from the start of RAM: behind what the kernel and the root task will take */
    .quad loader_bytes
    .quad 0x2             /* little endian, 4 KiB pages */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0
1:  msr daifset, #15
    mrs x9, CurrentEL
    cmp x9, #8
    b.ne 2f

    /* From EL2 to EL1, which a kernel without virtualisation runs at. */
    mov x9, #(1 << 31)    /* HCR_EL2.RW: EL1 is 64-bit */
    msr hcr_el2, x9
    mov x9, #3            /* EL1 may read and set its timers */
    msr cnthctl_el2, x9
    msr cntvoff_el2, xzr
    mov x9, #0x33ff       /* nothing of floating point traps */
    msr cptr_el2, x9
    msr hstr_el2, xzr
    mrs x9, id_aa64pfr0_el1
    ubfx x9, x9, #24, #4
    cbz x9, 3f
    mrs x9, s3_4_c12_c9_5 /* ICC_SRE_EL2: system registers of the GIC, for EL1 too */
    orr x9, x9, #1
    orr x9, x9, #8
    msr s3_4_c12_c9_5, x9
    isb
3:  ldr x9, =0x30d00800   /* SCTLR_EL1: MMU and caches off */
    msr sctlr_el1, x9
    mov x9, #0x3c5        /* EL1h, interrupts masked */
    msr spsr_el2, x9
    adr x9, 2f
    msr elr_el2, x9
    eret

2:  adrp x9, stack_top
    add x9, x9, :lo12:stack_top
    mov sp, x9
    mov x29, xzr
    mov x30, xzr
    bl loader_main
    brk #0

/* loader_leave(struct start *s): MMU on, to the kernel. The fields are in the order in which they are used. */
    .globl loader_leave
loader_leave:
    mov x10, x0
    ldp x11, x12, [x10], #16
    msr ttbr0_el1, x11
    msr ttbr1_el1, x12
    ldp x11, x12, [x10], #16
    msr mair_el1, x11
    msr tcr_el1, x12
    ldp x11, x6, [x10], #16
    ldp x0, x1, [x10], #16
    ldp x2, x3, [x10], #16
    ldp x4, x5, [x10], #16
    dsb ish
    tlbi vmalle1
    ic iallu
    dsb ish
    isb
    msr sctlr_el1, x11
    isb
    br x6

    .section .bss
    .balign 16
    .skip 16384
stack_top:
    .section .note.GNU-stack, "", @progbits
