/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * memory.c: memory of the VM as a POSIX program (Linux). How much more is to be had is measured now and then, and
 * counted down in between: the system's and the control group's memory that is available, and what the setting
 * LONA_MEMORY (bytes, or with K, M or G behind) leaves.
 */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "port.h"
#include "posix.h"

/* --- what is left --- */

#define NO_LIMIT ((word)1 << 62)
#define MEASURE_NS 1000000u /* at most so often */
/* From here on it is measured each time; above, when an eighth was taken. */
#define LITTLE ((word)256 << 20)

static atomic_llong left = 0, taken = (long long)NO_LIMIT;
static _Atomic(u64) measured_ns;

/* The number behind name in a file of lines "name number" (name: or none), NO_LIMIT when it is not there. */
static word number_in(const char *file, const char *name)
{
    char line[256];
    word number = NO_LIMIT;
    FILE *f = fopen(file, "re");
    if (!f)
        return NO_LIMIT;
    while (number == NO_LIMIT && fgets(line, sizeof line, f)) {
        unsigned long n;
        if (!strncmp(line, name, strlen(name)) && sscanf(line + strlen(name), "%lu", &n) == 1)
            number = n;
    }
    fclose(f);
    return number;
}
static word resident_bytes(void)
{
    unsigned long total, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%lu %lu", &total, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident * (word)sysconf(_SC_PAGESIZE);
}

static word setting_limit(void)
{
    const char *setting = port_setting("LONA_MEMORY");
    char unit = 0;
    unsigned long n;
    if (!setting || sscanf(setting, "%lu%c", &n, &unit) < 1)
        return NO_LIMIT;
    return (word)n << (unit == 'G' ? 30 : unit == 'M' ? 20 : unit == 'K' ? 10 : 0);
}
static word below(word limit, word used)
{
    return limit >= NO_LIMIT ? NO_LIMIT : used < limit ? limit - used : 0;
}
/* What the control group (version 2 or 1) that the program sees as its root still gives: pages of files do not count.
 */
static word group_left(void)
{
    static const struct {
        const char *limit, *used, *parts, *files;
    } versions[] = {
        {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", "file "},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes",
         "/sys/fs/cgroup/memory/memory.stat", "total_cache "},
    };
    word best = NO_LIMIT;
    for (unsigned i = 0; i < sizeof versions / sizeof *versions; i++) {
        word limit = number_in(versions[i].limit, "");
        if (limit >= NO_LIMIT)
            continue;
        word used = number_in(versions[i].used, ""), files = number_in(versions[i].parts, versions[i].files);
        word room = below(limit, used - (files < used ? files : 0));
        best = room < best ? room : best;
    }
    return best;
}
static word measured(void)
{
    static word limit;
    if (!limit)
        limit = setting_limit();
    word room = number_in("/proc/meminfo", "MemAvailable:"), group = group_left();
    room = room >= NO_LIMIT ? NO_LIMIT : room * 1024;
    word own = below(limit, limit < NO_LIMIT ? resident_bytes() : 0);
    room = group < room ? group : room;
    return own < room ? own : room;
}
static long long left_now(void)
{
    long long now = atomic_load_explicit(&left, memory_order_relaxed);
    if (atomic_load_explicit(&taken, memory_order_relaxed) < now / 8 && now > (long long)LITTLE)
        return now;
    u64 at = port_monotonic_ns(), before = atomic_load(&measured_ns);
    if ((!before || at - before >= MEASURE_NS) && atomic_compare_exchange_strong(&measured_ns, &before, at)) {
        atomic_store(&taken, 0);
        atomic_store(&left, (long long)measured());
    }
    return atomic_load(&left);
}
static bool left_take(word bytes)
{
    if ((long long)bytes > left_now())
        return false;
    atomic_fetch_add_explicit(&taken, (long long)bytes, memory_order_relaxed);
    atomic_fetch_sub_explicit(&left, (long long)bytes, memory_order_relaxed);
    return true;
}
word port_memory(enum port_memory what)
{
    if (what == PORT_MEMORY_RESIDENT)
        return resident_bytes();
    long long now = left_now();
    return now < 0 ? 0 : (word)now;
}

/* --- memory --- */

bool port_map_reserve(word base, word bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *at = mmap((void *)base, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (at == MAP_FAILED)
        return false;
    if (at != (void *)base) { /* kernels before 4.17 take the flag for a hint */
        munmap(at, bytes);
        return false;
    }
    madvise(at, bytes, MADV_DONTDUMP);
    return true;
}

bool port_map_use(word base, word bytes, enum port_use use)
{
    if (use == PORT_USE_UNTOUCHED)
        return true;
    if (use == PORT_USE_NEEDED)
        return left_take(bytes);
    word page = (word)sysconf(_SC_PAGESIZE);
    word from = (base + page - 1) & ~(page - 1);
    word to = (base + bytes) & ~(page - 1);
    if (from < to)
        madvise((void *)from, to - from, use == PORT_USE_NONE ? MADV_DONTNEED : MADV_HUGEPAGE);
    if (use == PORT_USE_NONE)
        atomic_store_explicit(&measured_ns, 0, memory_order_relaxed); /* there is more now */
    return true;
}

static atomic_uint fail_every, allocations;

void posix_fail_allocations(unsigned n)
{
    atomic_store(&fail_every, n);
    atomic_store(&allocations, 0);
}

static bool must_fail(void)
{
    unsigned every = atomic_load_explicit(&fail_every, memory_order_relaxed);
    return every && (atomic_fetch_add(&allocations, 1) + 1) % every == 0;
}

/* Filling memory by small pages takes several times as long as writing the bytes, so large pieces ask for large pages.
 */
#define LARGE_BYTES ((word)8 << 20)
static void *expect_use(void *memory, word bytes)
{
    if (memory && bytes >= LARGE_BYTES)
        port_map_use((word)memory, bytes, PORT_USE_EXPECTED);
    return memory;
}

void *port_realloc(void *memory, word bytes)
{
    if (must_fail() || bytes > PTRDIFF_MAX || (bytes >= LARGE_BYTES && !left_take(bytes)))
        return NULL;
    return expect_use(realloc(memory, bytes ? bytes : 1), bytes);
}

void port_free(void *memory)
{
    free(memory);
}
