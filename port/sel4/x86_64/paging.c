/* SPDX-License-Identifier: GPL-3.0-only */
/* seL4 has no attribute that forbids execution on this architecture: what is read may be executed too. */
#include "../paging.h"

#include "../caps.h"

word paging_frame_type(bool large)
{
    return large ? seL4_X86_LargePageObject : seL4_X86_4K;
}

static seL4_Error table_add(word missing_bits, word address)
{
    const seL4_X86_VMAttributes plain = seL4_X86_Default_VMAttributes;
    seL4_CPtr space = seL4_CapInitThreadVSpace, table;
    switch (missing_bits) {
    case SEL4_MAPPING_LOOKUP_NO_PDPT:
        table = caps_make(seL4_X86_PDPTObject, 0, seL4_PDPTBits, 1);
        return table ? seL4_X86_PDPT_Map(table, space, address, plain) : seL4_NotEnoughMemory;
    case SEL4_MAPPING_LOOKUP_NO_PD:
        table = caps_make(seL4_X86_PageDirectoryObject, 0, seL4_PageDirBits, 1);
        return table ? seL4_X86_PageDirectory_Map(table, space, address, plain) : seL4_NotEnoughMemory;
    default:
        table = caps_make(seL4_X86_PageTableObject, 0, seL4_PageTableBits, 1);
        return table ? seL4_X86_PageTable_Map(table, space, address, plain) : seL4_NotEnoughMemory;
    }
}

bool paging_map(seL4_CPtr frame, word address, enum paging_rights rights)
{
    bool writable = rights == PAGING_WRITE || rights == PAGING_DEVICE;
    seL4_CapRights_t kernel_rights = writable ? seL4_ReadWrite : seL4_CanRead;
    seL4_X86_VMAttributes attributes = rights == PAGING_DEVICE ? seL4_X86_CacheDisabled : seL4_X86_Default_VMAttributes;
    for (;;) {
        seL4_Error error = seL4_X86_Page_Map(frame, seL4_CapInitThreadVSpace, address, kernel_rights, attributes);
        if (error != seL4_FailedLookup)
            return error == seL4_NoError;
        if (table_add(seL4_MappingFailedLookupLevel(), address))
            return false;
    }
}

void paging_unmap(seL4_CPtr frame)
{
    seL4_X86_Page_Unmap(frame);
}

void paging_code_written(seL4_CPtr frame, word bytes)
{
}
