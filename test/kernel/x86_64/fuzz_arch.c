/* SPDX-License-Identifier: GPL-3.0-only */
/* fuzz_arch.c: x86_64's part of test/kernel/fuzz. Interrupts come from the interval timer. */
#include "../fuzz/fuzz.h"

#define PIT_DIVISOR 1193 /* about 1 kHz */
#define PIT_PIN 2
#define INTERRUPTS 8 /* numbers that workers name */
#define PORT_CONTROL 7

static u64 timer_ports;

u64 arch_ticks(void)
{
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (u64)high << 32 | low;
}
void arch_fault(u64 kind)
{
    switch (kind) {
    case 0:
        __asm__ volatile("ud2");
        break;
    case 1:
        __asm__ volatile("int3");
        break;
    case 2:
        __asm__ volatile("orps %xmm0, %xmm0");
        break;
    }
}

void arch_judge_begin(void)
{
    timer_ports = next_empty_slot();
    must("ports",
         ask(PORT_CONTROL, LABEL_IO_PORT_CONTROL_ISSUE, WORDS(0x40, 0x43, timer_ports, 64), WORDS(ROOT_CNODE)));
}
/* Workers may have set it otherwise. */
void arch_round_begin(void)
{
    ask(timer_ports, LABEL_IO_PORT_OUT8, WORDS(0x43, 0x34), NONE);
    ask(timer_ports, LABEL_IO_PORT_OUT8, WORDS(0x40, PIT_DIVISOR & 0xff), NONE);
    ask(timer_ports, LABEL_IO_PORT_OUT8, WORDS(0x40, PIT_DIVISOR >> 8), NONE);
    must("the timer's interrupt",
         ask(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_IOAPIC, WORDS(200, FUZZ_RADIX, 0, PIT_PIN, 0, 0, 0), WORDS(fuzz_cnode)));
}
u64 arch_interrupt(u64 any)
{
    return any % INTERRUPTS;
}
void arch_give(void)
{
    ask(fuzz_cnode, LABEL_CNODE_COPY, WORDS(203, FUZZ_RADIX, timer_ports, 64, RIGHTS_ALL), WORDS(ROOT_CNODE));
}
void arch_check(u64 free)
{
    for (u64 irq = 0; irq < INTERRUPTS; irq++) {
        must("interrupt",
             ask(ROOT_IRQ_CONTROL, LABEL_IRQ_ISSUE_MSI, WORDS(free, 64, 0, 0, 0, 0, irq), WORDS(ROOT_CNODE)));
        must("delete", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(free, 64), NONE));
    }
    must("ports", ask(PORT_CONTROL, LABEL_IO_PORT_CONTROL_ISSUE, WORDS(0x80, 0x8f, free, 64), WORDS(ROOT_CNODE)));
    must("delete", ask(ROOT_CNODE, LABEL_CNODE_DELETE, WORDS(free, 64), NONE));
}

__asm__(".text\n.globl worker_start\nworker_start:\n"
        " xor %edx, %edx\n mov %rsi, %rax\n mov $24, %ecx\n div %rcx\n"
        " lea 1(%rdx), %rax\n shl $12, %rax\n lea shared(%rip), %rcx\n lea (%rcx,%rax), %rsp\n cld\n call "
        "worker_main\n ud2\n");
STATIC_ASSERT(THREADS == 24 && STACK_BYTES == 1u << 12, "worker_start knows these");
__asm__(".text\n.globl _start\n_start: lea judge_stack_end(%rip), %rsp\n call judge_main\n"
        ".bss\n.balign 16\n.skip 16384\njudge_stack_end:\n.text");
