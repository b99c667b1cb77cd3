/* SPDX-License-Identifier: GPL-3.0-only */
#include "../console.h"
#include "../thread.h"

#define TLS_ALIGN 64
#define CONTROL_BYTES 1024 /* what musl and compilers keep at the thread pointer */

extern const u8 tls_image[], tls_image_end[], tls_size[]; /* vm.ld */

/* Storage lies below the thread pointer, which points to itself. */
word thread_tls_layout(u8 *memory, word bytes)
{
    word pointer = ((word)memory + bytes - CONTROL_BYTES) & ~(word)(TLS_ALIGN - 1);
    u8 *storage = (u8 *)(pointer - (word)tls_size);
    for (word i = 0; i < (word)(tls_image_end - tls_image); i++)
        storage[i] = tls_image[i];
    *(word *)pointer = pointer;
    return pointer;
}

bool thread_start_at(seL4_CPtr tcb, void (*start)(struct thread *t), struct thread *t, word stack_top)
{
    seL4_UserContext context = {.rip = (word)start, .rsp = stack_top - 8, .rdi = (word)t, .rflags = 0x202};
    return seL4_TCB_WriteRegisters(tcb, true, 0, 9, &context) == seL4_NoError;
}

void thread_print_registers(seL4_CPtr tcb)
{
    seL4_UserContext c = {0};
    if (seL4_TCB_ReadRegisters(tcb, false, 0, sizeof c / sizeof(seL4_Word), &c))
        return;
    console_print("  rip %X rsp %X rbp %X flags %X\n  rax %X rbx %X rcx %X rdx %X\n", c.rip, c.rsp, c.rbp, c.rflags,
                  c.rax, c.rbx, c.rcx, c.rdx);
    console_print("  rsi %X rdi %X r8  %X r9  %X\n  r10 %X r11 %X r12 %X r13 %X\n", c.rsi, c.rdi, c.r8, c.r9, c.r10,
                  c.r11, c.r12, c.r13);
    console_print("  r14 %X r15 %X fs  %X\n", c.r14, c.r15, c.fs_base);
}
