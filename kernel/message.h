/* SPDX-License-Identifier: GPL-3.0-only */
/* message.h: messages in registers and IPC buffers, and their way from one thread to another. */
#ifndef LONA_KERNEL_MESSAGE_H
#define LONA_KERNEL_MESSAGE_H

#include "arch.h"
#include "endpoint.h"
#include "invocation.h"
#include "tcb.h"

FIELD(info, label, 63, 12)
FIELD(info, unwrapped, 11, 9)
FIELD(info, extras, 8, 7)
FIELD(info, length, 6, 0)

/* Words of the IPC buffer. */
enum buffer_word {
    BUFFER_MESSAGE = 1, /* word 0 is for the user */
    BUFFER_CAPS = 122,  /* three: in capability pointers, out badges */
    BUFFER_RECEIVE_CNODE = 125,
    BUFFER_RECEIVE_INDEX = 126,
    BUFFER_RECEIVE_DEPTH = 127,
};
#define BUFFER_BYTES 1024

/* t's IPC buffer in the kernel's window, or NULL. writable: it is to be written. */
u64 *message_buffer(const struct tcb *t, bool writable);
/* Word i of t's message; 0 where it has no buffer. */
u64 message_word(const struct tcb *t, unsigned i);
/* Sets it; false: t has no buffer. */
bool message_set_word(struct tcb *t, unsigned i, u64 value);
/* The info that t sends, its length cut to what there can be. */
u64 message_info_cut(const struct tcb *t);
static inline u64 message_info(const struct tcb *t)
{
    u64 info = arch_get(&t->context, ARCH_INFO);
    return info_length(info) <= ARCH_MESSAGE_REGISTERS ? info : message_info_cut(t);
}
static inline void message_set(struct tcb *t, u64 badge, u64 info)
{
    arch_set(&t->context, ARCH_CAP, badge);
    arch_set(&t->context, ARCH_INFO, info);
}
static inline u64 message_make_info(u64 label, unsigned length)
{
    return info_with_label(length, label);
}

/* The slots of the capabilities that come with t's message; answers how many. False: a pointer names no slot. */
MUST_CHECK bool message_look_up_caps(const struct tcb *t, struct slot *found[EXTRA_CAPS_MAX], unsigned *count, u64 *bad,
                                     struct lookup_failure *f);
MUST_CHECK static inline bool message_find_caps(const struct tcb *t, struct slot *found[EXTRA_CAPS_MAX],
                                                unsigned *count, u64 *bad, struct lookup_failure *f)
{
    *count = 0;
    return info_extras(arch_get(&t->context, ARCH_INFO)) == 0 || message_look_up_caps(t, found, count, bad, f);
}
/* sender's message, or its fault, becomes receiver's. e: through which endpoint; NULL for an answer. */
void message_transfer(struct tcb *sender, struct endpoint *e, u64 badge, bool may_grant, struct tcb *receiver);
/* t asked without blocking and there was nothing. */
static inline void message_nothing(struct tcb *t)
{
    arch_set(&t->context, ARCH_CAP, 0);
}

#endif
