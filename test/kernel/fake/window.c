/* SPDX-License-Identifier: GPL-3.0-only */
#include "window.h"

#include <sanitizer/asan_interface.h>
#include <stdlib.h>

static u8 *memory;
static u64 size;

u8 *window_make(u64 bytes)
{
    if (memory)
        __asan_unpoison_memory_region(memory, size);
    if (bytes == size)
        return memory;
    free(memory);
    size = bytes;
    return memory = calloc(1, bytes);
}
void window_hide(void)
{
    __asan_poison_memory_region(memory, size);
}
void *window_reach(u64 physical, u64 bytes)
{
    if (physical > size || bytes > size - physical)
        return NULL;
    __asan_unpoison_memory_region(memory + physical, bytes);
    return memory + physical;
}
void *window_at(u64 physical)
{
    return memory + physical;
}
