/* SPDX-License-Identifier: GPL-3.0-only */
#include "../console.h"
#include "../thread.h"

#define TLS_ALIGN 64
#define CONTROL_BYTES 1024 /* what musl keeps below the thread pointer */
#define POINTER_BYTES 16   /* two words of the ABI at the thread pointer, before the storage */

extern const u8 tls_image[], tls_image_end[], tls_align[]; /* vm.ld */

word thread_tls_layout(u8 *memory, word bytes)
{
    word pointer = ((word)memory + CONTROL_BYTES + TLS_ALIGN - 1) & ~(word)(TLS_ALIGN - 1);
    word align = (word)tls_align;
    u8 *storage = (u8 *)((pointer + POINTER_BYTES + align - 1) & ~(align - 1));
    for (word i = 0; i < (word)(tls_image_end - tls_image); i++)
        storage[i] = tls_image[i];
    return pointer;
}

bool thread_start_at(seL4_CPtr tcb, void (*start)(struct thread *t), struct thread *t, word stack_top)
{
    seL4_UserContext context = {.pc = (word)start, .sp = stack_top, .x0 = (word)t};
    return seL4_TCB_WriteRegisters(tcb, true, 0, 4, &context) == seL4_NoError;
}

void thread_print_registers(seL4_CPtr tcb)
{
    seL4_UserContext c = {0};
    if (seL4_TCB_ReadRegisters(tcb, false, 0, sizeof c / sizeof(seL4_Word), &c))
        return;
    console_print("  pc  %X sp  %X x29 %X x30 %X\n  x0  %X x1  %X x2  %X x3  %X\n", c.pc, c.sp, c.x29, c.x30, c.x0,
                  c.x1, c.x2, c.x3);
    console_print("  x4  %X x5  %X x6  %X x7  %X\n  x8  %X x9  %X x10 %X x11 %X\n", c.x4, c.x5, c.x6, c.x7, c.x8, c.x9,
                  c.x10, c.x11);
    console_print("  x12 %X x13 %X x14 %X x15 %X\n  x16 %X x17 %X x18 %X x19 %X\n", c.x12, c.x13, c.x14, c.x15, c.x16,
                  c.x17, c.x18, c.x19);
    console_print("  x20 %X x21 %X x22 %X x23 %X\n  x24 %X x25 %X x26 %X x27 %X\n  x28 %X spsr %X tls %X\n", c.x20,
                  c.x21, c.x22, c.x23, c.x24, c.x25, c.x26, c.x27, c.x28, c.spsr, c.tpidr_el0);
}
