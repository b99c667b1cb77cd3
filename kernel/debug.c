/* SPDX-License-Identifier: GPL-3.0-only */
#include "debug.h"
#include "arch.h"
#include "cspace.h"
#include "kernel.h"
#include "message.h"
#include "sched.h"

#ifdef LONA_DEBUG

enum debug_syscall {
#define SYSCALL(name, number)
#define DEBUG_SYSCALL(name, number) SYSCALL_##name = (number),
#include "syscalls.def"
#undef DEBUG_SYSCALL
#undef SYSCALL
};

/* An address of the kernel's at which no architecture maps anything. */
#define NOTHING_THERE ((const volatile u64 *)~7ull)

static void print_thread(const struct tcb *t)
{
    kernel_print("%s: priority %u, state %u, at %lx\n", t->name, t->priority, t->state,
                 arch_program_counter(&t->context));
}
/* Running, ready and put off; who is blocked is known to what it waits for only. */
static void dump_scheduler(void)
{
    struct core *k = this_core();
    print_thread(k->current);
    for (int i = PRIORITIES - 1; i >= 0; i--) {
        for (const struct tcb *t = k->ready[i].head; t; t = t->ready_next)
            print_thread(t);
    }
    for (const struct tcb *t = k->release; t; t = t->ready_next)
        print_thread(t);
}
static u64 identify(const struct tcb *t, u64 pointer)
{
    struct lookup_failure ignored;
    const struct slot *s = cspace_lookup(t, pointer, &ignored);
    return debug_cap_identity(s ? cap_type(s->cap) : CAP_NULL);
}
/* The name is in the IPC buffer, from the first message word on. */
static void name_thread(struct tcb *t, u64 pointer)
{
    struct lookup_failure ignored;
    const struct slot *s = cspace_lookup(t, pointer, &ignored);
    const char *name = (const char *)message_buffer(t, false);
    if (!s || !cap_is(s->cap, CAP_TCB) || !name)
        return;
    struct tcb *named = cap_object(s->cap);
    unsigned i = 0;
    for (; i < TCB_NAME_BYTES - 1 && name[8 + i]; i++)
        named->name[i] = name[8 + i];
    named->name[i] = 0;
}
bool debug_syscall(struct tcb *t, i64 number)
{
    u64 argument = arch_get(&t->context, ARCH_CAP);
    switch (number) {
    case SYSCALL_DEBUG_PUT_CHAR:
        arch_putc((char)argument);
        return true;
    case SYSCALL_DEBUG_DUMP_SCHEDULER:
        dump_scheduler();
        return true;
    case SYSCALL_DEBUG_HALT:
        kernel_print("kernel: halted by %s\n", t->name);
        arch_halt();
    case SYSCALL_DEBUG_CAP_IDENTIFY:
        arch_set(&t->context, ARCH_CAP, identify(t, argument));
        return true;
    case SYSCALL_DEBUG_TRAP:
        return *NOTHING_THERE;
    case SYSCALL_DEBUG_SNAPSHOT:
        return true;
    case SYSCALL_DEBUG_NAME_THREAD:
        name_thread(t, argument);
        return true;
    default:
        return false;
    }
}

#else

bool debug_syscall(struct tcb *t, i64 number)
{
    return false;
}

#endif
