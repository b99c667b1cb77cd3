/* SPDX-License-Identifier: GPL-3.0-only */
/* The last words: registers, who called whom, what was running. What panics is not trusted: addresses are checked. */
#include "panic.h"

#include "../../platform/platform.h"
#include "arch.h"
#include "core.h"
#include "cpu.h"
#include "print.h"
#include "registers.h"

#define FRAMES_MAX 32

extern const u8 image_text[], image_constants[], image_symbols[], image_symbols_end[], image_data[], image_data_end[];
struct symbol {
    u64 address;
    const char *name;
};

static const struct symbol *symbol_of(u64 address)
{
    const struct symbol *s = (const struct symbol *)image_symbols, *found = NULL;
    if (address < (u64)image_text || address >= (u64)image_constants || s == (const struct symbol *)image_symbols_end)
        return NULL;
    for (; s->address && s->address <= address; s++)
        found = s;
    return found;
}
static void place_print(u64 address)
{
    const struct symbol *s = symbol_of(address);
    kernel_print("  %016lx %s", address, s ? s->name : "?");
    if (s)
        kernel_print("+0x%lx", address - s->address);
    kernel_print("\n");
}

static bool is_frame(u64 frame)
{
    return frame >= (u64)image_data && frame + 16 <= (u64)image_data_end && !(frame & 7);
}
static void trace_print(u64 frame)
{
    for (unsigned i = 0; i < FRAMES_MAX && is_frame(frame); i++) {
        const u64 *f = (const u64 *)frame;
        if (!f[1])
            return;
        place_print(f[1] - CPU_CALL_BYTES);
        if (f[0] <= frame)
            return;
        frame = f[0];
    }
}

static void running_print(void)
{
    const struct tcb *t = core_thread();
    if (!t)
        return;
    kernel_print("running: thread %p, \"%s\", at %016lx, stack %016lx\n", t, t->name,
                 arch_register_read(&t->context, USER_PC), arch_register_read(&t->context, USER_SP));
}

void panic_begin(void)
{
    static unsigned begun;
    switch (begun++) {
    case 0:
        return;
    case 1:
        platform_stop(true);
    default: /* not even that goes well */
        cpu_stop();
    }
}

void panic_from(u64 address, u64 frame, const char *rule)
{
    kernel_print("kernel panic: %s\n", rule);
    place_print(address);
    trace_print(frame);
    running_print();
    platform_stop(true);
}

void lona_panic(const char *file, int line, const char *rule)
{
    panic_begin();
    kernel_print("\n%s:%d\n", file, line);
    panic_from((u64)__builtin_return_address(0) - CPU_CALL_BYTES, *(const u64 *)cpu_frame(), rule);
}
