/* SPDX-License-Identifier: GPL-3.0-only */
/* screen.c: a root task that tells what BootInfo says of a screen, and whether its memory can be had. */
#include "task.h"

#define PAGE_BYTES 4096
#define CHUNK_FRAMEBUFFER 4
#define CHUNK_VBE 1

struct chunk {
    u64 id, bytes; /* of all of it */
    u8 data[];
};
static const struct chunk *chunk_find(u64 id)
{
    const u8 *at = (const u8 *)info + PAGE_BYTES, *end = at + info[0];
    while (at < end) {
        const struct chunk *c = (const struct chunk *)at;
        if (c->id == id)
            return c;
        at += c->bytes;
    }
    return NULL;
}
static u64 number_at(const u8 *at, unsigned bytes)
{
    u64 n = 0;
    for (unsigned i = bytes; i-- > 0;)
        n = n << 8 | at[i];
    return n;
}
static bool is_device(u64 address)
{
    for (u64 i = 0; i < untyped_count(); i++) {
        if (untyped_is_device(i) && address - untyped_address(i) < 1ull << untyped_bits(i))
            return true;
    }
    return false;
}

void task_main(void)
{
    const struct chunk *screen = chunk_find(CHUNK_FRAMEBUFFER), *vbe = chunk_find(CHUNK_VBE);
    if (screen) {
        say_value("screen: address is device memory", is_device(number_at(screen->data, 8)));
        say_value("screen: bytes a line", number_at(screen->data + 8, 4));
        say_value("screen: width", number_at(screen->data + 12, 4));
        say_value("screen: height", number_at(screen->data + 16, 4));
        say_value("screen: bits a pixel", number_at(screen->data + 20, 1));
        say_value("screen: type", number_at(screen->data + 21, 1));
    }
    say_value("screen: VESA", vbe && number_at(vbe->data, 4) == 0x41534556); /* "VESA" */
    print("screen: done\n");
    task_stop();
}
