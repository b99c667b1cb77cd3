/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * constants.h: the interface's numbers. Those of system calls, invocations and objects come from the tables that the
 * kernel is made of; that the others are the kernel's is checked by test/kernel/interface.c.
 */
#ifndef LONA_USER_CONSTANTS_H
#define LONA_USER_CONSTANTS_H

enum lona_syscall {
#define SYSCALL(name, number) LONA_SYSCALL_##name = (number),
#define DEBUG_SYSCALL SYSCALL
#include "../../syscalls.def"
#undef DEBUG_SYSCALL
#undef SYSCALL
};
enum lona_label {
#define LABEL(name) LONA_LABEL_##name,
#include "../../labels.def"
#undef LABEL
};
enum lona_object {
#define OBJECT(name) LONA_OBJECT_##name,
#include "../../objects.def"
#undef OBJECT
};

/* What Retype makes, and log2 of its bytes. */
enum {
    seL4_UntypedObject = LONA_OBJECT_UNTYPED,
    seL4_TCBObject = LONA_OBJECT_TCB,
    seL4_EndpointObject = LONA_OBJECT_ENDPOINT,
    seL4_NotificationObject = LONA_OBJECT_NOTIFICATION,
    seL4_CapTableObject = LONA_OBJECT_CNODE,
    seL4_SchedContextObject = LONA_OBJECT_SCHED_CONTEXT,
    seL4_ReplyObject = LONA_OBJECT_REPLY,
};
enum {
    seL4_WordBits = 64,
    seL4_SlotBits = 5,
    seL4_EndpointBits = 4,
    seL4_NotificationBits = 6,
    seL4_ReplyBits = 5,
    seL4_MinSchedContextBits = 7,
};

typedef enum {
    seL4_NoError = 0,
    seL4_IllegalOperation = 3,
    seL4_FailedLookup = 6,
    seL4_RevokeFirst = 9,
    seL4_NotEnoughMemory = 10,
} seL4_Error;

/* Labels of the messages that tell of faults, and the words of one. */
enum {
    seL4_Fault_CapFault = 1,
    seL4_Fault_UnknownSyscall = 2,
    seL4_Fault_UserException = 3,
    seL4_Fault_VMFault = 6,
};
enum { seL4_VMFault_IP, seL4_VMFault_Addr, seL4_VMFault_PrefetchFault };

/* The root task's capabilities. */
enum {
    seL4_CapInitThreadTCB = 1,
    seL4_CapInitThreadCNode = 2,
    seL4_CapInitThreadVSpace = 3,
    seL4_CapIRQControl = 4,
    seL4_CapASIDControl = 5,
    seL4_CapInitThreadASIDPool = 6,
    seL4_CapDomain = 11,
    seL4_CapInitThreadSC = 14,
};

#include "sel4/sel4_arch/constants.h"

#endif
