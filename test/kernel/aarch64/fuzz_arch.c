/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * fuzz_arch.c: aarch64's part of test/kernel/fuzz, on QEMU's machine `virt`. Interrupts come from its clock, a PL031,
 * that workers set to the time that it is.
 */
#include "../fuzz/fuzz.h"

#define CLOCK 0x9010000ull
#define CLOCK_IRQ 34
#define CLOCK_AT (FUZZ_ADDRESS + 0x100000)
#define CLOCK_NOW 0x00
#define CLOCK_ALARM 0x04
#define CLOCK_INTERRUPTS 0x10
#define CLOCK_CLEAR 0x1c
#define PAGE_BITS 12

u64 arch_ticks(void)
{
    u64 count;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count));
    return count;
}

static volatile u32 *clock(u64 at)
{
    return (volatile u32 *)(CLOCK_AT + at);
}
void arch_fault(u64 kind)
{
    switch (kind) {
    case 0:
        __asm__ volatile("udf #0");
        break;
    case 1:
        __asm__ volatile("brk #1");
        break;
    case 2:
        __asm__ volatile(".arch_extension fp\n fmov d0, xzr");
        break;
    case 3:
        __asm__ volatile("msr ttbr0_el1, xzr");
        break;
    case 4:
        *clock(CLOCK_INTERRUPTS) = 1;
        *clock(CLOCK_ALARM) = *clock(CLOCK_NOW);
        break;
    case 5:
        *clock(CLOCK_CLEAR) = 1;
        break;
    }
}

/* Its untyped memory is halved until it is that page. */
static u64 device_page(u64 address)
{
    for (u64 i = 0; i < info->untyped.end - info->untyped.start; i++) {
        struct boot_untyped u = info->untypeds[i];
        u64 untyped = info->untyped.start + i;
        if (!u.is_device || address < u.physical || address - u.physical >= 1ull << u.bits)
            continue;
        for (unsigned bits = u.bits - 1u; bits >= PAGE_BITS; bits--) {
            u64 low = make(untyped, OBJECT_UNTYPED, bits), high = make(untyped, OBJECT_UNTYPED, bits);
            untyped = (address - u.physical) >> bits & 1 ? high : low;
        }
        return make(untyped, OBJECT_SMALL_PAGE, 0);
    }
    must("the clock's page", 1);
    return 0;
}
void arch_judge_begin(void)
{
    u64 page = device_page(CLOCK);
    must("the clock", ask(page, LABEL_PAGE_MAP, WORDS(CLOCK_AT, RIGHT_READ | RIGHT_WRITE, 0), WORDS(vspace)));
}
static const u8 interrupts[] = {CLOCK_IRQ, 0, 1, 2, 3, 100, 101, 102};
void arch_round_begin(void)
{
    for (unsigned i = 0; i < 3; i++) {
        must("an interrupt of the workers'", ask(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER,
                                                 WORDS(interrupts[i], 200 + i, FUZZ_RADIX), WORDS(fuzz_cnode)));
    }
    must("a signal to this core",
         ask(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_SGI, WORDS(interrupts[1], 0, 203, FUZZ_RADIX), WORDS(fuzz_cnode)));
}
u64 arch_interrupt(u64 any)
{
    return interrupts[any % ARRAY_LEN(interrupts)];
}
void arch_give(void)
{
}
void arch_check(u64 free)
{
    for (unsigned i = 0; i < ARRAY_LEN(interrupts); i++) {
        must("interrupt",
             ask(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_HANDLER, WORDS(interrupts[i], free, 64), WORDS(ROOT_CNODE)));
        must("delete", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(free, 64), NONE));
    }
}

__asm__(".text\n.globl worker_start\nworker_start:\n"
        " mov x9, #24\n udiv x10, x1, x9\n msub x10, x10, x9, x1\n"
        " add x10, x10, #1\n lsl x10, x10, #12\n adrp x9, shared\n add x9, x9, :lo12:shared\n add sp, x9, x10\n"
        " bl worker_main\n udf #0\n");
STATIC_ASSERT(THREADS == 24 && STACK_BYTES == 1u << 12, "worker_start knows these");
__asm__(".text\n.globl _start\n_start: adrp x9, judge_stack_end\n add sp, x9, :lo12:judge_stack_end\n bl judge_main\n"
        ".bss\n.balign 16\n.skip 16384\njudge_stack_end:\n.text");
