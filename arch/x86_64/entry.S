/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The ways into the kernel and out. Every entry saves all registers in the current thread's context (struct arch_context, arch_types.h) by
 * pushing them: for traps of users the processor's stack pointer comes from the TSS, which points there; the idle thread's own does;
 * SYSCALL's entry loads it. Then the kernel's stack is empty and C goes on. What C answers is the thread to return to.
 *
 * An exception of the kernel itself pushes wherever it was; a panic on a stack of its own prints that.
 */
#include "core.h"
#include "layout.h"

#define EXCEPTIONS_END 32
#define TRAP_SYSCALL 256
#define FLAG_RESERVED 2
#define FRAME_TRAP 120 /* struct arch_context */
#define FRAME_RIP 136
#define FRAME_CS 144
#define FRAME_RFLAGS 152
#define FRAME_RSP 160

.macro push_registers
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
.endm

    .section .text, "ax"

/* One stub a vector, 16 bytes each; those without an error code push 0. */
    .balign 16
    .globl trap_stubs
trap_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
    push $0
    .endif
    push $vector
    jmp trap_entry
    .set vector, vector + 1
    .endr

trap_entry:
    push_registers
    mov %rsp, %rdi
    testb $3, FRAME_CS(%rsp)
    jz 1f
    swapgs
    mov %gs:CORE_STACK, %rsp
    push $FLAG_RESERVED /* AC, which would let the kernel at users' memory, and DF are the user's still */
    popfq
    xor %ebp, %ebp
    call trap_handle
    jmp trap_leave
1:  cmpq $EXCEPTIONS_END, FRAME_TRAP(%rsp)
    jb 2f
    mov %gs:CORE_STACK, %rsp /* the idle thread was interrupted */
    xor %ebp, %ebp
    call trap_interrupt
    jmp trap_leave
2:  cld
    lea panic_stack_top(%rip), %rsp
    call trap_panic
    ud2

    .globl trap_syscall
trap_syscall:
    swapgs
    mov %rsp, %gs:CORE_USER_SP
    mov %gs:CORE_FRAME, %rsp
    push $SELECTOR_USER_DATA
    push %gs:CORE_USER_SP
    push %r11
    push $SELECTOR_USER_CODE
    push %rcx
    push $0
    push $TRAP_SYSCALL
    push_registers
    mov %gs:CORE_STACK, %rsp
    mov %rdx, %rdi
    xor %ebp, %ebp
    call handle_syscall

/* rax: the thread to return to. */
trap_leave:
    lea TCB_CONTEXT(%rax), %rsp
    cmpw $TRAP_SYSCALL, FRAME_TRAP(%rsp)
    jne 2f
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    add $8, %rsp
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    add $8, %rsp
    pop %rbx
    pop %rax
    mov (FRAME_RIP - FRAME_TRAP)(%rsp), %rcx
    mov (FRAME_RFLAGS - FRAME_TRAP)(%rsp), %r11
    mov (FRAME_RSP - FRAME_TRAP)(%rsp), %rsp
    swapgs
    sysretq
2:  pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    testb $3, (FRAME_CS - FRAME_TRAP)(%rsp)
    jz 3f
    swapgs
3:  add $16, %rsp
    iretq

/* trap_start(thread): leaves the stack of boot for good. */
    .globl trap_start
trap_start:
    mov %rdi, %rax
    jmp trap_leave

/* The idle thread: its stack pointer is the end of its frame. */
    .globl trap_idle
trap_idle:
    hlt
    jmp trap_idle

    .section .bss.panic_stack, "aw", @nobits
    .balign 16
    .skip 4096
panic_stack_top:
    .section .note.GNU-stack, "", @progbits
