/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * kernel.h: what an architecture calls.
 *
 * Start: the architecture brings up its processor (long mode or EL1, the kernel's window, traps, timer, interrupt
 * controllers), fills in a struct boot_platform, calls kernel_boot and returns to the user that this answers.
 *
 * Later: entry code saves registers into the current TCB's context, calls one of handle_*, and returns to the context
 * of the TCB answered, whose address space arch_switch_to has made current. One kernel stack a core; nothing lives on
 * it between entries. Interrupts are masked from entry to exit.
 */
#ifndef LONA_KERNEL_KERNEL_H
#define LONA_KERNEL_KERNEL_H

#include "lona/base.h"
#include "print.h"
#include "tcb.h"

struct boot_range {
    u64 start, end; /* physical; end excluded */
};
/* An extra entry of BootInfo: the kernel puts id and length before it. data lies in the kernel's window. Beside these
 * there is BOOT_SERIAL_ID (lona/boot_serial.h). */
struct boot_extra {
    u64 id;
    const void *data;
    u64 bytes;
};
#define BOOT_EXTRA_VBE 1
#define BOOT_EXTRA_MULTIBOOT_MEMORY 2
#define BOOT_EXTRA_RSDP 3
#define BOOT_EXTRA_FRAMEBUFFER 4
#define BOOT_EXTRA_TSC_MHZ 5
#define BOOT_EXTRA_DEVICE_TREE 6

struct boot_platform {
    /* RAM in the kernel's window, sorted, disjoint. The kernel's image and what the architecture keeps are not in it;
     * the root task's file and the extras' data may be: they are read before that memory is given away. */
    const struct boot_range *ram;
    unsigned ram_count;
    /* Not RAM, yet never to be given to users: interrupt controllers, IOMMU; also RAM that stays the kernel's. Sorted.
     * All else below `physical_end` becomes device untyped. */
    const struct boot_range *reserved;
    unsigned reserved_count;
    u64 physical_end;
    struct boot_range root_file; /* an ELF file: the root task */
    const struct boot_extra *extra;
    unsigned extra_count;
    unsigned cores;
};

/* Once, on the first core, with the timer running. Answers the root task's thread (or panics with the reason). */
struct tcb *kernel_boot(const struct boot_platform *p);

/* The thread that runs on this core, whose context entry code saves to. The idle thread counts. */
struct tcb *kernel_current(void);

/* Each answers the thread to return to. */
struct tcb *handle_syscall(i64 number);
/* An interrupt that the architecture does not use itself. It is masked or otherwise kept from coming again until
 * arch_irq_ack; the controller's end-of-interrupt is the architecture's. */
struct tcb *handle_interrupt(u64 irq);
struct tcb *handle_timer(void);
/* Neither a device's nor the timer's: spurious, or another core's. */
struct tcb *handle_nothing(void);
/* The current thread did something that it cannot go on from. */
struct tcb *handle_vm_fault(u64 address, bool fetch, u64 status);
struct tcb *handle_user_exception(u64 number, u64 code);

/* For arch_boot_*: memory for an object of 1 << bits bytes, aligned to its size and clear; never fails (panics). */
void *boot_object(unsigned bits);
/* Puts c into the next slot of the root CNode. */
void boot_provide(struct cap c);

#endif
