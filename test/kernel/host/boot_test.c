/* SPDX-License-Identifier: GPL-3.0-only */
#include "elf.h"
#include "host.h"
#include "object.h"

#include <string.h>

TEST(the_root_task_starts_at_its_entry_with_its_boot_info)
{
    CHECK(host_now() == host_root);
    CHECK_EQ(host_root->context.program_counter, 0x400010);
    CHECK_EQ(host_info->ipc_buffer, 0x402000);
    CHECK_EQ(arch_get(&host_root->context, ARCH_CAP), 0x403000);
    CHECK_EQ(host_info->image_frames.end - host_info->image_frames.start, 2);
    CHECK_EQ(host_info->nodes, 1);
    CHECK_EQ(host_info->cnode_radix, 13);
}
TEST(the_image_is_copied_and_what_is_behind_it_is_clear)
{
    const u8 *page = arch_kernel_address(cap_physical(host_slot(host_info->image_frames.start)->cap));
    CHECK(memcmp(page, "\177ELF", 4) == 0);
    CHECK_EQ(page[176], 0);
}
TEST(what_a_segment_has_not_in_the_file_may_lie_behind_it)
{
    _Alignas(8) u8 file[64 + 56] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    u64 segment[7] = {1, 4096, 0x400000, 0x400000, 0, 4096, 4096};
    struct elf e;
    *(u64 *)(file + 32) = 64;
    *(u16 *)(file + 54) = 56;
    *(u16 *)(file + 56) = 1;
    memcpy(file + 64, segment, sizeof segment);
    CHECK(elf_open(&e, file, sizeof file, 1ull << 47));
    ((u64 *)(file + 64))[4] = 1; /* a byte of it has to be there */
    CHECK(!elf_open(&e, file, sizeof file, 1ull << 47));
}
TEST(extra_entries_have_headers_and_end_at_a_word)
{
    const u64 *page = arch_kernel_address(cap_physical(host_slot(host_info->extra_pages.start)->cap));
    CHECK_EQ(host_info->extra_bytes, 24);
    CHECK_EQ(page[0], BOOT_EXTRA_TSC_MHZ);
    CHECK_EQ(page[1], 24);
    CHECK_EQ(page[2], 2400);
}
TEST(all_memory_is_untyped_or_the_root_tasks)
{
    u64 bytes = 0, n = host_info->untyped.end - host_info->untyped.start;
    CHECK(host_info->untypeds[0].is_device);
    for (u64 i = 0; i < n; i++) {
        struct cap c = host_slot(host_info->untyped.start + i)->cap;
        CHECK(cap_is(c, CAP_UNTYPED));
        CHECK_EQ(cap_size(c), host_info->untypeds[i].bits);
        CHECK_EQ(cap_physical(c), host_info->untypeds[i].physical);
        bytes += host_info->untypeds[i].is_device ? 0 : 1ull << host_info->untypeds[i].bits;
    }
    /* CNode, TCB, context, VSpace, two pages of image, buffer, BootInfo, extra page */
    CHECK_EQ(bytes, (1ull << 25) - (1 << 18) - (1 << 11) - 256 - 6 * 4096);
}
