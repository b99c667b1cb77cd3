/* SPDX-License-Identifier: GPL-3.0-only */
/* invocations.h: what objects are asked to do. Words and capabilities are in the order in which the kernel reads them.
 */
#ifndef LONA_USER_INVOCATIONS_H
#define LONA_USER_INVOCATIONS_H

#include "sel4/calls.h"

#define LONA_LIST(type, ...)                                     \
    sizeof((type[]){__VA_ARGS__}) / sizeof(type), (const type[]) \
    {                                                            \
        __VA_ARGS__                                              \
    }
#define LONA_WORDS(...) LONA_LIST(seL4_Word, __VA_ARGS__)
#define LONA_CAPS(...) LONA_LIST(seL4_CPtr, __VA_ARGS__)
#define LONA_NONE 0, NULL

struct lona_answer {
    seL4_Error error;
    seL4_Word word[LONA_MESSAGE_REGISTERS];
};
/*
 * The IPC buffer is touched only where registers do not suffice: by capabilities and long messages, and after an error,
 * of which it then holds the details.
 */
static ALWAYS_INLINE struct lona_answer lona_invoke(seL4_CPtr object, enum lona_label label, unsigned n_words,
                                                    const seL4_Word *words, unsigned n_caps, const seL4_CPtr *caps)
{
    struct lona_entry e = {.cap = object, .info = seL4_MessageInfo_new(label, 0, n_caps, n_words).words[0]};
    for (unsigned i = 0; i < n_words; i++) {
        if (i < LONA_MESSAGE_REGISTERS)
            e.word[i] = words[i];
        else
            __sel4_ipc_buffer->msg[i] = words[i];
    }
    for (unsigned i = 0; i < n_caps; i++)
        __sel4_ipc_buffer->caps_or_badges[i] = caps[i];
    lona_enter(LONA_SYSCALL_CALL, &e);
    struct lona_answer a = {.error = (seL4_Error)lona_info_label(e.info)};
    if (a.error != seL4_NoError)
        lona_words_keep(&e);
    __builtin_memcpy(a.word, e.word, sizeof a.word);
    return a;
}

/* --- memory and slots --- */

static inline seL4_Error seL4_Untyped_Retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr root,
                                             seL4_Word index, seL4_Word depth, seL4_Word offset, seL4_Word n)
{
    return lona_invoke(untyped, LONA_LABEL_UNTYPED_RETYPE, LONA_WORDS(type, size_bits, index, depth, offset, n),
                       LONA_CAPS(root))
        .error;
}
static inline seL4_Error seL4_CNode_Mint(seL4_CPtr root, seL4_Word index, u8 depth, seL4_CPtr from_root,
                                         seL4_Word from_index, u8 from_depth, seL4_CapRights_t rights, seL4_Word badge)
{
    return lona_invoke(root, LONA_LABEL_CNODE_MINT,
                       LONA_WORDS(index, depth, from_index, from_depth, rights.words[0], badge), LONA_CAPS(from_root))
        .error;
}

/* --- threads --- */

static inline seL4_Error seL4_TCB_Configure(seL4_CPtr tcb, seL4_CPtr cspace, seL4_Word cspace_data, seL4_CPtr vspace,
                                            seL4_Word vspace_data, seL4_Word buffer, seL4_CPtr buffer_frame)
{
    return lona_invoke(tcb, LONA_LABEL_TCB_CONFIGURE, LONA_WORDS(cspace_data, vspace_data, buffer),
                       LONA_CAPS(cspace, vspace, buffer_frame))
        .error;
}
static inline seL4_Error seL4_TCB_SetSpace(seL4_CPtr tcb, seL4_CPtr fault_handler, seL4_CPtr cspace,
                                           seL4_Word cspace_data, seL4_CPtr vspace, seL4_Word vspace_data)
{
    return lona_invoke(tcb, LONA_LABEL_TCB_SET_SPACE, LONA_WORDS(cspace_data, vspace_data),
                       LONA_CAPS(fault_handler, cspace, vspace))
        .error;
}
static inline seL4_Error seL4_TCB_SetSchedParams(seL4_CPtr tcb, seL4_CPtr authority, seL4_Word max_priority,
                                                 seL4_Word priority, seL4_CPtr context, seL4_CPtr fault_handler)
{
    return lona_invoke(tcb, LONA_LABEL_TCB_SET_SCHED_PARAMS, LONA_WORDS(max_priority, priority),
                       LONA_CAPS(authority, context, fault_handler))
        .error;
}
static inline seL4_Error seL4_TCB_SetTLSBase(seL4_CPtr tcb, seL4_Word base)
{
    return lona_invoke(tcb, LONA_LABEL_TCB_SET_TLS_BASE, LONA_WORDS(base), LONA_NONE).error;
}
static inline seL4_Error seL4_TCB_Suspend(seL4_CPtr tcb)
{
    return lona_invoke(tcb, LONA_LABEL_TCB_SUSPEND, LONA_NONE, LONA_NONE).error;
}

/* arch_flags are for architectures that have some. */
static inline seL4_Error seL4_TCB_WriteRegisters(seL4_CPtr tcb, bool resume, u8 arch_flags, seL4_Word count,
                                                 const seL4_UserContext *context)
{
    seL4_Word words[2 + sizeof *context / sizeof(seL4_Word)] = {resume | (seL4_Word)arch_flags << 8, count};
    __builtin_memcpy(words + 2, context, count * sizeof(seL4_Word));
    return lona_invoke(tcb, LONA_LABEL_TCB_WRITE_REGISTERS, (unsigned)count + 2, words, LONA_NONE).error;
}
static inline seL4_Error seL4_TCB_ReadRegisters(seL4_CPtr tcb, bool suspend, u8 arch_flags, seL4_Word count,
                                                seL4_UserContext *context)
{
    struct lona_answer a = lona_invoke(tcb, LONA_LABEL_TCB_READ_REGISTERS,
                                       LONA_WORDS(suspend | (seL4_Word)arch_flags << 8, count), LONA_NONE);
    seL4_Word *to = (seL4_Word *)context;
    for (unsigned i = 0; i < count && a.error == seL4_NoError; i++)
        to[i] = i < LONA_MESSAGE_REGISTERS ? a.word[i] : __sel4_ipc_buffer->msg[i];
    return a.error;
}

/* --- time --- */

static inline seL4_Error seL4_SchedControl_ConfigureFlags(seL4_CPtr control, seL4_CPtr context, u64 budget_us,
                                                          u64 period_us, seL4_Word extra_refills, seL4_Word badge,
                                                          seL4_Word flags)
{
    return lona_invoke(control, LONA_LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
                       LONA_WORDS(budget_us, period_us, extra_refills, badge, flags), LONA_CAPS(context))
        .error;
}
static inline seL4_Error seL4_SchedContext_Bind(seL4_CPtr context, seL4_CPtr object)
{
    return lona_invoke(context, LONA_LABEL_SCHED_CONTEXT_BIND, LONA_NONE, LONA_CAPS(object)).error;
}
static inline seL4_Error seL4_SchedContext_Unbind(seL4_CPtr context)
{
    return lona_invoke(context, LONA_LABEL_SCHED_CONTEXT_UNBIND, LONA_NONE, LONA_NONE).error;
}
typedef struct seL4_SchedContext_Consumed {
    int error;
    u64 consumed; /* microseconds, since it was asked last */
} seL4_SchedContext_Consumed_t;
static inline seL4_SchedContext_Consumed_t seL4_SchedContext_Consumed(seL4_CPtr context)
{
    struct lona_answer a = lona_invoke(context, LONA_LABEL_SCHED_CONTEXT_CONSUMED, LONA_NONE, LONA_NONE);
    return (seL4_SchedContext_Consumed_t){(int)a.error, a.word[0]};
}

#include "sel4/sel4_arch/invocations.h"

#endif
