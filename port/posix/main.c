/* SPDX-License-Identifier: GPL-3.0-only */
/* The hosted program: `lona`. Everything about its command line is Lonala's (lib/lona/main.lona-s). */
#include "run/vm.h"

#include <stdio.h>

#include "port.h"
#include "posix.h"

int main(int argc, char **argv)
{
    posix_raise_limits();
    if (!vm_init()) {
        fprintf(stderr, "lona: the address range that the VM needs is taken\n");
        return 1;
    }
    port_on_interrupt(vm_interrupt);
    return vm_main(argc - 1, argv + 1);
}
