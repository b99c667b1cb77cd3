/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * stub.c: the root task that the kernel starts. The kernel maps a root image in small pages that are writable and
 * executable at once; the stub carries the VM as a file, puts its segments into 2 MiB frames with the rights they ask
 * for, and jumps there. Nothing of the stub runs afterwards.
 */
#include "boot.h"
#include "paging.h"

#include <elf.h>

extern const u8 vm_image[];
NORETURN void stub_leave(word entry, const struct handover *handover);
NORETURN void stub_main(seL4_BootInfo *info);

seL4_IPCBuffer *__sel4_ipc_buffer;
static struct handover handover;

/* There is no console yet: a kernel built for debugging says where the trap was. */
static void must(bool done)
{
    if (!done)
        __builtin_trap();
}
static word least(word a, word b)
{
    return a < b ? a : b;
}

static enum paging_rights rights_of(u32 flags)
{
    return flags & PF_W ? PAGING_WRITE : flags & PF_X ? PAGING_EXECUTE : PAGING_READ;
}

static void segment_place(const Elf64_Phdr *p)
{
    word end = p->p_vaddr + p->p_memsz;
    must(!(p->p_vaddr & (LARGE_SIZE - 1)));
    for (word at = p->p_vaddr; at < end; at += LARGE_SIZE) {
        seL4_CPtr frame = paging_add(at, true, PAGING_WRITE);
        must(frame != 0);
        word from = at - p->p_vaddr;
        word bytes = from < p->p_filesz ? least(LARGE_SIZE, p->p_filesz - from) : 0;
        __builtin_memcpy((void *)at, vm_image + p->p_offset + from, bytes);
        if (p->p_flags & PF_X)
            paging_code_written(frame, LARGE_SIZE);
        must(paging_map(frame, at, rights_of(p->p_flags)));
    }
}

void stub_main(seL4_BootInfo *info)
{
    const Elf64_Ehdr *elf = (const Elf64_Ehdr *)vm_image;
    const Elf64_Phdr *p = (const Elf64_Phdr *)(vm_image + elf->e_phoff);
    __sel4_ipc_buffer = info->ipcBuffer;
    caps_init(info);
    for (word i = 0; i < elf->e_phnum; i++) {
        if (p[i].p_type == PT_LOAD)
            segment_place(&p[i]);
    }
    handover.info = info;
    handover.caps = caps;
    stub_leave(elf->e_entry, &handover);
}
