/* SPDX-License-Identifier: GPL-3.0-only */
/* interface.c: what programs are told (kernel/user, arch/ARCH/user) is what the kernel knows. It only has to compile.
 */
#include "arch.h"
#include "bootinfo.h"
#include "failure.h"
#include "fault.h"
#include "kernel.h"
#include "message.h"
#include "object.h"
#include "pte.h"
#include "sched_context.h"
#include "vspace.h"

#include "sel4/sel4.h"
#include "sel4/sel4_arch/mapping.h"

#define SAME(user, kernel) STATIC_ASSERT((user) == (kernel), #user " is what the kernel takes")

SAME(seL4_TCBBits, ARCH_TCB_BITS);
SAME(seL4_SlotBits, SLOT_BITS);
SAME(seL4_EndpointBits, ENDPOINT_BITS);
SAME(seL4_NotificationBits, NOTIFICATION_BITS);
SAME(seL4_ReplyBits, REPLY_BITS);
SAME(seL4_MinSchedContextBits, SCHED_CONTEXT_MIN_BITS);
SAME(seL4_PageBits, PAGE_BITS);
SAME(seL4_LargePageBits, LARGE_BITS);
SAME(seL4_PageTableBits, PAGE_BITS);
SAME(SEL4_MAPPING_LOOKUP_NO_PT, LARGE_BITS);
SAME(SEL4_MAPPING_LOOKUP_NO_PD, HUGE_BITS);
#include "interface.h" /* of the architecture */

SAME((int)seL4_NoError, (int)ERROR_NONE);
SAME((int)seL4_IllegalOperation, (int)ERROR_ILLEGAL_OPERATION);
SAME((int)seL4_FailedLookup, (int)ERROR_FAILED_LOOKUP);
SAME((int)seL4_RevokeFirst, (int)ERROR_REVOKE_FIRST);
SAME((int)seL4_NotEnoughMemory, (int)ERROR_NOT_ENOUGH_MEMORY);
SAME((int)seL4_Fault_CapFault, (int)FAULT_CAPABILITY);
SAME((int)seL4_Fault_UnknownSyscall, (int)FAULT_UNKNOWN_SYSCALL);
SAME((int)seL4_Fault_UserException, (int)FAULT_USER_EXCEPTION);
SAME((int)seL4_Fault_VMFault, (int)FAULT_VM);

SAME((int)seL4_CapInitThreadTCB, (int)ROOT_TCB);
SAME((int)seL4_CapInitThreadCNode, (int)ROOT_CNODE);
SAME((int)seL4_CapInitThreadVSpace, (int)ROOT_VSPACE);
SAME((int)seL4_CapInitThreadSC, (int)ROOT_SCHED_CONTEXT);
SAME(CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS, ROOT_UNTYPEDS_MAX);

#define SAME_PLACE(user, kernel) SAME(offsetof(seL4_BootInfo, user), offsetof(struct boot_info, kernel))
SAME_PLACE(extraLen, extra_bytes);
SAME_PLACE(ipcBuffer, ipc_buffer);
SAME_PLACE(empty, empty);
SAME_PLACE(initThreadCNodeSizeBits, cnode_radix);
SAME_PLACE(schedcontrol, sched_control);
SAME_PLACE(untyped, untyped);
SAME_PLACE(untypedList, untypeds);
SAME(sizeof(seL4_BootInfo), sizeof(struct boot_info));
SAME(sizeof(seL4_UntypedDesc), sizeof(struct boot_untyped));
SAME(offsetof(seL4_UntypedDesc, sizeBits), offsetof(struct boot_untyped, bits));
SAME(offsetof(seL4_UntypedDesc, isDevice), offsetof(struct boot_untyped, is_device));
SAME(sizeof(seL4_BootInfoHeader), sizeof(struct boot_extra_header));

SAME(sizeof(seL4_IPCBuffer), BUFFER_BYTES);
SAME(offsetof(seL4_IPCBuffer, msg), BUFFER_MESSAGE * sizeof(u64));
SAME(offsetof(seL4_IPCBuffer, caps_or_badges), BUFFER_CAPS * sizeof(u64));
SAME(offsetof(seL4_IPCBuffer, receiveCNode), BUFFER_RECEIVE_CNODE * sizeof(u64));
SAME(LONA_MESSAGE_REGISTERS, ARCH_MESSAGE_REGISTERS);
SAME(sizeof(seL4_UserContext), ARCH_REGISTERS * sizeof(u64));
