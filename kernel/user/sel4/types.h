/* SPDX-License-Identifier: GPL-3.0-only */
/* types.h: words, rights, message infos, the IPC buffer and BootInfo, as the interface lays them out. */
#ifndef LONA_USER_TYPES_H
#define LONA_USER_TYPES_H

#include "lona/base.h"
#include "sel4/config.h"
#include "sel4/constants.h"

typedef u16 seL4_Uint16;
typedef u64 seL4_Word;
typedef seL4_Word seL4_CPtr;

/* --- rights: grant reply 3, grant 2, read 1, write 0 --- */

typedef struct seL4_CapRights {
    seL4_Word words[1];
} seL4_CapRights_t;

static inline seL4_CapRights_t seL4_CapRights_new(seL4_Word grant_reply, seL4_Word grant, seL4_Word read,
                                                  seL4_Word write)
{
    return (seL4_CapRights_t){{!!grant_reply << 3 | !!grant << 2 | !!read << 1 | !!write}};
}
#define seL4_AllRights seL4_CapRights_new(1, 1, 1, 1)
#define seL4_ReadWrite seL4_CapRights_new(0, 0, 1, 1)
#define seL4_CanRead seL4_CapRights_new(0, 0, 1, 0)

/* --- what Mint makes of a CNode's capability: guard 63..6, guard's size 5..0 --- */

typedef struct seL4_CNode_CapData {
    seL4_Word words[1];
} seL4_CNode_CapData_t;

static inline seL4_CNode_CapData_t seL4_CNode_CapData_new(seL4_Word guard, seL4_Word guard_size)
{
    return (seL4_CNode_CapData_t){{guard << 6 | (guard_size & 63)}};
}

/* --- messages --- */

FIELD(lona_info, label, 63, 12)
FIELD(lona_info, unwrapped, 11, 9)
FIELD(lona_info, extras, 8, 7)
FIELD(lona_info, length, 6, 0)

typedef struct seL4_MessageInfo {
    seL4_Word words[1];
} seL4_MessageInfo_t;

static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Word label, seL4_Word unwrapped, seL4_Word extras,
                                                      seL4_Word length)
{
    seL4_Word w = lona_info_with_length(lona_info_with_extras(0, extras), length);
    return (seL4_MessageInfo_t){{lona_info_with_label(lona_info_with_unwrapped(w, unwrapped), label)}};
}
static inline seL4_Word seL4_MessageInfo_get_label(seL4_MessageInfo_t info)
{
    return lona_info_label(info.words[0]);
}
static inline seL4_Word seL4_MessageInfo_get_capsUnwrapped(seL4_MessageInfo_t info)
{
    return lona_info_unwrapped(info.words[0]);
}
static inline seL4_Word seL4_MessageInfo_get_extraCaps(seL4_MessageInfo_t info)
{
    return lona_info_extras(info.words[0]);
}
static inline seL4_Word seL4_MessageInfo_get_length(seL4_MessageInfo_t info)
{
    return lona_info_length(info.words[0]);
}

typedef struct seL4_IPCBuffer {
    seL4_MessageInfo_t tag;
    seL4_Word msg[120];
    seL4_Word userData;
    seL4_Word caps_or_badges[3];
    seL4_CPtr receiveCNode, receiveIndex;
    seL4_Word receiveDepth;
} seL4_IPCBuffer;

/* --- what the root task is told at its start --- */

/* Slots start..end-1. */
typedef struct seL4_SlotRegion {
    seL4_Word start, end;
} seL4_SlotRegion;

typedef struct seL4_UntypedDesc {
    seL4_Word paddr;
    u8 sizeBits, isDevice;
    u8 padding[6];
} seL4_UntypedDesc;

typedef struct seL4_BootInfo {
    seL4_Word extraLen; /* bytes of the chunks behind this page, each with its header */
    seL4_Word nodeID, numNodes, numIOPTLevels;
    seL4_IPCBuffer *ipcBuffer;
    seL4_SlotRegion empty, sharedFrames, userImageFrames, userImagePaging, ioSpaceCaps, extraBIPages;
    seL4_Word initThreadCNodeSizeBits, initThreadDomain;
    seL4_SlotRegion schedcontrol, untyped;
    seL4_UntypedDesc untypedList[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];
} seL4_BootInfo;

typedef struct seL4_BootInfoHeader {
    seL4_Word id, len;
} seL4_BootInfoHeader;

#include "sel4/sel4_arch/types.h"

#endif
