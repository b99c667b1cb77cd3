/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * calls.h: system calls. The first words of a message travel in registers; between calls they lie in the IPC buffer
 * with the others.
 */
#ifndef LONA_USER_CALLS_H
#define LONA_USER_CALLS_H

#include "sel4/entry.h"
#include "sel4/sel4_arch/enter.h"
#include "sel4/types.h"

/* The program defines it. */
#ifdef CONFIG_LIB_SEL4_USE_THREAD_LOCALS
extern __thread seL4_IPCBuffer *__sel4_ipc_buffer;
#else
extern seL4_IPCBuffer *__sel4_ipc_buffer;
#endif

static inline seL4_Word seL4_GetMR(int i)
{
    return __sel4_ipc_buffer->msg[i];
}
static inline void seL4_SetMR(int i, seL4_Word value)
{
    __sel4_ipc_buffer->msg[i] = value;
}

static inline void seL4_SetCap(int i, seL4_CPtr cap)
{
    __sel4_ipc_buffer->caps_or_badges[i] = cap;
}
/* Where a capability that comes with a message goes. */
static inline void seL4_SetCapReceivePath(seL4_CPtr root, seL4_CPtr index, seL4_Word depth)
{
    __sel4_ipc_buffer->receiveCNode = root;
    __sel4_ipc_buffer->receiveIndex = index;
    __sel4_ipc_buffer->receiveDepth = depth;
}

static inline void lona_words_load(struct lona_entry *e)
{
    for (int i = 0; i < LONA_MESSAGE_REGISTERS; i++)
        e->word[i] = seL4_GetMR(i);
}
static inline seL4_MessageInfo_t lona_words_keep(const struct lona_entry *e)
{
    for (int i = 0; i < LONA_MESSAGE_REGISTERS; i++)
        seL4_SetMR(i, e->word[i]);
    return (seL4_MessageInfo_t){{e->info}};
}
static inline seL4_MessageInfo_t lona_received(const struct lona_entry *e, seL4_Word *badge)
{
    if (badge)
        *badge = e->cap;
    return lona_words_keep(e);
}

static inline seL4_MessageInfo_t seL4_Call(seL4_CPtr to, seL4_MessageInfo_t info)
{
    struct lona_entry e = {.cap = to, .info = info.words[0]};
    lona_words_load(&e);
    lona_enter(LONA_SYSCALL_CALL, &e);
    return lona_words_keep(&e);
}
static inline seL4_MessageInfo_t seL4_Recv(seL4_CPtr from, seL4_Word *badge, seL4_CPtr reply)
{
    struct lona_entry e = {.cap = from, .reply = reply};
    lona_enter(LONA_SYSCALL_RECV, &e);
    return lona_received(&e, badge);
}
static inline seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr from, seL4_MessageInfo_t info, seL4_Word *badge,
                                                seL4_CPtr reply)
{
    struct lona_entry e = {.cap = from, .info = info.words[0], .reply = reply};
    lona_words_load(&e);
    lona_enter(LONA_SYSCALL_REPLY_RECV, &e);
    return lona_received(&e, badge);
}
static inline seL4_MessageInfo_t seL4_Wait(seL4_CPtr from, seL4_Word *badge)
{
    struct lona_entry e = {.cap = from};
    lona_enter(LONA_SYSCALL_WAIT, &e);
    return lona_received(&e, badge);
}
static inline seL4_MessageInfo_t seL4_NBWait(seL4_CPtr from, seL4_Word *badge)
{
    struct lona_entry e = {.cap = from};
    lona_enter(LONA_SYSCALL_NB_WAIT, &e);
    return lona_received(&e, badge);
}
static inline seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr from, seL4_Word *badge, seL4_CPtr reply)
{
    struct lona_entry e = {.cap = from, .reply = reply};
    lona_enter(LONA_SYSCALL_NB_RECV, &e);
    return lona_received(&e, badge);
}
static inline void seL4_Send(seL4_CPtr to, seL4_MessageInfo_t info)
{
    struct lona_entry e = {.cap = to, .info = info.words[0]};
    lona_words_load(&e);
    lona_enter(LONA_SYSCALL_SEND, &e);
}
static inline void seL4_NBSend(seL4_CPtr to, seL4_MessageInfo_t info)
{
    struct lona_entry e = {.cap = to, .info = info.words[0]};
    lona_words_load(&e);
    lona_enter(LONA_SYSCALL_NB_SEND, &e);
}
static inline void seL4_Signal(seL4_CPtr to)
{
    struct lona_entry e = {.cap = to};
    lona_enter(LONA_SYSCALL_SEND, &e);
}
static inline void seL4_Yield(void)
{
    struct lona_entry e = {0};
    lona_enter(LONA_SYSCALL_YIELD, &e);
}

#endif
