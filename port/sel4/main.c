/* SPDX-License-Identifier: GPL-3.0-only */
/* main.c: from the stub's handover to a running VM. The first thread becomes the guardian. */
#include "boot.h"
#include "console.h"
#include "courier.h"
#include "guardian.h"
#include "machine.h"
#include "memory.h"
#include "park.h"
#include "port.h"
#include "port_init.h"
#include "pure.h"
#include "run/vm.h"

NORETURN void sel4_main(const struct handover *handover);

/* The command line is a file of the boot archive, an argument a line; without it there are no arguments. */
#define ARGUMENTS_MAX 256
static int arguments(char **argument)
{
    static char text[8192];
    word bytes = 0;
    const u8 *file = port_archive_find("boot/arguments", &bytes);
    int n = 0;
    if (!file)
        return 0;
    ENSURE(bytes < sizeof text, "the arguments have room");
    memcpy(text, file, bytes);
    for (char *at = text, *end; n < ARGUMENTS_MAX && (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = 0;
        argument[n++] = at;
    }
    return n;
}
static void vm_thread(void *unused)
{
    char *argument[ARGUMENTS_MAX];
    if (!vm_init()) {
        console_print("lona: the address range that the VM needs is taken\n");
        port_exit(1);
    }
    port_on_interrupt(vm_interrupt);
    port_exit(vm_main(arguments(argument), argument));
}

void sel4_main(const struct handover *handover)
{
    thread_init_storage(handover->info);
    caps = handover->caps;
    seL4_CPtr endpoint = caps_make(seL4_EndpointObject, 0, seL4_EndpointBits, 1);
    seL4_CPtr reply = caps_make(seL4_ReplyObject, 0, seL4_ReplyBits, 1);
    bool ready = endpoint && reply && thread_init(endpoint, handover->info) && caps_extend(seL4_CapInitThreadTCB);
    memory_init();
    machine_init(handover->info);
    ENSURE(ready && park_init() && events_init(), "there is memory for the first thread");
    port_clock_init();
    ready = thread_make(park_alarm, NULL, PRIORITY_ALARM) && thread_make(console_thread, NULL, PRIORITY_CONSOLE) &&
            thread_make(vm_thread, NULL, PRIORITY_NORMAL);
    ENSURE(ready, "there is memory for the first threads");
    guardian_serve(endpoint, reply);
}
