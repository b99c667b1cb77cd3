/* SPDX-License-Identifier: GPL-3.0-only */
#include "../paging.h"

#include "../caps.h"

word paging_frame_type(bool large)
{
    return large ? seL4_ARM_LargePageObject : seL4_ARM_SmallPageObject;
}

static word attributes_of(enum paging_rights rights)
{
    switch (rights) {
    case PAGING_EXECUTE:
        return seL4_ARM_Default_VMAttributes;
    case PAGING_READ:
    case PAGING_WRITE:
        return seL4_ARM_Default_VMAttributes | seL4_ARM_ExecuteNever;
    case PAGING_DEVICE:
        return seL4_ARM_ExecuteNever;
    }
    return 0;
}

bool paging_map(seL4_CPtr frame, word address, enum paging_rights rights)
{
    bool writable = rights == PAGING_WRITE || rights == PAGING_DEVICE;
    seL4_CapRights_t kernel_rights = writable ? seL4_ReadWrite : seL4_CanRead;
    seL4_ARM_VMAttributes attributes = (seL4_ARM_VMAttributes)attributes_of(rights);
    for (;;) {
        seL4_Error error = seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, kernel_rights, attributes);
        if (error != seL4_FailedLookup)
            return error == seL4_NoError;
        /* A table goes to the topmost level that has none there. */
        seL4_CPtr table = caps_make(seL4_ARM_PageTableObject, 0, seL4_PageTableBits, 1);
        if (!table || seL4_ARM_PageTable_Map(table, seL4_CapInitThreadVSpace, address, seL4_ARM_Default_VMAttributes))
            return false;
    }
}

void paging_unmap(seL4_CPtr frame)
{
    seL4_ARM_Page_Unmap(frame);
}

void paging_code_written(seL4_CPtr frame, word bytes)
{
    seL4_ARM_Page_Unify_Instruction(frame, 0, bytes);
}
