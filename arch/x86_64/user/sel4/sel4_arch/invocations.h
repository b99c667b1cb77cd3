/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_INVOCATIONS_H
#define LONA_USER_ARCH_INVOCATIONS_H

#include "sel4/invocations.h"

/* --- address spaces --- */

static inline seL4_Error seL4_X86_Page_Map(seL4_CPtr frame, seL4_CPtr vspace, seL4_Word address,
                                           seL4_CapRights_t rights, seL4_X86_VMAttributes attributes)
{
    return lona_invoke(frame, LONA_LABEL_PAGE_MAP, LONA_WORDS(address, rights.words[0], attributes), LONA_CAPS(vspace))
        .error;
}
static inline seL4_Error seL4_X86_Page_Unmap(seL4_CPtr frame)
{
    return lona_invoke(frame, LONA_LABEL_PAGE_UNMAP, LONA_NONE, LONA_NONE).error;
}
static inline seL4_Error seL4_X86_PageTable_Map(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address,
                                                seL4_X86_VMAttributes attributes)
{
    return lona_invoke(table, LONA_LABEL_PAGE_TABLE_MAP, LONA_WORDS(address, attributes), LONA_CAPS(vspace)).error;
}
static inline seL4_Error seL4_X86_PageDirectory_Map(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address,
                                                    seL4_X86_VMAttributes attributes)
{
    return lona_invoke(table, LONA_LABEL_PAGE_DIRECTORY_MAP, LONA_WORDS(address, attributes), LONA_CAPS(vspace)).error;
}
static inline seL4_Error seL4_X86_PDPT_Map(seL4_CPtr table, seL4_CPtr vspace, seL4_Word address,
                                           seL4_X86_VMAttributes attributes)
{
    return lona_invoke(table, LONA_LABEL_PDPT_MAP, LONA_WORDS(address, attributes), LONA_CAPS(vspace)).error;
}

/* --- ports --- */

static inline seL4_Error seL4_X86_IOPortControl_Issue(seL4_CPtr control, seL4_Word first, seL4_Word last,
                                                      seL4_CPtr root, seL4_Word index, u8 depth)
{
    return lona_invoke(control, LONA_LABEL_IO_PORT_CONTROL_ISSUE, LONA_WORDS(first, last, index, depth),
                       LONA_CAPS(root))
        .error;
}
typedef struct seL4_X86_IOPort_In8 {
    int error;
    u8 result;
} seL4_X86_IOPort_In8_t;
static inline seL4_X86_IOPort_In8_t seL4_X86_IOPort_In8(seL4_CPtr ports, seL4_Uint16 port)
{
    struct lona_answer a = lona_invoke(ports, LONA_LABEL_IO_PORT_IN8, LONA_WORDS(port), LONA_NONE);
    return (seL4_X86_IOPort_In8_t){(int)a.error, (u8)a.word[0]};
}
static inline seL4_Error seL4_X86_IOPort_Out8(seL4_CPtr ports, seL4_Word port, seL4_Word data)
{
    return lona_invoke(ports, LONA_LABEL_IO_PORT_OUT8, LONA_WORDS(port, data), LONA_NONE).error;
}

#endif
