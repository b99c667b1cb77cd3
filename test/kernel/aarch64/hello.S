/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The smallest root task: says hello by debug calls, looks whether vector registers outlive a system call, and halts the machine; or, with
 * FAULT, touches what is not mapped, or with TRAP, makes the kernel do so.
 */
#define SYS_YIELD -11
#define SYS_PUT_CHAR -12
#define SYS_HALT -14
#define SYS_TRAP -2000 /* of a kernel that is built for it */

    .text
    .globl _start
_start:
    ldr x9, [x0, #184] /* BootInfo is readable */
    mov x9, #0x1234
    fmov d3, x9
    adr x19, hello
1:  ldrb w0, [x19], #1
    cbz w0, 2f
    mov x7, #SYS_PUT_CHAR
    svc #0
    b 1b
2:  mov x7, #SYS_YIELD
    svc #0
    fmov x9, d3
    mov x10, #0x1234
    cmp x9, x10
    b.ne 2b
#ifdef FAULT
    mov x9, #0x10
    str x9, [x9]
#endif
#ifdef TRAP
    mov x7, #SYS_TRAP
    svc #0
#endif
    mov x7, #SYS_HALT
    svc #0
hello:
    .asciz "user: hello\n"
    .section .note.GNU-stack, "", @progbits
