/* SPDX-License-Identifier: GPL-3.0-only */
#include "guardian.h"

#include "caps.h"
#include "console.h"
#include "layout.h"
#include "memory.h"
#include "paging.h"

word guardian_ask(enum guardian_request what, word a, word b, word *answer)
{
    seL4_SetMR(0, a);
    seL4_SetMR(1, b);
    seL4_Call(thread_this()->guardian, seL4_MessageInfo_new(what, 0, 0, 2));
    if (answer)
        *answer = seL4_GetMR(1);
    return seL4_GetMR(0);
}

/* --- crashes --- */

static const char *fault_name(word label)
{
    switch (label) {
    case seL4_Fault_VMFault:
        return "bad memory access";
    case seL4_Fault_CapFault:
        return "bad capability";
    case seL4_Fault_UnknownSyscall:
        return "unknown system call";
    case seL4_Fault_UserException:
        return "exception of the processor";
    default:
        return "fault";
    }
}
static const char *place_name(word address)
{
    word in_area = address - THREADS_BASE;
    if (address < PAGE_SIZE)
        return " (a null pointer)";
    if (in_area < THREADS_MAX * THREAD_AREA && in_area % THREAD_AREA < PAGE_SIZE)
        return " (the stack is full)";
    return "";
}
/* Stops the thread for good, which frees the reply object, too. */
static void report_fault(const struct thread *t, word label, enum touched touched)
{
    console_print("\nlona: thread %u: %s", t->number, fault_name(label));
    if (label == seL4_Fault_VMFault)
        console_print(" at %X%s, code at %X", seL4_GetMR(seL4_VMFault_Addr), place_name(seL4_GetMR(seL4_VMFault_Addr)),
                      seL4_GetMR(seL4_VMFault_IP));
    console_print("\n%s", touched == TOUCH_NO_MEMORY ? "  no memory is left\n" : "");
    thread_print_registers(t->tcb);
    seL4_TCB_Suspend(t->tcb);
    console_print("lona: ended with status 139\n");
}

/* --- serving --- */

/* True: reply. */
static bool serve_fault(const struct thread *t, word label)
{
    enum touched touched = TOUCH_OUTSIDE;
    if (label == seL4_Fault_CapFault && t->refused && thread_restart(t, t->refused))
        return false;
    if (label == seL4_Fault_VMFault && !seL4_GetMR(seL4_VMFault_PrefetchFault))
        touched = memory_touched(seL4_GetMR(seL4_VMFault_Addr));
    if (touched != TOUCH_FILLED)
        report_fault(t, label, touched);
    return touched == TOUCH_FILLED;
}
static word start_thread(word function, word argument, enum thread_priority priority, word *number)
{
    const struct thread *t = thread_make((void (*)(void *))function, (void *)argument, priority);
    *number = t ? t->number : 0;
    return t != NULL;
}
/* The answer is put into the message's words: whether it was done, and what came of it. */
static void answer(bool done, word value)
{
    seL4_SetMR(0, done);
    seL4_SetMR(1, value);
}
static word map_frame(word frame, word address_and_rights)
{
    word address = address_and_rights & ~(PAGE_SIZE - 1);
    return paging_map(frame, address, (enum paging_rights)(address_and_rights - address));
}
/* True: reply; the answer's length is put into *words. */
static bool serve(const struct thread *t, word label, word *words)
{
    word a = seL4_GetMR(0), b = seL4_GetMR(1), value = 0;
    *words = 2;
    switch (label) {
    case ASK_THREAD:
    case ASK_COURIER:
        a = start_thread(a, b, label == ASK_THREAD ? PRIORITY_NORMAL : PRIORITY_CONSOLE, &value);
        answer(a, value);
        return true;
    case ASK_SLOTS:
        value = caps_slots(a);
        answer(value, value);
        return true;
    case ASK_UNTYPED:
        value = caps_make(seL4_UntypedObject, a, a, 1);
        answer(value, value);
        return true;
    case ASK_DEVICE:
        value = caps_device_page(a);
        answer(value, value);
        return true;
    case ASK_MAP:
        answer(map_frame(a, b), 0);
        return true;
    case ASK_GIVE_BACK:
        memory_give_back(a, b);
        return true;
    default:
        *words = 0;
        return serve_fault(t, label);
    }
}

void guardian_serve(seL4_CPtr endpoint, seL4_CPtr reply)
{
    word badge, words;
    seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge, reply);
    for (;;) {
        const struct thread *t = thread_number(badge);
        if (t && serve(t, seL4_MessageInfo_get_label(info), &words))
            info = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, words), &badge, reply);
        else
            info = seL4_Recv(endpoint, &badge, reply);
    }
}
