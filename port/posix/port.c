/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * port.c: memory, time, chance and files of the VM as a POSIX program (Linux). The console is in console.c.
 */
#define _GNU_SOURCE
#include "port.h"
#include "posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
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

void port_map_release(word base, word bytes)
{
    word page = (word)sysconf(_SC_PAGESIZE);
    word from = (base + page - 1) & ~(page - 1);
    word to = (base + bytes) & ~(page - 1);
    if (from < to)
        madvise((void *)from, to - from, MADV_DONTNEED);
}

void port_map_expect(word base, word bytes)
{
    word page = (word)sysconf(_SC_PAGESIZE);
    word from = (base + page - 1) & ~(page - 1);
    word to = (base + bytes) & ~(page - 1);
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
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

void *port_alloc(word bytes)
{
    if (must_fail() || bytes > PTRDIFF_MAX)
        return NULL;
    return malloc(bytes ? bytes : 1);
}

void *port_realloc(void *memory, word bytes)
{
    if (must_fail() || bytes > PTRDIFF_MAX)
        return NULL;
    return realloc(memory, bytes ? bytes : 1);
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

/* --- files --- */

/* Reads fd to its end; sizes that fstat tells are only a hint (pipes, /proc). */
static u8 *read_all(int fd, word hint, word *bytes, const char **error)
{
    word room = hint + 1, count = 0;
    u8 *data = port_alloc(room);
    while (data) {
        if (count == room) {
            u8 *more = room > PTRDIFF_MAX / 2 ? NULL : port_realloc(data, room * 2);
            if (!more)
                break;
            data = more;
            room *= 2;
        }
        ssize_t n = read(fd, data + count, room - count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *error = strerror(errno);
            port_free(data);
            return NULL;
        }
        if (n == 0) {
            *bytes = count;
            return data;
        }
        count += (word)n;
    }
    *error = "Not enough memory";
    port_free(data);
    return NULL;
}

u8 *port_file_read(const char *path, word *bytes, const char **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) < 0) {
        *error = strerror(errno);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    u8 *data = NULL;
    if (S_ISDIR(s.st_mode))
        *error = "Is a directory";
    else
        data = read_all(fd, S_ISREG(s.st_mode) && s.st_size > 0 ? (word)s.st_size : 4096, bytes, error);
    close(fd);
    return data;
}

const char *port_file_write(const char *path, const void *bytes, word count, bool append)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);
    if (fd < 0)
        return strerror(errno);
    const u8 *at = bytes;
    const char *error = NULL;
    while (count && !error) {
        ssize_t n = write(fd, at, count);
        if (n >= 0) {
            at += n;
            count -= (word)n;
        } else if (errno != EINTR) {
            error = strerror(errno);
        }
    }
    if (close(fd) < 0 && !error && errno != EINTR)
        error = strerror(errno);
    return error;
}

const char *port_setting(const char *name)
{
    return getenv(name);
}

void port_exit(int status)
{
    fflush(NULL);
    exit(status);
}
