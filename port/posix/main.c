/* SPDX-License-Identifier: GPL-3.0-only */
/* The hosted program: `lona`. Everything about its command line is Lonala's (lib/lona/main.lona-s). */
#include "run/vm.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "port.h"
#include "posix.h"

/* What is opened first would get the number of a standard stream that was closed, and be taken for it. */
static void fill_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What the build asks of a processor (tools/modes.mk). */
static bool processor_suffices(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("popcnt");
#else
    return true;
#endif
}

int main(int argc, char **argv)
{
    if (!processor_suffices()) {
        fprintf(stderr, "lona: the processor has no POPCNT; all since 2008 have\n");
        return 1;
    }
    fill_standard_streams();
    posix_raise_limits();
    if (!vm_init()) {
        fprintf(stderr, "lona: the address range that the VM needs is taken\n");
        return 1;
    }
    port_on_interrupt(vm_interrupt);
    return vm_main(argc - 1, argv + 1);
}
