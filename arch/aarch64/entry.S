/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The ways into the kernel and out. While a user thread runs, EL1's stack pointer is the address of its context (struct arch_context,
 * arch_types.h): every entry stores all registers there. Then the kernel's stack is empty and C goes on. What C answers is the thread to
 * return to.
 *
 * The kernel runs with interrupts masked, the idle thread too: it waits for one to come and handles it without an exception. So an
 * exception of EL1 is a panic, on a stack of its own.
 */
#include "core.h"

#define CONTEXT_LR 240 /* with sp behind it */
#define CONTEXT_PC 256 /* with spsr behind it */
#define CLASS_SVC 0x15

.macro kernel_stack
    mrs x9, tpidr_el1
    ldr x9, [x9, #CORE_STACK]
    mov sp, x9
    mov x29, xzr
.endm
/* x7 is left as it was. */
.macro save
    stp x0, x1, [sp, #16 * 0]
    stp x2, x3, [sp, #16 * 1]
    stp x4, x5, [sp, #16 * 2]
    stp x6, x7, [sp, #16 * 3]
    stp x8, x9, [sp, #16 * 4]
    stp x10, x11, [sp, #16 * 5]
    stp x12, x13, [sp, #16 * 6]
    stp x14, x15, [sp, #16 * 7]
    stp x16, x17, [sp, #16 * 8]
    stp x18, x19, [sp, #16 * 9]
    stp x20, x21, [sp, #16 * 10]
    stp x22, x23, [sp, #16 * 11]
    stp x24, x25, [sp, #16 * 12]
    stp x26, x27, [sp, #16 * 13]
    stp x28, x29, [sp, #16 * 14]
    mrs x9, sp_el0
    mrs x10, elr_el1
    mrs x11, spsr_el1
    stp x30, x9, [sp, #CONTEXT_LR]
    stp x10, x11, [sp, #CONTEXT_PC]
    kernel_stack
.endm
.macro vector_panic
    .balign 128
    b kernel_exception
.endm

    .section .text, "ax"
    .balign 2048
    .globl trap_vectors
trap_vectors:
    .rept 8 /* the kernel itself */
    vector_panic
    .endr
    .balign 128 /* of users: synchronous */
    save
    mrs x0, esr_el1
    lsr x9, x0, #26
    cmp x9, #CLASS_SVC
    b.ne 1f
    mov x0, x7
    bl handle_syscall
    b trap_leave
    .balign 128 /* of users: interrupts */
    save
    bl trap_interrupt
    b trap_leave
    .rept 6 /* fast interrupts and asynchronous errors, which are masked; 32-bit users, which there are not */
    vector_panic
    .endr
1:  bl trap_exception

/* x0: the thread to return to. */
trap_leave:
    add sp, x0, #TCB_CONTEXT
    ldp x30, x9, [sp, #CONTEXT_LR]
    ldp x10, x11, [sp, #CONTEXT_PC]
    msr sp_el0, x9
    msr elr_el1, x10
    msr spsr_el1, x11
    ldp x2, x3, [sp, #16 * 1]
    ldp x4, x5, [sp, #16 * 2]
    ldp x6, x7, [sp, #16 * 3]
    ldp x8, x9, [sp, #16 * 4]
    ldp x10, x11, [sp, #16 * 5]
    ldp x12, x13, [sp, #16 * 6]
    ldp x14, x15, [sp, #16 * 7]
    ldp x16, x17, [sp, #16 * 8]
    ldp x18, x19, [sp, #16 * 9]
    ldp x20, x21, [sp, #16 * 10]
    ldp x22, x23, [sp, #16 * 11]
    ldp x24, x25, [sp, #16 * 12]
    ldp x26, x27, [sp, #16 * 13]
    ldp x28, x29, [sp, #16 * 14]
    ldp x0, x1, [sp, #16 * 0]
    eret

/* trap_start(thread): leaves the stack of boot for good. What was written as code is fetched anew. */
    .globl trap_start
trap_start:
    ic iallu
    dsb sy
    isb
    b trap_leave

/* The idle thread, at EL1: an interrupt that is masked ends the wait all the same. */
    .globl trap_idle
trap_idle:
    kernel_stack
    dsb sy
    wfi
    bl trap_interrupt
    b trap_leave

kernel_exception:
    msr sp_el0, x0
    adrp x0, panic_frame
    add x0, x0, :lo12:panic_frame
    stp x2, x3, [x0, #16 * 1]
    stp x4, x5, [x0, #16 * 2]
    stp x6, x7, [x0, #16 * 3]
    stp x8, x9, [x0, #16 * 4]
    stp x10, x11, [x0, #16 * 5]
    stp x12, x13, [x0, #16 * 6]
    stp x14, x15, [x0, #16 * 7]
    stp x16, x17, [x0, #16 * 8]
    stp x18, x19, [x0, #16 * 9]
    stp x20, x21, [x0, #16 * 10]
    stp x22, x23, [x0, #16 * 11]
    stp x24, x25, [x0, #16 * 12]
    stp x26, x27, [x0, #16 * 13]
    stp x28, x29, [x0, #16 * 14]
    mrs x2, sp_el0
    stp x2, x1, [x0]
    mov x2, sp
    mrs x3, elr_el1
    mrs x4, spsr_el1
    stp x30, x2, [x0, #CONTEXT_LR]
    stp x3, x4, [x0, #CONTEXT_PC]
    adrp x1, panic_stack_top
    add sp, x1, :lo12:panic_stack_top
    bl trap_panic
    brk #0

    .section .bss.panic_stack, "aw", @nobits
    .balign 16
panic_frame:
    .skip 272
    .skip 4096
panic_stack_top:
    .section .note.GNU-stack, "", @progbits
