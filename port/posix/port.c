/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * port.c: time and chance of the VM as a POSIX program (Linux). Memory is in memory.c, the console in console.c, files
 * in files.c, the rest of I/O in io.c.
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
