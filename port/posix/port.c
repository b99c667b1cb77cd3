/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * port.c: memory, time and chance of the VM as a POSIX program (Linux). The console is in console.c, files in
 * files.c, the rest of I/O in io.c.
 */
#define _GNU_SOURCE
#include "port.h"
#include "posix.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "wake.h"

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

static void advise(word base, word bytes, int advice)
{
    word page = (word)sysconf(_SC_PAGESIZE);
    word from = (base + page - 1) & ~(page - 1);
    word to = (base + bytes) & ~(page - 1);
    if (from < to)
        madvise((void *)from, to - from, advice);
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

/* Linux promises more memory than it has, and ends whom it likes when that is touched. */
bool port_map_advise(word base, word bytes, enum port_map_use use)
{
    switch (use) {
    case PORT_MAP_UNUSED:
        advise(base, bytes, MADV_DONTNEED);
        return true;
    case PORT_MAP_EXPECTED:
        advise(base, bytes, MADV_HUGEPAGE);
        return true;
    case PORT_MAP_NEEDED:
        return !must_fail();
    case PORT_MAP_VITAL:
        return true;
    }
    return true;
}

/* Filling memory by small pages takes several times as long as writing the bytes, so large pieces ask for large pages.
 */
#define LARGE_BYTES ((word)8 << 20)
static void *expect_use(void *memory, word bytes)
{
    if (memory && bytes >= LARGE_BYTES)
        port_map_advise((word)memory, bytes, PORT_MAP_EXPECTED);
    return memory;
}

void *port_realloc(void *memory, word bytes)
{
    if (must_fail() || bytes > PTRDIFF_MAX)
        return NULL;
    return expect_use(realloc(memory, bytes ? bytes : 1), bytes);
}

void port_free(void *memory)
{
    free(memory);
}

word port_resident_bytes(void)
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

/* --- time and chance --- */

static u64 clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}
u64 port_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
u64 port_wall_clock_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

int wake_fd(void)
{
    static atomic_int fd = -1;
    int now = atomic_load(&fd);
    if (now >= 0)
        return now;
    int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (made < 0)
        lona_panic(__FILE__, __LINE__, "the system has an event descriptor for us");
    if (atomic_compare_exchange_strong(&fd, &now, made))
        return made;
    close(made);
    return now;
}

bool wake_take(void)
{
    u64 count;
    return read(wake_fd(), &count, sizeof count) == (ssize_t)sizeof count;
}

void port_console_wake(void)
{
    int saved = errno;
    u64 one = 1;
    ssize_t ignored = write(wake_fd(), &one, sizeof one);
    (void)ignored;
    errno = saved;
}

void port_entropy(void *buffer, word bytes)
{
    u8 *at = buffer;
    while (bytes) {
        ssize_t n = getrandom(at, bytes > 256 ? 256 : bytes, 0);
        if (n < 0) {
            if (errno == EINTR)
                continue;
            lona_panic(__FILE__, __LINE__, "the system has random bytes for us");
        }
        at += n;
        bytes -= (word)n;
    }
}

/* --- settings, the end --- */

const char *port_setting(const char *name)
{
    return getenv(name);
}

void port_exit(int status)
{
    fflush(NULL);
    exit(status);
}
