/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * layout.h: the root domain's address space. All of it lies below 2^39, so that kernels with a 40-bit user space fit.
 *
 *   0x00_0040_0000  the stub, as the kernel loaded it; behind it IPC buffer and BootInfo
 *   0x00_4000_0000  the VM's image: code, read-only data, data, each in 2 MiB frames (IMAGE_BASE of vm.ld)
 *   0x01_0000_0000  device memory of this port
 *   0x01_4000_0000  frames that programs read and write
 *   0x10_0000_0000  MAP_BASE (vm/map.h), filled with 2 MiB frames at the first touch
 *   0x68_0000_0000  memory of port_realloc, likewise
 *   0x7f_8000_0000  threads, 2 MiB each (stacks lie above the map: vm/map.h):
 *                     guard page | stack, grows down | 1 MiB: guard page | thread-local storage | last page: IPC buffer
 */
#ifndef LONA_SEL4_LAYOUT_H
#define LONA_SEL4_LAYOUT_H

#include "kernel.h"

#include "map.h"

#define DEVICES_BASE 0x100000000ull
#define WINDOWS_BASE 0x140000000ull /* one of LARGE_SIZE for each entry of held.h */
#define WINDOWS ((MAP_BASE - WINDOWS_BASE) / LARGE_SIZE)
#define THREADS_BASE 0x7f80000000ull
#define THREAD_AREA (2ull << 20)
#define THREADS_MAX 256u
#define STACK_TOP (1ull << 20) /* in a thread's area */
#define TLS_BASE (STACK_TOP + PAGE_SIZE)
#define IPC_BUFFER (THREAD_AREA - PAGE_SIZE)
#define ALLOC_BASE 0x6800000000ull
#define ALLOC_END 0x7f80000000ull

STATIC_ASSERT(DEVICES_BASE < MAP_BASE && MAP_END <= ALLOC_BASE && ALLOC_END <= THREADS_BASE,
              "the parts do not overlap");
STATIC_ASSERT(THREADS_BASE + THREADS_MAX * THREAD_AREA <= 1ull << 39, "the address space ends below 2^39");

#endif
