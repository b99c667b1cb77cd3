/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * libc.c: what the libraries that the VM stands on (GMP, PCRE2, BearSSL, zlib, built for another C library) ask for
 * beyond the pure functions of musl. Definitions here come before musl's, so that none of its parts that need a system
 * is linked.
 */
#include "console.h"
#include "port.h"
#include "pure.h"

void *malloc(size_t bytes);
void *calloc(size_t n, size_t bytes);
void *realloc(void *memory, size_t bytes);
void free(void *memory);
NORETURN void abort(void);
NORETURN void __stack_chk_fail(void);
void *__memcpy_chk(void *to, const void *from, size_t bytes, size_t room);
void *__memset_chk(void *to, int byte, size_t bytes, size_t room);
int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...);
int __vsnprintf_chk(char *to, size_t bytes, int flag, size_t room, const char *format, va_list list);
int __fprintf_chk(void *file, int flag, const char *format, ...);

/* What functions of the libraries keep above their frames; on x86_64 it is a word beside the thread pointer. */
extern word __stack_chk_guard;
word __stack_chk_guard = 0x0aff0d0a00ff0a0dull;

void *malloc(size_t bytes)
{
    return port_alloc(bytes);
}
void *calloc(size_t n, size_t bytes)
{
    size_t all;
    if (__builtin_mul_overflow(n, bytes, &all))
        return NULL;
    void *memory = port_alloc(all);
    return memory ? memset(memory, 0, all) : NULL;
}
void *realloc(void *memory, size_t bytes)
{
    return port_realloc(memory, bytes);
}
void free(void *memory)
{
    port_free(memory);
}

void abort(void)
{
    lona_panic(__FILE__, __LINE__, "no library gives up");
}
void __stack_chk_fail(void)
{
    lona_panic(__FILE__, __LINE__, "no function writes past its frame");
}

/* What glibc's headers make of calls when they know how much room there is. */
void *__memcpy_chk(void *to, const void *from, size_t bytes, size_t room)
{
    ENSURE(bytes <= room, "a copy has room");
    return memcpy(to, from, bytes);
}
void *__memset_chk(void *to, int byte, size_t bytes, size_t room)
{
    ENSURE(bytes <= room, "what is filled has room");
    return memset(to, byte, bytes);
}
int __vsnprintf_chk(char *to, size_t bytes, int flag, size_t room, const char *format, va_list list)
{
    return vsnprintf(to, bytes < room ? bytes : room, format, list);
}
int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(to, room, format, list);
    va_end(list);
    return n;
}
int __fprintf_chk(void *file, int flag, const char *format, ...)
{
    return 0; /* a library's last words before abort */
}
