/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * arch.h: all that the portable kernel asks of a processor's architecture and of the machine.
 *
 * The architecture's folder is in the include path and brings
 *   arch_types.h       struct arch_context and the constants below
 *   arch_caps.def      CAP(NAME) its kinds of capabilities (the portable code calls arch_cap_* for all of them)
 *   arch_objects.def   OBJECT(NAME) the objects that Retype makes, in the interface's order after the portable ones
 *   arch_labels.def    LABEL(NAME) its invocations, likewise
 *   arch_inline.h      the functions marked (inline), which the fast paths call
 * and implements the rest, together with lona_panic of base.h. Nothing here allocates, blocks or recurses. All run with
 * the kernel's lock held and interrupts masked, on the kernel's stack of the core.
 *
 * arch_types.h defines
 *   struct arch_context       registers of a thread, as its entry and exit paths want them; aligned as it needs
 *   struct arch_irq           what it keeps of an interrupt for which there is a handler; all zero at first (irq.h)
 *   ARCH_TCB_BITS             size of a TCB: sizeof(struct tcb) fits (11 or 12 on x86_64)
 *   ARCH_CORES                most cores that may run
 *   ARCH_PAGE_BITS            the least page: 12
 *   ARCH_USER_TOP             first address above what users may map
 *   ARCH_PHYSICAL_BITS        physical addresses are below 1 << this (at most 48)
 *   ARCH_UNTYPED_MAX_BITS     47
 *   ARCH_REGISTERS            words of the interface's UserContext
 *   ARCH_FRAME_REGISTERS      so many of them, from the first, CopyRegisters calls the frame; the rest are integer ones
 *   ARCH_UNKNOWN_SYSCALL_WORDS, ARCH_USER_EXCEPTION_WORDS, ARCH_TIMEOUT_REPLY_WORDS   lengths of fault messages
 */
#ifndef LONA_KERNEL_ARCH_H
#define LONA_KERNEL_ARCH_H

#include "arch_types.h"
#include "cap.h"
#include "failure.h"
#include "invocation.h"
#include "tcb.h"

/* --- registers of a thread that is not running, or has entered the kernel --- */

/* What the system-call convention assigns; numbers index the architecture's choice. */
enum arch_register {
    ARCH_CAP, /* in: capability; out: badge */
    ARCH_INFO,
    ARCH_MR0,
    ARCH_MR1,
    ARCH_MR2,
    ARCH_MR3,
    ARCH_REPLY,   /* the reply capability */
    ARCH_NB_DEST, /* NBSendRecv's destination */
};
#define ARCH_MESSAGE_REGISTERS 4
#define ARCH_PROGRAM_COUNTER 0 /* its place in UserContext, on all architectures */
/* (inline)
 * u64 arch_get(const struct arch_context *, enum arch_register);
 * void arch_set(struct arch_context *, enum arch_register, u64);
 */

/* A new thread's registers: all zero, user mode, interrupts on. */
void arch_context_init(struct arch_context *c);
/* The thread entered by a system call that is to be made again: its program counter goes back to the instruction. */
void arch_rewind_syscall(struct arch_context *c);
u64 arch_program_counter(const struct arch_context *c);
void arch_start_at(struct arch_context *c, u64 program_counter, u64 argument); /* the root task */
/* UserContext, word i in the interface's order. Writing keeps privileged bits (flags, selectors) harmless. */
u64 arch_register_read(const struct arch_context *c, unsigned i);
void arch_register_write(struct arch_context *c, unsigned i, u64 value);
void arch_set_tls_base(struct arch_context *c, u64 base);
/* Registers were written from outside: whatever exit path relies on values of the entry must not be taken. */
void arch_registers_changed(struct tcb *t);

/* Words of a fault's message in the interface's order; unknown system call and user exception only. */
u64 arch_fault_word(const struct tcb *t, unsigned i);
/* The handler answered with word i: goes into the thread's registers (unknown system call, user exception, time-out).
 */
void arch_fault_answer(struct tcb *t, enum fault_kind kind, unsigned i, u64 value);

/* --- threads --- */

/* t runs next on this core (its address space, FPU state). A thread whose VSpace is not valid gets the kernel's own. */
void arch_switch_to(struct tcb *t);
/* Nothing runs: what is returned to waits for interrupts with the kernel's address space. */
void arch_switch_to_idle(void);
void arch_idle_init(struct arch_context *c); /* the idle thread's registers */
void arch_flags_changed(struct tcb *t);      /* FPU off or on */
void arch_tcb_finalise(struct tcb *t);       /* t goes: no core's FPU state is its any more */
unsigned arch_core(void);                    /* number of this core */

/* --- memory --- */

/* (inline) the kernel's window: where kernel objects and RAM are seen. Valid for RAM that the platform reported.
 * void *arch_kernel_address(u64 physical);
 * u64 arch_physical(const void *kernel_address);
 */
/* Memory was cleared that a frame will show, a few KiB at a time: makes the zeros visible to uncached users (Arm: clean
 * to PoC). */
void arch_memory_cleared(void *start, u64 bytes);

/* --- the architecture's capabilities and objects --- */

/* A copy of c may be made: *copy is what it looks like (mapping forgotten), or an error as Copy reports it. */
MUST_CHECK enum error arch_cap_derive(struct cap c, struct cap *copy, struct failure *f);
/* rights that c is masked with; kinds without rights answer c. */
struct cap arch_cap_mask_rights(struct cap c, unsigned rights);
/* Mint's and Mutate's data; null when not allowed. Kinds without data answer c. */
struct cap arch_cap_with_data(struct cap c, u64 data, bool mutate);
/* The memory that c's object takes: false for what is made of none (ASID control, I/O ports). */
bool arch_cap_memory(struct cap c, u64 *physical, unsigned *bits);
/* child's object is part of what parent stands for (parent is an architecture's capability). */
bool arch_cap_contains(struct cap parent, struct cap child);
/* Both stand for the same object: the last one finalises it. */
bool arch_cap_same_object(struct cap a, struct cap b);
/* c leaves its slot: unmaps. is_final: nobody else has the object. */
void arch_cap_finalise(struct cap c, bool is_final);
/* Rights and data that CapIdentify and the dump show are not asked for here. */

/* log2 of the bytes of an architecture's object; 0 when there is no such type. */
unsigned arch_object_bits(enum object_type type);
bool arch_object_is_frame(enum object_type type); /* frames alone may be of device memory */
/* Memory at physical is clear (unless device) and becomes such an object. */
struct cap arch_object_create(enum object_type type, u64 physical, bool device);

/* An invocation of an architecture's capability. */
MUST_CHECK enum error arch_invoke(struct invocation *v);
/* IRQ control's invocations beyond the portable one (IOAPIC, MSI, trigger): calls irq_issue (irq.h) when all is right,
 * ERROR_ILLEGAL_OPERATION for any other label. */
MUST_CHECK enum error arch_invoke_irq_control(struct invocation *v);

/* c can be a thread's VSpace (the root of an address space with an ASID). */
bool arch_is_vspace(struct cap c);
/* c can be a thread's IPC buffer at a user address: a frame of RAM and an address that does not cross it. A null
 * capability is no buffer and is handled by the caller. ERROR_ILLEGAL_OPERATION, ERROR_ALIGNMENT. */
MUST_CHECK enum error arch_check_buffer(struct cap c, u64 address, struct failure *f);
/* (inline) Where the kernel sees the buffer at address in frame c; NULL when c is no frame with the right to read
 * (write: to read and write).
 * u64 *arch_buffer(struct cap c, u64 address, bool write);
 */

/* --- time, in ticks of a counter that never goes back --- */

/* (inline)
 * u64 arch_time_now(void);
 */
void arch_set_deadline(u64 ticks); /* handle_timer is called at, or shortly after, that time */
u64 arch_us_to_ticks(u64 us);      /* for at most a year */
u64 arch_ticks_to_us(u64 ticks);
u64 arch_timer_precision(void); /* a deadline may come so many ticks late; entering and leaving included */

/* --- interrupts --- */

/* IRQ control's portable invocation names irq: ERROR_RANGE when there is none, ERROR_ILLEGAL_OPERATION when handlers
 * are issued another way here. */
MUST_CHECK enum error arch_irq_check(u64 irq, struct failure *f);
void arch_irq_mask(u64 irq);
void arch_irq_unmask(u64 irq);
void arch_irq_ack(u64 irq);        /* a handler's user acknowledged it: it may come again */
void arch_irq_forget(u64 irq);     /* its last handler capability is gone */
bool arch_interrupt_pending(void); /* also the timer's; looked at in the middle of long work */

/* --- machine --- */

void arch_putc(char c); /* console; polled; nothing in release builds without one */
NORETURN void arch_halt(void);

/* --- boot, see kernel.h; called by kernel_boot only --- */

/* Makes the root task's address space with all page tables for [start, end), which is page-aligned; tables come from
 * boot_object, and each but the root goes to boot_provide. Answers the root's capability, which has an ASID. */
struct cap arch_boot_vspace(u64 start, u64 end);
/* A small page at physical, mapped there with all rights; table entries exist. Answers its capability. */
struct cap arch_boot_map(struct cap vspace, u64 physical, u64 address);
/* Null where the machine has no such thing: ASID control, the initial pool, I/O ports and so on, to be put in slot i of
 * the root CNode (5..15, those that the portable kernel does not fill). */
struct cap arch_boot_cap(unsigned slot);

#include "arch_inline.h"

#endif
