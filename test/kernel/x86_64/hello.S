/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The smallest root task: says hello by debug calls, looks whether vector registers outlive a system call, and halts the machine; or, with
 * FAULT, touches what is not mapped, or with TRAP, makes the kernel do so; or with
 * JUMP, goes to an address that is none; or with FLAGS, does what FAULT does with flags set that are not for the kernel; or with STEP, has
 * the processor step through a system call.
 */
#define SYS_YIELD -11
#define SYS_PUT_CHAR -12
#define SYS_HALT -14
#define SYS_TRAP -2000 /* of a kernel that is built for it */

    .text
    .globl _start
_start:
    mov %rdi, %r14 /* BootInfo */
    mov 184(%r14), %rax /* readable */
    mov $0x1234, %eax
    movq %rax, %xmm3
    lea hello(%rip), %rbx
1:  movzbl (%rbx), %edi
    test %edi, %edi
    jz 2f
    mov $SYS_PUT_CHAR, %rdx
    mov %rsp, %rbp
    syscall
    mov %rbp, %rsp
    inc %rbx
    jmp 1b
2:  mov $SYS_YIELD, %rdx
    syscall
    movq %xmm3, %rax
    cmp $0x1234, %rax
    jne 2b
#ifdef FAULT
    movl $1, 0x10
#endif
#ifdef FLAGS
    lea stack_end(%rip), %rsp
    pushfq
    orl $0x44400, (%rsp) /* AC, NT, DF */
    popfq
    mov $SYS_YIELD, %rdx
    syscall
    movl $1, 0x10
#endif
#ifdef STEP
    lea stack_end(%rip), %rsp
    pushfq
    orl $0x44500, (%rsp) /* TF, too */
    mov $SYS_YIELD, %rdx
    popfq
    syscall
    syscall
#endif
#ifdef JUMP
    mov $0x800000000000, %rax
    jmp *%rax
#endif
#ifdef TRAP
    mov $SYS_TRAP, %rdx
    syscall
#endif
    mov $SYS_HALT, %rdx
    syscall
hello:
    .asciz "user: hello\n"
    .bss
    .skip 64
stack_end:
    .section .note.GNU-stack, "", @progbits
