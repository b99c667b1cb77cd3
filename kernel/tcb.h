/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * tcb.h: the thread control block.
 *
 * Its first part is an array of slots, like a small CNode's: what the thread holds by capabilities. The architecture
 * owns `context` and may keep there what it likes; its entry code finds it by offsetof.
 */
#ifndef LONA_KERNEL_TCB_H
#define LONA_KERNEL_TCB_H

#include "arch_types.h"
#include "cap.h"
#include "failure.h"

/* TCB_DYING is empty until the thread ends (destroy.h). */
enum tcb_slot { TCB_DYING, TCB_CSPACE, TCB_VSPACE, TCB_BUFFER, TCB_FAULT_HANDLER, TCB_TIMEOUT_HANDLER, TCB_SLOTS };

enum thread_state {
    THREAD_INACTIVE,
    THREAD_RUNNING,
    THREAD_BLOCKED_SEND,
    THREAD_BLOCKED_RECEIVE,
    THREAD_BLOCKED_REPLY,
    THREAD_BLOCKED_NOTIFICATION,
    THREAD_IDLE,
};

/* As the interface numbers them. */
enum fault_kind {
    FAULT_NONE,
    FAULT_CAPABILITY = 1,
    FAULT_UNKNOWN_SYSCALL = 2,
    FAULT_USER_EXCEPTION = 3,
    FAULT_TIMEOUT = 5,
    FAULT_VM = 6,
};
struct fault {
    enum fault_kind kind;
    /* capability: the pointer, in receive phase; user exception: number, code; unknown system call: its number;
     * time-out: the scheduling context's badge, time consumed; VM: address, instruction fetch, status */
    u64 detail[3];
    struct lookup_failure lookup; /* capability faults */
};

#define TCB_NAME_BYTES 32
#define TCB_FLAG_FPU_OFF 1u
#define TCB_FLAGS TCB_FLAG_FPU_OFF
#define PRIORITIES 256

struct tcb {
    struct slot slot[TCB_SLOTS];
    struct arch_context context;

    u64 buffer; /* user address of the IPC buffer */
    struct fault fault;
    u32 flags;
    u8 state;       /* enum thread_state */
    bool queued;    /* in the core's ready queue */
    bool releasing; /* in the core's release queue */
    u8 priority;
    u8 max_priority;
    u8 domain;
    u16 core;

    struct notification *bound;
    struct sched_context *context_of_time;
    struct sched_context *yielded_to;
    struct reply *reply; /* blocked in receive: that waits for a caller; blocked on reply: that will answer */

    /* While blocked on an object */
    struct queue *waits_in; /* an endpoint's or a notification's */
    u64 badge;
    u64 arrival; /* of a sender: numbers in order of arrival at any endpoint */
    bool may_grant, may_grant_reply, is_call;
    bool is_placed; /* its program counter was written meanwhile: it is not behind a system call to be made again */

    struct tcb *next, *prev;             /* in that queue */
    struct tcb *ready_next, *ready_prev; /* ready or release queue */
    char name[TCB_NAME_BYTES];
};

#endif
