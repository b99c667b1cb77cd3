/* SPDX-License-Identifier: GPL-3.0-only */
/* labels.h: the names that the interface gives to invocations, for programs that make messages of them by themselves.
 */
#ifndef LONA_USER_LABELS_H
#define LONA_USER_LABELS_H

#include "sel4/constants.h"

enum {
    UntypedRetype = LONA_LABEL_UNTYPED_RETYPE,
    TCBReadRegisters = LONA_LABEL_TCB_READ_REGISTERS,
    TCBWriteRegisters = LONA_LABEL_TCB_WRITE_REGISTERS,
    TCBCopyRegisters = LONA_LABEL_TCB_COPY_REGISTERS,
    TCBConfigure = LONA_LABEL_TCB_CONFIGURE,
    TCBSetPriority = LONA_LABEL_TCB_SET_PRIORITY,
    TCBSetMCPriority = LONA_LABEL_TCB_SET_MC_PRIORITY,
    TCBSetSchedParams = LONA_LABEL_TCB_SET_SCHED_PARAMS,
    TCBSetTimeoutEndpoint = LONA_LABEL_TCB_SET_TIMEOUT_ENDPOINT,
    TCBSetIPCBuffer = LONA_LABEL_TCB_SET_IPC_BUFFER,
    TCBSetSpace = LONA_LABEL_TCB_SET_SPACE,
    TCBSuspend = LONA_LABEL_TCB_SUSPEND,
    TCBResume = LONA_LABEL_TCB_RESUME,
    TCBBindNotification = LONA_LABEL_TCB_BIND_NOTIFICATION,
    TCBUnbindNotification = LONA_LABEL_TCB_UNBIND_NOTIFICATION,
    TCBSetTLSBase = LONA_LABEL_TCB_SET_TLS_BASE,
    TCBSetFlags = LONA_LABEL_TCB_SET_FLAGS,
    CNodeRevoke = LONA_LABEL_CNODE_REVOKE,
    CNodeDelete = LONA_LABEL_CNODE_DELETE,
    CNodeCancelBadgedSends = LONA_LABEL_CNODE_CANCEL_BADGED_SENDS,
    CNodeCopy = LONA_LABEL_CNODE_COPY,
    CNodeMint = LONA_LABEL_CNODE_MINT,
    CNodeMove = LONA_LABEL_CNODE_MOVE,
    CNodeMutate = LONA_LABEL_CNODE_MUTATE,
    CNodeRotate = LONA_LABEL_CNODE_ROTATE,
    IRQIssueIRQHandler = LONA_LABEL_IRQ_ISSUE_HANDLER,
    IRQAckIRQ = LONA_LABEL_IRQ_ACK,
    IRQSetIRQHandler = LONA_LABEL_IRQ_SET_HANDLER,
    IRQClearIRQHandler = LONA_LABEL_IRQ_CLEAR_HANDLER,
    DomainSetSet = LONA_LABEL_DOMAIN_SET,
    SchedControlConfigureFlags = LONA_LABEL_SCHED_CONTROL_CONFIGURE_FLAGS,
    SchedContextBind = LONA_LABEL_SCHED_CONTEXT_BIND,
    SchedContextUnbind = LONA_LABEL_SCHED_CONTEXT_UNBIND,
    SchedContextUnbindObject = LONA_LABEL_SCHED_CONTEXT_UNBIND_OBJECT,
    SchedContextConsumed = LONA_LABEL_SCHED_CONTEXT_CONSUMED,
    SchedContextYieldTo = LONA_LABEL_SCHED_CONTEXT_YIELD_TO,
};

#include "sel4/sel4_arch/labels.h"

#endif
