/* SPDX-License-Identifier: GPL-3.0-only */
#include "host.h"
#include "derive.h"
#include "destroy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA_BYTES (1ull << 25)

struct boot_info *host_info;
struct tcb *host_root;
u64 host_untyped, host_empty;
static struct host_test *tests;
static bool failed;

void host_register(struct host_test *t)
{
    t->next = tests;
    tests = t;
}
void host_fail(const char *file, int line, const char *format, ...)
{
    va_list a;
    failed = true;
    printf("%s:%d: ", file, line);
    va_start(a, format);
    vprintf(format, a);
    va_end(a);
    printf("\n");
}

/* The least ELF file: one page at 4 MiB. */
static void write_elf(u8 *at)
{
    static const u8 magic[16] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    u64 segment[7] = {1 | 7ull << 32, 0, 0x400000, 0x400000, 176, 8192, 4096};
    memcpy(at, magic, 16);
    *(u64 *)(at + 24) = 0x400010;
    *(u64 *)(at + 32) = 64;
    *(u16 *)(at + 54) = 56;
    *(u16 *)(at + 56) = 1;
    memcpy(at + 64, segment, sizeof segment);
}
static void find_untyped(void)
{
    for (u64 i = host_info->untyped.start; i < host_info->untyped.end; i++) {
        const struct boot_untyped *u = &host_info->untypeds[i - host_info->untyped.start];
        if (!u->is_device && u->bits >= 23)
            host_untyped = i;
    }
    host_empty = host_info->empty.start;
}
static void boot(void)
{
    static const u32 extra = 2400;
    u64 arena = (u64)(uintptr_t)aligned_alloc(ARENA_BYTES, ARENA_BYTES);
    struct boot_range ram = {arena, arena + ARENA_BYTES};
    struct boot_extra entry = {BOOT_EXTRA_TSC_MHZ, &extra, sizeof extra};
    memset((void *)(uintptr_t)arena, 0xa5, ARENA_BYTES);
    write_elf((u8 *)(uintptr_t)arena);
    fake_time = 1000000;
    destroy_steps = 32; /* as in release kernels, but where a test says otherwise */
    struct boot_platform p = {.ram = &ram,
                              .ram_count = 1,
                              .physical_end = 1 << 20,
                              .root_file = {arena, arena + 4096},
                              .extra = &entry,
                              .extra_count = 1,
                              .cores = 1};
    host_root = kernel_boot(&p);
    struct cap info = ((struct slot *)cnode_slots(host_root->slot[TCB_CSPACE].cap))[ROOT_BOOT_INFO].cap;
    host_info = arch_kernel_address(cap_physical(info));
    find_untyped();
}

struct tcb *host_now(void)
{
    return kernel_current();
}
void host_syscall(i64 number, u64 cap, u64 info)
{
    struct tcb *t = kernel_current();
    u64 before = t->context.program_counter;
    arch_set(&t->context, ARCH_CAP, cap);
    arch_set(&t->context, ARCH_INFO, info);
    do {
        t->context.program_counter = before + FAKE_SYSCALL_BYTES;
        handle_syscall(number);
    } while (fake_interrupt_every && kernel_current() == t && t->context.program_counter == before);
}
enum error host_invoke(u64 cap, enum label label, struct host_args a)
{
    struct tcb *t = kernel_current();
    u64 *buffer = message_buffer(t, true);
    for (unsigned i = 0; i < a.n_words; i++)
        message_set_word(t, i, a.words[i]);
    for (unsigned i = 0; i < a.n_caps; i++)
        buffer[BUFFER_CAPS + i] = a.caps[i];
    host_syscall(-1, cap, info_with_extras(message_make_info(label, a.n_words), a.n_caps));
    return (enum error)info_label(arch_get(&t->context, ARCH_INFO));
}
u64 host_word(unsigned i)
{
    return message_word(kernel_current(), i);
}
enum error host_retype(u64 untyped, enum object_type type, u64 bits, u64 slot, u64 count)
{
    return host_invoke(untyped, LABEL_UNTYPED_RETYPE,
                       (struct host_args){{type, bits, 0, 0, slot, count}, 6, {ROOT_CNODE}, 1});
}
struct slot *host_slot(u64 pointer)
{
    return cnode_slots(host_root->slot[TCB_CSPACE].cap) + pointer;
}

/* Runs t in a process of its own; true: passed. */
static bool run(struct host_test *t)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        boot();
        t->run();
        fflush(stdout);
        _exit(failed);
    }
    waitpid(child, &status, 0);
    if (status != 0)
        printf("failed: %s\n", t->name);
    return status == 0;
}
int main(int argc, char **argv)
{
    unsigned passed = 0, n_failed = 0;
    for (struct host_test *t = tests; t; t = t->next) {
        if (argc > 1 && !strstr(t->name, argv[1]))
            continue;
        *(run(t) ? &passed : &n_failed) += 1;
    }
    printf("%u passed, %u failed\n", passed, n_failed);
    return n_failed != 0;
}
