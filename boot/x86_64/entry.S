/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * The first instructions: multiboot 1 and 2 enter in 32-bit protected mode without paging, eax the loader's mark, ebx the physical
 * address of its information. Goes to long mode on tables that are part of the image (the first GiB at its own address and at
 * IMAGE_BASE) and calls boot_main(mark, information) on the kernel's stack.
 */
#include "../../arch/x86_64/layout.h"

#define HEADER_MARK 0x1badb002
#define HEADER_FLAGS 3 /* modules on page boundaries; the map of memory */
#define HEADER_2_MARK 0xe85250d6 /* for the processor 0, i386 */
#define HEADER_2_SCREEN 5
#define HEADER_2_OPTIONAL 1
#define HEADER_2_ALIGNED_MODULES 6
#define LARGE_PAGE 0x83 /* present, writable, 2 MiB */

    .section .multiboot, "a"
    .balign 8
header_2:
    .long HEADER_2_MARK, 0, header_2_end - header_2, -(HEADER_2_MARK + header_2_end - header_2)
    .word HEADER_2_SCREEN, HEADER_2_OPTIONAL
    .long 20, 0, 0, 0 /* whatever width, height, depth */
    .balign 8
    .word HEADER_2_ALIGNED_MODULES, 0
    .long 8
    .word 0, 0 /* the end */
    .long 8
header_2_end:
    .long HEADER_MARK, HEADER_FLAGS, -(HEADER_MARK + HEADER_FLAGS)

    .section .boot.text, "ax"
    .code32
    .globl multiboot_entry
multiboot_entry:
    cli
    cld
    mov %eax, %edi
    mov %ebx, %esi
    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb no_long_mode
    mov $0x80000001, %eax
    cpuid
    bt $29, %edx
    jnc no_long_mode
    mov %edx, %ebp
    mov $boot_pml4, %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x620, %eax /* PAE, FXSAVE, SSE exceptions */
    mov %eax, %cr4
    mov $0xc0000080, %ecx /* EFER */
    rdmsr
    or $0x101, %eax /* long mode, SYSCALL */
    bt $20, %ebp
    jnc 1f
    or $0x800, %eax /* no-execute */
1:  wrmsr
    mov %cr0, %eax
    and $0x9ffffffb, %eax /* caches on, no FPU emulation */
    or $0x80010022, %eax /* paging, write protection for the kernel too, FPU errors as exceptions */
    mov %eax, %cr0
    lgdt boot_gdt_pointer
    ljmp $SELECTOR_KERNEL_CODE, $long_mode
no_long_mode: /* nothing can be printed yet but by hand, where the BIOS's data has a first serial port */
    movw 0x400, %dx
    test %dx, %dx
    jz 3f
    mov $no_long_mode_text, %ebx
2:  mov (%ebx), %al
    test %al, %al
    jz 3f
    out %al, %dx
    inc %ebx
    jmp 2b
3:  hlt
    jmp 3b

    .code64
long_mode:
    mov $SELECTOR_KERNEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    movabs $high, %rax
    jmp *%rax

    .section .boot.data, "aw"
no_long_mode_text:
    .asciz "lona: this processor has no 64-bit mode\r\n"
    .balign 8
boot_gdt:
    .quad 0, 0x00209a0000000000, 0x0000920000000000
boot_gdt_pointer:
    .word 23
    .long boot_gdt
    .balign 4096
boot_pml4:
    .quad boot_pdpt + 3
    .fill 510, 8, 0
    .quad boot_pdpt + 3
boot_pdpt: /* the first GiB, seen at 0 and at IMAGE_BASE */
    .quad boot_pd + 3
    .fill 509, 8, 0
    .quad boot_pd + 3, 0
boot_pd:
    .set page, 0
    .rept 512
    .quad page + LARGE_PAGE
    .set page, page + 0x200000
    .endr

    .section .text, "ax"
high:
    lea kernel_stack_top(%rip), %rsp
    xor %ebp, %ebp
    mov %edi, %edi
    mov %esi, %esi
    call boot_main
    ud2

    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl kernel_stack_guard, kernel_stack_top
kernel_stack_guard: /* not mapped, once the kernel's own tables are in use */
    .skip 4096
    .skip KERNEL_STACK_BYTES
kernel_stack_top:
    .section .note.GNU-stack, "", @progbits
